"""What ``gazette browse`` tells of the sources' health, from the crawler's own memory."""

import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from archive.browse import application
from crawler.cli.health import CrawlWatch
from crawler.frontier import Frontier
from crawler.frontier.health import HEARTBEAT
from crawler.health import is_late, standing_of
from crawler.records import Report, Round, Source
from tests.test_home import data as data
from tests.test_home import page

NOW = datetime.now(UTC)


def source(name: str) -> Source:
    return Source(
        id=name, name=f"The {name}", address="https://x.example/", zone="UTC", listings=()
    )


def passed(name: str, ago: timedelta, **more: object) -> Report:
    plain = Report(source=name, started=NOW - ago, seconds=2.5, found=40, new=2, reprints=1)
    return replace(plain, **more)


@pytest.fixture(scope="module")
def watch(data: Path) -> CrawlWatch:
    with Frontier(data / "crawl.db") as frontier:
        frontier.sources.register([source("cn-gov"), source("us-ftc"), source("gb-new")])
        for name, ago, error in (
            ("cn-gov", timedelta(hours=30), ""),
            ("cn-gov", timedelta(minutes=9), ""),
            ("us-ftc", timedelta(hours=30), ""),
            ("us-ftc", timedelta(minutes=5), "no listing could be read"),
        ):
            frontier.sources.finish(
                passed(name, ago, error=error),
                failures=float(bool(error)),
                next_visit=NOW + timedelta(minutes=10),
                now=NOW - ago,
            )
        frontier.health.beat(HEARTBEAT, os.getpid(), now=NOW)
    return CrawlWatch(data)


def test_every_source_has_its_word_and_what_was_new_within_a_day(watch: CrawlWatch) -> None:
    found = watch.watching(NOW)
    assert found is not None
    assert found.alive
    assert {each.id: (each.state, each.new, each.error) for each in found.sources} == {
        "cn-gov": ("healthy", 3, ""),
        "us-ftc": ("broken", 3, "no listing could be read"),
        "gb-new": ("new", 0, ""),
    }


def test_a_daemon_that_fell_silent_is_not_alive(watch: CrawlWatch) -> None:
    found = watch.watching(NOW + timedelta(minutes=5))
    assert found is not None
    assert not found.alive


def test_the_visits_to_a_source_are_told_newest_first(watch: CrawlWatch) -> None:
    found = watch.visits("cn-gov", NOW)
    assert found is not None
    assert [each.new for each in found.passes] == [3, 3]
    assert found.passes[0].started > found.passes[1].started
    assert watch.visits("nobody", NOW) is not None


async def test_the_pages_tell_it(watch: CrawlWatch, data: Path) -> None:
    with Frontier(data / "crawl.db") as frontier:  # the pages go by the clock of the machine
        frontier.health.beat(HEARTBEAT, os.getpid(), now=datetime.now(UTC))
    datasette = application(data / "archive.db", {}, watch=watch)
    shown = await page(datasette, "/")
    assert "the daemon is at work" in shown
    assert "The us-ftc" in shown
    shown = await page(datasette, "/-/gazette/source/us-ftc")
    assert "no listing could be read" in shown
    assert "home-broken" in shown
    datasette.databases["archive"].close()


def test_where_nothing_was_ever_crawled_nothing_is_known(tmp_path: Path) -> None:
    assert CrawlWatch(tmp_path).watching(NOW) is None
    assert CrawlWatch(tmp_path).visits("cn-gov", NOW) is None


async def test_a_memory_that_cannot_be_read_is_told_and_breaks_no_page(tmp_path: Path) -> None:
    (tmp_path / "crawl.db").write_bytes(b"no database" * 999)
    found = CrawlWatch(tmp_path).watching(NOW)
    assert found is not None
    assert "crawl.db" in found.paused
    assert CrawlWatch(tmp_path).visits("cn-gov", NOW) is None


@pytest.mark.parametrize(
    ("last", "following", "error", "word", "late"),
    [
        (None, None, "", "new", False),
        (1, 5, "", "healthy", False),
        (1, 5, "down", "broken", False),
        (1, 5, "never up", "new", False),
        (300, -59, "", "healthy", False),
        (300, -61, "", "healthy", True),
        (3000, -1441, "", "quiet", True),
    ],
)
def test_what_was_not_judged_yet_stands_by_its_visits(
    last: int | None, following: int | None, error: str, word: str, late: bool
) -> None:
    visited = None if last is None else NOW - timedelta(minutes=last)
    found = Round(
        id="a",
        name="A",
        last_visit=visited,
        last_success=None if error == "never up" else visited,
        next_visit=None if following is None else NOW + timedelta(minutes=following),
        error=error,
        new=0,
    )
    assert standing_of(found, {}, NOW).state == word
    assert is_late(found, NOW) is late
