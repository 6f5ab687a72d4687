"""The crawler's memory, on a real file."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crawler.cadence import RESTLESS
from crawler.errors import FrontierError, FrontierFull
from crawler.frontier import Frontier
from crawler.health import standing_of
from crawler.records import (
    Attempt,
    Link,
    Outcome,
    Pulse,
    Report,
    Source,
    Standing,
    State,
    Validators,
    Weight,
)

NOW = datetime(2026, 3, 2, tzinfo=UTC)
SITE = Source(id="a", name="A", address="https://a.example/")


def link(number: int) -> Link:
    url = f"https://a.example/{number}.html"
    return Link(url=url, title=f"第{number}号", date="03-02", seen=NOW)


def attempt(number: int, outcome: Outcome = Outcome.NEW, *, at: datetime = NOW) -> Attempt:
    return Attempt(
        source="a", url=link(number).url, at=at, outcome=outcome, article_id=number,
        kind="timeout" if outcome is Outcome.FAILED else "",
        weight=Weight.TEMPORARY if outcome is Outcome.FAILED else None,
    )  # fmt: skip


@pytest.fixture
def frontier(tmp_path: Path) -> Iterator[Frontier]:
    with Frontier(tmp_path / "crawl.db") as opened:
        opened.sources.register([SITE])
        yield opened


def test_a_new_source_is_due_at_once(frontier: Frontier) -> None:
    assert frontier.sources.due(NOW) == ["a"]


def test_sources_never_visited_make_no_other_late(frontier: Frontier) -> None:
    frontier.sources.finish(
        Report(source="a", started=NOW, seconds=1), failures=0, next_visit=NOW, now=NOW
    )
    frontier.sources.register([replace(SITE, id=name) for name in ("b", "0")])
    assert frontier.sources.due(NOW) == ["a", "b", "0"]


def test_old_passes_and_visits_are_forgotten_and_no_link_is(frontier: Frontier) -> None:
    frontier.links.add("a", "https://a.example/", "", [link(1), link(2)], now=NOW)
    for number, days in ((1, 40), (2, 0)):
        at = NOW - timedelta(days=days)
        frontier.links.settle(attempt(number, Outcome.FAILED, at=at), next_visit=NOW)
        frontier.sources.finish(
            Report(source="a", started=at, seconds=1), failures=0, next_visit=NOW, now=at
        )
    frontier.forget(NOW - timedelta(days=30))
    ever = NOW - timedelta(days=400)
    (left,) = frontier.attempts.failed("a", since=ever, limit=9)
    assert left.url == link(2).url
    assert [each.started for each in frontier.sources.passes("a", limit=9)] == [NOW]
    assert len(frontier.links.due("a", NOW, revisits=9)) == 2


def test_a_finished_source_is_due_when_it_was_told(frontier: Frontier) -> None:
    later = NOW + timedelta(hours=1)
    report = Report(source="a", started=NOW, seconds=1.5, found=3, new=3)
    frontier.sources.finish(report, failures=0, next_visit=later, now=NOW)
    assert frontier.sources.due(NOW + timedelta(minutes=59)) == []
    assert frontier.sources.due(later) == ["a"]
    (state,) = frontier.sources.states(NOW - timedelta(days=1), RESTLESS)
    assert (state.new_today, state.last_success, state.error) == (3, NOW, "")


def test_what_is_watched_no_more_is_never_late(frontier: Frontier) -> None:
    other = replace(SITE, id="b")
    frontier.sources.register([other])
    soon = NOW + timedelta(hours=1)
    for source in (SITE, other):
        done = Report(source=source.id, started=NOW, seconds=1.0)
        frontier.sources.finish(done, failures=0.0, next_visit=soon, now=NOW)
    frontier.sources.watch_only([SITE])
    states = {state.id: state for state in frontier.sources.states(NOW, RESTLESS)}
    assert (states["a"].next_visit, states["b"].next_visit) == (soon, None)
    assert states["b"].last_visit == NOW


def test_a_failed_pass_keeps_the_last_success(frontier: Frontier) -> None:
    frontier.sources.finish(
        Report(source="a", started=NOW, seconds=1), failures=0, next_visit=NOW, now=NOW
    )
    later = NOW + timedelta(days=1)
    bad = Report(source="a", started=later, seconds=1, error="https://a.example/: no answer")
    frontier.sources.finish(bad, failures=0.25, next_visit=later, now=later)
    (state,) = frontier.sources.states(NOW, RESTLESS)
    assert (state.last_success, state.failures) == (NOW, 0.25)
    assert "no answer" in state.error


def test_links_keep_the_order_of_the_listing_and_are_added_once(frontier: Frontier) -> None:
    assert frontier.links.add("a", "L", "要闻", [link(3), link(1), link(2)], now=NOW) == 3
    assert frontier.links.add("a", "M", "通知", [link(1), link(4)], now=NOW) == 1
    assert [d.link for d in frontier.links.due("a", NOW)] == [link(3), link(1), link(2), link(4)]
    assert sorted(frontier.listings.links("L")) == [link(n).url for n in (1, 2, 3)]


def test_a_link_remembers_when_its_listing_was_read(frontier: Frontier) -> None:
    read, added = NOW - timedelta(minutes=3), NOW
    frontier.links.add(
        "a", "L", "", [replace(link(1), seen=read), replace(link(2), seen=None)], now=NOW
    )
    frontier.links.add("a", "L", "", [link(1)], now=NOW + timedelta(days=1))
    assert [due.link.seen for due in frontier.links.due("a", NOW)] == [read, added]
    told = frontier.links.told(link(1).url)
    assert told is not None
    assert told[0].seen == read


def test_unvisited_links_are_told_from_revisits(frontier: Frontier) -> None:
    frontier.links.add("a", "L", "", [link(1)], now=NOW)
    frontier.links.settle(attempt(1), next_visit=NOW, seen=Validators(etag='"x"'), sha256="s")
    frontier.links.add("a", "L", "", [link(2)], now=NOW)
    assert [d.link.url for d in frontier.links.due("a", NOW)] == [link(2).url]
    assert [d.link.url for d in frontier.links.due("a", NOW, revisits=9)] == [link(1).url]
    assert frontier.links.count_due("a", NOW) == 2


def test_validators_come_back_verbatim(frontier: Frontier) -> None:
    odd = Validators(etag='W/"ä"', last_modified="Sat, 01 Jan 1980 0:00:00 GMT")
    frontier.links.add("a", "L", "", [link(1)], now=NOW)
    frontier.links.settle(attempt(1), next_visit=NOW, seen=odd, sha256="s")
    (due,) = frontier.links.due("a", NOW, revisits=9)
    assert (due.validators, due.sha256, due.visits, due.article_id) == (odd, "s", 1, 1)
    frontier.listings.note("a", "L", odd, "t", now=NOW)
    assert frontier.listings.known("L").validators == odd


def test_a_failure_keeps_what_is_known_and_says_why(frontier: Frontier) -> None:
    frontier.links.add("a", "L", "", [link(1)], now=NOW)
    frontier.links.settle(attempt(1), next_visit=NOW, seen=Validators(etag="e"), sha256="s")
    frontier.links.settle(attempt(1, Outcome.FAILED), next_visit=NOW, failures=0.25)
    (due,) = frontier.links.due("a", NOW, revisits=9)
    assert (due.validators.etag, due.failures, due.visits) == ("e", 0.25, 1)
    (failed,) = frontier.attempts.failed("a", since=NOW, limit=5)
    assert (failed.kind, failed.weight) == ("timeout", Weight.TEMPORARY)


def test_reopening_finds_everything(tmp_path: Path) -> None:
    with Frontier(tmp_path / "crawl.db") as first:
        first.sources.register([SITE])
        first.links.add("a", "L", "", [link(1)], now=NOW)
        first.health.beat("daemon", 42, now=NOW)
    with Frontier(tmp_path / "crawl.db", read_only=True) as second:
        assert len(second.links.due("a", NOW)) == 1
        assert second.health.heartbeat("daemon") == NOW


def test_a_memory_of_before_goes_on_in_its_rhythm(tmp_path: Path) -> None:
    with Frontier(tmp_path / "crawl.db") as frontier:
        frontier.sources.register([SITE])
        frontier.links.add("a", "L", "", [link(1), link(2)], now=NOW)
        for _ in range(3):
            frontier.links.settle(attempt(1), next_visit=NOW, seen=Validators())
    with closing(sqlite3.connect(tmp_path / "crawl.db")) as db, db:
        for column in ("modified", "signal", "still", "moved", "slight", "vain"):
            db.execute(f"ALTER TABLE links DROP COLUMN {column}")
        db.execute("DELETE FROM _sqlite_migrations WHERE name = 'm004_how_articles_behave'")
    with Frontier(tmp_path / "crawl.db") as frontier:
        (visited,) = frontier.links.due("a", NOW, revisits=9)
        (never,) = frontier.links.due("a", NOW)
    assert (visited.pulse, never.pulse) == (Pulse(still=2), Pulse())


def test_a_damaged_file_is_refused_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "crawl.db").write_bytes(b"no database at all" * 100)
    with pytest.raises(FrontierError, match="delete the file: nothing archived is lost"):
        Frontier(tmp_path / "crawl.db")


def test_what_a_source_names_is_visited_though_one_watched_no_more_named_it_first(
    frontier: Frontier,
) -> None:
    other = replace(SITE, id="b", address="https://b.example/")
    frontier.sources.register([other])
    frontier.links.add("a", "https://a.example/", "", [link(1)], now=NOW)
    frontier.links.add_history("a", "https://a.example/", "", {link(2): 3}, now=NOW)
    frontier.links.add("a", "https://a.example/", "", [link(3)], now=NOW)
    frontier.links.settle(attempt(3), next_visit=NOW + timedelta(days=1))
    frontier.sources.finish(
        Report(source="a", started=NOW, seconds=1), failures=0, next_visit=NOW, now=NOW
    )
    frontier.sources.watch_only([other])
    frontier.links.add("b", "https://b.example/", "", [link(1), link(2), link(3)], now=NOW)
    assert [due.link for due in frontier.links.due("b", NOW)] == [link(1), link(2)]
    later = NOW + timedelta(days=1)
    assert [due.link for due in frontier.links.due("b", later, revisits=9)] == [link(3)]


def test_what_is_history_to_one_source_and_news_to_another_waits_for_neither(
    frontier: Frontier,
) -> None:
    frontier.sources.register([replace(SITE, id="b", address="https://b.example/")])
    frontier.links.add_history("a", "https://a.example/", "", {link(1): 3}, now=NOW)
    frontier.links.add("b", "https://b.example/", "", [link(1)], now=NOW)
    assert [due.link for due in frontier.links.due("b", NOW)] == [link(1)]
    assert frontier.links.history("a", limit=9) == []


def test_monitoring_looks_at_no_more_than_it_tells(frontier: Frontier) -> None:
    """Thousands of sources have millions of passes and links, and are asked after each minute."""
    frontier.sources.finish(
        Report(source="a", started=NOW, seconds=1, new=3), failures=0, next_visit=NOW, now=NOW
    )
    frontier.links.add("a", "https://a.example/", "", [link(1)], now=NOW)
    asked: list[str] = []
    frontier._db.set_trace_callback(asked.append)
    assert [each.new for each in frontier.sources.rounds(NOW)] == [3]
    assert frontier.links.count_all_due(NOW) == 1
    frontier._db.set_trace_callback(None)
    steps = [
        step["detail"]
        for sql in asked
        for step in frontier._db.execute(f"EXPLAIN QUERY PLAN {sql}")
    ]
    assert any("passes_of_a_day (source=? AND started>?)" in step for step in steps)
    assert any("links_due (source=? AND next_visit<?)" in step for step in steps)


def test_a_source_that_nobody_watches_is_not_called_quiet(frontier: Frontier) -> None:
    frontier.sources.finish(
        Report(source="a", started=NOW, seconds=1), failures=0, next_visit=NOW, now=NOW
    )
    heard = Standing(
        source="a", state=State.HEALTHY, reason="", since=NOW, quiet_at=NOW + timedelta(days=2)
    )
    frontier.standings.note([heard])
    later = NOW + timedelta(days=3)
    assert frontier.standings.falling_silent(later) == [heard]
    frontier.sources.watch_only([])
    assert frontier.standings.falling_silent(later) == []
    (round_,) = frontier.sources.rounds(later)
    assert standing_of(round_, {"a": heard}, later) == heard


def test_a_memory_that_another_program_holds_is_no_bug(frontier: Frontier, tmp_path: Path) -> None:
    frontier._db.execute("PRAGMA busy_timeout=10")
    with closing(sqlite3.connect(tmp_path / "crawl.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(FrontierFull, match="locked by another program; nothing is lost"):
            frontier.health.beat("daemon", 1, now=NOW)
    frontier.health.beat("daemon", 1, now=NOW)
