"""What pages say: links of a listing, and the draft of an article."""

from dataclasses import dataclass, field
from datetime import datetime


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
    #: JSON that a POST hands over instead of a form
    body: str = ""
    #: entries on the pages before it, where that tells when the last is reached
    seen: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingPage:
    """What one page of a listing says."""

    links: tuple[Link, ...]
    #: the page after it, or None where this is the last
    next: PageRequest | None = None
    #: number of entries the site itself counts, where it says so
    total: int | None = None
    #: number of pages the site itself counts, where it says so
    pages: int | None = None
    #: listings this one consists of, newest first: the files of a sitemap index
    children: tuple[PageRequest, ...] = ()
    #: addresses on the site's own hosts that the page's scripts ask for data
    endpoints: tuple[str, ...] = ()


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
