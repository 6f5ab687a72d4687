"""An article's first page → the article with all its pages: ask for what is missing, read again."""

import logging
from collections.abc import Awaitable, Callable
from typing import Protocol, TypeVar

from archive import Capture
from crawler.errors import FetchError
from crawler.extract.paging import MOST

log = logging.getLogger("gazette")


class Read(Protocol):
    """What became of some pages of an article."""

    @property
    def further(self) -> tuple[str, ...]:
        """Addresses of the pages that are still missing."""


R = TypeVar("R", bound=Read)


async def read_whole(
    first: Capture,
    fetch: Callable[[str], Awaitable[Capture]],
    read: Callable[[tuple[Capture, ...]], Awaitable[R]],
) -> tuple[R, tuple[Capture, ...]]:
    """Return what reading all pages of an article gave, and the pages behind the first.

    A page that is missing (404, 410) is left out. Raises what ``read`` and ``fetch`` raise: an
    article is read with all its pages or not at all.
    """
    pages: tuple[Capture, ...] = (first,)
    asked = {first.url, first.final_url}
    reading = await read(pages)
    while wanted := [url for url in reading.further if url not in asked][: MOST - len(asked)]:
        asked.update(wanted)
        found = [page for url in wanted if (page := await _ask(url, fetch))]
        if not found:
            break
        pages = (*pages, *found)
        reading = await read(pages)
    return reading, pages[1:]


async def _ask(url: str, fetch: Callable[[str], Awaitable[Capture]]) -> Capture | None:
    try:
        return await fetch(url)
    except FetchError as error:
        if error.status not in (404, 410):
            raise
        log.warning("left out url=%s reason=%s", url, error.reason)
        return None
