"""Addresses of RSSHub, and the pages they read: ``config/rsshub.toml``, a table that can be read.

RSSHub (rsshub.app and anybody's own) makes feeds of pages by hand-written rules. Whoever comes from
it has such addresses in a feed reader; here the page itself is watched.
"""

from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from crawler.errors import ConfigError, Fault
from crawler.sources.check import check
from crawler.sources.keys import Key, Schema, Table
from crawler.sources.kinds import ADDRESS, HOSTS, TEXT
from crawler.sources.text import read
from crawler.urls import canonical, host_of

SCHEMA: Schema = {
    "hosts": Key(kind=HOSTS),
    "routes": Table(
        keys={"route": Key(kind=TEXT, required=True), "page": Key(kind=ADDRESS, required=True)},
        repeated=True,
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Routes:
    """RSSHub's routes that are known, and where it is served."""

    hosts: frozenset[str] = frozenset()
    #: route → page; a ``*`` at the end of a route stands for what the page has in its place
    pages: dict[str, str] = field(default_factory=dict)

    def serves(self, feed: str) -> bool:
        """Tell whether an address is one of RSSHub's, as far as its host or path tells."""
        return host_of(feed) in self.hosts or bool(self.page_of(feed))

    def page_of(self, feed: str) -> str:
        """Return the page that an address of RSSHub reads, "" where that is not known."""
        route = urlsplit(feed).path.rstrip("/").removesuffix(".rss").removesuffix(".atom")
        if route in self.pages:
            return self.pages[route]
        # The longest first: /gov/a/b/* says more of /gov/a/b/c than /gov/a/*.
        for pattern in sorted(self.pages, key=len, reverse=True):
            stem = pattern.removesuffix("*")
            rest = route.removeprefix(stem)
            if stem != pattern and rest != route and rest and ".." not in rest:
                return canonical(self.pages[pattern].replace("*", rest, 1))
        return ""


def load_routes(config: Path) -> Routes:
    """Return what ``rsshub.toml`` says, nothing where it is absent; raises ConfigError."""
    path = config / "rsshub.toml"
    if not path.exists():
        return Routes()
    document = read(path)
    if isinstance(document, Fault):
        raise ConfigError((document,))
    values, faults = check(document, SCHEMA)
    if faults:
        raise ConfigError(tuple(faults))
    pages = {row["route"]: row["page"] for row in values.get("routes", ())}
    return Routes(hosts=frozenset(values.get("hosts", ())), pages=pages)
