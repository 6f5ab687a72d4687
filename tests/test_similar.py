"""``gazette similar``, ``show`` and the article's page: where else an article stands."""

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from datasette.app import Datasette

from archive import Archive
from archive.cli.reading import show
from archive.cli.similar import similar
from tests.holdings import NOW
from tests.test_likeness import EDITS, TEXT
from tests.test_reprints import notice, prose


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """An article of the province, a county's copy that names it, a digest, and one alone."""
    with Archive.open(tmp_path / "archive.db") as archive:
        for each in (
            notice(1, EDITS["the city named"], source="county", origin="云岭省人民政府"),
            notice(2, source="province", channel="云岭省人民政府网", origin=""),
            notice(3, "\n".join([TEXT, *prose(1, 6)]), title="一周要闻", source="digest"),
            notice(4, "\n".join(prose(2)), title="别的\x1b[2J"),
        ):
            archive.put(each, None, now=NOW)
    return tmp_path


def ids(data: Path) -> dict[str, int]:
    with Archive.open(data / "archive.db", read_only=True) as archive:
        return {each.article.source: each.id for each in archive.articles()}


def told(data: Path, *words: str) -> Result:
    return CliRunner().invoke(similar, [*words, "--data", str(data)])


def test_similar_lists_every_member_and_what_quotes_it_for_machines(data: Path) -> None:
    known = ids(data)
    rows = [json.loads(line) for line in
            told(data, str(known["province"]), "--json").stdout.splitlines()]  # fmt: skip
    assert [(row["id"], row["kind"], row["origin"]) for row in rows] == [
        (known["county"], "edited", False),
        (known["province"], "same", True),
        (known["digest"], "contains", False),
    ]
    assert [row["share"] == 1 for row in rows] == [False, True, True]


def test_similar_names_the_probable_origin_and_why(data: Path) -> None:
    known = ids(data)
    said = told(data, str(known["county"])).stdout
    assert f"probable origin {known['province']}: named as 来源 by 1 of 1 others" in said
    assert "\x1b" not in said


def test_an_article_that_stands_nowhere_else_is_said_so_with_exit_code_1(data: Path) -> None:
    alone = told(data, str(ids(data)["city"]))
    assert (alone.exit_code, alone.stdout) == (1, "")
    assert "stands nowhere else" in alone.stderr
    assert told(data, "77").exit_code == 1
    assert told(data, "x").exit_code == 2


def test_show_says_that_there_are_reprints_and_nothing_where_there_are_none(data: Path) -> None:
    known = ids(data)
    said = {
        "county": r"reprints: 1 reprint · probable origin \d+: named as 来源",
        "digest": "reprints: 2 that quote it or are quoted",
    }
    for source, line in said.items():
        shown = CliRunner().invoke(show, [str(known[source]), "--data", str(data)])
        assert re.search(line, shown.stdout)
    alone = CliRunner().invoke(show, [str(known["city"]), "--data", str(data)])
    assert "reprints" not in alone.stdout


async def test_the_page_of_an_article_lists_reprints_and_quotes(data: Path) -> None:
    known = ids(data)
    datasette = Datasette([str(data / "archive.db")])
    await datasette.invoke_startup()
    page = (await datasette.client.get(f"/-/gazette/article/{known['county']}")).text
    elsewhere, quotes = page.split("The same article elsewhere")[1].split("Quoted and quoting")
    assert f"/-/gazette/article/{known['province']}" in elsewhere
    assert "named as 来源 by 1 of 1 others" in elsewhere
    assert f"/-/gazette/article/{known['digest']}" in quotes
    assert "contains" in quotes
