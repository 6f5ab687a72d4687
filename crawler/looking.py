"""Looks at a site without storing anything: what a listing names, and its first article."""

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from urllib.parse import urlsplit

from archive import Capture
from crawler.errors import CrawlError, ListingError
from crawler.fetch import Fetcher
from crawler.reading import Reading, read_article, read_links
from crawler.records import Listing, ListingKind, ListingPage, Source
from crawler.sandbox import Sandbox
from crawler.settings import Settings
from crawler.whole import read_whole
from crawler.zones import zone_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What a dry run over one listing gave."""

    listing: Listing
    page: ListingPage | None = None
    #: what the first article's pages came to
    reading: Reading | None = None
    error: CrawlError | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Looker:
    """Asks a site for a page or two and stores nothing."""

    fetcher: Fetcher
    sandbox: Sandbox

    async def listing(self, source: Source, listing: Listing) -> Checked:
        """Read a listing's first page and the first article it names."""
        page = None
        try:
            asked = listing.request
            capture = await self.fetcher.fetch(
                asked.url,
                method=asked.method,
                form=asked.form,
                body=asked.body.encode(),
                delay=source.delay,
            )
            page = await self.links(capture, listing, source)
            reading = await self.reading(source, listing, page)
            return Checked(listing=listing, page=page, reading=reading)
        except CrawlError as error:
            return Checked(listing=listing, page=page, error=error)

    async def links(self, capture: Capture, listing: Listing, source: Source) -> ListingPage:
        """Read a fetched listing. Raises CrawlError."""
        page: ListingPage = await self.sandbox.run(
            listing.url, read_links, capture, listing.request, listing, source
        )
        return page

    async def reading(self, source: Source, listing: Listing, page: ListingPage) -> Reading | None:
        """Read the first article of a page of links, all its pages. Raises CrawlError."""
        if not page.links:
            return None
        link, now, reader = page.links[0], datetime.now(UTC), replace(source, listings=())

        async def fetch(url: str) -> Capture:
            return await self.fetcher.fetch(url, delay=source.delay)

        async def read(pages: tuple[Capture, ...]) -> Reading:
            return await self.sandbox.run(
                link.url, read_article, pages, reader, listing.category, link, now
            )

        reading, _asked = await read_whole(await fetch(link.url), fetch, read)
        return reading


def guess_kind(body: bytes) -> tuple[ListingKind, ...]:
    """Return what an answer could be as a listing, the likeliest first."""
    head = body[:2000].lower()
    if b"<urlset" in head or b"<sitemapindex" in head:
        return (ListingKind.SITEMAP,)
    if b"<rss" in head or b"<feed" in head or b"<rdf:rdf" in head:
        return (ListingKind.FEED,)
    if b"<datastore" in body.lower():
        return (ListingKind.HANWEB, ListingKind.HTML)
    if body.lstrip()[:1] in (b"{", b"["):
        return (ListingKind.JSON,)
    return (ListingKind.HTML,)


async def look_at(url: str, settings: Settings) -> tuple[Source, Checked]:
    """Find out what kind of listing an address is, and try it. Raises CrawlError."""
    host = urlsplit(url).hostname or ""
    source = Source(
        id=re.sub(r"[^a-z0-9]+", "-", host.removeprefix("www.")).strip("-"),
        name=host,
        address=f"{urlsplit(url).scheme}://{urlsplit(url).netloc}/",
        zone=zone_of(url),
    )
    with Sandbox(settings.sandbox) as sandbox:
        async with Fetcher(settings.fetch, now=lambda: datetime.now(UTC)) as fetcher:
            look = Looker(fetcher=fetcher, sandbox=sandbox)
            capture = await fetcher.fetch(url)
            failed: CrawlError = ListingError(url, "no listing of any known kind")
            for kind in guess_kind(capture.body):
                listing = Listing(url=url, kind=kind)
                found = replace(source, listings=(listing,))
                try:
                    page = await look.links(capture, listing, found)
                    reading = await look.reading(found, listing, page)
                    return found, Checked(listing=listing, page=page, reading=reading)
                except CrawlError as error:
                    failed = error
            raise failed
