"""Two texts → what the one is to the other: edited, an excerpt, or it contains it. Pure.

Equal words alone prove nothing: today's daily report is nine tenths yesterday's, and this year's
notice of a session last year's. So their figures may not contradict each other, each taken with
the words around it, nor may their titles or their dates tell them apart. The numbers here are from
real pairs: of 21,854 items of a news programme every pair that shared .8 was read, and 67 were of
one template, none was a reprint (`python -m benchmarks.reprints`).
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cached_property
from typing import TypeVar

from archive.fingerprint import TELLING, unsigned, words
from archive.reprints.minhash import LONGEST, grain
from archive.rows import Row, moment

#: So much of the shorter text stands in the longer one, and of an excerpt so many of its figures.
CONTAINED = 0.8
FIGURES = 0.7
#: Two texts are one article in two forms where so much of the shorter stands in the longer …
EDITED = 0.85
#: … and so much of the longer in the shorter. Being over half, two strangers can never both be one
#: with a third.
MUTUAL = 0.6
#: Where each has numbers that the other has not, they are fewer than this share of those of the one
#: with fewer.
#: The same holds for numbers in another order: those of a sibling may stand elsewhere in the first.
#: Those in numerals are counted apart: they number paragraphs, and would outweigh all others.
CONTRADICTED = 0.1
#: Numbers of a text that are compared.
MOST_NUMBERS = 2000
#: A yearly notice comes again, a reprint comes soon: what is further apart is the same word for
#: word, or nearly.
SOON = timedelta(days=30)
NEARLY = 0.98
#: Texts of fewer characters agree by chance: so much of them is the same, and the title.
SHORT = 120
SURE = 0.9

#: Shingles that are looked up before all are.
_SAMPLE = 32

_DIGITS = r"\d+(?:[.,:]\d+)*"
_NUMERALS = "[〇零一二三四五六七八九十百千万亿]+"
_FIGURE = re.compile(rf"([^\W\d_]{{0,2}})({_DIGITS}|{_NUMERALS})([^\W\d_]?)")
_NUMBERS = tuple(map(re.compile, (_DIGITS, _NUMERALS)))
T = TypeVar("T")

_HERE = re.compile("[我本全该]")


class Kind(StrEnum):
    """What an article is to another."""

    SAME = "same"
    EDITED = "edited"
    EXCERPT = "excerpt"
    CONTAINS = "contains"

    @property
    def inverse(self) -> "Kind":
        """What the other is to it."""
        return {Kind.EXCERPT: Kind.CONTAINS, Kind.CONTAINS: Kind.EXCERPT}.get(self, self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """What one text is to another, and how far."""

    kind: Kind
    #: how much of the shorter text stands in the longer, 0 to 1
    share: float


class Told:
    """A text as it is compared; what is not asked for is not worked out."""

    def __init__(self, row: Row) -> None:
        self._title, self._published = row["title"], row["published"]
        self._even = unsigned(row["text"])

    @cached_property
    def words(self) -> str:
        """Return what the text says."""
        return words(self._even)[:LONGEST]

    @cached_property
    def title(self) -> str:
        """Return what the title says."""
        return words(unsigned(self._title))

    @cached_property
    def published(self) -> datetime | None:
        """Return the moment of publication."""
        return moment(self._published) if self._published else None

    @cached_property
    def grain(self) -> int:
        """Return the length of ``grams``."""
        return grain(self.words)

    @cached_property
    def grams(self) -> frozenset[str]:
        """Return every few characters of the words."""
        plain, size = self.words, self.grain
        return frozenset([plain[at : at + size] for at in range(len(plain) - size + 1)])

    @cached_property
    def figures(self) -> frozenset[tuple[str, str, str]]:
        """Return every figure between the characters before and after it."""
        return frozenset(_FIGURE.findall(self._even))

    @cached_property
    def numbers(self) -> tuple[list[str], list[str]]:
        """Return the numbers in order, those in digits and those in numerals."""
        digits, numerals = (kind.findall(self._even)[:MOST_NUMBERS] for kind in _NUMBERS)
        return digits, numerals


def compare(one: Told, other: Told) -> Likeness:
    """Return what ``one`` is to ``other``, two texts of one cluster."""
    if one.words == other.words:
        return Likeness(kind=Kind.SAME, share=1.0)
    shorter, longer = _by_length(one, other)
    share = _held(shorter.grams, longer.grams)
    if share < CONTAINED or share * len(shorter.grams) >= MUTUAL * len(longer.grams):
        return Likeness(kind=Kind.EDITED, share=share)
    return Likeness(kind=Kind.EXCERPT if shorter is one else Kind.CONTAINS, share=share)


def likeness(one: Told, other: Told) -> Likeness | None:
    """Return what ``one`` is to ``other``; None for strangers and for siblings of one template."""
    shorter, longer = _by_length(one, other)
    if len(shorter.words) < TELLING or not _may_hold(longer, shorter):
        return None
    like = compare(one, other)
    if like.share < CONTAINED:
        return None
    if like.kind is Kind.EDITED:
        return like if _is_edited(shorter, longer, like.share) else None
    agreed = _held(shorter.figures, longer.figures) >= FIGURES
    return like if agreed and len(shorter.words) >= SHORT else None


def _by_length(one: Told, other: Told) -> tuple[Told, Told]:
    if (len(one.words), one.words) <= (len(other.words), other.words):
        return one, other
    return other, one


def _may_hold(longer: Told, shorter: Told) -> bool:
    """Tell whether half of a few shingles of a text are in the other: a look before the work."""
    plain, size = shorter.words, shorter.grain
    starts = range(0, len(plain) - size + 1, len(plain) // _SAMPLE + 1)
    found = sum(plain[at : at + size] in longer.words for at in starts)
    return 2 * found >= len(starts)


def _is_edited(shorter: Told, longer: Told, share: float) -> bool:
    """Tell whether texts that share nearly all are one article, not two of one template."""
    if share < EDITED or _contradict(shorter, longer):
        return False
    if shorter.published and longer.published:
        apart = abs(shorter.published - longer.published)
        if apart > SOON and share < NEARLY:
            return False
    if len(shorter.words) < SHORT:
        return share >= SURE and _in_each_other(shorter.title, longer.title)
    return not _told_apart_by_title(shorter, longer)


def _contradict(one: Told, other: Told) -> bool:
    """Tell whether each has numbers that the other has not, or has in another order."""
    for mine, theirs in zip(one.numbers, other.numbers, strict=True):
        fewer = min(len(mine), len(theirs))
        if mine != theirs and 0 < fewer - in_order(mine, theirs) >= CONTRADICTED * fewer:
            return True
    return False


def in_order(some: list[str], others: list[str]) -> int:
    """Return how many numbers stand in both in the same order: their longest common subsequence.

    A bit for each of ``some``, set while it is not matched (Crochemore and others, 2001): two
    thousand numbers cost some milliseconds, whatever they are.
    """
    places: dict[str, int] = {}
    for at, number in enumerate(some):
        places[number] = places.get(number, 0) | 1 << at
    everything = (1 << len(some)) - 1
    free = everything
    for number in others:
        here = free & places.get(number, 0)
        free = (free + here | free - here) & everything
    return len(some) - free.bit_count()


def _in_each_other(one: str, other: str) -> bool:
    return one in other or other in one


def _told_apart_by_title(one: Told, other: Told) -> bool:
    """Tell whether titles differ in a word that each text has more of (法文版出版, 俄文版出版).

    我市 for a city's name is how the city itself tells of it.
    """
    mine, theirs = one.title, other.title
    most = min(len(mine), len(theirs))
    start = next((at for at in range(most) if mine[at] != theirs[at]), most)
    end = next((at for at in range(most - start) if mine[-1 - at] != theirs[-1 - at]), most - start)
    mine, theirs = mine[start : len(mine) - end], theirs[start : len(theirs) - end]
    return (
        bool(mine and theirs)
        and start + end >= most / 2
        and not _HERE.match(mine)
        and not _HERE.match(theirs)
        and one.words.count(mine) > other.words.count(mine)
        and other.words.count(theirs) > one.words.count(theirs)
    )


def _held(some: frozenset[T], more: frozenset[T]) -> float:
    """Return how much of ``some`` is among ``more``; all of nothing is."""
    return len(some & more) / len(some) if some else 1.0
