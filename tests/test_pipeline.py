"""The whole path against the replica portal: real HTTP, real child processes, real SQLite."""

import asyncio
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from archive import Archive
from archive.verify import verify
from crawler import pipeline, sources
from crawler.cli.demo import configure
from crawler.crawl import crawl, opened
from crawler.frontier import Frontier
from crawler.records import Report
from crawler.replica import Portal

FAMILIES = Path(__file__).parents[1] / "config" / "families"
START = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)


@pytest.fixture
def portal() -> Iterator[Portal]:
    with Portal(size=60, seed=3, now=START) as running:
        yield running


@pytest.fixture
def folder(portal: Portal, tmp_path: Path) -> Path:
    configure(portal, tmp_path / "config", FAMILIES)
    return tmp_path


def visit(folder: Path, now: datetime, *names: str, deep: bool = False) -> dict[str, Report]:
    """Crawl once at ``now``."""
    loaded = sources.load(folder / "config", only=names)

    async def once() -> list[Report]:
        async with opened(loaded.settings, folder, now=lambda: now) as stages:
            return await crawl(loaded.sources, stages, at_once=8, deep=deep)

    return {report.source: report for report in asyncio.run(once())}


def articles(folder: Path) -> dict[str, sqlite3.Row]:
    db = sqlite3.connect(folder / "archive.db")
    db.row_factory = sqlite3.Row
    try:
        return {row["url"]: row for row in db.execute("SELECT * FROM articles")}
    finally:
        db.close()


def test_a_first_pass_archives_every_article_of_every_site_once(
    portal: Portal, folder: Path
) -> None:
    reports = visit(folder, START)
    truth = {t.url: t for t in portal.truth()}
    stored = articles(folder)
    assert {r.source: (r.failed, r.error) for r in reports.values()} == {
        s.id: (0, "") for s in portal.sites
    }
    assert set(stored) == set(truth)
    assert sum(r.new + r.reprints for r in reports.values()) == len(truth)


def test_every_field_is_what_the_page_shows(portal: Portal, folder: Path) -> None:
    visit(folder, START)
    stored = articles(folder)
    wrong: Counter[str] = Counter()
    for t in portal.truth():
        row = stored[t.url]
        wrong["title"] += row["title"] != t.title
        wrong["published"] += row["published"] != t.published.strftime("%Y-%m-%dT%H:%M:%SZ")
        wrong["precision"] += row["precision"] != t.precision
        for field in ("origin", "author", "editor", "issuer", "doc_number", "index_number"):
            wrong[field] += row[field] != (getattr(t, field) or "")
        wrong["written"] += (row["written"] or "") != (t.written.isoformat() if t.written else "")
    assert +wrong == Counter()


def test_a_second_pass_asks_for_listings_only_and_reports_all_unchanged(
    portal: Portal, folder: Path
) -> None:
    first = visit(folder, START)
    asked = len(portal.requests)
    second = visit(folder, START + timedelta(minutes=1))
    for name, report in second.items():
        assert (report.new, report.revised, report.failed) == (0, 0, 0)
        assert report.unchanged == report.found == first[name].found
    pages = [r for r in portal.requests[asked:] if "/art/" in str(r) or "content_" in str(r)]
    assert pages == []


def test_changes_are_told_from_noise(portal: Portal, folder: Path) -> None:
    visit(folder, START)
    later = START + timedelta(hours=25)
    changes = portal.change(later)
    reports = visit(folder, later, deep=True)
    total = Counter[str]()
    for report in reports.values():
        for key in ("new", "revised", "reprints", "missing", "gone", "failed"):
            total[key] += getattr(report, key)
    stored = articles(folder)
    revised = {url for url, row in stored.items() if row["revision"] > 1}
    missing = {url: row["gone_reason"] for url, row in stored.items() if row["missing"]}
    assert revised == set(changes.edited)
    assert (total["missing"], total["gone"]) == (3, 0)
    assert missing == (
        dict.fromkeys(changes.missing, "404")
        | dict.fromkeys(changes.redirected, "redirect")
        | dict.fromkeys(changes.soft_missing, "soft404")
    )
    fresh = {*changes.published, *changes.pinned, *changes.backdated}
    assert fresh <= set(stored)
    assert total["failed"] == 0
    for reprint in changes.reprinted:
        original, copy = stored[reprint.source], stored[reprint.copy]
        assert copy["cluster"] == original["cluster"]


def test_a_known_article_that_is_edited_keeps_what_it_said(portal: Portal, folder: Path) -> None:
    visit(folder, START)
    before = articles(folder)
    later = START + timedelta(hours=25)
    edited = portal.change(later).edited[0]
    visit(folder, later, deep=True)
    with Archive.open(folder / "archive.db", read_only=True) as archive:
        stored = archive.find(edited)
        assert stored is not None
        assert archive.get(stored.id, revision=1).article.text == before[edited]["text"]
        assert stored.article.text != before[edited]["text"]


def test_an_overloaded_site_is_left_alone_as_long_as_it_asks(portal: Portal, folder: Path) -> None:
    portal.overload("trs", retry_after=3600)
    report = visit(folder, START, "trs")["trs"]
    assert "503" in report.error
    assert report.requests <= 3
    with Frontier(folder / "crawl.db") as frontier:
        assert "trs" not in frontier.sources.due(START + timedelta(minutes=59))
        assert "trs" in frontier.sources.due(START + timedelta(hours=30))


@pytest.mark.parametrize("status", [412, 200])
def test_a_challenge_is_recognised_and_never_archived(
    portal: Portal, folder: Path, status: int
) -> None:
    portal.challenge("policy", status=status)
    report = visit(folder, START, "policy")["policy"]
    assert report.error
    assert articles(folder) == {}


def test_robots_are_obeyed(portal: Portal, folder: Path) -> None:
    portal.disallow("county")
    report = visit(folder, START, "county")["county"]
    assert "robots" in report.error
    assert articles(folder) == {}


def test_other_sites_go_on_when_one_fails(portal: Portal, folder: Path) -> None:
    portal.challenge("policy", status=412)
    reports = visit(folder, START)
    assert reports["policy"].new == 0
    assert all(r.new > 0 for name, r in reports.items() if name != "policy")


def test_forgetting_crawl_db_costs_fetches_and_no_article(portal: Portal, folder: Path) -> None:
    visit(folder, START)
    before = articles(folder)
    for file in folder.glob("crawl.db*"):
        file.unlink()
    reports = visit(folder, START + timedelta(minutes=5))
    assert sum(r.unchanged for r in reports.values()) == len(before)
    assert {u: r["revision"] for u, r in articles(folder).items()} == {
        u: r["revision"] for u, r in before.items()
    }


async def test_a_stopped_pass_goes_on_where_it_was(portal: Portal, folder: Path) -> None:
    loaded = sources.load(folder / "config", only=("trs",))
    stop = asyncio.Event()
    portal.slow("trs", 0.05)
    async with opened(loaded.settings, folder, now=lambda: START) as stages:
        stages.frontier.sources.register(loaded.sources)

        def after_one(step: pipeline.Progress) -> None:
            if step.what == "articles" and step.done >= 1:
                stop.set()

        source = loaded.sources[0]
        first = await pipeline.run(source, stages, stop=stop, progress=after_one)
        second = await pipeline.run(source, stages)
    assert 0 < first.new < first.found
    assert first.new + second.new + first.reprints + second.reprints == second.found


def test_a_deleted_article_is_visited_and_not_stored_again(portal: Portal, folder: Path) -> None:
    visit(folder, START, "trs")
    url, row = next(iter(articles(folder).items()))
    with Archive.open(folder / "archive.db") as archive:
        archive.delete(row["id"], reason="court order", now=START)
    for days in (1, 2):
        later = START + timedelta(days=days, hours=days)
        portal.change(later)
        report = visit(folder, later, "trs", deep=True)["trs"]
        assert (report.failed, report.error) == (0, "")
        assert url not in articles(folder)
    assert verify(folder / "archive.db", deep=True) == ()
    with closing(sqlite3.connect(folder / "crawl.db")) as conn:
        told = conn.execute("SELECT outcome FROM attempts WHERE url = ? ORDER BY at", (url,))
        assert [outcome for (outcome,) in told.fetchall()][1:] == ["deleted", "deleted"]
