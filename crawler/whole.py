"""An article's first page → the article with all its pages: ask for what is missing, read again."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Protocol, TypeVar
from urllib.parse import urlsplit

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

    A page that is not there, or not for us, is left out. Raises what ``read`` and ``fetch`` raise:
    an article is read with all its pages or not at all.
    """
    pages: tuple[Capture, ...] = (first,)
    asked = {first.url, first.final_url}
    reading = await read(_light(pages))
    while wanted := [url for url in reading.further if url not in asked][: MOST - len(pages)]:
        asked.update(wanted)
        found = []
        for url in wanted:
            if page := await _ask(url, fetch, asked):
                found.append(page)
                asked.add(page.final_url)
        if not found:
            break
        pages = (*pages, *found)
        reading = await read(_light(pages))
    return reading, pages[1:]


def _light(pages: tuple[Capture, ...]) -> tuple[Capture, ...]:
    """Return pages as they travel to a child: what is read of them, not what came over the wire."""
    return tuple(replace(page, payload=b"") for page in pages)


async def _ask(
    url: str, fetch: Callable[[str], Awaitable[Capture]], known: set[str]
) -> Capture | None:
    """Return a further page, None where there is none. Raises what may go better another time."""
    try:
        page = await fetch(url)
    except FetchError as error:
        if error.status not in (404, 410) and error.kind not in ("robots", "guard"):
            raise
        reason = error.reason
    else:
        away = page.final_url in known or urlsplit(page.final_url).path == "/"
        if page.final_url == url or not away:
            return page
        reason = f"leads to {page.final_url}"
    log.warning("page left out url=%s reason=%s", url, reason)
    return None
