"""The feed of a saved search (Atom, RFC 4287): pure text, and a file that is never half written."""

import hashlib
import os
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from xml.etree.ElementTree import Element, SubElement, tostring

from archive import Stored, clean_html, passage
from crawler.watch.records import Noted, Watch, WatchError

#: Entries that a feed holds.
MOST = 100

_NAMESPACE = "http://www.w3.org/2005/Atom"
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def digest_of(watch: Watch, entries: Sequence[tuple[Noted, Stored]]) -> str:
    """Return what is another whenever the feed would be."""
    return hashlib.sha256(repr((watch.key, watch.query, entries)).encode()).hexdigest()


def as_atom(watch: Watch, entries: Sequence[tuple[Noted, Stored]]) -> str:
    """Return the feed as XML, the entries in the order given.

    An entry is known by the article's address and dated by when it was found, so that neither
    changes however often the file is written.
    """
    top = Element("feed", {"xmlns": _NAMESPACE})
    _add(top, "title", f"{watch.name}: {watch.query}")
    _add(top, "id", f"urn:uuid:{watch.key}")
    _add(top, "updated", _stamp(max([watch.created, *(noted.at for noted, _stored in entries)])))
    _add(SubElement(top, "author"), "name", "Gazette")
    _add(top, "generator", "Gazette")
    for noted, stored in entries:
        top.append(_entry(noted, stored, watch.query))
    return '<?xml version="1.0" encoding="utf-8"?>\n' + tostring(top, encoding="unicode") + "\n"


def _entry(noted: Noted, stored: Stored, query: str) -> Element:
    article = stored.article
    top = Element("entry", {"xml:lang": _xml(article.lang)} if article.lang else {})
    _add(top, "title", article.title or "—")
    _add(top, "id", article.url if ":" in article.url else f"urn:gazette:article:{stored.id}")
    _add(top, "updated", _stamp(noted.at))
    if article.published:
        _add(top, "published", _stamp(article.published))
    signed = article.author or article.origin or article.issuer or article.channel or article.source
    _add(SubElement(top, "author"), "name", signed)
    if article.url.startswith(("https://", "http://")):
        href = _xml(article.url)
        SubElement(top, "link", {"rel": "alternate", "type": "text/html", "href": href})
    for category in article.categories:
        SubElement(top, "category", {"term": _xml(category)})
    _add(top, "summary", passage(stored, query))
    _add(top, "content", clean_html(article.html)).set("type", "html")
    return top


def write(path: Path, text: str) -> None:
    """Put ``text`` in the place of the file, so that a reader sees the one or the other, whole.

    Raises WatchError where something else than a feed stands there: it is never replaced.
    """
    if not is_free(path):
        raise WatchError(path.name, f"{path} is no feed, so it is not written over")
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    try:
        with part.open("wb") as file:
            file.write(text.encode())
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    handle = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def is_free(path: Path) -> bool:
    """Tell whether a feed may be written there: nothing is in the way, or a feed."""
    if not path.exists():
        return True
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return f'<feed xmlns="{_NAMESPACE}"'.encode() in file.read(200)


def _stamp(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _add(parent: Element, name: str, text: str) -> Element:
    made = SubElement(parent, name)
    made.text = _xml(text)
    return made


def _xml(text: str) -> str:
    return _NO_XML.sub("", text)
