"""The archive: what was put, what it said before, and the captures it was read from.

If the process, the machine or the network dies at any moment, every article whose receipt was
returned is still there, none is stored twice, and the next ``put`` goes on without help. An
``Archive`` belongs to the thread that opened it; other processes may read it at any time, and write
to it in turn.
"""

import json
import sqlite3
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from archive.attest import Statement, attest
from archive.captures import last_read, read_back
from archive.deletion import bury, erase, wiping
from archive.errors import RESTORE, Corrupt, NotAnArchive, UnknownRevision
from archive.files import files_of, read_file
from archive.putting import Putting
from archive.records import (
    Absence,
    Article,
    Capture,
    FileFiling,
    Filing,
    Filters,
    KeptFile,
    Receipt,
    Revision,
    Stored,
    Tombstone,
    Verdict,
)
from archive.reprints import EARLIEST, match_all, sketches_are_current
from archive.rows import Row, revision_of, stamp, stored_of
from archive.schema import (
    PATIENCE,
    conditions,
    index_is_current,
    open_archive,
    reindex,
    snapshot,
    transaction,
    within_days,
)
from archive.similar import Similar, similar
from archive.sqliteerrors import expected_errors
from archive.takedown import TakedownRule
from archive.tombstones import not_there, tombstone_for, tombstones
from archive.warc import MAX_BYTES, WarcFolder

_EVERYTHING = Filters()
_TAKEDOWN = TakedownRule()

#: Articles read at once while all are gone through. No read stays open between two of these, so
#: that a slow reader never keeps the write-ahead log from being emptied.
_PAGE = 200

_STATS = """
    SELECT
        (SELECT count(*) FROM articles) AS articles,
        (SELECT count(DISTINCT source) FROM articles) AS sources,
        (SELECT count(DISTINCT cluster) FROM articles) AS clusters,
        (SELECT count(*) FROM articles WHERE gone IS NOT NULL) AS gone,
        (SELECT count(*) FROM articles WHERE missing IS NOT NULL AND gone IS NULL) AS missing,
        (SELECT count(*) FROM revisions WHERE reading = 0
            AND article_id NOT IN (SELECT article_id FROM tombstones)) AS revisions,
        (SELECT count(*) FROM captures) AS captures
"""


class Archive:
    """The articles, their revisions and captures: ``with Archive.open(path) as archive: …``."""

    def __init__(self, conn: sqlite3.Connection, path: Path, warc: WarcFolder) -> None:
        self._conn, self._path, self._warc = conn, path, warc
        self._index_checked = False

    @classmethod
    def open(
        cls,
        path: Path,
        *,
        warc: Path | None = None,
        warc_size: int = MAX_BYTES,
        read_only: bool = False,
        patience: float = PATIENCE,
    ) -> Self:
        """Open the archive at ``path``; where there is none, make one, unless ``read_only``.

        ``warc`` is the folder of its captures, ``warc`` beside the file by default; a file in it
        that has grown to ``warc_size`` bytes is followed by the next. ``patience`` is the seconds
        to wait for another writer. Raises NotAnArchive, ArchiveBusy, ArchiveFull or Corrupt.
        """
        folder = warc or path.parent / "warc"
        if path.is_file() and not path.stat().st_size and any(folder.glob("*.warc.gz")):
            raise NotAnArchive(str(path), f"the file is empty, but captures are there; {RESTORE}")
        conn = open_archive(path, read_only=read_only, patience=patience)
        return cls(conn, path, WarcFolder(folder, max_bytes=warc_size))

    def check(self) -> None:
        """Raise Corrupt where a page of the file is broken; some seconds for a gigabyte."""
        said = self._one("PRAGMA quick_check(1)")
        if said is None or said[0] != "ok":
            found = "nothing can be read" if said is None else " ".join(said[0].split())
            raise Corrupt(str(self._path), f"{found}; {RESTORE}")

    def close(self) -> None:
        """Let go of the files."""
        self._warc.close()
        self._conn.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    # --- written ---

    def put(
        self,
        article: Article,
        capture: Capture | None,
        *,
        now: datetime,
        further: Sequence[Capture] = (),
    ) -> Receipt:
        """Store an article and the answers it was read from; return what became of it.

        ``further`` are the captures of its pages after the first, in order. When this returns, the
        article is safe on disk; putting it again changes nothing. An article is known by its
        canonical address. What it says is compared by digest, but for what tells a reader nothing
        (``sameness``): one that says the same takes over how it is shown and filed (HTML, pictures,
        channels), and keeps the source that found it first. Raises ArchiveFull or ArchiveBusy,
        with nothing stored.
        """
        filing = Filing(article=article, capture=capture, further=tuple(further))
        return self.put_all([filing], now=now)[0]

    def put_all(self, batch: Sequence[Filing], *, now: datetime) -> list[Receipt]:
        """Put several articles in one transaction: all of them are stored, or none."""
        if not batch:
            return []
        with self._writing(now) as putting:
            return [putting.put(filing.article, filing.pages) for filing in batch]

    def reread(self, article_id: int, article: Article, *, now: datetime) -> tuple[str, ...]:
        """Store what an extractor reads today from ``pages``; return the fields that differ.

        Never a revision, for the page did not change: the chain gets a link of its own kind, under
        the number of the revision that stands. Where no field says something else, only how the
        article is shown and filed is taken over; where nothing differs, nothing is written. It
        keeps its address and its source. Raises UnknownArticle, ArchiveError for an imported one.
        """
        with self._writing(now) as putting:
            return putting.reread(article_id, article)

    def seen(self, url: str, *, now: datetime, capture: Capture | None = None) -> Receipt | None:
        """Note that the article at ``url`` stands as it was; None where it is not archived.

        For a 304, or an answer of equal bytes. What was gone is back then.
        """
        with self._writing(now) as putting:
            return putting.seen(url, capture)

    def absent(
        self,
        url: str,
        capture: Capture,
        *,
        how: str,
        now: datetime,
        rule: TakedownRule = _TAKEDOWN,
    ) -> Absence | None:
        """Note that the article at ``url`` was not found; None where it is not archived.

        ``how`` is ``404``, ``410``, ``redirect`` or ``soft404``; the answer is kept as a proof. It
        is missing from the first such visit on, and gone once ``rule`` says so; nothing is ever
        deleted, and it stands again as soon as it is seen.
        """
        with self._writing(now) as putting:
            return putting.absent(url, capture, how, rule)

    def listed(self, named: Iterable[str], left: Iterable[str], *, now: datetime) -> None:
        """Note which articles a listing names, and which it named and goes on without."""
        with self._writing(now) as putting:
            putting.unlist(left, stamp(now))
            putting.unlist(named, None)

    def vanished(self, since: datetime | None = None) -> list[Stored]:
        """Return what is missing or gone since a moment or ever, the latest first."""
        sql = "SELECT * FROM articles WHERE missing >= ? ORDER BY missing DESC, id DESC"
        return [stored_of(row) for row in self._all(sql, (stamp(since) if since else "",))]

    def unlisted(self, since: datetime | None = None) -> list[Stored]:
        """Return what still stood when it was last looked at, but left its listing."""
        sql = (
            "SELECT * FROM articles WHERE unlisted >= ? AND missing IS NULL"
            " ORDER BY unlisted DESC, id DESC"
        )
        return [stored_of(row) for row in self._all(sql, (stamp(since) if since else "",))]

    def delete(self, article_id: int, *, reason: str, now: datetime) -> Tombstone:
        """Delete an article for good, because the law asks for it; return what stands there now.

        Its text, its HTML, what it said before, its place in the index, the bytes of its captures
        and of the files that no other article has are overwritten; address, digests, moments and
        the reason stay in the chain, and it is never stored again. Again for one that is deleted,
        it finishes what a crash left undone. Raises UnknownArticle; ArchiveBusy or ArchiveError
        where another process is in the way.
        """
        with expected_errors(self._path):
            if tombstone_for(self._conn, article_id) is None:
                with wiping(self._conn), self._writing(now) as putting:
                    bury(
                        self._conn,
                        putting.append,
                        self._warc,
                        article_id,
                        reason=reason,
                        at=stamp(now),
                    )
            found = tombstone_for(self._conn, article_id)
            assert found is not None
            with wiping(self._conn):
                erase(self._conn, self._warc, found)
        return found

    def keep_files(self, filings: Sequence[FileFiling], *, now: datetime) -> list[Verdict | None]:
        """Store answers that hold files of articles; return for each new, revised or unchanged.

        Bytes that are held already are not stored again. Another digest of an attachment is a
        revision of its articles; those that are not held are passed over. None stands for a 304
        against what is not held: ask again in full. All are stored, or none; raises ArchiveFull
        or ArchiveBusy.
        """
        with self._writing(now) as putting:
            return putting.keep_files(filings)

    @contextmanager
    def _writing(self, now: datetime) -> Iterator[Putting]:
        """Hold the write lock; at the end all that was written lasts, or nothing of it."""
        with expected_errors(self._path):
            if not self._index_checked:
                if not index_is_current(self._conn):
                    reindex(self._conn)
                if not sketches_are_current(self._conn):
                    with transaction(self._conn):
                        match_all(self._conn)
                self._index_checked = True
            with transaction(self._conn):
                putting = Putting(self._conn, self._warc, now)
                try:
                    yield putting
                    putting.finish()
                except BaseException:
                    # Only while the lock is still ours: another process may be writing by now.
                    if self._conn.in_transaction:
                        putting.undo()
                    raise

    # --- read ---

    def _all(self, sql: str, values: Sequence[object] | dict[str, object]) -> list[sqlite3.Row]:
        with expected_errors(self._path):
            return self._conn.execute(sql, values).fetchall()

    def _one(self, sql: str, *values: object) -> sqlite3.Row | None:
        return next(iter(self._all(sql, values)), None)

    def _row(self, article_id: int) -> sqlite3.Row:
        row = self._one("SELECT * FROM articles WHERE id = ?", article_id)
        if row is None:
            raise not_there(self._conn, article_id)
        return row

    def get(
        self, article_id: int, revision: int | None = None, *, reading: int | None = None
    ) -> Stored:
        """Return an article, as it stands or as it stood; UnknownArticle, UnknownRevision.

        A revision is as it was last read; with ``reading`` 0 as it was read at first, with 1 as
        after the first rereading.
        """
        row = self._row(article_id)
        newest: int = row["revision"]
        revision = newest if revision is None else revision
        if not 1 <= revision <= newest:
            raise UnknownRevision(article_id, revision, newest)
        columns = dict(row)
        for (before,) in self._all(
            "SELECT before FROM revisions WHERE article_id = ?"
            " AND (number > ? OR number = ? AND reading > ?) ORDER BY number DESC, reading DESC",
            (article_id, revision, revision, sys.maxsize if reading is None else reading),
        ):
            columns.update(json.loads(before))
        return replace(stored_of(columns), revision=revision)

    def find(self, url: str) -> Stored | None:
        """Return the article at a canonical address, if it is archived."""
        row = self._one("SELECT * FROM articles WHERE url = ?", url)
        return None if row is None else stored_of(row)

    def history(self, article_id: int) -> list[Revision]:
        """Return every revision of an article and its rereadings, oldest first; UnknownArticle."""
        self._row(article_id)
        sql = (
            "SELECT revisions.*, coalesce(captures.imported, '') AS imported FROM revisions"
            " LEFT JOIN captures ON captures.id = capture_id"
            " WHERE revisions.article_id = ? ORDER BY number, reading"
        )
        return [revision_of(row) for row in self._all(sql, (article_id,))]

    def deleted(self) -> list[Tombstone]:
        """Return what was deleted for good, in the order in which it was."""
        with expected_errors(self._path):
            return tombstones(self._conn)

    def attest(self, *, now: datetime, version: str = "") -> Statement:
        """Return the head of the chain as a statement that can be given away."""
        with expected_errors(self._path), snapshot(self._conn):
            return attest(self._conn, now=now, version=version)

    def cluster(self, article_id: int) -> list[Stored]:
        """Return an article and its reprints, the earliest published first; UnknownArticle."""
        cluster = self._row(article_id)["cluster"]
        sql = f"SELECT * FROM articles WHERE cluster = ? ORDER BY {EARLIEST}"  # noqa: S608
        return [stored_of(row) for row in self._all(sql, (cluster,))]

    def similar(self, article_id: int) -> Similar:
        """Return where else an article stands, and who had it first; UnknownArticle."""
        cluster = self._row(article_id)["cluster"]
        with expected_errors(self._path):
            return similar(self._conn, cluster)

    def pages(self, article_id: int) -> tuple[Capture, ...]:
        """Return what an article was last read from, first page first; none for an import.

        What was sent with the requests is not kept. Raises UnknownArticle, and Corrupt where the
        WARC file does not hold it.
        """
        self._row(article_id)
        return self._pages(article_id)

    def _pages(self, article_id: int) -> tuple[Capture, ...]:
        with expected_errors(self._path):
            rows = last_read(self._conn, article_id)
            return tuple(read_back(self._conn, self._warc, row) for row in rows)

    def files(self, article_id: int, revision: int | None = None) -> list[KeptFile]:
        """Return the attachments, then the pictures of an article, with what is kept of them."""
        article = self.get(article_id, revision).article
        with expected_errors(self._path):
            return files_of(self._conn, article)

    def file(self, sha256: str) -> bytes:
        """Return a kept file; ArchiveError where none has that digest, Corrupt where it is lost."""
        with expected_errors(self._path):
            return read_file(self._conn, self._warc, sha256)

    def captures(self, sources: Sequence[str] = ()) -> Iterator[tuple[int, tuple[Capture, ...]]]:
        """Yield id and ``pages`` of every article of ``sources`` (all) with any, newest first."""
        for row in self._rows("articles.id", Filters(sources=tuple(sources))):
            if pages := self._pages(row["id"]):
                yield row["id"], pages

    def articles(self, filters: Filters = _EVERYTHING) -> Iterator[Stored]:
        """Yield what the filters let through, newest first; reprints are articles like any other.

        What is put meanwhile may or may not be among them.
        """
        for row in self._rows("*", filters):
            yield stored_of(row)

    def _rows(self, what: str, filters: Filters) -> Iterator[Row]:
        where, values = self._limits(filters)
        sql = (
            f"SELECT {what} FROM articles WHERE {where} AND articles.id < :below"  # noqa: S608
            f" ORDER BY articles.id DESC LIMIT {_PAGE}"
        )
        below = sys.maxsize
        while rows := self._all(sql, {**values, "below": below}):
            yield from rows
            below = rows[-1]["id"]

    def _limits(self, filters: Filters) -> tuple[str, dict[str, object]]:
        asked, values = conditions(filters)
        days, span = within_days(self._conn, filters, "articles.id")
        return " AND ".join([*asked, *days]) or "true", {**values, **span}

    def count(self, filters: Filters = _EVERYTHING) -> int:
        """Return how many articles the filters let through."""
        where, values = self._limits(filters)
        (row,) = self._all(f"SELECT count(*) AS found FROM articles WHERE {where}", values)  # noqa: S608
        return int(row["found"])

    def stats(self) -> dict[str, int]:
        """Return how much there is of articles, sources, clusters, gone, revisions, captures."""
        (row,) = self._all(_STATS, ())
        return dict(row)
