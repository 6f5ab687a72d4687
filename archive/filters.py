"""What ``name:value`` in a query limits the search to; days are local days of the article."""

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


def days(text: str) -> tuple[date, date]:
    """Return the first and last day of ``2023``, ``2023-05`` or ``2023-05-01``, or ValueError."""
    found = _DATE.fullmatch(fold(text))
    if found is None:
        raise ValueError(text)
    year, month, day = (int(part) if part else None for part in found.groups())
    assert year is not None
    if month is None:
        return date(year, 1, 1), date(year, 12, 31)
    if day is None:
        return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])
    return date(year, month, day), date(year, month, day)


def _later(one: date | None, other: date) -> date:
    return other if one is None else max(one, other)


def _earlier(one: date | None, other: date) -> date:
    return other if one is None else min(one, other)


def _after(filters: Filters, value: str) -> Filters:
    return replace(filters, since=_later(filters.since, days(value)[0]))


def _before(filters: Filters, value: str) -> Filters:
    first = days(value)[0]
    # The first day there is has none before it.
    last = first - timedelta(days=1) if first > date.min else first
    return replace(filters, until=_earlier(filters.until, last))


def _date(filters: Filters, value: str) -> Filters:
    first, last = days(value)
    return replace(filters, since=_later(filters.since, first), until=_earlier(filters.until, last))


def _source(filters: Filters, value: str) -> Filters:
    return replace(filters, sources=(*filters.sources, value))


def _author(filters: Filters, value: str) -> Filters:
    return replace(filters, author=value)


def _category(filters: Filters, value: str) -> Filters:
    return replace(filters, category=value)


def _region(filters: Filters, value: str) -> Filters:
    return replace(filters, region=value)


#: Field prefix → what it does to the filters; ValueError where the value is no date.
FILTERS: dict[str, Callable[[Filters, str], Filters]] = {
    "after": _after,
    "before": _before,
    "date": _date,
    "日期": _date,
    "source": _source,
    "来源": _source,
    "author": _author,
    "作者": _author,
    "category": _category,
    "栏目": _category,
    "region": _region,
    "地区": _region,
}


def narrowed(filters: Filters, by: Filters) -> Filters:
    """Return ``filters`` with the words of ``by`` in place of their own, and the days of both."""
    since = filters.since if by.since is None else _later(filters.since, by.since)
    until = filters.until if by.until is None else _earlier(filters.until, by.until)
    return replace(
        filters,
        sources=by.sources or filters.sources,
        category=by.category or filters.category,
        author=by.author or filters.author,
        region=by.region or filters.region,
        since=since,
        until=until,
    )
