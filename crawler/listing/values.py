"""What single values of JSON say: a text, an address, a moment. Pure.

Moments come as text, as seconds or milliseconds since 1970 (also ``/Date(1748979939000)/``), as
``20240315101010``, as lists of numbers and as objects with a ``time``.
"""

import re
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from selectolax.lexbor import LexborHTMLParser

from crawler.dates import find
from crawler.text import UNSPEAKABLE, one_line

_MICROSOFT = re.compile(r"/Date\((-?\d+)(?:[+-]\d{4})?\)/")
_DIGITS = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)(?:(\d\d)(\d\d)(\d\d))?")
#: Seconds since 1970 of the years 1990 to 2099.
_FIRST, _LAST = 631_152_000, 4_102_444_800

#: Characters around a date in a value that is one.
_ROOM = 24

_ADDRESS = re.compile(
    r"(?:https?:)?//[^\s/]+\.\S+|\.{0,2}/[^\s<>]+"
    r"|[^\s<>]*\?[\w.-]+=[^\s<>]+"
    r"|[^<>\n]{0,300}\.(?:s?html?|jhtml|aspx?|php|jsp|do|pdf|docx?|xlsx?|wps|ofd|rtf|wpd|txt|mp3|wma|wav|m4a|mp4|zip)(?:\?\S*)?",
    re.IGNORECASE,
)
_PICTURE = re.compile(r"\.(?:png|jpe?g|gif|svg|webp|ico|css|js|bmp)(?:\?|$)", re.IGNORECASE)
_TAGS = re.compile(r"<[a-zA-Z/!][^<>]*>")


def unwrapped(value: Any) -> Any:
    """Return the value that an object is nothing but the wrapping of, else the value itself.

    ``{"S": "…"}``, ``{"rendered": "…", "protected": false}``, ``{"time": 1710468000, "nanos": 0}``.
    """
    if not isinstance(value, dict):
        return value
    if len(value) == 1:
        (inner,) = value.values()
        return inner if isinstance(inner, str | int | float) else value
    if {"nanos", "hours", "timezoneOffset"} & value.keys() and isinstance(value.get("time"), int):
        return value["time"]
    rendered = value.get("rendered")
    return rendered if isinstance(rendered, str) and len(value) < 4 else value


def text_of(value: Any) -> str:
    """Return what a value says on one line, markup left out; "" for what says nothing."""
    value = unwrapped(value)
    match value:
        case bool() | None:
            return ""
        case int() | float():
            return str(value)
        case str() if "<" in value and _TAGS.search(value):
            return one_line(LexborHTMLParser(value).text(separator=""))
        case str():
            return one_line(value)
        case list() if value and all(isinstance(one, str) for one in value):
            return text_of(value[0])
    return ""


def looks_like_address(text: str) -> bool:
    """Tell whether a text is an address, whole or relative, and of no picture."""
    text = text.strip()
    return len(text) > 1 and bool(_ADDRESS.fullmatch(text)) and not _PICTURE.search(text)


def looks_like_date(value: Any) -> bool:
    """Tell whether a value is a moment and nothing else."""
    text = date_of(value, "UTC")
    if not text or len(text) > 60 or looks_like_address(text):
        return False
    found = find(text)
    return found is not None and len(text) - (found.end - found.start) < _ROOM


def date_of(value: Any, zone: str) -> str:
    """Return the moment a value names as text, "" where it names none.

    What is text stays as it is found; a number is told by the clocks of ``zone``, as a day alone
    where they show midnight: so systems keep the days they have no time for.
    """
    value = unwrapped(value)
    match value:
        case bool() | None | dict():
            return ""
        case list():
            return _listed(value)
        case int() | float():
            # no number that is a moment is longer, and none beyond 308 digits is a float
            return (_epoch(value, zone) or _run_together(str(value))) if abs(value) < 1e15 else ""
    text = UNSPEAKABLE.sub("", str(value)).strip()
    if found := _MICROSOFT.fullmatch(text):
        return _epoch(float(found[1]), zone)
    if text.isdecimal():
        return _epoch(float(text[:16]), zone) or _run_together(text)
    return text_of(text)


def _epoch(number: float, zone: str) -> str:
    """Return a number of seconds or milliseconds since 1970 as a date, "" where it is neither."""
    seconds = next((n for n in (number, number / 1000) if _FIRST <= n < _LAST), None)
    if seconds is None:
        return ""
    moment = datetime.fromtimestamp(int(seconds), UTC).astimezone(ZoneInfo(zone))
    if moment.hour == moment.minute == moment.second == 0:
        return moment.date().isoformat()
    return moment.isoformat()


def _run_together(text: str) -> str:
    """Return ``20240315`` or ``20240315101010`` with what belongs between its figures."""
    found = _DIGITS.fullmatch(text)
    if not found or not (0 < int(found[2]) <= 12 and 0 < int(found[3]) <= 31):
        return ""
    day = "-".join(found.groups()[:3])
    return f"{day} {found[4]}:{found[5]}:{found[6]}" if found[4] else day


def _listed(value: list[Any]) -> str:
    """Return ``[2024, 3, 15, 10, 1]`` as a date; with other than numbers it is none."""
    if not 3 <= len(value) <= 7 or not all(type(one) is int for one in value):
        return ""
    year, month, day, *clock = value
    if not (1900 < year < 2200 and 0 < month <= 12 and 0 < day <= 31):
        return ""
    told = f"{year}-{month:02}-{day:02}"
    return f"{told} {':'.join(f'{part:02}' for part in clock[:3])}" if len(clock) > 1 else told
