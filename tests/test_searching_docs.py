"""The manual of the query language shows what is understood."""

import re
from pathlib import Path

import pytest

from archive.query import compile_query

_MANUAL = Path(__file__).parent.parent / "docs" / "searching.md"
_ROWS = re.findall(r"^\| (`.*?) \| ", _MANUAL.read_text(encoding="utf-8"), re.MULTILINE)
_QUERIES = [query.replace("\\|", "|") for row in _ROWS for query in re.findall("`([^`]+)`", row)]


def test_the_manual_has_examples() -> None:
    assert len(_QUERIES) > 40


@pytest.mark.parametrize("query", _QUERIES)
def test_every_example_of_the_manual_is_understood(query: str) -> None:
    compiled = compile_query(query)
    assert compiled.notes == ()
    assert compiled.match is not None or compiled.filters.since or compiled.filters.until
