"""The dates that the texts of a page show, each read once however often it is asked for.

Only what can be said of one text and its neighbour: which of a row's dates is the entry's is
another's question.
"""

import re
from dataclasses import dataclass, field

from crawler.dates.forms import ALL_NAMES, SAME, find
from crawler.listing.dates import bared, is_date, split_date
from crawler.listing.outline import Outline

#: A longer text is prose: what it dates is something it speaks of, but for its beginning.
LONGEST, _BEGINNING = 300, 60

#: 11 Jan 23 and 1/5/24, alone in their place; the century is ours.
_SHORT_YEAR = re.compile(
    rf"((?:3[01]|[12]\d|0?[1-9])[\s-](?:{ALL_NAMES})\.?[\s-]|(?:{ALL_NAMES})\.?\s\d{{1,2}},\s"
    r"|(?:1[0-2]|0?[1-9])[/-](?:3[01]|[12]\d|0?[1-9])[/-])(\d\d)",
    re.IGNORECASE,
)
_FIGURE = re.compile(r"[\d一二三四五六七八九十]")
#: In small letters: without a look at each letter's other form most texts are passed over quickly.
_WORDS_OF_TIME = re.compile(
    r"前|ago\b|昨|今[天日]|yesterday|today|전|어제|오늘|hier\b|aujourd|gestern|heute|ayer|hoy"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A date that a text shows."""

    #: number of the text
    at: int
    date: str
    #: the text says nothing else
    whole: bool
    #: … or it begins with the date
    leads: bool = True


@dataclass(slots=True)
class Dates:
    """The dates of a page's texts."""

    said: Outline
    _known: dict[int, Shown | None] = field(default_factory=dict)

    def between(self, start: int, end: int) -> list[Shown]:
        """Return the dates shown from ``start`` up to ``end``."""
        return [shown for at in self.said.between(start, end) if (shown := self.of(at))]

    def of(self, at: int) -> Shown | None:
        """Return the date that a text shows, with the text after it where it takes both."""
        if at not in self._known:
            self._known[at] = self._read(at)
        return self._known[at]

    def _read(self, at: int) -> Shown | None:
        text = self.said.words[at]
        if len(text) > LONGEST:
            text = text[:_BEGINNING]
        if not (_FIGURE.search(text) or _WORDS_OF_TIME.search(text.lower())):
            return None
        if len(text) <= 16 and (after := self._after(at)) and (date := split_date(text, after)):
            return Shown(at=at, date=date, whole=True)
        found = find(text)
        if len(text) <= 80:
            bare = bared(text)
            if is_date(bare, found if bare == text else find(bare)):
                return Shown(at=at, date=bare, whole=True)
            if short := _SHORT_YEAR.fullmatch(text.strip(" ()[]").translate(SAME)):
                return Shown(at=at, date=f"{short[1]}20{short[2]}", whole=True)
        if found:
            leads = not re.search(r"\w", text[: found.start])
            date = text[found.start : found.end].strip()
            return Shown(at=at, date=date, whole=False, leads=leads)
        return None

    def _after(self, at: int) -> str:
        """Return the next text, if it is as short as half a date."""
        texts = self.said.between(at + 1, at + 12)
        return self.said.words[texts[0]] if texts and len(self.said.words[texts[0]]) <= 16 else ""
