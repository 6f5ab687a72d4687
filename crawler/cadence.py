"""When to look again: from what is known of an address and the moment, the next visit. Pure.

Nothing is spread by chance. A herd cannot arise: a host is asked for one thing at a time, so what
falls due at once is asked for one after the other, and the visits that follow lie apart as far.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from crawler.records import REVISITS, Pulse, Rhythm, Weight

#: How much a failure counts (Media Cloud's rss-fetcher).
WEIGHTS = {Weight.HARD: 1.0, Weight.SOFT: 0.5, Weight.TEMPORARY: 0.25}

FIRST_RETRY = timedelta(minutes=5)
#: "A surprising number of feeds come back from what looks like death": slow down, never give up.
SLOWEST = timedelta(days=30)

#: So many visits that each found an article changed make it restless.
RESTLESS = 3
#: Place in the rhythm of a restless article, and of one that changes next to nothing each time.
CALM, CALMER = 1, 2
#: A page that was edited less than this before the answer says so of every answer.
CLOCK = timedelta(minutes=1)
#: Least time that a pass gives to revisits, however soon a listing is due and whoever waits.
LEAST = timedelta(minutes=1)


def next_revisit(visits: int, now: datetime, rhythm: Rhythm = REVISITS) -> datetime:
    """Return when to look again at an article seen ``visits`` times, the last time ``now``."""
    return now + _wait(visits - 1, rhythm)


def _wait(place: int, rhythm: Rhythm) -> timedelta:
    return rhythm[min(max(place, 0), len(rhythm) - 1)]


def after_visit(pulse: Pulse, *, changed: bool, slight: bool = False, told: bool = False) -> Pulse:
    """Return the pulse of an article after a visit that was not its first.

    ``slight``: the change was next to nothing; ``told``: somebody said it had been edited. One
    visit that finds it as it was may be chance, the second one ends a run of changes.
    """
    if changed:
        return Pulse(moved=pulse.moved + 1, slight=pulse.slight + 1 if slight else 0)
    rests = pulse.still > 0
    return Pulse(
        still=pulse.still + 1,
        moved=0 if rests else pulse.moved,
        slight=0 if rests else pulse.slight,
        vain=pulse.vain + told,
    )


def is_restless(pulse: Pulse) -> bool:
    """Tell whether an article changes at every visit: a clock, a counter, a page that lives."""
    return pulse.moved >= RESTLESS


def next_look(
    pulse: Pulse, now: datetime, rhythm: Rhythm, edited: datetime | None = None
) -> datetime:
    """Return when to look again at an article that was visited ``now``.

    The rhythm runs from its last change, since an edit is often followed by another. A restless
    article is looked at more rarely, whoever says that it was edited; every change that is seen is
    still kept. ``edited``, the moment of an edit that changed nothing we keep, brings the next look
    forward to as long after now as it lies before, so long as such words were not in vain.
    """
    if is_restless(pulse):
        calm = CALMER if pulse.slight >= RESTLESS else CALM
        return now + _wait(max(calm, pulse.still), rhythm)
    wait = _wait(pulse.still, rhythm)
    if edited is not None:
        wait = min(wait, max(_wait(pulse.vain - 1, rhythm), now - edited))
    return now + wait


def hastened(pulse: Pulse, visited: datetime, now: datetime, rhythm: Rhythm) -> datetime | None:
    """Return when to look at an article of which a listing says that it was edited since.

    At once; where the same was said in vain before, ever later after the last visit. None for a
    restless one.
    """
    if is_restless(pulse):
        return None
    return max(now, visited + _wait(pulse.vain, rhythm)) if pulse.vain else now


def edit_since(
    moments: Sequence[datetime], visited: datetime | None, now: datetime
) -> datetime | None:
    """Return the last of the moments of an edit that lies between the visit before and now.

    A page made anew for every answer says that it was edited this minute, which says nothing.
    """
    if visited is None:
        return None
    told = [moment for moment in moments if visited < moment < now - CLOCK]
    return max(told, default=None)


def revisits_until(
    looks: Sequence[datetime], now: datetime, files: datetime | None = None
) -> datetime | None:
    """Return when a pass is to leave its revisits for the next: when the first listing is due.

    So no heap of revisits, however high, keeps new articles waiting; nor their ``files``, which are
    left half of the time once they are due. None without a listing.
    """
    if not looks:
        return None
    time = max(min(looks) - now, LEAST)
    return now + (time / 2 if files is not None and files <= now else time)


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
