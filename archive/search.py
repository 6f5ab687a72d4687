"""Query → hits with their terms marked, limited by filters, one for each cluster of reprints.

Newest first is the order that costs nothing: ids rise with the day of publication, so the index
gives them in that order and a span of days is a span of ids. Ranking costs some 3 µs a match, so
where very many match only the newest of them are ranked.
"""

import json
import re
import sqlite3
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Literal

from archive.filters import narrowed
from archive.highlight import highlight, snippet
from archive.ids import FIRST_DATED
from archive.language import _
from archive.query import compile_query
from archive.records import Filters, Hit, Precision, Results
from archive.rows import moment
from archive.schema import open_archive
from archive.scope import NO_FILTERS, Scope, scope_of
from archive.sqliteerrors import expected_errors
from archive.terms import Term

Sort = Literal["newest", "best", "oldest"]

#: Up to here matches are counted: of a phrase of four characters that takes 7 ms.
COUNTED = 10_000
#: Up to here they are ranked one by one, and counted for it.
RANKED_IN_FULL = 20_000
#: Where there are more, this many of the newest are ranked.
RANKED_NEWEST = 2_000

#: A match in the title weighs as much as ten in the text.
_RANK = "bm25(articles_fts, 0.0, 10.0, 1.0)"
#: Candidates whose clusters are looked up at a time: first, and at most. Each is a row of its own
#: in the file, and mostly little more than a page is looked at.
_FIRST_BATCH, _BATCH = 25, 200

#: ``Results.next``: the order it goes on in, and from where.
_CURSOR = re.compile(r"(newest|oldest|best)\.([0-9]{1,18})", re.ASCII)

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
    cursor: str = "",
    today: date | None = None,
) -> Results:
    """Return the hits ``offset`` to ``offset + limit`` of ``query``; NotAnArchive for a wrong file.

    An empty query lists the articles by date. ``cursor`` is the ``next`` of the page before, in
    place of an offset: as quick for the last page as for the first; of another order or none at
    all it is the first page. ``total`` counts articles, reprints among them. ``today`` is what
    ``after:7d`` counts from, by the clock of this machine where it is not given.
    """
    if isinstance(archive, Path):
        with closing(open_archive(archive, read_only=True)) as conn, expected_errors(archive):
            return search(
                conn,
                query,
                filters=filters,
                sort=sort,
                limit=limit,
                offset=offset,
                cursor=cursor,
                today=today,
            )
    asked = compile_query(query, today=today)
    limits = narrowed(filters, asked.filters)
    scope = scope_of(archive, asked.match, limits)
    notes = list(asked.notes)
    ranked = sort == "best" and asked.match is not None
    most = RANKED_IN_FULL if ranked else COUNTED
    order: Sort = sort if ranked or sort != "best" else "newest"
    after = _after(cursor, order)
    found: Iterator[_Candidate]
    if scope.at_once and not ranked and after is None:
        first = list(
            islice(_by_day(archive, scope, None, oldest_first=order == "oldest"), most + 1)
        )
        total, found = len(first), _going_on(archive, scope, first, order)
    else:
        total = scope.count(archive, most + 1)
        found = _by_day(archive, scope, after, oldest_first=order == "oldest")
    capped = total > most
    if ranked:
        found = _by_rank(archive, scope, in_full=not capped)
        offset = after or offset
        if capped:
            told = _("over {many} match: ranked among the newest {few}")
            notes.append(told.format(many=f"{RANKED_IN_FULL:,}", few=f"{RANKED_NEWEST:,}"))
    if not limits.all_reprints:
        shown = None if ranked or after is None else _shown_before(order, after)
        found = _one_of_each_cluster(archive, scope, found, shown)
    page = dict(islice(found, offset, offset + limit))
    more = next(found, None) is not None
    others = {} if limits.all_reprints else _others_of_clusters(archive, scope, page)
    goes_on = offset + len(page) if ranked else next(reversed(page), 0)
    return Results(
        hits=tuple(_hits(archive, page, others, _terms(asked.terms, limits.columns))),
        total=min(total, most),
        capped=capped,
        notes=tuple(notes),
        next=f"{order}.{goes_on}" if more and page else "",
    )


def _after(cursor: str, order: Sort) -> int | None:
    """Return where a page begins: behind this id, or behind so many of the best."""
    found = _CURSOR.fullmatch(cursor)
    return int(found[2]) if found and found[1] == order else None


# --- what is found, in which order --------------------------------------------------------------


def _by_day(
    conn: sqlite3.Connection, scope: Scope, after: int | None, *, oldest_first: bool
) -> Iterator[_Candidate]:
    """Yield the matches behind ``after`` by day of publication, those without a date last."""
    what = f"{scope.id}, NULL"
    if not oldest_first:
        rest = f"AND {scope.id} < :after ORDER BY {scope.id} DESC"
        values = {**scope.values, "after": sys.maxsize if after is None else after}
        yield from conn.execute(scope.select(what, rest), values)
        return
    rest = f"AND {scope.id} > :after AND {scope.id} < :end ORDER BY {scope.id}"
    parts = [(max(after or 0, FIRST_DATED - 1), sys.maxsize), (0, FIRST_DATED)]
    if after is not None and after < FIRST_DATED:
        parts = [(after, FIRST_DATED)]
    for start, end in parts:
        yield from conn.execute(
            scope.select(what, rest), {**scope.values, "after": start, "end": end}
        )


def _going_on(
    conn: sqlite3.Connection, scope: Scope, first: list[_Candidate], order: Sort
) -> Iterator[_Candidate]:
    """Yield what was read already, and what follows it where that is not enough."""
    yield from first
    if first:
        yield from _by_day(conn, scope, first[-1][0], oldest_first=order == "oldest")


def _shown_before(order: Sort, after: int) -> str:
    """Return the condition on an ``id`` that a page before showed it, where it matches."""
    if order == "newest":
        return f"id >= {after}"
    if after < FIRST_DATED:
        return f"(id >= {FIRST_DATED} OR id <= {after})"
    return f"id BETWEEN {FIRST_DATED} AND {after}"


def _by_rank(conn: sqlite3.Connection, scope: Scope, *, in_full: bool) -> Iterator[_Candidate]:
    """Yield the matches, or the newest of them, by how well they fit."""
    newest = "" if in_full else f"ORDER BY {scope.id} DESC LIMIT {RANKED_NEWEST}"
    scored = scope.select(f"{scope.id} AS id, {_RANK} AS score", newest)
    sql = f"SELECT id, score FROM ({scored}) ORDER BY score, id DESC"  # noqa: S608
    yield from conn.execute(sql, scope.values)


def _one_of_each_cluster(
    conn: sqlite3.Connection, scope: Scope, found: Iterator[_Candidate], shown: str | None
) -> Iterator[_Candidate]:
    """Yield the first of each cluster of reprints; none that pages before have ``shown``."""
    seen: set[int] = set()
    size = _FIRST_BATCH
    while batch := list(islice(found, size)):
        size = min(size * 2, _BATCH)
        clusters = dict(_about(conn, "id, cluster", "id", [id_ for id_, _score in batch]))
        if shown is not None:
            kin = _about(conn, "id, cluster", "cluster", set(clusters.values()), f"AND {shown}")
            before = dict(kin)
            seen |= {before[id_] for id_ in scope.among(conn, before)}
        for id_, score in batch:
            cluster = clusters.get(id_) or id_
            if cluster not in seen:
                seen.add(cluster)
                yield id_, score


def _others_of_clusters(
    conn: sqlite3.Connection, scope: Scope, page: Iterable[int]
) -> dict[int, int]:
    """Return id → how many others of its cluster match."""
    clusters = dict(_about(conn, "cluster, id", "id", page))
    members = dict(_about(conn, "id, cluster", "cluster", clusters))
    others = [id_ for id_ in members if id_ not in clusters.values()]
    counts: dict[int, int] = {}
    for id_ in scope.among(conn, others):
        shown = clusters[members[id_]]
        counts[shown] = counts.get(shown, 0) + 1
    return counts


def _about(
    conn: sqlite3.Connection, what: str, column: str, values: Iterable[int], rest: str = ""
) -> Iterator[tuple[int, int]]:
    sql = f"""
        SELECT {what} FROM articles WHERE {column} IN (SELECT value FROM json_each(?)) {rest}
    """  # noqa: S608
    return conn.execute(sql, (json.dumps(list(values)),))


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
