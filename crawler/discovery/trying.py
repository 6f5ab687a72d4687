"""Tries candidates: reads a page as whatever kind of listing gives most, and articles of it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from archive import Article, Capture
from crawler.discovery import addresses
from crawler.discovery.asking import Pages, Seen
from crawler.discovery.judging import is_head, judged
from crawler.discovery.look import named_column
from crawler.discovery.naming import plain
from crawler.discovery.records import Candidate, Sample, Tried
from crawler.errors import CrawlError, ListingError
from crawler.listing.roots import root_of
from crawler.moments import listed_days
from crawler.reading import read_article, read_links
from crawler.records import Link, Listing, ListingKind, ListingPage, PageRequest, Source
from crawler.urls import origin_of

#: Articles that are read in all.
ARTICLES = 3

#: Addresses of data that are tried for one page.
_ENDPOINTS = 2

#: Characters of an article that are shown.
_WORDS = 200


@dataclass(slots=True, kw_only=True)
class Trials:
    """The candidates of one walk that were tried, by address."""

    pages: Pages
    now: datetime
    #: listing address → the source that watches it already
    watched: Mapping[str, str]
    tried: dict[str, Tried] = field(default_factory=dict)

    async def attempt(self, candidate: Candidate, *, wanted: bool = False) -> Tried | None:
        """Ask for a candidate and read it by no rules; None where nothing is asked any more."""
        try:
            seen = await self.pages.page(candidate.url)
        except CrawlError as error:
            if self.pages.ended is not None:
                return None
            listing = Listing(url=candidate.url, kind=candidate.kind)
            failed = Tried(candidate=candidate, listing=listing, error=error, wanted=wanted)
            return self.tried.setdefault(candidate.url, failed)
        if seen.url not in self.tried:
            one = await self._read(seen, replace(candidate, url=seen.url), _ruleless(seen))
            self.tried[seen.url] = replace(one, wanted=wanted, head=is_head(one, seen.look))
        return self.tried[seen.url]

    async def column(self, candidate: Candidate, *, wanted: bool = False) -> Tried | None:
        """Try a candidate, and where its page names no article the data it is filled from.

        One page may be filled from several lists; of a page that somebody named the first counts.
        """
        one = await self.attempt(candidate, wanted=wanted)
        if one is None or one.urls:
            return one
        filled: list[Tried] = []
        for url in one.endpoints[:_ENDPOINTS]:
            if self.pages.left():
                data = replace(candidate, url=url, kind=ListingKind.JSON)
                found = await self.attempt(data, wanted=wanted)
                if found is not None and found.urls:
                    filled.append(found)
            if wanted and filled:
                break
        return filled[0] if filled else one

    def want(self, one: Tried, *, wanted: bool = True) -> None:
        """Note that somebody asked for this very listing."""
        for url, known in self.tried.items():
            if known is one:
                self.tried[url] = replace(one, wanted=wanted)

    async def reread(self, source: Source, plainly: Source) -> list[Tried]:
        """Return all that was tried as the source would read it, its family known by now.

        Where the family's rules lose most of a listing, they are not the ones of this site.
        """
        return [await self._again(one, source, plainly) for one in self.tried.values()]

    async def _again(self, one: Tried, source: Source, plainly: Source) -> Tried:
        seen = self.pages.seen.get(one.listing.url)
        if seen is None:
            return one
        found = await self._read(seen, one.candidate, source)
        if source is not plainly:
            freely = await self._read(seen, one.candidate, plainly)
            found = freely if 2 * len(found.urls) < len(freely.urls) else found
        category = plain(one.candidate.name) or named_column(seen.look, source.name)
        return replace(
            found,
            wanted=one.wanted,
            head=one.head,
            listing=replace(found.listing, category=category),
        )

    async def _read(self, seen: Seen, candidate: Candidate, source: Source) -> Tried:
        kinds = guess_kind(seen.capture.body)
        # What a family says of all its listings stands in the one it was loaded with.
        usual = source.listings[0] if source.listings else Listing(url=seen.url)
        listings = [replace(usual, url=seen.url, kind=kind) for kind in kinds]
        found = [await self._read_as(seen.capture, x, candidate, source) for x in listings]
        return max(found, key=lambda one: len(one.urls))

    async def _read_as(
        self, capture: Capture, listing: Listing, candidate: Candidate, source: Source
    ) -> Tried:
        try:
            page = await self._links(capture, listing, source)
            if page.children:
                page = await self._newest_part(page, listing, source)
        except CrawlError as error:
            return Tried(candidate=candidate, listing=listing, error=error)
        newest = max(listed_days(page.links, source, self.now).values(), default=None)
        return Tried(candidate=candidate, listing=listing, page=page, newest=newest)

    async def _links(self, capture: Capture, listing: Listing, source: Source) -> ListingPage:
        page: ListingPage = await self.pages.sandbox.run(
            capture.url, read_links, capture, PageRequest(url=capture.url), listing, source
        )
        return page

    async def _newest_part(
        self, index: ListingPage, listing: Listing, source: Source
    ) -> ListingPage:
        """Return an index of sitemaps with the links of its newest part. Raises CrawlError."""
        url = index.children[0].url
        part = await self._links((await self.pages.page(url)).capture, listing, source)
        if not part.links:
            raise ListingError(url, "names no article")
        return replace(index, links=part.links)

    async def sampled(self, listings: Sequence[Tried], source: Source) -> list[Tried]:
        """Return the listings, the good ones with their newest articles, three in all."""
        good = [one for one in judged(listings, self.now.date(), self.watched) if one.good]
        rows = {one.listing.url: _readable(one) for one in good}
        turns = [(one, turn) for turn in range(ARTICLES) for one in good]
        turns = [(one, turn) for one, turn in turns if turn < len(rows[one.listing.url])][:ARTICLES]
        samples: dict[str, list[Sample]] = {}
        for one, turn in turns:
            link = rows[one.listing.url][turn]
            samples.setdefault(one.listing.url, []).append(await self._sample(link, one, source))
        return [replace(one, samples=tuple(samples.get(one.listing.url, ()))) for one in listings]

    async def _sample(self, link: Link, one: Tried, source: Source) -> Sample:
        reader = replace(source, listings=())
        try:
            capture = (await self.pages.page(link.url)).capture
            reading = await self.pages.sandbox.run(
                link.url, read_article, (capture,), reader, one.listing.category, link, self.now
            )
        except CrawlError as error:
            return Sample(url=link.url, title=link.title, error=error)
        return _told(reading.article)


def guess_kind(body: bytes) -> tuple[ListingKind, ...]:
    """Return what an answer could be as a listing."""
    root = root_of(body[:2000].decode("latin-1"))
    if root in (ListingKind.FEED, ListingKind.SITEMAP):
        return (root,)
    if re.match(rb"\s*(?:[\w.$]{1,60}\s*\(\s*)?[\[{]", body):
        return (ListingKind.JSON,)
    if b"<datastore" in body.lower():
        return (ListingKind.HANWEB, ListingKind.HTML)
    return (ListingKind.HTML,)


def _ruleless(seen: Seen) -> Source:
    return Source(
        id="x", name="", address=f"{origin_of(seen.url)}/", zone="UTC", hosts=seen.look.hosts
    )


def _readable(one: Tried) -> list[Link]:
    """Return the entries of a listing that lead to pages."""
    return [x for x in one.page.links if not addresses.is_file(x.url)] if one.page else []


def _told(article: Article) -> Sample:
    shown = article.published and article.published.astimezone(ZoneInfo(article.zone))
    return Sample(
        url=article.url,
        title=article.title,
        date=shown.date().isoformat() if shown else "",
        origin=article.origin or article.issuer,
        words=" ".join(article.text.split())[:_WORDS],
        lang=article.lang,
    )
