"""What a dry run comes to: looks at listings, and findings about them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from crawler.errors import CrawlError
from crawler.listing.nature import Nature
from crawler.reading import Reading
from crawler.records import Link, Listing, ListingPage, Source


class State(StrEnum):
    """What a source or a listing is found to be, the worst last."""

    WORKS = "works"
    NO_DATES = "works without dates"
    DOUBTFUL = "doubtful"
    MOVED = "moved"
    UNREADABLE = "articles unreadable"
    SCRIPT = "filled by a script"
    EMPTY = "names nothing"
    ROBOTS = "robots"
    BLOCKED = "blocked"
    UNREACHABLE = "unreachable"
    DEAD = "dead"


class Trouble(StrEnum):
    """One thing that may be wrong with a listing; the word stands in JSON."""

    NO_DATES = "no_dates"
    CHARSET = "charset"
    FEW = "few_links"
    REDIRECTED = "redirected"
    MOVED = "moved"
    OLD = "old_links"
    STRANGERS = "other_links"
    BODY = "articles"
    HOSTS = "hosts"
    INCLUDE = "include"
    EXCLUDE = "exclude"
    SELECTORS = "selectors"
    SCRIPT = "script"
    NO_LISTING = "no_listing"
    EMPTY = "empty"
    UNREADABLE = "unreadable"
    ROBOTS = "robots"
    BLOCKED = "blocked"
    BUSY = "busy"
    TLS = "tls"
    DNS = "dns"
    UNREACHABLE = "unreachable"
    STATUS = "status"
    GONE = "gone"


#: What a listing is called that has the trouble.
STATES = {
    Trouble.NO_DATES: State.NO_DATES,
    Trouble.CHARSET: State.DOUBTFUL,
    Trouble.FEW: State.DOUBTFUL,
    Trouble.REDIRECTED: State.MOVED,
    Trouble.MOVED: State.MOVED,
    Trouble.OLD: State.EMPTY,
    Trouble.STRANGERS: State.EMPTY,
    Trouble.BODY: State.UNREADABLE,
    Trouble.HOSTS: State.EMPTY,
    Trouble.INCLUDE: State.EMPTY,
    Trouble.EXCLUDE: State.EMPTY,
    Trouble.SELECTORS: State.EMPTY,
    Trouble.SCRIPT: State.SCRIPT,
    Trouble.NO_LISTING: State.EMPTY,
    Trouble.EMPTY: State.EMPTY,
    Trouble.UNREADABLE: State.EMPTY,
    Trouble.ROBOTS: State.ROBOTS,
    Trouble.BLOCKED: State.BLOCKED,
    Trouble.BUSY: State.UNREACHABLE,
    Trouble.TLS: State.UNREACHABLE,
    Trouble.DNS: State.DEAD,
    Trouble.UNREACHABLE: State.UNREACHABLE,
    Trouble.STATUS: State.UNREACHABLE,
    Trouble.GONE: State.DEAD,
}

#: Troubles with which a listing still does its work.
HARMLESS = frozenset(
    {Trouble.NO_DATES, Trouble.CHARSET, Trouble.FEW, Trouble.REDIRECTED, Trouble.MOVED}
)

#: Troubles that other rules or another address may mend.
MENDABLE = frozenset(
    {
        Trouble.OLD, Trouble.STRANGERS, Trouble.BODY, Trouble.HOSTS, Trouble.INCLUDE,
        Trouble.EXCLUDE, Trouble.SELECTORS, Trouble.SCRIPT, Trouble.EMPTY, Trouble.UNREADABLE,
        Trouble.GONE, Trouble.MOVED, Trouble.NO_DATES, Trouble.NO_LISTING,
    }
)  # fmt: skip

_ORDER = {state: rank for rank, state in enumerate(State)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is wrong, and the values that say it in words."""

    trouble: Trouble
    facts: tuple[tuple[str, str | int], ...] = ()

    @property
    def broken(self) -> bool:
        """Tell whether the listing does not do its work."""
        return self.trouble not in HARMLESS


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """An article of a listing that the archive holds."""

    url: str
    title: str
    #: in its own zone; None where its page shows none
    day: date | None = None
    id: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What is known of a listing before it is looked at."""

    #: newest first, at most ``held.MOST``
    known: tuple[Known, ...] = ()
    #: how many links its first page named at the last visit
    named: int = 0

    @property
    def newest(self) -> date | None:
        """Return the day of the newest article known."""
        return max((known.day for known in self.known if known.day), default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """What stands on a listing's page, whatever its rules make of it."""

    #: links that would be named if neither hosts nor patterns limited them
    unlimited: tuple[Link, ...] = ()
    #: the host most of those lead to that is not the source's, how many do, and an example
    host: str = ""
    #: an ``exclude`` pattern that shuts out most of those on the source's hosts, or ""
    excluded: str = ""
    #: selectors of the listing's rules that select nothing
    dead: tuple[str, ...] = ()
    #: it looks like a page whose list a script fills
    scripted: bool = False
    nature: Nature = Nature.OTHER
    #: characters that could not be read
    replaced: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What a dry run over one listing gave."""

    listing: Listing
    #: where the answer came from, and whether every redirect on the way was for good
    final_url: str = ""
    for_good: bool = False
    page: ListingPage | None = None
    survey: Survey | None = None
    #: what the first readable article's pages came to, and the link that led to it
    reading: Reading | None = None
    link: Link | None = None
    #: articles that were asked for
    tried: int = 0
    error: CrawlError | None = None
    held: Held = Held()
    at: datetime
    #: the newest day its links show, filled in by ``diagnose``
    newest: date | None = None
    findings: tuple[Finding, ...] = ()

    @property
    def state(self) -> State:
        """Return the worst that was found."""
        return worst(STATES[finding.trouble] for finding in self.findings)

    @property
    def broken(self) -> bool:
        """Tell whether the listing does not do its work."""
        return any(finding.broken for finding in self.findings)


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What a dry run over a source gave, a look for each listing."""

    source: Source
    looks: tuple[Looked, ...] = ()

    @property
    def state(self) -> State:
        """Return the worst that was found at any listing."""
        return worst(look.state for look in self.looks)

    @property
    def broken(self) -> bool:
        """Tell whether a listing does not do its work."""
        return any(look.broken for look in self.looks)


def worst(states: Iterable[State]) -> State:
    """Return the worst of some states, WORKS where there are none."""
    return max(states, key=_ORDER.__getitem__, default=State.WORKS)
