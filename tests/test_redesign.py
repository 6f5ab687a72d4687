"""A site of the replica is rebuilt overnight: other pages, and by choice other addresses."""

import asyncio
import json
import urllib.request
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.error import HTTPError

import pytest
from click.testing import CliRunner, Result

from archive import Archive
from crawler.cli import main
from crawler.cli.demo import configure
from crawler.crawl import crawl, opened
from crawler.records import Report
from crawler.replica import Portal
from crawler.sources import load

SITES = ("trs", "hanweb", "policy", "county")


@pytest.fixture
def portal() -> Iterator[Portal]:
    with Portal(size=50, seed=7, now=datetime(2024, 5, 1, tzinfo=UTC)) as running:
        yield running


def page(url: str) -> tuple[str, str]:
    """Return an address's text, and where it came from in the end."""
    with urllib.request.urlopen(url) as answer:  # noqa: S310 - the replica on this machine
        return answer.read().decode(), answer.geturl()


@pytest.mark.parametrize("site", SITES)
def test_a_rebuilt_site_shows_the_same_articles_in_other_pages(portal: Portal, site: str) -> None:
    (listing, *_), urls = portal.site(site).listings, portal.urls(site)
    portal.redesign(site)
    text, _ = page(listing.url)
    assert '<div class="stream">' in text
    for url in urls[:3]:
        truth = portal.told(url)
        assert truth.url == url
        text, _ = page(url)
        assert '<main class="detail">' in text
        assert truth.text.splitlines()[-1][:20] in text
    assert portal.publish(site) in {truth.url for truth in portal.truth()}


def test_old_addresses_redirect_where_articles_and_columns_have_moved(portal: Portal) -> None:
    old = portal.site("trs").listings[0].url, portal.urls("trs")[0]
    portal.redesign("trs", columns="redirects", addresses=True)
    new = portal.site("trs").listings[0].url, portal.urls("trs")[0]
    for before, after in zip(old, new, strict=True):
        assert before != after
        assert page(before)[1] == after


def test_the_old_address_of_a_column_may_be_gone_and_the_home_page_knows_the_new_one(
    portal: Portal,
) -> None:
    (old, *_) = portal.site("county").listings
    portal.redesign("county", columns="gone")
    with pytest.raises(HTTPError, match="404"):
        page(old.url)
    (new, *_) = portal.site("county").listings
    home, _ = page(portal.site("county").address)
    assert new.url.removeprefix(portal.site("county").address) in home
    assert old.category in page(new.url)[0]


def test_a_list_may_be_empty_until_its_script_has_run(portal: Portal) -> None:
    portal.redesign("policy", scripted=True)
    site = portal.site("policy")
    text, _ = page(site.listings[0].url)
    assert "content_69" not in text
    rows, _ = page(f"{site.address}/v2/api/list?channel=1&page=1")
    assert "content_69" in rows


def test_the_english_site_is_not_rebuilt(portal: Portal) -> None:
    with pytest.raises(ValueError, match="taken over"):
        portal.redesign("english")
    with pytest.raises(ValueError, match="columns is one of"):
        portal.redesign("trs", columns="flies")


# --- the drill: crawl, rebuild, crawl twice, mend, crawl ----------------------------------------

NOW = datetime.now(UTC) - timedelta(days=20)
#: Rules that fit the pages as they were; the generic reader would not need them.
RULES = {
    "trs": 'item = "ul.news_list > li"\ndate = "span"\nnext = "trs"',
    "policy": 'item = ".list li"\n',
    "county": 'item = "tr:has(a[target=_blank])"\n',
}


@dataclass(slots=True)
class Drill:
    """A portal, and the data folder of those who watch it."""

    portal: Portal
    folder: Path
    at: datetime = NOW

    def crawl(self) -> dict[str, Report]:
        """Make a pass a day after the last one."""
        self.at += timedelta(days=1)
        loaded = load(self.folder / "config")

        async def work() -> list[Report]:
            async with opened(loaded.settings, self.folder / "data", now=lambda: self.at) as stages:
                return await crawl(loaded.sources, stages, at_once=4)

        return {report.source: report for report in asyncio.run(work())}

    def gazette(self, *words: str) -> Result:
        at = ("--config", str(self.folder / "config"), "--data", str(self.folder / "data"))
        return CliRunner().invoke(main, [*words, *at])

    def titles(self) -> Counter[tuple[str, str]]:
        """Return how often each article of each source is archived; none may have a revision."""
        with Archive.open(self.folder / "data/archive.db", read_only=True) as archive:
            stored = list(archive.articles())
        assert {one.revision for one in stored} == {1}
        assert all(one.gone is None and one.missing is None for one in stored)
        return Counter((one.article.source, one.article.title) for one in stored)


@pytest.fixture
def drill(tmp_path: Path) -> Iterator[Drill]:
    with Portal(size=60, seed=7, now=NOW) as portal:
        configure(portal, tmp_path / "config", Path(__file__).parents[1] / "config/families")
        for path in (tmp_path / "config/sources").iterdir():
            if path.stem not in SITES:
                path.unlink()
            elif rules := RULES.get(path.stem):
                path.write_text(f"{path.read_text()}\n[listing]\n{rules}\n")
        yield Drill(portal=portal, folder=tmp_path)


@pytest.mark.parametrize(
    ("columns", "scripted"), [("stays", False), ("gone", False), ("redirects", True)]
)
def test_a_rebuilt_site_is_mended_and_nothing_archived_is_touched(
    drill: Drill, columns: str, scripted: bool
) -> None:
    assert not any(report.failed for report in drill.crawl().values())
    before = drill.titles()
    for site in SITES:
        drill.portal.redesign(site, columns=columns, scripted=scripted)
    for _ in range(2):
        dry = drill.crawl()
        assert {name for name, one in dry.items() if one.error and not one.found} == set(SITES)
    assert drill.titles() == before
    published = set()
    drill.portal.now = drill.at
    for site in SITES:
        published.add(drill.portal.told(drill.portal.publish(site)).title)
    mended = drill.gazette("check", "--all", "--fix", "--yes")
    assert mended.exit_code == 0, mended.output
    assert drill.gazette("check", "--all").exit_code == 0
    after = drill.crawl()
    assert {name: (one.new, one.revised, one.failed) for name, one in after.items()} == (
        dict.fromkeys(SITES, (1, 0, 0))
    )
    now = drill.titles()
    assert {title for _source, title in now - before} == published
    assert not before - now
    assert drill.gazette("verify").exit_code == 0


def test_a_listing_filled_by_a_script_is_told(drill: Drill) -> None:
    drill.portal.redesign("trs", scripted=True)
    done = drill.gazette("check", "trs", "--report", "--json")
    assert json.loads(done.stdout)["state"] == "filled by a script"
    before = (drill.folder / "config/sources/trs.toml").read_bytes()
    assert drill.gazette("check", "trs", "--fix", "--yes").exit_code == 1
    assert (drill.folder / "config/sources/trs.toml").read_bytes() == before  # nothing is known


def test_articles_whose_addresses_changed_are_known_by_their_titles(drill: Drill) -> None:
    drill.crawl()
    drill.portal.redesign("trs", columns="redirects", addresses=True)
    done = drill.gazette("check", "trs", "--fix", "--yes")
    assert done.exit_code == 0, done.output
    assert " 0 by address, " in done.output
    text = (drill.folder / "config/sources/trs.toml").read_text()
    assert r"'/v2/detail/\d+\.html$'" in text
    assert drill.crawl()["trs"].failed == 0
    assert drill.gazette("verify").exit_code == 0
