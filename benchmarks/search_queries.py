"""Queries cut out of the texts at random, and a plain scan that says what they have to find.

No segmenter has a say: a term begins at any character. Truth of a Chinese term is that it is a
substring of the folded title or text; of words and numbers, that they stand there as whole words.
"""

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from archive.tokens import CHINESE, WORD, fold
from archive.traditional import SIMPLIFIED
from benchmarks.search_archive import Text

#: Classes in which all is Chinese: recall and precision have to be 1.
CHINESE_CLASSES = (
    "one character", "two characters", "3 to 5", "8 to 15", "frequent pair", "rare, of four",
    "both", "either", "without", "in the title", "traditional",
)  # fmt: skip
#: Classes with words and numbers, which are found whole.
MIXED_CLASSES = ("mixed", "full width", "Latin words")

_RUN = re.compile(f"[{CHINESE}]+")
_MIXED = re.compile(f"[{CHINESE}]{{1,4}}{WORD}+[{CHINESE}]{{1,4}}|{WORD}+[{CHINESE}]{{1,4}}")
_LATIN = re.compile(r"(?<![\w])[A-Za-z][A-Za-z0-9]{2,}(?![\w])")
_WIDE = {ord(char): chr(ord(char) + 0xFEE0) for char in map(chr, range(0x21, 0x7F))}
_TRADITIONAL = {ord(simple): chr(point) for point, simple in SIMPLIFIED.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One query, as a person would mean it."""

    kind: str
    terms: tuple[str, ...]
    #: ``and``, ``or``, ``not`` (the first without the second); "" for one term
    sign: str = ""
    #: to be found in the title
    title: bool = False

    @property
    def text(self) -> str:
        """The query in our language."""
        terms = [f"title:{term}" if self.title else term for term in self.terms]
        return {"or": " OR ", "not": " -"}.get(self.sign, " ").join(terms)


class Scan:
    """The texts, read from end to end for every term."""

    def __init__(self, texts: Sequence[Text]) -> None:
        self._titles = [fold(text.title) for text in texts]
        self._both = [fold(f"{text.title}\n{text.text}") for text in texts]

    def of(self, asked: Asked) -> set[int]:
        """Return the numbers of the texts that a query has to find."""
        first, *others = (self._term(term, title=asked.title) for term in asked.terms)
        for other in others:
            first = {"or": first | other, "not": first - other}.get(asked.sign, first & other)
        return first

    def _term(self, term: str, *, title: bool) -> set[int]:
        folded = fold(term)
        texts = self._titles if title else self._both
        holding = {number for number, text in enumerate(texts) if folded in text}
        before = "" if _RUN.match(folded) else f"(?<!{WORD})"
        after = "" if _RUN.match(folded[-1]) else f"(?!{WORD})"
        if not before and not after:
            return holding
        whole = re.compile(before + re.escape(folded) + after)
        return {number for number in holding if whole.search(texts[number])}


def draw(texts: Sequence[Text], each: int, seed: int) -> list[Asked]:
    """Return ``each`` different queries of every class."""
    chance = random.Random(seed)
    found: list[Asked] = []
    for kind in (*CHINESE_CLASSES, *MIXED_CLASSES):
        several = dict.fromkeys(_first(each, _drawn(kind, texts, chance)))
        found += several
    return found


def _first(most: int, drawn: Iterator[Asked]) -> Iterator[Asked]:
    seen: set[Asked] = set()
    for _try, asked in zip(range(200 * most), drawn, strict=False):
        if asked not in seen:
            seen.add(asked)
            yield asked
        if len(seen) == most:
            return


def _drawn(kind: str, texts: Sequence[Text], chance: random.Random) -> Iterator[Asked]:
    lengths = {
        "one character": (1, 1), "3 to 5": (3, 5), "8 to 15": (8, 15), "rare, of four": (4, 4),
        "traditional": (2, 5),
    }  # fmt: skip
    shortest, longest = lengths.get(kind, (2, 2))
    while True:
        text = chance.choice(texts)
        if kind in MIXED_CLASSES:
            if term := _words(kind, text.text, chance):
                yield Asked(kind=kind, terms=(term,))
            continue
        source = text.title if kind == "in the title" else text.text
        term = _cut(source, chance.randint(shortest, longest), chance)
        if not term:
            continue
        if kind in ("both", "either", "without"):
            # Of the same text, so that both are there; of any other for the rest.
            other = text if kind == "both" else chance.choice(texts)
            second = _cut(other.text, 2, chance)
            sign = {"both": "and", "either": "or", "without": "not"}[kind]
            if second:
                yield Asked(kind=kind, terms=(term, second), sign=sign)
        elif kind == "traditional":
            if (wanted := term.translate(_TRADITIONAL)) != term:
                yield Asked(kind=kind, terms=(wanted,))
        elif kind == "frequent pair":
            # What stands in three texts drawn blindly is frequent.
            if all(term in chance.choice(texts).text for _ in range(3)):
                yield Asked(kind=kind, terms=(term,))
        elif kind == "rare, of four":
            if not any(term in chance.choice(texts).text for _ in range(100)):
                yield Asked(kind=kind, terms=(term,))
        else:
            yield Asked(kind=kind, terms=(term,), title=kind == "in the title")


def _cut(text: str, length: int, chance: random.Random) -> str:
    """Return so many Chinese characters in a row from anywhere in a text, or "" where none are."""
    if len(text) < length:
        return ""
    start = chance.randrange(len(text) - length + 1)
    term = text[start : start + length]
    return term if _RUN.fullmatch(term) else ""


def _words(kind: str, text: str, chance: random.Random) -> str:
    pattern = _LATIN if kind == "Latin words" else _MIXED
    found = pattern.findall(text[:20_000])
    if not found:
        return ""
    term: str = chance.choice(found)
    return term.translate(_WIDE) if kind == "full width" else term
