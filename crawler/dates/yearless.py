"""A day and month without a year: the latest such day not after the one they were read on."""

import re
from datetime import date, timedelta

from crawler.dates.forms import MONTH_NAME, MONTH_NAME_FIRST
from crawler.dates.moment import day_of, month_of
from crawler.dates.order import Order

_MONTH, _DAY = r"(?P<m>1[0-2]|0?[1-9])", r"(?P<d>3[01]|[12]\d|0?[1-9])"
#: 5月3日 may stand in a text …
_IDEOGRAPHS = re.compile(rf"(?<![\d年年.]){_MONTH}\s?[月월]\s?{_DAY}(?!\d)\s?[日号일]?(?!前)")
#: … figures and names are all there is before the clock, brackets aside.
_AHEAD = r"\W{0,12}"
_ENDS = r"(?![\d./-])"
_NAMED = (
    re.compile(
        rf"{_AHEAD}(?P<m>{MONTH_NAME_FIRST})(?![^\W\d_])\.?\s{{1,3}}{_DAY}(?:st|nd|rd|th)?{_ENDS}",
        re.IGNORECASE,
    ),
    re.compile(
        rf"{_AHEAD}{_DAY}(?:st|nd|rd|th|\.)?\s{{1,3}}(?:de\s)?(?P<m>{MONTH_NAME})\.?{_ENDS}",
        re.IGNORECASE,
    ),
)
_DASHES = re.compile(rf"{_AHEAD}{_MONTH}\s?-\s?{_DAY}{_ENDS}")
_OTHER = re.compile(
    rf"{_AHEAD}(?P<a>3[01]|[12]\d|0?[1-9])\s?[./]\s?(?P<b>3[01]|[12]\d|0?[1-9])\.?{_ENDS}"
)


def find_yearless(text: str, around: date, order: Order) -> tuple[date, int] | None:
    """Return the day of a text that names no year, and where it ends there."""
    found = _IDEOGRAPHS.search(text) or _DASHES.match(text)
    for pattern in _NAMED:
        found = found or pattern.match(text)
    if found:
        month, day = month_of(found["m"]), int(found["d"])
    elif found := _OTHER.match(text):
        month, day = _by_order(int(found["a"]), int(found["b"]), order)
    else:
        return None
    completed = _complete(month, day, around)
    return (completed, found.end()) if completed else None


def _by_order(first: int, second: int, order: Order) -> tuple[int, int]:
    """Return month and day of 03/15 or 15.03.; month 0 where they may change places."""
    if first == second or (first <= 12 and (second > 12 or order in ("mdy", "ymd"))):
        return first, second
    if first > 12 or order == "dmy":
        return second, first
    return 0, 0


def _complete(month: int, day: int, around: date) -> date | None:
    """Return the latest such day up to a day after ``around``, so that no zone makes it a year."""
    for year in (around.year + 1, around.year, around.year - 1):
        found = day_of(year, month, day)
        if found and found <= around + timedelta(days=1):
            return found
    return None
