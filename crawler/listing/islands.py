"""Finds the list of a page whose elements hold none: in the data and markup packed into the page.

Data: ``<script type="application/json">``, ``__NEXT_DATA__``, ``window.__INITIAL_STATE__ = {…}``,
``var list = [{…}]``, ``rows.push({…})``, attributes that are JSON, JSON-LD, records of XML.
Markup: records in CDATA, ``<textarea>``, ``<xmp>``, ``<template>``, strings of HTML in a script.
Nothing is executed.
"""

import html
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any

from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawler.jsonpaths import nested
from crawler.listing.entries import find_entries
from crawler.listing.literals import read_literal, unescaped
from crawler.listing.page import Page
from crawler.records import Link, ListingPage

#: How the rows of a piece of HTML are found: the page, the piece parsed, what addresses hang on.
RowReader = Callable[[Page, LexborHTMLParser, str], Iterable[Link]]

#: Entries that make a list, where nobody said that there is one.
_LEAST = 2

#: Share of the entries that look like articles from which on a list is one of articles.
_MOST = 0.6

#: Characters of a piece worth looking at, and all of them that are looked at in a page: a page can
#: be made so that every place seems to begin a list.
_SHORTEST, _BUDGET = 40, 4_000_000

#: Lists in a script that are tried, and records that are read.
_TRIES, _RECORDS = 400, 3_000

#: Where a script begins a value with entries: behind ``=``, ``(``, ``:`` or ``return``.
_BEGINS = re.compile(
    r"(?:[=(:]|\breturn\b)\s{0,8}(?P<value>\[\s{0,40}(?=[\[{\"'])|\{\s{0,40}(?=[\"'\w$]))"
)
#: What stands before it: the name that the value is given, or put into.
_NAME = re.compile(r"[\w$.\]\[]{1,60}\s{0,8}$")
#: The number of an entry in the name of what it is put into: ``list[3] = {…}``, ``list.push({…})``.
_NUMBERED = re.compile(r"\[\w{1,20}\]$|\.push$")
_ARRAY = re.compile(r"\bnew\s{1,4}Array\s{0,4}\(([^()]{0,2000})\)")
#: Texts of a script: HTML for the page, or JSON for ``JSON.parse``.
_QUOTED = re.compile(r"""'((?:[^'\\\n]|\\.){60,}+)'|"((?:[^"\\\n]|\\.){60,}+)\"""")
_TAG = re.compile(r"<(/?)([A-Za-z][\w.:-]{0,60})")
_SCRIPTS = re.compile(r"(?:text|application)/(?:javascript|ecmascript|x-javascript)|module|")


def island_links(
    page: Page, tree: LexborHTMLParser, base: str, read_rows: RowReader
) -> ListingPage | None:
    """Return the links of the best list packed into a page, None where there is none."""
    best: ListingPage | None = None
    most = 0.0
    for value in _values(tree):
        found = find_entries(page, value, base)
        if found and found.share >= _MOST and len(found.links) >= _LEAST and found.worth > most:
            best, most = _page(found.links, found.total, found.pages), found.worth
    if best is not None:
        return best
    for markup in _pieces(tree):
        links = tuple(read_rows(page, LexborHTMLParser(markup), base))
        worth = sum(1.0 + bool(link.date) for link in links)
        if len(links) >= _LEAST and worth > most:
            best, most = _page(links, None, None), worth
    return best


def _page(links: tuple[Link, ...], total: int | None, pages: int | None) -> ListingPage:
    return ListingPage(links=links, total=total, pages=pages)


def _values(tree: LexborHTMLParser) -> Iterator[Any]:
    """Return every value of data packed into a page."""
    for script in tree.css("script"):
        kind = (script.attributes.get("type") or "").strip().lower()
        text = script.text() or ""
        if len(text) < _SHORTEST:
            continue
        if "json" in kind:
            value = nested(html.unescape(text)) if "&quot;" in text else nested(text)
            if value is not None:
                yield _schema(value)
        elif _SCRIPTS.fullmatch(kind):
            yield from _literals(text)
        elif "xml" in kind:
            yield _records(text)
    for node in tree.css("textarea, xmp, noscript, template"):
        value = nested(_inner(node))
        if value is not None:
            yield value
    yield from _attributes(tree)


def _schema(value: Any) -> Any:
    """Return JSON-LD with the element of each entry of a list in its place."""
    if isinstance(value, dict) and isinstance(value.get("itemListElement"), list):
        entries = [one.get("item", one) if isinstance(one, dict) else one
                   for one in value["itemListElement"]]  # fmt: skip
        return {"entries": [{"url": one} if isinstance(one, str) else one for one in entries]}
    if isinstance(value, dict) and isinstance(value.get("@graph"), list):
        return [_schema(one) for one in value["@graph"]]
    return value


def _literals(text: str) -> Iterator[Any]:
    """Return the arrays and objects that a script has, those put into one list as one."""
    text = _ARRAY.sub(r"[\1]", text)
    left, at = _BUDGET, 0
    lists: dict[str, list[Any]] = defaultdict(list)
    for _ in range(_TRIES):
        found = _BEGINS.search(text, at)
        if found is None or left < 0:
            break
        start = found.start("value")
        read = read_literal(text, start)
        at = start + 1 if read is None else read[1]
        left -= at - start + _SHORTEST
        if read is None:
            continue
        before = _NAME.search(text, max(found.start() - 70, 0), found.start())
        name = before[0].strip() if before else ""
        if _NUMBERED.search(name):
            lists[_NUMBERED.sub("", name)].append(read[0])
        elif at - start > _SHORTEST:
            yield read[0]
    yield from (entries for entries in lists.values() if len(entries) >= _LEAST)
    for quoted in _QUOTED.finditer(text[:_BUDGET]):
        told = unescaped(quoted[1] or quoted[2])
        value = nested(told)
        if value is not None:
            yield value


def _attributes(tree: LexborHTMLParser) -> Iterator[Any]:
    """Return the JSON that attributes hold, as components are given their data."""
    for node in tree.css("[data-page], [data-props], [data-list], [data-state], [data-data], "
                         "[data-items], [data-json], [data-options], [data-config], [data], "
                         "[props], [value^='[{'], [data-react-props]"):  # fmt: skip
        for value in node.attributes.values():
            if value and len(value) > _SHORTEST and (told := nested(value)) is not None:
                yield told


def _records(text: str) -> list[Any]:
    """Return the elements of XML that hold texts alone, as entries: ``<item><url>…</url>…``.

    Read as HTML under names that mean nothing there: an empty ``<link>`` would swallow its address.
    """
    first, *rest = text[:_BUDGET].split("<![CDATA[")
    halves = (part.partition("]]>") for part in rest)
    bare = first + "".join(html.escape(data) + after for data, _, after in halves)
    entries = []
    for node in LexborHTMLParser(_TAG.sub(r"<\1x-\2", bare)).css("*")[:_RECORDS]:
        fields = {
            (child.tag or "").removeprefix("x-"): (child.text() or "").strip()
            for child in node.iter()
            if (child.tag or "").startswith("x-") and next(child.iter(), None) is None
        }
        if len(fields) > 1 and (node.tag or "").startswith("x-"):
            entries.append(fields)
    return entries


def _pieces(tree: LexborHTMLParser) -> Iterator[str]:
    """Return the pieces of HTML with links in them that a page keeps out of sight."""
    for script in tree.css("script"):
        text = (script.text() or "")[:_BUDGET]
        if "<a" not in text.lower() and "<record" not in text:
            continue
        data = (part.partition("]]>")[0] for part in text.split("<![CDATA[")[1:])
        if records := [part for part in data if "<a" in part.lower()]:
            yield "\n".join(_row(record.strip()) for record in records[:_RECORDS])
        elif not _SCRIPTS.fullmatch((script.attributes.get("type") or "").strip().lower()):
            yield text
        else:
            texts = [a or b for a, b in _QUOTED.findall(text) if "<a" in a.lower() + b.lower()]
            if texts:
                yield "\n".join(map(unescaped, texts))
    for node in tree.css("textarea, xmp, noscript, template"):
        if "<a" in (inner := _inner(node)).lower():
            yield inner


def _row(record: str) -> str:
    """Return a record so that an HTML parser keeps its elements: a row stands in a table only."""
    if record[:3].lower() in ("<tr", "<td"):
        return f"<table>{record}</table>"
    return f"<div>{record}</div>"


def _inner(node: LexborNode) -> str:
    """Return what an element keeps: its text, or for a template its markup."""
    if node.tag == "template":
        return (node.html or "").partition(">")[2].rpartition("</")[0]
    return node.text() or ""


def with_islands(page: Page, found: ListingPage, island: ListingPage | None) -> ListingPage:
    """Return what a page's elements name, or its island where that names more, and with dates."""
    if island is None:
        return found
    admitted = [link for link in found.links if page.admits(link.url)]
    inside = [link for link in island.links if page.admits(link.url)]
    known = sum(bool(link.date) for link in admitted)
    if len(inside) < len(admitted) or sum(bool(link.date) for link in inside) < known:
        return found
    if len(inside) < 2 * len(admitted) and known == len(admitted) and admitted:
        return found
    return replace(
        found,
        links=island.links,
        total=found.total or island.total,
        pages=found.pages or island.pages,
    )
