"""One line that became another → the pieces that are equal, were taken out, or put in. Pure.

Words, numbers and single Chinese characters are compared, so that no word is cut and 2022年 →
2023年 shows the whole number. Then what only happens to be equal is given up, as
``diff-match-patch`` does in its semantic clean-up: an equal character between two edits helps
nobody. That library compares characters, and stops by the clock; here the same lines always give
the same pieces.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from archive.diff.alignment import Hunk, hunks


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

#: So many signs and blanks between two edits say nothing where one of the edits has so many tokens.
_MOST_SIGNS, _LONG = 2, 4

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
        while kept and _by_chance(_weight(kept[-1]), hunk.same, _weight(hunk)):
            last = kept.pop()
            hunk = Hunk(
                same=last.same,
                gone=[*last.gone, *hunk.same, *hunk.gone],
                come=[*last.come, *hunk.same, *hunk.come],
            )
        kept.append(hunk)
    return kept


def _by_chance(before: float, same: Sequence[str], after: float) -> bool:
    """Tell whether what is equal between two edits says nothing; a comma beside a long one does."""
    if len(same) <= min(before, after):
        return True
    signs = not any(character.isalnum() for token in same for character in token)
    return signs and after > 0 and len(same) <= _MOST_SIGNS and max(before, after) >= _LONG


def _weight(hunk: Hunk[str]) -> float:
    """Return up to how many equal tokens beside an edit are taken for chance.

    Half as many where nothing was exchanged: ``[+促进]就业[+工作的]`` reads best as it is.
    """
    gone, come = len(hunk.gone), len(hunk.come)
    return max(gone, come) if gone and come else max(gone, come) / 2
