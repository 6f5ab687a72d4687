"""Which posts of a mirror are ours: a small SQLite file within its folder.

A post is entered before its file is written and confirmed after, so that whatever ``kill -9``
leaves half done is known to be ours, and is done again.
"""

import json
import sqlite3
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from archive.errors import ArchiveBusy, ArchiveError

#: Hidden, so that no site generator takes it for a post.
NAME = ".gazette-mirror.db"
_PAGE = 1_000

_TABLES = """
    CREATE TABLE IF NOT EXISTS posts (
        id INTEGER PRIMARY KEY,
        -- of the article's row when the post was written; "" until that is certain
        seal TEXT NOT NULL,
        -- below the folder; "" where there is to be none
        path TEXT NOT NULL,
        -- other files of this article that are to be removed
        old TEXT NOT NULL,
        sha256 TEXT NOT NULL
    ) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS rule (told TEXT NOT NULL)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """What is known of one post."""

    id: int
    path: str
    seal: str = ""
    old: tuple[str, ...] = ()
    sha256: str = ""


class Ledger:
    """The posts that are ours."""

    def __init__(self, conn: sqlite3.Connection) -> None:
        self._conn = conn

    def adopt(self, rule: str, *, doubt: bool) -> None:
        """Look at every post again, if in ``doubt`` or if the mirror was kept by another rule."""
        told = self._conn.execute("SELECT told FROM rule").fetchone()
        if doubt or told is None or told[0] != rule:
            with self._conn:
                self._conn.execute("UPDATE posts SET seal = ''")
                self._conn.execute("DELETE FROM rule")
                self._conn.execute("INSERT INTO rule VALUES (?)", (rule,))

    def seals(self) -> Iterator[tuple[int, str]]:
        """Yield id and seal of every post, the newest article first."""
        below = sys.maxsize
        sql = "SELECT id, seal FROM posts WHERE id < ? ORDER BY id DESC LIMIT ?"
        while page := self._conn.execute(sql, (below, _PAGE)).fetchall():
            yield from page
            below = page[-1][0]

    def posts(self, ids: Iterable[int]) -> dict[int, Post]:
        """Return what is known of these."""
        sql = (
            "SELECT id, path, seal, old, sha256 FROM posts"
            " WHERE id IN (SELECT value FROM json_each(?))"
        )
        return {
            row[0]: Post(
                id=row[0], path=row[1], seal=row[2], old=tuple(json.loads(row[3])), sha256=row[4]
            )
            for row in self._conn.execute(sql, (json.dumps(list(ids)),))
        }

    def enter(self, posts: Iterable[Post], *, without: Iterable[int] = ()) -> None:
        """Write down posts, in one transaction, and forget those ``without``."""
        with self._conn:
            self._conn.executemany(
                "REPLACE INTO posts (id, seal, path, old, sha256) VALUES (?, ?, ?, ?, ?)",
                [(p.id, p.seal, p.path, json.dumps(p.old), p.sha256) for p in posts],
            )
            self._conn.executemany("DELETE FROM posts WHERE id = ?", [(id_,) for id_ in without])


@contextmanager
def opened(folder: Path) -> Iterator[Ledger]:
    """Open the ledger of a folder for one process alone.

    Raises ArchiveBusy while another is at it, ArchiveError where the file is damaged.
    """
    path = folder / NAME
    conn = sqlite3.connect(path, timeout=1.0)
    try:
        # Held until the end: the kernel lets go even after kill -9.
        conn.execute("PRAGMA locking_mode = EXCLUSIVE")
        conn.execute("BEGIN EXCLUSIVE")
        conn.commit()
        conn.executescript(_TABLES)
        yield Ledger(conn)
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode == sqlite3.SQLITE_BUSY:
            raise ArchiveBusy(str(folder)) from error
        raise ArchiveError(f"{path}: {error}") from error
    except sqlite3.DatabaseError as error:
        raise ArchiveError(
            f"{path}: {error}; take the folder away and `gazette mirror` writes it anew"
        ) from error
    finally:
        conn.close()
