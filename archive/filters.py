"""What days ``after:``, ``before:`` and ``date:`` mean; days are local days of the article."""

import calendar
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

from archive.records import Filters
from archive.tokens import fold

_DATE = re.compile(
    r"([0-9]{4})(?:[-/.年]?([0-9]{1,2})(?:[-/.月]?([0-9]{1,2})日?)?月?)?年?", re.ASCII
)
_AGO = re.compile(r"([0-9]{1,5})(d|w|m|y|天|周|月|年)前?", re.ASCII)
#: unit → days, as people mean it who do not count them
_UNITS = {"d": 1, "天": 1, "w": 7, "周": 7, "m": 30, "月": 30, "y": 365, "年": 365}
_NAMED = {"today": 0, "今天": 0, "今日": 0, "yesterday": 1, "昨天": 1, "昨日": 1}


def days(text: str, today: date | None = None) -> tuple[date, date]:
    """Return the first and last day of ``2023``, ``2023-05``, ``2023-05-01`` …, or ValueError.

    With ``today`` also of ``7d``, ``2w``, ``3m``, ``1y`` (from so long ago to today), ``today`` and
    ``yesterday``, and of their Chinese names.
    """
    folded = fold(text.strip())
    if today is not None:
        if folded in _NAMED:
            day = today - timedelta(days=_NAMED[folded])
            return day, day
        # 2023年 is a year, 3年 are so many.
        if (ago := _AGO.fullmatch(folded)) and not _DATE.fullmatch(folded):
            back = int(ago[1]) * _UNITS[ago[2]]
            return date.fromordinal(max(1, today.toordinal() - back)), today
    found = _DATE.fullmatch(folded)
    if found is None:
        raise ValueError(text)
    year, month, day_ = (int(part) if part else None for part in found.groups())
    assert year is not None
    if month is None:
        return date(year, 1, 1), date(year, 12, 31)
    if day_ is None:
        return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])
    return date(year, month, day_), date(year, month, day_)


def _later(one: date | None, other: date) -> date:
    return other if one is None else max(one, other)


def _earlier(one: date | None, other: date) -> date:
    return other if one is None else min(one, other)


def _after(filters: Filters, value: str, today: date) -> Filters:
    return replace(filters, since=_later(filters.since, days(value, today)[0]))


def _before(filters: Filters, value: str, today: date) -> Filters:
    first = days(value, today)[0]
    # The first day there is has none before it.
    last = first - timedelta(days=1) if first > date.min else first
    return replace(filters, until=_earlier(filters.until, last))


def _date(filters: Filters, value: str, today: date) -> Filters:
    first, last = days(value, today)
    return replace(filters, since=_later(filters.since, first), until=_earlier(filters.until, last))


#: Field prefix → what it does to the days; ValueError where the value is no date.
DAYS: dict[str, Callable[[Filters, str, date], Filters]] = {
    "after": _after,
    "before": _before,
    "date": _date,
    "日期": _date,
    "晚于": _after,
    "早于": _before,
}


def narrowed(filters: Filters, by: Filters) -> Filters:
    """Return ``filters`` with the days of both."""
    since = filters.since if by.since is None else _later(filters.since, by.since)
    until = filters.until if by.until is None else _earlier(filters.until, by.until)
    return replace(filters, since=since, until=until)
