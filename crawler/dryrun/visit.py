"""Asks sites for a page or two of each listing and stores nothing: hosts side by side.

The fetcher sees to it that no host is asked for two things at a time.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime

from archive import Capture
from crawler.dryrun.diagnose import diagnose
from crawler.dryrun.records import Checked, Held, Looked, Survey
from crawler.dryrun.survey import survey
from crawler.errors import CrawlError, FetchError
from crawler.fetch import Fetcher
from crawler.reading import Reading, read_article, read_links
from crawler.records import Link, Listing, ListingPage, PageRequest, Source
from crawler.rendering import Browser
from crawler.sandbox import Sandbox
from crawler.settings import Settings
from crawler.whole import read_whole

#: Articles tried before a listing's articles count as unreadable: the first may be a file.
TRIES = 3

#: Redirects that are meant for good (RFC 9110, 15.4.2 and 15.4.9).
FOR_GOOD = frozenset({301, 308})


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Asks for listings and articles of sources."""

    fetcher: Fetcher
    sandbox: Sandbox
    browser: Browser
    now: Callable[[], datetime]

    async def check(self, source: Source, held: Mapping[str, Held]) -> Checked:
        """Look at every listing of a source, one after the other."""
        looks = [
            await self.look(source, listing, held.get(listing.url, Held()))
            for listing in source.listings
        ]
        return Checked(source=source, looks=tuple(looks))

    async def look(self, source: Source, listing: Listing, held: Held) -> Looked:
        """Look at a listing's first page and the first article on it that can be read."""
        look = Looked(listing=listing, held=held, at=self.now())
        try:
            capture, for_good = await self.page(listing.request, source)
            if listing.render:
                capture = await self.shown(capture, source)
        except CrawlError as error:
            return diagnose(replace(look, error=error), source)
        look = replace(look, final_url=capture.final_url, for_good=for_good)
        try:
            page = await self.links(capture, listing, source)
        except CrawlError as error:
            look = replace(look, error=error, survey=await self._survey(capture, listing, source))
            return diagnose(look, source)
        return diagnose(await self._articles(replace(look, page=page), source, page), source)

    async def _survey(self, capture: Capture, listing: Listing, source: Source) -> Survey | None:
        """Return what stands on a page that names nothing, None where even that is too much."""
        try:
            return await self.sandbox.run(listing.url, survey, capture, listing, source)
        except CrawlError:
            return None

    async def shown(self, capture: Capture, source: Source) -> Capture:
        """Return a listing's page as a browser shows it. Raises CrawlError."""

        async def ask(asked: PageRequest) -> Capture:
            return (await self.page(asked, source))[0]

        return await self.browser.render(capture, ask, source.charset)

    async def page(self, asked: PageRequest, source: Source) -> tuple[Capture, bool]:
        """Return what a request is answered, and whether all its redirects are for good.

        Raises FetchError.
        """
        hops: list[Capture] = []
        capture = await self.fetcher.fetch(
            asked.url,
            method=asked.method,
            form=asked.form,
            body=asked.body.encode(),
            delay=source.delay,
            hops=hops,
        )
        return capture, bool(hops) and all(hop.status in FOR_GOOD for hop in hops)

    async def links(self, capture: Capture, listing: Listing, source: Source) -> ListingPage:
        """Read a fetched listing. Raises CrawlError."""
        page: ListingPage = await self.sandbox.run(
            listing.url, read_links, capture, listing.request, listing, source
        )
        return page

    async def _articles(self, look: Looked, source: Source, page: ListingPage) -> Looked:
        """Read the first article that can be read, ``TRIES`` at most."""
        reader = replace(source, listings=())
        for link in page.links[:TRIES]:
            look = replace(look, tried=look.tried + 1, link=link)
            try:
                reading = await self.article(reader, look.listing, link)
            except CrawlError as error:
                look = replace(look, error=error)
                if isinstance(error, FetchError) and error.kind != "status":
                    break
                continue
            return replace(look, reading=reading, error=None)
        return look

    async def article(self, source: Source, listing: Listing, link: Link) -> Reading:
        """Read an article, all its pages. Raises CrawlError."""

        async def fetch(url: str) -> Capture:
            return await self.fetcher.fetch(url, delay=source.delay)

        async def read(pages: tuple[Capture, ...]) -> Reading:
            return await self.sandbox.run(
                link.url, read_article, pages, source, listing.category, link, self.now()
            )

        reading, _asked = await read_whole(await fetch(link.url), fetch, read)
        return reading


@asynccontextmanager
async def visiting(settings: Settings, now: Callable[[], datetime]) -> AsyncIterator[Visitor]:
    """Open what a visitor works with; close it in any case."""
    with Sandbox(settings.sandbox) as sandbox:
        async with Fetcher(settings.fetch, now=now) as fetcher:
            yield Visitor(
                fetcher=fetcher,
                sandbox=sandbox,
                browser=Browser(settings.browser, longest=settings.sandbox.max_input),
                now=now,
            )


async def check_all(
    chosen: tuple[Source, ...],
    settings: Settings,
    *,
    held: Mapping[str, Held],
    now: Callable[[], datetime],
    progress: Callable[[str], None] = lambda _: None,
) -> list[Checked]:
    """Look at the sources side by side, results in the order given.

    ``progress`` is told the id of each source when it is done.
    """
    places = asyncio.Semaphore(settings.daemon.concurrency)
    async with visiting(settings, now) as visitor:

        async def one(source: Source) -> Checked:
            async with places:
                checked = await visitor.check(source, held)
                progress(source.id)
                return checked

        return await asyncio.gather(*map(one, chosen))
