"""What a reader of listings is given, and which addresses it may name."""

import re
from dataclasses import dataclass
from functools import lru_cache

from crawler.charset import decode
from crawler.records import Listing, PageRequest, Source
from crawler.urls import address_of, host_of

#: The host of an address, as a page writes it.
_HOSTS = re.compile(r"""["'(=\s]\s*(?:https?:)?//([\w-]+(?:\.[\w-]+)+)""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page of a listing as the server sent it, with what it is read for."""

    body: bytes
    content_type: str
    #: what was asked for to get it
    request: PageRequest
    listing: Listing
    source: Source

    @property
    def first(self) -> bool:
        """Tell whether this is the page the listing begins with."""
        return self.request == self.listing.request

    def text(self) -> str:
        """Return the body as text."""
        return decode(self.body, self.content_type, self.source.charset).text

    def address(self, href: str, base: str = "") -> str:
        """Return the canonical form of a reference found on the page, "" where it is none."""
        if not href or href.startswith(("#", "javascript:", "mailto:", "data:", "tel:")):
            return ""
        return address_of(href, base or self.request.url)

    def own(self, url: str) -> bool:
        """Tell whether an address lies on one of the source's own hosts."""
        return _host(url.partition("://")[2].partition("/")[0]) in own_hosts(
            self.source, self.listing
        )

    def admits(self, url: str) -> bool:
        """Tell whether an address may be an article of the source."""
        return self.own(url) and self.source.allows(url)


@lru_cache(maxsize=1024)
def _host(place: str) -> str:
    """Return the host of what stands between an address's scheme and its path."""
    return host_of(f"https://{place}/")


@lru_cache(maxsize=16)
def own_hosts(source: Source, listing: Listing) -> frozenset[str]:
    """Return the hosts whose pages count as the source's; each is meant exactly."""
    return frozenset({host_of(source.address), host_of(listing.url), *source.hosts})


def hosts_named(text: str) -> tuple[str, ...]:
    """Return every host that the addresses of a page name, in the order of their names."""
    return tuple(sorted({host.lower() for host in _HOSTS.findall(text)}))
