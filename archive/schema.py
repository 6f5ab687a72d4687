"""How ``archive.db`` is opened, and what its ids, its index and a filter mean in SQL."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlite_utils import Database

from archive import facts, filling, seals
from archive.errors import RESTORE, ArchiveError, NotAnArchive
from archive.records import Filters
from archive.sqliteerrors import expected_errors
from archive.tables import MIGRATIONS, STEPS
from archive.tokens import TOKENS_VERSION, register

#: ``GZTE``: marks the file as ours (https://sqlite.org/pragma.html#pragma_application_id).
APPLICATION_ID = 0x475A5445

#: What the full-text index was made by, as ``meta`` says it.
INDEX_VERSION = f"{TOKENS_VERSION}.{facts.FACTS_VERSION}"

#: Seconds to wait for another writer before ArchiveBusy.
PATIENCE = 10.0


def open_archive(
    path: Path, *, read_only: bool = False, patience: float = PATIENCE
) -> sqlite3.Connection:
    """Open the archive at ``path``, for writing making or upgrading it as need be.

    Rows come as ``sqlite3.Row``; transactions are the caller's (``BEGIN IMMEDIATE``). Raises
    NotAnArchive, ArchiveBusy, ArchiveFull or Corrupt.
    """
    if read_only and not path.is_file():
        raise NotAnArchive(str(path), "there is no archive yet; `gazette crawl` makes one")
    if not read_only:
        path.parent.mkdir(parents=True, exist_ok=True)
    with expected_errors(path):
        address = f"{path.absolute().as_uri()}?mode={'ro' if read_only else 'rwc'}"
        conn = sqlite3.connect(address, uri=True, timeout=patience, isolation_level=None)
        try:
            _prepare(conn, path, read_only=read_only)
        except BaseException:
            conn.close()
            raise
    return conn


def _prepare(conn: sqlite3.Connection, path: Path, *, read_only: bool) -> None:
    conn.row_factory = sqlite3.Row
    register(conn)
    facts.register(conn)
    seals.register(conn)
    if read_only:
        conn.execute("PRAGMA query_only = ON")
        conn.execute("PRAGMA trusted_schema = OFF")
    else:
        # trusted_schema must stay on: without it SQLite refuses an FTS5 table, or a function
        # registered from Python, inside a trigger.
        conn.execute("PRAGMA synchronous = FULL")
        conn.execute("PRAGMA foreign_keys = ON")
        conn.execute("PRAGMA journal_size_limit = 67108864")
        # Debian's SQLite overwrites what it frees with zeros: 0.5 ms a put, to hide what is public.
        conn.execute("PRAGMA secure_delete = OFF")
        # 64 MB hold what the index merges, and pages that change often are copied back from the
        # log once in 32 MB: together 0.7 ms a put at 10,000 articles.
        conn.execute("PRAGMA cache_size = -64000")
        conn.execute("PRAGMA wal_autocheckpoint = 8000")
    conn.execute("PRAGMA cell_size_check = ON")
    if _is_blank(conn, path) and read_only:
        raise NotAnArchive(str(path), f"the file is empty; {RESTORE}")
    # Lasts for the life of the file, but a restored backup comes without.
    if not read_only and conn.execute("PRAGMA journal_mode = WAL").fetchone()[0] != "wal":
        raise ArchiveError(f"{path}: this file system cannot hold the archive (no shared memory)")
    _migrate(conn, path, read_only=read_only)


def _is_blank(conn: sqlite3.Connection, path: Path) -> bool:
    """Tell whether nothing was ever written to the file; NotAnArchive where it is another's."""
    (mark,) = conn.execute("PRAGMA application_id").fetchone()
    if mark == APPLICATION_ID:
        return False
    (objects,) = conn.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if mark or objects:
        raise NotAnArchive(str(path), f"this SQLite file belongs to another program; {RESTORE}")
    return True


def _migrate(conn: sqlite3.Connection, path: Path, *, read_only: bool) -> None:
    """Bring the tables to this version, in one transaction."""
    db = Database(conn, recursive_triggers=False, execute_plugins=False)
    applied = {migration.name for migration in MIGRATIONS.applied(db)}
    if strange := applied - set(STEPS):
        raise NotAnArchive(str(path), f"made by a newer Gazette ({', '.join(sorted(strange))})")
    if len(applied) == len(STEPS):
        return
    if read_only:
        raise NotAnArchive(str(path), "made by an older Gazette; any crawl or import upgrades it")
    with transaction(conn):
        fresh = _is_blank(conn, path)
        MIGRATIONS.apply(db)
        if fresh:
            conn.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            conn.execute("INSERT INTO meta VALUES ('tokens', ?)", (INDEX_VERSION,))
        elif not index_is_current(conn):
            _fill_index(conn)


@contextmanager
def transaction(conn: sqlite3.Connection) -> Iterator[None]:
    """Hold the write lock; commit at the end, undo everything on any error."""
    conn.execute("BEGIN IMMEDIATE")
    try:
        yield
        conn.execute("COMMIT")
    except BaseException:
        # SQLite itself has rolled back after some errors, a full disk among them.
        if conn.in_transaction:
            conn.execute("ROLLBACK")
        raise


@contextmanager
def snapshot(conn: sqlite3.Connection) -> Iterator[None]:
    """Let all reads see one moment, whoever writes meanwhile."""
    conn.execute("BEGIN")
    try:
        yield
    finally:
        conn.execute("ROLLBACK")


def index_is_current(conn: sqlite3.Connection) -> bool:
    """Tell whether the full-text index was made by this version of the tokeniser."""
    row = conn.execute("SELECT value FROM meta WHERE key = 'tokens'").fetchone()
    return row is not None and row["value"] == INDEX_VERSION


def reindex(conn: sqlite3.Connection) -> None:
    """Fill the full-text index anew, in one transaction; searches see the old one meanwhile.

    A contentless index can only forget tokens it is told exactly, so a changed tokeniser leaves no
    other way. Whatever ends it half-way, the old index stands.
    """
    with transaction(conn):
        _fill_index(conn)


def _fill_index(conn: sqlite3.Connection) -> None:
    filling.fill(conn)
    conn.execute("REPLACE INTO meta VALUES ('tokens', ?)", (INDEX_VERSION,))


def copy_whole(conn: sqlite3.Connection, target: Path) -> None:
    """Write the archive as it is at this moment to a new file; writers go on meanwhile."""
    conn.execute("PRAGMA query_only = OFF")  # which would forbid writing the copy, too
    with expected_errors(target):
        conn.execute("VACUUM INTO ?", (str(target),))


def warc_ends(conn: sqlite3.Connection) -> dict[str, int]:
    """Return WARC file → how many of its bytes rows vouch for."""
    found = conn.execute(
        "SELECT warc, max(end) FROM ("
        "SELECT warc, max(offset + length) AS end FROM captures GROUP BY warc"
        " UNION ALL SELECT warc, max(offset + length) FROM files GROUP BY warc"
        ") GROUP BY warc"
    )
    return {row[0]: row[1] for row in found}


def conditions(filters: Filters) -> tuple[list[str], dict[str, object]]:
    """Return what the filters ask of the columns of ``articles``, and the parameters of that.

    Days are a range of ids, and which columns to search or whether to show reprints is no matter
    of rows: those the caller sees to.
    """
    asked: list[str] = []
    values: dict[str, object] = {}
    if filters.sources:
        asked.append("articles.source IN (SELECT value FROM json_each(:sources))")
        values["sources"] = json.dumps(filters.sources)
    if filters.category:
        asked.append(
            "(articles.category = :category OR :category IN ("
            "SELECT value FROM json_each(articles.categories)))"
        )
        values["category"] = filters.category
    if filters.author:
        asked.append(":author IN (articles.author, articles.channel)")
        values["author"] = filters.author
    if filters.region:
        asked.append(
            "(articles.region = :region"
            " OR substr(articles.region, 1, length(:region) + 1) = :region || '/')"
        )
        values["region"] = filters.region
    return asked, values
