"""Reads a listing that is JSON: by the source's paths, or finding the entries itself.

Where an answer holds its list as a piece of HTML, that is read like any page.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from crawler.errors import ListingError
from crawler.jsonpaths import fill, is_template, nested, pick
from crawler.listing.answers import read_answer
from crawler.listing.entries import Found, find_entries, link_of, stated_in
from crawler.listing.fields import columns_of, flat
from crawler.listing.html import read_html
from crawler.listing.page import Page
from crawler.listing.turning import Told, next_request
from crawler.listing.values import date_of, text_of
from crawler.records import Link, ListingPage, Paths
from crawler.text import one_line

#: Values that are walked through for HTML, and characters that a piece with a list has.
_MOST, _LEAST = 5_000, 30

#: Characters of a summary.
_LONGEST = 500

#: What answers that are none call their reason.
_REASONS = ("msg", "message", "error", "errmsg", "errorMessage", "info", "desc")

#: Names of fields that are told to a person.
_NAME = re.compile(r"[\w.$-]{1,40}")


def read_json(page: Page) -> ListingPage:
    """Return the links of a listing that is JSON, and the request for the page after it."""
    value = read_answer(page.text())
    if value is None:
        raise ListingError(page.request.url, "answers no JSON")
    rules = page.listing.json
    found = _ruled(page, value) if rules.items else _found(page, value)
    total, pages = stated_in(value, len(found.links))
    total = _whole(value, rules.total) or found.total or total
    pages = _whole(value, rules.pages) or found.pages or pages
    if not found.links and page.first and (reason := _reason(value)):
        raise ListingError(page.request.url, f"names no article; the answer says: {reason}")
    told = Told(value=value, count=len(found.links), total=total, pages=pages)
    return ListingPage(links=found.links, next=next_request(page, told), total=total, pages=pages)


def _found(page: Page, value: Any) -> ListingPage:
    """Return the links of an answer that nobody described."""
    best = find_entries(page, value, page.request.url)
    if best is None and page.listing.json.link:
        longest = max(_lists(value), key=len, default=[])
        return ListingPage(links=tuple(_entries(page, longest)) if longest else ())
    if best is None or best.share == 0:
        pieces = list(_markup(value))
        read = _fragment(page, max(pieces, key=lambda piece: piece.count("<a "), default=""))
        if read.links:
            return read
    if best is None:
        _refuse(page, value)
        return ListingPage(links=())
    return _completed(page, best)


def _completed(page: Page, best: Found) -> ListingPage:
    """Return what was found, with the addresses and titles that the source's rules put together."""
    rules = page.listing.json
    if not (rules.link or rules.title or rules.date or rules.summary):
        return ListingPage(links=best.links, total=best.total, pages=best.pages)
    links = tuple(_entries(page, list(best.entries)))
    return ListingPage(links=links, total=best.total, pages=best.pages)


def _ruled(page: Page, value: Any) -> ListingPage:
    """Return the links of the entries that the source's paths lead to."""
    for path in page.listing.json.items:
        entries: list[Any] = []
        for one in pick(value, path):
            one = nested(one) if isinstance(one, str) and nested(one) is not None else one
            entries += one if isinstance(one, list) else [one]
        if pieces := [one for one in entries if isinstance(one, str) and "<" in one]:
            return _fragment(page, "\n".join(pieces))
        if entries := [_as_object(one) for one in entries if isinstance(one, dict | list)]:
            return ListingPage(links=tuple(_entries(page, entries)))
    if page.first and not any(pick(value, path) for path in page.listing.json.items):
        where = " or ".join(page.listing.json.items)
        raise ListingError(page.request.url, f"there is nothing at items = {where} in the answer")
    return ListingPage(links=())


def _as_object(value: Any) -> dict[str, Any]:
    if isinstance(value, dict):
        return value
    return {str(place): inner for place, inner in enumerate(value)}


def _entries(page: Page, entries: list[dict[str, Any]]) -> Iterator[Link]:
    """Return the link of each entry: by the rules, and by itself where they say nothing."""
    rules = page.listing.json
    flattened = [flat(entry) for entry in entries]
    columns = columns_of(flattened, lambda href: page.address(href), page.admits)
    if not rules.link and not columns.link and not columns.markup and page.first:
        raise ListingError(page.request.url, _no_address(flattened[0]))
    zone = page.source.zone or "UTC"
    for entry, single in zip(entries, flattened, strict=True):
        known = link_of(page, single, columns, page.request.url)
        url = page.address(_value(entry, rules.link)) if rules.link else known and known.url
        if not url:
            continue
        known = known or Link(
            url=url,
            title=text_of(single.get(columns.title)),
            date=date_of(single.get(columns.date), zone),
            summary=text_of(single.get(columns.summary))[:_LONGEST],
        )
        yield replace(
            known,
            url=url,
            title=_value(entry, rules.title) or known.title,
            date=_date(entry, rules.date, zone) if rules.date else known.date,
            summary=_value(entry, rules.summary)[:_LONGEST] if rules.summary else known.summary,
        )


def _value(entry: dict[str, Any], paths: Paths) -> str:
    """Return the first text that a path, or a template of paths, gives in an entry, or ""."""
    for path in paths:
        if told := fill(path, lambda p: _one(entry, p)) if is_template(path) else _one(entry, path):
            return told
    return ""


def _one(entry: dict[str, Any], path: str) -> str:
    return next((text for value in pick(entry, path) if (text := text_of(value))), "")


def _date(entry: dict[str, Any], paths: Paths, zone: str) -> str:
    for path in paths:
        values = [_value(entry, (path,))] if is_template(path) else pick(entry, path)
        if told := next((date for value in values if (date := date_of(value, zone))), ""):
            return told
    return ""


def _whole(value: Any, paths: Paths) -> int | None:
    """Return the first whole number that stands at a path."""
    texts = (str(one).strip() for path in paths for one in pick(value, path))
    return next((int(text) for text in texts if text.isdecimal() and len(text) < 10), None)


def _fragment(page: Page, markup: str) -> ListingPage:
    """Return the links of a piece of HTML that an answer carries."""
    if not markup:
        return ListingPage(links=())
    source = replace(page.source, charset="utf-8")
    return read_html(replace(page, body=markup.encode("utf-8", "replace"), source=source))


def _markup(value: Any) -> Iterator[str]:
    """Return the pieces of HTML with links in them that a value holds."""
    waiting, seen = [value], 0
    while waiting and seen < _MOST:
        one = waiting.pop()
        seen += 1
        if isinstance(one, dict | list):
            waiting += one.values() if isinstance(one, dict) else one
        elif isinstance(one, str) and len(one) > _LEAST:
            inner = nested(one)
            if inner is not None:
                waiting.append(inner)
            elif "<a " in one:
                yield one


def _refuse(page: Page, value: Any) -> None:
    """Raise ListingError where there are entries, and none of their fields is an address."""
    lists = [one for one in _lists(value) if len(one) > 1]
    longest = max(lists, key=len, default=[])
    if page.first and longest and not page.listing.json.link:
        raise ListingError(page.request.url, _no_address(flat(longest[0])))


def _lists(value: Any) -> Iterator[list[dict[str, Any]]]:
    waiting, seen = [value], 0
    while waiting and seen < _MOST:
        one = waiting.pop()
        seen += 1
        if isinstance(one, dict | list):
            waiting += one.values() if isinstance(one, dict) else one
        if isinstance(one, list) and one and isinstance(one[0], dict):
            yield one


def _no_address(entry: Any) -> str:
    """Return why entries make no links, with the fields that an address could be made of."""
    names = [name for name in entry if _NAME.fullmatch(name) and entry[name] not in (None, "")]
    return (
        f"its entries have no address, but {', '.join(names[:12]) or 'nothing'}; say how one is "
        'put together: link = "https://…/{id}.html" in [listings.json]'
    )


def _reason(value: Any) -> str:
    if isinstance(value, dict):
        for name in _REASONS:
            if isinstance(value.get(name), str) and value[name].strip():
                return one_line(value[name])[:120]
    return ""
