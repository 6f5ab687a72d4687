"""A query → an FTS5 MATCH text, filters, and the terms to highlight.

Every term goes into the MATCH in double quotes and as tokens of ``archive.tokens``, so that no
syntax of FTS5 gets through and a term means the same as in the index.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from operator import add

from archive.grammar import All, Node, Not, Some, Term, parse
from archive.records import Filters

#: Characters of a query that are read; the rest is left out with a note.
MAX_QUERY = 1000
#: MATCH text that finds nothing, and is no error.
NOTHING = '""'


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A query as understood."""

    #: MATCH text; None where nothing was asked of the text, so that all articles match
    match: str | None
    #: what the query itself limits the search to
    filters: Filters = field(default_factory=Filters)
    #: terms whose presence made an article match
    terms: tuple[Term, ...] = ()
    #: what was not understood, for people
    notes: tuple[str, ...] = ()


def fts_query(query: str) -> str:
    """Return the MATCH text of ``query`` without its filters, or one that finds nothing."""
    return compile_query(query).match or NOTHING


@lru_cache(maxsize=256)
def compile_query(query: str) -> Query:
    """Return what ``query`` asks for. Never raises."""
    # A lone surrogate, from a broken address, cannot be handed to SQLite.
    text = query.encode("utf-8", "replace").decode("utf-8")
    notes = []
    if len(text) > MAX_QUERY:
        text = text[:MAX_QUERY]
        notes.append(f"only the first {MAX_QUERY} characters of the query were read")
    parsed = parse(text)
    notes.extend(parsed.notes)
    match = _match(parsed.tree, notes)
    if match is None and parsed.asked:
        match = NOTHING
        notes.append(
            "nothing in the query can be searched for; an exclusion needs a word beside it"
        )
    return Query(
        match=match,
        filters=parsed.filters,
        terms=tuple(_wanted(parsed.tree)),
        notes=tuple(notes),
    )


def _match(node: Node, notes: list[str]) -> str | None:
    """Return the MATCH text of ``node``, or None where nothing of it can be searched for."""
    match node:
        case Term():
            return _phrase(node)
        case Not():
            return None
        case Some():
            return _joined([_match(item, notes) for item in node.items], " OR ")
        case All():
            wanted = _joined([_match(item, notes) for item in node.items], " AND ")
            barred = _joined(
                [_match(item.item, notes) for item in node.items if isinstance(item, Not)], " OR "
            )
            if barred is None:
                return wanted
            if wanted is None:
                notes.append("an exclusion needs a word to look for beside it; it was left out")
                return None
            return f"({wanted} NOT {barred})"


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


def _phrase(term: Term) -> str:
    """Return ``term`` as the phrase of tokens that ``archive.tokens`` makes of such a text."""
    tokens: list[str] = []
    star = term.prefix
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
        # One character alone begins a pair or is a tail; after a word it is the lead of its run.
        star = star or (last and len(run) == 1 and not piece.glued)
    phrase = f'"{" ".join(tokens)}"{"*" if star else ""}'
    return f"{{{term.column}}} : {phrase}" if term.column else phrase
