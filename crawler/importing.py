"""WARC files of others → articles: each page read as if its site had just answered.

Nothing but the archive's own rules decides what becomes of an article; its capture keeps the moment
at which others took it, and says from which file it came.
"""

import asyncio
import re
from collections import deque
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from archive import Archive, Article, Capture, Filing, Receipt, response_at, responses
from crawler.asking import Ask, unpacked, usable
from crawler.errors import CrawlError, FetchError, PoisonError
from crawler.listing.page import own_hosts
from crawler.reading import Reading, read_article
from crawler.records import Listing, Source
from crawler.sandbox import Sandbox
from crawler.settings import FetchSettings
from crawler.urls import canonical, host_of
from crawler.whole import read_whole

#: The source of what belongs to none that is configured.
SOURCE = "import"
#: Pages that are read at the same time, or wait for those before them; bounds the memory.
LANES = 32
#: Articles of one transaction.
BATCH = 64
#: An undated page of fewer characters says nothing that could be archived.
TELLING = 40

_HOME = re.compile(r"/(?:(?:index|default|home)\.\w+)?", re.IGNORECASE)
_HTML = ("", "text/html", "application/xhtml+xml")
_LINKED = re.compile(r"<a\b[^>]*>(.*?)</a>", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What became of one record of a WARC file."""

    path: Path
    offset: int
    url: str = ""
    receipt: Receipt | None = None
    #: why it was passed over, or ""
    reason: str = ""
    #: it may be an article, but cannot be read
    failed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Page:
    """An answer that may be an article, found in a first walk through the file."""

    url: str
    offset: int
    source: Source


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """What a page came to: a filing with the addresses of its further pages, or a reason."""

    page: _Page
    filing: Filing | None = None
    reason: str = ""
    failed: bool = False


def stray(url: str) -> Source:
    """Return the source of a page that lies at no configured site."""
    return Source(id=SOURCE, name="", address=url, zone="")


class Importing:
    """Puts the articles of WARC files into an archive."""

    def __init__(
        self, archive: Archive, sandbox: Sandbox, known: Sequence[Source], settings: FetchSettings
    ) -> None:
        """Take the configured sources: they own the pages on their hosts."""
        self._archive, self._sandbox, self._known = archive, sandbox, known
        self._limit = settings.max_page
        #: addresses that were further pages of an article before them
        self._used: set[str] = set()
        #: address → when the capture that was put last was taken
        self._latest: dict[str, datetime] = {}

    def survey(self, path: Path, *, now: datetime) -> tuple[list[_Page], list[Imported]]:
        """Return the pages of a file that may be articles, and the records that are none."""
        pages, others = [], []
        for found in responses(path):
            if found.capture is None:
                damaged = found.reason.startswith("damaged")
                others.append(
                    Imported(path=path, offset=found.offset, reason=found.reason, failed=damaged)
                )
                continue
            page = self._page(found.capture, found.offset, now)
            if isinstance(page, str):
                url = found.capture.url
                others.append(Imported(path=path, offset=found.offset, url=url, reason=page))
            else:
                pages.append(page)
        return pages, others

    def _page(self, capture: Capture, offset: int, now: datetime) -> _Page | str:
        """Return an answer that may be an article, or why it is none."""
        media = capture.header("content-type").partition(";")[0].strip().lower()
        if capture.status != 200:
            return f"status {capture.status}"
        if capture.fetched_at > now:
            return "taken in the future"
        if media not in _HTML:
            return f"no page but {media}"
        try:
            url = canonical(capture.url)
        except ValueError:
            return "no address of the web"
        if _HOME.fullmatch(urlsplit(url).path):
            return "a home page"
        source = next((s for s in self._known if _owns(s, url)), None)
        if source is None:
            return _Page(url=url, offset=offset, source=stray(url))
        if url in {listing.url for listing in source.listings}:
            return "a listing"
        if not source.allows(url):
            return f"shut out by the patterns of source {source.id}"
        return _Page(url=url, offset=offset, source=replace(source, listings=()))

    async def all(
        self, path: Path, pages: Sequence[_Page], *, now: datetime
    ) -> AsyncIterator[Imported]:
        """Yield what became of each page that a survey found; what was yielded is stored."""
        there = {page.url: page.offset for page in reversed(pages)}
        waiting: list[_Read] = []
        async for read in self._in_order(path, pages, there):
            waiting.append(self._judged(read))
            if len(waiting) >= BATCH:
                for imported in self._put(path, waiting, now):
                    yield imported
                waiting = []
        for imported in self._put(path, waiting, now):
            yield imported

    async def _in_order(
        self, path: Path, pages: Iterable[_Page], there: dict[str, int]
    ) -> AsyncIterator[_Read]:
        tasks: deque[asyncio.Task[_Read]] = deque()
        try:
            for page in pages:
                tasks.append(asyncio.create_task(self._read(path, page, there)))
                if len(tasks) >= LANES:
                    yield await tasks.popleft()
            while tasks:
                yield await tasks.popleft()
        finally:
            for task in tasks:
                task.cancel()

    async def _read(self, path: Path, page: _Page, there: dict[str, int]) -> _Read:
        """Read a page, with the further pages of its article that are in the file."""

        async def fetch(url: str) -> Capture:
            if url not in there:
                raise FetchError(url, "status", "not in the file", status=404)
            return self._answer(path, url, there[url])

        async def read(captures: tuple[Capture, ...]) -> Reading:
            return await self._sandbox.run(
                page.url, read_article, captures, page.source, "", None, captures[0].fetched_at
            )

        try:
            capture = self._answer(path, page.url, page.offset)
            reading, further = await read_whole(capture, fetch, read)
        except CrawlError as error:
            failed = isinstance(error, PoisonError)
            return _Read(page=page, reason=f"no article: {error.reason}", failed=failed)
        filing = Filing(article=reading.article, capture=capture, further=further)
        return _Read(page=page, filing=filing, reason=hollow(reading.article))

    def _answer(self, path: Path, url: str, offset: int) -> Capture:
        """Return the capture of a record as ``fetch`` would have. Raises FetchError."""
        capture = response_at(path, offset).capture
        assert capture is not None, "the survey read it"
        capture = replace(capture, url=url, final_url=url, imported=path.name)
        ask = Ask(url=url, delay=0, limit=self._limit, deadline=0)
        return usable(unpacked(capture, self._limit), ask, None)

    def _judged(self, read: _Read) -> _Read:
        """Return what was read with a reason where it must not be put after those before it."""
        if read.filing is None or read.reason or read.filing.capture is None:
            return read
        url, at = read.page.url, read.filing.capture.fetched_at.replace(microsecond=0)
        if url in self._used:
            return replace(read, reason="a further page of an article")
        held = self._archive.find(url)
        if at < self._latest.get(url, at) or (held is not None and at < held.last_seen):
            return replace(read, reason="older than what the archive holds")
        self._latest[url] = at
        self._used.update(page.url for page in read.filing.further)
        return read

    def _put(self, path: Path, reads: Sequence[_Read], now: datetime) -> Iterator[Imported]:
        filings = [read.filing for read in reads if read.filing and not read.reason]
        receipts = iter(self._archive.put_all(filings, now=now))
        for read in reads:
            receipt = None if read.reason else next(receipts)
            yield Imported(
                path=path, offset=read.page.offset, url=read.page.url, receipt=receipt,
                reason=read.reason, failed=read.failed,
            )  # fmt: skip


def _owns(source: Source, url: str) -> bool:
    listings = source.listings or (Listing(url=source.address),)
    return any(host_of(url) in own_hosts(source, listing) for listing in listings)


def hollow(article: Article) -> str:
    """Return why what was read of a page is no article though it has a title and text, or ""."""
    linked = sum(len(_TAG.sub("", inside)) for inside in _LINKED.findall(article.html))
    if linked * 2 > len(article.text):
        return "a listing: most of it is links"
    if article.published is None and len(article.text) < TELLING:
        return "no article: undated, and hardly any text"
    return ""
