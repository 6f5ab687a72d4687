"""Open what a crawl works with, once, and run sources with it: one crawler per data folder."""

import asyncio
import fcntl
import os
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from archive import TakedownRule
from crawler import pipeline
from crawler.errors import CrawlError
from crawler.fetch import Fetcher
from crawler.frontier import Frontier
from crawler.pipeline import Progress, Stages
from crawler.records import Report, Source
from crawler.sandbox import Sandbox
from crawler.settings import Settings
from crawler.writer import ArchiveWriter


def clock() -> datetime:
    """Return the moment it is, in UTC."""
    return datetime.now(UTC)


class AlreadyRunning(CrawlError):  # noqa: N818 - reads as the sentence a user sees
    """Another crawler works in this data folder."""

    def __init__(self, data: Path, pid: str) -> None:
        super().__init__(
            str(data),
            f"another gazette crawl or daemon (process {pid}) works in this data folder; "
            "stop it first, or give another folder with --data",
        )


@contextmanager
def locked(data: Path) -> Iterator[None]:
    """Hold the data folder for one crawler; the kernel lets go even after ``kill -9``.

    Raises AlreadyRunning.
    """
    data.mkdir(parents=True, exist_ok=True)
    with (data / "crawl.lock").open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise AlreadyRunning(data, file.read().strip() or "unknown") from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


@asynccontextmanager
async def opened(
    settings: Settings, data: Path, *, now: Callable[[], datetime] = clock
) -> AsyncIterator[Stages]:
    """Open fetcher, sandbox, frontier and archive below ``data``; close them in any case."""
    with locked(data), Frontier(data / "crawl.db") as frontier, Sandbox(settings.sandbox) as box:
        async with (
            ArchiveWriter(data / "archive.db", warc=data / "warc", now=now) as writer,
            Fetcher(settings.fetch, now=now) as fetcher,
        ):
            yield Stages(
                fetcher=fetcher,
                sandbox=box,
                frontier=frontier,
                writer=writer,
                now=now,
                full_every=settings.fetch.full_every,
                takedown=TakedownRule(**asdict(settings.takedown)),
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
    stages.frontier.register(sources)
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
