"""Reads the subscriptions of a feed reader (OPML 1.0 and 2.0); pure.

Such a file comes from a stranger: nothing in it is declared, fetched or expanded, it is as flat as
such files are, and what is held is bounded.
"""

from dataclasses import dataclass
from typing import Never
from xml.parsers import expat

from crawler.charset import decode
from crawler.discovery.naming import plain
from crawler.errors import ListingError
from crawler.urls import address_of

#: Bytes of a file, subscriptions in it, outlines inside each other.
MOST_BYTES, MOST_FEEDS, DEEPEST = 10 << 20, 5000, 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """One feed of a feed reader."""

    feed: str
    name: str = ""
    #: the page that the feed belongs to, or ""
    home: str = ""
    #: names of the groups it stands in, the outermost first
    groups: tuple[str, ...] = ()


def read_opml(body: bytes, name: str) -> tuple[Subscription, ...]:
    """Return the feeds of an OPML file in its order; one that has no address is left out.

    Raises ListingError, which names the file as ``name``.
    """
    if len(body) > MOST_BYTES:
        raise ListingError(name, f"is larger than {MOST_BYTES >> 20} MiB")
    reader = _Reader(name)
    try:
        reader.read(decode(body).text)
    except expat.ExpatError as error:
        raise ListingError(name, f"is no well-formed OPML: {error}") from error
    if reader.root != "opml":
        raise ListingError(name, f"is no OPML: its root is <{plain(reader.root)}>")
    return tuple(reader.found)


class _Reader:
    """Collects the feeds of a file while expat walks through it."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.root = ""
        self.found: list[Subscription] = []
        #: name of each outline we stand in, "" for one that is no group, and of other elements
        self._groups: list[str] = []

    def read(self, text: str) -> None:
        parser = expat.ParserCreate("utf-8")
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.EntityDeclHandler = self._refuse
        parser.Parse(text.encode("utf-8", "replace"), True)

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self.root = self.root or tag.lower()
        said = {name.lower(): value for name, value in attributes.items()}
        title = plain(said.get("text") or said.get("title") or "")
        feed = _address(said.get("xmlurl", ""))
        if tag.lower() == "outline" and feed:
            self._add(feed, title, _address(said.get("htmlurl", "")))
        self._groups.append(title if tag.lower() == "outline" and not feed else "")
        if len(self._groups) > DEEPEST:
            raise ListingError(self.name, f"is nested more than {DEEPEST} deep")

    def _add(self, feed: str, name: str, home: str) -> None:
        groups = tuple(dict.fromkeys(group for group in self._groups if group))
        self.found.append(Subscription(feed=feed, name=name, home=home, groups=groups))
        if len(self.found) > MOST_FEEDS:
            raise ListingError(self.name, f"names more than {MOST_FEEDS} feeds")

    def _end(self, _tag: str) -> None:
        self._groups.pop()

    def _refuse(self, *_declaration: object) -> Never:
        raise ListingError(self.name, "declares entities, which no OPML file needs")


def _address(said: str) -> str:
    """Return an address in its canonical form, "" for what is none."""
    said = said.strip()
    if said.lower().startswith("feed:"):
        said = said[5:] if "://" in said[5:] else f"http://{said[5:].lstrip('/')}"
    return address_of(said)
