"""Finds, in a value of JSON that nobody described, the list whose entries look most like articles.

A list is every array of objects, or of rows, at whatever depth; entries of the same place inside
each other's neighbours are one list. What an entry lacks, its surroundings may tell: a case has the
title and the date, its documents have the addresses.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from crawler.jsonpaths import nested
from crawler.listing.fields import Columns, Entry, columns_of, flat, width
from crawler.listing.page import Page
from crawler.listing.rows import link_title, row_date
from crawler.listing.values import date_of, looks_like_address, text_of
from crawler.records import Link

#: Values that are walked through, and texts that are read as JSON of their own.
_MOST, _MOST_NESTED = 300_000, 40

#: From here on an entry counts as an article: an address alone is worth nothing.
ENOUGH = 2.0

#: Characters of a summary.
_LONGEST = 500

_NUMBERED = re.compile(r"\d{3,}|/[^/]*\d[^/]*\.\w+$|/[^/]+(?:-[^/]+){3,}/?$")
_TOTAL = re.compile(
    r"total|(?:total|all|records?|items?|rows?)_?(?:count|num(?:ber)?|size|rows?|records?|results?"
    r"|hits|elements?|items?)|records_?total|num_?found|hits|record_?count",
    re.IGNORECASE,
)
_PAGES = re.compile(
    r"(?:total|all|max|last)_?pages?|pages?_?(?:count|total|num_?all)|pages|last_?page|page_?sum",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A list that looks like one of articles."""

    links: tuple[Link, ...]
    #: how much its entries look like articles; the sum over all of them
    worth: float
    #: share of the entries that look like articles
    share: float
    #: the entries as they are
    entries: tuple[dict[str, Any], ...] = ()
    #: entries, and pages of them, that are stated beside the list
    total: int | None = None
    pages: int | None = None


@dataclass(slots=True, kw_only=True)
class _List:
    """Entries at one place, each with the objects around it, nearest first."""

    entries: list[dict[str, Any]] = field(default_factory=list)
    around: list[tuple[dict[str, Any], ...]] = field(default_factory=list)
    #: how many of them are entries of a list themselves, or lie in one
    listed: int = 0


def find_entries(page: Page, value: Any, base: str) -> Found | None:
    """Return the list of a value whose entries look most like articles, None where none does."""
    found = []
    for held in _lists(value).values():
        whole = _read(page, held, base)
        # lists of several kinds may stand at places of one name
        found += [whole] if whole.links else [_read(page, one, base) for one in _alike(held)]
    return max((one for one in found if one.links), key=lambda one: one.worth, default=None)


def _alike(held: _List) -> list[_List]:
    """Return the entries of a list sorted by the fields they have, those that stand alone left out.

    None where all have the same.
    """
    kinds: dict[tuple[str, ...], _List] = {}
    for entry, around in zip(held.entries, held.around, strict=True):
        kind = kinds.setdefault(tuple(sorted(entry)), _List(listed=held.listed))
        kind.entries.append(entry)
        kind.around.append(around)
    return [one for one in kinds.values() if len(one.entries) > 1] if len(kinds) > 1 else []


def _lists(value: Any) -> dict[tuple[str, ...], _List]:
    """Return every list inside a value by its place."""
    found: dict[tuple[str, ...], _List] = {}
    waiting: list[tuple[Any, tuple[str, ...], tuple[dict[str, Any], ...], int]] = [
        (value, (), (), 0)
    ]
    seen = texts = 0
    while waiting and seen < _MOST:
        one, place, around, listed = waiting.pop()
        seen += 1
        if isinstance(one, str) and texts < _MOST_NESTED and len(one) > 20:
            texts += one.lstrip()[:1] in ("{", "[")
            one = nested(one)
        if isinstance(one, dict) and _is_map(one):
            one = list(one.values())
        if isinstance(one, dict):
            deeper = listed + ("*" in place)
            waiting += [(inner, (*place, name), (one, *around), deeper)
                        for name, inner in one.items()]  # fmt: skip
        elif isinstance(one, list):
            here = (*place, "*")
            for entry in map(_entry, one):
                if entry is not None:
                    held = found.setdefault(here, _List(listed=listed))
                    held.entries.append(entry)
                    held.around.append(around)
            waiting += [(inner, here, around, listed) for inner in reversed(one)]
    return found


def _is_map(value: dict[str, Any]) -> bool:
    """Tell whether an object is a list whose entries have their numbers for names."""
    return (
        len(value) > 2
        and all(isinstance(x, dict) for x in value.values())
        and (len({tuple(x) for x in value.values()}) == 1)
    )


def _entry(value: Any) -> dict[str, Any] | None:
    """Return an element as an entry: an object, or a row of single values by their places."""
    if isinstance(value, dict):
        return value
    if isinstance(value, list) and 1 < len(value) < 60 and any(isinstance(x, str) for x in value):
        return {str(place): inner for place, inner in enumerate(value)}
    return None


def _read(page: Page, held: _List, base: str) -> Found:
    """Return the links of a list, and how much it looks like one of articles."""
    entries = [flat(entry) for entry in held.entries]
    columns = columns_of(entries, lambda href: page.address(href, base), page.admits)
    if not columns.link and not columns.markup:
        return Found(links=(), worth=0, share=0)
    missing = not columns.title or not columns.date
    outer = _around(page, held, base) if missing and held.listed else None
    links, worth = [], []
    for place, entry in enumerate(entries):
        link = link_of(page, entry, columns, base)
        if link is not None and outer is not None:
            link = _completed(page, link, outer[0][place], outer[1])
        if link is not None:
            links.append(link)
            worth.append(_worth(link))
    good = sum(one >= ENOUGH for one in worth)
    return Found(
        links=tuple(links),
        worth=sum(worth),
        share=good / len(entries) if entries else 0,
        entries=tuple(held.entries),
        total=stated(held.around[0], _TOTAL, least=len(links)),
        pages=stated(held.around[0], _PAGES, least=1),
    )


def link_of(page: Page, entry: Entry, columns: Columns, base: str) -> Link | None:
    """Return the link of one entry, None where it has no address."""
    href = text_of(entry.get(columns.link))
    url = page.address(href, base) if looks_like_address(href) else ""
    zone = page.source.zone or "UTC"
    title, date = text_of(entry.get(columns.title)), date_of(entry.get(columns.date), zone)
    if not url and columns.markup:
        return _from_markup(page, entry, columns, base, Link(url="", title=title, date=date))
    return Link(
        url=url,
        title=title,
        date=date,
        summary=text_of(entry.get(columns.summary))[:_LONGEST],
    ) if url else None  # fmt: skip


def _from_markup(page: Page, entry: Entry, columns: Columns, base: str, known: Link) -> Link | None:
    """Return the link that stands as HTML in an entry."""
    html = " ".join(str(entry.get(path) or "") for path in columns.markup)
    body = LexborHTMLParser(f"<div>{html}</div>").css_first("div")
    anchors = body.css("a[href]") if body is not None else []
    anchor = max(anchors, key=lambda a: len(link_title(a)), default=None)
    if body is None or anchor is None:
        return None
    url = page.address(anchor.attributes.get("href") or "", base)
    # the field beside it may hold a number
    title = max(link_title(anchor), known.title if columns.title else "", key=width)
    return replace(
        known, url=url, title=title, date=known.date or row_date(body, anchor)
    ) if url else None  # fmt: skip


def _around(page: Page, held: _List, base: str) -> tuple[list[Entry], Columns]:
    """Return the objects around each entry that it shares with few, and what their fields are."""
    outer: list[Entry] = [
        {k: v for one in reversed(around[: held.listed]) for k, v in flat(one).items()}
        for around in held.around
    ]
    return outer, columns_of(outer, lambda href: page.address(href, base), page.admits)


def _completed(page: Page, link: Link, entry: Entry, columns: Columns) -> Link:
    """Return a link with the title and the date of what is around its entry."""
    zone = page.source.zone or "UTC"
    return replace(
        link,
        title=link.title or text_of(entry.get(columns.title)),
        date=link.date or date_of(entry.get(columns.date), zone),
    )


def _worth(link: Link) -> float:
    """Return the points of an entry: for its date, its title, an address with a number in it."""
    said = width(link.title)
    title = 1.0 if said >= 20 else 0.5 if said >= 8 else 0.0
    return 2.0 * bool(link.date) + title + bool(_NUMBERED.search(link.url))


def stated(around: Sequence[dict[str, Any]], name: re.Pattern[str], *, least: int) -> int | None:
    """Return the number that the nearest object around a list states under such a name."""
    return next((n for held in around for n in _numbers(held, name) if n >= least), None)


def stated_in(value: Any, count: int) -> tuple[int | None, int | None]:
    """Return the numbers of entries and of pages that an answer states outside its lists."""
    held: list[dict[str, Any]] = []
    waiting = [(value, 0)]
    while waiting and len(held) < 50:
        one, depth = waiting.pop(0)
        if isinstance(one, dict):
            held.append(one)
            waiting += [(inner, depth + 1) for inner in one.values() if depth < 4]
    return stated(held, _TOTAL, least=max(count, 1)), stated(held, _PAGES, least=1)


def _numbers(held: dict[str, Any], name: re.Pattern[str]) -> Iterator[int]:
    for key, value in held.items():
        inner = value.items() if isinstance(value, dict) else ()
        for label, one in ((key, value), *inner):
            text = str(one)
            if name.fullmatch(label) and text.isdecimal() and len(text) < 10:
                yield int(text)
