"""Are the files of articles kept as they came? One of the checks of ``verify``."""

import hashlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from archive.captures import place_of
from archive.errors import Corrupt
from archive.rows import Row, stamp
from archive.warc.folder import WarcFolder

_LOST = """
    SELECT articles.id, held.value ->> 'name' AS name
    FROM articles, json_each(articles.attachments) AS held
    WHERE articles.attachments LIKE '%"sha256"%' AND held.value ->> 'sha256' IS NOT NULL
        AND held.value ->> 'sha256' NOT IN (SELECT sha256 FROM files WHERE revisit_of IS NULL)
    LIMIT 1
"""

_ASTRAY = """
    SELECT one.id FROM files AS one JOIN files AS held ON held.id = one.revisit_of
    WHERE held.revisit_of IS NOT NULL OR held.sha256 <> one.sha256 OR held.size <> one.size
        OR held.payload_sha256 <> one.payload_sha256
    LIMIT 1
"""

#: Files read between two looks at the table: no read stays open while they are.
_PAGE = 100


class Scope(Protocol):
    """What is verified, and how far."""

    @property
    def conn(self) -> sqlite3.Connection: ...

    @property
    def warc(self) -> Path: ...

    @property
    def deep(self) -> bool: ...


def files(scope: Scope) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with the files; their bytes are read where the check is deep."""
    for row in scope.conn.execute(_LOST):
        yield f"article {row['id']}", f"its attachment {row['name']} is vouched for, but not kept"
    for row in scope.conn.execute(_ASTRAY):
        yield f"file {row['id']}", "repeats another file than the one it names"
    if scope.deep:
        yield from _bytes(scope)


def _bytes(scope: Scope) -> Iterator[tuple[str, str]]:
    folder, last = WarcFolder(scope.warc), 0
    page = f"SELECT * FROM files WHERE id > ? ORDER BY id LIMIT {_PAGE}"  # noqa: S608
    while rows := scope.conn.execute(page, (last,)).fetchall():
        for row in rows:
            last = row["id"]
            if fault := _fault(folder, row):
                yield f"file {last}", fault


def _fault(folder: WarcFolder, row: Row) -> str:
    """Lay a row beside the record it names; return what is wrong, or ""."""
    try:
        found = folder.read(place_of(row), url=row["url"], final_url=row["final_url"])
    except Corrupt as error:
        return str(error)
    if (found.status, stamp(found.fetched_at)) != (row["status"], row["fetched_at"]):
        return "was not fetched when, or not answered as, its row says"
    if row["revisit_of"] is not None:
        return ""
    told = (row["sha256"], row["payload_sha256"], row["size"])
    digests = (hashlib.sha256(part).hexdigest() for part in (found.body, found.payload))
    return "" if (*digests, len(found.body)) == told else "its bytes are not those received"
