"""A date as a page writes it → the moment it means. Knows no page and never guesses.

What cannot be read is None: relative words (今天, 3小时前) mean another moment in a stored copy,
days that do not exist (2026-02-30) mean none, a day and month alone need to be told the year.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from archive import Precision

FIRST_YEAR, LAST_YEAR = 1900, 2199


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


_DAY = re.compile(
    r"(?<!\d)(?P<y>\d{4})\s*[年\-/.]\s*(?P<m>\d{1,2})\s*[月\-/.]\s*(?P<d>\d{1,2})(?!\d*[-/.]\d(?!\d?:))\s*[日号]?"
)
_COMPACT = re.compile(
    r"(?<!\d)(?P<y>(?:19|20)\d\d)(?P<m>\d\d)(?P<d>\d\d)(?=\d{6}(?!\d)|[T_ ]|(?!\d))"
)
_COMPACT_CLOCK = re.compile(r"[T_ ]?(?P<H>\d\d)(?P<M>\d\d)(?P<S>\d\d)(?!\d)")
_HAN = re.compile(
    r"(?P<y>[〇○零oO0一二三四五六七八九]{4})年(?P<m>[一二三四五六七八九十元正]{1,3})月"
    r"(?P<d>[一二三四五六七八九十廿卅]{1,3})日"
)
_NAMES = "jan feb mar apr may jun jul aug sep oct nov dec"
_MONTHS = {name: number for number, name in enumerate(_NAMES.split(), start=1)}
_MONTH = rf"(?P<m>{'|'.join(_MONTHS)})[a-z]*\.?"
_ENGLISH = (
    re.compile(
        rf"\b{_MONTH}\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y>\d{{4}})(?!\d)", re.IGNORECASE
    ),
    re.compile(
        rf"(?<!\d)(?P<d>\d{{1,2}})(?:st|nd|rd|th)?[\s-]+{_MONTH},?[\s-]+(?P<y>\d{{4}})(?!\d)",
        re.IGNORECASE,
    ),
)
_YEARLESS = re.compile(r"(?<![\d年/.-])(?P<m>\d{1,2})\s*[月\-/.]\s*(?P<d>\d{1,2})\s*日?(?![\d/.-])")
#: A clock directly behind its day.
_CLOCK = re.compile(
    r"[\sT,-]*(?:at\s+)?(?:(?:星期|周)[一二三四五六日天])?\s*(?P<half>上午|下午|晚上|中午)?\s*(?P<H>\d{1,2})\s*[:时點点]\s*"
    r"(?P<M>\d{2})(?:\s*[:分]\s*(?P<S>\d{2})(?!\d(?!\d{3}[-/.年])))?秒?分?(?:\.\d+)?\s*(?P<ampm>[ap]\.?m\b\.?)?"
    r"\s*(?P<zone>Z\b|GMT\b|UTC\b|[+-]\d{2}:?\d{2}\b)?",
    re.IGNORECASE,
)
_EPOCH = re.compile(r"\s*(1\d{9})(?:\d{3})?\s*")
_COLONS = str.maketrans({"∶": ":", "︰": ":", "－": "-", "—": "-", "–": "-", "T": "T"})
_DIGITS = {
    **{c: i for i, c in enumerate("〇一二三四五六七八九")},
    "零": 0,
    "○": 0,
    "o": 0,
    "O": 0,
    "0": 0,
}


@lru_cache(maxsize=2048)
def read_moment(text: str, around: date | None = None) -> Moment | None:
    """Return the first moment that ``text`` writes down, or None.

    A day and month alone are completed to the latest such day not after ``around`` (a listing was
    read then), and are nothing without it.
    """
    text = unicodedata.normalize("NFKC", text[:200].replace("○", "〇")).translate(_COLONS)
    if found := _EPOCH.fullmatch(text):
        moment = datetime.fromtimestamp(int(found[1]), UTC)
        clock = moment.time()
        return Moment(day=moment.date(), clock=clock, precision=Precision.SECOND, offset=UTC)
    for pattern in (_DAY, *_ENGLISH, _HAN, _COMPACT):
        if found := pattern.search(text):
            day = _day(_number(found["y"]), _month(found["m"]), _number(found["d"]))
            behind = _COMPACT_CLOCK if pattern is _COMPACT else _CLOCK
            return _with_clock(day, behind.match(text, found.end())) if day else None
    if around and (found := _YEARLESS.search(text)):
        day = _complete(int(found["m"]), int(found["d"]), around)
        return _with_clock(day, _CLOCK.match(text, found.end())) if day else None
    return None


def _day(year: int, month: int, day: int) -> date | None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _complete(month: int, day: int, around: date) -> date | None:
    """Return the latest such day up to a day after ``around``, so that no zone makes it a year."""
    for year in (around.year + 1, around.year, around.year - 1):
        found = _day(year, month, day)
        if found and found <= around + timedelta(days=1):
            return found
    return None


def _with_clock(day: date, found: re.Match[str] | None) -> Moment:
    """Return ``day`` with the clock behind it, if that is a possible one."""
    if not found:
        return Moment(day=day)
    groups = found.groupdict()
    hour, second = int(groups["H"]), groups["S"]
    half = (groups.get("half") or groups.get("ampm") or "").lower()
    if half.startswith(("p", "下午", "晚上")) and hour < 12:
        hour += 12
    elif half.startswith("a") and hour == 12:
        hour = 0
    try:
        clock = time(hour, int(groups["M"]), int(second or 0))
    except ValueError:
        return Moment(day=day)
    # systems that keep minutes write :00 behind them
    precision = Precision.SECOND if clock.second else Precision.MINUTE
    return Moment(day=day, clock=clock, precision=precision, offset=_offset(groups.get("zone")))


def _offset(text: str | None) -> tzinfo | None:
    if not text:
        return None
    if text[0] not in "+-":
        return UTC
    digits = text[1:].replace(":", "")
    span = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    if span >= timedelta(hours=24):
        return None
    return timezone(-span if text[0] == "-" else span)


def _month(text: str) -> int:
    return _MONTHS.get(text[:3].lower()) or _number(text)


def _number(text: str) -> int:
    """Return a number in Arabic or Chinese figures: 12, 二〇〇四, 十二, 二十八, 廿一, 元."""
    if text.isascii() and text.isdigit():
        return int(text)
    if text in ("元", "正"):
        return 1
    text = text.replace("廿", "二十").replace("卅", "三十")
    tens, ten, ones = text.partition("十")
    if ten:
        return (_DIGITS.get(tens, 0) if tens else 1) * 10 + (_DIGITS.get(ones, 0) if ones else 0)
    return int("".join(str(_DIGITS.get(c, 0)) for c in text))
