"""From what is known of a listing to the next look at it.

A look costs a request, waiting costs the reader. Where both together are least, the distance of
looks is the root of twice the price over the rate (Sia, Cho and Cho, Efficient monitoring algorithm
for fast news alerts, IEEE TKDE 2007). With rates that change, this is to look when what has
probably appeared has probably waited as long, all in all, as one look is worth.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from itertools import accumulate
from math import sqrt
from zlib import crc32
from zoneinfo import ZoneInfo

from crawler.records import Habit, Listing
from crawler.rhythm.hours import HOUR, WEEK, hours_from
from crawler.rhythm.learning import rates_of, tempo_of

#: Hours that articles may wait, all of them together, before a look is worth its request: an
#: article a day is looked for every hour and a half, ten a day every half-hour.
PRICE = 3 / 60
#: A price at which nothing is looked at more than once a day.
DEAREST = 1e5
#: Prices lie so far apart, by the addresses of the listings: offices that open at the same hour are
#: not all asked in the same minute.
SPREAD = 0.5


def next_look(
    habit: Habit,
    now: datetime,
    listing: Listing,
    zone: ZoneInfo,
    most: timedelta | None = None,
    holidays: Collection[date] = (),
) -> datetime:
    """Return when to look again at a listing that was looked at ``now``.

    Never sooner than ``listing.soonest`` nor later than ``listing.latest``, nor, where the budget
    allows, later than after ``most``.
    """
    tempo = tempo_of(habit)
    awaited = [rate * tempo for rate in rates_of(habit, zone)]
    price = price_of(awaited, listing) * _share_of(listing)
    wait = until_worth(awaited, price, now, listing.latest, zone, holidays)
    if most is not None:
        wait = min(wait, most)
    return now + min(max(wait, listing.soonest, _credit(habit, listing)), listing.latest)


def price_of(awaited: Sequence[float], listing: Listing) -> float:
    """Return the price of a look, raised where looks would not keep within the budget."""
    shortest, longest = listing.soonest / HOUR, listing.latest / HOUR
    most = listing.looks * WEEK / 24
    roots = sorted(sqrt(2 / rate) for rate in awaited)
    sums = [0.0, *accumulate(1 / one for one in roots)]

    def looks(price: float) -> float:
        root = sqrt(price)
        # Hours that are looked at as often as may be, then those that are as seldom as may be.
        often, seldom = bisect_left(roots, shortest / root), bisect_right(roots, longest / root)
        between = (sums[seldom] - sums[often]) / root
        return often / shortest + between + (len(roots) - seldom) / longest

    low, high = PRICE, DEAREST
    if looks(low) <= most:
        return low
    for _ in range(12):
        price = sqrt(low * high)
        low, high = (price, high) if looks(price) > most else (low, price)
    return high


def until_worth(
    awaited: Sequence[float],
    price: float,
    now: datetime,
    latest: timedelta,
    zone: ZoneInfo,
    holidays: Collection[date] = (),
) -> timedelta:
    """Return how long it takes until what has appeared has waited for ``price`` hours."""
    there = waited = 0.0
    for hour, begins, ends in hours_from(now, zone, holidays):
        length, rate = (ends - begins) / HOUR, awaited[hour]
        then = waited + there * length + rate * length * length / 2
        if then >= price:
            missing = price - waited
            part = 2 * missing / (there + sqrt(there * there + 2 * rate * missing))
            return begins - now + part * HOUR
        there, waited = there + rate * length, then
        if ends - now >= latest:
            return latest
    raise AssertionError("hours do not end")


def _share_of(listing: Listing) -> float:
    """Return by how much a listing's looks are dearer or cheaper than others."""
    return 1 + SPREAD * (crc32(listing.url.encode()) / 2**32 - 0.5)


def _credit(habit: Habit, listing: Listing) -> timedelta:
    """Return how long a listing has to save for its next look: the budget holds, whatever comes."""
    return max(0.0, 1 - habit.credit) / listing.looks * timedelta(days=1)
