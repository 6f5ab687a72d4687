"""Open what a crawl works with, once, and run sources with it: one crawler per data folder."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from archive import TakedownRule
from crawler import pipeline
from crawler.fetch import Fetcher
from crawler.frontier import Frontier
from crawler.lock import locked
from crawler.pipeline import Progress, Stages
from crawler.records import Report, Source
from crawler.rendering import Browser
from crawler.sandbox import Sandbox
from crawler.settings import Settings
from crawler.writer import ArchiveWriter


def clock() -> datetime:
    """Return the moment it is, in UTC."""
    return datetime.now(UTC)


@asynccontextmanager
async def opened(
    settings: Settings, data: Path, *, now: Callable[[], datetime] = clock
) -> AsyncIterator[Stages]:
    """Open fetcher, sandbox, frontier and archive below ``data``; close them in any case."""
    with (
        locked(data),
        Frontier(data / "crawl.db") as frontier,
        Sandbox(settings.sandbox) as box,
    ):
        async with (
            ArchiveWriter(
                data / "archive.db", warc=data / "warc", warc_size=settings.warc_size, now=now
            ) as writer,
            Fetcher(settings.fetch, now=now) as fetcher,
        ):
            yield Stages(
                fetcher=fetcher,
                sandbox=box,
                frontier=frontier,
                writer=writer,
                now=now,
                browser=Browser(settings.browser, longest=settings.sandbox.max_input),
                full_every=settings.fetch.full_every,
                takedown=TakedownRule(**asdict(settings.takedown)),
                max_file=settings.fetch.max_file,
                file_deadline=settings.fetch.file_deadline,
            )


async def crawl(
    sources: Sequence[Source],
    stages: Stages,
    *,
    at_once: int,
    deep: bool = False,
    stop: asyncio.Event | None = None,
    progress: Callable[[Progress], None] = lambda _: None,
) -> list[Report]:
    """Run one pass over each source now, ``at_once`` side by side; reports in the order given."""
    stages.frontier.sources.register(sources)
    places = asyncio.Semaphore(at_once)

    async def one(source: Source) -> Report:
        async with places:
            return await pipeline.run(source, stages, deep=deep, stop=stop, progress=progress)

    passes = [asyncio.create_task(one(source)) for source in sources]
    try:
        return await asyncio.gather(*passes)
    finally:
        for task in passes:
            task.cancel()
