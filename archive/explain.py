"""What a search was understood to be, and what left nothing of it, in words."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path

from archive.facts import FIELDS, whole_phrase
from archive.filters import narrowed
from archive.language import _, retold
from archive.query import Query, compile_query, match_of
from archive.records import Filters
from archive.schema import open_archive
from archive.scope import NO_FILTERS, scope_of
from archive.sqliteerrors import expected_errors
from archive.terms import All, Fact, Node, Not, Some, Term

#: A query of more parts is not taken apart: each is a search of its own without the one.
_TRIED = 24
#: Counting stops here.
_MANY = 10_000


def explain(
    query: str, filters: Filters = NO_FILTERS, *, today: date | None = None
) -> tuple[str, ...]:
    """Return in a few lines what is searched for."""
    asked = compile_query(query, today=today)
    words = said(asked.tree)
    lines = [_("looks for: {words}").format(words=words) if words else _("looks for: all articles")]
    lines += (told for told, _without in _limits(filters))
    both = narrowed(filters, asked.filters)
    if days := _days(both):
        lines.append(days)
    return (*lines, *(_("note: {note}").format(note=retold(note)) for note in asked.notes))


def why_empty(
    archive: Path | sqlite3.Connection,
    query: str,
    filters: Filters = NO_FILTERS,
    *,
    today: date | None = None,
) -> tuple[str, ...]:
    """Return what was searched and what left nothing of it; NotAnArchive for a wrong file."""
    if isinstance(archive, Path):
        with closing(open_archive(archive, read_only=True)) as conn, expected_errors(archive):
            return why_empty(conn, query, filters, today=today)
    asked = compile_query(query, today=today)
    (every,) = archive.execute("SELECT count(*) FROM articles").fetchone()
    searched = _("searched {count} articles").format(count=f"{every:,}")
    return (searched, *_causes(archive, asked, filters))


def said(node: Node, *, inner: bool = False) -> str:
    """Return a tree of terms in words."""
    match node:
        case Term():
            words = " ".join(piece.text for piece in node.pieces) + ("…" if node.prefix else "")
            if node.column == "title":
                return _("“{words}” in the title").format(words=words)
            if node.column == "text":
                return _("“{words}” in the text").format(words=words)
            return _("“{words}”").format(words=words)
        case Fact():
            value = node.value + ("…" if node.prefix else "")
            sign = "=" if node.whole and FIELDS[node.field].worded else ":"
            return f"{node.field}{sign}{value}"
        case Not():
            what = said(node.item, inner=True)
            return _("not {what}").format(what=what) if what else ""
        case All() | Some():
            inner_too = inner or len(node.items) > 1
            parts = [text for item in node.items if (text := said(item, inner=inner_too))]
            joined = (_(" and ") if isinstance(node, All) else _(" or ")).join(parts)
            return f"({joined})" if inner and len(parts) > 1 else joined


def _limits(filters: Filters) -> Iterator[tuple[str, Filters]]:
    """Yield in words what ``filters`` limit a search to, and the filters without that."""
    if filters.sources:
        told = _("only of the source {sources}")
        yield told.format(sources=_(" or ").join(filters.sources)), replace(filters, sources=())
    for value, told, without in (
        (filters.category, _("only of the category {value}"), replace(filters, category="")),
        (filters.author, _("only by the author {value}"), replace(filters, author="")),
        (filters.region, _("only of the region {value}"), replace(filters, region="")),
    ):
        if value:
            yield told.format(value=value), without
    if filters.columns:
        told = _("only in: {columns}")
        columns = _(", ").join(_(column) for column in filters.columns)
        yield told.format(columns=columns), replace(filters, columns=())


def _days(limits: Filters) -> str:
    first, last = limits.since, limits.until
    if first and last:
        return _("published from {first} to {last}").format(first=first, last=last)
    if first:
        return _("published on {first} or later").format(first=first)
    return _("published on {last} or earlier").format(last=last) if last else ""


def _causes(conn: sqlite3.Connection, asked: Query, filters: Filters) -> Iterator[str]:
    """Yield which part, left out, would let something be found; else what each finds alone."""
    yield from _unknown(conn, asked.tree, filters)
    both = narrowed(filters, asked.filters)
    told = _("without {part}: {count}")
    parts = _conjuncts(asked.tree)
    if len(parts) > _TRIED:
        return
    found = False
    for part in parts if len(parts) > 1 or both != NO_FILTERS else ():
        rest = match_of(All(tuple(each for each in parts if each is not part)))
        if count := _count(conn, rest, both):
            found = True
            yield told.format(part=said(part, inner=True), count=_many(count))
    for part_said, without in _limits(filters):
        if count := _count(conn, asked.match, narrowed(without, asked.filters)):
            found = True
            yield told.format(part=part_said, count=_many(count))
    if (days := _days(both)) and (
        count := _count(conn, asked.match, replace(filters, since=None, until=None))
    ):
        found = True
        yield told.format(part=days, count=_many(count))
    if not found and len(parts) > 1:
        for part in parts:
            count = _count(conn, match_of(part), NO_FILTERS)
            yield _("{part} alone: {count}").format(part=said(part), count=_many(count))


def _conjuncts(node: Node) -> list[Node]:
    """Return what must all hold; a single thing that must is one, nothing is none."""
    if isinstance(node, All | Some) and len(node.items) == 1:
        return _conjuncts(node.items[0])
    parts = dict.fromkeys(node.items) if isinstance(node, All) else [node]
    return [part for part in parts if said(part)]


def _unknown(conn: sqlite3.Connection, tree: Node, filters: Filters) -> Iterator[str]:
    """Yield the sources that were asked for and that the archive holds nothing from."""
    named = [
        part.value
        for part in _conjuncts(tree)
        if isinstance(part, Fact) and part.field == "source" and not part.prefix
    ]
    for source in dict.fromkeys((*named, *filters.sources)):
        if not _count(conn, whole_phrase("source", source), NO_FILTERS):
            yield _("the archive holds nothing from a source “{source}”").format(source=source)


def _count(conn: sqlite3.Connection, match: str | None, limits: Filters) -> int:
    return scope_of(conn, match, limits).count(conn, _MANY)


def _many(count: int) -> str:
    return _("more than {count}").format(count=f"{_MANY - 1:,}") if count >= _MANY else f"{count:,}"
