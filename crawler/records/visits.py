"""What became of visits, and what is remembered of them."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from crawler.records.pages import Link


@dataclass(frozen=True, slots=True, kw_only=True)
class Validators:
    """What a server gave to ask again with, verbatim (RFC 9110, 8.8)."""

    etag: str = ""
    last_modified: str = ""


class Weight(StrEnum):
    """How much a failure counts (rss-fetcher): hard 1, soft 0.5, temporary 0.25."""

    HARD = "hard"
    SOFT = "soft"
    TEMPORARY = "temporary"


class Outcome(StrEnum):
    """How one visit to an article's address ended."""

    NEW = "new"
    REVISED = "revised"
    UNCHANGED = "unchanged"
    REPRINT = "reprint"
    MISSING = "missing"
    GONE = "gone"
    DELETED = "deleted"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One visit to one address, as a row a person can read."""

    source: str
    url: str
    at: datetime
    outcome: Outcome
    #: name of the typed error, or ""
    kind: str = ""
    reason: str = ""
    weight: Weight | None = None
    #: the archive's id, where there is one
    article_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What one pass over one source came to."""

    source: str
    started: datetime
    seconds: float
    #: distinct articles the listings named
    found: int = 0
    new: int = 0
    revised: int = 0
    unchanged: int = 0
    reprints: int = 0
    missing: int = 0
    gone: int = 0
    failed: int = 0
    #: addresses asked for, redirects and robots.txt not counted
    requests: int = 0
    #: why the pass as a whole failed, or ""
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Habit:
    """When a listing publishes, as far as it is learned; whatever was counted fades with time."""

    #: from when on, and until when, what it published was counted; None where nothing was
    since: datetime | None = None
    at: datetime | None = None
    #: articles by hour of the week in the source's zone, from Monday's first one on
    counts: tuple[float, ...] = (0.0,) * 168
    #: articles of late, and how many were to be expected
    found: float = 0.0
    awaited: float = 0.0
    #: looks saved up
    credit: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is remembered of an address that was fetched before."""

    visits: int = 0
    visited: datetime | None = None
    validators: Validators = field(default_factory=Validators)
    #: sha256 of the payload last seen
    sha256: str = ""
    #: addresses that the first page of a listing named last, in order
    named: tuple[str, ...] = ()
    #: when it is to be looked at next, by what was learned of it
    next_look: datetime | None = None
    #: weighted failures in a row
    failures: float = 0.0
    #: when all its pages were read, and how many times in a row for nothing
    swept: datetime | None = None
    vain: int = 0
    habit: Habit = field(default_factory=Habit)


@dataclass(frozen=True, slots=True, kw_only=True)
class Blank:
    """What a host shows for an address that never was any page's."""

    asked: datetime
    #: where that address led to, if anywhere else
    final_url: str = ""
    #: checksums of the texts of the page; none where the host says 404, as it should
    shown: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulse:
    """How an article behaved at its visits so far; the rhythm of the next ones follows from it."""

    #: visits in a row that found it as it was
    still: int = 0
    #: visits that found it changed, never twice in a row as it was
    moved: int = 0
    #: how many of the last of these changed next to nothing
    slight: int = 0
    #: visits in a row that a word of an edit brought about, and that found none
    vain: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A link whose time has come."""

    link: Link
    category: str
    #: visits that brought an answer
    visits: int
    #: weighted failures since
    failures: float
    validators: Validators
    sha256: str
    article_id: int | None
    #: None before the first visit
    visited: datetime | None = None
    pulse: Pulse = field(default_factory=Pulse)
    #: why it is due before its time, or ""
    signal: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """What is remembered of an article that a listing names again."""

    url: str
    #: as that listing called it, and the moment of its last edit it gave
    title: str
    modified: str
    visited: datetime
    next_visit: datetime
    pulse: Pulse
    #: the very listing that named it first
    own: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Restless:
    """An article that changed at every visit of late, for ``gazette status``."""

    url: str
    source: str
    title: str
    #: visits in a row that found it changed
    moved: int
    #: each of the last changes was next to nothing
    slight: bool
    next_visit: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceState:
    """A row of ``gazette status``."""

    id: str
    name: str
    next_visit: datetime | None
    last_visit: datetime | None
    last_success: datetime | None
    failures: float
    error: str
    #: addresses known, waiting for a first visit, failing
    links: int
    waiting: int
    failing: int
    #: new articles in the last 24 hours
    new_today: int
    #: articles that changed at every visit of late and are looked at more rarely
    restless: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """How one source does, and no word of its links."""

    id: str
    name: str
    next_visit: datetime | None
    last_visit: datetime | None
    last_success: datetime | None
    error: str
    #: articles that were new since the moment asked for
    new: int
