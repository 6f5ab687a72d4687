"""Links that are due → captures → articles → receipts; a link is settled last."""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime

from archive import Article, Capture, Corrupt, Stored, Verdict
from crawler import cadence
from crawler.errors import CrawlError, ExtractError, FetchError, GoneError
from crawler.extract import EXTRACTOR
from crawler.pipeline import absences, files, observe
from crawler.pipeline.state import Pass, log, validators_of
from crawler.reading import Reading, read_article
from crawler.records import Attempt, Due, Outcome, PageRequest, Pulse, Validators
from crawler.rhythm import Dated
from crawler.signals import WORDS, is_slight, last_modified
from crawler.whole import read_whole

#: Weighted failures in a row after which a page that an article had is believed to be gone: eight
#: visits in a day.
BELIEVED = 2.0


class _StopError(Exception):
    """The pass ends between two pages of an article; it is due as before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What became of an answer."""

    outcome: Outcome
    article_id: int
    #: the article changed next to nothing
    slight: bool = False
    #: when the page says it was last edited
    edited: datetime | None = None


async def visit(this: Pass, due: Due) -> None:
    """Ask for one link and settle it; errors that were to be expected become rows."""
    in_full = this.deep or due.article_id is None or due.visits % this.stages.full_every == 0
    capture = None
    observe.visited(this, due)
    try:
        async with this.turn:
            if not this.going:
                return
            capture = await this.fetch(
                PageRequest(url=due.link.url), Validators() if in_full else due.validators
            )
        this.silent = 0
        sha256 = hashlib.sha256(capture.body).hexdigest()
        kept = await _keep(this, due, capture, sha256, in_full=in_full)
    except _StopError:
        return
    except CrawlError as error:
        answer = error.answer if isinstance(error, FetchError) else capture
        how = absences.absence(error)
        if how and isinstance(answer, Capture) and await _is_held(this, due):
            await absences.settle(this, due, _attempt(this, due, error), answer, how)
        else:
            _settle_failure(this, due, error)
        return
    now, fresh = this.stages.now(), capture.status == 200
    this.outcomes[due.link.url] = kept.outcome
    log.info("%s source=%s url=%s", kept.outcome, this.source.id, due.link.url)
    pulse, next_visit = _next(this, due, kept, capture, now)
    this.stages.frontier.links.settle(
        Attempt(
            source=this.source.id,
            url=due.link.url,
            at=now,
            outcome=kept.outcome,
            article_id=kept.article_id,
        ),
        next_visit=next_visit,
        pulse=pulse,
        seen=validators_of(capture) if fresh else due.validators,
        sha256=sha256 if fresh else due.sha256,
    )


def _next(
    this: Pass, due: Due, kept: Kept, capture: Capture, now: datetime
) -> tuple[Pulse, datetime]:
    """Return how an article behaves by now, and when to look at it again."""
    if due.article_id is None:
        return due.pulse, cadence.next_look(due.pulse, now, this.source.revisits)
    moments = (kept.edited, last_modified(capture.header("last-modified")))
    edited = cadence.edit_since([at for at in moments if at], due.visited, now)
    pulse = cadence.after_visit(
        due.pulse,
        changed=kept.outcome is Outcome.REVISED,
        slight=kept.slight,
        told=edited is not None or due.signal in WORDS,
    )
    return pulse, cadence.next_look(pulse, now, this.source.revisits, edited)


async def _keep(this: Pass, due: Due, capture: Capture, sha256: str, *, in_full: bool) -> Kept:
    """Turn an answer into an article in the archive; return what became of it."""
    url, writer = due.link.url, this.stages.writer
    if capture.status == 304 or (
        sha256 == due.sha256 and not await _goes_on(this, due, capture, in_full)
    ):
        standing = await writer.seen(url, capture)
        if standing is not None:
            return Kept(outcome=Outcome.UNCHANGED, article_id=standing.id)
        if capture.status == 304:
            # The archive is older than our memory of the site: ask again, in full.
            capture = await this.fetch(PageRequest(url=url), Validators())
    if absences.moved_away(capture, this.source):
        raise GoneError(url, "redirect")

    async def fetch(address: str) -> Capture:
        async with this.turn:
            if not this.going:
                raise _StopError
            return await this.fetch(PageRequest(url=address), Validators())

    async def read(pages: tuple[Capture, ...]) -> Reading:
        return await _read(this, due, pages, this.stages.now())

    try:
        reading, further = await read_whole(capture, fetch, read)
    except ExtractError:
        await absences.refuse_blank(this, due, capture, None)
        raise
    await absences.refuse_blank(this, due, capture, reading.article)
    stored = await _read_again(this, due, further)
    if stored is not None and reading.further:
        await _refuse_torso(this, due, stored, reading.further)
    receipt = await writer.put(reading.article, capture, further=further)
    _note_moment(this, due, reading.article)
    if receipt.verdict is not Verdict.DELETED:
        files.note(this, receipt.id, reading.article)
    observe.article(this, due, reading, receipt)
    return Kept(
        outcome=Outcome(receipt.verdict.value),
        article_id=receipt.id,
        slight=stored is not None and is_slight(stored.article, reading.article, receipt.changed),
        edited=reading.edited,
    )


def _note_moment(this: Pass, due: Due, article: Article) -> None:
    """Note when an article that is new to us was published: that tells when its listing is busy."""
    if due.article_id is None and article.published is not None:
        this.dated[due.link.url] = Dated(published=article.published, precision=article.precision)


async def _refuse_torso(this: Pass, due: Due, stored: Stored, lacking: tuple[str, ...]) -> None:
    """Raise FetchError where a page is not there with which the archived article was read.

    One 404 is no edit. The visit fails and is made again; after so many the page counts as gone.
    """
    if due.failures >= BELIEVED:
        return
    held = {page.url for page in await this.stages.writer.pages(stored.id)}
    if lost := held.intersection(lacking):
        raise FetchError(min(lost), "status", "a page of the article is not there")


async def _is_held(this: Pass, due: Due) -> bool:
    """Tell whether a link's article is archived; our memory of it may be younger."""
    return due.article_id is not None or await this.stages.writer.find(due.link.url) is not None


async def _read(this: Pass, due: Due, pages: tuple[Capture, ...], now: datetime) -> Reading:
    return await this.stages.sandbox.run(
        due.link.url, read_article, pages, this.reader, due.category, due.link, now
    )


async def _goes_on(this: Pass, due: Due, capture: Capture, in_full: bool) -> bool:
    """Tell whether an unchanged first page is to be read for the sake of the pages behind it."""
    if not in_full or due.article_id is None:
        return False
    try:
        reading = await _read(this, due, (replace(capture, payload=b""),), this.stages.now())
    except CrawlError:
        return False  # the same bytes as ever: a reader that fails on them says nothing of the site
    return bool(reading.further)


async def _read_again(this: Pass, due: Due, further: tuple[Capture, ...]) -> Stored | None:
    """Let today's extractor read what is stored, where another did: only the rest is a change.

    Returns what was stored before, None where there is nothing. Pages that an older extractor did
    not ask for are taken from those just fetched.
    """
    writer = this.stages.writer
    stored = await writer.find(due.link.url)
    if stored is None or stored.article.extractor == EXTRACTOR:
        return stored
    try:
        pages = await writer.pages(stored.id)
        if not pages:
            return stored
        reading = await _read(this, due, pages, pages[0].fetched_at)
        known = {page.url for page in pages}
        missing = tuple(page for page in further if page.url not in known)
        more = (*pages, *missing) if reading.further and missing else ()
        if more:
            reading = await _read(this, due, more, pages[0].fetched_at)
    except (CrawlError, Corrupt) as error:
        log.warning("not read again source=%s url=%s reason=%s",
                    this.source.id, due.link.url, error)  # fmt: skip
        return stored
    changed = await writer.reread(stored.id, reading.article, more)
    if changed:
        log.info("read again source=%s url=%s fields=%s",
                 this.source.id, due.link.url, ",".join(changed))  # fmt: skip
    return stored


def _settle_failure(this: Pass, due: Due, error: CrawlError) -> None:
    this.fail(error, due.link.url)
    this.outcomes[due.link.url] = Outcome.FAILED
    failures = due.failures + cadence.WEIGHTS[error.weight]
    after = error.retry_after if isinstance(error, FetchError) else None
    this.stages.frontier.links.settle(
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
