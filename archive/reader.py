"""Reading the archive: what it says, what it said, where else, and the captures behind it."""

import json
import sqlite3
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from archive.attest import Statement, attest
from archive.behind import places_behind
from archive.captures import last_read, read_back
from archive.errors import RESTORE, Corrupt, NotAnArchive, UnknownRevision
from archive.files import files_of, read_file
from archive.ids import within_days
from archive.records import Capture, Filters, KeptFile, Revision, Stored, Tombstone
from archive.reprints.clusters import EARLIEST
from archive.reprints.similar import Similar, similar
from archive.rows import Row, revision_of, stamp, stored_of
from archive.schema import PATIENCE, conditions, open_archive, snapshot
from archive.selection import articles_of, count_matching, ids_matching, seals_matching
from archive.sqliteerrors import expected_errors
from archive.tombstones import not_there, tombstones
from archive.warc.copying import copy_record
from archive.warc.folder import MAX_BYTES, WarcFolder

_EVERYTHING = Filters()

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


class Reader:
    """An archive as it is read; ``Archive`` writes as well."""

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

    def records(self, article_id: int, known: Callable[[int], bool]) -> Iterator[bytes]:
        """Yield the WARC records behind an article, each with what was asked in front of it.

        Every one comes after the record that it repeats. ``known`` tells of the number of a file
        whether it was had before; that one is left out. Raises UnknownArticle and Corrupt.
        """
        self._row(article_id)
        with expected_errors(self._path):
            for place in places_behind(self._conn, article_id, known):
                yield copy_record(self._warc.folder, place)

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

    def matching(
        self, query: str, filters: Filters = _EVERYTHING, *, below: int = sys.maxsize
    ) -> Iterator[Stored]:
        """Yield the articles with ids below one that a search would find, newest first."""
        with expected_errors(self._path):
            yield from articles_of(
                self._conn, ids_matching(self._conn, query, filters, below=below)
            )

    def several(self, ids: Iterable[int]) -> Iterator[Stored]:
        """Yield the articles of these ids, falling, that are there."""
        with expected_errors(self._path):
            yield from articles_of(self._conn, ids)

    def seals(self, query: str = "") -> Iterator[tuple[int, str]]:
        """Yield id and seal of the articles that a search would find, newest first.

        The seal is another whenever anything of an article's row is.
        """
        with expected_errors(self._path):
            yield from seals_matching(self._conn, query)

    def how_many(self, query: str, filters: Filters = _EVERYTHING) -> int:
        """Return how many articles ``matching`` would yield."""
        with expected_errors(self._path):
            return count_matching(self._conn, query, filters)

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
