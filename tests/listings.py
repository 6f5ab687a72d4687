"""Reads listings for the tests: a source of one host, one listing, one page."""

from crawler.listing import read_listing
from crawler.records import (
    Listing,
    ListingKind,
    ListingPage,
    ListingRules,
    PageRequest,
    Source,
)

HOME = "https://www.example.gov.cn/"


def read(
    body: bytes | str,
    kind: ListingKind = ListingKind.HTML,
    *,
    url: str = HOME + "xwzx/index.html",
    request: PageRequest | None = None,
    rules: ListingRules | None = None,
    hosts: tuple[str, ...] = (),
    include: tuple[str, ...] = (),
    exclude: tuple[str, ...] = (),
    charset: str = "",
) -> ListingPage:
    """Return what the page of a listing at ``url`` says; ``request`` where it is a later page."""
    listing = Listing(url=url, kind=kind, rules=rules or ListingRules())
    source = Source(
        id="example",
        name="Example",
        address=HOME,
        hosts=hosts,
        include=include,
        exclude=exclude,
        charset=charset,
        listings=(listing,),
    )
    content = body.encode() if isinstance(body, str) else body
    return read_listing(content, "", request or PageRequest(url=url), listing, source=source)


def later(url: str) -> PageRequest:
    """Return the request for a later page of a listing."""
    return PageRequest(url=url)
