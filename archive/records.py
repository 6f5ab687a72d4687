"""What the archive holds and hands out: one frozen record per stage, all of them pure data.

Times are aware UTC. A text field that is not known is ``""``, never ``None``; a moment or number
that is not known is ``None``.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum


class Precision(StrEnum):
    """How exactly the publication moment is known; what the page did not show is not invented."""

    DAY = "day"
    MINUTE = "minute"
    SECOND = "second"


class Verdict(StrEnum):
    """What ``Archive.put`` decided about an article."""

    NEW = "new"
    REVISED = "revised"
    UNCHANGED = "unchanged"
    REPRINT = "reprint"
    #: it was deleted for good, and is not stored again
    DELETED = "deleted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file that belongs to an article."""

    url: str
    name: str
    #: of the file as it was last fetched, hex; "" until it is
    sha256: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One published notice, typed and clean; what a page becomes and what a post is made of."""

    #: id of the source it was found at (the stem of its TOML file), or ``import``
    source: str
    #: canonical address; ``urn:gazette:post:<sha256>`` for an imported post that names none
    url: str
    title: str
    #: the body as safe HTML, addresses absolute
    html: str
    #: the body as text, one paragraph a line
    text: str
    #: the publication moment in UTC; None where the page shows none
    published: datetime | None = None
    #: how exactly ``published`` is known
    precision: Precision = Precision.SECOND
    #: IANA name of the zone in which the page shows its times
    zone: str = "UTC"
    #: 成文日期, the day the document was written or signed
    written: date | None = None
    #: BCP 47 language tag
    lang: str = ""
    #: the place it speaks for, from the largest down: 甘肃省/平凉市
    region: str = ""
    #: the path of channels it was found under
    categories: tuple[str, ...] = ()
    #: the channel that carried it (``author`` of the front-matter format)
    channel: str = ""
    #: 来源, who published it first
    origin: str = ""
    #: 作者, who wrote it
    author: str = ""
    #: 责任编辑, who edited it
    editor: str = ""
    #: 发文机关, the body that issued the document
    issuer: str = ""
    #: 发文字号, for example 国办发〔2017〕47号
    doc_number: str = ""
    #: 索引号
    index_number: str = ""
    #: absolute addresses of the pictures of the body, in order
    pictures: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    #: field name → witness that gave it (rule, meta, label, table, json-ld, density, …)
    witnesses: tuple[tuple[str, str], ...] = ()
    #: version of the extractor that read it
    extractor: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """One answer of a server, as received."""

    #: the address that was asked for, canonical
    url: str
    #: the address that answered, after redirects
    final_url: str
    status: int
    reason: str = ""
    #: response header fields as received, in order
    headers: tuple[tuple[str, str], ...] = ()
    request_headers: tuple[tuple[str, str], ...] = ()
    #: the payload after transfer decoding, still content-coded (what a WARC record holds)
    payload: bytes = b""
    #: the payload with its content coding (gzip, deflate) undone
    body: bytes = b""
    #: when the answer was complete, UTC
    fetched_at: datetime
    #: address of the peer that was connected to, or ""
    ip: str = ""
    #: name of the WARC file of others it was taken from; "" where we saw the answer ourselves
    imported: str = ""

    def header(self, name: str) -> str:
        """Return the last value of header field ``name`` (case does not matter), or ""."""
        wanted = name.lower()
        return next((v for k, v in reversed(self.headers) if k.lower() == wanted), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Filing:
    """What one ``put`` is given: an article, and what it was read from."""

    article: Article
    #: the answer of its own address; None for one that is imported
    capture: Capture | None = None
    #: those of its further pages, in order
    further: tuple[Capture, ...] = ()

    @property
    def pages(self) -> tuple[Capture, ...]:
        """Everything the article was read from; nothing for one that is imported."""
        return () if self.capture is None else (self.capture, *self.further)


@dataclass(frozen=True, slots=True, kw_only=True)
class FileFiling:
    """What one ``keep_files`` is given for each file: an answer, and whose attachment it is."""

    capture: Capture
    #: ids of the articles that it is attached to; none for a picture
    articles: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptFile:
    """A file of an article, and what is kept of it."""

    url: str
    name: str
    #: ``attachment`` or ``picture``
    role: str
    #: of the file's bytes, hex; "" where it is not kept
    sha256: str = ""
    size: int = 0
    #: its media type, as the server named it
    type: str = ""
    fetched_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fingerprint:
    """What an article says, as digests; equal digests mean equal to a reader."""

    #: sha256 over every field whose change is a change of meaning
    content: str
    #: sha256 over the text alone, bylines, origin lines and white space dropped: equal in a reprint
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What became of one ``put``."""

    id: int
    verdict: Verdict
    #: number of the article's newest revision, from 1
    revision: int
    #: id of the earliest member of its reprint cluster (its own id where it stands alone)
    cluster: int
    #: names of the fields that changed, for a revision
    changed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence:
    """What became of noting that an article was not found."""

    id: int
    #: since when it is not found
    missing: datetime
    #: the verdict is that it is gone
    gone: bool
    #: and it was not before this visit
    first: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """An article as it lies in the archive."""

    id: int
    article: Article
    revision: int
    cluster: int
    first_seen: datetime
    last_seen: datetime
    #: since when it was not found at its address, or None while it stands
    missing: datetime | None = None
    #: the same moment once the verdict is that it is gone, see ``takedown``
    gone: datetime | None = None
    #: how it was not found last: ``404``, ``410``, ``redirect``, ``soft404``
    gone_reason: str = ""
    #: since when its listing goes on without it, though it may stand
    unlisted: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """One link of the hash chain: what an article said at one moment we looked, or read again."""

    #: position in the chain, from 1, without gaps
    seq: int
    article_id: int
    number: int
    #: 0 for the revision itself; 1, 2 … where a later extractor read it anew from what was kept
    reading: int
    url: str
    #: when the answer was complete, or when it was read again
    fetched_at: datetime
    status: int
    #: names of the fields that changed against the link before
    changed: tuple[str, ...]
    #: over the payloads of all pages, see ``chain.raw_digest``; "" for an import
    raw_sha256: str
    content_sha256: str
    extractor: str
    prev_hash: str
    hash: str
    #: name of the WARC file of others it was read from; "" where we saw it, or it came as a post
    imported: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tombstone:
    """What stands where an article was deleted for good."""

    article_id: int
    url: str
    at: datetime
    reason: str
    #: the link of the chain that vouches for it
    seq: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What a search or an export is limited to; an empty filter lets everything through."""

    sources: tuple[str, ...] = ()
    category: str = ""
    author: str = ""
    #: this one and those in it
    region: str = ""
    #: first day, inclusive (local day of the article)
    since: date | None = None
    #: last day, inclusive
    until: date | None = None
    #: columns to search: any of ``title``, ``text``; empty means both
    columns: tuple[str, ...] = ()
    #: show every member of a reprint cluster
    all_reprints: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One search result. Marks U+E000 … U+E001 stand around every hit in title and snippet."""

    id: int
    title: str
    published: datetime | None
    precision: Precision
    #: the local day of publication in the article's own zone, or None
    day: date | None = None
    source: str
    origin: str
    url: str
    snippet: str
    #: bm25 (smaller is better), or None where the order is by date
    score: float | None
    #: how many other members of its reprint cluster also match
    reprints: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """A page of hits and what to tell about it."""

    hits: tuple[Hit, ...]
    #: number of matches, capped
    total: int
    #: the count stopped at ``total``: there are more
    capped: bool = False
    #: what was not understood or silently narrowed, for people
    notes: tuple[str, ...] = field(default=())
    #: the ``cursor`` of the page that follows, or "" where there is none
    next: str = ""
