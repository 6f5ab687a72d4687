"""All articles that a query finds, newest first and a page at a time, however many there are."""

import json
import sqlite3
import sys
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import islice

from archive.filters import narrowed
from archive.query import compile_query
from archive.records import Filters, Stored
from archive.rows import stored_of
from archive.scope import NO_FILTERS, scope_of

#: Articles read at once. No read stays open between two of these, so that a slow reader never keeps
#: the write-ahead log from being emptied.
PAGE = 200
#: Ids read at once: a page of them costs a look into the index, and next to no memory.
_IDS = 2_000


def ids_matching(
    conn: sqlite3.Connection,
    query: str,
    filters: Filters = NO_FILTERS,
    *,
    below: int = sys.maxsize,
    today: date | None = None,
) -> Iterator[int]:
    """Yield the ids below one of all articles that a search would find, the newest first.

    Reprints are articles like any other. What is put meanwhile may or may not be among them.
    """
    asked = compile_query(query, today=today)
    scope = scope_of(conn, asked.match, narrowed(filters, asked.filters))
    sql = scope.select(scope.id, f"AND {scope.id} < :below ORDER BY {scope.id} DESC LIMIT {_IDS}")
    while ids := [id_ for (id_,) in conn.execute(sql, {**scope.values, "below": below}).fetchall()]:
        yield from ids
        below = ids[-1]


def count_matching(
    conn: sqlite3.Connection, query: str, filters: Filters = NO_FILTERS, *, below: int = sys.maxsize
) -> int:
    """Return how many ids below one ``ids_matching`` would yield."""
    asked = compile_query(query)
    scope = scope_of(conn, asked.match, narrowed(filters, asked.filters))
    sql = scope.select("count(*)", f"AND {scope.id} < :below")
    (count,) = conn.execute(sql, {**scope.values, "below": below}).fetchone()
    return int(count)


def articles_of(conn: sqlite3.Connection, ids: Iterable[int]) -> Iterator[Stored]:
    """Yield the articles of ids, newest first as they are; one that is deleted by now is none."""
    sql = "SELECT * FROM articles WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id DESC"
    page: list[int] = []
    for id_ in ids:
        page.append(id_)
        if len(page) == PAGE:
            yield from map(stored_of, conn.execute(sql, (json.dumps(page),)).fetchall())
            page = []
    if page:
        yield from map(stored_of, conn.execute(sql, (json.dumps(page),)).fetchall())


def seals_matching(conn: sqlite3.Connection, query: str) -> Iterator[tuple[int, str]]:
    """Yield id and seal of every article that a search would find, the newest first."""
    return _of_query(conn, query) if query else _of_all(conn)


def _of_all(conn: sqlite3.Connection) -> Iterator[tuple[int, str]]:
    below = sys.maxsize
    sql = (
        "SELECT row_id, sha256 FROM seals WHERE table_name = 'articles' AND row_id < ?"
        " ORDER BY row_id DESC LIMIT ?"
    )
    while page := conn.execute(sql, (below, _IDS)).fetchall():
        yield from map(tuple, page)
        below = page[-1][0]


def _of_query(conn: sqlite3.Connection, query: str) -> Iterator[tuple[int, str]]:
    ids = ids_matching(conn, query)
    sql = (
        "SELECT row_id, sha256 FROM seals WHERE table_name = 'articles'"
        " AND row_id IN (SELECT value FROM json_each(?)) ORDER BY row_id DESC"
    )
    while page := list(islice(ids, _IDS)):
        yield from map(tuple, conn.execute(sql, (json.dumps(page),)).fetchall())
