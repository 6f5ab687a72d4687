"""A query → an FTS5 MATCH text, filters, and the terms to highlight.

Every term goes into the MATCH in double quotes and as tokens of ``archive.tokens``, so that no
syntax of FTS5 gets through and a term means the same as in the index.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from operator import add

from archive.facts import EVERY, FIELDS, UNQUOTED, character_phrase, whole_phrase
from archive.grammar import parse
from archive.language import _, language
from archive.records import Filters
from archive.terms import All, Fact, Node, Not, Some, Term, read_term

#: Characters of a query that are read; the rest is left out with a note.
MAX_QUERY = 1000
#: Terms that are marked in what is found: each is looked for in every text that is shown.
_MARKED = 64
#: Words such as ``econ*`` in a query: each may take seconds where the archive is large, in which
#: nothing can stop SQLite.
MAX_OPEN = 4
#: MATCH text that finds nothing, and is no error.
NOTHING = '""'


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A query as understood."""

    #: MATCH text; None where nothing was asked but days, so that all articles match
    match: str | None
    tree: Node = field(default_factory=lambda: All(()))
    #: the days that the query limits the search to
    filters: Filters = field(default_factory=Filters)
    #: terms whose presence made an article match
    terms: tuple[Term, ...] = ()
    #: what was not understood, for people
    notes: tuple[str, ...] = ()


def fts_query(query: str) -> str:
    """Return the MATCH text of ``query`` without its filters, or one that finds nothing."""
    return compile_query(query).match or NOTHING


def compile_query(query: str, *, today: date | None = None) -> Query:
    """Return what ``query`` asks for. Never raises.

    ``after:7d`` counts from ``today``, by the clock of this machine where it is not given.
    """
    return _compiled(query, today or date.today(), language())


@lru_cache(maxsize=256)
def _compiled(query: str, today: date, spoken: str) -> Query:
    # A lone surrogate, from a broken address, cannot be handed to SQLite.
    text = query.encode("utf-8", "replace").decode("utf-8")
    notes = []
    if len(text) > MAX_QUERY:
        text = text[:MAX_QUERY]
        told = _("only the first {count} characters of the query were read")
        notes.append(told.format(count=MAX_QUERY))
    parsed = parse(text, today=today)
    notes.extend(parsed.notes)
    tree = _few_open(parsed.tree, [MAX_OPEN], notes)
    match = match_of(tree)
    if match is None and parsed.asked:
        match = NOTHING
        notes.append(_("nothing in the query can be searched for"))
    return Query(
        match=match,
        tree=tree,
        filters=parsed.filters,
        terms=tuple(dict.fromkeys(_wanted(tree)))[:_MARKED],
        notes=tuple(notes),
    )


def _few_open(node: Node, left: list[int], notes: list[str]) -> Node:
    """Return ``node`` with no more open terms than are ``left``; what is too much is left out."""
    match node:
        case Term() | Fact():
            left[0] -= node.open
            if not node.open or left[0] >= 0:
                return node
            if left[0] == -1:
                told = _("only the first {count} words with * were read")
                notes.append(told.format(count=MAX_OPEN))
            return All(())
        case Not():
            return Not(_few_open(node.item, left, notes))
        case All() | Some():
            items = (_few_open(item, left, notes) for item in node.items)
            return type(node)(tuple(item for item in items if item != All(())))
        case _:
            return node


def match_of(node: Node) -> str | None:
    """Return the MATCH text of ``node``, or None where nothing of it can be searched for."""
    match node:
        case Term():
            return _phrase(node)
        case Fact():
            return _fact_phrase(node)
        case Not():
            barred = match_of(node.item)
            return None if barred is None else f"({EVERY} NOT {barred})"
        case Some():
            return _joined([match_of(item) for item in dict.fromkeys(node.items)], " OR ")
        case All():
            # The same twice is looked for once.
            items = dict.fromkeys(node.items)
            wanted = _joined(
                [match_of(item) for item in items if not isinstance(item, Not)], " AND "
            )
            barred = _joined(
                [match_of(item.item) for item in items if isinstance(item, Not)], " OR "
            )
            return wanted if barred is None else f"({wanted or EVERY} NOT {barred})"


def _joined(found: list[str | None], sign: str) -> str | None:
    texts = [text for text in found if text is not None]
    return f"({sign.join(texts)})" if len(texts) > 1 else texts[0] if texts else None


def _wanted(node: Node) -> Iterator[Term]:
    match node:
        case Term():
            yield node
        case All() | Some():
            for item in node.items:
                yield from _wanted(item)


def field_term(field: str, value: str) -> str:
    """Return what to type for the articles whose ``field`` is exactly ``value``."""
    if field in ("after", "before", "date"):
        return f"{field}:{value}"
    if not FIELDS[field].worded and value and not _PARTING.search(value):
        return f"{field}:{value}"
    # Nothing can be quoted within quotes: a space parts words as well.
    return f'{field}:"{value.translate(UNQUOTED)}"'


_PARTING = re.compile(r'[\s()（）|｜「」『』"“”＂*＊]')


def _fact_phrase(fact: Fact) -> str | None:
    if fact.whole:
        return whole_phrase(fact.field, fact.value, prefix=fact.prefix)
    term = read_term(f"{fact.value}*" if fact.prefix else fact.value)
    if not term.pieces:
        return None
    tokens, star = _tokens(term)
    star = star or term.character
    mark = FIELDS[fact.field].mark
    return _quoted([mark + token for token in tokens], star)


def _phrase(term: Term) -> str:
    if term.character:
        return character_phrase(term.pieces[0].text, term.column)
    phrase = _quoted(*_tokens(term))
    return f"{{{term.column}}} : {phrase}" if term.column else phrase


def _quoted(tokens: list[str], star: bool) -> str:
    return f'"{" ".join(tokens)}"{"*" if star else ""}'


def _tokens(term: Term) -> tuple[list[str], bool]:
    """Return the tokens that ``archive.tokens`` makes of such a text, and if the last may go on."""
    tokens: list[str] = []
    for position, piece in enumerate(term.pieces, 1):
        run = piece.text
        if not piece.chinese:
            tokens.append(run)
            continue
        last = position == len(term.pieces)
        if piece.glued and len(run) > 1:
            tokens.append(run[0])
        tokens.extend(map(add, run, run[1:]))
        if not last or len(run) == 1:
            tokens.append(run[-1])
    return tokens, term.open
