"""The history of a source: walked to its end past everything that listings do, and fetched."""

import asyncio
import json
import os
import random
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from crawler import backfill, sources
from crawler.backfill import rules
from crawler.backfill.idle import Idle
from crawler.backfill.reach import reach, share_of
from crawler.cli import main
from crawler.cli.demo import configure
from crawler.crawl import clock, opened
from crawler.frontier import Frontier
from crawler.records import (
    REVISITS,
    Backfill,
    Ending,
    Link,
    Listing,
    ListingKind,
    PageRead,
    PageRequest,
    Source,
    Walk,
)
from crawler.replica import Portal
from tests.small_site import SmallSite, plain

ROOT = Path(__file__).parents[1]
NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
TODAY = NOW.date()


# What ends a walk


def read(place: int, *days: str, named: int = 20, fresh: int = 20, print_: str = "") -> PageRead:
    told = tuple(date.fromisoformat(day) for day in days)
    return PageRead(place=place, named=named, fresh=fresh, print=print_ or f"{place}", days=told)


def why(
    *pages: PageRead,
    stated: int | None = None,
    since: str | None = None,
    most: int | None = None,
) -> Ending | None:
    """Return why a walk ends after pages, given in the order in which they were read."""
    return rules.ending(
        pages[::-1],
        pages=len(pages),
        stated=stated,
        since=date.fromisoformat(since) if since else None,
        most=most,
    )


def test_three_pages_of_older_entries_end_a_walk_to_a_day() -> None:
    young, old = ["2026-02-01"] * 20, ["2025-11-01"] * 20
    assert why(read(1, *young), read(2, *old), read(3, *old), since="2026-01-01") is None
    pages = [read(1, *young), *(read(n, *old) for n in (2, 3, 4))]
    assert why(*pages, since="2026-01-01") is Ending.SINCE


def test_old_entries_that_are_pinned_to_the_top_end_nothing() -> None:
    pinned = [*["2019-05-05"] * 4, *["2026-02-01"] * 16]
    assert why(*(read(n, *pinned) for n in range(1, 9)), since="2026-01-01") is None


def test_young_entries_slipped_in_between_old_ones_do_not_hold_up_the_end() -> None:
    inserted = [*["2026-02-20"] * 2, *["2025-11-01"] * 18]
    pages = [read(n, *inserted) for n in (1, 2, 3)]
    assert why(*pages, since="2026-01-01") is Ending.SINCE


def test_a_listing_that_begins_with_the_oldest_is_read_on_to_what_is_wanted() -> None:
    pages = [read(n, *[f"20{n:02}-05-05"] * 20) for n in range(5, 20)]
    assert why(*pages, since="2026-01-01") is None


def test_pages_without_days_are_passed_over_by_the_rule_of_days() -> None:
    old = ["2025-11-01"] * 20
    pages = [read(1, *old), read(2), read(3, *old), read(4), read(5, *old)]
    assert why(*pages, since="2026-01-01") is Ending.SINCE


def test_a_page_of_known_entries_alone_ends_nothing() -> None:
    assert why(read(1), read(2, fresh=0), read(3, fresh=0), read(4, fresh=0)) is None


def test_the_same_page_three_times_ends_a_walk_whatever_the_site_counts() -> None:
    pages = [read(1), *(read(n, fresh=0, print_="x") for n in (2, 3, 4))]
    assert why(*pages) is Ending.REPEATS
    assert why(*pages, stated=10**6) is Ending.REPEATS


def test_empty_pages_in_the_middle_end_nothing_where_the_site_counts_more() -> None:
    empty = [read(n, named=0, fresh=0, print_="-") for n in (2, 3, 4)]
    assert why(read(1), *empty, stated=9) is None
    assert why(read(1), *empty) is Ending.END


def test_pages_that_go_round_end_after_fifty_that_name_nothing_new() -> None:
    pages = [read(1), read(2), *(read(n, fresh=0, print_="ab"[n % 2]) for n in range(3, 52))]
    assert why(*pages) is None
    assert why(*pages, read(52, fresh=0)) is Ending.FRUITLESS


def test_no_listing_is_read_for_ever() -> None:
    assert rules.ending([read(9)], pages=rules.LONGEST, stated=None, since=None, most=None) is (
        Ending.LIMIT
    )


def test_pages_asked_for_end_a_walk() -> None:
    assert why(read(1), read(2), most=3) is None
    assert why(read(1), read(2), most=2) is Ending.PAGES


# What follows a page that tells nothing


@pytest.mark.parametrize(
    ("before", "page", "after"),
    [
        ("/list/", "/list/2", None),
        ("/a/index.html", "/a/index_1.html", "/a/index_2.html"),
        ("/a/index_3.html", "/a/index_4.html", "/a/index_5.html"),
        ("/a?page=09", "/a?page=10", "/a?page=11"),
        ("/a", "/a?page=2", "/a?page=3"),
        ("/a?x=1", "/a?x=1&page=2", "/a?x=1&page=3"),
        ("/p?start=1&end=45", "/p?start=46&end=90", "/p?start=91&end=135"),
        ("/a_5.html", "/a_4.html", None),
        ("/feed.xml", "/archive.xml", None),
    ],
)
def test_the_page_after_one_follows_from_its_number(
    before: str, page: str, after: str | None
) -> None:
    host = "http://www.example.gov.cn"
    found = rules.following(PageRequest(url=host + before), PageRequest(url=host + page))
    assert (found and found.url) == (after and host + after)


def test_the_numbers_of_a_form_go_on_too() -> None:
    def request(number: int) -> PageRequest:
        form = (("columnid", "12"), ("pageNo", str(number)))
        return PageRequest(url="http://a.example/", method="POST", form=form)

    assert rules.following(request(2), request(3)) == request(4)


@given(st.text("ab/_?=&0123456789", max_size=30), st.text("ab/_?=&0123456789", max_size=30))
def test_what_follows_is_another_page_of_the_same_shape(before: str, page: str) -> None:
    found = rules.following(PageRequest(url=before), PageRequest(url=page))
    if found is not None:
        assert found.url not in (before, page)
        assert re.sub(r"\d+", "0", found.url) == re.sub(r"\d+", "0", page)


def test_an_old_article_is_looked_at_again_as_if_it_had_been_watched_from_its_day() -> None:
    def wait(day: date | None) -> timedelta:
        return REVISITS[rules.place_in(REVISITS, day, TODAY)]

    assert wait(TODAY) == timedelta(hours=1)
    assert wait(TODAY - timedelta(days=10)) == timedelta(days=30)
    assert wait(date(2012, 1, 1)) == wait(None) == timedelta(days=180)


# How far it is


ASKED = Backfill(source="s", asked=NOW)


def test_an_estimate_is_given_only_where_every_listing_allows_one() -> None:
    counted = Walk(listing="a", pages=5, entries=100, stated=10)
    unknown = Walk(listing="b", pages=3, entries=60)
    assert reach(ASKED, [counted], TODAY).share == 0.5
    assert reach(ASKED, [counted, unknown], TODAY).share is None


def test_articles_that_wait_are_work_to_be_done() -> None:
    walk = Walk(listing="a", pages=5, entries=95, unvisited=50, ended=Ending.END)
    assert reach(ASKED, [walk], TODAY).share == 0.5


def test_the_days_reached_tell_how_far_it_is_to_the_day_asked_for() -> None:
    asked = Backfill(source="s", asked=NOW, since=date(2026, 1, 1))
    walk = Walk(listing="a", pages=3, newest=date(2026, 3, 2), oldest=date(2026, 1, 31))
    assert share_of(walk, asked, TODAY) == 0.5


# Real walks


class Paged(SmallSite):
    """A site whose listing has pages."""

    def lay(self, pages: list[list[str]], *, last: str = "", first: str = "/news/") -> None:
        """Show pages of entries, ``NUMBER`` or ``NUMBER@DAY``, each linked to the next."""
        for number, entries in enumerate(pages, 1):
            here = first if number == 1 else f"{first}{number}.html"
            after = f"{first}{number + 1}.html" if number < len(pages) else last
            self.pages[here] = listing(entries, after)
            for entry in entries:
                name = entry.partition("@")[0]
                self.pages[f"/{name}.html"] = plain(int(name))

    def fetched(self) -> Counter[str]:
        return Counter(path for path in self.asked if path != "/robots.txt")


def listing(entries: list[str], after: str = "") -> str:
    rows = ""
    for entry in entries:
        name, _, day = entry.partition("@")
        rows += (
            f"<li><a href='/{name}.html'>第{name}号民生实事项目推进情况</a>"
            f"<span>{day or '2026-02-01'}</span></li>"
        )
    onward = f"<a href='{after}'>下一页</a>" if after else ""
    return f"<html><body><ul>{rows}</ul>{onward}</body></html>"


def numbers(start: int, count: int, day: str = "") -> list[str]:
    return [f"{n}@{day}" if day else f"{n}" for n in range(start, start + count)]


@pytest.fixture
def site() -> Iterator[Paged]:
    with Paged() as running:
        yield running


async def fill(
    site: SmallSite,
    folder: Path,
    source: Source,
    *,
    since: str | None = None,
    pages: int | None = None,
    now: Callable[[], datetime] = lambda: NOW,
) -> list[Walk]:
    """Ask for the history of a source, fetch it, and return how far its listings were read."""
    async with opened(site.settings(), folder, now=now) as stages:
        stages.frontier.sources.register([source])
        stages.frontier.backfills.ask(
            source.id,
            source.listings,
            since=date.fromisoformat(since) if since else None,
            pages=pages,
            now=now(),
        )
        await backfill.alone(source, stages)
        return stages.frontier.backfills.walks(source.id)


def shallow(site: SmallSite, *paths: str, kind: ListingKind = ListingKind.HTML) -> Source:
    """Return a source whose passes read one page."""
    listings = tuple(
        Listing(url=site.address + path, kind=kind, pages=1, every=timedelta(hours=1))
        for path in paths or ("/news/",)
    )
    return Source(
        id="small", name="小城市", address=f"{site.address}/", zone="Asia/Shanghai", lang="zh",
        listings=listings, delay=timedelta(),
    )  # fmt: skip


def archived(folder: Path) -> set[int]:
    with closing(sqlite3.connect(folder / "archive.db")) as db:
        urls = [url for (url,) in db.execute("SELECT url FROM articles")]
    return {int(url.rpartition("/")[2].removesuffix(".html")) for url in urls}


async def test_a_listing_is_read_to_its_end_and_every_article_fetched_once(
    site: Paged, tmp_path: Path
) -> None:
    site.lay([numbers(10 * n, 10) for n in range(4)])
    (walk,) = await fill(site, tmp_path, shallow(site))
    assert archived(tmp_path) == set(range(40))
    assert (walk.pages, walk.entries, walk.stored, walk.ended) == (4, 40, 40, Ending.END)
    assert {path: n for path, n in site.fetched().items() if n > 1} == {"/news/": 2}


async def test_the_newest_page_comes_first_with_its_articles(site: Paged, tmp_path: Path) -> None:
    site.lay([numbers(10 * n, 10) for n in range(3)])
    await fill(site, tmp_path, shallow(site))
    order = [path for path in site.asked if path != "/robots.txt"]
    assert order.index("/news/2.html") < order.index("/15.html") < order.index("/news/3.html")


async def test_a_last_page_that_comes_again_and_again_ends_the_walk(
    site: Paged, tmp_path: Path
) -> None:
    site.lay([numbers(10 * n, 10) for n in range(3)], last="/news/4.html")
    for number in range(4, 50):
        site.pages[f"/news/{number}.html"] = listing(numbers(20, 10), f"/news/{number + 1}.html")
    (walk,) = await fill(site, tmp_path, shallow(site))
    assert (walk.pages, walk.entries, walk.ended) == (5, 30, Ending.REPEATS)


async def test_pages_that_lead_back_end_the_walk(site: Paged, tmp_path: Path) -> None:
    site.lay([numbers(10 * n, 10) for n in range(3)], last="/news/2.html")
    (walk,) = await fill(site, tmp_path, shallow(site))
    assert (walk.pages, walk.ended) == (3, Ending.LOOP)


async def test_a_listing_that_counts_more_pages_than_it_leads_to_is_told_of(
    site: Paged, tmp_path: Path
) -> None:
    site.lay([numbers(0, 10)])
    site.pages["/news/"] = site.pages["/news/"].replace("</ul>", "</ul><p>共 7 页 70 条</p>")
    (walk,) = await fill(site, tmp_path, shallow(site))
    assert (walk.pages, walk.stated, walk.ended) == (1, 7, Ending.SHORT)


async def test_an_empty_page_in_the_middle_is_passed(site: Paged, tmp_path: Path) -> None:
    site.lay([numbers(10 * n, 10) for n in range(5)])
    site.pages["/news/3.html"] = "<html><body><p>系统维护中</p></body></html>"
    (walk,) = await fill(site, tmp_path, shallow(site))
    assert archived(tmp_path) == {*range(20), *range(30, 50)}
    assert walk.pages == 5


async def test_a_page_that_fails_is_stepped_over_tried_again_and_told(
    site: Paged, tmp_path: Path
) -> None:
    site.lay([numbers(10 * n, 10) for n in range(5)])
    kept = site.pages.pop("/news/3.html")
    source = shallow(site)
    (walk,) = await fill(site, tmp_path, source)
    assert archived(tmp_path) == {*range(20), *range(30, 50)}
    assert site.fetched()["/news/3.html"] == 2
    with Frontier(tmp_path / "crawl.db", read_only=True) as frontier:
        (gap,) = frontier.backfills.gaps("small")
    assert (gap.place, gap.url) == (3, f"{site.address}/news/3.html")
    assert "404" in gap.reason
    site.pages["/news/3.html"] = kept
    assert walk.ended is Ending.END


async def test_a_walk_to_a_day_fetches_nothing_older_and_stops_soon_after(
    site: Paged, tmp_path: Path
) -> None:
    months = [f"2026-{3 - n:02}-01" if n < 3 else f"2025-{15 - n:02}-01" for n in range(12)]
    pages = [numbers(10 * n, 10, day) for n, day in enumerate(months)]
    pages[0][:2] = ["900@2019-01-01", "901@2019-01-01"]  # pinned
    pages[1][5] = "902@2018-01-01"  # dated back
    pages[4][3] = "903@2026-02-27"  # slipped in late
    site.lay(pages)
    source = shallow(site)
    (walk,) = await fill(site, tmp_path, source, since="2026-01-01")
    assert (walk.pages, walk.ended) == (6, Ending.SINCE)
    wanted = {*range(2, 15), *range(16, 30), 10, 903}
    assert archived(tmp_path) - {900, 901, 0, 1} == wanted - {0, 1}
    assert 902 not in archived(tmp_path)


async def test_more_pages_can_be_asked_for_and_go_on_where_the_last_ended(
    site: Paged, tmp_path: Path
) -> None:
    site.lay([numbers(10 * n, 10) for n in range(6)])
    source = shallow(site)
    (walk,) = await fill(site, tmp_path, source, pages=2)
    assert (walk.pages, walk.ended) == (2, Ending.PAGES)
    site.asked.clear()
    (walk,) = await fill(site, tmp_path, source, pages=4)
    assert (walk.pages, walk.ended) == (4, Ending.PAGES)
    assert [path for path in site.asked if path.startswith("/news/")] == [
        "/news/3.html",
        "/news/4.html",
    ]


async def test_what_is_published_meanwhile_is_fetched_before_the_rest_of_the_history(
    site: Paged, tmp_path: Path
) -> None:
    site.lay([numbers(10 * n, 10) for n in range(6)])

    def now() -> datetime:
        """Let an hour pass, and news come, once thirty articles are fetched."""
        late = sum(path[1:2].isdigit() for path in site.asked) >= 30
        if late and "/777.html" not in site.pages:
            site.pages["/777.html"] = plain(777)
            site.pages["/news/"] = listing(["777", *numbers(0, 9)], "/news/2.html")
        return NOW + timedelta(hours=2 if late else 0)

    await fill(site, tmp_path, shallow(site), now=now)
    order = [path for path in site.asked if path[1:2].isdigit()]
    assert order.index("/777.html") in (30, 31)
    assert archived(tmp_path) == {*range(60), 777}


async def test_a_pass_leaves_history_alone_but_for_what_its_listing_names(
    site: Paged, tmp_path: Path
) -> None:
    site.lay([numbers(10 * n, 10) for n in range(2)])
    source = shallow(site)
    (listed,) = source.listings
    async with opened(site.settings(), tmp_path, now=lambda: NOW) as stages:
        links = {Link(url=f"{site.address}/{n}.html"): 0 for n in (5, 15)}
        stages.frontier.links.add_history("small", listed.url, "", links, now=NOW)
    report = await site.crawl(tmp_path, source, NOW)
    assert report.new == 10
    assert archived(tmp_path) == set(range(10))


async def test_a_sitemap_index_is_read_file_by_file(site: Paged, tmp_path: Path) -> None:
    space = "xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'"
    site.pages["/sitemap.xml"] = f"<sitemapindex {space}>" + "".join(
        f"<sitemap><loc>{site.address}/map{n}.xml</loc></sitemap>" for n in range(3)
    ) + "</sitemapindex>"  # fmt: skip
    for n in range(3):
        site.pages[f"/map{n}.xml"] = f"<urlset {space}>" + "".join(
            f"<url><loc>{site.address}/{10 * n + k}.html</loc>"
            f"<lastmod>202{n + 4}-01-01</lastmod></url>" for k in range(5)
        ) + "</urlset>"  # fmt: skip
        site.pages |= {f"/{10 * n + k}.html": plain(10 * n + k) for k in range(5)}
    source = shallow(site, "/sitemap.xml", kind=ListingKind.SITEMAP)
    (walk,) = await fill(site, tmp_path, source, since="2025-01-01")
    assert (walk.pages, walk.entries, walk.ended) == (4, 15, Ending.END)
    assert archived(tmp_path) == {*range(10, 15), *range(20, 25)}


async def test_the_archives_of_a_feed_are_followed(site: Paged, tmp_path: Path) -> None:
    def feed(numbers: range, *links: str) -> str:
        entries = "".join(
            f"<entry><title>第{n}号</title><link rel='alternate' href='/{n}.html'/>"
            f"<link rel='next' href='/wrong.xml'/>"
            "<updated>2026-02-01T00:00:00Z</updated></entry>"
            for n in numbers
        )
        return f"<feed xmlns='http://www.w3.org/2005/Atom'>{''.join(links)}{entries}</feed>"

    site.pages["/feed.xml"] = feed(range(5), '<link rel="prev-archive" href="/2025.xml"/>')
    site.pages["/2025.xml"] = feed(range(5, 10), "<link href='/2024.xml' rel='prev-archive'/>")
    site.pages["/2024.xml"] = feed(range(10, 15))
    site.pages |= {f"/{n}.html": plain(n) for n in range(15)}
    source = shallow(site, "/feed.xml", kind=ListingKind.FEED)
    (walk,) = await fill(site, tmp_path, source)
    assert (walk.pages, walk.entries) == (3, 15)
    assert archived(tmp_path) == set(range(15))


async def test_a_site_that_wants_to_be_left_alone_is_and_it_goes_on_later(
    portal: Portal, tmp_path: Path
) -> None:
    configure(portal, tmp_path / "config", ROOT / "config" / "families")
    loaded = sources.load(tmp_path / "config", only=["county"])
    (source,) = loaded.sources
    async with opened(loaded.settings, tmp_path / "data") as stages:
        stages.frontier.backfills.ask(
            source.id, source.listings, since=None, pages=None, now=clock()
        )
        portal.overload("county", retry_after=600)
        try:
            halted = await backfill.alone(source, stages)
        finally:
            portal.restore("county")
        asked = stages.frontier.backfills.of(source.id)
    assert halted is not None
    assert asked is not None
    assert asked.finished is None
    assert asked.rests is not None
    assert asked.rests > clock() + timedelta(minutes=9)


async def test_a_page_that_is_always_refused_keeps_no_other_listing_waiting(
    site: Paged, tmp_path: Path
) -> None:
    site.lay([numbers(n, 5, "2026-02-20") for n in (0, 5, 10)])
    site.lay([numbers(n, 5, "2026-01-20") for n in (20, 25, 30)], first="/plans/")
    site.pages["/news/2.html"] = "<html><script>document.cookie='a=b';location.reload()</script>"
    moment = [NOW]
    source = shallow(site, "/news/", "/plans/")
    async with opened(site.settings(), tmp_path, now=lambda: moment[0]) as stages:
        stages.frontier.sources.register([source])
        stages.frontier.backfills.ask("small", source.listings, since=None, pages=None, now=NOW)

        async def no_news() -> None:
            """Tell that nothing is new."""

        for _ in range(8):
            await backfill.run(source, stages, news=no_news)
            moment[0] += timedelta(hours=2)
        gaps = stages.frontier.backfills.gaps("small")
    assert {*range(5), *range(20, 35)} <= archived(tmp_path)
    assert [(gap.url, gap.again) for gap in gaps] == [(f"{site.address}/news/2.html", True)]


# Under the daemon


async def test_the_daemon_fetches_history_while_no_pass_is_due(site: Paged, tmp_path: Path) -> None:
    site.lay([numbers(10 * n, 10) for n in range(3)])
    source, busy, bugs = shallow(site), {"small": True}, list[BaseException]()
    async with opened(site.settings(), tmp_path, now=lambda: NOW) as stages:
        stages.frontier.sources.register([source])
        stages.frontier.backfills.ask("small", source.listings[:1], since=None, pages=None, now=NOW)
        idle = Idle(
            {"small": source},
            stages,
            asyncio.Event(),
            busy=lambda name: busy[name],
            crash=bugs.append,
        )
        idle.tick()
        await asyncio.sleep(0.3)
        assert site.asked == []
        busy["small"] = False
        await asyncio.wait(idle.running.values())
        asked = stages.frontier.backfills.of("small")
        idle.tick()
        assert not idle.running
    assert asked is not None
    assert asked.finished is not None
    assert (archived(tmp_path), bugs) == (set(range(30)), [])


# The command


def gazette(folder: Path, *words: str) -> Result:
    at = ["--config", str(folder / "config"), "--data", str(folder / "data")]
    return CliRunner().invoke(main, [*words, *at])


@pytest.fixture(scope="module")
def portal() -> Iterator[Portal]:
    with Portal(size=120, seed=5, now=datetime.now(UTC) - timedelta(days=1)) as running:
        yield running


@pytest.fixture
def folder(portal: Portal, tmp_path: Path) -> Path:
    """Return a folder whose sources read one page of each listing in a pass."""
    configure(portal, tmp_path / "config", ROOT / "config" / "families")
    for file in (tmp_path / "config/sources").iterdir():
        file.write_text(file.read_text().replace("pages = 1000", "pages = 1"))
    return tmp_path


def test_the_whole_history_of_five_systems_comes_with_one_command(
    portal: Portal, folder: Path
) -> None:
    done = gazette(folder, "crawl", "--all", "--backfill", "--json")
    assert done.exit_code == 0, done.output
    with closing(sqlite3.connect(folder / "data/archive.db")) as db:
        stored = {url for (url,) in db.execute("SELECT url FROM articles")}
    assert stored == {truth.url for truth in portal.truth()}
    rows = {row["source"]: row for row in map(json.loads, done.stdout.splitlines())}
    assert sum(row["stored"] for row in rows.values()) == len(stored)
    for walk in rows["hanweb"]["listings"]:  # this system counts its entries
        assert walk["entries"] == walk["total"]
    assert all(w["ended"] == "end" for row in rows.values() for w in row["listings"])
    assert all(row["gaps"] == [] for row in rows.values())
    shown = gazette(folder, "crawl", "trs", "--backfill", "--report")
    assert shown.exit_code == 0
    assert "read to its last page" in shown.output
    assert re.search(r"20\d\d  .*█", shown.output)


def test_a_page_that_is_asked_for_by_a_form_is_gone_on_from(tmp_path: Path) -> None:
    def listings(*words: str) -> list[dict[str, object]]:
        done = gazette(tmp_path, "crawl", "hanweb", "--backfill", "--json", *words)
        assert done.exit_code == 0, done.output
        (row,) = map(json.loads, done.stdout.splitlines())
        found: list[dict[str, object]] = row["listings"]
        return found

    with Portal(size=200, seed=5, now=datetime.now(UTC) - timedelta(days=1)) as portal:
        configure(portal, tmp_path / "config", ROOT / "config" / "families")
        assert [walk["ended"] for walk in listings("--pages", "1")] == ["pages", "end"]
        asked = len(portal.requests)
        walks = listings()
        methods = [visit.method for visit in list(portal.requests)[asked:] if "/col/" in visit.path]
        posts = [visit for visit in list(portal.requests)[asked:] if visit.method == "POST"]
    assert [(walk["ended"], walk["entries"]) for walk in walks] == [
        ("end", walk["total"]) for walk in walks
    ]
    assert (methods, len(posts)) == ([], 1)


def test_options_of_history_without_it_or_without_a_source_are_refused(folder: Path) -> None:
    for words in (["trs", "--since", "1y"], ["trs", "--pages", "3"], ["trs", "--report"]):
        assert gazette(folder, "crawl", *words).exit_code == 2
    assert gazette(folder, "crawl", "--backfill").exit_code == 2
    assert gazette(folder, "crawl", "trs", "--backfill", "--since", "soon").exit_code == 2


def test_where_a_daemon_runs_the_history_is_left_to_it(portal: Portal, folder: Path) -> None:
    for file in (folder / "config/sources").iterdir():
        if file.stem != "hanweb":
            file.unlink()
    place = ["--config", str(folder / "config"), "--data", str(folder / "data")]
    daemon = subprocess.Popen(
        [sys.executable, "-m", "crawler.cli", "daemon", *place],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert daemon.stderr is not None
        for line in daemon.stderr:
            if "pass source=" in line:
                break
        asked = gazette(folder, "crawl", "hanweb", "--backfill")
        assert (asked.exit_code, "daemon" in asked.output) == (0, True), asked.output
        for line in daemon.stderr:
            if "backfill source=hanweb finished" in line:
                break
        else:
            raise AssertionError("it ended")
    finally:
        daemon.send_signal(signal.SIGTERM)
        daemon.communicate(timeout=30)
    told = gazette(folder, "crawl", "hanweb", "--backfill", "--report", "--json")
    (row,) = map(json.loads, told.stdout.splitlines())
    urls = {truth.url for truth in portal.truth() if portal.site("hanweb").address in truth.url}
    assert (row["stored"], row["unvisited"]) == (len(urls), 0)


def test_killed_at_any_moment_it_goes_on_at_the_cost_of_one_request(
    site: Paged, tmp_path: Path
) -> None:
    site.lay([numbers(5 * n, 5) for n in range(3)])
    (tmp_path / "config/sources").mkdir(parents=True)
    (tmp_path / "config/gazette.toml").write_text(
        f'[fetch]\nallow_networks = ["127.0.0.0/8"]\nports = [{site.port}]\ndelay = "0s"\n'
    )
    (tmp_path / "config/sources/small.toml").write_text(
        f'name = "小城市"\naddress = "{site.address}/"\nzone = "Asia/Shanghai"\n'
        f'[[listings]]\nurl = "{site.address}/news/"\npages = 1\nevery = "1d"\n'
    )
    place = ["--config", str(tmp_path / "config"), "--data", str(tmp_path / "data")]
    command = [sys.executable, "-m", "crawler.cli", "crawl", "small", "--backfill", *place]
    assert gazette(tmp_path, "crawl", "small").exit_code == 0  # what is new is there already
    chance, kills = random.Random(6), 0
    while True:
        before = len(site.asked)
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
        goal = before + chance.randrange(3, 9)
        while process.poll() is None and len(site.asked) < goal:
            time.sleep(0.001)
        if process.poll() is not None:
            break
        time.sleep(chance.uniform(0, 0.05))
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        kills += 1
    assert process.returncode == 0
    assert kills >= 2
    assert archived(tmp_path / "data") == set(range(15))
    needed = 15 + 3 + 1  # the first page is read by the pass as well
    assert sum(site.fetched().values()) <= needed + kills
