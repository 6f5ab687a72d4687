"""Two texts → what a reader sees was taken out and put in. Pure.

Lines are aligned first, and those that are alike paired; within a pair words are compared, see
``inline``.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from archive.diff.alignment import Hunk, hunks
from archive.diff.inline import Op, Piece, inline, tokens


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of both texts, or of one."""

    #: as the first text has it; None where it has no such line
    before: str | None
    #: as the second text has it; None where it has no such line
    after: str | None
    pieces: tuple[Piece, ...]

    @property
    def same(self) -> bool:
        """Tell whether both texts have it."""
        return self.before == self.after


@dataclass(frozen=True, slots=True, kw_only=True)
class Diff:
    """All lines of two texts."""

    lines: tuple[Line, ...]
    #: somewhere there was too much to compare, and more is shown as changed than was
    coarse: bool = False

    @property
    def added(self) -> int:
        """Return how many characters were put in."""
        return self._size(Op.INSERT)

    @property
    def removed(self) -> int:
        """Return how many characters were taken out."""
        return self._size(Op.DELETE)

    @property
    def share(self) -> float:
        """Return what part of both texts together was put in or taken out, 0 to 1."""
        edited = self.added + self.removed
        return edited / (edited + 2 * self._size(Op.EQUAL)) if edited else 0.0

    def _size(self, op: Op) -> int:
        pieces = (piece for line in self.lines for piece in line.pieces)
        return sum(len(piece.text) for piece in pieces if piece.op is op)


def diff(before: str, after: str) -> Diff:
    """Return how ``after`` follows from ``before``, line by line."""
    old, new = before.split("\n"), after.split("\n")
    found = hunks(old, new)
    coarse = found is None
    lines: list[Line] = []
    for hunk in found or [Hunk(same=[], gone=old, come=new)]:
        lines += [_whole(Op.EQUAL, text) for text in hunk.same]
        for one, other in _paired(hunk.gone, hunk.come):
            if one is not None and other is not None:
                pieces, roughly = inline(one, other)
                coarse |= roughly
                lines.append(Line(before=one, after=other, pieces=pieces))
            elif one is not None:
                lines.append(_whole(Op.DELETE, one))
            elif other is not None:
                lines.append(_whole(Op.INSERT, other))
    return Diff(lines=tuple(lines), coarse=coarse)


def _whole(op: Op, text: str) -> Line:
    return Line(
        before=None if op is Op.INSERT else text,
        after=None if op is Op.DELETE else text,
        pieces=(Piece(op=op, text=text),),
    )


# --- lines that are alike -----------------------------------------------------------------------

#: Of the pairs of neighbouring tokens of two lines that are one line edited, at least this share
#: is in both. Of two paragraphs of official prose that are not, some 0.1 to 0.25 is.
_ALIKE = 0.35
#: Less will do where one line came in the place of one.
_ALIKE_ALONE = 0.2
#: A line of so many pairs that stands in another by this share is that other, cut or continued.
_MANY, _WITHIN = 8, 0.75
#: Pairs compared to tell which lines are alike: some 0.5 s.
_MOST_COMPARED = 30_000_000

_DIGITS = re.compile(r"\d+")

_Pair = tuple[str | None, str | None]
_Traits = frozenset[tuple[str, str]]


def _paired(gone: Sequence[str], come: Sequence[str]) -> Iterator[_Pair]:
    """Yield the lines in order, those that are alike in pairs."""
    at_gone = at_come = 0
    for i, j in (*_alike(gone, come), (len(gone), len(come))):
        yield from ((line, None) for line in gone[at_gone:i])
        yield from ((None, line) for line in come[at_come:j])
        if i < len(gone):
            yield gone[i], come[j]
        at_gone, at_come = i + 1, j + 1


def _alike(gone: Sequence[str], come: Sequence[str]) -> list[tuple[int, int]]:
    """Return the places of lines that are alike, rising in both, with most characters in common."""
    old, new = [_traits(line) for line in gone], [_traits(line) for line in come]
    if len(old) == len(new) == 1:
        return [(0, 0)] if _common(old[0], new[0], _ALIKE_ALONE) else []
    if sum(map(len, old)) * len(new) + sum(map(len, new)) * len(old) > _MOST_COMPARED:
        in_step = range(len(old)) if len(old) == len(new) else ()
        return [(i, i) for i in in_step if _common(old[i], new[i])]
    #: best[i][j]: what the first i and j lines have in common at most
    best = [[0] * (len(new) + 1)]
    for one in old:
        above, row = best[-1], [0]
        for j, other in enumerate(new):
            common = _common(one, other)
            paired = above[j] + common if common else 0
            row.append(max(above[j + 1], row[j], paired))
        best.append(row)
    found: list[tuple[int, int]] = []
    i, j = len(old), len(new)
    while i and j:
        if best[i][j] == best[i - 1][j]:
            i -= 1
        elif best[i][j] == best[i][j - 1]:
            j -= 1
        else:
            i, j = i - 1, j - 1
            found.append((i, j))
    return found[::-1]


def _traits(line: str) -> _Traits:
    """Return the pairs of neighbouring tokens; any number counts as the same one."""
    found = [token for token in tokens(_DIGITS.sub("0", line)) if not token.isspace()]
    return frozenset(pairwise(["", *found, ""]))


def _common(one: _Traits, other: _Traits, least: float = _ALIKE) -> int:
    """Return how much two lines have in common, or 0 where they are not alike."""
    common, fewest = len(one & other), min(len(one), len(other))
    alike = 2 * common >= least * (len(one) + len(other))
    within = fewest >= _MANY and common >= _WITHIN * fewest
    return common if alike or within else 0
