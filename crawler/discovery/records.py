"""What looking at a site gives, from one page to the whole finding."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from crawler.errors import CrawlError, ListingError
from crawler.records import Listing, ListingKind, ListingPage


class Nature(StrEnum):
    """What a page seems to be, at first sight."""

    FEED = "feed"
    SITEMAP = "sitemap"
    ARTICLE = "article"
    HOME = "home"
    #: a page with links; reading it tells whether they are a listing
    PAGE = "page"


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An address that may be a listing."""

    url: str
    #: as the page that leads there calls it
    name: str = ""
    points: int = 0
    #: where it was found
    kind: ListingKind = ListingKind.HTML


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What one page says of the site around it."""

    url: str
    nature: Nature
    title: str = ""
    #: the site's own name, where the page gives it
    site: str = ""
    #: the column that the page says it belongs to
    column: str = ""
    lang: str = ""
    feeds: tuple[Candidate, ...] = ()
    #: columns, the likeliest first
    columns: tuple[Candidate, ...] = ()
    #: the way up from here, the nearest first
    above: tuple[Candidate, ...] = ()
    #: further hosts of the site that articles seem to lie on
    hosts: tuple[str, ...] = ()
    #: where a page that only leads on leads to
    onward: str = ""
    #: blocks of links that each lead to a page with more
    blocks: int = 0
    #: it says itself that it is an article, or its address does
    said: bool = False
    #: it reads like a home page: several lists side by side
    head: bool = False
    #: what a reader is shown is put there by a script
    scripted: bool = False
    #: letters of the text, Chinese and Latin, for the clock
    sample: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """An article of a listing, or why it is none."""

    url: str
    title: str = ""
    #: the day as the article gives it, ISO
    date: str = ""
    origin: str = ""
    #: how its text begins
    words: str = ""
    lang: str = ""
    error: CrawlError | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """A candidate that was asked for and read."""

    candidate: Candidate
    listing: Listing
    page: ListingPage | None = None
    newest: date | None = None
    #: articles it names that were read, the first one first
    samples: tuple[Sample, ...] = ()
    error: CrawlError | None = None
    #: somebody asked for this very address, or for an article of it
    wanted: bool = False
    #: the page shows some of several columns, each with a way to the rest
    head: bool = False
    good: bool = False
    #: the source that watches it already, or ""
    watched: str = ""
    #: why it is not kept unasked, or ""
    why: str = ""

    @property
    def sample(self) -> Sample | None:
        """Return the first article that could be read, else the first that could not."""
        read = [sample for sample in self.samples if sample.error is None]
        return next(iter((*read, *self.samples)), None)

    @property
    def endpoints(self) -> tuple[str, ...]:
        """Return the addresses of data that its page is filled from, as far as it names them."""
        if isinstance(self.error, ListingError):
            return self.error.endpoints
        return self.page.endpoints if self.page else ()

    @property
    def urls(self) -> frozenset[str]:
        """Return the articles it names."""
        return frozenset(link.url for link in self.page.links) if self.page else frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What a source file says of the site itself."""

    id: str
    name: str
    address: str
    zone: str = "UTC"
    lang: str = ""
    family: str = ""
    #: marks of the family that were found, and how many it has
    marks: tuple[int, int] = (0, 0)
    hosts: tuple[str, ...] = ()
    #: channels of all its articles; its name where nothing else is said
    categories: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Discovery:
    """What a walk over a site came to."""

    #: the address somebody gave
    url: str
    at: datetime
    site: Site
    tried: tuple[Tried, ...] = ()
    #: all requests that were sent, robots.txt and redirects too
    requests: int = 0
    #: addresses of data that a script-filled page names
    endpoints: tuple[str, ...] = ()
    #: why nothing was found, and what to do next
    why: str = ""
    hint: str = ""

    @property
    def good(self) -> tuple[Tried, ...]:
        """Return what is worth keeping."""
        return tuple(one for one in self.tried if one.good)
