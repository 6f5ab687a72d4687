"""The seals of rows: a digest for each, kept beside the tables by triggers of ``archive.db``.

A row that something other than Gazette changed, took out or put in no longer fits its seal. They
are keyed by nothing: whoever has this code can make them anew. They find accidents; what proves
something to others is the chain.
"""

import hashlib
import json
import sqlite3
from collections.abc import Callable, Iterator

from archive.rows import COLUMNS

#: table → what its seals leave out, because a digest of its own vouches for that
SEALED: dict[str, frozenset[str]] = {
    "articles": frozenset(COLUMNS),
    "captures": frozenset(),
    "files": frozenset(),
    "revisions": frozenset(),
    "tombstones": frozenset(),
    "meta": frozenset(),
    "_sqlite_migrations": frozenset(),
}


def seal(*values: object) -> str:
    """Return the seal of a row's values: half a sha256 over them as a compact JSON array."""
    said = json.dumps(values, ensure_ascii=False, separators=(",", ":"), default=str)
    return hashlib.sha256(said.encode(errors="replace")).hexdigest()[:32]


def register(conn: sqlite3.Connection) -> None:
    """Give a connection the function that the triggers call."""
    conn.create_function("seal", -1, seal, deterministic=True)


def broken(conn: sqlite3.Connection, step: Callable[[], None]) -> Iterator[tuple[str, str]]:
    """Yield every row that does not fit its seal, and how."""
    for table, apart in SEALED.items():
        yield from _broken(conn, table, apart, step)
    tables = ", ".join(f"'{table}'" for table in SEALED)
    sql = f"SELECT * FROM seals WHERE table_name NOT IN ({tables})"  # noqa: S608
    for row in conn.execute(sql):
        yield f"seal {row['table_name']} {row['row_id']}", "is of no table that is sealed"


def _broken(
    conn: sqlite3.Connection, table: str, apart: frozenset[str], step: Callable[[], None]
) -> Iterator[tuple[str, str]]:
    columns = conn.execute(f"PRAGMA table_info({table})").fetchall()
    key = next(column["name"] for column in columns if column["pk"])
    names = ", ".join(f"t.{column['name']}" for column in columns if column["name"] not in apart)
    # The + takes the column's type away: row_id has none, and its index would not be used else.
    mine = f"s.table_name = '{table}'"
    for *values, id_, sealed in conn.execute(
        f"SELECT {names}, t.{key}, s.sha256 FROM {table} t"  # noqa: S608
        f" LEFT JOIN seals s ON {mine} AND s.row_id = +t.{key} ORDER BY t.{key}"
    ):
        if sealed is None:
            yield f"{table} {id_}", "was put in by something other than Gazette"
        elif seal(*values) != sealed:
            yield f"{table} {id_}", "was changed by something other than Gazette"
        step()
    for (id_,) in conn.execute(
        f"SELECT s.row_id FROM seals s WHERE {mine}"  # noqa: S608
        f" AND s.row_id NOT IN (SELECT {key} FROM {table})"
    ):
        yield f"{table} {id_}", "was taken out by something other than Gazette"
