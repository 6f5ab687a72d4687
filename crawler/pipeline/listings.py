"""Listing → links, remembered by the frontier."""

import hashlib
from collections.abc import Collection, Sequence

from archive import Capture
from crawler.errors import CrawlError
from crawler.pipeline import due, observe
from crawler.pipeline.state import Pass, validators_of
from crawler.reading import read_links
from crawler.records import Listing, ListingPage, PageRequest, Validators

#: Sitemap indexes inside sitemap indexes are followed so far (sitemaps.org knows one level).
DEPTH = 3


async def visit(this: Pass, listing: Listing) -> None:
    """Read a listing page by page until nothing new comes.

    Its validators are kept only once all its links are: a crash costs one repeated look.
    """
    now, frontier = this.stages.now(), this.stages.frontier
    known = frontier.listings.known(listing.url)
    if this.due_only and known.visited and known.visited + listing.every > now:
        this.next_look.append(known.visited + listing.every)
        return
    this.next_look.append(now + listing.every)
    deep = this.deep or known.visits % this.stages.full_every == 0
    request = PageRequest(url=listing.url)
    named = known.named
    try:
        first = await this.fetch(request, Validators() if deep else known.validators)
        sha256 = hashlib.sha256(first.body).hexdigest()
        if first.status == 304 or (sha256 == known.sha256 and not deep):
            this.found.update(frontier.listings.links(listing.url))
            sha256 = known.sha256
        else:
            named = await _follow(this, listing, request, first, deep=deep)
            await _note_left(this, known.named, named)
    except CrawlError as error:
        this.fail(error, listing.url)
        observe.failed(this, listing, error)
        return
    seen = validators_of(first) if first.status == 200 else known.validators
    frontier.listings.note(this.source.id, listing.url, seen, sha256, named=named, now=now)
    observe.looked(this, listing)


async def _note_left(this: Pass, before: Sequence[str], named: Sequence[str]) -> None:
    """Note what left a listing, and have it looked at: that is how takedowns often begin."""
    gone_on = left_out(before, named)
    now = this.stages.now()
    this.stages.frontier.links.hasten(dict.fromkeys(gone_on, (now, "left")))
    if before != named:
        await this.stages.writer.listed(named, gone_on)


def left_out(before: Sequence[str], named: Collection[str]) -> list[str]:
    """Return what a listing named before and now passes over.

    That is what is missing while something that stood below it is still there; what stood at the
    end may just have made room for what is new.
    """
    there_now = frozenset(named)  # a sitemap may name fifty thousand
    stays = [url in there_now for url in before]
    last = max((place for place, there in enumerate(stays) if there), default=0)
    return [url for url, there in zip(before[:last], stays, strict=False) if not there]


async def _follow(
    this: Pass, listing: Listing, request: PageRequest, first: Capture, *, deep: bool
) -> tuple[str, ...]:
    """Read a listing from its first page on, as far as it is allowed and worth it.

    Returns what the first page names.
    """
    asked, waiting = {request}, [(request, first, 0)]
    named: tuple[str, ...] = ()
    while waiting:
        request, capture, depth = waiting.pop(0)
        page: ListingPage = await this.stages.sandbox.run(
            request.url, read_links, capture, request, listing, this.reader
        )
        named = named or tuple(link.url for link in page.links)
        this.found.update(link.url for link in page.links)
        due.heed(this, listing.url, page.links)
        new = this.stages.frontier.links.add(
            this.source.id, listing.url, listing.category, page.links, now=this.stages.now()
        )
        observe.page(this, listing, page, new)
        # A page of known links ends the walk, but now and then we read on: backdated notices are
        # inserted deep in a listing (juriscraper #1361).
        onward = [(page.next, depth)] if page.next and (new or deep) else []
        onward += [(child, depth + 1) for child in page.children]
        for after, below in onward:
            if len(asked) < listing.pages and below <= DEPTH and after not in asked and this.going:
                asked.add(after)
                waiting.append((after, await this.fetch(after, Validators()), below))
    return named
