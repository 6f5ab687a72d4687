"""Articles as an Atom feed (RFC 4287), with nothing in it that acts and ids that never change."""

import hashlib
import json
import re
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.etree.ElementTree import Element, SubElement, tostring

from archive.records import Stored
from archive.rows import moment, stamp, stored_of
from archive.sanitise import clean_html

_NAMESPACE = "http://www.w3.org/2005/Atom"
#: The page said what it says now since then: rereadings are no edits of it.
_ENTRIES = """
    SELECT articles.*, (
        SELECT max(fetched_at) FROM revisions WHERE article_id = articles.id AND reading = 0
    ) AS updated
    FROM articles WHERE id IN (SELECT value FROM json_each(?))
"""
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An article of a feed, and since when it says what it says."""

    stored: Stored
    updated: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """The newest articles of a search."""

    title: str
    #: what tells the search from others; its digest is the id of the feed
    asked: str
    #: address of the feed, and of the page that shows the same
    own: str
    page: str
    entries: tuple[Entry, ...]


def entries(conn: sqlite3.Connection, ids: Sequence[int]) -> Iterator[Entry]:
    """Yield the articles ``ids`` in that order; one that was deleted meanwhile is left out."""
    rows = {row["id"]: row for row in conn.execute(_ENTRIES, (json.dumps(ids),))}
    for id_ in ids:
        if row := rows.get(id_):
            stored = stored_of(row)
            updated = moment(row["updated"]) if row["updated"] else stored.first_seen
            yield Entry(stored=stored, updated=updated)


def as_atom(feed: Feed, root: str) -> str:
    """Return the feed as XML; ``root`` is the address of our pages of articles without the id."""
    top = Element("feed", {"xmlns": _NAMESPACE})
    _add(top, "title", feed.title)
    _add(top, "id", f"urn:gazette:search:{hashlib.sha256(feed.asked.encode()).hexdigest()}")
    nothing = datetime(2000, 1, 1, tzinfo=UTC)
    newest = max((entry.updated for entry in feed.entries), default=nothing)
    _add(top, "updated", stamp(newest))
    SubElement(top, "link", {"rel": "self", "type": "application/atom+xml", "href": _xml(feed.own)})
    SubElement(top, "link", {"rel": "alternate", "type": "text/html", "href": _xml(feed.page)})
    _add(SubElement(top, "author"), "name", "Gazette")
    _add(top, "generator", "Gazette")
    for entry in feed.entries:
        top.append(_entry(entry, root))
    return '<?xml version="1.0" encoding="utf-8"?>\n' + tostring(top, encoding="unicode")


def _entry(entry: Entry, root: str) -> Element:
    article = entry.stored.article
    top = Element("entry", {"xml:lang": _xml(article.lang)} if article.lang else {})
    _add(top, "title", article.title or "—")
    # The address can be asked of two archives and is one thing to a reader of both.
    _add(top, "id", article.url if ":" in article.url else f"urn:gazette:article:{entry.stored.id}")
    _add(top, "updated", stamp(entry.updated))
    if article.published:
        _add(top, "published", stamp(article.published))
    signed = article.author or article.origin or article.issuer or article.channel or article.source
    _add(SubElement(top, "author"), "name", signed)
    page = f"{root}{entry.stored.id}"
    SubElement(top, "link", {"rel": "alternate", "type": "text/html", "href": _xml(page)})
    if article.url.startswith(("https://", "http://")):
        SubElement(top, "link", {"rel": "via", "href": _xml(article.url)})
    for category in article.categories:
        SubElement(top, "category", {"term": _xml(category)})
    _add(top, "content", clean_html(article.html)).set("type", "html")
    return top


def _add(parent: Element, name: str, text: str) -> Element:
    made = SubElement(parent, name)
    made.text = _xml(text)
    return made


def _xml(text: str) -> str:
    return _NO_XML.sub("", text)
