"""What is watched and how it is read: sources, their listings and rules."""

import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from crawler.records.pages import PageRequest

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


#: Paths into JSON, or templates of them (``crawler.jsonpaths``), tried in order.
Paths = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonRules:
    """How to ask for a listing that is JSON, and how to read it; empty means find it out."""

    #: the entries, or HTML that holds them
    items: Paths = ()
    #: within the entry; ``https://…/{id}.html`` puts an address together
    link: Paths = ()
    title: Paths = ()
    date: Paths = ()
    summary: Paths = ()
    #: the number of entries there are
    total: Paths = ()
    #: the number of pages there are
    pages: Paths = ()
    #: where the next page's address stands, or how it is spelled: ``…/list_{page}.json``
    next: Paths = ()
    #: the parameter that counts pages; ``paramJson.pageNo`` inside a parameter that is JSON
    page: str = ""
    #: the number of the first page, where the request names none
    first: int = 1
    #: the parameter that counts the entries before the page
    offset: str = ""
    #: fields of a form to post
    form: tuple[tuple[str, str], ...] = ()
    #: JSON to post
    body: str = ""


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
    JSON = "json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A page, feed or sitemap of a source that names its articles."""

    url: str
    kind: ListingKind = ListingKind.HTML
    #: the channel its articles belong to; added to the source's categories
    category: str = ""
    rules: ListingRules = field(default_factory=ListingRules)
    #: how a listing that is JSON is asked for and read
    json: JsonRules = field(default_factory=JsonRules)
    #: most pages to read in one pass
    pages: int = 3
    #: it is shown in a browser, so that its scripts run, before it is read
    render: bool = False
    #: time between two looks; None: learned from what it publishes
    every: timedelta | None = None
    #: shortest and longest time between two looks that are learned
    soonest: timedelta = timedelta(minutes=5)
    latest: timedelta = timedelta(days=1)
    #: most looks a day on the average, where they are learned
    looks: int = 48

    @property
    def request(self) -> PageRequest:
        """Return what to ask for to get the page that the listing begins with."""
        rules = self.json
        method = "POST" if rules.form or rules.body else "GET"
        return PageRequest(url=self.url, method=method, form=rules.form, body=rules.body)


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
    #: days on which its offices are closed: what is learned of Sundays holds
    holidays: tuple[date, ...] = ()
    lang: str = ""
    #: the place it speaks for, from the largest down: 甘肃省/平凉市
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
    #: the file of families/ it builds on
    family: str = ""
    #: the sets of the catalogue it belongs to
    sets: tuple[str, ...] = ()
    #: its file puts it to rest
    resting: bool = False
    #: it is watched: it does not rest, and is in no set or in one that gazette.toml chooses
    enabled: bool = True

    def allows(self, url: str) -> bool:
        """Tell whether the patterns let an address be an article."""
        return (not self.include or _fits(self.include, url)) and not _fits(self.exclude, url)


def _fits(patterns: tuple[str, ...], url: str) -> bool:
    return any(re.search(pattern, url) for pattern in patterns)
