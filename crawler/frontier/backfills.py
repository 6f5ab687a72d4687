"""What was asked for of the history of each source, how far it is read, what it came to."""

import sqlite3
from collections.abc import Iterable
from datetime import date, datetime

from crawler.frontier.moments import moment_of, text_of
from crawler.frontier.walks import have_asked, request_of
from crawler.records import Backfill, Ending, Gap, Listing, Month, Walk
from crawler.schema import writing

_WALKS = """
    WITH pages AS (
        SELECT listing, count(*) FILTER (WHERE state = 'read') AS pages,
            count(*) FILTER (WHERE state = 'waiting') AS waiting,
            count(*) FILTER (WHERE state = 'lost') AS lost
        FROM backfill_pages WHERE source = :source GROUP BY listing
    ), entries AS (
        SELECT e.listing, count(*) AS entries,
            count(*) FILTER (WHERE l.article_id IS NOT NULL) AS stored,
            count(*) FILTER (WHERE l.article_id IS NULL AND l.last_visit IS NOT NULL) AS failed,
            count(*) FILTER (WHERE l.url IS NOT NULL AND l.last_visit IS NULL) AS unvisited,
            count(*) FILTER (WHERE e.day = '') AS undated,
            min(nullif(e.day, '')) AS oldest, max(e.day) AS newest
        FROM backfill_entries e LEFT JOIN links l ON l.url = e.url
        WHERE e.source = :source GROUP BY e.listing
    )
    SELECT w.listing, w.total, w.stated, w.ended, p.pages, p.waiting, p.lost, e.*
    FROM backfill_walks w LEFT JOIN pages p ON p.listing = w.listing
        LEFT JOIN entries e ON e.listing = w.listing
    WHERE w.source = :source ORDER BY w.rowid
"""

_TOTAL = """
    SELECT count(*) AS entries,
        sum(l.article_id IS NOT NULL) AS stored,
        sum(l.article_id IS NULL AND l.last_visit IS NOT NULL) AS failed,
        sum(l.url IS NOT NULL AND l.last_visit IS NULL) AS unvisited,
        sum(e.day = '') AS undated
    FROM (SELECT url, max(day) AS day FROM backfill_entries WHERE source = ? GROUP BY url) e
        LEFT JOIN links l ON l.url = e.url
"""

_MONTHS = """
    SELECT substr(e.day, 1, 7) AS month, count(DISTINCT e.url) AS entries,
        count(DISTINCT CASE WHEN l.article_id IS NOT NULL THEN e.url END) AS stored
    FROM backfill_entries e LEFT JOIN links l ON l.url = e.url
    WHERE e.source = ? AND e.day != '' GROUP BY month ORDER BY month
"""


class Backfills:
    """The histories of ``crawl.db``."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def ask(
        self,
        source: str,
        listings: Iterable[Listing],
        *,
        since: date | None,
        pages: int | None,
        now: datetime,
    ) -> bool:
        """Remember that the history of a source is wanted; return whether one under way goes on.

        It goes on where no older day is asked for than before, and it is not finished or more
        pages are asked for; else every listing is read anew. Articles are never fetched twice.
        """
        asked = self.of(source)
        with writing(self._db):
            goes_on = asked is not None and _goes_on(asked, since, pages)
            if not goes_on:
                for table in ("walks", "pages", "entries"):
                    self._db.execute(f"DELETE FROM backfill_{table} WHERE source = ?", (source,))  # noqa: S608 - our names
            self._db.execute(
                "INSERT INTO backfills (source, since, pages, asked) VALUES (?, ?, ?, ?) "
                "ON CONFLICT (source) DO UPDATE SET since = excluded.since, rests = NULL, "
                "pages = excluded.pages, asked = excluded.asked, finished = NULL",
                (source, since and since.isoformat(), pages, text_of(now)),
            )
            self._db.execute(
                "UPDATE backfill_walks SET ended = '' WHERE source = ? AND ended = ?",
                (source, Ending.PAGES),
            )
            for listing in listings:
                new = self._db.execute(
                    "INSERT OR IGNORE INTO backfill_walks (source, listing) VALUES (?, ?)",
                    (source, listing.url),
                )
                if new.rowcount:
                    have_asked(self._db, source, listing.url, listing.request, place=1)
        return goes_on

    def of(self, source: str) -> Backfill | None:
        """Return what was asked for last of a source's history."""
        row = self._db.execute("SELECT * FROM backfills WHERE source = ?", (source,)).fetchone()
        return _backfill(row) if row else None

    def unfinished(self) -> list[Backfill]:
        """Return what was asked for and is not finished, in that order."""
        rows = self._db.execute("SELECT * FROM backfills WHERE finished IS NULL ORDER BY asked")
        return [_backfill(row) for row in rows]

    def rest(self, source: str, until: datetime | None) -> None:
        """Remember that nothing is to be asked for before a moment."""
        with writing(self._db):
            self._db.execute(
                "UPDATE backfills SET rests = ? WHERE source = ?",
                (until and text_of(until), source),
            )

    def finish(self, source: str, *, now: datetime) -> None:
        """Remember that all that was asked for is there, as far as it can be had."""
        with writing(self._db):
            self._db.execute(
                "UPDATE backfills SET finished = ?, rests = NULL WHERE source = ?",
                (text_of(now), source),
            )

    def named(self, source: str, urls: Iterable[str]) -> set[str]:
        """Return those of the addresses that the history of a source named."""
        named = set()
        for url in urls:
            row = self._db.execute(
                "SELECT 1 FROM backfill_walks w JOIN backfill_entries e"
                " ON e.source = w.source AND e.listing = w.listing AND e.url = ?"
                " WHERE w.source = ? LIMIT 1",
                (url, source),
            ).fetchone()
            if row:
                named.add(url)
        return named

    def walks(self, source: str) -> list[Walk]:
        """Return how far each listing of a source is read."""
        rows = self._db.execute(_WALKS, {"source": source})
        return [
            Walk(
                listing=r["listing"],
                total=r["total"],
                stated=r["stated"],
                ended=Ending(r["ended"]) if r["ended"] else None,
                oldest=_day(r["oldest"]),
                newest=_day(r["newest"]),
                **{
                    name: r[name] or 0
                    for name in (
                        "pages", "waiting", "lost", "entries", "stored", "failed", "unvisited",
                        "undated",
                    )
                },
            )
            for r in rows
        ]  # fmt: skip

    def total(self, source: str) -> Walk:
        """Return what the listings of a source came to together, each address counted once."""
        row = self._db.execute(_TOTAL, (source,)).fetchone()
        return Walk(
            listing="",
            entries=row["entries"],
            stored=row["stored"] or 0,
            failed=row["failed"] or 0,
            unvisited=row["unvisited"] or 0,
            undated=row["undated"] or 0,
        )

    def gaps(self, source: str) -> list[Gap]:
        """Return the pages of a source's listings that could not be read."""
        rows = self._db.execute(
            "SELECT * FROM backfill_pages WHERE source = ? AND state != 'read' AND tries > 0 "
            "ORDER BY listing, place",
            (source,),
        )
        return [
            Gap(
                listing=r["listing"],
                place=r["place"],
                url=request_of(r["request"]).url,
                reason=r["reason"],
                again=r["state"] == "waiting",
            )
            for r in rows
        ]

    def months(self, source: str) -> list[Month]:
        """Return how many entries the listings of a source named of each month, oldest first."""
        return [
            Month(
                year=int(r["month"][:4]),
                month=int(r["month"][5:]),
                entries=r["entries"],
                stored=r["stored"],
            )
            for r in self._db.execute(_MONTHS, (source,))
        ]


def _goes_on(asked: Backfill, since: date | None, pages: int | None) -> bool:
    no_older = asked.since is None or (since is not None and since >= asked.since)
    further = asked.pages is not None and (pages is None or pages > asked.pages)
    return no_older and (asked.finished is None or further)


def _backfill(row: sqlite3.Row) -> Backfill:
    return Backfill(
        source=row["source"],
        since=_day(row["since"]),
        pages=row["pages"],
        asked=datetime.fromisoformat(row["asked"]),
        rests=moment_of(row["rests"]),
        finished=moment_of(row["finished"]),
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
