"""The pages of listings that a backfill reads: which are waiting, and what the others named."""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime

from crawler.frontier.moments import text_of
from crawler.records import Ending, PageDue, PageRead, PageRequest, Walk
from crawler.schema import writing

#: Pages whose days are told.
_DATED = 12

_ONWARD = """
    INSERT INTO backfill_pages (source, listing, request, seen, place, depth, guessed)
    VALUES (:source, :listing, :request, :seen, :place, :depth, :guessed)
    ON CONFLICT (source, listing, request) DO UPDATE SET guessed = min(guessed, :guessed)
"""


class Walks:
    """The pages and entries of the histories of ``crawl.db``."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def going(self, source: str) -> list[Walk]:
        """Return the listings of a source that are not read to their end; entries uncounted."""
        rows = self._db.execute(
            "SELECT w.*, (SELECT count(*) FROM backfill_pages p WHERE p.source = w.source "
            "  AND p.listing = w.listing AND p.state = 'read') AS pages "
            "FROM backfill_walks w WHERE source = ? AND ended = '' ORDER BY rowid",
            (source,),
        )
        return [
            Walk(listing=r["listing"], pages=r["pages"], total=r["total"], stated=r["stated"])
            for r in rows
        ]

    def next_page(self, source: str, listing: str) -> PageDue | None:
        """Return the page of a listing to ask for next that was never asked for."""
        row = self._db.execute(
            "SELECT * FROM backfill_pages WHERE source = ? AND listing = ? AND state = 'waiting' "
            "AND tries = 0 ORDER BY place, id LIMIT 1",
            (source, listing),
        ).fetchone()
        return _page(row) if row else None

    def failed_pages(self, source: str) -> list[tuple[PageDue, datetime]]:
        """Return the pages that were asked for in vain, and when to ask again, soonest first."""
        rows = self._db.execute(
            "SELECT * FROM backfill_pages WHERE source = ? AND state = 'waiting' AND tries > 0 "
            "ORDER BY next_try, id",
            (source,),
        )
        return [(_page(row), datetime.fromisoformat(row["next_try"])) for row in rows]

    def request_before(self, source: str, page: PageDue) -> PageRequest | None:
        """Return what was asked for to get the page before a page."""
        row = self._db.execute(
            "SELECT request, seen FROM backfill_pages "
            "WHERE source = ? AND listing = ? AND place = ? ORDER BY id LIMIT 1",
            (source, page.listing, page.place - 1),
        ).fetchone()
        return request_of(row["request"], row["seen"]) if row else None

    def latest(self, source: str, listing: str, *, limit: int) -> list[PageRead]:
        """Return the last pages that were read of a listing, the last first.

        A page that was read late, after it had failed, is not among them. Days are told of the
        last few.
        """
        rows = self._db.execute(
            "SELECT * FROM backfill_pages WHERE source = ? AND listing = ? AND state = 'read' "
            "AND tries = 0 ORDER BY place DESC, id DESC LIMIT ?",
            (source, listing, limit),
        ).fetchall()
        return [
            PageRead(
                place=row["place"],
                named=row["named"],
                fresh=row["fresh"],
                print=row["print"],
                days=self._days(row["id"]) if number < _DATED else (),
            )
            for number, row in enumerate(rows)
        ]

    def _days(self, page: int) -> tuple[date, ...]:
        rows = self._db.execute(
            "SELECT day FROM backfill_entries WHERE page = ? AND day != ''", (page,)
        )
        return tuple(date.fromisoformat(row["day"]) for row in rows)

    def read(
        self,
        source: str,
        page: PageDue,
        *,
        entries: Mapping[str, date | None],
        print: str,  # noqa: A002 - as the column
        onward: PageRequest | None = None,
        guessed: bool = False,
        short: bool = False,
        children: Sequence[PageRequest] = (),
        total: int | None = None,
        stated: int | None = None,
    ) -> None:
        """Remember a page that was read, once its links are safe, and what follows it.

        ``guessed``: it does not say so itself; ``short``: nor can it be guessed, though there are
        more. Where nothing follows the walk has ended.
        """
        with writing(self._db):
            before = self._db.total_changes
            self._db.executemany(
                "INSERT OR IGNORE INTO backfill_entries VALUES (?, ?, ?, ?, ?)",
                [
                    (source, page.listing, url, page.id, day.isoformat() if day else "")
                    for url, day in entries.items()
                ],
            )
            fresh = self._db.total_changes - before
            self._db.execute(
                "UPDATE backfill_pages SET state = 'read', named = ?, fresh = ?, print = ?, "
                "reason = '' WHERE id = ?",
                (len(entries), fresh, print, page.id),
            )
            self._db.execute(
                "UPDATE backfill_walks SET total = coalesce(?, total), "
                "stated = coalesce(?, stated) WHERE source = ? AND listing = ?",
                (_bounded(total), _bounded(stated), source, page.listing),
            )
            leads_back = False
            if onward is not None:
                leads_back = not have_asked(
                    self._db, source, page.listing, onward, place=page.place + 1, guessed=guessed
                )
            for child in children:
                have_asked(
                    self._db,
                    source,
                    page.listing,
                    child,
                    place=page.place + 1,
                    depth=page.depth + 1,
                )
            ends = Ending.LOOP if leads_back else Ending.SHORT if short else Ending.END
            self._end_if_done(source, page, ends)

    def failed(
        self,
        source: str,
        page: PageDue,
        reason: str,
        *,
        now: datetime,
        next_try: datetime | None,
        guess: PageRequest | None = None,
    ) -> None:
        """Remember a page that could not be read; without a next try it is given up.

        ``guess`` is the page after it, as far as its number tells.
        """
        with writing(self._db):
            self._db.execute(
                "UPDATE backfill_pages SET tries = tries + 1, tried = ?, next_try = ?, "
                "reason = ?, state = ? WHERE id = ?",
                (
                    text_of(now),
                    next_try and text_of(next_try),
                    reason,
                    "waiting" if next_try else "lost",
                    page.id,
                ),
            )
            if guess is not None:
                have_asked(
                    self._db, source, page.listing, guess, place=page.place + 1, guessed=True
                )
            last = self._db.execute(
                "SELECT max(place) AS last FROM backfill_pages WHERE source = ? AND listing = ?",
                (source, page.listing),
            ).fetchone()["last"]
            why = Ending.FAILED if page.place == last else Ending.END
            self._end_if_done(source, page, why)

    def drop(self, source: str, page: PageDue) -> None:
        """Forget a page that was only guessed and is not there."""
        with writing(self._db):
            self._db.execute("DELETE FROM backfill_pages WHERE id = ?", (page.id,))
            self._end_if_done(source, page, Ending.END)

    def end(self, source: str, listing: str, why: Ending) -> None:
        """Remember why the walk through a listing ended."""
        with writing(self._db):
            self._end(source, listing, why)

    def date(self, source: str, days: Mapping[str, date]) -> None:
        """Remember of which day entries are whose listing did not say so."""
        with writing(self._db):
            self._db.executemany(
                "UPDATE backfill_entries SET day = ? WHERE source = ? AND url = ? AND day = '' "
                "AND listing IN (SELECT listing FROM backfill_walks WHERE source = ?)",
                [(day.isoformat(), source, url, source) for url, day in days.items()],
            )

    def _end_if_done(self, source: str, page: PageDue, why: Ending) -> None:
        waits = self._db.execute(
            "SELECT 1 FROM backfill_pages WHERE source = ? AND listing = ? AND state = 'waiting'",
            (source, page.listing),
        ).fetchone()
        if waits is None:
            self._end(source, page.listing, why)

    def _end(self, source: str, listing: str, why: Ending) -> None:
        self._db.execute(
            "UPDATE backfill_walks SET ended = ? WHERE source = ? AND listing = ? AND ended = ''",
            (why, source, listing),
        )


def have_asked(
    db: sqlite3.Connection,
    source: str,
    listing: str,
    request: PageRequest,
    *,
    place: int,
    depth: int = 0,
    guessed: bool = False,
) -> bool:
    """Have a page asked for; return whether it is still to be: it may have been asked."""
    told = {
        "source": source,
        "listing": listing,
        "request": _text(request),
        "seen": request.seen,
        "place": place,
        "depth": depth,
        "guessed": guessed,
    }
    db.execute(_ONWARD, told)
    row = db.execute(
        "SELECT state FROM backfill_pages "
        "WHERE source = :source AND listing = :listing AND request = :request",
        told,
    ).fetchone()
    return bool(row["state"] == "waiting")


def _bounded(count: int | None) -> int | None:
    """Return a count that a page states, None where no site counts so many."""
    return count if count is not None and 0 < count < 10**9 else None


def _text(request: PageRequest) -> str:
    """Return a request as JSON; what is asked for again is spelt the same again."""
    told = asdict(request)
    del told["seen"]
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def request_of(text: str, seen: int = 0) -> PageRequest:
    """Return a request as it was remembered."""
    told = json.loads(text)
    form = tuple((name, value) for name, value in told.pop("form"))
    return PageRequest(**told, form=form, seen=seen)


def _page(row: sqlite3.Row) -> PageDue:
    return PageDue(
        id=row["id"],
        listing=row["listing"],
        request=request_of(row["request"], row["seen"]),
        place=row["place"],
        depth=row["depth"],
        guessed=bool(row["guessed"]),
        tries=row["tries"],
    )
