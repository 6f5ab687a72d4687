"""The labels in one line of text: which words they are, where they begin and where they end.

A colon ends a label wherever it stands. Without one it has to begin the line or a piece of it, and
nothing but a gap, a bar or a slash may part it from its value.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from crawler.extract.labelwords import COMPOUNDS, PREFIXES, SPEAKS
from crawler.extract.page import SEAM

#: What ends a label beyond doubt; a bracket does where the label began with one.
_SIGN = re.compile(r"[:：∶﹕︰︓】\]]")
_OPEN = "【["
#: Where a label may begin that has no such sign: at the start of a line, a cell, a piece.
_LEAD = r"[\s\x1f【\[（(]*"
_FIRST = re.compile(_LEAD)
_START = re.compile(
    rf"[ \xa0\u3000\x1f|｜•·【\[（(](?:(?<=[\x1f|｜•·【\[（(]){_LEAD}|(?<=\s)[ \xa0\u3000]{_LEAD}|"
    r"(?<=\S )(?=[\u4e00-\u9fff]{1,4}[/／|｜]))"
)
#: What may stand between such a label and its value.
_WEAK = re.compile(r"[\s\x1f]*([|｜/／])[\s\x1f]*|[\s\x1f]+")
#: Signs of time in front of a label: 10时来源：…
_CLOCKS = frozenset("日分秒时時")
#: Longest run of characters in which a label is looked for.
_REACH = 40


class Hit(NamedTuple):
    """A label in a line."""

    word: str
    start: int
    #: where its value begins
    end: int
    #: ``""`` for a colon, else what stands in for it
    weak: str = ""


def find_hits(text: str, proper: bool, *, menu: bool = False) -> list[Hit]:
    """Return the labels of a line in order.

    ``proper`` tells that it is of the text proper, ``menu`` that it is links: in prose and in menus
    a word without a sign is a word.
    """
    if (menu or (proper and text[:1].lower() not in _FORTH)) and not _SIGN.search(text):
        return []
    low = text.lower()
    if len(low) != len(text):
        low = text
    hits: list[Hit] = []
    for sign in _SIGN.finditer(low):
        if (found := _before(low, sign.start())) is None:
            continue
        word, start = found
        if sign[0] in "】]" and (not start or low[start - 1] not in _OPEN):
            continue
        after = hits[-1].end if hits else 0
        if start >= after and _is_label(low, word, start, after > 0):
            hits.append(Hit(word, start, sign.end()))
    if menu or len(text) > (40 if proper else 200):
        return hits
    weak = [hit for hit in _weak(low) if all(hit.start != other.start for other in hits)]
    if proper:
        weak = [hit for hit in weak if hit.weak not in ("blank", "seam")]
    return sorted([*hits, *weak], key=lambda hit: hit.start) if weak else hits


def label_before(text: str, end: int) -> str:
    """Return the label that ends at ``end``, a whole word, or ``""``."""
    low = text.lower() if len(text.lower()) == len(text) else text
    found = _before(low, end)
    return found[0] if found and _is_label(low, found[0], found[1], False) else ""


def _weak(low: str) -> Iterator[Hit]:
    """Yield labels without a colon that begin a line or a piece of one."""
    first = _FIRST.match(low).end()  # type: ignore[union-attr]
    for start in (first, *(found.end() for found in _START.finditer(low, first))):
        if (found := _behind(low, start)) is None:
            continue
        word, end = found
        if not low[end:].strip(" \x1f\xa0\u3000】]"):
            if start == 0 or not low[:start].strip(" \x1f\xa0\u3000【["):
                yield Hit(word, start, len(low), "line")
        elif (gap := _WEAK.match(low, end)) and not _SIGN.match(low, gap.end()):
            kind = gap[1] or ("seam" if SEAM in gap[0] else "blank")
            yield Hit(word, start, gap.end(), kind)


def _tries() -> tuple[dict[str, object], dict[str, object]]:
    """Return all labels as trees of characters, read forwards and backwards."""
    forth: dict[str, object] = {}
    back: dict[str, object] = {}
    for word in SPEAKS:
        for root, characters in ((forth, word), (back, word[::-1])):
            node = root
            for character in characters:
                node = node.setdefault(character, {})  # type: ignore[assignment]
            node[""] = word
    return forth, back


_FORTH, _BACK = _tries()


def _before(low: str, end: int) -> tuple[str, int] | None:
    """Return the longest label that ends at ``end``, with its start."""
    node, found, wide = _BACK, None, False
    for i in range(end - 1, max(-1, end - 1 - _REACH), -1):
        character = low[i]
        step = node.get(character)
        if step is None:
            if character.isspace():
                if node is _BACK or wide:
                    continue
                step = node.get(" ")
            if step is None:
                break
        node = step  # type: ignore[assignment]
        wide = character > "\u2e7f"
        if "" in node:
            found = (str(node[""]), i)
    return found


def _behind(low: str, start: int) -> tuple[str, int] | None:
    """Return the longest label that begins at ``start``, with its end, a whole word."""
    node, found, wide = _FORTH, None, False
    for i in range(start, min(len(low), start + _REACH)):
        character = low[i]
        step = node.get(character)
        if step is None:
            if character.isspace() and wide:
                continue
            break
        node = step  # type: ignore[assignment]
        wide = character > "\u2e7f"
        if "" in node and not low[i + 1 : i + 2].isalpha():
            found = (str(node[""]), i + 1)
    return found


def _is_label(low: str, word: str, start: int, behind: bool) -> bool:
    """Refuse words that are the end of a longer one (数据来源, 资料来源).

    ``behind`` tells whether another label stands before it on the line: then its value may run up
    to this one without a gap (来源：某县日报作者：张三).
    """
    if low[max(0, start - 2) : start] in PREFIXES:
        start -= 2
    before = low[start - 1] if start else " "
    if not before.isalpha() or before in _CLOCKS:
        return True
    return behind and word[0] > "\u2e7f" and low[max(0, start - 2) : start] not in COMPOUNDS
