"""TOML values → typed values: what all readers share, and those of plain values.

A reader returns the value as the records hold it, or raises ``BadValue`` with everything that is
wrong with it. Nothing here knows a key's name or touches a file.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from crawler.sources.words import LONGEST, meant, shown, spell

#: Unicode categories that no name or header carries: control characters and line separators.
LINE_BREAKING = ("Cc", "Zl", "Zp")


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing wrong with a value."""

    what: str
    hint: str = ""
    #: position in a list, from 0
    position: int | None = None


class BadValue(Exception):  # noqa: N818 - never leaves the room: it becomes faults
    """A value cannot be read; ``problems`` says all that is wrong with it."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__(*problems)
        self.problems = problems


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """What a key may hold."""

    #: as the manual calls it
    name: str
    #: a value as one would write it
    example: str
    read: Callable[[Any], Any]


def wants(kind: str, value: object, example: str) -> BadValue:
    """Return the error of a value of another type than ``kind``."""
    return BadValue(Problem(what=f"wants {kind}, not {shown(value)}", hint=f"write {example}"))


def bad(what: str, hint: str = "") -> BadValue:
    """Return the error of a value of the right type that cannot be meant."""
    return BadValue(Problem(what=what, hint=hint))


def cut(text: str) -> str:
    """Return a text as TOML spells it, no longer than a message may show."""
    return spell(text[:LONGEST])


def read_text(value: object) -> str:
    """Return one line of plain text that says something."""
    if not isinstance(value, str):
        raise wants("text", value, spell(str(value)) if isinstance(value, int) else '"…"')
    if not value.strip():
        raise bad("is empty", "leave the key out instead")
    if any(unicodedata.category(character) in LINE_BREAKING for character in value):
        raise bad(f"has a control character in it: {cut(value)}", "one line of plain text")
    return value


def read_word(value: object) -> str:
    """Return letters, digits, hyphens and underscores."""
    word = read_text(value)
    if not re.fullmatch(r"[\w-]+", word):
        near = "-".join(re.findall(r"[\w-]+", word))
        raise bad(f"is no word: {cut(word)}", near and f'did you mean "{near}"?')
    return word


def read_flag(value: object) -> bool:
    """Return true or false."""
    if not isinstance(value, bool):
        raise wants("true or false", value, "true")
    return value


def number(least: int, example: str) -> Callable[[object], int]:
    """Return the reader of whole numbers from ``least`` on."""

    def read(value: object) -> int:
        if not isinstance(value, int) or isinstance(value, bool):
            digits = isinstance(value, str) and value.isdecimal()
            raise wants("a whole number", value, str(value) if digits else example)
        if value < least:
            raise bad(f"is {value}, which is less than {least}", f"at least {least}")
        return value

    return read


def read_share(value: object) -> float:
    """Return a part of one: more than nothing, all of it at most."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise wants("a share", value, "0.75")
    if not 0 < value <= 1:
        raise bad(f"is {value}, which is no share", "more than 0 and at most 1")
    return float(value)


def one_of(*choices: str) -> Callable[[object], str]:
    """Return the reader of a few words."""

    def read(value: object) -> str:
        name = read_text(value)
        if name not in choices:
            raise bad(f"is none of {', '.join(choices)}: {cut(name)}", meant(name, choices))
        return name

    return read


def or_nothing(read: Callable[[Any], Any]) -> Callable[[object], Any]:
    """Return the reader that takes ``""`` too, which undoes what a lower layer says."""
    return lambda value: "" if value == "" else read(value)


def each(read: Callable[[Any], Any], *, single: bool = False) -> Callable[[object], Any]:
    """Return the reader of a list; with ``single`` one value alone stands for a list of one."""

    def read_all(value: object) -> tuple[Any, ...]:
        if single and isinstance(value, str):
            return (read(value),)
        if not isinstance(value, list):
            wanted = "text or a list of text" if single else "a list"
            raise wants(wanted, value, '["…"]' if isinstance(value, dict) else f"[{spell(value)}]")
        typed, problems = [], []
        for position, item in enumerate(value):
            try:
                typed.append(read(item))
            except BadValue as bad:
                problems += [
                    Problem(what=problem.what, hint=problem.hint, position=position)
                    for problem in bad.problems
                ]
        if problems:
            raise BadValue(*problems)
        return tuple(typed)

    return read_all
