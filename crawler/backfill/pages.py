"""A page of a listing's history: asked for, read, remembered; or stepped over where it fails."""

import hashlib
from datetime import date

from crawler import cadence
from crawler.backfill import rules
from crawler.backfill.dated import read_dated
from crawler.backfill.stretch import Stretch
from crawler.errors import CrawlError, FetchError
from crawler.pipeline.listings import DEPTH
from crawler.records import Listing, ListingPage, PageDue, PageRequest, Validators, Walk

#: Visits to a page that fail before it is given up, and to one that is not there.
GIVE_UP, GIVE_UP_MISSING = 5, 2
#: Failed pages in a row that are stepped over by their numbers.
STEPS_OVER = 3


async def read(walking: Stretch, listing: Listing, page: PageDue) -> None:
    """Ask for a page of a listing and remember what it names."""
    this = walking.this
    try:
        capture = await this.fetch(page.request, Validators())
        found, days = await this.stages.sandbox.run(
            page.request.url, read_dated, capture, page.request, listing, this.reader, walking.now
        )
    except CrawlError as error:
        this.fail(error, page.request.url)
        if this.halted is None:
            _note_failure(walking, page, error)
        return
    this.silent = 0
    history = {
        link: rules.place_in(walking.source.revisits, days[link.url], walking.today)
        for link in found.links
        if rules.wanted(days[link.url], walking.asked.since)
    }
    days |= await _days_of_known(walking, [url for url, day in days.items() if day is None])
    this.stages.frontier.links.add_history(
        this.source.id, listing.url, listing.category, history, now=walking.now
    )
    onward, guessed, short = found.next, False, False
    if onward is None and listing.rules.next != "none":
        counted = _counts_more(walking, page, found)
        # One in the middle may be empty by mistake.
        if counted or not (found.links or found.children or page.guessed):
            onward, guessed = _guess(walking, page), True
        short = counted and onward is None
    this.stages.frontier.walks.read(
        this.source.id,
        page,
        entries=days,
        print=hashlib.sha256("\n".join(sorted(days)).encode()).hexdigest()[:32],
        onward=onward,
        guessed=guessed,
        short=short,
        children=found.children if page.depth < DEPTH else (),
        total=found.total,
        stated=found.pages,
    )


async def _days_of_known(walking: Stretch, urls: list[str]) -> dict[str, date]:
    """Return the days of those articles whose listing tells none and that are archived already."""
    found = {}
    for url in urls:
        stored = await walking.this.stages.writer.find(url)
        if stored is not None and stored.article.published is not None:
            found[url] = stored.article.published.astimezone(walking.zone).date()
    return found


def _counts_more(walking: Stretch, page: PageDue, found: ListingPage) -> bool:
    """Tell whether the site counts more pages than were read up to this one."""
    stated = found.pages or _walk(walking, page.listing).stated
    return stated is not None and page.place < min(stated, rules.LONGEST)


def _guess(walking: Stretch, page: PageDue) -> PageRequest | None:
    """Return the page after a page as far as its number tells; a file of an index has none."""
    if page.depth:
        return None
    before = walking.this.stages.frontier.walks.request_before(walking.source.id, page)
    return rules.following(before, page.request)


def _walk(walking: Stretch, listing: str) -> Walk:
    going = walking.this.stages.frontier.walks.going(walking.source.id)
    return next((one for one in going if one.listing == listing), Walk(listing=listing))


def _note_failure(walking: Stretch, page: PageDue, error: CrawlError) -> None:
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
    guess = None if last or steps <= before else _guess(walking, page)
    walks.failed(this.source.id, page, error.reason, now=now, next_try=next_try, guess=guess)
    this.errors.clear()
