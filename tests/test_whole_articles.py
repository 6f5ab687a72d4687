"""Articles of several pages on their way through a crawl: asked for, joined, watched."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from archive import Archive, Capture
from crawler import pipeline, sources
from crawler.cli.demo import configure
from crawler.crawl import opened
from crawler.errors import FetchError
from crawler.fetch import Fetcher
from crawler.records import Report
from crawler.replica import Portal, Truth
from crawler.whole import read_whole

FAMILIES = Path(__file__).parents[1] / "config" / "families"
START = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def portal() -> Iterator[Portal]:
    with Portal(size=50, seed=3, now=START) as running:
        yield running


@pytest.fixture
def folder(portal: Portal, tmp_path: Path) -> Path:
    configure(portal, tmp_path / "config", FAMILIES)
    return tmp_path


def plan(portal: Portal) -> Truth:
    """The one article that stands on three pages."""
    (found,) = (truth for truth in portal.truth() if truth.title.endswith("三年行动计划"))
    return found


def page(url: str, number: int) -> str:
    return url.replace(".html", f"_{number}.html")


@dataclass(slots=True)
class Flaky:
    """A fetcher that fails at some addresses."""

    fetcher: Fetcher
    errors: dict[str, FetchError]
    asked: list[str] = field(default_factory=list)

    async def fetch(self, url: str, **more: Any) -> Capture:
        self.asked.append(url)
        if url in self.errors:
            raise self.errors[url]
        return await self.fetcher.fetch(url, **more)


def visit(
    folder: Path, now: datetime, *, deep: bool = False, errors: dict[str, FetchError] | None = None
) -> tuple[Report, list[str]]:
    """Crawl the site of the plan once; return what it came to and what was asked for."""
    loaded = sources.load(folder / "config", only=("trs",))

    async def once() -> tuple[Report, list[str]]:
        async with opened(loaded.settings, folder, now=lambda: now) as stages:
            flaky = Flaky(stages.fetcher, errors or {})
            stages.frontier.sources.register(loaded.sources)
            stages = replace(stages, fetcher=cast("Fetcher", flaky))
            report = await pipeline.run(loaded.sources[0], stages, deep=deep)
            return report, flaky.asked

    return asyncio.run(once())


def stored(folder: Path, url: str) -> Any:
    with Archive.open(folder / "archive.db", read_only=True) as archive:
        found = archive.find(url)
        return found and (found, archive.pages(found.id), archive.history(found.id))


def squeezed(text: str) -> str:
    return "".join(text.split())


def test_an_article_of_three_pages_becomes_one_with_all_captures(
    portal: Portal, folder: Path
) -> None:
    truth = plan(portal)
    report, asked = visit(folder, START)
    assert (report.failed, report.new) == (0, report.found)
    assert report.requests == len(asked)
    article, pages, _ = stored(folder, truth.url)
    assert [p.url for p in pages] == [truth.url, page(truth.url, 1), page(truth.url, 2)]
    assert squeezed(article.article.text).startswith(squeezed(truth.text))
    assert article.article.editor == (truth.editor or "")
    with Archive.open(folder / "archive.db", read_only=True) as archive:
        assert archive.find(page(truth.url, 1)) is None


def test_a_second_pass_over_it_changes_nothing(portal: Portal, folder: Path) -> None:
    visit(folder, START)
    report, asked = visit(folder, START + 2 * DAY, deep=True)
    assert (report.new, report.revised, report.failed) == (0, 0, 0)
    assert report.unchanged == report.found
    assert page(plan(portal).url, 2) in asked


def test_a_change_on_its_last_page_is_found_by_a_full_visit(portal: Portal, folder: Path) -> None:
    settings = folder / "config" / "gazette.toml"
    settings.write_text(settings.read_text() + "full_every = 2\n")
    url = plan(portal).url
    visit(folder, START)
    portal.edit(url)
    report, asked = visit(folder, START + 2 * DAY)
    assert report.revised == 0
    assert url in asked
    assert page(url, 1) not in asked
    report, asked = visit(folder, START + 10 * DAY)
    assert report.revised == 1
    article, pages, history = stored(folder, url)
    assert (article.revision, len(pages)) == (2, 3)
    assert squeezed(article.article.text).startswith(squeezed(plan(portal).text))
    assert history[-1].changed == ("text",)


def test_a_page_that_fails_for_now_fails_the_visit_and_nothing_is_half_archived(
    portal: Portal, folder: Path
) -> None:
    url = plan(portal).url
    lost = page(url, 2)
    report, _ = visit(folder, START, errors={lost: FetchError(lost, "status", "502", status=502)})
    assert report.failed == 1
    assert stored(folder, url) is None
    report, _ = visit(folder, START + timedelta(hours=1))
    assert (report.new, report.failed) == (1, 0)
    _, pages, _ = stored(folder, url)
    assert len(pages) == 3


def test_a_page_that_is_missing_is_left_out(portal: Portal, folder: Path) -> None:
    url = plan(portal).url
    lost = page(url, 1)
    report, _ = visit(folder, START, errors={lost: FetchError(lost, "status", "404", status=404)})
    assert report.failed == 0
    _, pages, _ = stored(folder, url)
    assert [p.url for p in pages] == [url, page(url, 2)]


def aged(folder: Path, **fields: str) -> None:
    """Let the archive be one that an older extractor filled, which read some fields otherwise."""
    old, new = folder / "archive.db", folder / "new.db"
    with (
        Archive.open(old, warc=folder / "warc") as before,
        Archive.open(new, warc=folder / "warc2") as after,
    ):
        for number, (first, *further) in list(before.captures()):
            article = before.get(number).article
            article = replace(article, extractor="gazette-extract/0", **fields)
            after.put(article, first, now=START, further=further)
    for file in folder.glob("archive.db*"):
        file.unlink()
    with closing(sqlite3.connect(new)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    new.rename(old)
    for file in (folder / "warc2").iterdir():
        file.replace(folder / "warc" / file.name)


def test_a_better_extractor_is_no_revision(portal: Portal, folder: Path) -> None:
    visit(folder, START)
    edited, *counted = portal.urls("trs")[-4:]
    title = portal.told(edited).title
    aged(folder, title="一个读错的标题")
    portal.edit(edited)
    for url in counted:
        portal.count(url)
    report, _ = visit(folder, START + 2 * DAY, deep=True)
    assert (report.new, report.revised, report.failed) == (0, 1, 0)
    for url in counted:
        article, _, history = stored(folder, url)
        assert (article.article.title, article.revision) == (portal.told(url).title, 1)
        assert "title" in history[-1].changed
    article, _, history = stored(folder, edited)
    assert (article.article.title, article.revision) == (title, 2)
    assert history[-1].changed == ("text",)
    with Archive.open(folder / "archive.db", read_only=True) as archive:
        assert archive.stats()["revisions"] == report.found + 1


def test_an_extractor_that_learns_to_join_pages_makes_no_revision(
    portal: Portal, folder: Path
) -> None:
    visit(folder, START)
    url = plan(portal).url
    old = folder / "archive.db"
    with Archive.open(old, read_only=True) as archive:
        found = archive.find(url)
        assert found is not None
        first, text = archive.pages(found.id)[0], found.article.text
    for file in folder.glob("archive.db*"):
        file.unlink()
    for file in (folder / "warc").iterdir():
        file.unlink()
    half = replace(found.article, text=text[:200], html=f"<p>{text[:200]}</p>")
    with Archive.open(old, warc=folder / "warc") as archive:
        archive.put(replace(half, extractor="gazette-extract/0"), first, now=START)
    report, _ = visit(folder, START + 2 * DAY, deep=True)
    article, pages, _ = stored(folder, url)
    assert (article.revision, report.revised, len(pages)) == (1, 0, 3)
    assert article.article.text == text


# --- asking for what is missing ---


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    further: tuple[str, ...]


def capture(url: str, final: str = "") -> Capture:
    return Capture(
        url=url, final_url=final or url, status=200, payload=b"packed", body=b"x", fetched_at=START
    )


def whole(
    names: dict[str, tuple[str, ...]], answers: dict[str, Capture | FetchError] | None = None
) -> tuple[list[str], list[str]]:
    """Read from ``a`` on; return the pages behind it and all that was asked for."""
    asked: list[str] = []

    async def fetch(url: str) -> Capture:
        asked.append(url)
        answer = (answers or {}).get(url) or capture(url)
        if isinstance(answer, FetchError):
            raise answer
        return answer

    async def read(pages: tuple[Capture, ...]) -> Read:
        assert all(p.payload == b"" for p in pages)  # what is not read does not travel
        here = {p.url for p in pages}
        found = dict.fromkeys(x for p in pages for x in names.get(p.url, ()))
        return Read(further=tuple(x for x in found if x not in here))

    _, pages = asyncio.run(read_whole(capture("http://x/a"), fetch, read))
    assert all(p.payload == b"packed" for p in pages)
    return [p.url for p in pages], asked


A, B, C = "http://x/a", "http://x/b", "http://x/c"


def test_a_lone_next_page_is_followed_from_page_to_page() -> None:
    assert whole({A: (B,), B: (C,), C: (A,)}) == ([B, C], [B, C])


@pytest.mark.parametrize(
    "answer",
    [
        FetchError(B, "status", "gone", status=410),
        FetchError(B, "robots", "disallowed"),
        capture(B, final=A),
        capture(B, final="http://x/"),
    ],
)
def test_a_page_that_is_none_is_asked_for_once_and_left_out(answer: Capture | FetchError) -> None:
    assert whole({A: (B, C), C: (B,)}, {B: answer}) == ([C], [B, C])


def test_an_endless_article_ends() -> None:
    endless = {f"http://x/{n}": (f"http://x/{n + 1}",) for n in range(100)} | {A: ("http://x/0",)}
    pages, asked = whole(endless)
    assert len(pages) == len(asked) == 29


def test_a_server_error_is_not_swallowed() -> None:
    with pytest.raises(FetchError):
        whole({A: (B,)}, {B: FetchError(B, "timeout", "slow")})


def test_one_404_of_a_further_page_is_no_edit(portal: Portal, folder: Path) -> None:
    truth = plan(portal)
    visit(folder, START)
    lost = {page(truth.url, 1): FetchError(page(truth.url, 1), "status", "gone", status=404)}
    first, _, _ = stored(folder, truth.url)
    report, _ = visit(folder, START + 2 * DAY, deep=True, errors=lost)
    again, pages, _ = stored(folder, truth.url)
    assert (report.failed, report.revised, len(pages)) == (1, 0, 3)
    assert (again.article, again.missing) == (first.article, None)
    for day in range(3, 80, 4):
        report, _ = visit(folder, START + day * DAY, deep=True, errors=lost)
        if report.revised:
            break
    assert report.revised == 1
    again, pages, _ = stored(folder, truth.url)
    assert len(pages) < 3
