"""Articles looked at again: in their rhythm, sooner after a word of an edit, after the new ones.

Real HTTP on 127.0.0.1, real child processes, real SQLite; only the clock is ours.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from archive import Archive
from crawler import cadence, pipeline
from crawler.cli.status import restless_lines
from crawler.crawl import opened
from crawler.frontier import Frontier
from crawler.pipeline.due import LANES
from crawler.records import Attempt, Link, Outcome, Source, Validators
from crawler.signals import last_modified
from tests.small_site import SmallSite, article, plain

START = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def site() -> Iterator[SmallSite]:
    with SmallSite() as running:
        for number in range(3):
            running.pages[f"/{number}.html"] = plain(number)
        running.list({f"/{n}.html": f"第{n}号民生实事项目推进情况" for n in range(3)})
        yield running


class Visits:
    """Passes over a site, and the articles that each asked for."""

    def __init__(self, site: SmallSite, folder: Path, source: Source) -> None:
        self.site, self.folder, self.source = site, folder, source

    async def at(self, now: datetime) -> set[str]:
        self.site.asked.clear()
        report = await self.site.crawl(self.folder, self.source, now)
        assert (report.failed, report.error) == (0, "")
        return {path for path in self.site.asked if path[1:2].isdigit()}

    def revisions(self, path: str) -> int:
        with Archive.open(self.folder / "archive.db", read_only=True) as archive:
            found = archive.find(self.site.address + path)
            return found.revision if found else 0

    def next(self) -> datetime:
        """Return when the next article is due."""
        with Frontier(self.folder / "crawl.db", read_only=True) as frontier:
            due = frontier.links.next_due("small")
        assert due
        return due

    def put_off(self, days: int) -> None:
        """Let every article rest for days, whatever its rhythm."""
        with Frontier(self.folder / "crawl.db") as frontier:
            for due in frontier.links.due("small", START + 999 * DAY, revisits=99):
                assert due.visited
                frontier.links.settle(
                    Attempt(source="small", url=due.link.url, at=due.visited,
                            outcome=Outcome.UNCHANGED),
                    next_visit=due.visited + timedelta(days=days),
                    seen=due.validators, sha256=due.sha256,
                )  # fmt: skip


@pytest.fixture
def visits(site: SmallSite, tmp_path: Path) -> Visits:
    return Visits(site, tmp_path, site.source())


ALL = {"/0.html", "/1.html", "/2.html"}


async def test_articles_are_looked_at_again_in_the_rhythm_of_their_source(
    site: SmallSite, tmp_path: Path
) -> None:
    source = site.source(revisits=(timedelta(hours=2), timedelta(days=3)))
    visits = Visits(site, tmp_path, source)
    assert await visits.at(START) == ALL
    assert await visits.at(START + HOUR) == set()
    assert await visits.at(START + 2 * HOUR) == ALL
    assert await visits.at(START + 2 * HOUR + 2 * DAY) == set()
    assert await visits.at(START + 2 * HOUR + 3 * DAY) == ALL


async def test_an_edited_article_is_looked_at_again_within_the_hour(
    site: SmallSite, visits: Visits
) -> None:
    now = START
    for wait in (timedelta(), HOUR, DAY, 7 * DAY):
        now += wait
        assert await visits.at(now) == ALL
    site.pages["/1.html"] = plain(1, "会后，市长还到工地看望了工人。")
    now += 30 * DAY
    assert await visits.at(now) == ALL
    assert [visits.revisions(f"/{n}.html") for n in range(3)] == [1, 2, 1]
    assert await visits.at(now + HOUR) == {"/1.html"}


async def test_a_sitemap_that_names_a_later_edit_makes_an_article_due(
    site: SmallSite, tmp_path: Path
) -> None:
    visits = Visits(site, tmp_path, site.source("/sitemap.xml"))
    site.map(dict.fromkeys(ALL, "2026-03-01T09:00:00+08:00"))
    assert await visits.at(START) == ALL
    visits.put_off(days=100)
    now = START + 50 * DAY
    site.map(
        {"/0.html": "2026-03-01T09:00:00+08:00", "/1.html": (now - HOUR).isoformat(),
         "/2.html": "2026-03-01"}
    )  # fmt: skip
    site.pages["/1.html"] = plain(1, "附：名单已更正。")
    assert await visits.at(now) == {"/1.html"}
    assert visits.revisions("/1.html") == 2


async def test_a_sitemap_that_calls_everything_edited_at_every_pass_is_not_believed(
    tmp_path: Path,
) -> None:
    paths = [f"/{n}.html" for n in range(25)]
    with SmallSite({path: plain(n) for n, path in enumerate(paths)}) as site:
        visits = Visits(site, tmp_path, site.source("/sitemap.xml"))
        for days in (0, 1, 2, 3):
            now = START + days * DAY
            site.map(dict.fromkeys(paths, now.isoformat()))
            asked = await visits.at(now)
            assert asked == (set(paths) if days == 0 else set())
            visits.put_off(days=100)


async def test_a_title_changed_in_its_listing_makes_an_article_due(
    site: SmallSite, visits: Visits
) -> None:
    await visits.at(START)
    visits.put_off(days=100)
    titles = {f"/{n}.html": f"第{n}号民生实事项目推进情况" for n in range(3)}
    titles["/0.html"] = "第0号民生实事项目推进…"
    titles["/1.html"] = "【图文】第1号民生实事项目推进情况"
    titles["/2.html"] = "第2号民生实事项目推进情况"
    site.list(titles)
    assert await visits.at(START + DAY) == set()
    site.list(titles | {"/2.html": "第2号民生实事项目暂缓推进"})
    assert await visits.at(START + 2 * DAY) == {"/2.html"}
    visits.put_off(days=100)
    site.list(titles | {"/2.html": "第2号民生实事项目暂缓推进", "/0.html": "关于第0号项目的更正"})
    assert await visits.at(START + 3 * DAY) == {"/0.html"}


async def test_a_page_modified_of_late_is_looked_at_sooner_though_its_text_stood_still(
    site: SmallSite, visits: Visits
) -> None:
    now = START
    for wait in (timedelta(), HOUR, DAY):
        now += wait
        assert await visits.at(now) == ALL
    now += 7 * DAY
    site.modified["/1.html"] = now - 3 * HOUR
    assert await visits.at(now) == ALL
    assert await visits.at(now + 3 * HOUR) == {"/1.html"}


@pytest.mark.parametrize(
    "header",
    [
        "", " ", "yesterday", "Mon, 01 Jan 99999999999999999999 00:00:00 GMT",
        "Mon, 01 Jan 2020 99999999999999999999:00:00 GMT",
        "Mon, 01 Jan 2020 00:00:00 +99999999999999999999",
    ],
)  # fmt: skip
def test_a_moment_that_cannot_be_read_is_none(header: str) -> None:
    assert last_modified(header) is None


async def test_the_page_s_own_word_of_its_last_edit_counts_as_well(
    site: SmallSite, visits: Visits
) -> None:
    now = START
    for wait in (timedelta(), HOUR, DAY):
        now += wait
        assert await visits.at(now) == ALL
    now += 7 * DAY
    edited = (now - 5 * HOUR).astimezone(UTC).isoformat()
    meta = f"<meta name='lastmodifiedtime' content='{edited}'>"
    site.pages["/2.html"] = plain(2).replace("</title>", f"</title>{meta}")
    assert await visits.at(now) == ALL
    assert visits.revisions("/2.html") == 1
    assert await visits.at(now + 5 * HOUR) == {"/2.html"}


async def test_an_article_that_changes_at_every_visit_is_calmed_and_every_change_is_kept(
    site: SmallSite, visits: Visits
) -> None:
    now, looks = START, []
    while now < START + 20 * DAY:
        passed = (now - START) // HOUR
        clock = f"目前在线{1000 + 7 * passed}人，今日第{passed}次更新。"
        site.pages["/1.html"] = plain(1, clock)
        if "/1.html" in await visits.at(now):
            looks.append(passed)
        now = visits.next()
    # four looks within three hours find it changed each time, then one a week does
    assert looks == [0, 1, 2, 3, 3 + 24 * 7, 3 + 24 * 14]
    assert visits.revisions("/1.html") == len(looks)
    with Frontier(visits.folder / "crawl.db", read_only=True) as frontier:
        (restless,) = frontier.links.restless(cadence.RESTLESS, limit=9)
        (state,) = frontier.sources.states(now, cadence.RESTLESS)
    assert (restless.url, restless.moved, restless.slight, state.restless) == (
        f"{site.address}/1.html", 5, True, 1,
    )  # fmt: skip
    (line,) = restless_lines([restless], now)
    assert "next to nothing changed at each of the last 5 visits" in line


async def test_a_live_page_that_says_something_new_each_day_is_recorded_each_day(
    site: SmallSite, visits: Visits
) -> None:
    now = START
    while now < START + 9 * DAY:
        days = (now - START) // DAY
        reports = [f"第{n}天：{'抢险进展顺利，' * (n + 1)}转移群众{n}户。" for n in range(days + 1)]
        site.pages["/1.html"] = article("抗洪抢险每日通报", reports[::-1])
        await visits.at(now)
        now = visits.next()
    assert visits.revisions("/1.html") == 9


async def test_new_articles_come_first_and_listings_in_time_under_fifty_thousand_revisits(
    tmp_path: Path,
) -> None:
    """The clock moves by a pause at each request, so that one pass could take all of two weeks."""
    pause = timedelta(seconds=25)
    with SmallSite({f"/{n}.html": plain(n) for n in range(6)}) as site:
        half_hour = timedelta(minutes=30)
        source, passed = site.source(), [0]
        (listing,) = source.listings
        source = replace(source, listings=(replace(listing, every=half_hour),))

        def now() -> datetime:
            return START + pause * (passed[0] + len(site.asked))

        titles = {f"/{n}.html": f"第{n}号民生实事项目推进情况" for n in range(5)}
        site.list(titles)
        old = [Link(url=f"{site.address}/old/{n}.html", title="旧闻") for n in range(50_000)]
        site.pages.update({f"/old/{n}.html": plain(n) for n in range(500)})
        with Frontier(tmp_path / "crawl.db") as frontier:
            frontier.sources.register([source])
            frontier.links.add("small", "elsewhere", "", old, now=START - 300 * DAY)
        with closing(sqlite3.connect(tmp_path / "crawl.db")) as db, db:
            db.execute("UPDATE links SET last_visit = next_visit, visits = 5, article_id = 1")
        async with opened(site.settings(), tmp_path, now=now) as stages:
            first = await pipeline.run(source, stages, due_only=True)
            asked = [path for path in site.asked if path.endswith(".html")]
            assert asked[:5] == list(titles)
            assert any(path.startswith("/old/") for path in asked)
            # what was under way when the listing fell due is brought to its end
            within = first.started + half_hour
            assert within <= now() <= within + pause * (LANES + 2)
            assert "small" in stages.frontier.sources.due(now() + timedelta(seconds=2))
            passed[0] += len(site.asked)
            site.asked.clear()
            site.list({"/5.html": "第5号民生实事项目推进情况", **titles})
            await pipeline.run(source, stages, due_only=True)
            asked = [path for path in site.asked if not path.startswith("/robots")]
            assert asked[:2] == ["/news/", "/5.html"]


def test_the_most_overdue_revisit_goes_first_and_a_told_edit_before_it(tmp_path: Path) -> None:
    waits = {"hour": HOUR, "half year": 180 * DAY, "week": 7 * DAY, "told": 180 * DAY}
    late = {"hour": HOUR, "half year": 2 * DAY, "week": 8 * DAY, "told": timedelta()}
    with Frontier(tmp_path / "crawl.db") as frontier:
        links = [Link(url=f"https://a.example/{name}") for name in waits]
        frontier.links.add("a", "L", "", links, now=START)
        for link, name in zip(links, waits, strict=True):
            frontier.links.settle(
                Attempt(source="a", url=link.url, at=START - late[name] - waits[name],
                        outcome=Outcome.NEW, article_id=1),
                next_visit=START - late[name], seen=Validators(),
            )  # fmt: skip
        frontier.links.hasten({links[3].url: (START - timedelta(seconds=1), "edited")})
        due = [d.link.url.rpartition("/")[2] for d in frontier.links.due("a", START, revisits=9)]
    assert due == ["told", "week", "hour", "half year"]
