"""What a pass works with, and what it has come to so far."""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from archive import Capture, TakedownRule
from crawler import cadence
from crawler.errors import CrawlError, FetchError
from crawler.fetch import Fetcher
from crawler.frontier import Frontier
from crawler.records import Known, Listing, Looks, Outcome, PageRequest, Source, Validators
from crawler.rendering import Browser
from crawler.rhythm import Dated
from crawler.sandbox import Sandbox
from crawler.writer import ArchiveWriter

log = logging.getLogger("gazette")

#: Addresses in a row that do not answer, or refuse, before a site counts as down or shut.
SILENCE = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Stages:
    """What a pass works with; made once, shared by all sources."""

    fetcher: Fetcher
    sandbox: Sandbox
    frontier: Frontier
    writer: ArchiveWriter
    now: Callable[[], datetime]
    #: shows the listings that want it
    browser: Browser
    #: every k-th conditional request is made in full, since validators lie
    full_every: int = 8
    #: when an article that is missing counts as gone
    takedown: TakedownRule = field(default_factory=TakedownRule)
    #: most bytes of an attachment or a picture, and most time for it
    max_file: int = 50 << 20
    file_deadline: timedelta = timedelta(minutes=3)
    #: (``request``, ``article`` or ``pass``; how it ended) → how many, since the process began
    counts: Counter[tuple[str, str]] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a pass has come, for a bar."""

    source: str
    #: ``listings``, ``articles`` or ``files``
    what: str
    done: int
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """A look at a listing, by which its habits are learned."""

    listing: Listing
    at: datetime
    #: what was known of it before
    before: Known
    #: entries it named for the first time
    new: tuple[str, ...]
    #: share of its first page that was known
    share: float


@dataclass(slots=True, kw_only=True)
class Pass:
    """One visit to one source while it lasts: what it found and what became of each address."""

    source: Source
    stages: Stages
    deep: bool
    due_only: bool
    stop: asyncio.Event
    progress: Callable[[Progress], None]
    #: whether other sources wait for this pass to end
    crowded: Callable[[], bool]
    #: what it visits is history, which says nothing of how the source does now
    historical: bool = False
    #: held by the lane that fetches; who waits for it sees when the pass is to end
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    #: what a page is read by: the source without its listings, since it travels with every page
    reader: Source = field(init=False)
    found: set[str] = field(default_factory=set)
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    errors: list[CrawlError] = field(default_factory=list)
    #: when each listing wants to be looked at again
    next_look: dict[str, datetime] = field(default_factory=dict)
    #: looks from which nothing was learned yet
    looks: list[Look] = field(default_factory=list)
    #: when the articles that are new say that they were published
    dated: dict[str, Dated] = field(default_factory=dict)
    #: addresses that were visited for the first time, and those whose article is archived
    firsts: set[str] = field(default_factory=set)
    helds: set[str] = field(default_factory=set)
    #: what was seen of the listings that were read, for the source's health
    observed: dict[str, Looks] = field(default_factory=dict)
    #: addresses asked for
    requests: int = 0
    #: failures in a row of the kind that a site gives which is down or shut
    silent: int = 0
    #: where it was asked in vain what is shown where nothing is
    silent_on_blanks: set[str] = field(default_factory=set)
    #: why the site wants no further request for now
    halted: CrawlError | None = None

    def __post_init__(self) -> None:
        """Fill in what follows from the source."""
        self.reader = replace(self.source, listings=())

    @property
    def going(self) -> bool:
        """Tell whether another request makes sense."""
        return self.halted is None and not self.stop.is_set()

    def time_until(self, end: datetime | None) -> Callable[[], bool]:
        """Return what tells whether there is time for old things: until then, less in a crowd."""
        now = self.stages.now
        enough = now() + cadence.LEAST
        return lambda: (end is None or now() < end) and not (now() >= enough and self.crowded())

    async def page(self, listing: Listing, request: PageRequest, validators: Validators) -> Capture:
        """Return a page of a listing, shown in a browser where it wants that. Raises CrawlError."""
        if not listing.render:
            return await self.fetch(request, validators)

        async def ask(asked: PageRequest) -> Capture:
            return await self.fetch(asked, Validators())

        return await self.stages.browser.render(await ask(request), ask, self.source.charset)

    async def fetch(self, request: PageRequest, validators: Validators) -> Capture:
        """Ask for an address of the source, politely. Raises FetchError."""
        self.requests += 1
        with self.counting():
            return await self.stages.fetcher.fetch(
                request.url,
                method=request.method,
                form=request.form,
                body=request.body.encode(),
                validators=validators,
                delay=self.source.delay,
            )

    @contextmanager
    def counting(self) -> Iterator[None]:
        """Count a request by how it ends: ``answered``, or the kind of the failure."""
        ended = "cut short"
        try:
            yield
            ended = "answered"
        except FetchError as error:
            ended = error.kind
            raise
        finally:
            self.stages.counts["request", ended] += 1

    def fail(self, error: CrawlError, url: str) -> None:
        """Note a failure; decide whether the site has had enough."""
        self.errors.append(error)
        log.warning("failed source=%s url=%s reason=%s", self.source.id, url, error.reason)
        self.silent = self.silent + 1 if shut(error) else 0
        if halts(error) or self.silent >= SILENCE:
            self.halted = self.halted or error


def halts(error: CrawlError) -> bool:
    """Tell whether an error means by itself that the site wants no further request for now.

    One page that is refused (401, 403) may be that page's own affair; a challenge is the site's.
    """
    if not isinstance(error, FetchError):
        return False
    if error.kind == "blocked":
        return error.status not in (401, 403)
    return error.retry_after is not None or error.status in (429, 503)


def shut(error: CrawlError) -> bool:
    """Tell whether an error is one that a site gives which is down or shut, page after page."""
    kinds = ("dns", "connect", "tls", "timeout", "blocked")
    return isinstance(error, FetchError) and error.kind in kinds


def validators_of(capture: Capture) -> Validators:
    """Return what the server gave to ask again with, verbatim."""
    return Validators(etag=capture.header("etag"), last_modified=capture.header("last-modified"))
