"""Walk back through the listings of a source, page by page, and fetch what they name.

A page is remembered once its links are safe, and a link is settled once its article is: ``kill
-9`` costs one repeated fetch. Articles of a page come before the page after it, news before both.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date, datetime

from crawler import cadence, pipeline
from crawler.backfill import pages, rules
from crawler.backfill.reach import Reach, reach
from crawler.backfill.stretch import Stretch
from crawler.errors import CrawlError, FetchError
from crawler.pipeline import articles, looks
from crawler.pipeline.state import Pass, Stages, log
from crawler.records import (
    Due,
    Listing,
    ListingKind,
    PageDue,
    Source,
)

#: Seconds between two words of how far it is.
TOLD_EVERY = 1.0

#: Lets what is new go first, as often as it is awaited.
News = Callable[[], Awaitable[None]]


async def alone(
    source: Source,
    stages: Stages,
    *,
    stop: asyncio.Event | None = None,
    progress: Callable[[Reach], None] | None = None,
) -> CrawlError | None:
    """Fetch the history of a source that was asked for; return why it cannot go on now, or None.

    Between two requests a listing that is due is looked at, and what it names is fetched first.
    Raises ArchiveError where nothing can be stored.
    """
    stop = stop or asyncio.Event()
    this = _pass(source, stages, stop)

    async def news() -> None:
        if not stop.is_set() and min(looks.all_next(this), default=stages.now()) <= stages.now():
            await pipeline.run(source, stages, due_only=True, stop=stop, crowded=lambda: True)

    halted = await run(source, stages, stop=stop, news=news, progress=progress, patient=False)
    if halted is None and not stop.is_set():
        # What is due by now, files of the articles among it.
        await pipeline.run(source, stages, due_only=True, stop=stop, crowded=lambda: True)
    return halted


async def run(
    source: Source,
    stages: Stages,
    *,
    news: News,
    stop: asyncio.Event | None = None,
    progress: Callable[[Reach], None] | None = None,
    patient: bool = True,
) -> CrawlError | None:
    """Go on with what was asked for of a source's history until it is finished or has to rest.

    ``patient`` leaves pages that failed until it is time to try them again; else they are tried
    once more at the end. Returns why the site wants no further request now, or None.
    """
    backfills = stages.frontier.backfills
    asked = backfills.of(source.id)
    if asked is None or asked.finished is not None:
        return None
    this = _pass(source, stages, stop or asyncio.Event())
    stretch = Stretch(this=this, asked=asked, tell=progress or (lambda _: None))
    while this.going:
        await news()
        if this.going and not await _step(stretch, patient=patient):
            break
        if progress is not None:
            _tell(stretch)
    if this.halted is not None:
        backfills.rest(source.id, _rested(this, this.halted))
    elif this.going:
        failed = stages.frontier.walks.failed_pages(source.id)
        if failed:
            backfills.rest(source.id, failed[0][1])
        else:
            backfills.finish(source.id, now=stages.now())
            log.info("backfill source=%s finished", source.id)
    return this.halted


def _pass(source: Source, stages: Stages, stop: asyncio.Event) -> Pass:
    return Pass(
        source=source,
        stages=stages,
        deep=False,
        due_only=True,
        stop=stop,
        progress=lambda _: None,
        crowded=lambda: False,
        historical=True,
    )


def _rested(this: Pass, error: CrawlError) -> datetime:
    """Return when a site that wants no further request now may be asked again."""
    failures = this.stages.frontier.sources.failures(this.source.id)
    after = error.retry_after if isinstance(error, FetchError) else None
    return cadence.next_try(max(failures, cadence.WEIGHTS[error.weight]), this.stages.now(), after)


def _tell(stretch: Stretch) -> None:
    at = asyncio.get_running_loop().time()
    if at - stretch.told >= TOLD_EVERY:
        stretch.told = at
        walks = stretch.this.stages.frontier.backfills.walks(stretch.source.id)
        stretch.tell(reach(stretch.asked, walks, stretch.today))


async def _step(stretch: Stretch, *, patient: bool) -> bool:
    """Make one request: an article, a page, or a page that failed; return whether one was due."""
    frontier, source = stretch.this.stages.frontier, stretch.source.id
    for due in frontier.links.history(source, limit=1):
        await _visit(stretch, due)
        return True
    if found := _next_page(stretch):
        await pages.read(stretch, *found)
        return True
    listings = {listing.url: listing for listing in stretch.source.listings}
    for page, at in frontier.walks.failed_pages(source):
        if page.listing in listings and (
            at <= stretch.now or (not patient and page.id not in stretch.again)
        ):
            stretch.again.add(page.id)
            await pages.read(stretch, listings[page.listing], page)
            return True
    return False


async def _visit(stretch: Stretch, due: Due) -> None:
    """Fetch an article of the history; where its listing did not say its day, it does."""
    this = stretch.this
    await articles.visit(this, due)
    this.firsts.clear()
    dated = this.dated.pop(due.link.url, None)
    this.outcomes.clear()
    this.errors.clear()
    if dated is not None:
        day = dated.published.astimezone(stretch.zone).date()
        this.stages.frontier.walks.date(this.source.id, {due.link.url: day})


def _next_page(stretch: Stretch) -> tuple[Listing, PageDue] | None:
    """Return the page to read next: of the listing that is least far back. Walks may end here."""
    walks = stretch.this.stages.frontier.walks
    listings = {listing.url: listing for listing in stretch.source.listings}
    found: list[tuple[date, Listing, PageDue]] = []
    for walk in walks.going(stretch.source.id):
        listing = listings.get(walk.listing)
        page = walks.next_page(stretch.source.id, walk.listing) if listing else None
        if listing is None or page is None:
            continue
        latest = walks.latest(stretch.source.id, walk.listing, limit=rules.LOOK_BACK)
        by_date = listing.kind is not ListingKind.SITEMAP  # in whatever order its files come
        why = rules.ending(
            latest,
            pages=walk.pages,
            stated=walk.stated,
            since=stretch.asked.since if by_date else None,
            most=stretch.asked.pages,
        )
        if why is None:
            reached = max(latest[0].days, default=date.max) if latest else date.max
            found.append((reached, listing, page))
        else:
            walks.end(stretch.source.id, walk.listing, why)
            log.info("backfill source=%s listing=%s ended=%s", stretch.source.id, listing.url, why)
    if not found:
        return None
    _, listing, page = max(found, key=lambda one: one[0])
    return listing, page
