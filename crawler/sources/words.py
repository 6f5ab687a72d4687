"""How a fault speaks: values spelled as one writes them, and the nearest right word."""

import difflib
import json
from collections.abc import Collection, Iterable
from datetime import timedelta

#: Longest value that a fault repeats, characters.
LONGEST = 80


def nearest(word: str, choices: Iterable[str]) -> str:
    """Return the choice most like ``word``, or ``""`` where none is."""
    lower = {choice.lower(): choice for choice in choices}
    close = difflib.get_close_matches(word.lower(), lower, n=1)
    return lower[close[0]] if close else ""


def meant(word: str, choices: Collection[str]) -> str:
    """Return the hint for a word that is none of ``choices``: the nearest, or all of a few."""
    if near := nearest(word, choices):
        return f'did you mean "{near}"?'
    return f"one of: {', '.join(choices)}" if 0 < len(choices) < 20 else ""


def spell(value: object) -> str:
    """Return a typed value as TOML text, the way ``values`` reads it."""
    match value:
        case bool():
            return str(value).lower()
        case str():
            return json.dumps(str(value), ensure_ascii=False)
        case tuple() | list():
            return f"[{', '.join(map(spell, value))}]"
        case timedelta():
            whole = value // timedelta(milliseconds=1)
            units = (("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1))
            unit, size = next((u, n) for u, n in units if whole % n == 0) if whole else ("s", 1)
            return f'"{whole // size}{unit}"'
    return str(value)


def shown(value: object) -> str:
    """Return a value as a fault repeats it: a table or list by name, a long text cut."""
    match value:
        case dict():
            return "a table"
        case list():
            return "a list"
        case bool():
            return spell(value)
        case str() if len(value) > LONGEST:
            return f"the text {spell(value[:LONGEST])}…"
        case str():
            return f"the text {spell(value)}"
        case int() | float():
            return f"the number {value}"
    return f"the {type(value).__name__} {value}"
