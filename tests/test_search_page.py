"""The search page and what can be taken away from it: facets, a feed, a table, JSON."""

import csv
import io
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from urllib.parse import quote
from xml.etree import ElementTree

import fastfeedparser
import pytest
from datasette.app import Datasette

from archive import Archive, Filing
from archive.browse import application
from archive.records import Article, Precision
from tests.holdings import capture

NOW = datetime(2024, 6, 1, 8, tzinfo=UTC)
ATOM = "{http://www.w3.org/2005/Atom}"
EDITED = "https://gov.example/3.html"


def article(number: int, text: str = "") -> Article:
    return Article(
        source="us-ftc" if number % 3 == 0 else "gov-cn",
        url=f"https://gov.example/{number}.html",
        title=f"=1+{number} 就业第{number}期",
        html=f"<p>就业<script>alert(1)</script>{number}</p>",
        text=text or f"就业，第{number}期。" * 5,
        published=datetime(2024, 3, 4, tzinfo=UTC) - timedelta(days=number),
        precision=Precision.DAY,
        region="CN" if number % 2 else "",
        categories=("要闻 头条",),
    )


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("search") / "archive.db"
    with Archive.open(path) as archive:
        archive.put_all([Filing(article=article(n)) for n in range(1, 131)], now=NOW)
        at = NOW + timedelta(days=2)
        seen = capture(1, url=EDITED, final_url=EDITED, fetched_at=at)
        archive.put(article(3, text="就业，改。" * 5), seen, now=at)
    return path


@pytest.fixture
def datasette(path: Path) -> Iterator[Datasette]:
    found = application(path, {})
    yield found
    for database in found.databases.values():
        database.close()


async def page(datasette: Datasette, address: str, status: int = 200) -> str:
    answer = await datasette.client.get(address)
    assert answer.status_code == status, answer.text
    return str(answer.text)


async def test_facets_say_how_many_there_are_and_lead_to_them(datasette: Datasette) -> None:
    shown = await page(datasette, f"/-/gazette?q={quote('就业')}")
    for term, count in (("source:us-ftc", 43), ("date:2024-03", 3), ('category:"要闻 头条"', 130)):
        found = re.search(
            rf'href="([^"]*{re.escape(quote(term, safe=""))})".*?count">(\d+)<',
            shown.replace("+", "%20"),
        )
        assert found is not None, term
        assert int(found[2]) == count
        narrowed = await page(datasette, unescape(found[1]))
        assert f">{count} article{'' if count == 1 else 's'}</p>" in narrowed


async def test_what_was_understood_and_what_emptied_a_search_is_told(datasette: Datasette) -> None:
    shown = await page(datasette, f"/-/gazette?q={quote('就业 after:2024-03')}")
    assert "published on 2024-03-01 or later" in shown
    empty = await page(datasette, f"/-/gazette?q={quote('就业 source:nobody')}")
    assert "Nothing was found" in empty
    assert "the archive holds nothing from a source “nobody”" in empty


async def test_a_search_is_a_feed_with_ids_that_stay(datasette: Datasette) -> None:
    address = f"/-/gazette.atom?q={quote('就业')}&sort=best"
    answer = await datasette.client.get(address)
    assert answer.headers["content-type"].startswith("application/atom+xml")
    feed = ElementTree.fromstring(answer.text)  # noqa: S314 - our own
    assert feed.tag == f"{ATOM}feed"
    for name in ("id", "title", "updated", "author"):
        assert feed.find(f"{ATOM}{name}") is not None, name
    links = {link.get("rel"): link.get("href") for link in feed.findall(f"{ATOM}link")}
    assert links["self"] == f"http://localhost/-/gazette.atom?q={quote('就业')}"
    entries = feed.findall(f"{ATOM}entry")
    assert [entry.findtext(f"{ATOM}title") for entry in entries[:2]] == [
        "=1+1 就业第1期", "=1+2 就业第2期",
    ]  # fmt: skip
    ids = [entry.findtext(f"{ATOM}id") for entry in entries]
    assert len(set(ids)) == len(ids) == 50
    assert EDITED in ids
    again = ElementTree.fromstring((await datasette.client.get(address)).text)  # noqa: S314
    assert [entry.findtext(f"{ATOM}id") for entry in again.findall(f"{ATOM}entry")] == ids


async def test_an_edited_article_is_newly_updated_in_the_feed(datasette: Datasette) -> None:
    parsed = fastfeedparser.parse(await page(datasette, f"/-/gazette.atom?q={quote('就业')}"))
    updated = {entry["id"]: entry["updated"] for entry in parsed["entries"]}
    assert updated[EDITED].startswith("2024-06-03")
    assert parsed["feed"]["updated"].startswith("2024-06-03")
    assert all("script" not in entry["content"][0]["value"] for entry in parsed["entries"])


async def test_the_table_has_every_hit_and_nothing_that_calculates(datasette: Datasette) -> None:
    answer = await datasette.client.get(f"/-/gazette.csv?q={quote('就业')}")
    assert "attachment" in answer.headers["content-disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.text.lstrip("\ufeff"))))
    assert len(rows) == 130
    assert {row["title"][:3] for row in rows} == {"'=1"}
    assert rows[0]["day"] == "2024-03-03"


async def test_json_leads_on_to_the_hits_that_follow(datasette: Datasette) -> None:
    address: str | None = f"/-/gazette.json?q={quote('就业')}&size=60"
    titles: list[str] = []
    pages = 0
    while address:
        told = json.loads(await page(datasette, address))
        titles += [each["title"] for each in told["articles"]]
        address = told["next"] and told["next"].removeprefix("http://localhost")
        pages += 1
    assert (pages, told["total"], told["more_than_total"]) == (3, 130, False)
    assert titles == [f"=1+{n} 就业第{n}期" for n in range(1, 131)]


@pytest.mark.parametrize("form", ["atom", "csv", "json"])
@pytest.mark.parametrize("query", ["", '"', "无此词", "date:x", "(((", "\x00\ud800"])
async def test_any_search_can_be_taken_away(datasette: Datasette, form: str, query: str) -> None:
    asked = quote(query.encode("utf-8", "replace"))
    answer = await datasette.client.get(f"/-/gazette.{form}?q={asked}&cursor=x&size=0")
    assert answer.status_code == 200
    if form == "atom":
        ElementTree.fromstring(answer.text)  # noqa: S314 - our own
