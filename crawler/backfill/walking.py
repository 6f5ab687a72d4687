"""Walk back through the listings of a source, page by page, and fetch what they name.

A page is remembered once its links are safe, and a link is settled once its article is: ``kill
-9`` costs one repeated fetch. Articles of a page come before the page after it, news before both.
"""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from crawler import cadence, pipeline
from crawler.backfill import rules
from crawler.backfill.reach import Reach, reach
from crawler.errors import CrawlError, FetchError
from crawler.moments import AHEAD, read_listed
from crawler.pipeline import articles, looks
from crawler.pipeline.listings import DEPTH
from crawler.pipeline.state import Pass, Stages, log
from crawler.reading import read_links
from crawler.records import (
    Backfill,
    Due,
    Link,
    Listing,
    ListingKind,
    ListingPage,
    PageDue,
    PageRequest,
    Source,
    Validators,
    Walk,
)

#: Visits to a page that fail before it is given up, and to one that is not there.
GIVE_UP, GIVE_UP_MISSING = 5, 2
#: Failed pages in a row that are stepped over by their numbers.
STEPS_OVER = 3
#: Seconds between two words of how far it is.
TOLD_EVERY = 1.0

#: Lets what is new go first, as often as it is awaited.
News = Callable[[], Awaitable[None]]


@dataclass(slots=True, kw_only=True)
class _Walking:
    """One stretch of a backfill while it lasts."""

    this: Pass
    asked: Backfill
    tell: Callable[[Reach], None]
    #: pages that failed and were tried once more
    again: set[int] = field(default_factory=set)
    told: float = 0.0

    @property
    def source(self) -> Source:
        return self.this.source

    @property
    def now(self) -> datetime:
        return self.this.stages.now()

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.source.zone or "UTC")

    @property
    def today(self) -> date:
        return self.now.astimezone(self.zone).date()


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
    walking = _Walking(this=this, asked=asked, tell=progress or (lambda _: None))
    while this.going:
        await news()
        if this.going and not await _step(walking, patient=patient):
            break
        if progress is not None:
            _tell(walking)
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


def _tell(walking: _Walking) -> None:
    at = asyncio.get_running_loop().time()
    if at - walking.told >= TOLD_EVERY:
        walking.told = at
        walks = walking.this.stages.frontier.backfills.walks(walking.source.id)
        walking.tell(reach(walking.asked, walks, walking.today))


async def _step(walking: _Walking, *, patient: bool) -> bool:
    """Make one request: an article, a page, or a page that failed; return whether one was due."""
    frontier, source = walking.this.stages.frontier, walking.source.id
    for due in frontier.links.history(source, limit=1):
        await _visit(walking, due)
        return True
    if found := _next_page(walking):
        await _read(walking, *found)
        return True
    listings = {listing.url: listing for listing in walking.source.listings}
    for page, at in frontier.walks.failed_pages(source):
        if page.listing in listings and (
            at <= walking.now or (not patient and page.id not in walking.again)
        ):
            walking.again.add(page.id)
            await _read(walking, listings[page.listing], page)
            return True
    return False


async def _visit(walking: _Walking, due: Due) -> None:
    """Fetch an article of the history; where its listing did not say its day, it does."""
    this = walking.this
    await articles.visit(this, due)
    dated = this.dated.pop(due.link.url, None)
    this.outcomes.clear()
    this.errors.clear()
    if dated is not None:
        day = dated.published.astimezone(walking.zone).date()
        this.stages.frontier.walks.date(this.source.id, {due.link.url: day})


def _next_page(walking: _Walking) -> tuple[Listing, PageDue] | None:
    """Return the page to read next: of the listing that is least far back. Walks may end here."""
    walks = walking.this.stages.frontier.walks
    listings = {listing.url: listing for listing in walking.source.listings}
    found: list[tuple[date, Listing, PageDue]] = []
    for walk in walks.going(walking.source.id):
        listing = listings.get(walk.listing)
        page = walks.next_page(walking.source.id, walk.listing) if listing else None
        if listing is None or page is None:
            continue
        latest = walks.latest(walking.source.id, walk.listing, limit=rules.LOOK_BACK)
        by_date = listing.kind is not ListingKind.SITEMAP  # in whatever order its files come
        why = rules.ending(
            latest,
            pages=walk.pages,
            stated=walk.stated,
            since=walking.asked.since if by_date else None,
            most=walking.asked.pages,
        )
        if why is None:
            reached = max(latest[0].days, default=date.max) if latest else date.max
            found.append((reached, listing, page))
        else:
            walks.end(walking.source.id, walk.listing, why)
            log.info("backfill source=%s listing=%s ended=%s", walking.source.id, listing.url, why)
    if not found:
        return None
    _, listing, page = max(found, key=lambda one: one[0])
    return listing, page


async def _read(walking: _Walking, listing: Listing, page: PageDue) -> None:
    """Ask for a page of a listing and remember what it names."""
    this = walking.this
    try:
        capture = await this.fetch(page.request, Validators())
        found: ListingPage = await this.stages.sandbox.run(
            page.request.url, read_links, capture, page.request, listing, this.reader
        )
    except CrawlError as error:
        this.fail(error, page.request.url)
        if this.halted is None:
            _note_failure(walking, page, error)
        return
    this.silent = 0
    days = {link.url: _day(walking, link) for link in found.links}
    history = {
        link: rules.place_in(walking.source.revisits, days[link.url], walking.today)
        for link in found.links
        if rules.wanted(days[link.url], walking.asked.since)
    }
    days |= await _days_of_known(walking, [url for url, day in days.items() if day is None])
    this.stages.frontier.links.add_history(
        this.source.id, listing.url, listing.category, history, now=walking.now
    )
    onward, guessed = found.next, False
    if onward is None and _goes_on(walking, page, found):
        onward, guessed = _guess(walking, page), True
    this.stages.frontier.walks.read(
        this.source.id,
        page,
        entries=days,
        print=hashlib.sha256("\n".join(sorted(days)).encode()).hexdigest()[:32],
        onward=onward,
        guessed=guessed,
        children=found.children if page.depth < DEPTH else (),
        total=found.total,
        stated=found.pages,
    )


def _day(walking: _Walking, link: Link) -> date | None:
    """Return the day that a listing tells of an entry, None where it tells none that can be."""
    moment = read_listed(link, walking.zone.key, walking.now)
    if moment is None:
        return None
    at = moment.at(walking.zone.key)
    return None if at > walking.now + AHEAD else at.astimezone(walking.zone).date()


async def _days_of_known(walking: _Walking, urls: list[str]) -> dict[str, date]:
    """Return the days of those articles whose listing tells none and that are archived already."""
    found = {}
    for url in urls:
        stored = await walking.this.stages.writer.find(url)
        if stored is not None and stored.article.published is not None:
            found[url] = stored.article.published.astimezone(walking.zone).date()
    return found


def _goes_on(walking: _Walking, page: PageDue, found: ListingPage) -> bool:
    """Tell whether a page that names none after it is not the last.

    The site counts more, or the page is empty, as one in the middle may be by mistake.
    """
    if found.children or page.depth:
        return False
    stated = found.pages or _walk(walking, page.listing).stated
    if stated is not None and page.place < min(stated, rules.LONGEST):
        return True
    return not found.links and not page.guessed


def _guess(walking: _Walking, page: PageDue) -> PageRequest | None:
    before = walking.this.stages.frontier.walks.request_before(walking.source.id, page)
    return rules.following(before, page.request)


def _walk(walking: _Walking, listing: str) -> Walk:
    going = walking.this.stages.frontier.walks.going(walking.source.id)
    return next((one for one in going if one.listing == listing), Walk(listing=listing))


def _note_failure(walking: _Walking, page: PageDue, error: CrawlError) -> None:
    """Remember a page that could not be read: tried again later, stepped over meanwhile."""
    this, now = walking.this, walking.now
    walks = this.stages.frontier.walks
    missing = isinstance(error, FetchError) and error.status in (404, 410)
    stated = _walk(walking, page.listing).stated
    counted = stated is not None and page.place <= stated
    if missing and page.guessed and not counted:
        walks.drop(this.source.id, page)
        return
    tries = page.tries + 1
    next_try = None
    if tries < (GIVE_UP_MISSING if missing else GIVE_UP):
        next_try = cadence.next_try(tries * 0.25, now)
    before = {
        one.place for one, _ in walks.failed_pages(this.source.id) if one.listing == page.listing
    }
    steps = {page.place - back for back in range(1, STEPS_OVER)}
    last = stated is not None and page.place >= stated
    guess = None if page.depth or last or steps <= before else _guess(walking, page)
    walks.failed(this.source.id, page, error.reason, now=now, next_try=next_try, guess=guess)
    this.errors.clear()
