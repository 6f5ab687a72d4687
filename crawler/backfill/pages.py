"""A page of a listing's history: asked for, read, remembered; or stepped over where it fails."""

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from datetime import date

from crawler import cadence
from crawler.backfill import rules
from crawler.backfill.dated import read_dated
from crawler.backfill.stretch import Stretch
from crawler.errors import CrawlError, FetchError
from crawler.pipeline.listings import DEPTH
from crawler.records import Link, Listing, ListingPage, PageDue, PageRequest, Validators, Walk

#: Visits to a page that fail before it is given up, and to one that is not there.
GIVE_UP, GIVE_UP_MISSING = 5, 2
#: Failed pages in a row that are stepped over by their numbers.
STEPS_OVER = 3
#: Links that are remembered in one transaction: a sitemap has 50,000, which takes a second.
AT_ONCE = 2000
#: Archived articles of a page that are asked for their day: more than any page has but a sitemap.
MOST_KNOWN = 200


async def read(stretch: Stretch, listing: Listing, page: PageDue) -> None:
    """Ask for a page of a listing and remember what it names."""
    this = stretch.this
    try:
        capture = await this.page(listing, page.request, Validators())
        found, days = await this.stages.sandbox.run(
            page.request.url, read_dated, capture, page.request, listing, this.reader, stretch.now
        )
    except CrawlError as error:
        this.fail(error, page.request.url)
        _note_failure(stretch, page, error)
        return
    this.silent = 0
    await _add(stretch, listing, found.links, days)
    days |= await _days_of_known(stretch, listing, days)
    onward, guessed, short = found.next, False, False
    if onward is None and listing.rules.next != "none":
        counted = _counts_more(stretch, page, found)
        # One in the middle may be empty by mistake.
        if counted or not (found.links or found.children or page.guessed):
            onward, guessed = _guess(stretch, page), True
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


async def _add(
    stretch: Stretch, listing: Listing, links: Sequence[Link], days: Mapping[str, date | None]
) -> None:
    """Remember the links that belong to what was asked for; others get their turn in between."""
    rhythm, since = stretch.source.revisits, stretch.asked.since
    wanted = [link for link in links if rules.wanted(days[link.url], since)]
    for start in range(0, len(wanted), AT_ONCE):
        stretch.this.stages.frontier.links.add_history(
            stretch.source.id,
            listing.url,
            listing.category,
            {
                link: rules.place_in(rhythm, days[link.url], stretch.today)
                for link in wanted[start : start + AT_ONCE]
            },
            now=stretch.now,
        )
        await asyncio.sleep(0)


async def _days_of_known(
    stretch: Stretch, listing: Listing, days: Mapping[str, date | None]
) -> dict[str, date]:
    """Return the days of articles that are archived already and whose listing tells none."""
    links, writer = stretch.this.stages.frontier.links, stretch.this.stages.writer
    undated = [url for url, day in days.items() if day is None]
    found = {}
    for known in links.visited(listing.url, undated)[:MOST_KNOWN]:
        stored = await writer.find(known.url)
        if stored is not None and stored.article.published is not None:
            found[known.url] = stored.article.published.astimezone(stretch.zone).date()
    return found


def _counts_more(stretch: Stretch, page: PageDue, found: ListingPage) -> bool:
    """Tell whether the site counts more pages than were read up to this one."""
    stated = found.pages or _walk(stretch, page.listing).stated
    return stated is not None and page.place < min(stated, rules.LONGEST)


def _guess(stretch: Stretch, page: PageDue) -> PageRequest | None:
    """Return the page after a page as far as its number tells; a file of an index has none."""
    if page.depth:
        return None
    before = stretch.this.stages.frontier.walks.request_before(stretch.source.id, page)
    return rules.following(before, page.request)


def _walk(stretch: Stretch, listing: str) -> Walk:
    going = stretch.this.stages.frontier.walks.going(stretch.source.id)
    return next((one for one in going if one.listing == listing), Walk(listing=listing))


def _note_failure(stretch: Stretch, page: PageDue, error: CrawlError) -> None:
    """Remember a page that could not be read: tried again later, stepped over meanwhile."""
    this, now = stretch.this, stretch.now
    walks = this.stages.frontier.walks
    missing = isinstance(error, FetchError) and error.status in (404, 410)
    stated = _walk(stretch, page.listing).stated
    counted = stated is not None and page.place <= stated
    if missing and page.guessed and not counted:
        walks.drop(this.source.id, page)
        return
    tries = page.tries + 1
    next_try = None
    # A site that wants to be left alone says so at any page: none is given up for that. But it may
    # be this page alone that it refuses, and the others are not to wait for it.
    halted = this.halted is not None and not page.guessed
    if halted or tries < (GIVE_UP_MISSING if missing else GIVE_UP):
        after = error.retry_after if isinstance(error, FetchError) else None
        next_try = cadence.next_try(tries * 0.25, now, after)
    before = {
        one.place for one, _ in walks.failed_pages(this.source.id) if one.listing == page.listing
    }
    steps = {page.place - back for back in range(1, STEPS_OVER)}
    last = stated is not None and page.place >= stated
    guess = None if last or steps <= before else _guess(stretch, page)
    walks.failed(this.source.id, page, error.reason, now=now, next_try=next_try, guess=guess)
    this.errors.clear()
