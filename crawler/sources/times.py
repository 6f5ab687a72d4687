"""Readers of times: how long, how often, which days, by whose clock."""

import re
import zoneinfo
from collections.abc import Callable
from datetime import date, datetime, timedelta
from itertools import pairwise

from crawler.sources.values import BadValue, Problem, bad, cut, each, read_text, wants
from crawler.sources.words import nearest, spell

DAYS_EXAMPLE = '"2026-10-01..2026-10-07"'
#: Longest time that is one holiday.
LONGEST_HOLIDAY = 92
#: Shortest wait between two visits to one article.
SHORTEST_REVISIT = timedelta(minutes=1)


def duration(least: timedelta) -> Callable[[object], timedelta]:
    """Return the reader of times no shorter than ``least``."""
    units = {"ms": "milliseconds", "s": "seconds", "m": "minutes", "h": "hours", "d": "days"}

    def read(value: object) -> timedelta:
        if not isinstance(value, str):
            raise wants("a duration", value, f'"{value}s"' if type(value) is int else '"30m"')
        found = re.fullmatch(r"([0-9]{1,7})(ms|s|m|h|d)", value)
        if not found:
            what = f"is no duration: {cut(value)}"
            raise bad(what, 'a whole number and ms, s, m, h or d, for example "30m"')
        length = timedelta(**{units[found[2]]: int(found[1])})
        if length < least:
            raise bad(f"is {value}, which is too short", f"at least {spell(least)}")
        return length

    return read


def read_rhythm(value: object) -> tuple[timedelta, ...]:
    """Return waits that never grow shorter: whatever changes at all changes soon or seldom."""
    waits: tuple[timedelta, ...] = each(duration(SHORTEST_REVISIT))(value)
    if not waits:
        raise bad("is empty", 'at least one wait, for example ["1d"]')
    problems = [
        Problem(
            what=f"is {spell(wait)} after {spell(before)}: waits never grow shorter", position=n
        )
        for n, (before, wait) in enumerate(pairwise(waits), 1)
        if wait < before
    ]
    if problems:
        raise BadValue(*problems)
    return waits


def read_day(value: object) -> tuple[date, ...]:
    """Return the day, or the days from one to another."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return (value,)
    first, to, last = read_text(value).partition("..")
    try:
        start, end = date.fromisoformat(first), date.fromisoformat(last if to else first)
    except ValueError:
        raise bad(f"is no day: {cut(str(value))}", f"write {DAYS_EXAMPLE}") from None
    if not 0 <= (end - start).days < LONGEST_HOLIDAY:
        what = f"is no time of 1 to {LONGEST_HOLIDAY} days: {cut(str(value))}"
        raise bad(what, f"write {DAYS_EXAMPLE}")
    return tuple(start + timedelta(days=n) for n in range((end - start).days + 1))


def read_days(value: object) -> tuple[date, ...]:
    """Return days and spans of days, each day once, in order."""
    spans: tuple[tuple[date, ...], ...] = each(read_day)(value)
    return tuple(sorted({day for days in spans for day in days}))


def read_zone(value: object) -> str:
    """Return the name of a time zone of the tz database."""
    name = read_text(value)
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        # All of China keeps Shanghai's time; the nearest spelling of Asia/Beijing is Beirut.
        known = {"asia/beijing": "Asia/Shanghai", "prc": "Asia/Shanghai", "utc+8": "Asia/Shanghai"}
        near = known.get(name.lower()) or nearest(name, zoneinfo.available_timezones())
        hint = f'did you mean "{near}"?' if near else 'an IANA name such as "Asia/Shanghai"'
        raise bad(f"is no time zone: {cut(name)}", hint) from None
    return name
