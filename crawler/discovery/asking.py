"""Asks for the pages of one walk: each once, no more than allowed, and looks each over."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from archive import Capture
from crawler.discovery.family import Marked
from crawler.discovery.look import look_over
from crawler.discovery.records import Look
from crawler.errors import CrawlError, FetchError
from crawler.fetch import Fetcher
from crawler.sandbox import Sandbox
from crawler.urls import canonical

#: Requests kept for articles, one of them for a redirect.
KEPT = 4

#: Failures after which a site is asked for nothing more.
STAY_AWAY = frozenset({"blocked", "paused", "spent"})

#: What is asked for now, and how many requests were sent.
Show = Callable[[str, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A page that was asked for and looked over."""

    capture: Capture
    look: Look

    @property
    def url(self) -> str:
        """Return where the page lies, redirects followed."""
        return self.look.url


@dataclass(slots=True, kw_only=True)
class Pages:
    """The pages of one walk by address."""

    fetcher: Fetcher
    sandbox: Sandbox
    #: family → the patterns that tell it
    marks: Mapping[str, tuple[str, ...]]
    show: Show
    seen: dict[str, Seen] = field(default_factory=dict)
    marked: list[Marked] = field(default_factory=list)
    #: why nothing more is asked for
    ended: CrawlError | None = None

    async def page(self, url: str) -> Seen:
        """Return a page, asked for at most once. Raises CrawlError."""
        url = canonical(url)
        if url in self.seen:
            return self.seen[url]
        if self.ended is not None:
            raise self.ended
        self.show(url, self.fetcher.requests)
        try:
            capture = await self.fetcher.fetch(url)
        except FetchError as error:
            self.ended = error if error.kind in STAY_AWAY else None
            raise
        finally:
            self.show(url, self.fetcher.requests)
        there = capture.final_url
        if there not in self.seen:
            type_ = capture.header("content-type")
            look, marked = await self.sandbox.run(
                there, look_over, capture.body, type_, there, self.marks
            )
            self.marked += marked
            self.seen[there] = Seen(capture=replace(capture, url=there, payload=b""), look=look)
        self.seen[url] = self.seen[there]
        return self.seen[there]

    def left(self, kept: int = KEPT) -> bool:
        """Tell whether a page may be asked for, some requests kept for articles."""
        most = self.fetcher.most
        enough = most is None or self.fetcher.requests < max(most - kept, 1)
        return self.ended is None and enough
