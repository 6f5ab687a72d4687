"""TOML values → typed values: one reader for each kind of value a key may want.

A reader returns the value as the records hold it, or raises ``BadValue`` with everything that is
wrong with it. Nothing here knows a key's name or touches a file.
"""

import codecs
import ipaddress
import json
import re
import unicodedata
import zoneinfo
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

from crawler import jsonpaths, selectors
from crawler.records import Files, ListingKind
from crawler.sources.words import LONGEST, meant, nearest, shown, spell
from crawler.urls import canonical, host_of

#: Unicode categories that no name or header carries: control characters and line separators.
LINE_BREAKING = ("Cc", "Zl", "Zp")

#: The ways to a listing's next page that have a name; ``crawler.listing`` walks them.
MECHANISMS = ("trs", "link", "plugin", "numbers", "none")


DAYS_EXAMPLE = '"2026-10-01..2026-10-07"'
#: Longest time that is one holiday.
LONGEST_HOLIDAY = 92
#: Shortest wait between two visits to one article.
SHORTEST_REVISIT = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing wrong with a value."""

    what: str
    hint: str = ""
    #: position in a list, from 0
    position: int | None = None


class BadValue(Exception):  # noqa: N818 - never leaves the room: it becomes faults
    """A value cannot be read; ``problems`` says all that is wrong with it."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__(*problems)
        self.problems = problems


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """What a key may hold."""

    #: as the manual calls it
    name: str
    #: a value as one would write it
    example: str
    read: Callable[[Any], Any]


def _wants(kind: str, value: object, example: str) -> BadValue:
    return BadValue(Problem(what=f"wants {kind}, not {shown(value)}", hint=f"write {example}"))


def _bad(what: str, hint: str = "") -> BadValue:
    return BadValue(Problem(what=what, hint=hint))


def _cut(text: str) -> str:
    return spell(text[:LONGEST])


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise _wants("text", value, spell(str(value)) if isinstance(value, int) else '"…"')
    if not value.strip():
        raise _bad("is empty", "leave the key out instead")
    if any(unicodedata.category(character) in LINE_BREAKING for character in value):
        raise _bad(f"has a control character in it: {_cut(value)}", "one line of plain text")
    return value


def _or_nothing(read: Callable[[Any], Any]) -> Callable[[object], Any]:
    """Return the reader that takes ``""`` too, which undoes what a lower layer says."""
    return lambda value: "" if value == "" else read(value)


def _word(value: object) -> str:
    word = _text(value)
    if not re.fullmatch(r"[\w-]+", word):
        near = "-".join(re.findall(r"[\w-]+", word))
        raise _bad(f"is no word: {_cut(word)}", near and f'did you mean "{near}"?')
    return word


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise _wants("true or false", value, "true")
    return value


def _number(least: int, example: str) -> Callable[[object], int]:
    def read(value: object) -> int:
        if not isinstance(value, int) or isinstance(value, bool):
            digits = isinstance(value, str) and value.isdecimal()
            raise _wants("a whole number", value, str(value) if digits else example)
        if value < least:
            raise _bad(f"is {value}, which is less than {least}", f"at least {least}")
        return value

    return read


def _share(value: object) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise _wants("a share", value, "0.75")
    if not 0 < value <= 1:
        raise _bad(f"is {value}, which is no share", "more than 0 and at most 1")
    return float(value)


def _duration(least: timedelta) -> Callable[[object], timedelta]:
    units = {"ms": "milliseconds", "s": "seconds", "m": "minutes", "h": "hours", "d": "days"}

    def read(value: object) -> timedelta:
        if not isinstance(value, str):
            raise _wants("a duration", value, f'"{value}s"' if type(value) is int else '"30m"')
        found = re.fullmatch(r"([0-9]{1,7})(ms|s|m|h|d)", value)
        if not found:
            what = f"is no duration: {_cut(value)}"
            raise _bad(what, 'a whole number and ms, s, m, h or d, for example "30m"')
        length = timedelta(**{units[found[2]]: int(found[1])})
        if length < least:
            raise _bad(f"is {value}, which is too short", f"at least {spell(least)}")
        return length

    return read


def _each(read: Callable[[Any], Any], *, single: bool = False) -> Callable[[object], Any]:
    """Return the reader of a list; with ``single`` one value alone stands for a list of one."""

    def read_all(value: object) -> tuple[Any, ...]:
        if single and isinstance(value, str):
            return (read(value),)
        if not isinstance(value, list):
            wanted = "text or a list of text" if single else "a list"
            raise _wants(wanted, value, '["…"]' if isinstance(value, dict) else f"[{spell(value)}]")
        typed, problems = [], []
        for position, item in enumerate(value):
            try:
                typed.append(read(item))
            except BadValue as bad:
                problems += [
                    Problem(what=problem.what, hint=problem.hint, position=position)
                    for problem in bad.problems
                ]
        if problems:
            raise BadValue(*problems)
        return tuple(typed)

    return read_all


def _rhythm(value: object) -> tuple[timedelta, ...]:
    """Return waits that never grow shorter: whatever changes at all changes soon or seldom."""
    waits: tuple[timedelta, ...] = _each(_duration(SHORTEST_REVISIT))(value)
    if not waits:
        raise _bad("is empty", 'at least one wait, for example ["1d"]')
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


def _region(value: object) -> str:
    """Return a path of places; each has a name, so that what lies below one is found by its."""
    path = _text(value)
    right = "/".join(part.strip() for part in path.split("/") if part.strip())
    if right != path:
        raise _bad(f"is no path of places: {_cut(path)}", right and f'did you mean "{right}"?')
    return path


def _day(value: object) -> tuple[date, ...]:
    """Return the day, or the days from one to another."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return (value,)
    first, to, last = _text(value).partition("..")
    try:
        start, end = date.fromisoformat(first), date.fromisoformat(last if to else first)
    except ValueError:
        raise _bad(f"is no day: {_cut(str(value))}", f"write {DAYS_EXAMPLE}") from None
    if not 0 <= (end - start).days < LONGEST_HOLIDAY:
        what = f"is no time of 1 to {LONGEST_HOLIDAY} days: {_cut(str(value))}"
        raise _bad(what, f"write {DAYS_EXAMPLE}")
    return tuple(start + timedelta(days=n) for n in range((end - start).days + 1))


def _days(value: object) -> tuple[date, ...]:
    each: tuple[tuple[date, ...], ...] = _each(_day)(value)
    return tuple(sorted({day for days in each for day in days}))


def _zone(value: object) -> str:
    name = _text(value)
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        # All of China keeps Shanghai's time; the nearest spelling of Asia/Beijing is Beirut.
        known = {"asia/beijing": "Asia/Shanghai", "prc": "Asia/Shanghai", "utc+8": "Asia/Shanghai"}
        near = known.get(name.lower()) or nearest(name, zoneinfo.available_timezones())
        hint = f'did you mean "{near}"?' if near else 'an IANA name such as "Asia/Shanghai"'
        raise _bad(f"is no time zone: {_cut(name)}", hint) from None
    return name


def _address(value: object) -> str:
    address = _text(value)
    try:
        return canonical(address)
    except ValueError:
        hint = "http:// or https://, a host and a path"
        if re.match(r"(?:[\w-]+\.)+[a-z]{2,}(?:[:/]|$)", address):
            hint = f'did you mean "https://{address}"?'
        raise _bad(f"is no address: {_cut(address)}", hint) from None


def _host(value: object) -> str:
    name = _text(value)
    try:
        host = host_of(canonical(f"http://{name}/"))
    except ValueError:
        host = ""
    if not host or re.search(r"[/?#@\s]", name):
        inner = re.search(r"(?:[\w-]+\.)+[\w-]+", name)
        raise _bad(
            f"is no host: {_cut(name)}",
            f'a name alone, for example "{inner[0] if inner else "www.example.org"}"',
        )
    return host


def _pattern(value: object) -> str:
    pattern = _text(value)
    try:
        re.compile(pattern)
    except re.error as error:
        hint = "a Python regular expression in 'single quotes'"
        raise _bad(f"is no pattern: {error}: {_cut(pattern)}", hint) from None
    return pattern


def _selector(value: object) -> str:
    if not isinstance(value, str):
        raise _wants("text", value, '"div.content"')
    if reason := selectors.check(value):
        raise _bad(f"{reason}: {_cut(value)}", selectors.mend(value))
    return value


def _next(value: object) -> str:
    """Return a selector, or the name of a mechanism of ``crawler.listing``."""
    if isinstance(value, str) and re.fullmatch(r"[a-z]+", value) and value not in MECHANISMS:
        raise _bad(f"is no way to the next page: {_cut(value)}", meant(value, MECHANISMS))
    return _selector(value)


def _path(value: object) -> str:
    """Return a path into JSON, or a template of paths."""
    path = _text(value)
    if reason := jsonpaths.check_template(path):
        raise _bad(
            f"{reason}: {_cut(path)}", 'for example "data.list[*]", or "https://…/{id}.html"'
        )
    return path


def _form(value: object) -> tuple[tuple[str, str], ...]:
    """Return the fields of a form: a table of texts, in its order."""
    example = '{ channel = "7", page = "1" }'
    if not isinstance(value, dict):
        raise _wants("a table of text", value, example)
    if wrong := [name for name, told in value.items() if not isinstance(told, str)]:
        raise _bad(f"wants text for {_cut(wrong[0])}", f"write {example}")
    return tuple(value.items())


def _body(value: object) -> str:
    """Return JSON to post, an object."""
    text = _text(value)
    try:
        told = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _bad(
            f"is no JSON: {error}: {_cut(text)}", """'{"page": 1}' in single quotes"""
        ) from None
    if not isinstance(told, dict):
        raise _bad(f"is no JSON object: {_cut(text)}", """for example '{"page": 1}'""")
    return text


def _network(value: object) -> str:
    network = _text(value)
    try:
        ipaddress.ip_network(network)
    except ValueError as error:
        try:
            hint = f'did you mean "{ipaddress.ip_network(network, strict=False)}"?'
        except ValueError:
            hint = 'for example "127.0.0.0/8"'
        raise _bad(f"is no network: {error}", hint) from None
    return network


def _port(value: object) -> int:
    port = _number(1, "443")(value)
    if port > 65535:
        raise _bad(f"is no port: {port}", "1 to 65535")
    return port


def _charset(value: object) -> str:
    name = _text(value)
    known = ("utf-8", "gbk", "gb2312", "gb18030", "big5", "latin-1", "windows-1252")
    try:
        codecs.lookup(name)
    except LookupError:
        raise _bad(f"is no charset: {_cut(name)}", meant(name, known)) from None
    return name


def _language(value: object) -> str:
    tag = _text(value)
    if not re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*", tag):
        raise _bad(f"is no language tag: {_cut(tag)}", 'BCP 47, for example "zh-CN" or "en"')
    return tag


def _listing_kind(value: object) -> ListingKind:
    name = _text(value)
    if name not in set(ListingKind):
        raise _bad(f"is no kind of listing: {_cut(name)}", meant(name, list(ListingKind)))
    return ListingKind(name)


def _files(value: object) -> Files:
    name = _text(value)
    if name not in set(Files):
        raise _bad(f"names no such choice: {_cut(name)}", meant(name, list(Files)))
    return Files(name)


def _listen(value: object) -> str:
    place = _text(value)
    found = re.fullmatch(r"(?:[\w.-]+|\[[0-9A-Fa-f:.]+\]):([0-9]{1,5})", place)
    if not found or int(found[1]) > 65535:
        raise _bad(f"is no host and port: {_cut(place)}", 'for example "127.0.0.1:9464"')
    return place


def _one_of(*choices: str) -> Callable[[object], str]:
    def read(value: object) -> str:
        name = _text(value)
        if name not in choices:
            raise _bad(f"is none of {', '.join(choices)}: {_cut(name)}", meant(name, choices))
        return name

    return read


TEXT = Kind(name="text", example='"…"', read=_text)
TEXTS = Kind(name="list of text", example='["…"]', read=_each(_text))
TEXT_OR_NOTHING = Kind(name="text", example='"…"', read=_or_nothing(_text))
WORDS = Kind(name="list of words", example='["central"]', read=_each(_word))
FLAG = Kind(name="true/false", example="true", read=_flag)
SIZE = Kind(name="bytes", example="10_485_760", read=_number(1, "10_485_760"))
COUNT = Kind(name="number", example="3", read=_number(1, "3"))
COUNT_OR_NONE = Kind(name="number", example="0", read=_number(0, "0"))
SHARE = Kind(name="share", example="0.75", read=_share)
DURATION = Kind(name="duration", example='"30m"', read=_duration(timedelta(milliseconds=1)))
PAUSE = Kind(name="duration", example='"2s"', read=_duration(timedelta()))
RHYTHM = Kind(name="list of durations", example='["1h", "1d"]', read=_rhythm)
REGION = Kind(name="path of places", example='"甘肃省/平凉市"', read=_region)
DAYS = Kind(name="list of days", example=f"[{DAYS_EXAMPLE}]", read=_days)
ZONE = Kind(name="IANA zone", example='"Asia/Shanghai"', read=_zone)
LANGUAGE = Kind(name="language tag", example='"zh-CN"', read=_language)
ADDRESS = Kind(name="address", example='"https://…"', read=_address)
HOSTS = Kind(name="list of hosts", example='["www.example.org"]', read=_each(_host))
PATTERNS = Kind(name="list of patterns", example=r"['/t\d+_\d+\.html$']", read=_each(_pattern))
NEXT = Kind(
    name=f"{', '.join(MECHANISMS)} or a selector", example='"a.next"', read=_or_nothing(_next)
)
SELECTORS = Kind(name="selectors", example='"li a@href"', read=_each(_selector, single=True))
PATHS = Kind(name="paths", example='"data.list[*]"', read=_each(_path, single=True))
FORM = Kind(name="table of text", example='{ page = "1" }', read=_form)
BODY = Kind(name="JSON", example="""'{"page": 1}'""", read=_body)
NETWORKS = Kind(name="list of networks", example='["127.0.0.0/8"]', read=_each(_network))
PORTS = Kind(name="list of ports", example="[80, 443]", read=_each(_port))
CHARSET = Kind(name="charset", example='"gb18030"', read=_or_nothing(_charset))
FILES = Kind(name=", ".join(Files), example=f'"{Files.SITE}"', read=_files)
LISTING_KIND = Kind(
    name=", ".join(ListingKind), example=f'"{ListingKind.HTML}"', read=_listing_kind
)
POSTS = Kind(name="hexo, hugo", example='"hexo"', read=_one_of("hexo", "hugo"))
GONE = Kind(name="mark, remove", example='"mark"', read=_one_of("mark", "remove"))
SHAPES = ("json", "ntfy", "slack", "dingtalk", "wecom", "feishu")
SHAPE = Kind(name=", ".join(SHAPES), example='"ntfy"', read=_one_of(*SHAPES))
LISTEN = Kind(name="host:port", example='"127.0.0.1:9464"', read=_or_nothing(_listen))
