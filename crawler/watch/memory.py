"""``watch.db``: the saved searches, what each has found, and what of that was sent.

All SQL of it. Holds no word of an article, so that nothing is left here of what is deleted for
good. Not part of ``crawl.db``, which may be thrown away, nor of ``archive.db``, whose tables are
evidence. Everything that was noted is on disk when a method returns.
"""

import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from archive import ArchiveFull, Arrival
from crawler.watch.records import Noted, Watch, WatchError

#: ``GZWT``: marks the file as ours.
APPLICATION_ID = 0x475A5754
VERSION = 1
#: Seconds to wait for another process that writes.
PATIENCE = 10.0

_TABLES = """
CREATE TABLE watches (
    name TEXT PRIMARY KEY,
    query TEXT NOT NULL,
    key TEXT NOT NULL UNIQUE,
    created TEXT NOT NULL,
    start INTEGER NOT NULL,
    start_hash TEXT NOT NULL,
    seen INTEGER NOT NULL,
    seen_hash TEXT NOT NULL,
    feed TEXT NOT NULL,
    fed TEXT NOT NULL DEFAULT '',
    webhook TEXT NOT NULL,
    shape TEXT NOT NULL,
    secret_env TEXT NOT NULL,
    failures INTEGER NOT NULL DEFAULT 0,
    error TEXT NOT NULL DEFAULT '',
    next_try TEXT,
    last_sent TEXT
) STRICT;
CREATE TABLE hits (
    number INTEGER PRIMARY KEY,
    watch TEXT NOT NULL REFERENCES watches(name) ON DELETE CASCADE,
    url TEXT NOT NULL,
    at TEXT NOT NULL,
    sent TEXT,
    UNIQUE (watch, url)
) STRICT;
CREATE INDEX hits_unsent ON hits(watch, number) WHERE sent IS NULL;
"""
_WATCHES = """
    SELECT watches.*,
        (SELECT count(*) FROM hits WHERE watch = name) AS hits,
        (SELECT count(*) FROM hits WHERE watch = name AND sent IS NULL) AS unsent
    FROM watches
"""


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


class Memory:
    """``watch.db``, opened for one thread; other processes may have it open too."""

    def __init__(self, path: Path) -> None:
        """Open the file, or make it, for its owner alone. Raises WatchError where it is no such."""
        self._path = path
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        with self._expected():
            self._db = sqlite3.connect(path, timeout=PATIENCE, isolation_level=None)
            try:
                self._prepare()
            except BaseException:
                self._db.close()
                raise

    def _prepare(self) -> None:
        self._db.row_factory = sqlite3.Row
        self._db.execute("PRAGMA synchronous = FULL")
        self._db.execute("PRAGMA foreign_keys = ON")
        with self._writing():
            (mark,) = self._db.execute("PRAGMA application_id").fetchone()
            (version,) = self._db.execute("PRAGMA user_version").fetchone()
            (tables,) = self._db.execute("SELECT count(*) FROM sqlite_master").fetchone()
            if not mark and not tables:
                for statement in _TABLES.split(";"):
                    self._db.execute(statement)
                self._db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
                self._db.execute(f"PRAGMA user_version = {VERSION}")
            elif mark != APPLICATION_ID:
                raise WatchError(str(self._path), "the file belongs to another program")
            elif version > VERSION:
                raise WatchError(str(self._path), "made by a newer Gazette")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._db.close()

    def watches(self) -> list[Watch]:
        """Return all saved searches, by name."""
        with self._expected():
            return [_watch(row) for row in self._db.execute(f"{_WATCHES} ORDER BY name")]

    def watch(self, name: str) -> Watch:
        """Return one. Raises WatchError where there is none of the name."""
        with self._expected():
            row = self._db.execute(f"{_WATCHES} WHERE name = ?", (name,)).fetchone()
        if row is None:
            raise WatchError(name, "there is none of this name; `gazette watch list` shows all")
        return _watch(row)

    def add(self, watch: Watch) -> None:
        """Keep a saved search. Raises WatchError where there is one of the name."""
        names = ("name", "query", "key", "start", "start_hash", "seen", "seen_hash", "feed",
                 "webhook", "shape", "secret_env")  # fmt: skip
        values = {name: getattr(watch, name) for name in names}
        values["created"] = _stamp(watch.created)
        columns = ", ".join(values)
        places = ", ".join(f":{name}" for name in values)
        try:
            self._write(f"INSERT INTO watches ({columns}) VALUES ({places})", values)  # noqa: S608
        except sqlite3.IntegrityError as error:
            raise WatchError(watch.name, "there is one of this name; remove it first") from error

    def remove(self, name: str) -> None:
        """Forget a saved search and all it has found. Raises WatchError where there is none."""
        self.watch(name)
        self._write("DELETE FROM watches WHERE name = :name", {"name": name})

    def note(
        self, watch: Watch, found: Sequence[Arrival], seen: int, seen_hash: str, *, now: datetime
    ) -> int:
        """Note what was found up to the link ``seen``, together; return how many are new to it.

        A reprint of what was found before is none, whichever of the two came first.
        """
        new = 0
        with self._expected(), self._writing():
            for arrival in found:
                if self._knows(watch.name, arrival.kin):
                    continue
                self._db.execute(
                    "INSERT INTO hits (watch, url, at, sent) VALUES (?, ?, ?, ?)",
                    (watch.name, arrival.stored.article.url, _stamp(now),
                     None if watch.webhook else ""),
                )  # fmt: skip
                new += 1
            self._db.execute(
                "UPDATE watches SET seen = ?, seen_hash = ? WHERE name = ?",
                (seen, seen_hash, watch.name),
            )
        return new

    def begin_anew(self, name: str, newest: int, newest_hash: str) -> None:
        """Take the chain as it is for known, for it is another."""
        sql = (
            "UPDATE watches SET start = :at, seen = :at, start_hash = :hash, seen_hash = :hash"
            " WHERE name = :name"
        )
        self._write(sql, {"at": newest, "hash": newest_hash, "name": name})

    def newest_hits(self, name: str, most: int) -> list[Noted]:
        """Return what was found last, the newest first."""
        sql = "SELECT * FROM hits WHERE watch = ? ORDER BY number DESC LIMIT ?"
        return self._noted(sql, (name, most))

    def unsent(self, name: str, most: int) -> list[Noted]:
        """Return what is still to be sent, the oldest first."""
        sql = "SELECT * FROM hits WHERE watch = ? AND sent IS NULL ORDER BY number LIMIT ?"
        return self._noted(sql, (name, most))

    def fed(self, name: str) -> str:
        """Return the digest of what the feed was last written from; "" where none was."""
        with self._expected():
            row = self._db.execute("SELECT fed FROM watches WHERE name = ?", (name,)).fetchone()
        return str(row["fed"]) if row else ""

    def note_fed(self, name: str, digest: str) -> None:
        """Note what the feed was written from."""
        sql = "UPDATE watches SET fed = :digest WHERE name = :name"
        self._write(sql, {"name": name, "digest": digest})

    def note_sent(self, name: str, numbers: Sequence[int], *, now: datetime) -> None:
        """Note that hits were delivered, in one transaction."""
        with self._expected(), self._writing():
            self._db.executemany(
                "UPDATE hits SET sent = ? WHERE number = ?", [(_stamp(now), n) for n in numbers]
            )
            self._db.execute(
                "UPDATE watches SET failures = 0, error = '', next_try = NULL, last_sent = ?"
                " WHERE name = ?",
                (_stamp(now), name),
            )

    def note_failed(self, name: str, why: str, next_try: datetime) -> None:
        """Note why nothing could be delivered, and when to try again."""
        sql = (
            "UPDATE watches SET failures = failures + 1, error = :why, next_try = :next_try"
            " WHERE name = :name"
        )
        self._write(sql, {"name": name, "why": why[:500], "next_try": _stamp(next_try)})

    def _knows(self, name: str, urls: Sequence[str]) -> bool:
        sql = "SELECT 1 FROM hits WHERE watch = ? AND url = ?"
        return any(self._db.execute(sql, (name, url)).fetchone() for url in urls)

    def _noted(self, sql: str, values: tuple[object, ...]) -> list[Noted]:
        with self._expected():
            rows = self._db.execute(sql, values).fetchall()
        return [
            Noted(
                number=row["number"],
                url=row["url"],
                at=datetime.fromisoformat(row["at"]),
            )
            for row in rows
        ]

    def _write(self, sql: str, values: dict[str, Any]) -> None:
        with self._expected(), self._writing():
            self._db.execute(sql, values)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._db.execute("COMMIT")
        except BaseException:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            raise

    @contextmanager
    def _expected(self) -> Iterator[None]:
        """Raise what SQLite says of a full or damaged file as ours."""
        try:
            yield
        except (sqlite3.OperationalError, sqlite3.DatabaseError) as error:
            if isinstance(error, sqlite3.IntegrityError | sqlite3.ProgrammingError):
                raise
            if error.sqlite_errorcode == sqlite3.SQLITE_FULL:
                raise ArchiveFull(str(self._path), str(error)) from error
            raise WatchError(str(self._path), str(error)) from error


def _watch(row: sqlite3.Row) -> Watch:
    return Watch(
        name=row["name"],
        query=row["query"],
        key=row["key"],
        created=datetime.fromisoformat(row["created"]),
        start=row["start"],
        start_hash=row["start_hash"],
        seen=row["seen"],
        seen_hash=row["seen_hash"],
        feed=row["feed"],
        webhook=row["webhook"],
        shape=row["shape"],
        secret_env=row["secret_env"],
        failures=row["failures"],
        error=row["error"],
        next_try=_moment(row["next_try"]),
        last_sent=_moment(row["last_sent"]),
        hits=row["hits"],
        unsent=row["unsent"],
    )
