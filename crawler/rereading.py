"""The articles of an archive, read again from the captures it holds: no site is asked.

Many are in flight at a time, in the child processes of the sandbox; nothing is written here.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from archive import Archive, Article, Capture, Corrupt, Filters, Precision, Stored, knowing_files
from crawler.errors import CrawlError
from crawler.frontier import Frontier
from crawler.importing import SOURCE, stray
from crawler.reading import Reading, read_article
from crawler.records import Link, Source
from crawler.sandbox import Sandbox

#: Articles that are read at the same time, or wait for those before them; bounds the memory.
LANES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """What became of one article that was to be read again."""

    stored: Stored
    #: as it is read today; None where it is not
    article: Article | None = None
    #: why it cannot be read
    error: str = ""
    #: nobody says any more how its source is read
    foreign: bool = False


class Rereading:
    """Articles of an archive, read again from the captures it holds."""

    def __init__(
        self,
        archive: Archive,
        frontier: Frontier | None,
        known: dict[str, Source],
        filters: Filters,
    ) -> None:
        """Take an archive, the crawler's memory if there is any, and the sources by their ids."""
        self._archive, self._frontier = archive, frontier
        self._known, self._filters = known, filters

    async def all(self, sandbox: Sandbox) -> AsyncIterator[Again | None]:
        """Yield what became of each article, newest first; None for an imported one."""
        waiting: deque[asyncio.Task[Again | None]] = deque()
        try:
            for stored in self._archive.articles(self._filters):
                waiting.append(asyncio.create_task(self._again(sandbox, stored)))
                # Their order is kept, so that two runs can be laid side by side.
                if len(waiting) >= LANES:
                    yield await waiting.popleft()
            while waiting:
                yield await waiting.popleft()
        finally:
            for task in waiting:
                task.cancel()

    async def _again(self, sandbox: Sandbox, stored: Stored) -> Again | None:
        url = stored.article.url
        source = (
            stray(url)
            if stored.article.source == SOURCE
            else self._known.get(stored.article.source)
        )
        try:
            captures = self._archive.pages(stored.id)
            if not captures:
                return None
            if source is None:
                return Again(stored=stored, foreign=True)
            link, category = self._listed(stored.article, source)
            article = await read_again(sandbox, captures, source, category, link)
        except CrawlError as error:
            return Again(stored=stored, error=error.reason)
        except Corrupt as error:
            return Again(stored=stored, error=str(error))
        article = replace(article, source=stored.article.source, url=stored.article.url)
        return Again(stored=stored, article=knowing_files(article, stored.article))

    def _listed(self, article: Article, source: Source) -> tuple[Link, str]:
        """Return what a listing said of an article, and its category."""
        found = self._frontier.links.told(article.url) if self._frontier else None
        if found is not None:
            return found
        # The crawler's memory is disposable: the article itself tells what came from a listing.
        listed = {name for name, witness in article.witnesses if witness == "listing"}
        category = ""
        if article.categories and article.categories[:-1] == source.categories:
            category = article.categories[-1]
        return Link(
            url=article.url,
            title=article.title if "title" in listed else "",
            date=_as_listed(article) if "published" in listed else "",
        ), category


async def read_again(
    sandbox: Sandbox, captures: tuple[Capture, ...], source: Source, category: str, link: Link
) -> Article:
    """Return what today's extractor reads in a child process from what a site once answered."""
    # Only the body is read, and the payload would have to be carried to the child as well.
    pages = tuple(replace(capture, payload=b"") for capture in captures)
    now = captures[0].fetched_at
    reading: Reading = await sandbox.run(link.url, read_article, pages, source, category, link, now)
    return reading.article


def _as_listed(article: Article) -> str:
    if article.published is None:
        return ""
    local = article.published.astimezone(ZoneInfo(article.zone)).replace(tzinfo=None)
    return str(local.date()) if article.precision is Precision.DAY else local.isoformat(" ")
