"""What a pass learns of its listings, and when it is to look at each of them again."""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from crawler import cadence, rhythm
from crawler.errors import CrawlError, FetchError
from crawler.frontier.sources import AHEAD
from crawler.pipeline.state import Look, Pass
from crawler.records import Known, Listing


def next_of(known: Known, listing: Listing, now: datetime) -> datetime:
    """Return when a listing is due: a moment that is past, or now, where it is."""
    if known.failures and known.next_look:
        return known.next_look if known.next_look <= now + cadence.SLOWEST else now
    if known.visited is None or known.visited > now + AHEAD:
        return now
    if listing.every is not None:
        return known.visited + listing.every
    if known.next_look is None:
        return now
    soonest, latest = known.visited + listing.soonest, known.visited + listing.latest
    return min(max(known.next_look, soonest), latest)


def in_order(this: Pass) -> list[Listing]:
    """Return the listings of the source, those last that could not be read: one may end a pass."""
    listings = this.stages.frontier.listings
    return sorted(this.source.listings, key=lambda listing: listings.moments(listing.url).failures)


def all_next(this: Pass) -> list[datetime]:
    """Return when each listing of the source is due."""
    now, listings = this.stages.now(), this.stages.frontier.listings
    return [next_of(listings.moments(one.url), one, now) for one in this.source.listings]


def put_off(this: Pass, listing: Listing, known: Known, error: CrawlError) -> None:
    """Have a listing that could not be read tried again, ever later; the others go on."""
    now = this.stages.now()
    failures = known.failures + cadence.WEIGHTS[error.weight]
    after = error.retry_after if isinstance(error, FetchError) else None
    shortest = now + (listing.every or listing.soonest)
    at = max(cadence.next_try(failures, now, after), shortest)
    this.next_look[listing.url] = at
    this.stages.frontier.listings.put_off(
        this.source.id, listing.url, failures=failures, next_look=at
    )


def planned(this: Pass, look: Look) -> Known:
    """Return what is known of a listing after a look, and when to look again."""
    zone, known = ZoneInfo(this.source.zone or "UTC"), look.before
    visited = known.visited if known.visited and known.visited <= look.at else None
    spans = [
        span for url in look.new if (span := rhythm.span_of(this.dated.get(url), visited, look.at))
    ]
    free = frozenset(this.source.holidays)
    habit = rhythm.learned(known.habit, spans, look.at, look.listing, zone, free)
    most = rhythm.hastened(look.share, look.at - visited) if visited else None
    known = replace(
        known,
        visited=look.at,
        failures=0.0,
        habit=habit,
        next_look=rhythm.next_look(habit, look.at, look.listing, zone, most, free),
    )
    this.next_look[look.listing.url] = next_of(known, look.listing, look.at)
    return known


def learn(this: Pass) -> None:
    """Learn from when the articles that were found say that they were published."""
    for look in this.looks:
        if look.new:
            known = planned(this, look)
            assert known.next_look is not None
            this.stages.frontier.listings.learn(look.listing.url, known.habit, known.next_look)
    this.looks.clear()


def all_dead(this: Pass) -> bool:
    """Tell whether no listing of the source could be read when it was last tried."""
    listings = this.stages.frontier.listings
    return all(listings.moments(listing.url).failures for listing in this.source.listings)
