"""A TOML file read, with the line of each of its keys: ``tomllib`` tells what, not where.

Knows nothing of what the keys mean.
"""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crawler.errors import Fault

#: Keys and list positions (from 0) that lead to a value.
KeyPath = tuple[str | int, ...]

#: How tomllib ends its messages.
PLACE = re.compile(r" \(at (?:line (?P<line>\d+), column (?P<column>\d+)|end of document)\)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What one file says."""

    path: Path
    text: str
    values: dict[str, Any]

    def fault(self, at: KeyPath, what: str, hint: str = "") -> Fault:
        """Return the fault of the value ``at``, with its line or that of the table it is in."""
        lines = list(_lines(self.text)) if at else []
        near = (line for n in range(len(at), 0, -1) for path, line in lines if path[:n] == at[:n])
        line = next(near, None)
        return Fault(file=str(self.path), line=line, key=dotted(at), what=what, hint=hint)


def dotted(at: KeyPath) -> str:
    """Return ``listings[2].kind`` for the kind of the second listing: people count from one."""
    parts = (f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in at)
    return "".join(parts).removeprefix(".")


def read(path: Path) -> Document | Fault:
    """Return the file as a document, or the fault that keeps it from being one."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        return Fault(file=str(path), what=f"cannot be read: {error.strerror}")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        what = f"is not UTF-8: byte 0x{raw[error.start]:02x}"
        return Fault(file=str(path), line=line, what=what, hint="save the file as UTF-8")
    text = text.replace("\r\n", "\n")
    try:
        return Document(path=path, text=text, values=tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        return _syntax(path, text, str(error))


def _syntax(path: Path, text: str, message: str) -> Fault:
    """Return the fault of a file that is no TOML, with line and column out of the message."""
    place = PLACE.search(message)
    what = f"is no TOML: {PLACE.sub('', message)}"
    line = text.rstrip("\n").count("\n") + 1
    if place and place["line"]:
        line, what = int(place["line"]), f"{what} at column {place['column']}"
    hint = ""
    if "Cannot overwrite" in message or "Cannot declare" in message:
        hint = "the key or table stands there already"
    elif "Invalid value" in message:
        hint = "text stands in quotes"
    elif "Unescaped '\\'" in message:
        hint = "patterns stand in 'single quotes', where a backslash is a backslash"
    return Fault(file=str(path), line=line, what=what, hint=hint)


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A table's header, or a key with its value: lines of a file that mean one thing."""

    #: its first line and the one behind its last, from 0
    first: int
    end: int
    #: the table it opens or stands in
    table: KeyPath
    #: the keys it sets, from the top of the file; none for a header
    keys: tuple[KeyPath, ...] = ()


def statements(text: str) -> Iterator[Statement]:
    """Yield the statements of a valid document, in order.

    The document is cut into statements by the parser itself: a statement is the shortest run of
    lines that it accepts. So quoting, dotted keys and values of many lines need no rules here.
    """
    header: KeyPath = ()
    arrays: dict[KeyPath, int] = {}
    lines = text.split("\n")
    start = 0
    for end in range(1, len(lines) + 1):
        statement = "\n".join(lines[start:end])
        try:
            values = tomllib.loads(statement)
        except tomllib.TOMLDecodeError:
            continue
        if values and statement.lstrip().startswith("["):
            header = _header(values, arrays)
            yield Statement(first=start, end=end, table=header)
        elif values:
            keys = tuple(header + path for path in _paths(values))
            yield Statement(first=start, end=end, table=header, keys=keys)
        start = end


def _lines(text: str) -> Iterator[tuple[KeyPath, int]]:
    """Yield each key of a valid document with its line, from 1, tables included."""
    for statement in statements(text):
        for path in statement.keys or (statement.table,):
            yield path, statement.first + 1


def _header(values: dict[str, Any], arrays: dict[KeyPath, int]) -> KeyPath:
    """Return where the table lies that a header alone, parsed as ``values``, opens."""
    at: KeyPath = ()
    inner: Any = values
    while inner:
        name, inner = next(iter(inner.items()))
        at = (*at, name)
        if isinstance(inner, list):
            inner = inner[0]
            arrays[at] = arrays.get(at, -1) + 1
        if at in arrays:
            at = (*at, arrays[at])
    return at


def _paths(values: dict[str, Any]) -> Iterator[KeyPath]:
    for name, value in values.items():
        yield (name,)
        if isinstance(value, dict):
            yield from ((name, *inner) for inner in _paths(value))
