"""What was archived since a link of the chain: new articles that match a query, oldest link first.

The chain of revisions is the one order in which articles arrive; ids follow the day of publication,
so that what is found late with an old date would be missed by them.
"""

import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from archive.chain import GENESIS, link_hash
from archive.filters import narrowed
from archive.highlight import snippet
from archive.query import NOTHING, compile_query
from archive.records import Stored
from archive.rows import stamp, stored_of
from archive.schema import open_archive, snapshot
from archive.scope import NO_FILTERS, scope_of
from archive.sqliteerrors import expected_errors

#: Links of the chain looked at in one question.
LINKS = 500

_UNMARKED = str.maketrans("", "", "\ue000\ue001")

#: Articles with a link in the span, in its order; none that was archived before the first link.
_SPAN = """
    SELECT article_id, min(seq) AS at FROM revisions AS link
    WHERE seq > :after AND seq <= :upto AND :start < (
        SELECT seq FROM revisions AS made
        WHERE made.article_id = link.article_id AND made.number = 1 AND made.reading = 0)
    GROUP BY article_id ORDER BY at
"""
_KIN = """
    SELECT url FROM articles
    WHERE cluster = (SELECT cluster FROM articles WHERE id = ?) ORDER BY id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """An article that matches a query and is new in the archive."""

    stored: Stored
    #: addresses of its cluster of reprints, its own among them
    kin: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrivals:
    """What a stretch of the chain brought."""

    found: tuple[Arrival, ...]
    #: the last link that was looked at; go on after it
    upto: int
    #: the newest link there is
    newest: int


def asks_nothing(query: str) -> bool:
    """Tell whether a query says nothing that can be searched for, so that all or none match."""
    asked = compile_query(query)
    return asked.match == NOTHING or (asked.match is None and asked.filters == NO_FILTERS)


def newest_link(archive: Path) -> int:
    """Return the newest link of the chain, 0 where there is none; NotAnArchive for no archive."""
    with closing(open_archive(archive, read_only=True)) as conn, expected_errors(archive):
        return _newest(conn)


def link_before(archive: Path, moment: datetime) -> int:
    """Return the last link before the first that was made at ``moment`` or later."""
    with closing(open_archive(archive, read_only=True)) as conn, expected_errors(archive):
        sql = "SELECT min(seq) - 1 FROM revisions WHERE fetched_at >= ?"
        (before,) = conn.execute(sql, (stamp(moment),)).fetchone()
        return _newest(conn) if before is None else int(before)


def hash_of_link(archive: Path, seq: int) -> str:
    """Return the hash of a link of the chain, "" where there is none of the number."""
    if seq == 0:
        return GENESIS
    with closing(open_archive(archive, read_only=True)) as conn, expected_errors(archive):
        link = conn.execute("SELECT * FROM revisions WHERE seq = ?", (seq,)).fetchone()
    return link_hash(link) if link else ""


def arrivals(archive: Path, query: str, *, start: int, after: int) -> Arrivals:
    """Return what matches among the articles archived after ``start``, of the next links.

    An article is looked at again with each link that it gets, since a revision may make it match.
    """
    with (
        closing(open_archive(archive, read_only=True)) as conn,
        expected_errors(archive),
        snapshot(conn),
    ):
        newest = _newest(conn)
        upto = min(newest, after + LINKS)
        span = conn.execute(_SPAN, {"after": after, "upto": upto, "start": start})
        ids = [row["article_id"] for row in span]
        asked = compile_query(query)
        scope = scope_of(conn, asked.match, narrowed(NO_FILTERS, asked.filters))
        matching = set(scope.among(conn, ids))
        wanted = [id_ for id_ in ids if id_ in matching]
        found = tuple(_arrival(conn, id_) for id_ in wanted)
    return Arrivals(found=found, upto=upto, newest=newest)


def sample(archive: Path, query: str) -> Arrival | None:
    """Return the newest article that matches, or None where none does."""
    with closing(open_archive(archive, read_only=True)) as conn, expected_errors(archive):
        asked = compile_query(query)
        scope = scope_of(conn, asked.match, narrowed(NO_FILTERS, asked.filters))
        sql = scope.select(scope.id, f"ORDER BY {scope.id} DESC LIMIT 1")
        row = conn.execute(sql, scope.values).fetchone()
        return _arrival(conn, row[0]) if row else None


def standing(archive: Path, urls: list[str]) -> list[Stored]:
    """Return the articles at ``urls``, in that order, without those that are deleted."""
    sql = "SELECT * FROM articles WHERE url IN (SELECT value FROM json_each(?))"
    with closing(open_archive(archive, read_only=True)) as conn, expected_errors(archive):
        rows = {row["url"]: row for row in conn.execute(sql, (json.dumps(urls),))}
    return [stored_of(rows[url]) for url in urls if url in rows]


def _newest(conn: sqlite3.Connection) -> int:
    (newest,) = conn.execute("SELECT coalesce(max(seq), 0) FROM revisions").fetchone()
    return int(newest)


def passage(stored: Stored, query: str) -> str:
    """Return where the text of an article speaks of what a query asks for."""
    terms = [term for term in compile_query(query).terms if term.column in ("", "text")]
    return snippet(stored.article.text, terms).translate(_UNMARKED)


def _arrival(conn: sqlite3.Connection, id_: int) -> Arrival:
    stored = stored_of(conn.execute("SELECT * FROM articles WHERE id = ?", (id_,)).fetchone())
    kin = tuple(row["url"] for row in conn.execute(_KIN, (id_,)))
    return Arrival(stored=stored, kin=kin)
