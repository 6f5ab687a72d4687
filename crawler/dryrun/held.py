"""What archive and crawler remember of a listing: its articles, and how many links it named.

Read only. Either file may be missing: a source can be checked before it was ever crawled.
"""

from collections.abc import Iterable
from contextlib import ExitStack
from itertools import islice
from pathlib import Path

from archive import Archive, Article, Filters, Stored, local_day
from crawler.dryrun.records import Held, Known
from crawler.errors import FrontierError
from crawler.frontier import Frontier
from crawler.records import Listing, Source

#: Articles of a listing that are held against its page: more than most pages show.
MOST = 60

#: The newest articles of a source among which those of one listing are looked for.
_LOOKED = 2000


def held_of(sources: tuple[Source, ...], data: Path) -> dict[str, Held]:
    """Return address of each listing → what is known of it. Raises ArchiveError."""
    with ExitStack() as stack:
        archive = frontier = None
        if (data / "archive.db").exists():
            archive = stack.enter_context(Archive.open(data / "archive.db", read_only=True))
        if (data / "crawl.db").exists():
            try:
                frontier = stack.enter_context(Frontier(data / "crawl.db", read_only=True))
            except FrontierError:
                # Disposable: the articles alone tell nearly as much.
                frontier = None
        return {
            listing.url: _held(source, listing, archive, frontier)
            for source in sources
            for listing in source.listings
        }


def _held(
    source: Source, listing: Listing, archive: Archive | None, frontier: Frontier | None
) -> Held:
    urls = frontier.listings.links(listing.url) if frontier else []
    named = len(frontier.listings.known(listing.url).named) if frontier else 0
    if archive is None:
        return Held(named=named)
    wanted = frozenset(urls)
    every = islice(archive.articles(Filters(sources=(source.id,))), _LOOKED)
    found = (stored for stored in every if _belongs(stored, listing, wanted))
    known = tuple(map(_known, islice(found, MOST)))
    return Held(known=known, named=named)


def _belongs(stored: Stored, listing: Listing, urls: frozenset[str]) -> bool:
    """Tell whether an article is one that a listing named; by its channel where nobody knows."""
    if stored.gone or stored.unlisted:
        return False
    if urls:
        return stored.article.url in urls
    return not listing.category or listing.category in stored.article.categories


def _known(stored: Stored) -> Known:
    article = stored.article
    return Known(
        url=article.url,
        title=article.title,
        day=local_day(article),
        id=stored.id,
    )


def articles_of(urls: Iterable[str], data: Path) -> dict[str, Article]:
    """Return address → the article that is archived of it. Raises ArchiveError."""
    if not (data / "archive.db").exists():
        return {}
    with Archive.open(data / "archive.db", read_only=True) as archive:
        found = ((url, archive.find(url)) for url in urls)
        return {url: stored.article for url, stored in found if stored}
