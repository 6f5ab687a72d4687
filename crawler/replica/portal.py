"""The portal: the sites on the air, and everything that can happen to them."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from threading import RLock
from types import TracebackType
from typing import Self

from crawler.replica import changes, desk
from crawler.replica.answers import Answer, Request
from crawler.replica.asked import ASKED
from crawler.replica.feed_site import FeedSite
from crawler.replica.gbk_table import GbkTable
from crawler.replica.hanweb import Hanweb
from crawler.replica.places import places
from crawler.replica.profiles import ORDER, PROFILES
from crawler.replica.records import Changes, Entry, Profile, Site, Truth
from crawler.replica.redesign import COLUMNS, Redesign, Redesigned
from crawler.replica.server import Reply, Server
from crawler.replica.shelf import Editorial, Family, Shelf
from crawler.replica.static import SYSTEMS
from crawler.replica.stock import holdings, sprout
from crawler.replica.trs import Trs
from crawler.replica.ucap import Ucap

FAMILIES: dict[str, Callable[[Profile], Family]] = {
    "trs": Trs,
    "hanweb": Hanweb,
    "ucap": Ucap,
    "gbk-table": GbkTable,
    "feed-site": FeedSite,
    **SYSTEMS,
    **ASKED,
}
SMALLEST = 50


class Portal:
    """Government sites on this machine, five unless others are asked for, changing when told to.

    The same ``seed``, ``size`` and ``now`` give the same bytes, but for the view counters. Nothing
    is kept of a page; it is written anew at each request.
    """

    def __init__(
        self,
        *,
        size: int = 200,
        seed: int = 1,
        now: datetime | None = None,
        days: int = 400,
        port: int = 0,
        hosts: str = "auto",
        sites: Sequence[str] = ORDER,
    ) -> None:
        if size < SMALLEST:
            raise ValueError(f"size is at least {SMALLEST}, not {size}")
        if days < 2:
            raise ValueError(f"days is at least 2, not {days}")
        #: the moment new articles are published and edits made
        self.now = (now or datetime.now(UTC)).astimezone(UTC).replace(second=0, microsecond=0)
        self.seed = seed
        self.sites: tuple[Site, ...] = ()
        self._port, self._hosts = port, hosts
        self._lock = RLock()
        self._server = Server()
        self._rounds = 0
        #: the last requests: monotonic time, host, method, path, status
        self.requests = self._server.visits
        self._shelves: dict[str, Shelf] = {}
        for site, entries in holdings(size, seed, self.now, days, sites).items():
            profile = PROFILES[site]
            shelf = self._shelves[site] = Shelf(FAMILIES[profile.family](profile), self.now)
            for entry in entries:
                shelf.add(entry)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Go on the air; from here on there are ``sites`` with addresses."""
        shelves = list(self._shelves.values())
        found = places(len(shelves), self._port, self._hosts)
        for shelf, place in zip(shelves, found, strict=True):
            shelf.address = place.address
        self.sites = tuple(
            _site(shelf, place.host) for shelf, place in zip(shelves, found, strict=True)
        )
        self._server.start(
            [
                (place, shelf.family.server, self._reply(shelf))
                for shelf, place in zip(shelves, found, strict=True)
            ]
        )

    def stop(self) -> None:
        """Go off the air."""
        self._server.stop()

    def site(self, name: str) -> Site:
        """A site by its id."""
        return next(site for site in self.sites if site.id == name)

    def truth(self) -> Iterator[Truth]:
        """What the page of each article says that is up now."""
        with self._lock:
            live = [(shelf, entry) for shelf in self._shelves.values() for entry in shelf.live()]
        for shelf, entry in live:
            yield shelf.truth(entry, self._source(entry))

    def told(self, url: str) -> Truth:
        """What one article's page says."""
        with self._lock:
            shelf, entry = self._found(url)
            return shelf.truth(entry, self._source(entry))

    def urls(self, site: str) -> list[str]:
        """The addresses of a site's ordinary articles: no reprint, nothing pinned."""
        with self._lock:
            shelf = self._shelves[site]
            pinned = {number for numbers in shelf.pins for number in numbers}
            return [
                shelf.url(entry)
                for entry in shelf.live()
                if entry.copy_of is None and entry.number and entry.number not in pinned
            ]

    def edit(self, url: str) -> str:
        """Write one sentence of an article anew and correct one figure."""
        with self._lock:
            shelf, entry = self._found(url)
            shelf.replace(replace(entry, revision=entry.revision + 1, edited=self.now))
            shelf.changed = self.now
            return url

    def count(self, url: str, views: int = 500) -> str:
        """Let an article's view counter jump, and nothing else."""
        with self._lock:
            shelf, entry = self._found(url)
            if shelf.profile.family == "feed-site":
                raise ValueError(f"{url} shows no view counter")
            seen = shelf.views.get(entry.number, entry.seed % 5000)
            shelf.views[entry.number] = seen + views
            return url

    def take_down(self, url: str, how: str = "404") -> str:
        """Remove an article from its site: how is 404, redirect or soft404."""
        if how not in desk.WAYS:
            raise ValueError(f"how is one of {', '.join(desk.WAYS)}, not {how!r}")
        with self._lock:
            shelf, entry = self._found(url)
            shelf.remove(entry, how)
            shelf.changed = self.now
            return url

    def reprint(self, url: str, site: str, exact: bool = False) -> str:
        """Let a site carry another's article; unless exact, shortened and with its own byline."""
        with self._lock:
            shelf, source = self._found(url)
            target = self._shelves[site]
            if target is shelf or target.profile.lang != shelf.profile.lang:
                raise ValueError(f"{site} does not reprint {url}")
            entry = self._new(target)
            return self._put(target, replace(entry, kind="reprint", copy_of=source, exact=exact))

    def pin(self, url: str) -> str:
        """Put an article's row on top of its list."""
        with self._lock:
            shelf, entry = self._found(url)
            shelf.pin(entry)
            shelf.changed = self.now
            return url

    def backdate(self, site: str, rank: int = 25) -> str:
        """Publish an article now with the date of the one that many rows down its first list."""
        with self._lock:
            shelf = self._shelves[site]
            numbers = shelf.columns[0]
            after = shelf.entries[numbers[max(len(numbers) - 1 - rank, 0)]]
            entry = self._new(shelf, after.published - timedelta(minutes=1))
            return self._put(shelf, replace(entry, column=0))

    def publish(self, site: str) -> str:
        """Publish an article."""
        with self._lock:
            shelf = self._shelves[site]
            return self._put(shelf, self._new(shelf))

    def redesign(
        self, site: str, *, columns: str = "stays", addresses: bool = False, scripted: bool = False
    ) -> None:
        """Rebuild a site: other pages, other class names, and by choice more.

        ``columns`` says what becomes of the addresses of its lists (stays, redirects, gone), with
        ``addresses`` articles move and their old addresses redirect, with ``scripted`` a script
        fills the lists.
        """
        if columns not in COLUMNS:
            raise ValueError(f"columns is one of {', '.join(COLUMNS)}, not {columns!r}")
        with self._lock:
            shelf = self._shelves[site]
            before = shelf.family
            if not isinstance(before, Editorial):
                raise ValueError(
                    f"{site} has nothing that can be taken over, or was rebuilt before"
                )
            plan = Redesign(columns=columns, addresses=addresses, scripted=scripted)
            shelf.rebuild(Redesigned(before, plan))
            shelf.changed = self.now
            listings = shelf.family.listings(shelf.address)
            self.sites = tuple(
                replace(one, listings=listings) if one.id == site else one for one in self.sites
            )

    def overload(self, site: str, retry_after: int | datetime = 2) -> None:
        """Answer 503 with Retry-After, in seconds or as a date, until restored."""
        with self._lock:
            self._shelves[site].retry_after = retry_after

    def challenge(self, site: str, status: int = 412) -> None:
        """Answer with a firewall's script page until restored; with 200 only the script tells."""
        with self._lock:
            self._shelves[site].challenge = status

    def disallow(self, site: str) -> None:
        """Close the whole site in robots.txt until restored."""
        with self._lock:
            self._shelves[site].closed = True

    def slow(self, site: str, seconds: float) -> None:
        """Let each answer take that long until restored."""
        with self._lock:
            self._shelves[site].delay = seconds

    def restore(self, site: str | None = None) -> None:
        """End the troubles of a site, or of all."""
        with self._lock:
            for name, shelf in self._shelves.items():
                if site in (None, name):
                    shelf.calm()

    def change(self, now: datetime | None = None) -> Changes:
        """Make the standard set of changes at that moment, by default a day later."""
        with self._lock:
            self.now = (now or self.now + timedelta(days=1)).astimezone(UTC)
            self._rounds += 1
            return changes.standard(self, Random(f"{self.seed}:{self._rounds}"))

    def _reply(self, shelf: Shelf) -> Reply:
        def reply(request: Request) -> tuple[Answer, float]:
            with self._lock:
                return desk.settled(desk.answer(request, shelf), request), shelf.delay

        return reply

    def _new(self, shelf: Shelf, published: datetime | None = None) -> Entry:
        return sprout(self.seed, shelf.profile.id, shelf.next_number, published or self.now)

    def _put(self, shelf: Shelf, entry: Entry) -> str:
        shelf.changed = self.now
        return shelf.address + shelf.add(entry)

    def _found(self, url: str) -> tuple[Shelf, Entry]:
        for shelf in self._shelves.values():
            if shelf.address and url.startswith(f"{shelf.address}/"):
                entry = shelf.find(url.removeprefix(shelf.address))
                if entry is not None and entry.number not in shelf.gone:
                    return shelf, entry
        raise KeyError(f"no article at {url}")

    def _source(self, entry: Entry) -> str | None:
        if entry.copy_of is None:
            return None
        return self._shelves[entry.copy_of.site].url(entry.copy_of)


def _site(shelf: Shelf, host: str) -> Site:
    profile = shelf.profile
    return Site(
        id=profile.id,
        name=profile.name,
        address=shelf.address,
        family=profile.family,
        zone=profile.zone,
        lang=profile.lang,
        categories=tuple(column.name for column in profile.columns),
        listings=shelf.family.listings(shelf.address),
        hosts=(host,),
    )
