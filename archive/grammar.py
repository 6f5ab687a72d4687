"""What a person typed into the search box → a tree of terms, and filters.

Blanks mean AND; also ``"…"`` “…” 「…」 for phrases, ``OR`` or ``|``, ``NOT`` or ``-``, brackets,
``econom*``, ``title:`` and ``text:``. ``source:``, ``author:``, ``category:``, ``region:``,
``after:`` (that day or later), ``before:`` (earlier than that day) and ``date:`` hold for the whole
query, wherever they stand.

Nothing a person types is an error: quotes and brackets close themselves, signs that join nothing
are passed over, and what was not understood is told in the notes.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from archive.filters import FILTERS
from archive.records import Filters
from archive.tokens import RUN, fold

#: Brackets within brackets; FTS5's own parser gives up at some more.
MAX_DEPTH = 8

#: Field prefix → column of the index.
COLUMNS = {
    "title": "title",
    "标题": "title",
    "text": "text",
    "body": "text",
    "正文": "text",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A run of Chinese or a word, folded, as it must stand in the text."""

    text: str
    chinese: bool
    #: nothing stands between it and the piece before it
    glued: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """Pieces that must follow one another."""

    pieces: tuple[Piece, ...]
    #: ``econom*``: the last piece may go on
    prefix: bool = False
    #: ``title`` or ``text`` where it must stand there, else ""
    column: str = ""


@dataclass(frozen=True, slots=True)
class All:
    """Every item must match."""

    items: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Some:
    """One of the items must match."""

    items: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The item must not match."""

    item: "Node"


Node = Term | All | Some | Not


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """A query as read."""

    tree: Node
    filters: Filters
    #: something was asked of the text, searchable or not
    asked: bool
    notes: tuple[str, ...]


def read_term(text: str, *, column: str = "") -> Term:
    """Return ``text`` as pieces that must follow one another; without pieces where it has none."""
    folded = fold(text)
    pieces: list[Piece] = []
    end = -1
    for run in RUN.finditer(folded):
        pieces.append(
            Piece(text=run[0], chinese=run.lastindex is not None, glued=run.start() == end)
        )
        end = run.end()
    # A run of Chinese is found inside of longer runs anyway.
    prefix = bool(pieces) and not pieces[-1].chinese and folded[end:] == "*"
    return Term(pieces=tuple(pieces), prefix=prefix, column=column)


# --- words of the query ------------------------------------------------------------------------

_Kind = Literal["word", "phrase", "field", "open", "close", "or", "and", "not"]
_Lexeme = tuple[_Kind, str]

_OPERATORS: dict[str, _Kind] = {"OR": "or", "AND": "and", "NOT": "not"}
_SIGNS: dict[str, _Kind] = {
    "(": "open",
    "（": "open",
    ")": "close",
    "）": "close",
    "|": "or",
    "｜": "or",
}
# Chinese keyboards give either quotation mark on either side.
_QUOTES = {"「": "」", "『": "』"} | dict.fromkeys('"“”＂', '"“”＂')
_DASHES = "-－−"
_WORD = re.compile(r'[^\s()（）|｜「」『』"“”＂]+')
_FIELD = re.compile(r"([^:：]+)[:：](.*)", re.DOTALL)


def _lex(text: str) -> Iterator[_Lexeme]:
    at = 0
    while at < len(text):
        char = text[at]
        if char in _SIGNS:
            yield _SIGNS[char], char
            at += 1
        elif char in _QUOTES:
            end = next((i for i in range(at + 1, len(text)) if text[i] in _QUOTES[char]), len(text))
            yield "phrase", text[at + 1 : end]
            at = end + 1
        elif word := _WORD.match(text, at):
            starts = at == 0 or text[at - 1].isspace() or text[at - 1] in _SIGNS
            at = word.end()
            stands = at == len(text) or text[at].isspace()
            yield from _lex_word(word[0], starts=starts, stands=stands)
        else:
            at += 1


def _lex_word(word: str, *, starts: bool, stands: bool) -> Iterator[_Lexeme]:
    """Split a word into sign, field and rest; ``stands``: a blank or the end follows it."""
    if word in _OPERATORS:
        yield _OPERATORS[word], word
        return
    bare = word.lstrip(_DASHES)
    if bare != word and starts and (bare or not stands):
        yield "not", word
    named = _FIELD.fullmatch(bare)
    if named and (fold(named[1]) in COLUMNS or fold(named[1]) in FILTERS):
        yield "field", fold(named[1])
        bare = named[2]
    if bare:
        yield "word", bare


def _balanced(lexemes: Iterator[_Lexeme], notes: list[str]) -> list[_Lexeme]:
    """Drop brackets that close nothing, and those nested too deep for FTS5's own parser."""
    kept = []
    depth = deepest = 0
    for kind, text in lexemes:
        if kind == "open":
            depth += 1
            deepest = max(deepest, depth)
        keep = kind not in ("open", "close") or 0 < depth <= MAX_DEPTH
        if kind == "close":
            depth = max(0, depth - 1)
        if keep:
            kept.append((kind, text))
    if deepest > MAX_DEPTH:
        notes.append(f"brackets nested deeper than {MAX_DEPTH} were passed over")
    return kept


# --- their order --------------------------------------------------------------------------------


def parse(text: str) -> Parsed:
    """Return ``text`` as a tree and filters. Never raises."""
    notes: list[str] = []
    parser = _Parser(_balanced(_lex(text), notes), notes)
    tree = parser.any_of("")
    return Parsed(tree=tree, filters=parser.filters, asked=parser.asked, notes=tuple(notes))


class _Parser:
    """Reads lexemes into a tree and filters; signs that join nothing are passed over."""

    def __init__(self, lexemes: list[_Lexeme], notes: list[str]) -> None:
        self.lexemes, self.notes = lexemes, notes
        self.at = 0
        self.filters = Filters()
        #: something was asked of the text, searchable or not
        self.asked = False

    def sees(self, *kinds: _Kind) -> bool:
        return self.at < len(self.lexemes) and self.lexemes[self.at][0] in kinds

    def take(self) -> str:
        self.at += 1
        return self.lexemes[self.at - 1][1]

    def any_of(self, column: str) -> Node:
        items = [self.all_of(column)]
        while self.sees("or"):
            self.take()
            items.append(self.all_of(column))
        return Some(tuple(items))

    def all_of(self, column: str) -> Node:
        items: list[Node] = []
        while self.at < len(self.lexemes) and not self.sees("or", "close"):
            if self.sees("and"):
                self.take()
            elif (item := self.one(column)) is not None:
                items.append(item)
        return All(tuple(items))

    def one(self, column: str) -> Node | None:
        """Read a term or bracket and the signs before it; None where it is no part of the MATCH."""
        negated, name = False, ""
        node: Node | None
        while self.sees("not", "field"):
            if self.sees("not"):
                negated = not negated
                self.take()
            else:
                name = self.take()
        if name in FILTERS and self.sees("word", "phrase"):
            node = self.limit(name, self.take(), negated=negated)
        elif name in FILTERS:
            self.notes.append(f"{name}: takes one word or a phrase right behind it")
            node = self.operand(column)
        else:
            node = self.operand(COLUMNS.get(name, column))
        return Not(node) if negated and node is not None else node

    def operand(self, column: str) -> Node | None:
        if self.sees("open"):
            self.take()
            node = self.any_of(column)
            if self.sees("close"):
                self.take()
            return node
        return self.term(self.take(), column) if self.sees("word", "phrase") else None

    def term(self, text: str, column: str) -> Term | None:
        self.asked = True
        term = read_term(text, column=column)
        return term if term.pieces else None

    def limit(self, name: str, value: str, *, negated: bool) -> Term | None:
        """Take a filter into account; one that cannot be is searched for as words, with a note."""
        if negated:
            self.notes.append(f"{name}: cannot be excluded; it was left out")
            return None
        try:
            self.filters = FILTERS[name](self.filters, value.strip())
        except ValueError:
            self.notes.append(f"{name}:{value} is no date such as 2023, 2023-05 or 2023-05-01")
            return self.term(f"{name}:{value}", "")
        return None
