"""Query → hits with their terms marked, limited by filters, one for each cluster of reprints.

Newest first is the order that costs nothing: ids rise with the day of publication, so the index
gives them in that order and a span of days is a span of ids. Ranking costs some 3 µs a match, so
where very many match only the newest of them are ranked.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Literal

from archive.filters import narrowed
from archive.grammar import Term
from archive.highlight import highlight, snippet
from archive.ids import FIRST_DATED, within_days
from archive.query import compile_query
from archive.records import Filters, Hit, Precision, Results
from archive.rows import moment
from archive.schema import conditions, open_archive
from archive.sqliteerrors import expected_errors

Sort = Literal["newest", "best", "oldest"]

#: Up to here matches are counted and ranked one by one.
RANKED_IN_FULL = 20_000
#: Where there are more, this many of the newest are ranked.
RANKED_NEWEST = 2_000

NO_FILTERS = Filters()

#: Eight times as fast as looking into the rows. The plus keeps SQLite from asking the full-text
#: index for each article of the sources in turn.
_OF_SOURCES = """
    +articles_fts.rowid IN (
        SELECT id FROM articles WHERE source IN (SELECT value FROM json_each(:sources))
    )
"""
#: A match in the title weighs as much as ten in the text.
_RANK = "bm25(articles_fts, 10.0, 1.0)"
#: Candidates whose clusters are looked up at a time.
_BATCH = 100

#: An article's id and its bm25, which is None in an order by date.
_Candidate = tuple[int, float | None]


def search(
    archive: Path | sqlite3.Connection,
    query: str,
    *,
    filters: Filters = NO_FILTERS,
    sort: Sort = "newest",
    limit: int = 20,
    offset: int = 0,
) -> Results:
    """Return the hits ``offset`` to ``offset + limit`` of ``query``; NotAnArchive for a wrong file.

    An empty query lists the articles by date. What the query itself says of sources and the like
    stands in place of the same in ``filters``. ``total`` counts articles, reprints among them.
    """
    if isinstance(archive, Path):
        with closing(open_archive(archive, read_only=True)) as conn, expected_errors(archive):
            return search(conn, query, filters=filters, sort=sort, limit=limit, offset=offset)
    asked = compile_query(query)
    limits = narrowed(filters, asked.filters)
    scope = _scope(archive, asked.match, limits)
    notes = list(asked.notes)
    total = scope.count(archive, RANKED_IN_FULL + 1)
    if sort == "best" and asked.match is not None:
        found = _by_rank(archive, scope, in_full=total <= RANKED_IN_FULL)
        if total > RANKED_IN_FULL:
            notes.append(
                f"over {RANKED_IN_FULL:,} match: ranked among the newest {RANKED_NEWEST:,}"
            )
    else:
        found = _by_day(archive, scope, oldest_first=sort == "oldest")
    if not limits.all_reprints:
        found = _one_of_each_cluster(archive, found)
    page = dict(islice(found, offset, offset + limit))
    others = {} if limits.all_reprints else _others_of_clusters(archive, scope, page)
    if not total:
        notes.extend(_unknown_sources(archive, limits.sources))
    return Results(
        hits=tuple(_hits(archive, page, others, _terms(asked.terms, limits.columns))),
        total=min(total, RANKED_IN_FULL),
        capped=total > RANKED_IN_FULL,
        notes=tuple(notes),
    )


# --- what is searched ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Scope:
    """FROM and WHERE of the statements of one search, with their parameters."""

    tables: str
    #: the expression that is an article's id
    id: str
    where: str
    values: dict[str, object]

    def select(self, what: str, rest: str = "") -> str:
        return f"SELECT {what} FROM {self.tables} WHERE {self.where} {rest}"  # noqa: S608

    def count(self, conn: sqlite3.Connection, most: int) -> int:
        """Return the number of matches, or ``most`` where there are more."""
        sql = f"SELECT count(*) FROM ({self.select('1', 'LIMIT :most')})"  # noqa: S608
        count: int = conn.execute(sql, {**self.values, "most": most}).fetchone()[0]
        return count


def _scope(conn: sqlite3.Connection, match: str | None, limits: Filters) -> _Scope:
    if match is None:
        tables, id_ = "articles", "articles.id"
        asked, values = conditions(limits)
    else:
        tables, id_ = "articles_fts", "articles_fts.rowid"
        asked, values = conditions(replace(limits, sources=()))
        if asked:
            # CROSS: the index gives the candidates in their order, the table only says yes or no.
            tables += " CROSS JOIN articles ON articles.id = articles_fts.rowid"
        if limits.sources:
            asked.append(_OF_SOURCES)
            values["sources"] = json.dumps(limits.sources)
        asked.append("articles_fts MATCH :match")
        columns = " ".join(column for column in ("title", "text") if column in limits.columns)
        values["match"] = f"{{{columns}}} : ({match})" if columns else match
    days, span = within_days(conn, limits, id_)
    asked, values = asked + days, values | span
    return _Scope(tables, id_, " AND ".join(asked or ["true"]), values)


# --- what is found, in which order --------------------------------------------------------------


def _by_day(conn: sqlite3.Connection, scope: _Scope, *, oldest_first: bool) -> Iterator[_Candidate]:
    """Yield the matches by day of publication, those without a date last."""
    what = f"{scope.id}, NULL"
    if not oldest_first:
        yield from conn.execute(scope.select(what, f"ORDER BY {scope.id} DESC"), scope.values)
        return
    values = {**scope.values, "dated": FIRST_DATED}
    for part in (">=", "<"):
        rest = f"AND {scope.id} {part} :dated ORDER BY {scope.id}"
        yield from conn.execute(scope.select(what, rest), values)


def _by_rank(conn: sqlite3.Connection, scope: _Scope, *, in_full: bool) -> Iterator[_Candidate]:
    """Yield the matches, or the newest of them, by how well they fit."""
    newest = "" if in_full else f"ORDER BY {scope.id} DESC LIMIT {RANKED_NEWEST}"
    scored = scope.select(f"{scope.id} AS id, {_RANK} AS score", newest)
    sql = f"SELECT id, score FROM ({scored}) ORDER BY score, id DESC"  # noqa: S608
    yield from conn.execute(sql, scope.values)


def _one_of_each_cluster(
    conn: sqlite3.Connection, found: Iterator[_Candidate]
) -> Iterator[_Candidate]:
    """Yield the first of each cluster of reprints."""
    seen: set[int] = set()
    while batch := list(islice(found, _BATCH)):
        clusters = dict(_about(conn, "id, cluster", "id", [id_ for id_, _ in batch]))
        for id_, score in batch:
            cluster = clusters.get(id_) or id_
            if cluster not in seen:
                seen.add(cluster)
                yield id_, score


def _others_of_clusters(
    conn: sqlite3.Connection, scope: _Scope, page: Iterable[int]
) -> dict[int, int]:
    """Return id → how many others of its cluster match."""
    clusters = dict(_about(conn, "cluster, id", "id", page))
    members = dict(_about(conn, "id, cluster", "cluster", clusters))
    others = [id_ for id_ in members if id_ not in clusters.values()]
    if not others:
        return {}
    among = f"AND {scope.id} IN (SELECT value FROM json_each(:others))"  # noqa: S608
    sql = scope.select(scope.id, among)
    counts: dict[int, int] = {}
    for (id_,) in conn.execute(sql, {**scope.values, "others": json.dumps(others)}):
        shown = clusters[members[id_]]
        counts[shown] = counts.get(shown, 0) + 1
    return counts


def _about(
    conn: sqlite3.Connection, what: str, column: str, values: Iterable[int]
) -> Iterator[tuple[int, int]]:
    sql = f"SELECT {what} FROM articles WHERE {column} IN (SELECT value FROM json_each(?))"  # noqa: S608
    return conn.execute(sql, (json.dumps(list(values)),))


def _unknown_sources(conn: sqlite3.Connection, sources: Sequence[str]) -> Iterator[str]:
    for source in sources:
        if not conn.execute("SELECT 1 FROM articles WHERE source = ?", (source,)).fetchone():
            yield f"the archive holds nothing from a source “{source}”"


# --- how it is shown ----------------------------------------------------------------------------


def _terms(terms: Sequence[Term], columns: Sequence[str]) -> dict[str, tuple[Term, ...]]:
    """Return column → the terms that are looked for in it."""
    return {
        column: tuple(term for term in terms if term.column in ("", column))
        if not columns or column in columns
        else ()
        for column in ("title", "text")
    }


def _hits(
    conn: sqlite3.Connection,
    page: dict[int, float | None],
    others: dict[int, int],
    terms: dict[str, tuple[Term, ...]],
) -> Iterator[Hit]:
    sql = """
        SELECT id, title, published, precision, day, source, origin, url, text
        FROM articles WHERE id IN (SELECT value FROM json_each(?))
    """
    rows = {row[0]: row[1:] for row in conn.execute(sql, (json.dumps(list(page)),))}
    for id_, score in page.items():
        title, published, precision, day, source, origin, url, text = rows[id_]
        yield Hit(
            id=id_,
            title=highlight(title, terms["title"]),
            published=moment(published) if published else None,
            precision=Precision(precision),
            day=date.fromisoformat(day) if day else None,
            source=source,
            origin=origin,
            url=url,
            snippet=snippet(text, terms["text"]),
            score=score,
            reprints=others.get(id_, 0),
        )
