"""A date as a page writes it → the moment it means. Knows no page and never guesses.

What cannot be read is None: days that do not exist (2026-02-30) mean none, 05/03/2026 needs to be
told which figure is the month, a day and month alone need the year, and relative words
(今天, 3小时前) the moment of looking, for they mean another one in a stored copy.
"""

import re
from datetime import UTC, date, datetime, time
from functools import lru_cache

from archive import Precision
from crawler.dates.forms import CLOCK, SAME, find
from crawler.dates.moment import Moment, day_of, fixed_offset, moment_of, with_clock
from crawler.dates.order import Order, order_of
from crawler.dates.relative import told
from crawler.dates.yearless import find_yearless

__all__ = ["Moment", "Order", "find", "order_of", "read_moment"]

#: What is read of a text: no date is longer.
_LONGEST = 200
_EPOCH = re.compile(r"\s*(1\d{9})(?:\d{3})?\s*")
#: How systems put a day into an address: 2019-02/15, 2022/08-11, 2019/0615.
_ADDRESS = re.compile(r"((?:19|20)\d\d)(?:-(?=\d\d/)|/(?=\d\d-?\d\d))(\d\d)[/-]?(\d\d)")
#: What most dates look like, read at once: 2024-03-15 10:10:11, 2024年03月15日10:10.
_PLAIN = re.compile(
    r"((?:19|20|21)\d\d)(?:-(?=\d\d-)|/(?=\d\d/)|年(?=\d\d月\d\d日))([01]\d).([0-3]\d)日?"
    r"(?:[T ]?([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?(Z|\+\d\d:\d\d)?)?"
)


@lru_cache(maxsize=2048)
def read_moment(
    text: str, around: date | None = None, *, seen: datetime | None = None, order: Order = ""
) -> Moment | None:
    """Return the first moment that ``text`` writes down, or None.

    ``order`` tells how 05/03/2026 is meant (see ``order_of``). A day and month alone are completed
    to the latest such day not after ``around`` (a listing was read then). Relative words count from
    ``seen``, the moment of looking, aware and in the source's zone; they tell a day, and a minute
    only where a clock stands behind it (昨天 10:20). Neither is read untold.
    """
    if plain := _PLAIN.fullmatch(text):
        return _plain(plain)
    text = text[:_LONGEST]
    if found := find(text):
        return moment_of(found, order)
    if text.strip().isdecimal():
        return _epoch(text)
    if not text.isascii():
        text = text.translate(SAME)
    if address := _ADDRESS.fullmatch(text.strip()):
        year, month, number = map(int, address.groups())
        found_day = day_of(year, month, number)
        return Moment(day=found_day) if found_day else None
    day = told(text, seen) if seen else None
    if seen and not around:
        around = seen.date()
    if around and not day:
        day = find_yearless(text, around, order)
    if not day:
        return None
    clock = CLOCK.match(text, day[1])
    return with_clock(day[0], clock.groupdict() if clock else {}, order)


def _plain(found: re.Match[str]) -> Moment | None:
    year, month, number, hour, minute, second, zone = found.groups()
    day = day_of(int(year), int(month), int(number))
    if day is None or hour is None:
        return Moment(day=day) if day else None
    seconds = int(second) if second else 0
    return Moment(
        day=day,
        clock=time(int(hour), int(minute), seconds),
        precision=Precision.SECOND if seconds else Precision.MINUTE,
        offset=fixed_offset(zone) if zone else None,
    )


def _epoch(text: str) -> Moment | None:
    """Return the moment of a number of seconds or milliseconds since 1970."""
    found = _EPOCH.fullmatch(text)
    if not found:
        return None
    moment = datetime.fromtimestamp(int(found[1]), UTC)
    return Moment(day=moment.date(), clock=moment.time(), precision=Precision.SECOND, offset=UTC)
