"""Reads sitemaps, sitemap indexes and news sitemaps (sitemaps.org), packed or not, as a stream.

Hardened: nothing is declared, fetched or expanded, nesting is shallow by definition, and what is
held is bounded by the protocol's own limits. The interpreter's expat (2.4.1 or newer) guards
against amplification besides.
"""

import codecs
import itertools
import re
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Never
from xml.parsers import expat

from crawler.errors import ListingError
from crawler.listing.page import Page
from crawler.records import Link, ListingPage, PageRequest

#: Limits of the protocol: addresses in a file, bytes of a file unpacked.
MOST_ENTRIES, MOST_BYTES = 50_000, 50 << 20

#: Elements deep; a news or image sitemap has five.
_DEEPEST = 32

#: Characters of one value that are kept.
_LONGEST = 4096

_STEP = 1 << 16
_DECLARED = re.compile(rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.-]+)["']""")

#: Where a value stands: the element around it and its own, prefixes left out.
_VALUES = {
    ("url", "loc"): "url",
    ("sitemap", "loc"): "url",
    ("url", "lastmod"): "changed",
    ("sitemap", "lastmod"): "changed",
    ("news", "title"): "title",
    ("news", "publication_date"): "published",
}

Entry = dict[str, str]


def read_sitemap(page: Page) -> ListingPage:
    """Return the addresses of a sitemap, or the sitemaps of an index; newest first."""
    reader = _Reader(page.request.url)
    try:
        reader.read(page)
    except (expat.ExpatError, zlib.error, ValueError) as error:
        raise ListingError(page.request.url, f"is no well-formed sitemap: {error}") from error
    entries = sorted(reader.entries, key=_moment, reverse=True)
    if reader.root == "sitemapindex":
        urls = [page.address(entry.get("url", "")) for entry in entries]
        own = dict.fromkeys(url for url in urls if url and page.own(url))
        own.pop(page.address(page.request.url), None)
        return ListingPage(links=(), children=tuple(PageRequest(url=url) for url in own))
    if reader.root != "urlset":
        raise ListingError(page.request.url, f"is no sitemap: its root is <{reader.root}>")
    return ListingPage(
        links=tuple(
            Link(
                url=url,
                title=entry.get("title", ""),
                date=entry.get("published") or entry.get("changed", ""),
                modified=entry.get("changed", ""),
            )
            for entry in entries
            if (url := page.address(entry.get("url", "")))
        )
    )


def _moment(entry: Entry) -> tuple[bool, datetime]:
    """Return a key that puts the newest last and what has no date, or a false one, first."""
    try:
        at = datetime.fromisoformat(entry.get("published") or entry["changed"])
    except (KeyError, ValueError):
        return False, datetime.min.replace(tzinfo=UTC)
    return True, at if at.tzinfo else at.replace(tzinfo=UTC)


class _Reader:
    """Collects the entries of a sitemap while expat walks through it."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.root = ""
        self.entries: list[Entry] = []
        self._path: list[str] = []
        self._entry: Entry = {}
        #: the value being read, and its text so far
        self._name: str | None = None
        self._text = ""

    def read(self, page: Page) -> None:
        """Walk through a sitemap; raises ListingError, ExpatError, zlib.error or ValueError."""
        encoding, chunks = _readable(_unpacked(page))
        parser = expat.ParserCreate(encoding)
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parser.EntityDeclHandler = self._refuse
        for chunk in chunks:
            parser.Parse(chunk)
            if len(self.entries) >= MOST_ENTRIES:
                del self.entries[MOST_ENTRIES:]
                return
        parser.Parse(b"", True)

    def _start(self, name: str, _attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        self.root = self.root or local
        around = self._path[-1] if self._path else ""
        self._path.append(local)
        if len(self._path) > _DEEPEST:
            raise ListingError(self.url, f"is nested more than {_DEEPEST} deep")
        if local in ("url", "sitemap"):
            self._entry = {}
        self._name, self._text = _VALUES.get((around, local)), ""

    def _characters(self, text: str) -> None:
        if self._name is not None:
            self._text = (self._text + text)[:_LONGEST]

    def _end(self, _name: str) -> None:
        local = self._path.pop()
        if self._name is not None:
            self._entry[self._name] = self._text.strip()
            self._name = None
        if local in ("url", "sitemap"):
            self.entries.append(self._entry)

    def _refuse(self, *_declaration: object) -> Never:
        raise ListingError(self.url, "declares entities, which no sitemap needs")


def _unpacked(page: Page) -> Iterator[bytes]:
    """Return the bytes of a sitemap piece by piece, gunzipped where it is packed."""
    body = page.body
    if not body.startswith(b"\x1f\x8b"):
        yield from (body[at : at + _STEP] for at in range(0, len(body), _STEP))
        return
    unpacker = zlib.decompressobj(31)
    size = 0
    while not unpacker.eof:
        piece = unpacker.decompress(body, _STEP)
        body = unpacker.unconsumed_tail
        size += len(piece)
        if size > MOST_BYTES:
            raise ListingError(page.request.url, f"unpacks to more than {MOST_BYTES >> 20} MiB")
        if not piece and not body:
            raise ListingError(page.request.url, "is a gzip file cut short")
        yield piece


def _readable(chunks: Iterator[bytes]) -> tuple[str | None, Iterator[bytes]]:
    """Return bytes that expat can read and the encoding to tell it, None for the file's own word.

    expat knows no encoding of more than one byte a character but Unicode's.
    """
    first = next(chunks, b"").lstrip()
    declared = _DECLARED.match(first.removeprefix(codecs.BOM_UTF8))
    name = declared[1].decode().lower() if declared else "utf-8"
    if not name.startswith(("gb", "big5", "euc", "shift")):
        return None, itertools.chain((first,), chunks)
    known = codecs.lookup("gb18030" if name.startswith("gb") else name).name
    texts = codecs.iterdecode(itertools.chain((first,), chunks), known, errors="replace")
    return "utf-8", (text.encode() for text in texts)
