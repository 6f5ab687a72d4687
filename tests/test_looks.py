"""When listings of a real site are looked at again, and how far they are read."""

import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crawler import pipeline
from crawler.cadence import SLOWEST
from crawler.crawl import opened
from crawler.frontier import Frontier
from crawler.records import Known, Report, Source
from tests.small_site import SmallSite, article, plain

START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
#: Articles on one page of the listing.
ROWS = 5


def show(
    site: SmallSite, *numbers: int, path: str = "/news/", pinned: tuple[int, ...] = ()
) -> None:
    """Show these articles in pages of five, the first on top, pinned ones at the head."""
    for n in (*numbers, *pinned):
        site.pages.setdefault(f"/{n}.html", plain(n))
    pages = [numbers[at : at + ROWS] for at in range(0, len(numbers), ROWS)]
    for place, some in enumerate(pages):
        rows = "".join(
            f"<li><a href='/{n}.html'>第{n}号民生实事项目推进情况</a><span>2026-03-01</span></li>"
            for n in ((*pinned, *some) if place == 0 else some)
        )
        after = f"<a href='{path}{place + 1}.html'>下一页</a>" if place + 1 < len(pages) else ""
        name = path if place == 0 else f"{path}{place}.html"
        site.pages[name] = f"<html><body><ul>{rows}</ul>{after}</body></html>"


def read(site: SmallSite) -> list[str]:
    """Return the pages of listings that were asked for since, in order."""
    asked = [path for path in site.asked if path.startswith(("/news/", "/other/"))]
    site.asked.clear()
    return asked


@asynccontextmanager
async def watching(
    site: SmallSite, folder: Path, source: Source
) -> AsyncIterator[Callable[[datetime], Awaitable[Report]]]:
    """Give what makes the pass that the daemon makes at a moment."""
    clock = [START]

    async def at(now: datetime) -> Report:
        clock[0] = now
        return await pipeline.run(source, stages, due_only=True)

    async with opened(site.settings(), folder, now=lambda: clock[0]) as stages:
        stages.frontier.sources.register([source])
        yield at


async def visit(site: SmallSite, folder: Path, source: Source, now: datetime) -> Report:
    """Make one such pass."""
    async with watching(site, folder, source) as at:
        return await at(now)


def forget(folder: Path) -> None:
    for file in folder.glob("crawl.db*"):
        file.unlink()


def known(folder: Path, url: str) -> Known:
    with Frontier(folder / "crawl.db", read_only=True) as frontier:
        return frontier.listings.known(url)


def next_visit(folder: Path) -> datetime:
    with Frontier(folder / "crawl.db", read_only=True) as frontier:
        at = frontier.sources.states(START, 3)[0].next_visit
    assert at is not None
    return at


def one_page(source: Source, **keys: object) -> Source:
    """Return the source with listings of which a pass may read one page."""
    listings = (replace(one, **{"pages": 1, **keys}) for one in source.listings)  # type: ignore[arg-type]
    return replace(source, listings=tuple(listings))


async def test_a_page_of_which_nothing_is_known_is_read_on_at_once_until_something_is(
    tmp_path: Path,
) -> None:
    with SmallSite() as site:
        source = one_page(site.source())
        show(site, *range(20, 0, -1))
        assert (await visit(site, tmp_path, source, START)).new == ROWS
        assert read(site) == ["/news/"]
        show(site, *range(33, 0, -1))
        assert (await visit(site, tmp_path, source, START + DAY)).new == 13
        assert read(site) == ["/news/", "/news/1.html", "/news/2.html"]


async def test_pinned_entries_do_not_hide_that_others_were_lost(tmp_path: Path) -> None:
    with SmallSite() as site:
        source = one_page(site.source())
        show(site, *range(20, 0, -1), pinned=(100,))
        await visit(site, tmp_path, source, START)
        read(site)
        show(site, *range(33, 0, -1), pinned=(100,))
        assert (await visit(site, tmp_path, source, START + DAY)).new == 13


async def test_a_page_with_something_new_at_its_head_is_the_only_one_asked_for(
    tmp_path: Path,
) -> None:
    with SmallSite() as site:
        source = one_page(site.source(), pages=3)
        show(site, *range(20, 0, -1))
        await visit(site, tmp_path, source, START)
        assert read(site) == ["/news/", "/news/1.html", "/news/2.html"]
        show(site, *range(22, 0, -1))
        assert (await visit(site, tmp_path, source, START + 5 * HOUR)).new == 2
        assert read(site) == ["/news/"]


async def test_a_sweep_finds_what_was_inserted_deep_in_a_listing(tmp_path: Path) -> None:
    with SmallSite() as site:
        source = one_page(site.source(), pages=3)
        show(site, *range(20, 0, -1))
        await visit(site, tmp_path, source, START)
        show(site, *range(20, 11, -1), 99, *range(11, 0, -1))
        assert (await visit(site, tmp_path, source, START + 5 * HOUR)).new == 0
        read(site)
        assert (await visit(site, tmp_path, source, START + DAY + HOUR)).new == 1
        assert read(site) == ["/news/", "/news/1.html", "/news/2.html"]
        assert known(tmp_path, source.listings[0].url).vain == 0


async def test_the_daemon_comes_when_the_first_listing_is_due(tmp_path: Path) -> None:
    with SmallSite() as site:
        source = site.source("/news/", "/other/", revisits=(300 * DAY,))
        show(site, 3, 2, 1)
        show(site, 6, 5, 4, path="/other/")
        await visit(site, tmp_path, source, START)
        looks = [known(tmp_path, one.url).next_look for one in source.listings]
        assert next_visit(tmp_path) == min(at for at in looks if at)
        assert all(at and START + 5 * HOUR / 60 <= at <= START + DAY for at in looks)
        at = next_visit(tmp_path)
        read(site)
        await visit(site, tmp_path, source, at - timedelta(seconds=1))
        assert read(site) == []
        await visit(site, tmp_path, source, at)
        assert read(site)


async def test_a_listing_is_looked_at_in_the_hours_in_which_it_publishes(tmp_path: Path) -> None:
    with SmallSite() as site:
        source, now, looks = site.source(revisits=(300 * DAY,)), START, []
        for day in range(28):
            for n in range(3):
                number = day * 3 + n
                moment = (START + day * DAY).strftime("%Y-%m-%d") + f" 15:{10 + n * 15}"
                site.pages[f"/{number}.html"] = article(
                    f"第{number}号民生实事项目推进情况",
                    [f"市政府今天召开第{number}次常务会议，研究部署民生实事项目的推进工作。"] * 3,
                ).replace("2026-03-01 09:00", moment)
        started = START + 27 * DAY
        show(site, *range(80, -1, -1))
        now = started
        async with watching(site, tmp_path, one_page(source, pages=20)) as at:
            while now < started + DAY:
                await at(now)
                looks.append(now)
                now = next_visit(tmp_path)
        afternoon = [look for look in looks if 6 <= look.hour < 9]
        assert len(afternoon) > len(looks) / 3
        habit = known(tmp_path, source.listings[0].url).habit
        assert sum(habit.counts[hour] for hour in range(15, 168, 24)) > 0.9 * sum(habit.counts)


async def test_what_was_learned_outlives_a_restart_and_is_learned_anew_without_crawl_db(
    tmp_path: Path,
) -> None:
    with SmallSite() as site:
        source = site.source()
        show(site, *range(9, 0, -1))
        await visit(site, tmp_path, source, START)
        url = source.listings[0].url
        learned = known(tmp_path, url).habit
        assert sum(learned.counts) > 0
        await visit(site, tmp_path, source, START + timedelta(minutes=1))
        assert known(tmp_path, url).habit == learned
        forget(tmp_path)
        await visit(site, tmp_path, source, START)
        assert known(tmp_path, url).habit.counts == pytest.approx(learned.counts)


@pytest.mark.parametrize("habit", ["{", "[]", '{"since": 3}', '{"counts": [1]}', "null"])
def test_a_habit_that_nobody_can_read_is_learned_anew(tmp_path: Path, habit: str) -> None:
    with Frontier(tmp_path / "crawl.db") as frontier:
        frontier.listings.put_off("a", "L", failures=0, next_look=START)
    with closing(sqlite3.connect(tmp_path / "crawl.db")) as db, db:
        db.execute("UPDATE listings SET habit = ?", (habit,))
    assert known(tmp_path, "L").habit == Known().habit


async def test_every_keeps_a_listing_at_its_interval_whatever_is_learned(tmp_path: Path) -> None:
    with SmallSite() as site:
        source = one_page(site.source(revisits=(300 * DAY,)), every=6 * HOUR)
        show(site, 3, 2, 1)
        for times in range(2):
            await visit(site, tmp_path, source, START + times * 6 * HOUR)
            assert next_visit(tmp_path) == START + (times + 1) * 6 * HOUR


async def test_a_dead_listing_is_tried_ever_more_rarely_and_slows_no_other(tmp_path: Path) -> None:
    with SmallSite() as site:
        source = site.source("/other/", "/news/", revisits=(300 * DAY,))
        source = one_page(source, every=HOUR)
        show(site, 3, 2, 1)
        now, asked = START, {"/news/": 0, "/other/": 0}
        async with watching(site, tmp_path, source) as at:
            while now < START + 3 * DAY:
                assert (await at(now)).error == ""
                for path in read(site):
                    asked[path] += 1
                now = next_visit(tmp_path)
        assert asked["/news/"] == 72
        assert 5 <= asked["/other/"] <= 12
        show(site, 6, 5, 4, path="/other/")
        tried = known(tmp_path, source.listings[0].url)
        assert tried.failures == asked["/other/"] / 2  # each is a soft one
        assert tried.next_look is not None
        assert (await visit(site, tmp_path, source, tried.next_look)).new == 3
        assert known(tmp_path, source.listings[0].url).failures == 0


async def test_a_site_that_is_gone_is_never_given_up(tmp_path: Path) -> None:
    with SmallSite() as site:
        source, waits = site.source(), []
        show(site, 3, 2, 1)
        async with watching(site, tmp_path, source) as at:
            assert (await at(START)).new == 3
            site.pages.clear()
            now = next_visit(tmp_path)
            while (await at(now)).error == "":  # the articles may be due before their listing
                now = next_visit(tmp_path)
            now = next_visit(tmp_path)
            for _ in range(12):
                assert (await at(now)).error
                after = next_visit(tmp_path)
                waits.append(after - now)
                now = after
        assert waits == sorted(waits)
        assert waits[0] <= HOUR
        assert waits[-1] == SLOWEST
        show(site, 6, 5, 4)
        report = await visit(site, tmp_path, source, now)
        assert (report.error, report.new) == ("", 3)
        assert next_visit(tmp_path) <= now + DAY


async def test_a_clock_that_was_a_year_ahead_keeps_no_listing_waiting(tmp_path: Path) -> None:
    with SmallSite() as site:
        source = site.source()
        show(site, 3, 2, 1)
        await visit(site, tmp_path, source, START + 365 * DAY)
        with Frontier(tmp_path / "crawl.db") as frontier:
            assert frontier.sources.due(START) == ["small"]
        show(site, 4, 3, 2, 1)
        assert (await visit(site, tmp_path, source, START)).new == 1
        with Frontier(tmp_path / "crawl.db") as frontier:
            assert frontier.sources.due(START + timedelta(seconds=1)) == []
