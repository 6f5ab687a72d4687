"""Reads a Hanweb (JCMS, jpage) listing: records in CDATA, further ones from a data proxy.

The page carries its first records as a ``<datastore>`` in a script; the proxy answers a POST, with
the fields that the page's script names, by a bare ``<datastore>``. Older pages fill JavaScript
arrays instead.
"""

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, urlencode, urlsplit

from selectolax.lexbor import LexborHTMLParser

from crawler.errors import ListingError
from crawler.listing.html import base_of, read_item
from crawler.listing.page import Page
from crawler.records import Link, ListingPage, PageRequest

_PROXY = "/module/web/jpage/dataproxy.jsp"
_PARAMETERS = re.compile(r"\bparam_(\w+)\s*=\s*\{([^{}]*)\}")
_FIELD = re.compile(r"""['"]?(\w+)['"]?\s*:\s*(?:'([^']*)'|"([^"]*)"|([^,'"\s}]+))""")
_JPAGE = re.compile(r"""\$\(\s*['"]#(\w+)['"]\s*\)\.jpage\(""")
_TOTAL_TAG = re.compile(r"<totalrecord>\s*(\d{1,9})(?!\d)", re.IGNORECASE)
_NEXT_GROUP = re.compile(r"""<nextgroup>\s*<!\[CDATA\[\s*<a href=["']([^"']+)""")
_ARRAY = re.compile(
    r"""\b(urls|headers|year|month|day)\s*\[\s*(\w+)\s*\]\s*=\s*(?:'([^']*)'|"([^"]*)")"""
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Unit:
    """One list of a page: what its script tells the pager."""

    #: fields to post, as the page names them
    form: tuple[tuple[str, str], ...]
    proxy: str
    #: records that lie in the page
    held: int
    #: records there are, or None where the page does not say
    total: int | None
    #: records of a visible page, and visible pages that one request brings
    size: int
    group: int


def read_hanweb(page: Page) -> ListingPage:
    """Return the records of a page, or of a proxy's answer, and the request for the next ones."""
    text = page.text()
    records = _records(text)
    # Records hang on the page they are put into, not on the proxy that sent them.
    base = base_of(page, LexborHTMLParser(text)) if page.first else page.listing.url
    if page.request.method == "POST":
        stated = _TOTAL_TAG.search(text)
        total = int(stated[1]) if stated else None
        following = _following(page.request, len(records), total)
    else:
        unit = max(_units(text), key=lambda unit: unit.total or 0, default=None)
        total = unit.total if unit else None
        following = _opening(page, unit) if unit else _next_group(page, text)
    links = [link for record in records if (link := _link(page, record, base))]
    links.extend(_array_links(page, text, base))
    if not links and following is None and (page.first or _begins(page.request)):
        raise ListingError(page.request.url, "holds no Hanweb record and no parameters to ask with")
    return ListingPage(links=tuple(links), next=following, total=total)


def _records(text: str) -> list[str]:
    """Return the HTML of each ``<record>``; cut by hand, so that a missing end costs no time."""
    found = []
    for piece in text.split("<record>")[1:]:
        record = piece.partition("</record>")[0].strip()
        found.append(record.removeprefix("<![CDATA[").removesuffix("]]>").strip())
    return found


def _link(page: Page, record: str, base: str) -> Link | None:
    """Return the link of one record, or None where it has none."""
    # Outside a table an HTML parser drops the elements of its rows.
    html = f"<table>{record}</table>" if record.startswith(("<tr", "<td")) else record
    body = LexborHTMLParser(f"<div>{html}</div>").css_first("div")
    return read_item(page, body, base) if body is not None else None


def _array_links(page: Page, text: str, base: str) -> Iterator[Link]:
    """Return the links of the array variant: ``urls[i]='…'; headers[i]='…'; year[i]='2024'``."""
    rows: dict[str, dict[str, str]] = {}
    for name, index, single, double in _ARRAY.findall(text):
        rows.setdefault(index, {})[name] = single or double
    for row in rows.values():
        if url := page.address(row.get("urls", ""), base):
            date = "-".join(row[part] for part in ("year", "month", "day") if row.get(part))
            yield Link(url=url, title=row.get("headers", ""), date=date)


def _units(text: str) -> Iterator[_Unit]:
    """Return the lists that a page's scripts set up."""
    calls = list(_JPAGE.finditer(text))
    settings: dict[str, str] = {}
    for call, after in itertools.zip_longest(calls, calls[1:]):
        told = text[call.end() : after.start() if after else len(text)]
        # The same list is set up again for its search form, with another total and no records.
        if "dataStore" in told or call[1] not in settings:
            settings[call[1]] = told
    for name, fields in _PARAMETERS.findall(text):
        told = settings.get(name, "")
        # The first of a key counts: what follows the call belongs to other scripts.
        options = dict(reversed(_fields(told)))
        inside = re.search(rf"""id\s*=\s*["']?{name}["']?[^>]*>""", text)
        store = text[inside.end() :].partition("</datastore>")[0] if inside else text
        yield _Unit(
            form=tuple(_fields(fields)),
            proxy=options.get("proxyUrl", _PROXY),
            held=store.count("<record>"),
            total=_whole(options.get("totalRecord", "")),
            size=_whole(options.get("perPage", "")) or 15,
            group=_whole(options.get("groupSize", "")) or 3,
        )


def _fields(script: str) -> list[tuple[str, str]]:
    """Return the keys and values of a JavaScript object of plain values, in order."""
    return [(key, a or b or c) for key, a, b, c in _FIELD.findall(script)]


def _whole(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 10 else None


def _opening(page: Page, unit: _Unit) -> PageRequest | None:
    """Return the first request to the proxy: for the records after those in the page."""
    if unit.total is not None and unit.held >= unit.total:
        return None
    window = unit.size * unit.group
    first = PageRequest(url=page.address(unit.proxy), method="POST", form=unit.form)
    return _asking(first, unit.held + 1, unit.held + window, unit.size)


def _following(request: PageRequest, count: int, total: int | None) -> PageRequest | None:
    """Return the request after the one that brought ``count`` records, or None at the end."""
    asked = dict(parse_qsl(urlsplit(request.url).query))
    start, end = _whole(asked.get("startrecord", "")), _whole(asked.get("endrecord", ""))
    if start is None or end is None or not count:
        return None
    # Counted from what came: a proxy may send less than it was asked for.
    after = start + count
    if total is not None and after > total:
        return None
    size = _whole(asked.get("perpage", "")) or count
    return _asking(request, after, after + end - start, size)


def _begins(request: PageRequest) -> bool:
    """Tell whether a request asks for the first records."""
    return ("startrecord", "1") in parse_qsl(urlsplit(request.url).query)


def _next_group(page: Page, text: str) -> PageRequest | None:
    """Return the request that the records' own link names: pages without a script have it."""
    found = _NEXT_GROUP.search(text)
    url = page.address(found[1]) if found else ""
    return PageRequest(url=url) if url else None


def _asking(request: PageRequest, start: int, end: int, size: int) -> PageRequest:
    """Return a request for the records ``start`` to ``end``, counted from 1."""
    window = urlencode({"startrecord": start, "endrecord": end, "perpage": size})
    return replace(request, url=f"{request.url.partition('?')[0]}?{window}")
