"""How the watching of the sources goes, as far as whoever watches hands it over.

The archive knows nothing of visits that failed or of those still to come. The half that makes them
may give the browsing a ``Watch`` (``gazette browse`` does); without one the pages say so.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from archive.language import N_

#: What people call the state of a source.
STATES = {
    "healthy": N_("healthy"),
    "quiet": N_("quiet"),
    "degraded": N_("degraded"),
    "broken": N_("broken"),
    "blocked": N_("blocked"),
    "new": N_("not visited yet"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceHealth:
    """How one source does."""

    id: str
    name: str
    #: ``new``, ``healthy``, ``quiet``, ``degraded``, ``broken`` or ``blocked``
    state: str
    #: why, in words, and since when; "" and None where there is nothing to say
    reason: str
    since: datetime | None
    #: what else is wrong
    more: tuple[str, ...] = ()
    #: its visit is overdue, which says something of the daemon
    late: bool = False
    last_visit: datetime | None
    last_success: datetime | None
    next_visit: datetime | None
    #: why its last pass failed, or ""
    error: str
    #: articles that were new within a day
    new: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Watching:
    """How the whole does."""

    #: when the daemon was last alive; None where none ever ran
    heartbeat: datetime | None
    #: it is alive now
    alive: bool
    #: why nothing is fetched, or ""
    paused: str
    sources: tuple[SourceHealth, ...]
    #: why so many sources fail at once that the fault is ours, or ""
    network: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """What one visit to a source came to."""

    started: datetime
    found: int
    new: int
    revised: int
    missing: int
    failed: int
    seconds: float
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """An address that could not be read."""

    at: datetime
    url: str
    kind: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Visits:
    """How the last visits to one source went, the newest first."""

    passes: tuple[Pass, ...]
    troubles: tuple[Trouble, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposed:
    """What monitoring asks for: whether all is well, and figures."""

    #: nothing keeps articles from being found
    well: bool
    #: a few words for machines
    told: dict[str, object]
    #: figures in the text format of Prometheus
    metrics: bytes
    content_type: str


class Watch(Protocol):
    """Whoever knows how the watching goes."""

    def watching(self, now: datetime) -> Watching | None:
        """Return how the sources do, or None where nothing was ever watched."""

    def visits(self, source: str, now: datetime) -> Visits | None:
        """Return how the visits to a source went, or None where it was never visited."""

    def exposed(self, now: datetime) -> Exposed:
        """Return what monitoring asks for."""
