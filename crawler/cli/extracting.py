"""Pages in files and at addresses → lines of JSON, read by child processes.

The parent hands out names and prints lines in order; a child opens the file, reads the page and
writes the line, so that neither page nor article travels between processes.
"""

import asyncio
import json
import traceback
import zlib
from collections import deque
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import click

from archive import Article, Capture, Precision
from archive.escapes import json_line
from crawler.errors import CrawlError, ExtractError
from crawler.explain import Said, explain
from crawler.fetch import Fetcher
from crawler.reading import Reading, read_article
from crawler.records import Link, Source
from crawler.sandbox import Sandbox
from crawler.whole import read_whole

#: The keys of an article's line behind its id, in order; a promise to machines.
KEYS = ("url", "title", "published", "precision", "written", "origin", "author", "editor",
        "issuer", "doc_number", "index_number", "lang", "zone", "text", "html", "pictures",
        "attachments", "witnesses", "extractor")  # fmt: skip

#: Pages handed out before the first of them is printed; so many go on beside one that hangs.
WINDOW = 512

_GZIP = b"\x1f\x8b"

Row = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One page to read: a file, or nothing but an address to ask."""

    id: str
    file: Path | None = None
    #: the address the page came from, "" where nobody knows
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How the pages of one command are read; travels with each of them."""

    #: None where no source's rules apply
    source: Source | None = None
    #: zone of times that name none; "" leaves it to address and letters
    zone: str = ""
    explained: bool = False
    #: bytes of the longest page that is read
    longest: int
    now: datetime


class Line(NamedTuple):
    """What became of one page."""

    text: str
    well: bool
    #: addresses of further pages
    further: tuple[str, ...] = ()


def local(article: Article) -> str | None:
    """Return the publication moment as the page shows it: its own zone, no more than it says."""
    if article.published is None:
        return None
    moment = article.published.astimezone(ZoneInfo(article.zone))
    if article.precision is Precision.DAY:
        return moment.date().isoformat()
    return moment.isoformat(
        timespec="minutes" if article.precision is Precision.MINUTE else "seconds"
    )


def as_json(article: Article) -> Row:
    """Return an article as one JSON object; what was not found is null.

    Who asks for an author asks who answers for the text: where no writer is named it is the
    responsible editor, and the witness says so. The archive itself keeps both apart.
    """
    row: Row = {key: getattr(article, key) or None for key in KEYS}
    witnesses = dict(article.witnesses)
    if article.editor and not article.author:
        row["author"] = article.editor
        witnesses["author"] = f"editor {witnesses.get('editor', '')}".strip()
    return row | {
        "published": local(article),
        "precision": article.precision if article.published else None,
        "written": article.written.isoformat() if article.written else None,
        "attachments": [asdict(file) for file in article.attachments] or None,
        "witnesses": witnesses,
    }


def as_explained(reading: Reading, now: datetime, link: Link | None = None) -> dict[str, list[Row]]:
    """Return field → what each witness says, the most trusted first, as JSON objects."""
    said = explain(reading.draft, reading.article, now, link)
    return {field: [_said(one) for one in ones] for field, ones in said.items()}


def _said(one: Said) -> Row:
    row: Row = {"value": one.value, "witness": one.witness, "won": one.won}
    return row | ({"refused": one.refused} if one.refused else {})


def failed(job: Job, error: Exception) -> Line:
    """Return the line of a page that was not read."""
    reason = error.reason if isinstance(error, CrawlError) else _plainly(error)
    return Line(json_line({"id": job.id, "error": type(error).__name__, "reason": reason}), False)


def _plainly(error: Exception) -> str:
    """Return what the system says of a file, the file named."""
    words = error.strerror if isinstance(error, OSError) else ""
    return f"{error.filename}: {words}" if isinstance(error, OSError) and words else str(error)


def read_file(job: Job, way: Way) -> Line:
    """Return the line of a page that lies in a file; runs in a child. Raises nothing expected."""
    try:
        body = _body(job, way.longest)
        return read_captures(job, (as_capture(job, body, way.now),), way)
    except (CrawlError, OSError) as error:
        return failed(job, error)


def read_captures(job: Job, captures: tuple[Capture, ...], way: Way) -> Line:
    """Return the line of an article whose pages are here; runs in a child. Raises CrawlError."""
    source = way.source or Source(id="extract", name="", address=job.url, zone=way.zone)
    reading = read_article(captures, source, "", None, way.now)
    row: Row = {"id": job.id} | as_json(reading.article)
    if reading.further:
        row["further"] = list(reading.further)
    if way.explained:
        row["explain"] = as_explained(reading, way.now)
    return Line(json_line(row), True, reading.further)


def as_capture(job: Job, body: bytes, now: datetime, content_type: str = "text/html") -> Capture:
    """Return a page as if its address had answered with it."""
    return Capture(
        url=job.url,
        final_url=job.url,
        status=200,
        headers=(("Content-Type", content_type),),
        body=body,
        fetched_at=now,
    )


def _body(job: Job, longest: int) -> bytes:
    """Return a file's bytes, unpacked where they are gzip. Raises OSError or ExtractError."""
    assert job.file is not None
    with job.file.open("rb") as file:
        body = file.read(longest + 1)
    if body.startswith(_GZIP):
        try:
            body = zlib.decompressobj(wbits=31).decompress(body, longest + 1)
        except zlib.error as error:
            raise ExtractError(job.url, f"{job.file}: damaged gzip ({error})") from error
    if len(body) > longest:
        raise ExtractError(job.url, f"too large to read (more than {longest} bytes)")
    return body


def is_address(word: str) -> bool:
    """Say whether a word is an http(s) address rather than a file."""
    return word.lower().startswith(("http://", "https://"))


def manifest(path: Path, lines: Iterable[bytes]) -> Iterator[Job]:
    """Yield the jobs of a batch; files are relative to the manifest. Raises click.UsageError."""
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line.decode("utf-8-sig"))
            url = row.get("url") or ""
            job = Job(id=row["id"], file=path.parent / row["file"], url=url)
            if not isinstance(job.id, str | int) or not isinstance(url, str):
                raise TypeError("id and url are strings")
            urlsplit(url)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            what = f"no {error}" if isinstance(error, KeyError) else str(error)
            raise click.UsageError(
                f'{path}:{number}: a line is {{"id", "file", "url"}}: {what}'
            ) from error
        yield job


async def extract_all(
    jobs: Iterable[Job], sandbox: Sandbox, fetcher: Fetcher, way: Way
) -> AsyncIterator[Line]:
    """Yield the line of each job, in order, while others are being read."""
    waiting: deque[asyncio.Task[Line]] = deque()
    try:
        for job in jobs:
            waiting.append(asyncio.create_task(_extract(job, sandbox, fetcher, way)))
            if len(waiting) >= WINDOW:
                yield await waiting.popleft()
        while waiting:
            yield await waiting.popleft()
    finally:
        for task in waiting:
            task.cancel()


async def _extract(job: Job, sandbox: Sandbox, fetcher: Fetcher, way: Way) -> Line:
    try:
        if job.file is not None:
            return await sandbox.run(job.url or str(job.file), read_file, job, way)
        return await _fetched(job, sandbox, fetcher, way)
    except CrawlError as error:
        return failed(job, error)
    except Exception as error:
        # A page that finds a bug of ours costs its own line; the others are worth as much as ever.
        traceback.print_exception(error)
        return failed(job, ExtractError(job.url or str(job.file), f"a bug of ours: {error!r}"))


async def _fetched(job: Job, sandbox: Sandbox, fetcher: Fetcher, way: Way) -> Line:
    """Ask an address, and the further pages of its article. Raises CrawlError."""
    delay = way.source.delay if way.source else None

    async def fetch(url: str) -> Capture:
        return await fetcher.fetch(url, delay=delay)

    async def read(pages: tuple[Capture, ...]) -> Line:
        return await sandbox.run(job.url, read_captures, job, pages, way)

    line, _ = await read_whole(await fetch(job.url), fetch, read)
    return line
