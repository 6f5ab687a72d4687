"""The links: every article that a listing named, when it is due and how it behaved so far."""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, astuple
from datetime import UTC, datetime
from itertools import islice

from crawler.frontier.moments import moment_of, text_of
from crawler.records import Attempt, Due, Link, Listed, Pulse, Restless, Validators
from crawler.schema import writing

#: Addresses asked about in one statement.
_AT_ONCE = 500

#: A revisit that is late by as much as it was to wait comes before one that is late by less.
_MOST_OVERDUE = """
    (julianday(:now) - julianday(next_visit)) /
        max(julianday(next_visit) - julianday(last_visit), 1e-6) DESC, rowid
"""

#: The next visit of a link of the history, which waits for a backfill: no pass comes to it.
_HISTORY = text_of(datetime.max.replace(tzinfo=UTC))

_ADD = f"""
    INSERT INTO links (url, source, listing, category, title, date, summary, modified, seen,
        next_visit, still)
    VALUES (:url, :source, :listing, :category, :title, :date, :summary, :modified, :seen,
        :next, :still)
    ON CONFLICT (url) DO UPDATE SET source = :source, listing = :listing, category = :category,
        next_visit = CASE WHEN last_visit IS NULL THEN :next ELSE next_visit END,
        still = CASE WHEN last_visit IS NULL THEN :still ELSE still END
        WHERE (next_visit = '{_HISTORY}' AND last_visit IS NULL AND :next < next_visit)
            -- nobody watches the source that named it first: no pass would come to it
            OR (source != :source AND EXISTS (SELECT 1 FROM sources AS owner
                WHERE owner.id = links.source AND owner.next_visit IS NULL
                AND owner.last_visit IS NOT NULL))
"""  # noqa: S608 - our own moment

_SETTLE = """
    UPDATE links SET last_visit = :at, next_visit = :next, failures = :failures,
        article_id = coalesce(:article_id, article_id), visits = visits + :answered,
        etag = coalesce(:etag, etag), sha256 = coalesce(:sha256, sha256),
        last_modified = coalesce(:last_modified, last_modified), signal = '',
        still = coalesce(:still, still), moved = coalesce(:moved, moved),
        slight = coalesce(:slight, slight), vain = coalesce(:vain, vain)
    WHERE url = :url
"""


class Links:
    """The links of ``crawl.db``."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def add(
        self, source: str, listing: str, category: str, links: Iterable[Link], *, now: datetime
    ) -> int:
        """Remember links, due at once where unknown, or part of the history; return how many."""
        with writing(self._db):
            before = self._db.total_changes
            self._db.executemany(
                _ADD,
                [
                    {**_told(k, source, listing, category, now), "next": text_of(now), "still": 0}
                    for k in links
                ],
            )
            return self._db.total_changes - before

    def add_history(
        self,
        source: str,
        listing: str,
        category: str,
        links: Mapping[Link, int],
        *,
        now: datetime,
    ) -> None:
        """Remember links that no pass visits, only a backfill, where they are unknown.

        With each comes its place in the rhythm of revisits once it is archived.
        """
        with writing(self._db):
            self._db.executemany(
                _ADD,
                [
                    {**_told(k, source, listing, category, now), "next": _HISTORY, "still": still}
                    for k, still in links.items()
                ],
            )

    def history(self, source: str, *, limit: int) -> list[Due]:
        """Return links of the history that nobody visited yet, as their listings named them."""
        rows = self._db.execute(
            "SELECT * FROM links WHERE source = ? AND next_visit = ? AND last_visit IS NULL "
            "ORDER BY rowid LIMIT ?",
            (source, _HISTORY, limit),
        )
        return [_due(row) for row in rows]

    def unknown(self, urls: Iterable[str]) -> set[str]:
        """Return those of the addresses that no listing has named yet."""
        wanted = list(dict.fromkeys(urls))
        known: set[str] = set()
        for start in range(0, len(wanted), _AT_ONCE):
            some = wanted[start : start + _AT_ONCE]
            rows = self._db.execute(
                f"SELECT url FROM links WHERE url IN ({', '.join('?' * len(some))})",  # noqa: S608
                some,
            )
            known.update(row["url"] for row in rows)
        return set(wanted) - known

    def visited(self, listing: str, urls: Iterable[str]) -> list[Listed]:
        """Return what is remembered of those of the addresses that were visited before."""
        found: list[Listed] = []
        rest = iter(urls)
        while some := tuple(islice(rest, _AT_ONCE)):
            rows = self._db.execute(
                "SELECT * FROM links WHERE last_visit IS NOT NULL AND article_id IS NOT NULL "  # noqa: S608
                f"AND url IN ({', '.join('?' * len(some))})",
                some,
            )
            found += [
                Listed(
                    url=r["url"],
                    title=r["title"],
                    modified=r["modified"],
                    visited=datetime.fromisoformat(r["last_visit"]),
                    next_visit=datetime.fromisoformat(r["next_visit"]),
                    pulse=_pulse(r),
                    own=r["listing"] == listing,
                )
                for r in rows
            ]
        return found

    def retell(self, links: Iterable[Link]) -> None:
        """Remember under which title a listing names articles now, and when they were edited."""
        with writing(self._db):
            self._db.executemany(
                "UPDATE links SET title = ?, modified = ? WHERE url = ?",
                [(link.title, link.modified, link.url) for link in links],
            )

    def hasten(self, signals: Mapping[str, tuple[datetime, str]]) -> None:
        """Make addresses due at a moment, with the reason why, where it is before their time."""
        with writing(self._db):
            self._db.executemany(
                "UPDATE links SET next_visit = :at, signal = :why "
                "WHERE url = :url AND next_visit > :at",
                [{"url": url, "at": text_of(at), "why": why} for url, (at, why) in signals.items()],
            )

    def due(self, source: str, now: datetime, *, revisits: int | None = None) -> list[Due]:
        """Return links of a source whose time has come.

        Those never visited, in the order in which the listings named them; or with ``revisits`` as
        many others, those first that an edit was told of, then the most overdue.
        """
        never = "SELECT * FROM links WHERE source = :source AND next_visit <= :now AND last_visit"
        sql = (
            f"{never} IS NULL ORDER BY rowid"
            if revisits is None
            else f"{never} IS NOT NULL ORDER BY signal = '', {_MOST_OVERDUE} LIMIT :most"
        )
        rows = self._db.execute(sql, {"source": source, "now": text_of(now), "most": revisits})
        return [_due(row) for row in rows]

    def count_due(self, source: str, now: datetime) -> int:
        """Return how many links of a source are due."""
        sql = "SELECT count(*) FROM links WHERE source = ? AND next_visit <= ?"
        return int(self._db.execute(sql, (source, text_of(now))).fetchone()[0])

    def count_all_due(self, now: datetime) -> int:
        """Return how many links of all sources are due; of millions only these are looked at."""
        sql = (
            "SELECT count(*) FROM sources CROSS JOIN links "
            "ON links.source = sources.id AND links.next_visit <= ?"
        )
        return int(self._db.execute(sql, (text_of(now),)).fetchone()[0])

    def told(self, url: str) -> tuple[Link, str] | None:
        """Return what a listing said of an address, and its category; None where none named it."""
        row = self._db.execute("SELECT * FROM links WHERE url = ?", (url,)).fetchone()
        return (_link(row), row["category"]) if row else None

    def archived(self, urls: Iterable[str]) -> int:
        """Return how many of these addresses have an article in the archive."""
        return sum(
            self._db.execute(
                "SELECT count(*) FROM links WHERE url = ? AND article_id IS NOT NULL", (url,)
            ).fetchone()[0]
            for url in urls
        )

    def next_due(self, source: str) -> datetime | None:
        """Return when the next link of a source is due."""
        row = self._db.execute(
            "SELECT min(next_visit) AS m FROM links WHERE source = ?", (source,)
        ).fetchone()
        return moment_of(row["m"])

    def restless(self, moved: int, *, limit: int) -> Sequence[Restless]:
        """Return articles that moved at so many visits in a row, the most restless first."""
        rows = self._db.execute(
            "SELECT * FROM links WHERE moved >= :moved ORDER BY moved DESC, rowid LIMIT :limit",
            {"moved": moved, "limit": limit},
        )
        return [
            Restless(
                url=r["url"],
                source=r["source"],
                title=r["title"],
                moved=r["moved"],
                slight=r["slight"] >= moved,
                next_visit=datetime.fromisoformat(r["next_visit"]),
            )
            for r in rows
        ]

    def settle(
        self,
        attempt: Attempt,
        *,
        next_visit: datetime,
        failures: float = 0.0,
        seen: Validators | None = None,
        sha256: str = "",
        pulse: Pulse | None = None,
    ) -> None:
        """Record one visit to a link. ``seen`` is None where no usable answer came.

        ``pulse`` is how the article behaves now, None where the visit did not tell.
        """
        beat = asdict(pulse) if pulse else dict.fromkeys(("still", "moved", "slight", "vain"))
        with writing(self._db):
            self._db.execute(
                _SETTLE,
                beat
                | {
                    "at": text_of(attempt.at),
                    "next": text_of(next_visit),
                    "failures": failures,
                    "article_id": attempt.article_id,
                    "url": attempt.url,
                    "answered": seen is not None,
                    "etag": seen and seen.etag,
                    "last_modified": seen and seen.last_modified,
                    "sha256": sha256 if seen else None,
                },
            )
            row = list(astuple(attempt))
            row[2] = text_of(attempt.at)
            self._db.execute(
                "INSERT INTO attempts (source, url, at, outcome, kind, reason, weight, article_id)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                row,
            )


def _told(link: Link, source: str, listing: str, category: str, now: datetime) -> dict[str, object]:
    return {
        "url": link.url,
        "source": source,
        "listing": listing,
        "category": category,
        "title": link.title,
        "date": link.date,
        "summary": link.summary,
        "modified": link.modified,
        "seen": text_of(link.seen or now),
    }


def _link(row: sqlite3.Row) -> Link:
    told = {name: row[name] for name in ("url", "title", "date", "summary", "modified")}
    return Link(**told, seen=moment_of(row["seen"]))


def _pulse(row: sqlite3.Row) -> Pulse:
    return Pulse(still=row["still"], moved=row["moved"], slight=row["slight"], vain=row["vain"])


def _due(row: sqlite3.Row) -> Due:
    return Due(
        link=_link(row),
        category=row["category"],
        visits=row["visits"],
        failures=row["failures"],
        validators=Validators(etag=row["etag"], last_modified=row["last_modified"]),
        sha256=row["sha256"],
        article_id=row["article_id"],
        visited=moment_of(row["last_visit"]),
        pulse=_pulse(row),
        signal=row["signal"],
    )
