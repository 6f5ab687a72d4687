"""``gazette crawl --backfill``: the history of a source, and how complete it is."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bars

from archive.cli.options import note
from archive.language import _, ngettext
from crawler import backfill, watch
from crawler.backfill import Reach
from crawler.cli.completeness import Completeness, completeness, show
from crawler.cli.watching import tell
from crawler.crawl import clock, opened
from crawler.errors import CrawlError
from crawler.frontier import Frontier
from crawler.frontier.health import HEARTBEAT
from crawler.lock import AlreadyRunning
from crawler.monitoring import is_alive
from crawler.records import Source
from crawler.settings import Settings


async def fetch(
    chosen: Sequence[Source],
    settings: Settings,
    data: Path,
    *,
    since: date | None,
    pages: int | None,
    screen: Console,
) -> list[Completeness]:
    """Fetch the history of sources, a bar each on a terminal; return how complete it is."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[share]}"),
        TimeRemainingColumn(),
        TextColumn("{task.fields[reached]}"),
    )
    with Bars(*columns, console=screen, disable=not screen.is_terminal, transient=True) as bars:
        first = _("what is new comes first")
        tasks = {s.id: bars.add_task(s.id, total=None, share="", reached=first) for s in chosen}

        def advance(told: Reach) -> None:
            share = told.share
            bars.update(
                tasks[told.source],
                total=None if share is None else 1.0,
                completed=share or 0.0,
                share="" if share is None else f"{share:.0%}",
                reached=reached(told),
            )

        async with opened(settings, data, now=clock) as stages:
            stages.frontier.sources.register(chosen)
            for source in chosen:
                ask(stages.frontier, source, since=since, pages=pages)
            places = asyncio.Semaphore(settings.daemon.concurrency)
            shown = advance if screen.is_terminal else None

            async def one(source: Source) -> CrawlError | None:
                async with places:
                    return await backfill.alone(source, stages, progress=shown)

            halted = await asyncio.gather(*map(one, chosen))
            found = await watch.run(data, stages.fetcher, now=stages.now)
            told = [
                completeness(stages.frontier, source.id, error)
                for source, error in zip(chosen, halted, strict=True)
            ]
    tell(found, screen)
    return [one for one in told if one is not None]


def ask(frontier: Frontier, source: Source, *, since: date | None, pages: int | None) -> None:
    """Note that the history of a source is wanted."""
    frontier.backfills.ask(source.id, source.listings, since=since, pages=pages, now=clock())


def reached(told: Reach) -> str:
    """Return in words how far a history is read."""
    pages = ngettext("{count} page", "{count} pages", told.pages).format(count=told.pages)
    entries = ngettext("{count} entry", "{count} entries", told.entries)
    words = [pages, entries.format(count=told.entries)]
    if told.oldest:
        words.append(_("back to {day}").format(day=told.oldest))
    return ", ".join(words)


def left_to_daemon(
    chosen: Sequence[Source], data: Path, *, since: date | None, pages: int | None
) -> bool:
    """Leave a backfill to the daemon that works in a data folder.

    False where none does, or where it does not watch all these sources: it would never begin.
    """
    with Frontier(data / "crawl.db") as frontier:
        if not is_alive(frontier.health.heartbeat(HEARTBEAT), datetime.now(UTC)):
            return False
        if not frontier.sources.are_watched(chosen):
            return False
        for source in chosen:
            ask(frontier, source, since=since, pages=pages)
    return True


def run(
    chosen: Sequence[Source],
    settings: Settings,
    data: Path,
    *,
    since: date | None,
    pages: int | None,
    screen: Console,
    as_json: bool,
) -> bool:
    """Fetch the history of sources and report; return whether nothing failed.

    Raises AlreadyRunning where another crawl, and no daemon, works in the data folder.
    """
    try:
        told = asyncio.run(fetch(chosen, settings, data, since=since, pages=pages, screen=screen))
    except AlreadyRunning:
        if not left_to_daemon(chosen, data, since=since, pages=pages):
            raise
        note(_("noted: the daemon fetches it while nothing else is due; --report says how far"))
        return True
    except KeyboardInterrupt:
        note(_("stopped; the same command goes on from here"))
        raise
    show(told, screen, as_json=as_json)
    return all(one.whole for one in told)


def report(chosen: Sequence[Source], data: Path, screen: Console, *, as_json: bool) -> bool:
    """Report how complete the histories are that were asked for; return whether there are any."""
    if not (data / "crawl.db").exists():
        return False
    with Frontier(data / "crawl.db", read_only=True) as frontier:
        found = [completeness(frontier, source.id) for source in chosen]
    told = [one for one in found if one is not None]
    show(told, screen, as_json=as_json)
    return bool(told)
