"""One key of a TOML text set or taken out; every other line stays as it is, comments too.

tomlkit would do most of it, but sets a new key behind the comment that heads the next table.
"""

import tomllib

from crawler.sources.text import KeyPath, Statement, statements
from crawler.sources.words import spell


class EditError(Exception):
    """A text cannot be edited safely, or not made to say what it should."""


def without(text: str, path: KeyPath) -> str | None:
    """Return the text without a key, and without a table that it leaves empty; None without it.

    Raises EditError where the key stands in one statement with others.
    """
    found = list(statements(text))
    own = _statement(found, path)
    if own is None:
        return None
    gone = [own]
    rest = [one for one in found if one.table == own.table and one.keys and one is not own]
    if not rest and own.table:
        # A row of tables keeps its place: the next one would become this one.
        gone += [
            one
            for one in found
            if one.table == own.table and not one.keys and isinstance(one.table[-1], str)
        ]
    lines = text.split("\n")
    for one in sorted(gone, key=lambda one: one.first, reverse=True):
        del lines[one.first : one.end]
        if not one.keys and one.first and not lines[one.first - 1].strip():
            del lines[one.first - 1]
    return "\n".join(lines)


def with_value(text: str, path: KeyPath, value: object) -> str:
    """Return the text with a key set: in its place, else last in its table, else in a new one.

    Raises EditError where the key stands in one statement with others.
    """
    found, lines = list(statements(text)), text.split("\n")
    table, name = path[:-1], str(path[-1])
    line = f"{name} = {written(value)}"
    own = _statement(found, path)
    if own is not None:
        lines[own.first : own.end] = [line + _comment(lines[own.first : own.end])]
        return "\n".join(lines)
    inside = [one for one in found if one.table == table]
    if inside or not table:
        at = inside[-1].end if inside else 0
        lines[at:at] = [line]
        return "\n".join(lines)
    around = [one for one in found if one.table[: len(table) - 1] == table[:-1] and table[:-1]]
    header = f"[{'.'.join(part for part in table if isinstance(part, str))}]"
    if around:
        lines[around[-1].end : around[-1].end] = ["", header, line]
        return "\n".join(lines)
    return "\n".join([*text.rstrip("\n").split("\n"), "", header, line, ""])


def written(value: object) -> str:
    """Return a value as a person writes it: what holds a backslash in single quotes."""
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(written, value))}]"
    if isinstance(value, str) and "\\" in value and "'" not in value and value.isprintable():
        return f"'{value}'"
    return spell(value)


def _statement(found: list[Statement], path: KeyPath) -> Statement | None:
    own = next((one for one in found if path in one.keys), None)
    if own is not None and own.keys != (path,):
        key = ".".join(str(part) for part in path if isinstance(part, str))
        raise EditError(f"{key} stands in one line with others; give it a line of its own")
    return own


def _comment(lines: list[str]) -> str:
    """Return the comment behind a statement, with the blanks before it."""
    last, values = lines[-1], tomllib.loads("\n".join(lines))
    for at, character in enumerate(last):
        if character == "#":
            head = "\n".join([*lines[:-1], last[:at]])
            try:
                same = tomllib.loads(head) == values
            except tomllib.TOMLDecodeError:
                continue
            if same:
                return "  " + last[at:]
    return ""
