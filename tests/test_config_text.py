"""The line of a key, found with nothing but the parser that reads the file."""

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.errors import Fault
from crawler.sources.text import Document, KeyPath, dotted, read

DOCUMENT = '''\
# name = "a comment is no key"
name = "x"
include = [
  '[a]', # ["b"]
]
a."b c".d = """
[listings]
url = 1
"""
inline = {one = 1, two = {three = 3}}

[[listings]]
url = "1"

  [listings.rules]
  item = "li"
[[listings]]
  [[listings.deep]]
  z = 1
  [[listings.deep]]
  z = 2
[article]
title = "h1"
'''

LINES: dict[KeyPath, int] = {
    ("name",): 2,
    ("include",): 3,
    ("include", 0): 3,
    ("a",): 6,
    ("a", "b c", "d"): 6,
    ("inline", "two", "three"): 10,
    ("listings",): 12,
    ("listings", 0, "url"): 13,
    ("listings", 0, "rules"): 15,
    ("listings", 0, "rules", "item"): 16,
    ("listings", 0, "rules", "absent"): 15,
    ("listings", 1): 17,
    ("listings", 1, "absent"): 17,
    ("listings", 1, "deep", 0, "z"): 19,
    ("listings", 1, "deep", 1): 20,
    ("listings", 1, "deep", 1, "z"): 21,
    ("article", "title"): 23,
}


def document(tmp_path: Path, text: str) -> Document:
    path = tmp_path / "x.toml"
    path.write_text(text, encoding="utf-8")
    read_back = read(path)
    assert isinstance(read_back, Document)
    return read_back


def test_each_key_is_found_on_its_line(tmp_path: Path) -> None:
    read_back = document(tmp_path, DOCUMENT)
    assert {at: read_back.fault(at, "").line for at in LINES} == LINES
    assert read_back.fault(("absent",), "").line is None


def test_people_count_from_one() -> None:
    assert dotted(("listings", 1, "rules", "item", 0)) == "listings[2].rules.item[1]"


def test_a_file_that_cannot_be_opened_is_a_fault(tmp_path: Path) -> None:
    fault = read(tmp_path)
    assert isinstance(fault, Fault)
    assert "cannot be read" in fault.what


NOISE = st.sampled_from(["", "# [no.table]", '# key = "no"', "  ", "#"])
VALUES = st.sampled_from(['"[[x]]"', "'''\n[x]\ny = 1\n'''", "[1,\n 2]", "{ z = 1 }", "3 # = [x]"])
STATEMENTS = st.one_of(
    st.tuples(st.just("noise"), NOISE),
    st.tuples(st.just("value"), VALUES),
    st.tuples(st.just("row"), st.just("[[row]]")),
    st.tuples(st.just("table"), st.just("[[row]]\n[row.inner]")),
)


@given(st.lists(STATEMENTS, max_size=12))
@settings(max_examples=60, deadline=None)
def test_lines_are_right_however_the_file_is_laid_out(statements: list[tuple[str, str]]) -> None:
    lines: list[str] = []
    expected: dict[KeyPath, int] = {}
    header: KeyPath = ()
    rows = 0
    for number, (kind, text) in enumerate(statements):
        line = sum(part.count("\n") + 1 for part in lines) + 1
        if kind in ("row", "table"):
            header = ("row", rows)
            expected[header] = line
            rows += 1
            if kind == "table":
                header = (*header, "inner")
                expected[header] = line + 1
        if kind == "value":
            expected[(*header, f"key{number}")] = line
            text = f"key{number} = {text}"
        lines.append(text)
    made = Document(path=Path("x.toml"), text="\n".join(lines), values={})
    assert {at: made.fault(at, "").line for at in expected} == expected
