"""What was observed of each source's health: looks at listings, stored articles, days, passes.

Of each only as much is kept as the judgement needs, however long a source is watched.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import date, datetime

from crawler.frontier.moments import text_of
from crawler.records import Filled, History, Looks, Visited
from crawler.schema import writing

#: Rows that are kept: of a listing, and of a source articles, days and passes. Half a year of days
#: holds a year's long holidays for who publishes on workdays.
LOOKS, ARTICLES, DAYS, PASSES = 40, 120, 180, 12
#: Longest reason kept.
_LONGEST = 300

_ALIKE = "links = :links AND dated = :dated AND outcome = :outcome AND reason = :reason"
_TRIM = """
    DELETE FROM {table} WHERE {owner} = :owner AND {order} <= (
        SELECT {order} FROM {table} WHERE {owner} = :owner
        ORDER BY {order} DESC LIMIT 1 OFFSET :kept)
"""


class Observed:
    """The observations of ``crawl.db``."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def look(self, source: str, look: Looks) -> None:
        """Note a look at a listing; one that saw the same as the last shares its row."""
        row = asdict(look) | {
            "source": source,
            "first": text_of(look.first),
            "last": text_of(look.last),
            "reason": look.reason[:_LONGEST],
        }
        with writing(self._db):
            same = self._db.execute(
                "UPDATE health_looks SET last = :last, looks = looks + :looks, new = new + :new "  # noqa: S608 - our own text
                "WHERE id = (SELECT max(id) FROM health_looks WHERE listing = :listing) "
                f"AND {_ALIKE}",
                row,
            )
            if same.rowcount:
                return
            self._db.execute(
                "INSERT INTO health_looks (source, listing, first, last, looks, links, dated, new, "
                "outcome, reason) VALUES (:source, :listing, :first, :last, :looks, :links, "
                ":dated, :new, :outcome, :reason)",
                row,
            )
            self._trim("health_looks", "listing", "id", look.listing, LOOKS)

    def same(self, source: str, listing: str, *, now: datetime) -> None:
        """Note a look that found a listing as it was at the last one that could be read."""
        row = self._db.execute(
            "SELECT links, dated FROM health_looks WHERE listing = ? AND outcome = 'read' "
            "ORDER BY id DESC LIMIT 1",
            (listing,),
        ).fetchone()
        if row is not None:
            seen = Looks(listing=listing, first=now, last=now, **dict(row))
            self.look(source, seen)

    def article(self, source: str, filled: Filled) -> None:
        """Note what of an article was filled in."""
        row = asdict(filled) | {
            "source": source,
            "at": text_of(filled.at),
            "day": filled.day and filled.day.isoformat(),
        }
        with writing(self._db):
            self._db.execute(
                "INSERT INTO health_articles (source, url, at, fresh, day, origin, length, "
                "print, listed, damage, ahead, lag) VALUES (:source, :url, :at, :fresh, :day, "
                ":origin, :length, :print, :listed, :damage, :ahead, :lag)",
                row,
            )

    def heard(self, source: str, day: date) -> None:
        """Note that a source published on a day."""
        with writing(self._db):
            self._db.execute(
                "INSERT OR IGNORE INTO health_days VALUES (?, ?)", (source, day.isoformat())
            )

    def was_passed(self, source: str) -> bool:
        """Tell whether a pass over a source has ended before."""
        sql = "SELECT 1 FROM health_passes WHERE source = ? LIMIT 1"
        return self._db.execute(sql, (source,)).fetchone() is not None

    def newest_day(self, source: str) -> date | None:
        """Return the last day on which a source published."""
        row = self._db.execute(
            "SELECT max(day) AS day FROM health_days WHERE source = ?", (source,)
        ).fetchone()
        return date.fromisoformat(row["day"]) if row["day"] else None

    def passed(self, source: str, visited: Visited) -> None:
        """Note what a pass says, and forget what is no longer needed of the source."""
        row = asdict(visited) | {
            "source": source,
            "at": text_of(visited.at),
            "reason": visited.reason[:_LONGEST],
            "failed_reason": visited.failed_reason[:_LONGEST],
        }
        with writing(self._db):
            self._db.execute(
                "INSERT INTO health_passes (source, at, kind, reason, visited, failed, "
                "failed_kind, failed_reason) VALUES (:source, :at, :kind, :reason, :visited, "
                ":failed, :failed_kind, :failed_reason)",
                row,
            )
            self._trim("health_passes", "source", "id", source, PASSES)
            self._trim("health_articles", "source", "id", source, ARTICLES)
            self._trim("health_days", "source", "day", source, DAYS)

    def history(self, source: str, listings: Iterable[str]) -> History:
        """Return what is remembered of a source, of its listings those that are asked for."""
        return History(
            looks={url: tuple(self._looks(url)) for url in listings},
            filled=tuple(self._filled(source)),
            days=tuple(self._days(source)),
            passes=tuple(self._passes(source)),
        )

    def listings(self, source: str) -> list[str]:
        """Return the listings of a source that were looked at."""
        rows = self._db.execute(
            "SELECT listing FROM health_looks WHERE source = ? GROUP BY listing ORDER BY min(id)",
            (source,),
        )
        return [row["listing"] for row in rows]

    def _looks(self, listing: str) -> Iterable[Looks]:
        names = "listing, first, last, looks, links, dated, new, outcome, reason"
        sql = f"SELECT {names} FROM health_looks WHERE listing = ? ORDER BY id"  # noqa: S608 - ours
        for row in self._db.execute(sql, (listing,)):
            moments = {name: datetime.fromisoformat(row[name]) for name in ("first", "last")}
            yield Looks(**{**dict(row), **moments})

    def _filled(self, source: str) -> Iterable[Filled]:
        names = "url, at, fresh, day, origin, length, print, listed, damage, ahead, lag"
        sql = f"SELECT {names} FROM health_articles WHERE source = ? ORDER BY id"  # noqa: S608 - ours
        for row in self._db.execute(sql, (source,)):
            told = {name: bool(row[name]) for name in ("fresh", "origin", "ahead")}
            day = date.fromisoformat(row["day"]) if row["day"] else None
            at = datetime.fromisoformat(row["at"])
            yield Filled(**{**dict(row), **told, "day": day, "at": at})

    def _days(self, source: str) -> Iterable[date]:
        sql = "SELECT day FROM health_days WHERE source = ? ORDER BY day"
        return [date.fromisoformat(row["day"]) for row in self._db.execute(sql, (source,))]

    def _passes(self, source: str) -> Sequence[Visited]:
        names = "at, kind, reason, visited, failed, failed_kind, failed_reason"
        sql = f"SELECT {names} FROM health_passes WHERE source = ? ORDER BY id"  # noqa: S608 - ours
        return [
            Visited(**{**dict(row), "at": datetime.fromisoformat(row["at"])})
            for row in self._db.execute(sql, (source,))
        ]

    def _trim(self, table: str, owner: str, order: str, name: str, kept: int) -> None:
        """Forget all rows of an owner but the last so many."""
        sql = _TRIM.format(table=table, owner=owner, order=order)
        self._db.execute(sql, {"owner": name, "kept": kept})
