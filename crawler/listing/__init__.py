"""From a page of a listing to the links it names and the page after it; pure.

A listing that names nothing is an error: silence is how a redesigned site, a list filled in by a
script, or a challenge page looks from here.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import replace

from crawler.errors import ListingError
from crawler.listing.answers import read_answer
from crawler.listing.feed import read_feed
from crawler.listing.hanweb import read_hanweb
from crawler.listing.html import read_html
from crawler.listing.jsonlist import read_json
from crawler.listing.page import Page
from crawler.listing.roots import root_of
from crawler.listing.sitemap import read_sitemap
from crawler.records import Link, Listing, ListingKind, ListingPage, PageRequest, Source

__all__ = ["READERS", "read_listing"]

#: One reader for each kind of listing. It returns every link it finds, on whatever host.
READERS: dict[ListingKind, Callable[[Page], ListingPage]] = {
    ListingKind.HTML: read_html,
    ListingKind.HANWEB: read_hanweb,
    ListingKind.FEED: read_feed,
    ListingKind.SITEMAP: read_sitemap,
    ListingKind.JSON: read_json,
}


def read_listing(
    body: bytes, content_type: str, request: PageRequest, listing: Listing, *, source: Source
) -> ListingPage:
    """Return the links of one page of a listing, each once, in the page's order.

    Only addresses on the source's own hosts that pass its patterns are named. Raises ListingError
    where the page cannot be read, or where the first page names no article and leads nowhere.
    """
    page = Page(
        body=body, content_type=content_type, request=request, listing=listing, source=source
    )
    found = READERS[_kind(page)](page)
    links = tuple(_distinct(link for link in found.links if page.admits(link.url)))
    # An index leads to its parts; a page may leave even its first records to a data proxy.
    posts = found.next is not None and found.next.method == "POST" and not found.links
    if not links and page.first and not found.children and not posts:
        raise ListingError(request.url, _silence(page, found), found.endpoints)
    return replace(found, links=links)


def _kind(page: Page) -> ListingKind:
    """Return the kind of a listing: what an HTML one without rules turns out to be."""
    listing, head = page.listing, page.body[:2000]
    if listing.kind is not ListingKind.HTML or listing.rules.item or listing.rules.link:
        return listing.kind
    if head[:64].lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"["):
        return ListingKind.HTML if read_answer(page.text()) is None else ListingKind.JSON
    # Tags are ASCII in whatever charset.
    if (root := root_of(head.decode("latin-1"))) in (ListingKind.FEED, ListingKind.SITEMAP):
        return root
    # Records in a script are no elements of the page: the rows would not be found.
    if b"<record>" in page.body and re.search(rb"<datastore>|dataproxy", page.body):
        return ListingKind.HANWEB
    return ListingKind.HTML


def _distinct(links: Iterable[Link]) -> Iterable[Link]:
    """Return each address once, with the first title, date and summary that were given for it."""
    known: dict[str, Link] = {}
    for link in links:
        first = known.setdefault(link.url, link)
        known[link.url] = replace(
            first,
            title=first.title or link.title,
            date=first.date or link.date,
            summary=first.summary or link.summary,
            modified=first.modified or link.modified,
        )
    return known.values()


def _silence(page: Page, found: ListingPage) -> str:
    """Return why no link is left, with the way out where there is one."""
    links = found.links
    if not links and found.endpoints:
        asked = found.endpoints[0]
        return f'names no article; its scripts ask {asked} for data: try that with kind = "json"'
    if not links:
        return "names no article"
    if any(page.own(link.url) for link in links):
        return f"all {len(links)} links are shut out by the source's include and exclude patterns"
    return f"all {len(links)} links lead to other hosts, for example {links[0].url}"
