"""Reads a value out of a script: JSON, or what only JavaScript takes for it. Nothing is executed.

Single quotes, bare keys, commas at the end, comments: as sites write their lists into a page. A
name in the place of a value says nothing and is None; a call or a sum ends the reading.
"""

import json
import re
from typing import Any

#: Values inside values, as deep as a list of a site may be.
_DEEPEST = 24

#: Tokens of one value: a list of some thousand entries.
_MOST = 200_000

_BLANK = r"(?:\s|//[^\n]{0,500}\n|/\*(?:[^*]|\*(?!/)){0,2000}\*/)*"
_TOKEN = re.compile(
    _BLANK + r"(?:(?P<mark>[\[\]{},:])"
    r'|"(?P<double>(?:[^"\\\n]|\\.)*+)"'
    r"|'(?P<single>(?:[^'\\\n]|\\.)*+)'"
    r"|`(?P<back>(?:[^`\\$]|\\.)*+)`"
    r"|(?P<number>[-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)(?![\w.])"
    r"|(?P<word>[A-Za-z_$][\w$.]*))",
    re.DOTALL,
)
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(.))", re.DOTALL)
_SIMPLE = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "\n": ""}
_WORDS = {"true": True, "false": False}

_DECODER = json.JSONDecoder(strict=False)


class _Unreadable(Exception):  # noqa: N818 - never leaves the room
    """The text is no value."""


def read_literal(text: str, at: int) -> tuple[Any, int] | None:
    """Return the array or object that begins at ``at`` and where it ends, None where none does."""
    try:
        return _DECODER.raw_decode(text, at)
    except (ValueError, RecursionError):
        pass
    reader = _Reader(text, at)
    try:
        return reader.value(reader.next(), 0), reader.at
    except _Unreadable:
        return None


class _Reader:
    """Walks through a text token by token."""

    def __init__(self, text: str, at: int) -> None:
        self.text, self.at = text, at
        self._left = _MOST

    def next(self) -> re.Match[str]:
        """Return the next token."""
        found = _TOKEN.match(self.text, self.at)
        self._left -= 1
        if found is None or not self._left:
            raise _Unreadable
        self.at = found.end()
        return found

    def value(self, token: re.Match[str], depth: int) -> Any:
        """Return the value that begins with a token."""
        if depth > _DEEPEST:
            raise _Unreadable
        match token["mark"]:
            case "[":
                return self._array(depth)
            case "{":
                return self._object(depth)
            case None:
                return _plain(token)
        raise _Unreadable

    def _array(self, depth: int) -> list[Any]:
        values: list[Any] = []
        while (token := self.next())["mark"] != "]":
            if token["mark"] == ",":  # a hole
                continue
            values.append(self.value(token, depth + 1))
            if (after := self.next())["mark"] == "]":
                break
            if after["mark"] != ",":
                raise _Unreadable
        return values

    def _object(self, depth: int) -> dict[str, Any]:
        values: dict[str, Any] = {}
        while (token := self.next())["mark"] != "}":
            if token["mark"] or self.next()["mark"] != ":":
                raise _Unreadable
            values[str(_key(token))] = self.value(self.next(), depth + 1)
            if (after := self.next())["mark"] == "}":
                break
            if after["mark"] != ",":
                raise _Unreadable
        return values


def _key(token: re.Match[str]) -> Any:
    return token["word"] if token["word"] is not None else _plain(token)


def _plain(token: re.Match[str]) -> Any:
    """Return the value of one token: a text, a number, true, false or None."""
    for name in ("double", "single", "back"):
        if token[name] is not None:
            return unescaped(token[name])
    if number := token["number"]:
        # no number of a listing is longer, and a long one costs more than it says
        return int(number) if number.isdecimal() and len(number) < 20 else number
    return _WORDS.get(token["word"])


def unescaped(text: str) -> str:
    """Return the text that stands between the quotes of a script."""
    if "\\" not in text:
        return text
    told = _ESCAPE.sub(_character, text)
    # characters beyond the first 65,536 are written in two halves
    return told.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _character(found: re.Match[str]) -> str:
    digits = found[1] or found[2]
    return chr(int(digits, 16)) if digits else _SIMPLE.get(found[3], found[3])
