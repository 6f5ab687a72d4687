"""Two texts → what a reader sees was taken out and put in. Pure.

Lines are aligned first, and those that are alike paired. Within a pair, words, numbers and single
Chinese characters are compared, so that no word is cut and 2022年 → 2023年 shows the whole number.
Then what only happens to be equal is given up, as ``diff-match-patch`` does in its semantic
clean-up: an equal character between two edits helps nobody. That library compares characters, and
stops by the clock; here the same texts always give the same diff.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from archive.alignment import Hunk, hunks


class Op(StrEnum):
    """What became of a piece of text."""

    EQUAL = "equal"
    DELETE = "delete"
    INSERT = "insert"


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A stretch of text that is equal in both, or only in one."""

    op: Op
    text: str


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


# --- within a line ------------------------------------------------------------------------------

# Scripts that part no words: Han, kana, Thai, Lao, Burmese, Khmer. One character is one token.
_ALONE = (
    "\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3041-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uf900-\ufaff\U00020000-\U000323af\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
)
# Marks that belong to the letter before them, which \w leaves out; Indic vowels among them.
_MARKS = (
    "\u0300-\u036f\u0483-\u0489\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed"
    "\u0900-\u0dff\u1ab0-\u1aff\u1dc0-\u1dff\u200d\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f"
)
_LETTERS = f"(?:[^\\W_{_ALONE}]|[{_MARKS}])++"
_TOKEN = re.compile(
    r"\d++(?:[.,．:：]\d++)++[%％‰]?"  # 1,234.5 and 10:30 are one number each
    "|[〇零一二三四五六七八九十百千万亿]{2,}+"
    f"|{_LETTERS}(?:['’]{_LETTERS})*+[%％‰]?"
    f"|\\s++|.[{_MARKS}]*+",
    re.DOTALL,
)
_SENTENCE = re.compile(r"[^。！？；!?;]*+[。！？；!?;]++|[^。！？；!?;]++")

_Texts = list[Hunk[str]]


def tokens(text: str) -> list[str]:
    """Return the words, numbers, blanks, signs and single Chinese characters of a text."""
    return _TOKEN.findall(text)


def inline(before: str, after: str) -> tuple[tuple[Piece, ...], bool]:
    """Return the pieces of a line that became another, and whether they are coarse."""
    coarse = False
    found = hunks(tokens(before), tokens(after))
    if found is None:
        coarse = True
        found = hunks(_SENTENCE.findall(before), _SENTENCE.findall(after))
    if found is None:
        found = [Hunk(same=[], gone=[before], come=[after])]
    return tuple(_pieces(_without_islands(_settled(found)))), coarse


def _pieces(found: Iterable[Hunk[str]]) -> Iterator[Piece]:
    for hunk in found:
        for op, texts in ((Op.EQUAL, hunk.same), (Op.DELETE, hunk.gone), (Op.INSERT, hunk.come)):
            if text := "".join(texts):
                yield Piece(op=op, text=text)


def _settled(found: _Texts) -> _Texts:
    """Return the hunks with edits moved to where a sentence, clause or word begins.

    ``甲做。[+甲看。]`` and ``甲[+做。甲]看。`` are the same edit; only one of them can be read.
    """
    settled = list(found)
    for at in range(len(settled) - 1):
        hunk, following = settled[at], settled[at + 1]
        if bool(hunk.gone) != bool(hunk.come):
            edit = [*hunk.same, *(hunk.gone or hunk.come), *following.same]
            start = _best_start(edit, len(hunk.same), len(hunk.gone or hunk.come))
            end = start + len(hunk.gone or hunk.come)
            moved = edit[start:end]
            settled[at] = Hunk(
                same=edit[:start],
                gone=moved if hunk.gone else [],
                come=moved if hunk.come else [],
            )
            settled[at + 1] = Hunk(same=edit[end:], gone=following.gone, come=following.come)
    return settled


def _best_start(texts: Sequence[str], start: int, size: int) -> int:
    """Return where an edit of ``size`` tokens best begins, of all places that mean the same."""
    first = last = start
    while first > 0 and texts[first - 1] == texts[first - 1 + size]:
        first -= 1
    while last + size < len(texts) and texts[last] == texts[last + size]:
        last += 1
    worth = {at: _border(texts, at) + _border(texts, at + size) for at in range(first, last + 1)}
    return max(worth, key=lambda at: (worth[at], at))


def _border(texts: Sequence[str], at: int) -> int:
    """Return how well a text can be cut before its token ``at``."""
    if at in (0, len(texts)):
        return 5
    before, after = texts[at - 1][-1], texts[at][0]
    for worth, ends, begins in ((4, "。！？；!?;.", ""), (3, "，、：》）”’】,:)", "《（“‘【(")):
        if before in ends or after in begins:
            return worth
    if before.isspace() or after.isspace():
        return 2
    return 0 if before.isalnum() and after.isalnum() else 1


def _without_islands(found: _Texts) -> _Texts:
    """Return the hunks without what is equal, but no more than what was edited on either side."""
    kept: _Texts = []
    for hunk in found:
        while kept and _weight(kept[-1]) >= len(hunk.same) <= _weight(hunk):
            last = kept.pop()
            hunk = Hunk(
                same=last.same,
                gone=[*last.gone, *hunk.same, *hunk.gone],
                come=[*last.come, *hunk.same, *hunk.come],
            )
        kept.append(hunk)
    return kept


def _weight(hunk: Hunk[str]) -> float:
    """Return up to how many equal tokens beside an edit are taken for chance.

    Half as many where nothing was exchanged: ``[+促进]就业[+工作的]`` reads best as it is.
    """
    gone, come = len(hunk.gone), len(hunk.come)
    return max(gone, come) if gone and come else max(gone, come) / 2
