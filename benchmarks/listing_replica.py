"""The listings of the replica portal, read without rules from the first page to the last.

Every listing is declared as plain HTML, whatever its system, and walked by the next page that the
reader finds.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from http.client import HTTPResponse
from urllib.parse import urlencode
from urllib.request import Request, urlopen
from zoneinfo import ZoneInfo

from crawler.dates import read_moment
from crawler.listing import read_listing
from crawler.listing.years import by_order
from crawler.records import Link, Listing, PageRequest, Source
from crawler.replica import Portal, Site
from crawler.replica.records import Listing as Column
from crawler.urls import canonical

#: Pages of one listing, however long it is.
_MOST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """How one listing was read."""

    site: str
    family: str
    column: str
    expected: int
    found: int
    named: int
    dated: int
    pages: int
    #: pages and entries by the listing's own word
    stated: int | None
    total: int | None


def walks(size: int = 120, seed: int = 7) -> Iterator[Walk]:
    """Yield what became of each HTML listing of a portal of ``size`` articles."""
    with Portal(size=size, seed=seed, now=datetime(2026, 3, 20, tzinfo=UTC)) as portal:
        for site in portal.sites:
            for column in site.listings:
                if column.kind in ("html", "hanweb"):
                    yield _walk(portal, site, column)


def _walk(portal: Portal, site: Site, column: Column) -> Walk:
    listing = Listing(url=column.url)
    source = Source(id=site.id, name="", address=site.address, zone=site.zone, listings=(listing,))
    zone = ZoneInfo(site.zone)
    seen = datetime(2026, 3, 20, tzinfo=zone)
    request: PageRequest | None = PageRequest(url=column.url)
    links: dict[str, Link] = {}
    pages, stated, total = 0, None, None
    while request is not None and pages < _MOST:
        body, content_type = _ask(request)
        page = read_listing(body, content_type, request, listing, source=source)
        for link in page.links:
            links.setdefault(link.url, link)
        pages, request = pages + 1, page.next
        stated, total = stated or page.pages, total or page.total
    links = {link.url: link for link in by_order(tuple(links.values()), seen)}
    days = {
        canonical(truth.url): truth.published.astimezone(zone).date()
        for truth in portal.truth()
        if truth.site == site.id and truth.category == column.category
    }
    found = days.keys() & links.keys()
    moments = {url: read_moment(links[url].date, seen=seen) for url in found if links[url].date}
    return Walk(
        site=site.id,
        family=site.family,
        column=column.category,
        expected=len(days),
        found=len(found),
        named=len(links),
        dated=sum(bool(m) and m.day == days[url] for url, m in moments.items() if m),
        pages=pages,
        stated=stated,
        total=total,
    )


def _ask(request: PageRequest) -> tuple[bytes, str]:
    data = urlencode(request.form).encode() if request.method == "POST" else None
    asked = Request(request.url, data=data, method=request.method)  # noqa: S310 - our own portal
    answer: HTTPResponse
    with urlopen(asked, timeout=30) as answer:  # noqa: S310
        return answer.read(), answer.headers.get("content-type", "")
