"""The sources: when each is due, how its last passes went."""

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import asdict, fields
from datetime import datetime, timedelta

from crawler.frontier.moments import moment_of, text_of
from crawler.records import Report, Round, Source, SourceState
from crawler.schema import writing

#: A visit that lies further ahead than this was made by a clock that went wrong.
AHEAD = timedelta(minutes=5)


class Sources:
    """The sources of ``crawl.db`` and the passes over them."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def register(self, sources: Iterable[Source]) -> None:
        """Make room for sources; a new one is due at once, one no longer configured is kept."""
        with writing(self._db):
            self._db.executemany(
                "INSERT INTO sources (id, name) VALUES (:id, :name) "
                "ON CONFLICT (id) DO UPDATE SET name = excluded.name",
                [{"id": s.id, "name": s.name} for s in sources],
            )

    def watch_only(self, sources: Iterable[Source]) -> None:
        """Let no other source wait for a visit: what nobody watches any more is not late."""
        with writing(self._db):
            self._db.execute(
                "UPDATE sources SET next_visit = NULL "
                "WHERE id NOT IN (SELECT value FROM json_each(:ids))",
                {"ids": json.dumps([s.id for s in sources])},
            )

    def are_watched(self, sources: Iterable[Source]) -> bool:
        """Tell whether a daemon that works here knows all of some sources and comes back to them.

        One that was never visited is about to be.
        """
        (count,) = self._db.execute(
            "SELECT count(*) FROM sources WHERE id IN (SELECT value FROM json_each(:ids)) "
            "AND (next_visit IS NOT NULL OR last_visit IS NULL)",
            {"ids": json.dumps(ids := sorted({s.id for s in sources}))},
        ).fetchone()
        return bool(count == len(ids))

    def due(self, now: datetime) -> list[str]:
        """Return the ids of sources to visit, the longest overdue first.

        Those never visited come last: thousands that are added at once make no other late. One
        whose last visit is still to come was visited by a clock that went wrong.
        """
        rows = self._db.execute(
            "SELECT id FROM sources WHERE next_visit IS NULL OR next_visit <= :now "
            "OR last_visit > :ahead "
            "ORDER BY next_visit IS NULL, next_visit, rowid",
            {"now": text_of(now), "ahead": text_of(now + AHEAD)},
        )
        return [row["id"] for row in rows]

    def failures(self, source: str) -> float:
        """Return the weighted failures of a source in a row, 0 after a success."""
        row = self._db.execute("SELECT failures FROM sources WHERE id = ?", (source,)).fetchone()
        return float(row["failures"]) if row else 0.0

    def finish(
        self, report: Report, *, failures: float, next_visit: datetime | None, now: datetime
    ) -> None:
        """Record a pass over a source and when to come again, None for never by itself."""
        with writing(self._db):
            row = asdict(report) | {"started": text_of(report.started)}
            names = [f.name for f in fields(Report)]
            self._db.execute(
                f"INSERT INTO passes ({', '.join(names)}) "  # noqa: S608 - names of our own record
                f"VALUES ({', '.join(':' + n for n in names)})",
                row,
            )
            self._db.execute(
                "UPDATE sources SET last_visit = :now, next_visit = :next, failures = :failures, "
                "error = :error, last_success = CASE WHEN :error = '' THEN :now "
                "ELSE last_success END WHERE id = :id",
                {
                    "now": text_of(now),
                    "next": next_visit and text_of(next_visit),
                    "failures": failures,
                    "error": report.error,
                    "id": report.source,
                },
            )

    def put_last(self, source: str, *, now: datetime) -> None:
        """Let a source whose pass was cut short wait for those that are due by now."""
        with writing(self._db):
            self._db.execute(
                "UPDATE sources SET next_visit = ? WHERE id = ?", (text_of(now), source)
            )

    def states(self, since: datetime, restless: int) -> list[SourceState]:
        """Return every source for ``gazette status``, new articles counted from ``since``.

        An article that moved ``restless`` times in a row counts as such.
        """
        rows = self._db.execute(
            "SELECT s.*, count(l.url) AS links, "
            "  count(l.url) FILTER (WHERE l.visits = 0 AND l.failures = 0) AS waiting, "
            "  count(l.url) FILTER (WHERE l.failures > 0) AS failing, "
            "  count(l.url) FILTER (WHERE l.moved >= ?) AS restless, "
            "  (SELECT coalesce(sum(new + reprints), 0) FROM passes p "
            "     WHERE p.source = s.id AND p.started >= ?) AS new_today "
            "FROM sources s LEFT JOIN links l ON l.source = s.id GROUP BY s.id ORDER BY s.id",
            (restless, text_of(since)),
        )
        return [
            SourceState(
                id=r["id"],
                name=r["name"],
                next_visit=moment_of(r["next_visit"]),
                last_visit=moment_of(r["last_visit"]),
                last_success=moment_of(r["last_success"]),
                failures=r["failures"],
                error=r["error"],
                links=r["links"],
                waiting=r["waiting"],
                failing=r["failing"],
                new_today=r["new_today"],
                restless=r["restless"],
            )
            for r in rows
        ]

    def rounds(self, since: datetime) -> list[Round]:
        """Return how every source does, new articles counted from ``since``.

        Asks nothing of its links, of which there may be millions.
        """
        rows = self._db.execute(
            "SELECT s.*, (SELECT coalesce(sum(new + reprints), 0) FROM passes p "
            "  WHERE p.source = s.id AND p.started >= ?) AS new "
            "FROM sources s ORDER BY s.id",
            (text_of(since),),
        )
        return [
            Round(
                id=r["id"],
                name=r["name"],
                next_visit=moment_of(r["next_visit"]),
                last_visit=moment_of(r["last_visit"]),
                last_success=moment_of(r["last_success"]),
                error=r["error"],
                new=r["new"],
            )
            for r in rows
        ]

    def passes(self, source: str, *, limit: int) -> list[Report]:
        """Return what the last passes over a source came to, the newest first."""
        names = [f.name for f in fields(Report)]
        rows = self._db.execute(
            f"SELECT {', '.join(names)} FROM passes WHERE source = ? "  # noqa: S608 - our names
            "ORDER BY id DESC LIMIT ?",
            (source, limit),
        )
        return [
            Report(**{**dict(row), "started": datetime.fromisoformat(row["started"])})
            for row in rows
        ]
