"""The crawler's memory: which addresses are known, which are due, what happened there.

All SQL on ``crawl.db``. It remembers; it decides nothing (``cadence`` does) and holds nothing that
cannot be fetched again, so ``synchronous=NORMAL`` is enough: a power cut costs repeated fetches.
"""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import asdict, astuple, fields
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from crawler.records import (
    Attempt,
    Blank,
    Due,
    Known,
    Link,
    Outcome,
    Report,
    Source,
    SourceState,
    Validators,
    Weight,
)
from crawler.schema import open_memory, writing


def _text(moment: datetime) -> str:
    return moment.isoformat(timespec="microseconds")


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _link(row: sqlite3.Row) -> Link:
    told = {name: row[name] for name in ("url", "title", "date", "summary")}
    return Link(**told, seen=_moment(row["seen"]))


class Frontier:
    """``crawl.db``, opened by one process at a time for writing."""

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        """Open the file, or make it. Raises FrontierError where it cannot be used.

        What writes raises FrontierFull where the disk has no room; nothing of it is remembered.
        """
        self._db = open_memory(path, read_only=read_only)
        self._path = path

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    # sources

    def register(self, sources: Iterable[Source]) -> None:
        """Make room for sources; a new one is due at once, one no longer configured is kept."""
        with writing(self._db, self._path):
            self._db.executemany(
                "INSERT INTO sources (id, name) VALUES (:id, :name) "
                "ON CONFLICT (id) DO UPDATE SET name = excluded.name",
                [{"id": s.id, "name": s.name} for s in sources],
            )

    def due_sources(self, now: datetime) -> list[str]:
        """Return the ids of sources to visit, the longest overdue first."""
        rows = self._db.execute(
            "SELECT id FROM sources WHERE next_visit IS NULL OR next_visit <= ? "
            "ORDER BY next_visit",
            (_text(now),),
        )
        return [row["id"] for row in rows]

    def failures(self, source: str) -> float:
        """Return the weighted failures of a source in a row, 0 after a success."""
        row = self._db.execute("SELECT failures FROM sources WHERE id = ?", (source,)).fetchone()
        return float(row["failures"]) if row else 0.0

    def finish(
        self, report: Report, *, failures: float, next_visit: datetime, now: datetime
    ) -> None:
        """Record a pass over a source and when to come again."""
        with writing(self._db, self._path):
            row = asdict(report) | {"started": _text(report.started)}
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
                    "now": _text(now),
                    "next": _text(next_visit),
                    "failures": failures,
                    "error": report.error,
                    "id": report.source,
                },
            )

    # listings

    def listing(self, url: str) -> Known:
        """Return what is remembered of a listing."""
        row = self._db.execute("SELECT * FROM listings WHERE url = ?", (url,)).fetchone()
        if row is None:
            return Known()
        return Known(
            visits=row["visits"],
            visited=_moment(row["visited"]),
            validators=Validators(etag=row["etag"], last_modified=row["last_modified"]),
            sha256=row["sha256"],
            named=tuple(json.loads(row["named"])),
        )

    def note_listing(
        self,
        source: str,
        url: str,
        validators: Validators,
        sha256: str,
        *,
        named: Sequence[str] = (),
        now: datetime,
    ) -> None:
        """Remember a visit to a listing; called once its links are safe."""
        with writing(self._db, self._path):
            self._db.execute(
                "INSERT INTO listings (url, source, visits, visited, etag, last_modified, sha256, "
                "named) VALUES (:url, :source, 1, :now, :etag, :last_modified, :sha256, :named) "
                "ON CONFLICT (url) DO UPDATE SET visits = visits + 1, visited = :now, "
                "etag = :etag, last_modified = :last_modified, sha256 = :sha256, named = :named, "
                "source = :source",
                {
                    "url": url,
                    "source": source,
                    "now": _text(now),
                    "sha256": sha256,
                    "named": json.dumps(named),
                    **asdict(validators),
                },
            )

    def hasten(self, urls: Iterable[str], now: datetime) -> None:
        """Make these addresses due now, where they were to wait."""
        with writing(self._db, self._path):
            self._db.executemany(
                "UPDATE links SET next_visit = :now WHERE url = :url AND next_visit > :now",
                [{"url": url, "now": _text(now)} for url in urls],
            )

    def links_of(self, listing: str) -> list[str]:
        """Return the addresses a listing has named."""
        rows = self._db.execute("SELECT url FROM links WHERE listing = ?", (listing,))
        return [row["url"] for row in rows]

    # links

    def add(
        self, source: str, listing: str, category: str, links: Iterable[Link], *, now: datetime
    ) -> int:
        """Remember links, due at once where unknown; return how many were."""
        with writing(self._db, self._path):
            before = self._db.total_changes
            self._db.executemany(
                "INSERT INTO links (url, source, listing, category, title, date, summary, seen, "
                "next_visit) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (url) DO NOTHING",
                [
                    (k.url, source, listing, category, k.title, k.date, k.summary,
                     _text(k.seen or now), _text(now))
                    for k in links
                ],
            )  # fmt: skip
            return self._db.total_changes - before

    def due_links(self, source: str, now: datetime) -> list[Due]:
        """Return the links of a source whose time has come: never visited first, then the oldest.

        Within the never visited, the order in which the listings named them.
        """
        rows = self._db.execute(
            "SELECT * FROM links WHERE source = ? AND next_visit <= ? "
            "ORDER BY last_visit IS NOT NULL, last_visit, rowid",
            (source, _text(now)),
        )
        return [
            Due(
                link=_link(r),
                category=r["category"],
                visits=r["visits"],
                failures=r["failures"],
                validators=Validators(etag=r["etag"], last_modified=r["last_modified"]),
                sha256=r["sha256"],
                article_id=r["article_id"],
            )
            for r in rows
        ]

    def link(self, url: str) -> tuple[Link, str] | None:
        """Return what a listing said of an address, and its category; None where none named it."""
        sql = "SELECT url, title, date, summary, seen, category FROM links WHERE url = ?"
        row = self._db.execute(sql, (url,)).fetchone()
        return (_link(row), row["category"]) if row else None

    def archived(self, urls: Iterable[str]) -> int:
        """Return how many of these addresses have an article in the archive."""
        return sum(
            self._db.execute(
                "SELECT count(*) FROM links WHERE url = ? AND article_id IS NOT NULL", (url,)
            ).fetchone()[0]
            for url in urls
        )

    def blank(self, host: str) -> Blank | None:
        """Return what a host showed for an address that never was, if it was asked."""
        row = self._db.execute("SELECT * FROM blanks WHERE host = ?", (host,)).fetchone()
        if row is None:
            return None
        return Blank(
            asked=datetime.fromisoformat(row["asked"]),
            final_url=row["final_url"],
            shown=frozenset(json.loads(row["shown"])),
        )

    def note_blank(self, host: str, blank: Blank) -> None:
        """Remember what a host shows for an address that never was."""
        with writing(self._db, self._path):
            self._db.execute(
                "REPLACE INTO blanks VALUES (?, ?, ?, ?)",
                (host, _text(blank.asked), blank.final_url, json.dumps(sorted(blank.shown))),
            )

    def next_due(self, source: str) -> datetime | None:
        """Return when the next link of a source is due."""
        row = self._db.execute(
            "SELECT min(next_visit) AS m FROM links WHERE source = ?", (source,)
        ).fetchone()
        return _moment(row["m"])

    def settle(
        self,
        attempt: Attempt,
        *,
        next_visit: datetime,
        failures: float = 0.0,
        seen: Validators | None = None,
        sha256: str = "",
    ) -> None:
        """Record one visit to a link. ``seen`` is None where no usable answer came."""
        with writing(self._db, self._path):
            self._db.execute(
                "UPDATE links SET last_visit = :at, next_visit = :next, failures = :failures, "
                "article_id = coalesce(:article_id, article_id), visits = visits + :answered, "
                "etag = coalesce(:etag, etag), sha256 = coalesce(:sha256, sha256), "
                "last_modified = coalesce(:last_modified, last_modified) WHERE url = :url",
                {
                    "at": _text(attempt.at),
                    "next": _text(next_visit),
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
            row[2] = _text(attempt.at)
            self._db.execute(
                "INSERT INTO attempts (source, url, at, outcome, kind, reason, weight, article_id)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                row,
            )

    def failed(self, source: str, *, since: datetime, limit: int) -> list[Attempt]:
        """Return a source's latest visits that failed, newest first."""
        rows = self._db.execute(
            "SELECT * FROM attempts WHERE source = ? AND at >= ? AND outcome = 'failed' "
            "ORDER BY id DESC LIMIT ?",
            (source, _text(since), limit),
        )
        return [
            Attempt(
                source=r["source"],
                url=r["url"],
                at=datetime.fromisoformat(r["at"]),
                outcome=Outcome(r["outcome"]),
                kind=r["kind"],
                reason=r["reason"],
                weight=Weight(r["weight"]) if r["weight"] else None,
                article_id=r["article_id"],
            )
            for r in rows
        ]

    # health

    def beat(self, name: str, pid: int, *, now: datetime) -> None:
        """Write that ``name`` is alive."""
        with writing(self._db, self._path):
            self._db.execute(
                "INSERT INTO heartbeats VALUES (?, ?, ?) "
                "ON CONFLICT (name) DO UPDATE SET at = excluded.at, pid = excluded.pid",
                (name, _text(now), pid),
            )

    def heartbeat(self, name: str) -> datetime | None:
        """Return when ``name`` was last alive."""
        row = self._db.execute("SELECT at FROM heartbeats WHERE name = ?", (name,)).fetchone()
        return _moment(row["at"]) if row else None

    def states(self, since: datetime) -> list[SourceState]:
        """Return every source for ``gazette status``, new articles counted from ``since``."""
        rows = self._db.execute(
            "SELECT s.*, count(l.url) AS links, "
            "  count(l.url) FILTER (WHERE l.visits = 0 AND l.failures = 0) AS waiting, "
            "  count(l.url) FILTER (WHERE l.failures > 0) AS failing, "
            "  (SELECT coalesce(sum(new + reprints), 0) FROM passes p "
            "     WHERE p.source = s.id AND p.started >= ?) AS new_today "
            "FROM sources s LEFT JOIN links l ON l.source = s.id GROUP BY s.id ORDER BY s.id",
            (_text(since),),
        )
        return [
            SourceState(
                id=r["id"],
                name=r["name"],
                next_visit=_moment(r["next_visit"]),
                last_visit=_moment(r["last_visit"]),
                last_success=_moment(r["last_success"]),
                failures=r["failures"],
                error=r["error"],
                links=r["links"],
                waiting=r["waiting"],
                failing=r["failing"],
                new_today=r["new_today"],
            )
            for r in rows
        ]
