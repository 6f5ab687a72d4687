"""What one site holds at the moment: its articles, the order of its lists, its troubles."""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable

from crawler.replica.answers import Answer, Request
from crawler.replica.compose import compose, headline
from crawler.replica.records import Document, Entry, Listing, Profile, Truth


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A line of a list."""

    title: str
    path: str
    #: in the site's own time
    local: datetime
    entry: Entry
    pinned: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Everything an article's page shows."""

    shelf: "Shelf"
    entry: Entry
    document: Document
    local: datetime
    views: int


class Family(Protocol):
    """One system's way of putting articles and lists into pages."""

    profile: Profile
    #: path of the sitemap that robots.txt names, or nothing
    sitemap: str
    #: what it calls itself in the Server header
    server: str

    def listings(self, address: str) -> tuple[Listing, ...]:
        """What a crawler should watch."""

    def path(self, entry: Entry) -> str:
        """An article's address below the host, query included."""

    def media(self, entry: Entry, index: int, suffix: str) -> str:
        """The path of its n-th picture (png) or file (pdf)."""

    def article(self, page: Page) -> Answer:
        """An article's page."""

    def route(self, request: Request, shelf: "Shelf") -> Answer | None:
        """Home page, lists and whatever else the system offers; None where there is nothing."""

    def missing(self) -> Answer:
        """The page for an address that holds nothing, with status 404."""


@runtime_checkable
class Editorial(Family, Protocol):
    """A system whose articles another one can take over."""

    def content(self, page: Page) -> str:
        """What its editor made of an article: the body with its own box and its files."""


class Shelf:
    """The articles of one site, and what is wrong with it. Guarded by the portal's lock."""

    def __init__(self, family: Family, opened: datetime) -> None:
        self.family = family
        self.profile = family.profile
        #: scheme, host and port, once it has them
        self.address = ""
        self.opened = opened
        #: when one of its lists last changed
        self.changed = opened
        self.entries: dict[int, Entry] = {}
        self.paths: dict[str, int] = {}
        self.known: dict[int, str] = {}
        self.gone: dict[int, str] = {}
        #: old path → new one, of articles whose address was changed
        self.moved: dict[str, str] = {}
        self.views: dict[int, int] = {}
        self.columns: list[list[int]] = [[] for _ in self.profile.columns]
        self.pins: list[list[int]] = [[] for _ in self.profile.columns]
        self.titles: dict[int, str] = {}
        self.calm()

    def calm(self) -> None:
        """End all troubles; what was taken down stays down."""
        self.retry_after: int | datetime | None = None
        self.challenge: int | None = None
        self.closed = False
        self.delay = 0.0

    @property
    def next_number(self) -> int:
        return max(self.entries, default=0) + 1

    def add(self, entry: Entry) -> str:
        """Put an article where its moment belongs; its path."""
        path = self.family.path(entry)
        self.entries[entry.number] = entry
        self.paths[path] = entry.number
        self.known[entry.number] = path
        column = self.columns[entry.column]
        place = bisect_right(column, entry.published, key=self._moment)
        column.insert(place, entry.number)
        return path

    def rebuild(self, family: Family) -> None:
        """Let another system show the same articles; those whose path it changes have moved."""
        self.family = family
        for number, old in self.known.items():
            path = family.path(self.entries[number])
            if path != old:
                self.moved[old] = path
                self.known[number] = path
        self.paths = {path: number for number, path in self.known.items()}

    def replace(self, entry: Entry) -> None:
        """The same article in another state."""
        self.entries[entry.number] = entry

    def remove(self, entry: Entry, how: str) -> None:
        """Take an article out of the lists, and answer for it in one of the three ways."""
        self.gone[entry.number] = how
        for numbers in (self.columns[entry.column], self.pins[entry.column]):
            if entry.number in numbers:
                numbers.remove(entry.number)

    def pin(self, entry: Entry) -> None:
        """Put an article's row on top of its list, whatever its date."""
        self.columns[entry.column].remove(entry.number)
        self.pins[entry.column].insert(0, entry.number)

    def live(self) -> Iterator[Entry]:
        """All articles that are up."""
        return (entry for entry in self.entries.values() if entry.number not in self.gone)

    def find(self, path: str) -> Entry | None:
        number = self.paths.get(path)
        return None if number is None else self.entries[number]

    def url(self, entry: Entry) -> str:
        return self.address + self.known[entry.number]

    def local(self, entry: Entry) -> datetime:
        return entry.published.astimezone(self.profile.clock)

    def title(self, entry: Entry) -> str:
        known = self.titles.get(entry.number)
        if known is None:
            known = self.titles[entry.number] = headline(entry)
        return known

    def row(self, number: int, *, pinned: bool = False) -> Row:
        entry = self.entries[number]
        return Row(
            title=self.title(entry),
            path=self.known[number],
            local=self.local(entry),
            entry=entry,
            pinned=pinned,
        )

    def total(self, column: int) -> int:
        return len(self.pins[column]) + len(self.columns[column])

    def rows(self, column: int, start: int, stop: int) -> list[Row]:
        """A stretch of a list, newest first below the pinned rows."""
        pins, numbers = self.pins[column], self.columns[column]
        count = len(numbers)
        rows = [self.row(number, pinned=True) for number in pins[start:stop]]
        for place in range(max(start - len(pins), 0), min(stop - len(pins), count)):
            rows.append(self.row(numbers[count - 1 - place]))
        return rows

    def neighbours(self, entry: Entry) -> tuple[Row | None, Row | None]:
        """The rows before and after an article in its column, by number: older, newer."""
        return self._near(entry, -1), self._near(entry, 1)

    def older(self, entry: Entry, count: int) -> list[Row]:
        """Rows of the next older articles of the site; they stay the same as long as it lives."""
        numbers = range(entry.number - 2, max(entry.number - 2 - count, 0), -1)
        return [self.row(number) for number in numbers if number in self.entries]

    def page(self, entry: Entry, views: int = 0) -> Page:
        return Page(
            shelf=self, entry=entry, document=compose(entry), local=self.local(entry), views=views
        )

    def truth(self, entry: Entry, reprint_of: str | None) -> Truth:
        """What an article's page says."""
        document = compose(entry)
        moment = self.local(entry)
        if self.profile.precision == "day":
            moment = moment.replace(hour=0, minute=0, second=0, microsecond=0)
        elif self.profile.precision == "minute":
            moment = moment.replace(second=0, microsecond=0)
        return Truth(
            url=self.url(entry),
            site=self.profile.id,
            category=self.profile.columns[entry.column].name,
            title=document.title,
            published=moment.astimezone(entry.published.tzinfo),
            precision=self.profile.precision,
            written=document.written,
            origin=document.origin,
            author=document.author,
            editor=document.editor,
            issuer=document.issuer,
            doc_number=document.doc_number,
            index_number=document.index_number,
            text=document.text,
            attachments=tuple(
                self.address + self.family.media(entry, index, "pdf")
                for index in range(len(document.attachments))
            ),
            pictures=tuple(
                self.address + self.family.media(entry, picture.index, "png")
                for picture in document.pictures
            ),
            reprint_of=reprint_of,
            edited=entry.edited if self.profile.family in ("ucap", "feed-site") else None,
        )

    def _moment(self, number: int) -> datetime:
        return self.entries[number].published

    def _near(self, entry: Entry, step: int) -> Row | None:
        for number in range(entry.number + step, entry.number + step * 9, step):
            other = self.entries.get(number)
            if other and other.column == entry.column and number not in self.gone:
                return self.row(number)
        return None
