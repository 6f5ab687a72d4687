"""How far the history of a source is read: what was asked for, and what it came to so far."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from crawler.records.pages import PageRequest


class Ending(StrEnum):
    """Why the walk through a listing ended."""

    #: its last page is read
    END = "end"
    #: what follows is older than what was asked for
    SINCE = "since"
    #: the site counts more pages, but none is named after it, and its number does not tell which
    SHORT = "short"
    #: as many pages were read as were asked for
    PAGES = "pages"
    #: page after page is the same
    REPEATS = "repeats"
    #: its pages lead back to one that was read
    LOOP = "loop"
    #: page after page names nothing new
    FRUITLESS = "fruitless"
    #: no listing is longer than what we read at most
    LIMIT = "limit"
    #: a page cannot be read, and what follows it is not known
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Backfill:
    """The history of a source that somebody asked for."""

    source: str
    #: the first day that is wanted, None for all of it
    since: date | None = None
    #: most pages of each listing, None for all of them
    pages: int | None = None
    asked: datetime
    #: nothing is asked for before: the site wants to be left alone, or a page is tried again
    rests: datetime | None = None
    finished: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PageDue:
    """A page of a listing that is to be asked for."""

    id: int
    listing: str
    request: PageRequest
    #: number of the page, from 1
    place: int
    #: sitemap indexes above it
    depth: int = 0
    #: no page named it; its number follows from those before
    guessed: bool = False
    #: times it was asked for in vain
    tries: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRead:
    """What a page of a listing came to."""

    place: int
    named: int
    #: addresses that no page before it had named
    fresh: int
    #: a digest of the set of its addresses
    print: str
    #: days of its fresh entries, as far as they are known
    days: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """How far a listing is read."""

    listing: str
    #: pages read, waiting and given up
    pages: int = 0
    waiting: int = 0
    lost: int = 0
    #: entries and pages that the site itself counts
    total: int | None = None
    stated: int | None = None
    #: addresses named
    entries: int = 0
    #: of these archived, failed, still to be fetched; the rest is older than what was asked for
    stored: int = 0
    failed: int = 0
    unvisited: int = 0
    #: entries whose day nobody tells
    undated: int = 0
    oldest: date | None = None
    newest: date | None = None
    ended: Ending | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A page of a listing that could not be read."""

    listing: str
    place: int
    url: str
    reason: str
    #: it is tried again
    again: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """What listings named of one month."""

    year: int
    month: int
    entries: int
    stored: int
