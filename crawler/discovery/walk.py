"""Walks over a site to find what could be watched; stores nothing.

A home page's feeds and columns are tried, the likeliest first, one host at a time through the
Fetcher; from an article the walk leads up to its column. Whatever a site does, it ends: every
address is asked for once, and no more requests are sent than were allowed.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urljoin

from crawler.discovery import addresses
from crawler.discovery.asking import Pages, Seen, Show
from crawler.discovery.facts import hosts_of, language, site_of, source_of, with_family
from crawler.discovery.judging import is_good, is_listing, judged
from crawler.discovery.naming import id_of
from crawler.discovery.reasons import reason_of
from crawler.discovery.records import Candidate, Discovery, Nature, Site, Tried
from crawler.discovery.trying import Trials
from crawler.errors import CrawlError, FetchError, ListingError
from crawler.fetch import Fetcher
from crawler.records import ListingKind, Source
from crawler.sandbox import Sandbox
from crawler.settings import Settings
from crawler.sources.known import family_marks, watched
from crawler.urls import address_of, canonical, host_of, origin_of

#: Requests of one walk where nobody says otherwise.
MOST_REQUESTS = 30

#: Columns, feeds and sitemaps of a page that are tried.
_COLUMNS, _FEEDS, _SITEMAPS = 20, 3, 2
#: Ways up from an article that are tried.
_WAYS_UP = 6
#: Pages that only lead on, one after the other.
_ONWARD = 3
#: Steps from the home page down to a column.
_DEEPEST = 2


def _silent(_url: str, _requests: int) -> None:
    """Show nothing."""


async def discover(
    url: str,
    settings: Settings,
    config: Path,
    *,
    now: datetime,
    most: int = MOST_REQUESTS,
    show: Show = _silent,
) -> Discovery:
    """Return what can be watched at a site of which one address is known.

    ``config`` holds the families, and the sources that watch something already. What is expected
    to go wrong with a site is told in ``why``.
    """
    families = config / "families"
    with Sandbox(settings.sandbox) as sandbox:
        async with Fetcher(settings.fetch, now=lambda: datetime.now(UTC), most=most) as fetcher:
            pages = Pages(fetcher=fetcher, sandbox=sandbox, marks=family_marks(families), show=show)
            known = watched(config / "sources")
            walk = _Walk(pages=pages, trials=Trials(pages=pages, now=now, watched=known))
            site = Site(id=id_of(url), name=host_of(url) or url, address=url)
            found = Discovery(url=url, at=now, site=site)
            try:
                start = await walk.start(url)
            except CrawlError as error:
                return walk.told(found, error)
            await walk.walk(start)
            site = with_family(await site_of(start, pages), pages)
            found = replace(found, site=replace(site, hosts=hosts_of(walk.trials.tried, site)))
            return walk.told(await walk.judge(found, families, settings), pages.ended)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Walk:
    """One walk over one site."""

    pages: Pages
    trials: Trials

    async def start(self, url: str) -> Seen:
        """Return the page somebody named, or the one it only leads on to. Raises CrawlError."""
        seen = await self._first(url)
        for _ in range(_ONWARD):
            onward = seen.look.onward
            if not onward or canonical(onward) in self.pages.seen:
                break
            home = seen.look.nature is Nature.HOME
            seen = await self.pages.page(onward)
            if home:
                seen = replace(seen, look=replace(seen.look, nature=Nature.HOME))
        return seen

    async def _first(self, url: str) -> Seen:
        """Return the page of an address as somebody typed it. Raises CrawlError."""
        address = _address(url)
        try:
            return await self.pages.page(address)
        except FetchError as error:
            if "://" in url or error.kind not in ("connect", "tls", "timeout"):
                raise
            return await self.pages.page(address.replace("https:", "http:", 1))

    async def walk(self, start: Seen) -> None:
        """Try what there is, by what kind of page the walk starts from."""
        match start.look.nature:
            case Nature.FEED | Nature.SITEMAP:
                candidate = Candidate(url=start.url, name=start.look.title, points=1)
                await self.trials.attempt(candidate, wanted=True)
            case Nature.ARTICLE:
                await self._up_from(start)
            case Nature.HOME:
                await self._down_from(start)
            case Nature.PAGE:
                await self._around(start)

    async def _down_from(self, home: Seen) -> None:
        """Try what a home page, or a page like one, leads to."""
        for feed in home.look.feeds[:_FEEDS]:
            if self.pages.left():
                await self.trials.attempt(feed)
        waiting = [(candidate, 1) for candidate in home.look.columns]
        asked, columns = {home.url}, 0
        while waiting and columns < _COLUMNS and self.pages.left():
            # Sorting is stable: of equal ones the first found is the first.
            waiting.sort(key=lambda one: 3 * one[1] - one[0].points)
            candidate, depth = waiting.pop(0)
            if candidate.url in asked:
                continue
            asked.add(candidate.url)
            columns += 1
            one = await self.trials.column(candidate)
            below = self.pages.seen.get(candidate.url)
            if one and below and depth < _DEEPEST and not is_listing(one):
                waiting += [(c, depth + 1) for c in below.look.columns if c.url not in asked]
        await self._maps(home)
        await self.trials.attempt(Candidate(url=home.url))

    async def _maps(self, home: Seen) -> None:
        """Try the sitemaps that robots.txt names, or the usual one where nothing else was found."""
        named = self.pages.fetcher.sitemaps(home.url)[:_SITEMAPS]
        if not named and not any(is_good(one) for one in self.trials.tried.values()):
            named = (urljoin(home.url, "/sitemap.xml"),)
        for url in named:
            if self.pages.left() and (address := _own(url, home.url)):
                await self.trials.attempt(Candidate(url=address, kind=ListingKind.SITEMAP))

    async def _around(self, start: Seen) -> None:
        """Take the page somebody named for a column, or for the head of several."""
        one = await self.trials.column(_itself(start), wanted=True)
        if one is None or is_listing(one):
            return
        if is_good(one) and not start.look.columns:
            return
        self.trials.want(one, wanted=False)
        await self._down_from(start)

    async def _up_from(self, article: Seen) -> None:
        """Find the column of an article: by its breadcrumb, its folders, or from the home page."""
        folders = [Candidate(url=x, points=1) for x in addresses.folders_above(article.url)]
        for way in [*article.look.above, *folders][:_WAYS_UP]:
            one = await self.trials.column(way) if self.pages.left() else None
            if one is not None and self._holds(one, article):
                self.trials.want(one)
                return
        itself = None if article.look.said else await self.trials.column(_itself(article))
        if itself is not None and is_listing(itself):
            self.trials.want(itself)
            return
        try:
            home = await self.pages.page(f"{origin_of(article.url)}/")
        except CrawlError:
            return
        await self._down_from(home)
        columns = [x for x in self.trials.tried.values() if is_good(x) and not x.head]
        for sign in (_names, _is_called_so, _is_numbered_so):
            if found := [one for one in columns if sign(one, article)]:
                for one in found:
                    self.trials.want(one)
                return

    def _holds(self, one: Tried, article: Seen) -> bool:
        """Tell whether a page is the listing that an article stands in, or stood in once."""
        seen = self.pages.seen.get(one.listing.url)
        if seen is None or addresses.is_root(seen.url):
            return False
        return article.url in one.urls or is_listing(one)

    async def judge(self, found: Discovery, families: Path, settings: Settings) -> Discovery:
        """Return the finding with all that was tried, read as the source would, and judged."""
        source = source_of(found.site, families, settings)
        plainly = source
        if found.site.family:
            plainly = source_of(replace(found.site, family=""), families, settings)
        listings = await self.trials.reread(source, plainly)
        site = found.site
        if source is not plainly and _against(listings, source):
            source, site = plainly, replace(site, family="", marks=(0, 0))
            listings = await self.trials.reread(plainly, plainly)
        listings = await self.trials.sampled(listings, source)
        lang = language(site.lang, [s.lang for one in listings for s in one.samples])
        tried = judged(listings, found.at.date(), self.trials.watched)
        return replace(found, site=replace(site, lang=lang), tried=tried)

    def told(self, found: Discovery, error: CrawlError | None) -> Discovery:
        """Return the finding with what was spent on it, and why it is none if it is."""
        named = [url for one in found.tried for url in one.endpoints]
        endpoints = tuple(dict.fromkeys(named))[:10]
        found = replace(found, requests=self.pages.fetcher.requests, endpoints=endpoints)
        if found.good:
            return found
        looks = [seen.look for seen in self.pages.seen.values()]
        watching = tuple(dict.fromkeys(one.watched for one in found.tried if one.watched))
        why, hint = reason_of(error, looks, endpoints, watching, spent=not self.pages.left())
        return replace(found, why=why, hint=hint)


def _itself(seen: Seen) -> Candidate:
    """Return a page somebody named as the listing it may be."""
    return Candidate(url=seen.url, name=seen.look.column, points=1)


def _names(one: Tried, article: Seen) -> bool:
    return article.url in one.urls


def _is_called_so(one: Tried, article: Seen) -> bool:
    return bool(article.look.column) and article.look.column == one.candidate.name


def _is_numbered_so(one: Tried, article: Seen) -> bool:
    return addresses.share_a_number(one.listing.url, article.url)


def _against(listings: Iterable[Tried], source: Source) -> bool:
    """Tell whether a family's patterns shut out what the good listings of a site name."""
    good = [one for one in listings if is_good(one)]
    shut = [one for one in good if not any(_admits(source, url) for url in one.urls)]
    return 2 * len(shut) > len(good)


def _admits(source: Source, url: str) -> bool:
    return not source.include or any(re.search(pattern, url) for pattern in source.include)


def _address(url: str) -> str:
    """Return what somebody typed as an address: ``www.example.org`` is one, too.

    Raises ListingError for what is none.
    """
    try:
        return canonical(url.strip() if "://" in url else f"https://{url.strip()}")
    except ValueError as error:
        raise ListingError(url, "is no http or https address") from error


def _own(url: str, home: str) -> str:
    """Return the canonical form of an address of the same host, "" for any other."""
    address = address_of(url, home)
    return address if host_of(address) == host_of(home) else ""
