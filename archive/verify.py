"""Is what the archive holds what was stored? Every check that can answer, and what a no means.

SQLite's own check sees broken pages but no changed text (it found none of 30 flipped bytes), so the
digests are made anew from the rows, and the hash chain is walked from its first link.
"""

import hashlib
import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from archive import agreement
from archive.captures import place_of, raw_sha256, reading
from archive.chain import GENESIS, link_hash
from archive.dedupe import changes
from archive.errors import Corrupt
from archive.filecheck import files
from archive.fingerprint import fingerprint
from archive.rows import article_of, row_digest
from archive.schema import copy_whole, open_archive, warc_ends
from archive.sqliteerrors import expected_errors
from archive.warc import WarcFolder


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """The first thing that one check found wrong."""

    #: a key of ``CHECKS``
    check: str
    #: the first bad row or file
    where: str
    #: what is wrong there, and what that means
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scope:
    """What is verified, and how far."""

    conn: sqlite3.Connection
    path: Path
    warc: Path
    deep: bool
    #: called for every row that was gone through
    step: Callable[[], None]


Check = Callable[[_Scope], Iterator[tuple[str, str]]]


def verify(
    path: Path,
    *,
    warc: Path | None = None,
    deep: bool = False,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> tuple[Finding, ...]:
    """Return the first fault that each check finds; none where all is as it was stored.

    ``deep`` also reads every capture again, and goes through the full-text index in a copy of the
    archive that it makes beside it, for SQLite would keep writers waiting meanwhile. ``progress``
    is told how many rows of how many are done. Raises NotAnArchive, with ``deep`` ArchiveFull.
    """
    try:
        with closing(open_archive(path, read_only=True)) as conn:
            # So that a row of flipped bits can be named: its digest is wrong then anyway.
            conn.text_factory = lambda text: text.decode(errors="replace")
            return tuple(_findings(conn, path, warc or path.parent / "warc", deep, progress))
    except Corrupt as error:
        return (Finding(check="file", where=error.where, what=error.what),)


def _findings(
    conn: sqlite3.Connection,
    path: Path,
    warc: Path,
    deep: bool,
    progress: Callable[[int, int], None],
) -> Iterator[Finding]:
    tables = ["revisions", "articles", *(["captures"] if deep else [])]
    done, total = 0, 0

    def step() -> None:
        nonlocal done
        done += 1
        progress(done, total)

    with expected_errors(path):
        # One moment for all checks: a writer may be at work.
        conn.execute("BEGIN")
        for table in tables:
            total += conn.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608
    scope = _Scope(conn=conn, path=path, warc=warc, deep=deep, step=step)
    for name, check in CHECKS.items():
        try:
            with expected_errors(path):
                where, what = next(check(scope), ("", ""))
        except Corrupt as error:
            where, what = error.where, error.what
        if what:
            yield Finding(check=name, where=where, what=what)


def _file(scope: _Scope) -> Iterator[tuple[str, str]]:
    (said,) = scope.conn.execute("PRAGMA integrity_check(1)").fetchone()
    if said != "ok":
        yield str(scope.path), f"{said}: the file is damaged; restore a backup"
    for table, rowid, parent, _ in scope.conn.execute("PRAGMA foreign_key_check"):
        yield f"{table} {rowid}", f"refers to a row of {parent} that is not there"


def _chain(scope: _Scope) -> Iterator[tuple[str, str]]:
    before, expected = GENESIS, 1
    for row in scope.conn.execute("SELECT * FROM revisions ORDER BY seq"):
        where = f"revision {row['seq']}"
        if row["seq"] != expected:
            yield where, f"revision {expected}, which belongs before it, was taken out"
        if row["prev_hash"] != before:
            yield where, "does not follow on the one before: one of the two was exchanged"
        if link_hash(row) != row["hash"]:
            yield where, "was changed after it was written"
        before, expected = row["hash"], expected + 1
        scope.step()
    head = scope.conn.execute("SELECT value FROM meta WHERE key = 'chain_head'").fetchone()
    if (head["value"] if head else GENESIS) != before:
        yield (
            f"revision {expected - 1}",
            "is not the last that was written: the end was cut or added to",
        )


def _articles(scope: _Scope) -> Iterator[tuple[str, str]]:
    for row in scope.conn.execute("SELECT * FROM articles ORDER BY id"):
        try:
            fault = _fault(scope.conn, row)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            fault = f"cannot be read ({error}): a column was changed"
        if fault:
            yield f"article {row['id']}", fault
        scope.step()
    for (id_,) in scope.conn.execute(
        "SELECT id FROM articles WHERE cluster NOT IN (SELECT id FROM articles)"
    ):
        yield f"article {id_}", "belongs to a cluster whose head is not there"


def _fault(conn: sqlite3.Connection, row: sqlite3.Row) -> str:
    """Go back from what an article says to what it said first; return what is wrong, or ""."""
    links = conn.execute(
        "SELECT * FROM revisions WHERE article_id = ? ORDER BY number DESC, reading DESC",
        (row["id"],),
    ).fetchall()
    if not _in_order(links, row["revision"]):
        return f"has {row['revision']} revisions, but others stand in the chain"
    columns, digests = dict(row), fingerprint(article_of(row))
    if (digests.content, digests.body) != (row["content_sha256"], row["body_sha256"]):
        return "does not say what it said when it was stored"
    if row_digest(row) != row["row_sha256"]:
        return "is not shown or filed as it was when it was stored"
    for link in links:
        number = link["number"]
        first = (number, link["reading"]) == (1, 0)
        if link["url"] != row["url"] or digests.content != link["content_sha256"]:
            return f"its revision {number} is not what the chain vouches for"
        told, after = tuple(json.loads(link["changed"])), article_of(columns)
        if first and (told or link["before"] != "{}"):
            return "its first revision names something before it"
        if not first:
            columns.update(json.loads(link["before"]))
            before = article_of(columns)
            if told != changes(before, after):
                return f"its revision {number} names other changes than it made"
            digests = fingerprint(before)
    return ""


def _in_order(links: list[sqlite3.Row], newest: int) -> bool:
    """Tell whether links, last first, are revisions 1 to ``newest``, rereadings behind each."""
    expected, last = {(1, 0)}, 0
    for link in reversed(links):
        number, read = link["number"], link["reading"]
        if (number, read) not in expected:
            return False
        expected, last = {(number, read + 1), (number + 1, 0)}, number
    return bool(last == newest)


def _index(scope: _Scope) -> Iterator[tuple[str, str]]:
    for one, other, what in (
        ("articles", "articles_fts_docsize", "is not in the full-text index: no search finds it"),
        ("articles_fts_docsize", "articles", "is in the full-text index, but not in the archive"),
    ):
        sql = f"SELECT id FROM {one} EXCEPT SELECT id FROM {other} LIMIT 1"  # noqa: S608
        for (id_,) in scope.conn.execute(sql):
            yield f"article {id_}", what
    if scope.deep:
        with TemporaryDirectory(dir=scope.path.parent, prefix=".verify-") as folder:
            copy = Path(folder, "archive.db")
            with closing(open_archive(scope.path, read_only=True)) as conn:
                copy_whole(conn, copy)
            with closing(open_archive(copy)) as conn:
                conn.execute("INSERT INTO articles_fts(articles_fts) VALUES ('integrity-check')")


def _captures(scope: _Scope) -> Iterator[tuple[str, str]]:
    for row in scope.conn.execute(
        "SELECT seq, article_id, capture_id, raw_sha256 FROM revisions"
        " WHERE capture_id IS NOT NULL ORDER BY seq"
    ):
        pages = reading(scope.conn, row["article_id"], row["capture_id"])
        if raw_sha256(pages) != row["raw_sha256"]:
            yield f"revision {row['seq']}", "was not read from the captures it names"
    for file, end in warc_ends(scope.conn).items():
        path = scope.warc / file
        if not path.is_file():
            yield str(path), "is missing: the captures in it are lost"
        elif path.stat().st_size < end:
            yield str(path), f"is shorter than {end:,} bytes: its last captures are lost"
    if scope.deep:
        yield from _payloads(scope)


def _payloads(scope: _Scope) -> Iterator[tuple[str, str]]:
    # All captures take long to read, and a read that stays open lets the write-ahead log grow.
    scope.conn.execute("COMMIT")
    folder, last = WarcFolder(scope.warc), 0
    page = "SELECT * FROM captures WHERE id > ? ORDER BY id LIMIT 500"
    while rows := scope.conn.execute(page, (last,)).fetchall():
        for row in rows:
            last, place = row["id"], place_of(row)
            try:
                found = folder.read(place, url=row["url"], final_url=row["final_url"])
            except Corrupt as error:
                yield f"capture {last}", str(error)
                continue
            sha256 = hashlib.sha256(found.payload).hexdigest()
            if row["revisit_of"] is None and sha256 != row["payload_sha256"]:
                yield f"capture {last}", "its bytes are not those that were received"
            scope.step()


#: What is checked, in this order.
CHECKS: dict[str, Check] = {
    "file": _file,
    "chain": _chain,
    "articles": _articles,
    "index": _index,
    "reprints": lambda scope: agreement.faults(scope.conn),
    "captures": _captures,
    "files": files,
}
