"""When to look again: from what is known of an address and the moment, the next visit. Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from crawler.records import Weight

#: Revisits of an article, counted from the visit before: edits come early, takedowns late.
REVISITS = (
    timedelta(hours=1),
    timedelta(days=1),
    timedelta(days=7),
    timedelta(days=30),
    timedelta(days=180),
)

#: How much a failure counts (Media Cloud's rss-fetcher).
WEIGHTS = {Weight.HARD: 1.0, Weight.SOFT: 0.5, Weight.TEMPORARY: 0.25}

FIRST_RETRY = timedelta(minutes=5)
#: "A surprising number of feeds come back from what looks like death": slow down, never give up.
SLOWEST = timedelta(days=30)


def next_revisit(visits: int, now: datetime) -> datetime:
    """Return when to look again at an article seen ``visits`` times, the last time ``now``."""
    return now + REVISITS[min(max(visits, 1), len(REVISITS)) - 1]


def next_try(failures: float, now: datetime, retry_after: float | None = None) -> datetime:
    """Return when to try again after weighted ``failures`` in a row.

    Doubles with each quarter point up to thirty days; a server's Retry-After (seconds) is obeyed
    where it asks for more.
    """
    wait = min(FIRST_RETRY * 2 ** min(failures / 0.25 - 1, 20), SLOWEST)
    return now + max(wait, timedelta(seconds=retry_after or 0))


def next_pass(due: Sequence[datetime], failures: float, now: datetime) -> datetime:
    """Return a source's next visit: the first thing due in it, later while the site fails."""
    first = max(min(due, default=now + timedelta(days=1)), now + timedelta(seconds=1))
    return max(first, next_try(failures, now)) if failures else first


#: When to look again at an article that is missing, counted from the visit that missed it first:
#: often enough for the verdict of a takedown, then ever more seldom, since some come back.
SEARCHES = tuple(timedelta(days=d) for d in (1, 3, 7, 14, 28, 60, 120))


def next_search(missing: datetime, now: datetime) -> datetime:
    """Return when to look again for an article that is missing since ``missing``."""
    ahead = (missing + after for after in SEARCHES if missing + after > now)
    return next(ahead, now + REVISITS[-1])
