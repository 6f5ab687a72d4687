"""The replicas of the further systems, crawled with their families' files: every article, whole."""

import asyncio
import json
import re
import sqlite3
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler import sources
from crawler.cli.demo import configure
from crawler.crawl import crawl, opened
from crawler.replica import Portal, Truth
from crawler.replica.further import FURTHER
from crawler.sources import load
from crawler.sources.known import family_marks

FAMILIES = Path(__file__).parents[1] / "config" / "families"
START = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
#: enough that each list goes on over several pages
SIZE = 28 * len(FURTHER)


@pytest.fixture(scope="module")
def portal() -> Iterator[Portal]:
    with Portal(size=SIZE, seed=3, now=START, sites=tuple(FURTHER)) as running:
        yield running


@pytest.fixture(scope="module")
def folder(portal: Portal, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("further")
    configure(portal, folder / "config", FAMILIES)
    loaded = sources.load(folder / "config")

    async def once() -> None:
        async with opened(loaded.settings, folder, now=lambda: START) as stages:
            await crawl(loaded.sources, stages, at_once=8)

    asyncio.run(once())
    return folder


@pytest.fixture(scope="module")
def stored(folder: Path) -> dict[str, sqlite3.Row]:
    with closing(sqlite3.connect(folder / "archive.db")) as db:
        db.row_factory = sqlite3.Row
        return {row["url"]: row for row in db.execute("SELECT * FROM articles")}


def truths(portal: Portal, site: str) -> list[Truth]:
    return [truth for truth in portal.truth() if truth.site == site]


@pytest.mark.parametrize("site", FURTHER)
def test_a_pass_archives_every_article_of_the_site(
    site: str, portal: Portal, stored: dict[str, sqlite3.Row]
) -> None:
    known = truths(portal, site)
    (listed,) = (each for each in portal.sites if each.id == site)
    assert {t.url for t in known} == {u for u, row in stored.items() if row["source"] == site}
    assert len(known) > 2 * FURTHER[site].rows, listed


@pytest.mark.parametrize("site", FURTHER)
def test_each_article_has_its_title_moment_origin_editor_and_text(
    site: str, portal: Portal, stored: dict[str, sqlite3.Row]
) -> None:
    for truth in truths(portal, site):
        row = stored[truth.url]
        assert row["title"] == truth.title
        assert row["published"] == truth.published.strftime("%Y-%m-%dT%H:%M:%SZ")
        assert row["precision"] == truth.precision
        assert row["origin"] == (truth.origin or "")
        assert row["editor"] == (truth.editor or "")
        shown, told = (re.sub(r"\s+", "", text) for text in (row["text"], truth.text))
        assert shown.startswith(told)
        assert re.fullmatch(r"(附件\d：.*?\.pdf)*(（责任编辑：\w+）)?", shown[len(told) :])
        found = [each["url"] for each in json.loads(row["attachments"])]
        assert found == list(truth.attachments)


@pytest.mark.parametrize("site", FURTHER)
def test_no_list_of_the_site_is_taken_for_an_article(
    site: str, portal: Portal, folder: Path
) -> None:
    (source,) = load(folder / "config", only=[site]).sources
    (replica,) = (each for each in portal.sites if each.id == site)
    listed = [listing.url for listing in replica.listings]
    assert not [url for url in listed for pattern in source.include if re.search(pattern, url)]


@pytest.mark.parametrize("site", FURTHER)
def test_its_marks_tell_the_system_from_all_others(site: str, portal: Portal) -> None:
    marks = family_marks(FAMILIES)
    (replica,) = (each for each in portal.sites if each.id == site)
    for url in (replica.listings[0].url, truths(portal, site)[0].url):
        with urllib.request.urlopen(url) as answer:  # noqa: S310 - the replica on this machine
            page = f"{url}\n{answer.read().decode('utf-8', 'replace')}"
        found = {
            family: sum(bool(re.search(mark, page)) for mark in known)
            for family, known in marks.items()
        }
        best = max(found.values())
        assert best >= 2
        assert [family for family, count in found.items() if count == best] == [site], url
