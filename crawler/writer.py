"""One thread owns the archive; whatever waits when it is free is committed together.

SQLite has one writer and a commit that lasts costs a disk flush, so articles that arrive while one
transaction is being written share the next.
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from archive import (
    Absence,
    Archive,
    Article,
    Capture,
    FileFiling,
    Filing,
    Receipt,
    Stored,
    TakedownRule,
    Verdict,
)

T = TypeVar("T")

#: Articles that share one transaction at most; bounds what a failing disk can send back at once.
BATCH = 64

#: Seconds to wait for company: eight articles in a transaction cost a quarter less than each alone
#: (measured: 1.8 against 2.4 ms of CPU an article).
LINGER = 0.05


class ArchiveWriter:
    """The archive, to be awaited."""

    def __init__(
        self, path: Path, *, warc: Path, warc_size: int, now: Callable[[], datetime]
    ) -> None:
        self._path, self._warc, self._now, self._warc_size = path, warc, now, warc_size
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="archive")
        self._waiting: list[tuple[Filing, asyncio.Future[Receipt]]] = []
        self._flusher: asyncio.Task[None] | None = None
        self._archive: Archive

    async def __aenter__(self) -> Self:
        self._archive = await self._run(
            lambda: Archive.open(self._path, warc=self._warc, warc_size=self._warc_size)
        )
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._flusher is not None:
            await self._flusher
        await self._run(self._archive.close)
        self._thread.shutdown()

    async def _run(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    async def put(
        self, article: Article, capture: Capture, further: Sequence[Capture] = ()
    ) -> Receipt:
        """Store an article; return once it is safe on disk. Raises what ``Archive.put`` raises."""
        done = asyncio.get_running_loop().create_future()
        filing = Filing(article=article, capture=capture, further=tuple(further))
        self._waiting.append((filing, done))
        if self._flusher is None or self._flusher.done():
            self._flusher = asyncio.create_task(self._flush())
        # A cancelled pass must not take back what the thread is about to commit.
        return await asyncio.shield(done)

    async def _flush(self) -> None:
        while self._waiting:
            await asyncio.sleep(LINGER)
            batch, self._waiting = self._waiting[:BATCH], self._waiting[BATCH:]
            filings = [filing for filing, _ in batch]
            try:
                receipts = await self._run(lambda: self._archive.put_all(filings, now=self._now()))  # noqa: B023 - awaited before the next turn
            except BaseException as error:
                for _, done in batch:
                    if not done.done():
                        done.set_exception(error)
                        done.exception()  # who waited may be gone, which is no news
                if not isinstance(error, Exception):
                    raise
                continue
            for (_, done), receipt in zip(batch, receipts, strict=True):
                if not done.done():
                    done.set_result(receipt)

    async def check(self) -> None:
        """Raise Corrupt where a page of the archive's file is broken."""
        await self._run(lambda: self._archive.check())

    async def tidy(self) -> None:
        """Keep the full-text index small; see ``Archive.tidy``, raises what it raises."""
        await self._run(lambda: self._archive.tidy())

    async def seen(self, url: str, capture: Capture | None = None) -> Receipt | None:
        """Note that an article still stands as it was; None where it is not archived."""
        now = self._now()
        return await self._run(lambda: self._archive.seen(url, now=now, capture=capture))

    async def find(self, url: str) -> Stored | None:
        """Return the article known by a canonical address, or None."""
        return await self._run(lambda: self._archive.find(url))

    async def pages(self, article_id: int) -> tuple[Capture, ...]:
        """Return what an article was last read from. Raises what ``Archive.pages`` raises."""
        return await self._run(lambda: self._archive.pages(article_id))

    async def reread(
        self, article_id: int, article: Article, pages: Sequence[Capture] = ()
    ) -> tuple[str, ...]:
        """Store what today's extractor reads from stored pages; return the fields that differ."""
        now = self._now()
        return await self._run(
            lambda: self._archive.reread(article_id, article, now=now, pages=pages)
        )

    async def absent(
        self, url: str, capture: Capture, how: str, rule: TakedownRule
    ) -> Absence | None:
        """Note that an article was not found at its address; None where it is not archived."""
        now = self._now()
        return await self._run(
            lambda: self._archive.absent(url, capture, how=how, now=now, rule=rule)
        )

    async def keep_files(self, filings: Sequence[FileFiling]) -> list[Verdict | None]:
        """Store files of articles. Raises what ``Archive.keep_files`` raises."""
        now = self._now()
        return await self._run(lambda: self._archive.keep_files(filings, now=now))

    async def listed(self, named: Iterable[str], left: Iterable[str]) -> None:
        """Note which articles a listing names, and which it named and goes on without."""
        now = self._now()
        await self._run(lambda: self._archive.listed(named, left, now=now))
