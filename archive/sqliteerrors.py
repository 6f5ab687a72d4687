"""What SQLite says of a busy, full, foreign or damaged file → the archive's own errors. Pure."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from archive.errors import RESTORE, ArchiveBusy, ArchiveError, ArchiveFull, Corrupt, NotAnArchive

#: How a full disk, a quota or a limit of file size shows: when pages are written, when the file
#: grows, when it is flushed, and in the shared memory of the WAL.
_FULL = {
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR_WRITE,
    sqlite3.SQLITE_IOERR_FSYNC,
    sqlite3.SQLITE_IOERR_TRUNCATE,
    sqlite3.SQLITE_IOERR_SHMSIZE,
}


@contextmanager
def expected_errors(path: Path) -> Iterator[None]:
    """Raise an ArchiveError for what can be expected to go wrong with the file at ``path``."""
    try:
        yield
    except sqlite3.Error as error:
        expected = _expected(error, path)
        if expected is None:
            raise
        raise expected from error
    except UnicodeDecodeError as error:
        # Flipped bits in the names and definitions of tables, which are read before all else.
        raise Corrupt(str(path), f"{error}; `gazette restore` brings a backup back") from error


def _expected(error: sqlite3.Error, path: Path) -> ArchiveError | None:
    code = getattr(error, "sqlite_errorcode", 0)
    # Python's own word, for which SQLite has no code: flipped bits are seldom UTF-8.
    if str(error).startswith("Could not decode to UTF-8"):
        code = sqlite3.SQLITE_CORRUPT
    if code in _FULL:
        return ArchiveFull(str(path), str(error))
    match code & 0xFF:  # the low byte is the kind, what stands above tells it apart further
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return ArchiveBusy(str(path))
        case sqlite3.SQLITE_NOTADB:
            return NotAnArchive(str(path), f"this is no SQLite file; {RESTORE}")
        case sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_PERM:
            return NotAnArchive(str(path), "the file cannot be opened")
        case sqlite3.SQLITE_READONLY:
            return ArchiveError(f"{path}: the archive can only be read here")
        case sqlite3.SQLITE_CORRUPT:
            return Corrupt(str(path), f"{error}; {RESTORE}")
        case _:
            return None
