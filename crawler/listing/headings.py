"""Dates that stand over several rows: a day over those of a day, a month or a year over short ones.

A heading is an element that is one by its nature, or a text that says nothing but a date, in front
of a row and inside no row.
"""

import re
from bisect import bisect_left
from dataclasses import dataclass

from crawler.dates.forms import ALL_NAMES
from crawler.listing.columns import Row
from crawler.listing.dates import SHORT
from crawler.listing.outline import Outline
from crawler.listing.shown import Dates
from crawler.listing.years import with_year

#: Links of a block that is an entry.
_FEW = 2
#: Texts in front of the first row that may be its heading.
_BACK = 40
#: Characters of a heading.
_LONGEST = 120
_HEADS = frozenset("h1 h2 h3 h4 h5 h6 caption th dt legend summary strong b center".split())
#: What is said of another moment than that of the entries.
_NOT = re.compile(r"updat|modif|review|copyright|©|as of|更新|截止|版权|last", re.IGNORECASE)

_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)\s?年?")
_MONTH = re.compile(
    rf"(?<![^\W\d_])({ALL_NAMES})(?![^\W\d_])|(?<!\d)(1[0-2]|0?[1-9])\s?月", re.IGNORECASE
)
_FIGURE_MONTH = re.compile(r"(?:19|20)\d\d\s?[-./年]\s?(1[0-2]|0?[1-9])(?!\d)")
_BARE = re.compile(
    rf"\W*(?:(?:19|20)\d\d\s?(?:年|[-./]?\s?(?:{ALL_NAMES})\.?|(?:年|[-./])\s?(?:1[0-2]|0?[1-9])\s?月?)?"
    rf"|(?:{ALL_NAMES})(?:[.,]|\s|/|-)*(?:(?:19|20)\d\d)?|(?:1[0-2]|[1-9])\s?月)\W*",
    re.IGNORECASE,
)
_DAY = re.compile(r"\W*(3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th|日|号)?\W*", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Over:
    """What stands over a row."""

    #: a whole date
    day: str = ""
    year: str = ""
    month: str = ""


class Headings:
    """What the headings of a page say of the rows under them."""

    def __init__(self, said: Outline, dates: Dates) -> None:
        self.said = said
        self.dates = dates
        self.around = 0

    def complete(self, rows: tuple[Row, ...], told: list[str]) -> list[str]:
        """Return the dates of the rows, completed or given by what stands over them."""
        short = [not date or bool(SHORT.fullmatch(date)) for date in told]
        if not any(short):
            return told
        over = _Over()
        completed = []
        self.around = self._shared(rows)
        reached = max(0, rows[0].start - 400)
        for row, date, open_ in zip(rows, told, short, strict=True):
            over = self._over(reached, row.start, over)
            completed.append(self._date(row, date, over) if open_ else date)
            reached = max(reached, row.end)
        return completed

    def _over(self, start: int, end: int, before: _Over) -> _Over:
        """Return what the last headings between two places say; a new one replaces the old."""
        over = before
        for at in self.said.between(start, end)[-_BACK:]:
            text = self.said.words[at]
            if len(text) > _LONGEST or _NOT.search(text):
                continue
            head = self._is_head(at)
            # In front of the list itself only what is a heading by its nature.
            if (not head and at < self.around) or self._among_links(at, end):
                continue
            bare, shown = _bare(text), self.dates.of(at)
            if shown and not bare and not SHORT.fullmatch(shown.date):
                if shown.whole or head:
                    over = _Over(day=shown.date)
            elif head or bare:
                year, month = _YEAR.search(text), _month(text)
                if year:
                    over = _Over(year=year[1], month=month)
                elif month and bare:
                    over = _Over(year=over.year, month=month)
        return over

    def _shared(self, rows: tuple[Row, ...]) -> int:
        """Return where the element begins that is around all rows."""
        chains = [row.anchor.chain[:-1] for row in rows]
        shared = 0
        for level in zip(*chains, strict=False):
            if len(set(level)) > 1:
                break
            shared = level[0]
        return shared

    def _among_links(self, at: int, row: int) -> bool:
        """Tell whether a text is part of another entry: one or two links are its neighbours."""
        around = self.said.parents[at]
        while around >= 0 and self.said.ends[around] <= row:
            count = self._links(around)
            if count:
                return count <= _FEW
            around = self.said.parents[around]
        return False

    def _links(self, element: int) -> int:
        anchors = self.said.anchors
        return bisect_left(anchors, self.said.ends[element]) - bisect_left(anchors, element)

    def _is_head(self, at: int) -> bool:
        around = self.said.parents[at]
        for _ in range(3):
            if around < 0:
                return False
            if self.said.tags[around] in _HEADS:
                return True
            around = self.said.parents[around]
        return False

    def _date(self, row: Row, date: str, over: _Over) -> str:
        """Return the date of a row that shows a short one or none."""
        if not date:
            if over.day:
                return over.day
            day = self._bare_day(row) if over.month else ""
            return _joined(day, over.month, over.year) if day and over.year else ""
        return with_year(date, over.year) if over.year else date

    def _bare_day(self, row: Row) -> str:
        """Return the number of a day that stands alone in a row."""
        for text in self.said.pieces(row.start, row.end):
            if found := _DAY.fullmatch(text):
                return found[1]
        return ""


def _bare(text: str) -> bool:
    """Tell whether a text says nothing but a year, a month, or both."""
    return bool(_BARE.fullmatch(text))


def _month(text: str) -> str:
    found = _MONTH.search(text) or _FIGURE_MONTH.search(text)
    return next((part for part in found.groups() if part), "") if found else ""


def _joined(day: str, month: str, year: str) -> str:
    return f"{year}-{month}-{day}" if month.isdecimal() else f"{day} {month} {year}"
