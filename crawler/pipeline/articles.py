"""Links that are due → captures → articles → receipts; a link is settled last."""

import asyncio
import hashlib
from collections import deque
from dataclasses import replace
from urllib.parse import urlsplit

from archive import Capture
from crawler import cadence
from crawler.errors import CrawlError, FetchError, GoneError
from crawler.pipeline.state import Pass, Progress, log, validators_of
from crawler.reading import Reading, read_article
from crawler.records import Attempt, Due, Outcome, PageRequest, Source, Validators

#: Pages of one source that are read or stored while the next is fetched; the host still sees one
#: request at a time. What waits to be stored shares a flush of the disk, so more lanes mean fewer.
LANES = 32

HOME = ("", "/", "/index.html", "/index.htm", "/index.shtml", "/index.jsp")


async def visit_due(this: Pass) -> None:
    """Visit every link that is due, the never visited first."""
    due = this.stages.frontier.due_links(this.source.id, this.stages.now())
    waiting = deque(due)

    async def lane() -> None:
        while waiting and this.going:
            await _visit(this, waiting.popleft())
            done = len(due) - len(waiting)
            this.progress(
                Progress(source=this.source.id, what="articles", done=done, total=len(due))
            )

    lanes = [asyncio.create_task(lane()) for _ in range(min(LANES, len(due)))]
    try:
        await asyncio.gather(*lanes)
    finally:
        for task in lanes:
            task.cancel()


async def _visit(this: Pass, due: Due) -> None:
    in_full = due.article_id is None or due.visits % this.stages.full_every == 0
    try:
        async with this.turn:
            if not this.going:
                return
            capture = await this.fetch(
                PageRequest(url=due.link.url), Validators() if in_full else due.validators
            )
        this.silent = 0
        sha256 = hashlib.sha256(capture.body).hexdigest()
        outcome, article_id = await _keep(this, due, capture, sha256)
    except CrawlError as error:
        how = gone(error)
        if how and due.article_id is not None:
            await _settle_gone(this, due, error, how)
        else:
            _settle_failure(this, due, error)
        return
    now, fresh = this.stages.now(), capture.status == 200
    this.outcomes[due.link.url] = outcome
    log.info("%s source=%s url=%s", outcome, this.source.id, due.link.url)
    this.stages.frontier.settle(
        Attempt(
            source=this.source.id,
            url=due.link.url,
            at=now,
            outcome=outcome,
            article_id=article_id,
        ),
        next_visit=cadence.next_revisit(due.visits + 1, now),
        seen=validators_of(capture) if fresh else due.validators,
        sha256=sha256 if fresh else due.sha256,
    )


async def _keep(this: Pass, due: Due, capture: Capture, sha256: str) -> tuple[Outcome, int | None]:
    """Turn an answer into an article in the archive; return what became of it."""
    url, writer = due.link.url, this.stages.writer
    if capture.status == 304 or sha256 == due.sha256:
        standing = await writer.seen(url, capture if capture.status == 200 else None)
        if standing is not None:
            return Outcome.UNCHANGED, standing.id
        if capture.status == 304:
            # The archive is older than our memory of the site: ask again, in full.
            capture = await this.fetch(PageRequest(url=url), Validators())
    if moved_away(capture, this.source):
        raise GoneError(url, "redirect")
    reading: Reading = await this.stages.sandbox.run(
        url, read_article, (capture,), this.reader, due.category, due.link, this.stages.now()
    )
    receipt = await writer.put(reading.article, capture)
    return Outcome(receipt.verdict.value), receipt.id


def moved_away(capture: Capture, source: Source) -> bool:
    """Tell whether an article's address led to the home page or a listing instead of an article."""
    if capture.final_url == capture.url or urlsplit(capture.url).path in HOME:
        return False
    if urlsplit(capture.final_url).path in HOME:
        return True
    return capture.final_url in {source.address, *(listing.url for listing in source.listings)}


def gone(error: CrawlError) -> str:
    """Return how an error says that an article is gone from the web, or ""."""
    if isinstance(error, GoneError):
        return error.how
    if isinstance(error, FetchError) and error.status in (404, 410):
        return str(error.status)
    return ""


async def _settle_gone(this: Pass, due: Due, error: CrawlError, how: str) -> None:
    """Mark an archived article as gone; it is still looked at, since some come back."""
    url, now = due.link.url, this.stages.now()
    first = await this.stages.writer.gone(url, how)
    this.outcomes[url] = Outcome.GONE if first else Outcome.UNCHANGED
    log.info("gone source=%s url=%s how=%s", this.source.id, url, how)
    this.stages.frontier.settle(
        replace(_attempt(this, due, error), outcome=this.outcomes[url], kind="gone"),
        next_visit=cadence.next_revisit(due.visits + 1, now),
        seen=Validators(),
    )


def _settle_failure(this: Pass, due: Due, error: CrawlError) -> None:
    this.fail(error, due.link.url)
    this.outcomes[due.link.url] = Outcome.FAILED
    failures = due.failures + cadence.WEIGHTS[error.weight]
    after = error.retry_after if isinstance(error, FetchError) else None
    this.stages.frontier.settle(
        _attempt(this, due, error),
        next_visit=cadence.next_try(failures, this.stages.now(), after),
        failures=failures,
    )


def _attempt(this: Pass, due: Due, error: CrawlError) -> Attempt:
    return Attempt(
        source=this.source.id,
        url=due.link.url,
        at=this.stages.now(),
        outcome=Outcome.FAILED,
        kind=error.kind if isinstance(error, FetchError) else type(error).__name__,
        reason=error.reason,
        weight=error.weight,
    )
