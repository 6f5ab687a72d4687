"""What the address of a search asks for, and addresses that ask for a little more or less. Pure.

A filter is a term of the query like any other, so that a person sees it and can take it out by hand
as well as by a link.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Self, get_args
from urllib.parse import urlencode

from archive.filters import DAYS
from archive.grammar import FACTS
from archive.records import Filters
from archive.search import Sort
from archive.tokens import fold

#: What stands round a phrase, and what closes it: as in ``archive.grammar``.
_CLOSING = {"「": "」", "『": "』"} | dict.fromkeys('"“”＂', '"“”＂')
_OPEN, _CLOSE = "(（", ")）"
_NAMES = FACTS.keys() | DAYS.keys()
_FILTER = re.compile(r"[-－−]?([^:：]+)[:：].+", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the address of the search page asks for."""

    q: str
    sort: Sort
    title_only: bool
    all_reprints: bool
    #: the ``next`` of the page before; "" for the first
    cursor: str

    @classmethod
    def of(cls, args: Mapping[str, str]) -> Self:
        """Read the parameters of an address; what is odd counts as not given."""
        return cls(
            q=(args.get("q") or "").strip(),
            sort=next((sort for sort in get_args(Sort) if sort == args.get("sort")), "newest"),
            title_only=args.get("in") == "title",
            all_reprints=args.get("reprints") == "all",
            cursor=(args.get("cursor") or "")[:100],
        )

    def filters(self) -> Filters:
        """Return the limits besides those in the query itself."""
        columns = ("title",) if self.title_only else ()
        return Filters(columns=columns, all_reprints=self.all_reprints)

    def address(self) -> str:
        """Return the query string that asks for this."""
        said = {
            "q": self.q,
            "sort": "" if self.sort == "newest" else self.sort,
            "in": "title" if self.title_only else "",
            "reprints": "all" if self.all_reprints else "",
            "cursor": self.cursor,
        }
        return "?" + urlencode({name: value for name, value in said.items() if value})

    def first(self) -> Self:
        """Return the same, from the first page on."""
        return replace(self, cursor="")

    def following(self, cursor: str) -> Self:
        """Return the page that follows."""
        return replace(self, cursor=cursor)

    def within(self, term: str) -> Self:
        """Return the same search with one more term that must hold."""
        return replace(self, q=with_term(self.q, term), cursor="")

    def without(self, term: str) -> Self:
        """Return the same search with a term taken out."""
        return replace(self, q=without_term(self.q, term), cursor="")


def parts_of(query: str) -> list[str]:
    """Return the parts of a query that blanks part, brackets and phrases whole."""
    found = [""]
    for char, bare in _scan(query).characters:
        if bare and char.isspace():
            found.append("")
        else:
            found[-1] += char
    return [part for part in found if part]


def filters_in(query: str) -> tuple[str, ...]:
    """Return the terms ``field:value`` of a query that must all hold."""
    if _has_either(query):
        return ()
    parts = parts_of(query)
    before = ["", *parts]
    return tuple(
        part
        for part, sign in zip(parts, before, strict=False)
        if sign != "NOT" and _is_filter(part)
    )


def with_term(query: str, term: str) -> str:
    """Return ``query`` with one more term that must hold."""
    if term in filters_in(query):
        return query
    scanned = _scan(query)
    query = "".join(char for char, _bare in scanned.characters).strip()
    # Quotes and brackets left open close themselves at the end, which is no longer here.
    query += scanned.closing[:1] + ")" * scanned.depth
    while (parts := parts_of(query)) and parts[-1] == "NOT":
        query = query[: -len("NOT")].rstrip()
    if _has_either(query):
        query = f"({query})"
    return f"{query} {term}".strip()


def without_term(query: str, term: str) -> str:
    """Return ``query`` without a term of ``filters_in``; as it is where that is none of them."""
    if term not in filters_in(query):
        return query
    return " ".join(part for part in parts_of(query) if part != term)


def _is_filter(part: str) -> bool:
    named = _FILTER.fullmatch(part)
    return named is not None and fold(named[1]) in _NAMES


def _has_either(query: str) -> bool:
    """Tell whether a query asks for one thing or another, outside of any bracket."""
    bare = "".join(char if is_bare else "." for char, is_bare in _scan(query).characters)
    return "OR" in bare.split() or any(sign in bare for sign in "|｜")


@dataclass(frozen=True, slots=True)
class _Scanned:
    """A query character by character, and what is still open at its end."""

    #: with each whether it stands in no phrase and no bracket, and is no sign of either
    characters: list[tuple[str, bool]]
    #: the characters that would close the last phrase
    closing: str
    depth: int


def _scan(query: str) -> _Scanned:
    characters: list[tuple[str, bool]] = []
    closing, depth = "", 0
    for char in query:
        bare = False
        if closing:
            closing = "" if char in closing else closing
        elif char in _CLOSING:
            closing = _CLOSING[char]
        elif char in _OPEN:
            depth += 1
        elif char in _CLOSE:
            if not depth:
                continue  # it closes nothing, and would close what is put round it
            depth -= 1
        else:
            bare = not depth
        characters.append((char, bare))
    return _Scanned(characters, closing, depth)
