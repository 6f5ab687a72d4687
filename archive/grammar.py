"""What a person typed into the search box → a tree of terms, and filters.

Blanks mean AND; also ``"…"`` “…” 「…」 for phrases, ``OR`` or ``|``, ``NOT`` or ``-``, brackets,
``econom*``, ``title:`` and ``text:``. ``source:``, ``origin:``, ``number:`` and the other
``archive.facts.FIELDS`` are terms like words; several sources side by side mean any of them, for an
article has but one. ``after:`` (that day or later), ``before:`` (earlier than that day) and
``date:`` hold for the whole query, wherever they stand.

Nothing a person types is an error: quotes and brackets close themselves, signs that join nothing
are passed over, and what was not understood is told in the notes.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from archive.facts import FIELDS
from archive.filters import DAYS
from archive.language import _
from archive.records import Filters
from archive.terms import All, Fact, Node, Not, Some, Term, read_term
from archive.tokens import fold

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

#: Field prefix → fields of ``archive.facts`` that may say it.
FACTS: dict[str, tuple[str, ...]] = {
    **{name: (name,) for name in FIELDS},
    # On a Chinese page 来源 is who published it first; here it is as often the site.
    "来源": ("source", "origin"),
    "地区": ("region",),
    "语言": ("lang",),
    "栏目": ("category",),
    "分类": ("category",),
    "原载": ("origin",),
    "作者": ("author",),
    "编辑": ("editor",),
    "机关": ("issuer",),
    "发文机关": ("issuer",),
    "文号": ("number",),
    "发文字号": ("number",),
    "索引号": ("number",),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """A query as read."""

    tree: Node
    filters: Filters
    #: something was asked of the text, searchable or not
    asked: bool
    notes: tuple[str, ...]


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
# The year in （2017）, 〔2017〕 or (2017) belongs to the number of a document that it stands in.
_WORD = re.compile(
    r'(?:[^\s()（）|｜「」『』"“”＂]|(?<=[^\s()（）|｜])[(（][0-9０-９]{2,4}[)）](?=\w))+'
)
_NAMES = COLUMNS.keys() | FACTS.keys() | DAYS.keys()
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
    if named and (fold(named[1]) in _NAMES):
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
        told = _("brackets nested deeper than {depth} were passed over")
        notes.append(told.format(depth=MAX_DEPTH))
    return kept


# --- their order --------------------------------------------------------------------------------


def parse(text: str, *, today: date) -> Parsed:
    """Return ``text`` as a tree and days; ``today`` is what ``after:7d`` counts from."""
    notes: list[str] = []
    parser = _Parser(_balanced(_lex(text), notes), notes, today)
    tree = parser.any_of("")
    return Parsed(tree=tree, filters=parser.filters, asked=parser.asked, notes=tuple(notes))


class _Parser:
    """Reads lexemes into a tree and filters; signs that join nothing are passed over."""

    def __init__(self, lexemes: list[_Lexeme], notes: list[str], today: date) -> None:
        self.lexemes, self.notes, self.today = lexemes, notes, today
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
        return All(tuple(_alternatives(items)))

    def one(self, column: str) -> Node | None:
        """Read a term or bracket and the signs before it; None where it is no part of the MATCH."""
        negated, name = False, ""
        while self.sees("not", "field"):
            if self.sees("not"):
                negated = not negated
                self.take()
            else:
                name = self.take()
        node: Node | None
        if name in COLUMNS:
            node = self.operand(COLUMNS[name])
        elif name and self.sees("word", "phrase"):
            quoted = self.sees("phrase")
            value = self.take().strip()
            if name in DAYS:
                node = self.limit(name, value, negated=negated)
            else:
                node = self.fact(name, value, quoted=quoted)
        else:
            if name:
                self.notes.append(
                    _("{field}: takes one word or a phrase right behind it").format(field=name)
                )
            node = self.operand(column)
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

    def fact(self, name: str, value: str, *, quoted: bool) -> Node | None:
        """Read what is asked of a field; what it can never be is searched for as words, noted."""
        self.asked = True
        prefix = not quoted and value.endswith(("*", "＊"))
        value = value[:-1] if prefix else value
        facts: list[Node] = []
        for field in FACTS[name]:
            choices = FIELDS[field].choices
            if choices and fold(value) not in choices:
                told = _("{field}: knows {choices}, not {value}")
                self.notes.append(told.format(field=name, choices=", ".join(choices), value=value))
                return self.term(f"{name}:{value}", "")
            whole = quoted or not FIELDS[field].worded
            facts.append(Fact(field=field, value=value, whole=whole, prefix=prefix))
        return facts[0] if len(facts) == 1 else Some(tuple(facts))

    def limit(self, name: str, value: str, *, negated: bool) -> Term | None:
        """Take days into account; what are none is searched for as words, with a note."""
        if negated:
            self.notes.append(_("{field}: cannot be excluded; it was left out").format(field=name))
            return None
        try:
            self.filters = DAYS[name](self.filters, value, self.today)
        except ValueError:
            told = _("{field}:{value} is no date such as 2023, 2023-05, 2023-05-01 or 7d")
            self.notes.append(told.format(field=name, value=value))
            return self.term(f"{name}:{value}", "")
        return None


def _alternatives(items: list[Node]) -> Iterator[Node]:
    """Yield ``items``, those of a field that an article has only one of as alternatives."""
    groups: dict[str, list[Node]] = {}
    for item in items:
        if isinstance(item, Fact) and FIELDS[item.field].single:
            groups.setdefault(item.field, []).append(item)
    for item in items:
        group = groups.get(item.field) if isinstance(item, Fact) else None
        if group is None or len(group) == 1:
            yield item
        elif item is group[0]:
            yield Some(tuple(group))
