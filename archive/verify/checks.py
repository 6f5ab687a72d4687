"""Is what the archive holds what was stored? Every check that can answer, and what a no means.

SQLite's own check sees broken pages but no changed text (it found none of 30 flipped bytes), so the
digests are made anew from the rows, and the hash chain is walked from its first link.
"""

import json
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from archive.attest import Statement, contradiction
from archive.captures import raw_sha256, reading
from archive.chain import GENESIS, link_hash
from archive.dedupe import changes
from archive.errors import Corrupt
from archive.fingerprint import content_sha256, fingerprint
from archive.records import Tombstone
from archive.rows import article_of, row_digest, stamp
from archive.schema import open_archive, snapshot, warc_ends
from archive.seals import SEALED, broken
from archive.sqliteerrors import expected_errors
from archive.tombstones import DELETER, link_of, tombstones
from archive.verify import reprints
from archive.verify.files import files
from archive.verify.index import unlike_articles, unlike_made, unlike_texts
from archive.verify.records import unlike_rows, unnamed


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
    #: told of what is no fault, but may be one's business
    remark: Callable[[str], None]


#: What reading a value or a table raises that Gazette did not write.
_UNREADABLE = (ValueError, TypeError, KeyError, AttributeError, OSError, sqlite3.Error)

Check = Callable[[_Scope], Iterator[tuple[str, str]]]


def verify(
    path: Path,
    *,
    warc: Path | None = None,
    deep: bool = False,
    progress: Callable[[int, int], None] = lambda done, total: None,
    remark: Callable[[str], None] = lambda text: None,
) -> tuple[Finding, ...]:
    """Return the first fault that each check finds; none where all is as it was stored.

    ``deep`` also reads every capture again, and goes through the full-text index in a copy of the
    archive that it makes beside it, for SQLite would keep writers waiting meanwhile. ``progress``
    is told how many rows of how many are done, ``remark`` what is no fault: answers in the WARC
    files that no row names. Raises NotAnArchive, with ``deep`` ArchiveFull.
    """
    try:
        with closing(open_archive(path, read_only=True)) as conn:
            # So that a row of flipped bits can be named: its digest is wrong then anyway.
            conn.text_factory = lambda text: text.decode(errors="replace")
            return tuple(
                _findings(conn, path, warc or path.parent / "warc", deep, progress, remark)
            )
    except Corrupt as error:
        return (Finding(check="file", where=error.where, what=error.what),)


def contradicted(path: Path, statements: Sequence[tuple[str, Statement]]) -> tuple[Finding, ...]:
    """Return a finding for every statement, by name, that an archive no longer bears out.

    Says from where it differs as far as the other statements show it. To be believed only where
    ``verify`` finds nothing in the chain.
    """
    findings, agreed = [], 0
    with closing(open_archive(path, read_only=True)) as conn, expected_errors(path), snapshot(conn):
        for name, statement in sorted(statements, key=lambda named: named[1].seq):
            if not (what := contradiction(conn, statement)):
                agreed = statement.seq
            else:
                since = f" (links 1 to {agreed} are as another statement says)" if agreed else ""
                findings.append(Finding(check="statement", where=name, what=what + since))
    return tuple(findings)


def _findings(
    conn: sqlite3.Connection,
    path: Path,
    warc: Path,
    deep: bool,
    progress: Callable[[int, int], None],
    remark: Callable[[str], None],
) -> Iterator[Finding]:
    tables = ["revisions", "articles", *SEALED, *(["captures"] if deep else [])]
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
    scope = _Scope(conn=conn, path=path, warc=warc, deep=deep, step=step, remark=remark)
    for name, check in CHECKS.items():
        try:
            with expected_errors(path):
                where, what = next(check(scope), ("", ""))
        except Corrupt as error:
            where, what = error.where, error.what
        except _UNREADABLE as error:
            where, what = str(path), f"cannot be read ({error}): something was changed in it"
        if what:
            yield Finding(check=name, where=where, what=what)


#: Rows that refer to nothing; those of deleted articles may, a tombstone stands for it.
_ORPHANS = """
    SELECT "table", rowid, parent FROM pragma_foreign_key_check WHERE NOT (
        "table" = 'revisions' AND parent = 'articles' AND rowid IN (
            SELECT seq FROM revisions WHERE article_id IN (SELECT article_id FROM tombstones)
        ) OR "table" = 'captures' AND parent = 'articles' AND rowid IN (
            SELECT id FROM captures WHERE article_id IN (SELECT article_id FROM tombstones)
        )
    )
"""


def _file(scope: _Scope) -> Iterator[tuple[str, str]]:
    (said,) = scope.conn.execute("PRAGMA integrity_check(1)").fetchone()
    if said != "ok":
        yield str(scope.path), f"{said}: the file is damaged; restore a backup"
    for table, rowid, parent in scope.conn.execute(_ORPHANS):
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
            fault = _fault(scope, row)
        except _UNREADABLE as error:
            fault = f"cannot be read ({error}): a column was changed"
        if fault:
            yield f"article {row['id']}", fault
        scope.step()
    for (id_,) in scope.conn.execute(
        "SELECT id FROM articles WHERE cluster NOT IN (SELECT id FROM articles)"
    ):
        yield f"article {id_}", "belongs to a cluster whose head is not there"


def _fault(scope: _Scope, row: sqlite3.Row) -> str:
    """Go back from what an article says to what it said first; return what is wrong, or ""."""
    links = scope.conn.execute(
        "SELECT * FROM revisions WHERE article_id = ? ORDER BY number DESC, reading DESC",
        (row["id"],),
    ).fetchall()
    if not _in_order(links, row["revision"]):
        return f"has {row['revision']} revisions, but others stand in the chain"
    columns, said = dict(row), article_of(row)
    content = content_sha256(said)
    # The digest that reprints are found by takes long to make, and vouches for nothing more.
    whole = not scope.deep or fingerprint(said).body == row["body_sha256"]
    if content != row["content_sha256"] or not whole:
        return "does not say what it said when it was stored"
    if row_digest(row) != row["row_sha256"]:
        return "is not shown or filed as it was when it was stored"
    for link in links:
        number, told = link["number"], tuple(json.loads(link["changed"]))
        if link["url"] != row["url"] or content != link["content_sha256"]:
            return f"its revision {number} is not what the chain vouches for"
        if (number, link["reading"]) == (1, 0):
            if told or link["before"] != "{}":
                return "its first revision names something before it"
            break
        columns.update(json.loads(link["before"]))
        before = article_of(columns)
        if told != changes(before, said):
            return f"its revision {number} names other changes than it made"
        said, content = before, content_sha256(before)
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


def _seals(scope: _Scope) -> Iterator[tuple[str, str]]:
    return broken(scope.conn, scope.step)


def _tables(scope: _Scope) -> Iterator[tuple[str, str]]:
    return unlike_made(scope.conn)


def _index(scope: _Scope) -> Iterator[tuple[str, str]]:
    yield from unlike_articles(scope.conn)
    if scope.deep:
        try:
            yield from unlike_texts(scope.path)
        except sqlite3.Error as error:
            yield "articles_fts", f"does not say what the articles say ({error})"


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


def _records(scope: _Scope) -> Iterator[tuple[str, str]]:
    if scope.deep:
        # All captures take long to read, and a read that stays open lets the log grow.
        scope.conn.execute("COMMIT")
        yield from unlike_rows(scope.conn, scope.warc, scope.step)
        yield from unnamed(scope.conn, scope.warc, scope.remark)


def _tombstones(scope: _Scope) -> Iterator[tuple[str, str]]:
    sql = "SELECT * FROM revisions WHERE extractor = ? ORDER BY seq"
    links = {row["seq"]: row for row in scope.conn.execute(sql, (DELETER,)).fetchall()}
    for found in tombstones(scope.conn):
        link = links.pop(found.seq, None)
        said = link_of(found.url, stamp(found.at), found.reason)
        if link is None or any(link[name] != value for name, value in said.items()):
            yield f"tombstone {found.article_id}", "is not what the chain vouches for"
        yield from _remains(scope.conn, found)
    for seq in links:
        yield f"revision {seq}", "tells of a deletion, but its tombstone is not there"


def _remains(conn: sqlite3.Connection, found: Tombstone) -> Iterator[tuple[str, str]]:
    """Yield what is still there of a deleted article, or what of its links is not."""
    where = f"article {found.article_id}"
    links = conn.execute(
        "SELECT * FROM revisions WHERE article_id = ? ORDER BY number DESC, reading DESC",
        (found.article_id,),
    ).fetchall()
    if not links or links[0]["seq"] != found.seq or not _in_order(links, links[0]["number"]):
        yield where, "was deleted, but has other links in the chain than it had"
    if any((row["url"], row["before"]) != (found.url, "{}") for row in links):
        yield where, "was deleted, but the chain still holds what it said"
    sql = "SELECT id FROM articles WHERE id = ? OR url = ?"
    if conn.execute(sql, (found.article_id, found.url)).fetchone():
        yield where, "was deleted, but is there"


#: What is checked, in this order; whoever adds a table adds its check here, or to ``SEALED``.
CHECKS: dict[str, Check] = {
    "file": _file,
    "tables": _tables,
    "chain": _chain,
    "articles": _articles,
    "tombstones": _tombstones,
    "reprints": lambda scope: reprints.faults(scope.conn, deep=scope.deep),
    "captures": _captures,
    "seals": _seals,
    "index": _index,
    "warc": _records,
    "files": files,
}
