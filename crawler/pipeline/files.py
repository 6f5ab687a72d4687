"""Attachments and pictures of articles → captures → the archive, never read.

They come after the articles of a pass. What goes wrong with one is a row and a later try: it fails
neither the article nor the source.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from archive import Article, Capture, FileFiling, Verdict
from crawler import cadence
from crawler.asking import failure
from crawler.errors import FetchError
from crawler.frontier.files import ATTACHMENT, PICTURE, DueFile
from crawler.pipeline.state import SILENCE, Pass, Progress, log, shut, validators_of
from crawler.records import Files, Source, Validators
from crawler.urls import host_of

#: Files of one article that are kept at most, attachments first.
MOST = 100

#: How long files rest after SILENCE failures in a row: they may lie where the site does not.
REST = timedelta(hours=1)

#: So many files, or bytes of them, are stored together.
BATCH, BATCH_BYTES = 16, 16 << 20


def note(this: Pass, article_id: int, article: Article) -> None:
    """Remember which files of an article are to be fetched."""
    wanted = files_wanted(article, this.source)
    if wanted:
        this.stages.frontier.files.note(this.source.id, article_id, wanted, now=this.stages.now())


def files_wanted(article: Article, source: Source) -> list[tuple[str, str]]:
    """Return address and role of the files of an article that its source wants kept."""
    if source.files is Files.NONE:
        return []
    found = {attached.url: ATTACHMENT for attached in article.attachments}
    if source.files is not Files.ATTACHMENTS:
        hosts = (host_of(source.address), host_of(article.url), *source.hosts)
        for url in article.pictures:
            if source.files is Files.ALL or _lies_at(url, hosts):
                found.setdefault(url, PICTURE)
    # An imported post may name anything.
    return [item for item in found.items() if urlsplit(item[0]).scheme in ("http", "https")][:MOST]


def _lies_at(url: str, hosts: tuple[str, ...]) -> bool:
    """Tell whether an address lies at one of the hosts, or below it: ``img.city.example``."""
    try:
        host = host_of(url)
    except ValueError:
        return False
    names = [name.removeprefix("www.") for name in hosts]
    return host in hosts or any(f".{host}".endswith(f".{name}") for name in names)


async def visit_due(this: Pass) -> None:
    """Fetch the files that are due, while there is time as for revisits."""
    if this.source.files is Files.NONE:
        return
    due = this.stages.frontier.files.due(this.source.id, this.stages.now())
    looks = tuple(this.next_look.values())
    time_left = this.time_until(cadence.revisits_until(looks, this.stages.now()))
    held: list[tuple[DueFile, Capture]] = []
    silent = 0
    for done, file in enumerate(due):
        this.progress(Progress(source=this.source.id, what="files", done=done, total=len(due)))
        if not this.going or not time_left():
            break
        if silent >= SILENCE:
            this.stages.frontier.files.postpone(this.source.id, this.stages.now(), by=REST)
            break
        try:
            held.append((file, await _fetch(this, file)))
            silent = 0
        except FetchError as error:
            _settle_failure(this, file, error)
            silent = silent + 1 if shut(error) else 0
        if len(held) >= BATCH or sum(len(one.payload) for _, one in held) >= BATCH_BYTES:
            await _keep(this, held)
            held = []
    await _keep(this, held)
    this.progress(Progress(source=this.source.id, what="files", done=len(due), total=len(due)))


def next_due(this: Pass) -> datetime | None:
    """Return when the next file of the source is due."""
    return (
        None
        if this.source.files is Files.NONE
        else this.stages.frontier.files.next_due(this.source.id)
    )


async def _fetch(this: Pass, file: DueFile) -> Capture:
    """Ask for a file. Raises FetchError, where a page came instead too: an error, a login."""
    this.requests += 1
    in_full = file.visits % this.stages.full_every == 0
    with this.counting():
        capture = await this.stages.fetcher.fetch(
            file.url,
            validators=Validators() if in_full else file.validators,
            delay=this.source.delay,
            max_bytes=this.stages.max_file,
            deadline=this.stages.file_deadline,
        )
    if capture.status == 200 and is_page(capture):
        raise failure(file.url, "page", "a page came in place of the file", status=200)
    return replace(capture, url=file.url)  # as articles know it


def is_page(capture: Capture) -> bool:
    """Tell whether an answer is a page; what Word saves as HTML comes under Word's own type."""
    kind = capture.header("content-type").partition(";")[0].strip().lower()
    begins = capture.body[:1024].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if kind in ("text/html", "application/xhtml+xml"):
        return begins.startswith(b"<") or not begins
    return not kind and begins.startswith((b"<!doctype html", b"<html"))


async def _keep(this: Pass, held: list[tuple[DueFile, Capture]]) -> None:
    """Store files together, then settle them."""
    if not held:
        return
    filings = [
        FileFiling(capture=capture, articles=file.articles if file.role == ATTACHMENT else ())
        for file, capture in held
    ]
    verdicts = await this.stages.writer.keep_files(filings)
    now = this.stages.now()
    for (file, capture), verdict in zip(held, verdicts, strict=True):
        log.info("file %s source=%s url=%s", verdict, this.source.id, file.url)
        if verdict is None:  # the archive is older than our memory of the site: in full, at once
            this.stages.frontier.files.settle(file.url, now=now, next_visit=now, seen=Validators())
            continue
        if verdict is Verdict.REVISED:
            log.warning("file changed source=%s url=%s", this.source.id, file.url)
        again = None  # a picture that changes is no revision, so one look is enough
        if file.role == ATTACHMENT and verdict is not Verdict.DELETED:
            again = cadence.next_revisit(file.visits + 1, now, this.source.revisits)
        seen = validators_of(capture) if capture.status == 200 else file.validators
        this.stages.frontier.files.settle(file.url, now=now, next_visit=again, seen=seen)


def _settle_failure(this: Pass, file: DueFile, error: FetchError) -> None:
    log.warning("file failed source=%s url=%s reason=%s", this.source.id, file.url, error.reason)
    now, failures = this.stages.now(), file.failures + cadence.WEIGHTS[error.weight]
    again = cadence.next_try(failures, now, error.retry_after)
    this.stages.frontier.files.settle(file.url, now=now, next_visit=again, failures=failures)
