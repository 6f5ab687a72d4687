"""Listing → links, remembered by the frontier."""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from archive import Capture
from crawler import rhythm
from crawler.errors import CrawlError
from crawler.pipeline import due, looks, observe
from crawler.pipeline.state import Look, Pass, validators_of
from crawler.reading import read_links
from crawler.records import Known, Listing, ListingPage, PageRequest, Validators

#: Sitemap indexes inside sitemap indexes are followed so far (sitemaps.org knows one level).
DEPTH = 3
#: Where next to nothing is known on page after page, as after a long outage, so many times the
#: pages that a pass may read are read, until something is.
CATCH_UP = 10


@dataclass(slots=True, kw_only=True)
class _Read:
    """What the pages of a listing named, as far as they were read."""

    #: what the first page with entries names, in order
    named: tuple[str, ...] = ()
    #: new entries where new ones are looked for, on the first page and as far as it read on
    new: list[str] = field(default_factory=list)
    #: share of the first page that was known
    share: float = 1.0
    #: a sweep found what a look at the head would never have
    late: bool = False


async def visit(this: Pass, listing: Listing) -> None:
    """Read a listing page by page as far as something new may come.

    Its validators are kept only once all its links are: a crash costs one repeated look.
    """
    now, frontier = this.stages.now(), this.stages.frontier
    known = frontier.listings.known(listing.url)
    if this.due_only and (at := looks.next_of(known, listing, now)) > now:
        this.next_look[listing.url] = at
        return
    sweep = this.deep or rhythm.sweep_is_due(known.swept, known.vain, now)
    in_full = sweep or known.visits % this.stages.full_every == 0
    request = listing.request
    read = _Read(named=known.named)
    try:
        validators = Validators() if in_full else known.validators
        first = await this.page(listing, request, validators)
        sha256 = hashlib.sha256(first.body).hexdigest()
        if first.status == 304 or (sha256 == known.sha256 and not sweep):
            this.found.update(frontier.listings.links(listing.url))
            sha256 = known.sha256
        else:
            read = await _follow(this, listing, request, first, known, sweep=sweep)
            await _note_left(this, known.named, read.named)
    except CrawlError as error:
        this.fail(error, listing.url)
        looks.put_off(this, listing, known, error)
        observe.failed(this, listing, error)
        return
    look = Look(
        listing=listing, at=now, before=_after(known, read, now, swept=sweep),
        new=tuple(read.new), share=read.share,
    )  # fmt: skip
    learned = looks.planned(this, look)
    seen = validators_of(first) if first.status == 200 else known.validators
    frontier.listings.note(
        this.source.id, listing.url, seen, sha256, named=read.named, learned=learned, now=now
    )
    this.looks.append(look)
    observe.looked(this, listing)


def _after(known: Known, read: _Read, now: datetime, *, swept: bool) -> Known:
    """Return what is known of a listing with what its sweep, if it was one, has come to."""
    if not swept:
        return known
    vain = rhythm.after_sweep(known.vain, found=read.late) if known.swept else 0
    return replace(known, swept=now, vain=vain)


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
    this: Pass,
    listing: Listing,
    request: PageRequest,
    first: Capture,
    known: Known,
    *,
    sweep: bool,
) -> _Read:
    """Read a listing from its first page on, as far as it is allowed and worth it.

    A page that ends with known entries ends the walk, but for a sweep.
    """
    read = _Read()
    asked, waiting = {request}, [(request, first, 0, True)]
    while waiting:
        request, capture, depth, ahead = waiting.pop(0)
        page: ListingPage = await this.stages.sandbox.run(
            request.url, read_links, capture, request, listing, this.reader
        )
        urls = tuple(link.url for link in page.links)
        new = this.stages.frontier.links.unknown(urls)
        _take(read, urls, new, ahead=ahead)
        this.found.update(urls)
        due.heed(this, listing.url, page.links)
        this.stages.frontier.links.add(
            this.source.id, listing.url, listing.category, page.links, now=this.stages.now()
        )
        observe.page(this, listing, page, len(new))
        ahead = ahead and rhythm.reads_on(urls, new)
        onward = [(page.next, depth, ahead)] if page.next and (ahead or sweep) else []
        onward += [(child, depth + 1, ahead) for child in page.children]
        lost = known.visits > 0 and ahead and rhythm.has_lost(urls, new)
        most = listing.pages * (CATCH_UP if lost else 1)
        for after, below, wanted in onward:
            if len(asked) < most and below <= DEPTH and after not in asked and this.going:
                asked.add(after)
                page_after = await this.page(listing, after, Validators())
                waiting.append((after, page_after, below, wanted))
    return read


def _take(read: _Read, urls: tuple[str, ...], new: Collection[str], *, ahead: bool) -> None:
    """Add to what was read one page: its entries, and which of them are new."""
    if not read.named and urls:
        read.named, read.share = urls, rhythm.share_of_known(urls, new)
    if ahead:
        read.new += [url for url in dict.fromkeys(urls) if url in new]
    else:
        read.late = read.late or bool(new)
