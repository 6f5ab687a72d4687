"""The parts of a written date → the moment they mean, or nothing where they mean none."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from archive import Precision
from crawler.dates import names
from crawler.dates.forms import ENGLISH, MONTHS, Written
from crawler.dates.order import Order

FIRST_YEAR, LAST_YEAR = 1900, 2199
#: The clocks of the world are no further from UTC.
_FURTHEST = timedelta(hours=14)

Parts = Mapping[str, str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A day with as much of a clock as was written."""

    day: date
    #: None where only the day was written
    clock: time | None = None
    precision: Precision = Precision.DAY
    #: the offset that was written with it, or None
    offset: tzinfo | None = None

    def at(self, zone: str) -> datetime:
        """Return the moment in UTC, read in ``zone`` where it names no offset of its own."""
        local = datetime.combine(self.day, self.clock or time(), self.offset or ZoneInfo(zone))
        return local.astimezone(UTC)


def moment_of(written: Written, order: Order) -> Moment | None:
    """Return the moment a date means; None for a day that is none or whose order is open."""
    parts = written.parts()
    day = _day_of(written.form, parts, order)
    if day is None:
        return None
    return with_clock(day, written.before.groupdict() if written.before else parts, order)


def _day_of(form: str, parts: Parts, order: Order) -> date | None:
    first, second = parts.get("a"), parts.get("b")
    if first and second:
        year = int(parts["y"] or 0)
        return _by_order(year, int(first), int(second), order, pointed=form.endswith("points"))
    month, day = parts["m"] or parts.get("m2"), parts["d"] or parts.get("d2")
    year = number(parts["y"] or parts.get("y2") or "0") + names.ERAS.get(parts.get("era") or "", 0)
    return day_of(year, month_of(month or "0"), number(day or "0"))


def _by_order(year: int, first: int, second: int, order: Order, *, pointed: bool) -> date | None:
    """Return the day of 05/03/2026 where no other day can be meant."""
    if pointed and order != "mdy":
        order = "dmy"
    if first != second and first <= 12 and second <= 12 and order not in ("dmy", "mdy"):
        return None
    if second > 12 or (first <= 12 and order == "mdy"):
        first, second = second, first
    return day_of(year, second, first)


def day_of(year: int, month: int, day: int) -> date | None:
    """Return a day, or None where there is none of these figures."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def with_clock(day: date, parts: Parts, order: Order = "") -> Moment:
    """Return ``day`` with the clock that ``parts`` tell, if that is a possible one."""
    hour, minute = parts.get("H"), parts.get("M") or parts.get("M3")
    if hour is None:
        hour, minute = parts.get("H2"), parts.get("M2")
    if hour is None or minute is None:
        return Moment(day=day)
    half = parts.get("half") or parts.get("ap") or parts.get("late")
    told = _hour(int(hour), half.lower()) if half else int(hour)
    second = int(parts.get("S") or parts.get("S2") or 0)
    if told is None or told > 23 or int(minute) > 59 or second > 59:
        return Moment(day=day)
    return Moment(
        day=day,
        clock=time(told, int(minute), second),
        # systems that keep minutes write :00 behind them
        precision=Precision.SECOND if second else Precision.MINUTE,
        offset=_offset(parts, order),
    )


def _hour(hour: int, half: str) -> int | None:
    """Return an hour of the whole day, None where a half of it leaves it open (上午12:30)."""
    half = half[0] if half[0] in "ap" else half
    if hour > 12:
        return hour
    if half in names.MORNING:
        return hour if hour < 12 else 0 if half in names.FROM_MIDNIGHT else None
    if half in names.AFTERNOON:
        return hour if hour == 12 else hour + 12
    if half == names.NOON:
        return hour + 12 if 1 <= hour <= 2 else hour if hour >= 10 else None
    return hour + 12 if 5 <= hour < 12 else None


def _offset(parts: Parts, order: Order) -> tzinfo | None:
    if name := parts.get("name"):
        return _named(name, parts, order)
    text = parts.get("zone")
    if not text:
        return None
    # 10:10-12:00 and 10:10-1200 are spans of time; behind a T or seconds they are none
    bare = parts.get("S") is None and parts.get("link", "T") not in ("T", "t")
    if text[0] == "-" and bare and ":" in text:
        return None
    return fixed_offset(text.upper())


@lru_cache(maxsize=256)
def fixed_offset(text: str) -> tzinfo | None:
    """Return the offset of Z, UTC, +0800, GMT+8; None where no clock is that far from UTC."""
    digits = re.sub(r"\D", "", text)
    if not digits:
        return UTC
    hours, minutes = (int(digits[:-2]), int(digits[-2:])) if len(digits) > 2 else (int(digits), 0)
    span = timedelta(hours=hours, minutes=minutes)
    if span > _FURTHEST or minutes > 59:
        return None
    return timezone(-span if "-" in text else span) if span else UTC


def _named(name: str, parts: Parts, order: Order) -> tzinfo | None:
    """Return what a zone's name means, None where it may as well mean the source's own zone."""
    if name in names.PLACES:
        # ET is a word in other languages
        english = parts.get("ap") or (parts.get("m") or "").lower() in ENGLISH or order == "mdy"
        return ZoneInfo(names.PLACES[name]) if english else None
    if name == "CST" and order != "mdy":
        return None
    if name in names.AMERICAN and order in ("dmy", "ymd"):
        return None
    return timezone(timedelta(hours=names.OFFSETS[name]))


def month_of(text: str) -> int:
    """Return the number of a month by its figures or its name in any language."""
    if text.isdecimal():
        return int(text)
    return MONTHS.get(re.sub(r"\s+", " ", text.lower())) or number(text)


def number(text: str) -> int:
    """Return a number in Arabic or Chinese figures: 12, 二〇〇四, 十二, 二十八, 廿一, 百一十三, 元."""
    if text.isdecimal():
        return int(text)
    text = re.sub(r"\s", "", text).replace("廿", "二十").replace("卅", "三十").replace("初", "")
    if text in ("元", "正"):
        return 1
    if "十" not in text and "百" not in text:
        return int("".join(_figure(character) for character in text) or "0")
    total = figure = 0
    for character in text:
        if unit := {"十": 10, "百": 100}.get(character):
            total += (figure or 1) * unit
            figure = 0
        else:
            figure = int(_figure(character))
    return total + figure


def _figure(character: str) -> str:
    found = "〇一二三四五六七八九".find(character)
    return character if character.isdecimal() else str(max(found, 0))
