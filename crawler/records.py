"""What travels from a site to an article: one frozen record per stage, all of them pure data.

``Source → Listing → Capture → Link* → (frontier) → Capture → Draft → Article → Receipt → Attempt →
Report``; Capture, Article and Receipt belong to the archive.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

#: Selectors in config notation, CSS or CSS followed by ``@attribute``, tried in order.
Selectors = tuple[str, ...]

#: Waits between the visits to an article, one after the other; the last one for ever.
Rhythm = tuple[timedelta, ...]
#: Edits come early, takedowns late.
REVISITS: Rhythm = (
    timedelta(hours=1),
    timedelta(days=1),
    timedelta(days=7),
    timedelta(days=30),
    timedelta(days=180),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingRules:
    """How to read a listing page of a source; empty means the reader finds it out itself."""

    #: one record of the listing
    item: Selectors = ()
    #: within the item, default ``a@href``
    link: Selectors = ()
    #: within the item; ``a@title`` wins over cut text by default
    title: Selectors = ()
    #: within the item
    date: Selectors = ()
    summary: Selectors = ()
    #: the next page's address, or one of the named mechanisms of ``crawler.listing``
    next: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleRules:
    """Where the parts of an article stand on the pages of a source; empty means find out."""

    title: Selectors = ()
    body: Selectors = ()
    published: Selectors = ()
    written: Selectors = ()
    origin: Selectors = ()
    author: Selectors = ()
    editor: Selectors = ()
    issuer: Selectors = ()
    doc_number: Selectors = ()
    index_number: Selectors = ()
    attachments: Selectors = ()
    #: parts of the body that do not belong to it
    drop: Selectors = ()


class ListingKind(StrEnum):
    """What a listing is made of; each has one reader in ``crawler.listing``."""

    HTML = "html"
    HANWEB = "hanweb"
    FEED = "feed"
    SITEMAP = "sitemap"


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A page, feed or sitemap of a source that names its articles."""

    url: str
    kind: ListingKind = ListingKind.HTML
    #: the channel its articles belong to; added to the source's categories
    category: str = ""
    rules: ListingRules = field(default_factory=ListingRules)
    #: most pages to read in one pass
    pages: int = 3
    #: shortest time between two looks
    every: timedelta = timedelta(minutes=30)


class Files(StrEnum):
    """Which files of its articles a source wants kept."""

    #: attachments, and pictures wherever they lie
    ALL = "all"
    #: attachments wherever they lie, and the pictures of the site itself
    SITE = "site"
    ATTACHMENTS = "attachments"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One site to watch: what its TOML file says, defaults filled in, checked."""

    #: stem of the file
    id: str
    name: str
    #: home page
    address: str
    zone: str = "UTC"
    lang: str = ""
    region: str = ""
    categories: tuple[str, ...] = ()
    #: hosts, besides the address's own, whose articles belong to the source
    hosts: tuple[str, ...] = ()
    listings: tuple[Listing, ...] = ()
    article: ArticleRules = field(default_factory=ArticleRules)
    #: address patterns (regular expressions) an article must, or must not, match
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    #: pause between two requests to one host
    delay: timedelta = timedelta(seconds=2)
    #: waits between the visits to an article
    revisits: Rhythm = REVISITS
    #: charset to believe before the page's own word, or ""
    charset: str = ""
    files: Files = Files.SITE
    enabled: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """An article that a listing names. Strings are as found; the address is canonical."""

    url: str
    title: str = ""
    #: the date as the listing shows it
    date: str = ""
    summary: str = ""
    #: when the article was last edited, as a sitemap or feed says
    modified: str = ""
    #: when the listing was read: ``3小时前`` counts from then
    seen: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRequest:
    """What to ask for to get one page of a listing."""

    url: str
    method: str = "GET"
    #: form fields of a POST
    form: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingPage:
    """What one page of a listing says."""

    links: tuple[Link, ...]
    #: the page after it, or None where this is the last
    next: PageRequest | None = None
    #: number of entries the site itself counts, where it says so
    total: int | None = None
    #: listings this one consists of, newest first: the files of a sitemap index
    children: tuple[PageRequest, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A string as it stands on the page, and who says so."""

    value: str
    #: ``rule:SELECTOR``, ``meta:NAME``, ``json-ld:KEY``, ``label:来源``, ``table:索引号``,
    #: ``script``, ``url``, ``density``, ``heading``, ``listing``
    witness: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What a finding is worth: its clean value, or why it has none."""

    found: Found
    value: str = ""
    refused: str = ""


#: Witnesses that speak of the first publication and nothing else.
EXACT = frozenset(
    ["meta:firstpublishedtime", "meta:article:published_time", "meta:og:published_time",
     "meta:datepublished", "meta:govuk:first-published-at", "json-ld:datePublished"]
)  # fmt: skip
#: The witness that tells the day of a change.
UPDATED = "line:updated"

#: What the witnesses say of one field, most trusted first; normalise takes the first it can read.
Findings = tuple[Found, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An article page read but not interpreted: strings as found, each with its witness."""

    url: str
    title: Findings = ()
    #: HTML of the body's container, noise removed, addresses as on the page
    body: Findings = ()
    published: Findings = ()
    written: Findings = ()
    origin: Findings = ()
    author: Findings = ()
    editor: Findings = ()
    issuer: Findings = ()
    doc_number: Findings = ()
    index_number: Findings = ()
    lang: Findings = ()
    #: when the page says it was last edited
    modified: Findings = ()
    #: address and name pairs as found
    attachments: tuple[tuple[str, str], ...] = ()
    #: addresses of the article's further pages as found, absolute, in order
    further: tuple[str, ...] = ()
    #: what the page's <base> says, or its address: relative addresses hang on it
    base: str = ""
    #: version of the extractor that read it
    extractor: str = ""


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
class Known:
    """What is remembered of an address that was fetched before."""

    visits: int = 0
    visited: datetime | None = None
    validators: Validators = field(default_factory=Validators)
    #: sha256 of the payload last seen
    sha256: str = ""
    #: addresses that the first page of a listing named last, in order
    named: tuple[str, ...] = ()


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
