"""Two texts → what the one is to the other: edited, an excerpt, or it contains it. Pure.

Equal words alone prove nothing: today's daily report is nine tenths yesterday's. So the figures
have to agree as well, each together with the words around it.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from archive.fingerprint import TELLING, unsigned, words
from archive.minhash import grain

#: So much of the shorter text stands in the longer one.
CONTAINED = 0.8
#: … and so many of its figures.
FIGURES = 0.7
#: Two texts are one article in two forms where so much of the longer stands in the shorter, too.
#: Being over half, two strangers can never both be one with a third.
MUTUAL = 0.6
#: Texts of fewer characters agree by chance: they need ``SURE`` and every figure.
SHORT = 120
SURE = 0.9

_FIGURE = re.compile(
    r"[^\W\d_]{0,2}(?:\d+(?:[.,:]\d+)*[%‰]?|[〇零一二三四五六七八九十百千万亿]{2,})[^\W\d_]?"
)


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A text as it is compared."""

    words: str
    grams: frozenset[str]
    figures: frozenset[str]

    @classmethod
    def of(cls, text: str) -> Self:
        """Take a text apart."""
        even = unsigned(text)
        plain = words(even)
        size = grain(plain)
        return cls(
            words=plain,
            grams=frozenset(plain[at : at + size] for at in range(len(plain) - size + 1)),
            figures=frozenset(_FIGURE.findall(even)),
        )


def likeness(one: Told, other: Told) -> Likeness | None:
    """Return what ``one`` is to ``other``; None for strangers and for siblings of one template."""
    if one.words == other.words:
        return Likeness(kind=Kind.SAME, share=1.0)
    shorter, longer = sorted((one, other), key=lambda told: len(told.grams))
    if len(shorter.words) < TELLING:
        return None
    short = len(shorter.words) < SHORT
    # Figures first: they are few, and tell siblings apart at once.
    if _held(shorter.figures, longer.figures) < (1.0 if short else FIGURES):
        return None
    share = _held(shorter.grams, longer.grams)
    if share < (SURE if short else CONTAINED):
        return None
    if share * len(shorter.grams) >= MUTUAL * len(longer.grams):
        return Likeness(kind=Kind.EDITED, share=share)
    if short:
        return None
    return Likeness(kind=Kind.EXCERPT if shorter is one else Kind.CONTAINS, share=share)


def _held(some: frozenset[str], more: frozenset[str]) -> float:
    """Return how much of ``some`` is among ``more``; all of nothing is."""
    return len(some & more) / len(some) if some else 1.0
