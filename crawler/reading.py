"""From the bytes of a page to an article, or to the links of a listing; runs in the sandbox.

The stages know nothing of each other; this is the order in which a page passes them.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from archive import Article, Capture, text_of
from crawler.charset import decode
from crawler.errors import GoneError, ListingError
from crawler.extract import extract
from crawler.listing import read_listing
from crawler.listing.page import hosts_named
from crawler.listing.years import by_order
from crawler.normalise import normalise
from crawler.records import Draft, Link, Listing, ListingPage, PageRequest, Source
from crawler.signals import last_edit_of
from crawler.urls import canonical
from crawler.zones import zone_of

_TAG = re.compile("<[^<>]*>")
#: Fields that the last page may name where the first does not: who signs stands below the text.
SIGNED = ("written", "origin", "author", "editor", "issuer", "doc_number", "index_number")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What an article's pages came to."""

    article: Article
    #: what the witnesses said; the body itself left out
    draft: Draft
    #: canonical addresses of further pages that are not among the captures
    further: tuple[str, ...] = ()
    #: when the page says it was last edited
    edited: datetime | None = None


def read_draft(capture: Capture, source: Source) -> Draft:
    """Read a page but interpret nothing. Raises ExtractError or GoneError."""
    page = decode(capture.body, capture.header("content-type"), source.charset)
    return extract(page.text, capture.final_url, source.article)


def read_article(
    captures: tuple[Capture, ...], source: Source, category: str, link: Link | None, now: datetime
) -> Reading:
    """Turn the answers of an article's pages, the first one first, into one article.

    A further page that is gone, or repeats one before it, is left out. A source without a zone is
    read by the one of the address's country, or of the text's language. Raises ExtractError,
    NormaliseError or GoneError; where a further page cannot be read, nothing is.
    """
    first, *others = captures
    drafts = [read_draft(first, source), *_further_drafts(others, source)]
    draft = _signed(drafts)
    if not source.zone:
        letters = _TAG.sub("", draft.title[0].value + draft.body[0].value)
        source = replace(source, zone=zone_of(draft.url, letters))
    article = normalise(draft, source, now=now, category=category, link=link)
    if len(drafts) > 1:
        article = _joined(article, [normalise(d, source, now=now) for d in drafts[1:]])
    known = {address for c in captures for address in (c.url, c.final_url)}
    found = dict.fromkeys(canonical(address) for d in drafts for address in d.further)
    return Reading(
        article=replace(article, url=first.url),
        draft=replace(draft, body=tuple(replace(found, value="") for found in draft.body)),
        further=tuple(address for address in found if address not in known),
        edited=last_edit_of(draft.modified, article.zone, now),
    )


def _further_drafts(captures: Sequence[Capture], source: Source) -> list[Draft]:
    drafts = []
    for capture in captures:
        try:
            drafts.append(read_draft(capture, source))
        except GoneError:
            continue
    return drafts


def _signed(drafts: Sequence[Draft]) -> Draft:
    """Return the first page's draft, what the last page says of its fields put behind."""
    first, last = drafts[0], drafts[-1]
    if first is last:
        return first
    merged: dict[str, Any] = {}
    for name in SIGNED:
        merged[name] = tuple(dict.fromkeys((*getattr(first, name), *getattr(last, name))))
    return replace(first, **merged)


def _joined(article: Article, pages: Sequence[Article]) -> Article:
    """Return the article with the bodies of its further pages behind its own."""
    parts: dict[str, Article] = {}
    for part in (article, *pages):
        parts.setdefault(part.html, part)  # some sites answer with a page they have shown before
    html = "\n".join(part.html for part in parts.values())
    return replace(
        article,
        html=html,
        text=text_of(html),
        pictures=tuple(dict.fromkeys(p for part in parts.values() for p in part.pictures)),
        attachments=tuple({a.url: a for part in parts.values() for a in part.attachments}.values()),
    )


def read_links(
    capture: Capture, request: PageRequest, listing: Listing, source: Source
) -> ListingPage:
    """Turn the answer of a listing's address into its links, with the moment it was read.

    Raises ListingError.
    """
    content_type = capture.header("content-type")
    page = read_listing(capture.body, content_type, request, listing, source=source)
    here = capture.fetched_at.astimezone(ZoneInfo(source.zone))
    links = tuple(replace(link, seen=capture.fetched_at) for link in by_order(page.links, here))
    return replace(page, links=links)


def read_links_anywhere(capture: Capture, listing: Listing, source: Source) -> ListingPage:
    """Turn a listing into its links on whatever host, where no source says which are its own.

    Links to the listing's own host are taken first; those to any host that the page names where
    there are none, or none with a date. Raises ListingError.
    """
    request = PageRequest(url=listing.url)
    named = hosts_named(decode(capture.body, capture.header("content-type")).text)
    try:
        page = read_links(capture, request, listing, source)
    except ListingError:
        return read_links(capture, request, listing, replace(source, hosts=named))
    if page.next or any(link.date for link in page.links):
        return page
    wider = read_links(capture, request, listing, replace(source, hosts=named))
    return wider if any(link.date for link in wider.links) else page
