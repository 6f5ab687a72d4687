"""Reads RSS, RDF and Atom feeds, well-formed or not, in any charset.

The feed parser never resolves an entity; a feed that declares one is refused all the same, before
it is parsed. Dates are kept as the feed writes them: the parser would call a time without a zone
UTC, where it is the source's own.
"""

import html
import re

from fastfeedparser import parse  # type: ignore[import-untyped]
from selectolax.lexbor import LexborHTMLParser

from crawler.errors import ListingError
from crawler.listing.page import Page
from crawler.listing.rows import squeeze
from crawler.records import Link, ListingPage, PageRequest

_ROOT = re.compile(r"<(?:\w+:)?(?:rss|feed|rdf)\b", re.IGNORECASE)
_ENTRY = re.compile(r"<(?:\w+:)?(?:item|entry)(?=[\s>])", re.IGNORECASE)

_ENTRY_ENDS = re.compile(r"</(?:\w+:)?(?:item|entry)\s*>", re.IGNORECASE)
_LINK = re.compile(r"<(?:\w+:)?link\s[^<>]*>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""\b(rel|href)\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)


def _elements(*names: str) -> tuple[re.Pattern[str], ...]:
    return tuple(
        re.compile(rf"<(?:\w+:)?{name}(?:\s[^<>]*)?>\s*(?:<!\[CDATA\[)?([^<\]]+)", re.IGNORECASE)
        for name in names
    )


#: Dates of an entry, the day of its publication first.
_DATES = _elements("pubDate", "published", "issued", "date", "updated", "modified")
#: What tells of its last edit.
_EDITS = _elements("updated", "modified")

#: What may hold a bare ampersand by right, a reference, and an ampersand.
_AMPERSANDS = re.compile(r"<!\[CDATA\[.*?(?:\]\]>|\Z)|&(?:#?\w{1,32};)?", re.DOTALL)
_XML_OWN = ("&#", "&amp;", "&lt;", "&gt;", "&quot;", "&apos;")

#: Characters of a summary; some feeds put the whole article there.
_LONGEST = 500


def read_feed(page: Page) -> ListingPage:
    """Return the entries of a feed, in its order."""
    text, url = page.text(), page.request.url
    root = _ROOT.search(text)
    if root is None:
        raise ListingError(url, "is no RSS or Atom feed")
    if "<!entity" in text[: root.start()].lower():
        raise ListingError(url, "declares entities, which no feed needs")
    text = _AMPERSANDS.sub(_mend, text[root.start() :])
    try:
        # Bytes, never text: the parser would fetch a text that begins like an address.
        feed = parse(text.encode("utf-8", "replace"), include_content=False, include_tags=False)
    except ValueError as error:
        raise ListingError(url, f"cannot be read as a feed: {error}") from error
    entries, dates = feed["entries"], _dates(text)
    if len(dates) != len(entries):
        # Something inside an entry looks like one: which date is whose cannot be told.
        dates = [("", "")] * len(entries)
    return ListingPage(
        links=tuple(
            Link(
                url=address,
                title=_plain(entry.get("title", "")),
                date=date,
                summary=_plain(entry.get("description", ""))[:_LONGEST],
                modified=edited,
            )
            for entry, (date, edited) in zip(entries, dates, strict=True)
            if (address := page.address(entry.get("link") or entry.get("id", "")))
        ),
        next=_further(page, text),
    )


def _further(page: Page, text: str) -> PageRequest | None:
    """Return the document with the entries before these, where the feed names one (RFC 5005).

    An archived feed goes before pages: it is made once and does not change.
    """
    first = _ENTRY.search(text)
    ends = [found.end() for found in _ENTRY_ENDS.finditer(text)]
    around = text[: first.start()] + text[ends[-1] :] if first and ends else text
    told: dict[str, str] = {}
    for link in _LINK.finditer(around):
        said = {name.lower(): one or two for name, one, two in _ATTRIBUTE.findall(link[0])}
        for relation in said.get("rel", "").lower().split():
            told.setdefault(relation, html.unescape(said.get("href", "")))
    here = page.address(page.request.url)
    for relation in ("prev-archive", "next"):
        url = page.address(told.get(relation, ""))
        if url and url != here and page.own(url):
            return PageRequest(url=url)
    return None


def _mend(found: re.Match[str]) -> str:
    """Return what XML allows instead of an ampersand in an address, or an entity of HTML's."""
    text = found.group()
    if text.startswith(("<", *_XML_OWN)):
        return text
    return html.unescape(text).replace("&", "&amp;")


def _dates(text: str) -> list[tuple[str, str]]:
    """Return the date and the last edit of each entry as written, "" where it has none."""
    entries = _ENTRY.split(text)[1:]
    return [(_first(_DATES, entry), _first(_EDITS, entry)) for entry in entries]


def _first(patterns: tuple[re.Pattern[str], ...], entry: str) -> str:
    for pattern in patterns:
        if found := pattern.search(entry):
            return squeeze(found[1])
    return ""


def _plain(text: str) -> str:
    """Return a title or summary without the HTML that feeds wrap it in."""
    if "<" in text or "&" in text:
        text = LexborHTMLParser(text).text(separator=" ")
    return squeeze(text)
