"""How far a history is read, as far as that can be told honestly. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from crawler.records import Backfill, Walk


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """How far the history of a source is read, for a bar."""

    source: str
    #: share of all that is to be done, None where nobody can tell
    share: float | None
    pages: int
    entries: int
    #: entries that are still to be fetched
    unvisited: int
    #: the earliest day reached
    oldest: date | None


def reach(asked: Backfill, walks: Sequence[Walk], today: date) -> Reach:
    """Return how far a backfill has come.

    The share counts pages and articles alike. It is told only where each listing's is: by pages or
    entries that the site counts, by the pages asked for, or by the days from the newest to the
    first that is wanted.
    """
    pages = sum(walk.pages for walk in walks)
    entries = sum(walk.entries for walk in walks)
    unvisited = sum(walk.unvisited for walk in walks)
    shares = [share_of(walk, asked, today) for walk in walks]
    share = None
    if pages and all(one is not None for one in shares):
        expected = sum(
            (walk.pages + walk.entries) / one
            for walk, one in zip(walks, shares, strict=True)
            if one
        )
        share = min((pages + entries - unvisited) / expected, 1.0) if expected else None
    return Reach(
        source=asked.source,
        share=share,
        pages=pages,
        entries=entries,
        unvisited=unvisited,
        oldest=min((walk.oldest for walk in walks if walk.oldest), default=None),
    )


def share_of(walk: Walk, asked: Backfill, today: date) -> float | None:
    """Return which share of a listing's pages is read, None where that cannot be told.

    Of several estimates the one that ends first counts: so does the walk.
    """
    if walk.ended is not None:
        return 1.0
    if not walk.pages:
        return None
    found = []
    if asked.pages:
        found.append(walk.pages / asked.pages)
    if walk.stated:
        found.append(walk.pages / walk.stated)
    elif walk.total and walk.entries:
        found.append(walk.entries / walk.total)
    if walk.waiting > 1:
        found.append(walk.pages / (walk.pages + walk.waiting))
    if asked.since and walk.oldest:
        newest = max(walk.newest or today, asked.since)
        span = (newest - asked.since).days
        found.append((newest - walk.oldest).days / span if span else 1.0)
    return min(max(found), 1.0) or None if found else None
