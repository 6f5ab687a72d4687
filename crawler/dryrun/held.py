"""What archive and crawler remember of a listing: its articles, and how many links it named.

Read only. Either file may be missing: a source can be checked before it was ever crawled.
"""

from collections.abc import Iterable, Iterator
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
_LOOKED = 600


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
        return {url: held for source in sources for url, held in _of(source, archive, frontier)}


def _of(
    source: Source, archive: Archive | None, frontier: Frontier | None
) -> Iterator[tuple[str, Held]]:
    """Yield what is known of each listing of a source."""
    named = {
        listing.url: frozenset(frontier.listings.links(listing.url)) if frontier else frozenset()
        for listing in source.listings
    }
    known: dict[str, list[Known]] = {listing.url: [] for listing in source.listings}
    articles = archive.articles(Filters(sources=(source.id,))) if archive else iter(())
    for stored in islice(articles, _LOOKED):
        for listing in source.listings:
            short = len(known[listing.url]) < MOST
            if short and _belongs(stored, listing, named[listing.url], source):
                known[listing.url].append(_known(stored))
        if all(len(some) >= MOST for some in known.values()):
            break
    for listing in source.listings:
        before = frontier.listings.known(listing.url).named if frontier else ()
        yield listing.url, Held(known=tuple(known[listing.url]), named=len(before))


def _belongs(stored: Stored, listing: Listing, urls: frozenset[str], source: Source) -> bool:
    """Tell whether an article is one of a listing's.

    A listing that has moved did not name what its old address named: its channel tells.
    """
    if stored.gone or stored.unlisted:
        return False
    if stored.article.url in urls:
        return True
    if listing.category:
        return listing.category in stored.article.categories
    return not urls or len(source.listings) == 1


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
