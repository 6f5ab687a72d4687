"""Two readings of one article → what differs, for machines and for people. Prints nothing."""

import difflib
import re
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import Any

from rich.text import Text

from archive.escapes import one_line
from archive.language import _

#: field → what one reading says and what the other
Differences = dict[str, list[Any]]

#: Not compared: an article keeps address and source, and whoever read it is told apart by his work.
KEPT = frozenset({"source", "url", "extractor"})

#: Characters shown of a value, and of what stands before the place where two begin to differ.
WIDTH, BEFORE = 60, 12
#: Pieces shown of a long text, and pieces looked at.
PIECES, MOST = 3, 400

_TAG = re.compile(r"(?=<)")


def differences(old: dict[str, Any], new: dict[str, Any], fields: Sequence[str]) -> Differences:
    """Return the fields of two JSON objects whose values differ, with both values."""
    return {
        name: [old[name], new[name]]
        for name in fields
        if name not in KEPT and old[name] != new[name]
    }


def shown(found: Differences) -> Iterator[Text]:
    """Yield a line for each field that differs, and an excerpt below those that are long."""
    for name, (old, new) in found.items():
        line = Text.assemble("  ", (f"{name}: ", "bold"))
        if name in ("text", "html"):
            told = _("{old} → {new} characters")
            yield line.append(told.format(old=f"{len(old):,}", new=f"{len(new):,}"))
            yield from _excerpt(_pieces(name, old), _pieces(name, new))
        elif isinstance(old, dict):
            yield line.append_text(Text(", ").join(_entries(old, new)))
        else:
            yield line.append_text(_arrow(_plain(old), _plain(new)))


def _entries(old: dict[str, str], new: dict[str, str]) -> Iterator[Text]:
    """Yield the entries of two mappings that differ."""
    for key in dict.fromkeys([*old, *new]):
        if old.get(key) != new.get(key):
            entry = Text(f"{one_line(key)} ")
            yield entry.append_text(_arrow(old.get(key, ""), new.get(key, "")))


def _plain(value: object) -> str:
    """Return a value as one would write it down."""
    if isinstance(value, list | tuple):
        return ", ".join(map(_plain, value))
    if isinstance(value, dict):
        return " ".join(map(_plain, value.values()))
    return "" if value is None else str(value)


def _arrow(old: str, new: str) -> Text:
    was, said = _cut(one_line(old), one_line(new))
    return Text.assemble((was or "–", "red"), " → ", (said or "–", "green"))


def _cut(old: str, new: str) -> tuple[str, str]:
    """Return two lines short enough to be read, and cut so that they show where they differ."""
    pairs = enumerate(zip(old, new, strict=False))
    same = next((at for at, (one, other) in pairs if one != other), min(len(old), len(new)))
    start = same - BEFORE if max(len(old), len(new)) > WIDTH and same > 2 * BEFORE else 0
    return _window(old, start), _window(new, start)


def _window(line: str, start: int) -> str:
    piece = line[start : start + WIDTH]
    before = "…" if start and piece else ""
    return f"{before}{piece}{'…' if start + WIDTH < len(line) else ''}"


def _pieces(name: str, value: str) -> list[str]:
    """Return the paragraphs of a text, the elements of HTML."""
    found = value.split("\n") if name == "text" else _TAG.split(value)
    return [line for piece in found if (line := one_line(piece))]


def _excerpt(old: list[str], new: list[str]) -> Iterator[Text]:
    """Yield the first pieces that only one of the two has, and how many there are beyond."""
    old, new = _without_common_ends(old, new)
    gone, come = [], []
    # Bounded: comparing costs the product of both.
    matcher = difflib.SequenceMatcher(a=old[:MOST], b=new[:MOST], autojunk=False)
    for kind, first, last, begin, end in matcher.get_opcodes():
        if kind != "equal":
            pairs = zip_longest(old[first:last], new[begin:end], fillvalue="")
            for was, said in (_cut(was, said) for was, said in pairs):
                gone += [was] if was else []
                come += [said] if said else []
    for mark, pieces, style in (("-", gone, "red"), ("+", come, "green")):
        for piece in pieces[:PIECES]:
            yield Text(f"    {mark} {piece}", style)
        if len(pieces) > PIECES:
            beyond = "+" if max(len(old), len(new)) > MOST else ""
            more = _("… {count} more").format(count=f"{len(pieces) - PIECES}{beyond}")
            yield Text(f"    {mark} {more}", f"{style} dim")


def _without_common_ends(old: list[str], new: list[str]) -> tuple[list[str], list[str]]:
    first = 0
    while first < min(len(old), len(new)) and old[first] == new[first]:
        first += 1
    last = 0
    while last < min(len(old), len(new)) - first and old[-1 - last] == new[-1 - last]:
        last += 1
    return old[first : len(old) - last], new[first : len(new) - last]
