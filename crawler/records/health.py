"""What is observed of a source, and how it stands by that."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum


class State(StrEnum):
    """How a source does, in one word."""

    #: not visited yet
    NEW = "new"
    HEALTHY = "healthy"
    #: nothing was heard of it for longer than its own history explains
    QUIET = "quiet"
    #: it is read, but not as it was
    DEGRADED = "degraded"
    #: it cannot be read
    BROKEN = "broken"
    #: it keeps us out
    BLOCKED = "blocked"


#: Outcome of a look at a listing that could be read; any other is the kind of its failure.
READ = "read"
#: Kind of failure where robots.txt itself could not be had, which says nothing of what it allows.
NO_ROBOTS = "robots.txt"


@dataclass(frozen=True, slots=True, kw_only=True)
class Looks:
    """Looks at a listing, one after another, that saw the same."""

    listing: str
    first: datetime
    last: datetime
    looks: int = 1
    #: links on its first page, and those of them with a date
    links: int = 0
    dated: int = 0
    #: links that were unknown, of all these looks
    new: int = 0
    #: ``read``, or the kind of the failure and its reason
    outcome: str = READ
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """What of an article was filled in when it was stored."""

    url: str
    at: datetime
    #: it was new to the archive, not a revision
    fresh: bool
    #: the day on which it was published, None where it has no date
    day: date | None
    #: it has an origin; characters of its text
    origin: bool
    length: int
    #: fingerprint of its text, and of the title that the listing gave it
    print: str
    listed: str
    #: share of its characters that could not be decoded
    damage: float = 0.0
    #: a date in the future stands on it
    ahead: bool = False
    #: days from its date to the moment it was found; None where that tells nothing of the source
    lag: float | None = None

    @property
    def dated(self) -> bool:
        """Tell whether it has a date."""
        return self.day is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Visited:
    """What a pass says of a source's health."""

    at: datetime
    #: why it failed as a whole: the kind and the reason, or ""
    kind: str = ""
    reason: str = ""
    #: articles asked for the first time, else known ones again; those that could not be read
    visited: int = 0
    failed: int = 0
    #: the most frequent kind of these failures, and a reason
    failed_kind: str = ""
    failed_reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What is remembered of a source, each the oldest first."""

    #: address → its looks
    looks: Mapping[str, tuple[Looks, ...]] = field(default_factory=dict)
    filled: tuple[Filled, ...] = ()
    #: days on which it published
    days: tuple[date, ...] = ()
    passes: tuple[Visited, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """One thing that is not as it should be."""

    state: State
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a source stands: the verdict, why, and since when."""

    source: str
    state: State
    #: in words, "" where all is well
    reason: str = ""
    since: datetime
    #: what else is wrong
    more: tuple[str, ...] = ()
    #: when it counts as quiet unless something is heard of it; None where nobody can tell
    quiet_at: datetime | None = None
