"""Opens ``crawl.db``, the crawler's own memory; without it nothing archived is lost.

What SQLite says of a full or damaged file is put into our words.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlite_utils import Database

from crawler.errors import FrontierBusy, FrontierError, FrontierFull
from crawler.tables import MIGRATIONS, STEPS

#: How a full disk, a quota or a limit of file size shows.
_FULL = {
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR_WRITE,
    sqlite3.SQLITE_IOERR_FSYNC,
    sqlite3.SQLITE_IOERR_TRUNCATE,
    sqlite3.SQLITE_IOERR_SHMSIZE,
}
#: Kinds (low bytes) of what else can be expected of a file.
_UNUSABLE = {
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_NOTADB,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_READONLY,
}


def open_memory(path: Path, *, read_only: bool) -> sqlite3.Connection:
    """Open ``crawl.db``, for writing making or upgrading it as need be.

    Raises FrontierError where it is damaged, another program's, or made by a newer version;
    FrontierFull where there is no room, FrontierBusy where another program holds it.
    """
    uri = f"{path.absolute().as_uri()}?mode={'ro' if read_only else 'rwc'}"
    with _in_our_words(path):
        conn = sqlite3.connect(uri, uri=True, isolation_level=None)
        try:
            conn.execute("PRAGMA busy_timeout=10000")
            _refuse_strangers(conn, path, read_only=read_only)
            if not read_only:
                conn.execute("PRAGMA journal_mode=WAL")
                conn.execute("PRAGMA synchronous=NORMAL")
                with _transaction(conn):
                    MIGRATIONS.apply(Database(conn, execute_plugins=False))
        except BaseException:
            conn.close()
            raise
    conn.row_factory = sqlite3.Row
    return conn


def _refuse_strangers(conn: sqlite3.Connection, path: Path, *, read_only: bool) -> None:
    """Raise FrontierError for a file whose tables are not ours to work with."""
    (objects,) = conn.execute("SELECT count(*) FROM sqlite_master").fetchone()
    db = Database(conn, execute_plugins=False)
    applied = {migration.name for migration in MIGRATIONS.applied(db)}
    if objects and not applied:
        raise FrontierError(path, "this SQLite file belongs to another program")
    if strange := applied - set(STEPS):
        raise FrontierError(path, f"made by a newer Gazette ({', '.join(sorted(strange))})")
    if read_only and applied < set(STEPS):
        raise FrontierError(path, "older than this Gazette: any crawl upgrades it")


@contextmanager
def writing(conn: sqlite3.Connection) -> Iterator[None]:
    """Hold one transaction; all of it is remembered, or nothing.

    Raises FrontierFull, FrontierBusy.
    """
    path = conn.execute("PRAGMA database_list").fetchone()[2]
    with _in_our_words(Path(path)), _transaction(conn):
        yield


@contextmanager
def _transaction(conn: sqlite3.Connection) -> Iterator[None]:
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
def _in_our_words(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.DatabaseError as error:
        code = getattr(error, "sqlite_errorcode", 0)
        if code in _FULL:
            raise FrontierFull(path, str(error)) from error
        if code & 0xFF == sqlite3.SQLITE_BUSY:
            raise FrontierBusy(path, str(error)) from error
        if code & 0xFF in _UNUSABLE:
            raise FrontierError(path, str(error)) from error
        raise
