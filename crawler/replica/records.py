"""What the portal is made of: frozen records, no behaviour beyond what follows from the fields."""

from dataclasses import dataclass
from datetime import date, datetime, timezone


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """An address that names articles, as a crawler's configuration would list it."""

    url: str
    #: html, hanweb, feed or sitemap
    kind: str
    #: the column its articles stand in
    category: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """One government site of the portal."""

    id: str
    name: str
    #: scheme, host and port, without a slash at the end
    address: str
    #: the system it imitates: trs, hanweb, ucap, gbk-table or feed-site
    family: str
    #: IANA name of the zone its clocks show
    zone: str
    lang: str
    categories: tuple[str, ...]
    listings: tuple[Listing, ...]
    #: as they stand in the request log; with the port only where ports tell the sites apart
    hosts: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """What an article's page says, for comparison with what a crawler made of it."""

    url: str
    site: str
    #: the column
    category: str
    title: str
    #: as exact as the page shows it, in UTC; a day alone is midnight of the site's zone
    published: datetime
    #: second, minute or day
    precision: str
    written: date | None
    origin: str | None
    author: str | None
    editor: str | None
    issuer: str | None
    doc_number: str | None
    index_number: str | None
    #: the body's paragraphs and table rows joined by newlines, without bylines and origin
    text: str
    #: absolute addresses
    attachments: tuple[str, ...]
    pictures: tuple[str, ...]
    #: the address this was reprinted from
    reprint_of: str | None
    #: when it was last edited, for sites that say so
    edited: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reprint:
    """One article carried again by another site."""

    source: str
    copy: str
    #: word for word; otherwise a paragraph is missing and another byline stands below
    exact: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What one round of the standard changes did, as addresses per kind."""

    at: datetime
    edited: tuple[str, ...]
    #: only the view counter moved
    counted: tuple[str, ...]
    #: answer 404 from now on
    missing: tuple[str, ...]
    #: answer with a redirect to the home page
    redirected: tuple[str, ...]
    #: answer 200 with a page that says there is nothing
    soft_missing: tuple[str, ...]
    reprinted: tuple[Reprint, ...]
    pinned: tuple[str, ...]
    backdated: tuple[str, ...]
    published: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A channel of a site: its name, and the path of its list."""

    name: str
    path: str
    #: the system's own number of it, where it has one
    key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What sets one site apart before it has an address: the face it shows and its habits."""

    id: str
    name: str
    #: the domain its metas claim
    domain: str
    family: str
    zone: str
    #: the same zone as an offset; none of the sites keeps summer time
    clock: timezone
    lang: str
    columns: tuple[Column, ...]
    #: second, minute or day: how exactly its pages show a publication moment
    precision: str
    #: what its articles are, drawn by weight
    kinds: tuple[str, ...]
    #: rows on a page of its lists
    rows: int = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An article before it is written out: everything its pages follow from."""

    site: str
    number: int
    #: index into the profile's columns
    column: int
    published: datetime
    kind: str
    seed: int
    revision: int = 0
    edited: datetime | None = None
    #: the entry this repeats, as it stood then
    copy_of: "Entry | None" = None
    exact: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table in a body; its first row is the heading."""

    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """The n-th picture of a body, with the caption below it."""

    index: int
    caption: str


Block = str | Table | Picture


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """An article's content, before a site dresses it."""

    title: str
    blocks: tuple[Block, ...]
    #: names of the files that come with it
    attachments: tuple[str, ...] = ()
    topic: str = ""
    origin: str | None = None
    author: str | None = None
    editor: str | None = None
    issuer: str | None = None
    doc_number: str | None = None
    index_number: str | None = None
    written: date | None = None
    #: the body as HTML where it is given as such
    markup: str = ""

    @property
    def text(self) -> str:
        """Paragraphs, table rows and captions, one a line."""
        lines: list[str] = []
        for block in self.blocks:
            if isinstance(block, str):
                lines.append(block)
            elif isinstance(block, Table):
                lines.extend(" ".join(row) for row in block.rows)
            elif block.caption:
                lines.append(block.caption)
        return "\n".join(lines)

    @property
    def pictures(self) -> tuple[Picture, ...]:
        """The pictures in their order."""
        return tuple(block for block in self.blocks if isinstance(block, Picture))
