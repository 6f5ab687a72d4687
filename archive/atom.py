"""Articles as Atom (RFC 4287): ids that never change, and nothing in it that acts."""

import re
from collections.abc import Sequence
from datetime import datetime
from xml.etree.ElementTree import Element, SubElement, tostring

from archive.records import Stored
from archive.rows import stamp
from archive.sanitise import clean_html

_NAMESPACE = "http://www.w3.org/2005/Atom"
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def atom_feed(
    title: str,
    id_: str,
    updated: datetime,
    *,
    own: str = "",
    page: str = "",
    entries: Sequence[Element] = (),
) -> str:
    """Return a feed as XML; ``own`` is its address, ``page`` that of what shows the same."""
    top = Element("feed", {"xmlns": _NAMESPACE})
    _add(top, "title", title)
    _add(top, "id", id_)
    _add(top, "updated", stamp(updated))
    _link(top, "self", "application/atom+xml", own)
    _link(top, "alternate", "text/html", page)
    _add(SubElement(top, "author"), "name", "Gazette")
    _add(top, "generator", "Gazette")
    top.extend(entries)
    written = tostring(top, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{written}\n'


def atom_entry(stored: Stored, updated: datetime, *, page: str = "", summary: str = "") -> Element:
    """Return an article as an entry that changed at ``updated``.

    It leads to ``page`` where there is one of ours, and to the article's own address otherwise.
    """
    article = stored.article
    top = Element("entry", {"xml:lang": _xml(article.lang)} if article.lang else {})
    _add(top, "title", article.title or "—")
    # The address can be asked of two archives and is one thing to a reader of both.
    _add(top, "id", article.url if ":" in article.url else f"urn:gazette:article:{stored.id}")
    _add(top, "updated", stamp(updated))
    if article.published:
        _add(top, "published", stamp(article.published))
    signed = article.author or article.origin or article.issuer or article.channel or article.source
    _add(SubElement(top, "author"), "name", signed)
    address = article.url if article.url.startswith(("https://", "http://")) else ""
    _link(top, "alternate", "text/html", page or address)
    _link(top, "via", "text/html", address if page else "")
    for category in article.categories:
        SubElement(top, "category", {"term": _xml(category)})
    if summary:
        _add(top, "summary", summary)
    _add(top, "content", clean_html(article.html)).set("type", "html")
    return top


def _link(parent: Element, relation: str, kind: str, address: str) -> None:
    if address:
        SubElement(parent, "link", {"rel": relation, "type": kind, "href": _xml(address)})


def _add(parent: Element, name: str, text: str) -> Element:
    made = SubElement(parent, name)
    made.text = _xml(text)
    return made


def _xml(text: str) -> str:
    return _NO_XML.sub("", text)
