"""Completes days and months without a year, from what stands over them and from their order.

A list runs from new to old. Where it has come down step by step and a short date jumps up into the
stretch that it has passed, it is a year older than it seems. Behind an old pinned row the list goes
on with its newest, which stands above everything it has passed.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise

from crawler.dates import read_moment
from crawler.listing.dates import SHORT
from crawler.records import Link

#: A jump that is no late insert, and a way down that is no pinned row's.
_JUMP = timedelta(days=180)
#: So many steps down are none of pinned rows.
_STEPS = 3

_TOLD = re.compile(r"ago|前|昨|今|전|yesterday|today", re.IGNORECASE)
_LETTERS = re.compile(r"[^\W\d_月月日월일]")


def with_year(text: str, year: int | str) -> str:
    """Return a short date with its year, in a form that is read; others as they are."""
    if not any(map(str.isdecimal, text)) or _TOLD.search(text):
        return text
    if _LETTERS.search(text):
        return f"{text}, {year}" if text[0].isalpha() else f"{text} {year}"
    if re.match(r"\d{1,2}\s?[月월]", text):
        return f"{year}年{text}"
    if re.match(r"\d{1,2}\s?-", text):
        return f"{year}-{text}"
    return f"{text}/{year}" if re.fullmatch(r"\d{1,2}/\d{1,2}", text) else text


def by_order(links: Sequence[Link], seen: datetime) -> tuple[Link, ...]:
    """Return the links with the years of short dates that the order of the list tells.

    Those that a reader who looks at ``seen`` would complete rightly stay as they are.
    """
    days = [_day(link, seen) for link in links]
    back, told = 0, []
    above: list[date] = []
    for link, day in zip(links, days, strict=True):
        if day is None or not SHORT.fullmatch(link.date):
            told.append(link)
            continue
        meant = _years_before(day, back)
        if _passed(above, meant):
            back += 1
            meant = _years_before(day, back)
        above.append(meant)
        told.append(replace(link, date=with_year(link.date, meant.year)) if back else link)
    return tuple(told)


def _passed(above: list[date], day: date) -> bool:
    """Tell whether a list that came down step by step has passed a day that it jumps up to."""
    if len(above) < 2 or day - above[-1] <= _JUMP:
        return False
    steps = [newer - older for newer, older in pairwise(above[-_STEPS - 1 :])]
    gentle = all(timedelta() <= step < _JUMP for step in steps)
    return gentle and (len(steps) == _STEPS or max(above) > day)


def _day(link: Link, seen: datetime) -> date | None:
    moment = read_moment(link.date, seen=seen) if link.date else None
    return moment.day if moment else None


def _years_before(day: date, years: int) -> date:
    """Return the same day some years earlier; 29 February becomes the day before."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)
