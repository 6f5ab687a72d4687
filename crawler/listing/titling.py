"""Says what an entry is called, where its link shows only a number of a file, or no words at all.

Then the title stands elsewhere in the row. As rows look alike, it is the place whose texts are
long, in words, and another one in each row: not the name of the office that all of them share.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from crawler.listing.columns import Row, is_code, untitled
from crawler.listing.outline import Outline
from crawler.listing.rows import is_more
from crawler.listing.shown import Dates

#: Longer texts are summaries, and say no more by their length from the second figure on.
_LONGEST, _ENOUGH = 300, 60


@dataclass(slots=True)
class _Place:
    """Texts at the same place of several rows, by the number of the row."""

    texts: dict[int, str] = field(default_factory=dict)

    def worth(self, rows: int) -> float:
        """Return how much speaks for the place to hold titles."""
        texts = list(self.texts.values())
        length = sum(min(len(text), _ENOUGH) for text in texts) / len(texts)
        other = len(set(texts)) / len(texts)
        return len(texts) / rows * other * length


def nameless(row: Row) -> bool:
    """Tell whether the link of a row does not say what it leads to."""
    return untitled(row.anchor) or is_code(row.anchor.title)


def titles_of(said: Outline, dates: Dates, rows: list[Row]) -> list[str]:
    """Return the title of each row; "" where nothing in it is one."""
    told = ["" if nameless(row) else row.anchor.title for row in rows]
    wanting = [number for number, title in enumerate(told) if not title]
    if not wanting:
        return told
    places: dict[str, _Place] = defaultdict(_Place)
    for number in wanting:
        for name, text in _beside(said, dates, rows[number]):
            places[name].texts.setdefault(number, text)
    for place in sorted(places.values(), key=lambda place: -place.worth(len(wanting))):
        for number, text in place.texts.items():
            told[number] = told[number] or text
    return [
        title or ("" if untitled(row.anchor) else row.anchor.title)
        for title, row in zip(told, rows, strict=True)
    ]


def _beside(said: Outline, dates: Dates, row: Row) -> list[tuple[str, str]]:
    """Return the texts of a row that may be its title, each with the name of its place."""
    start, end = row.start, row.end
    if start == row.anchor.at:
        # A bare link: what follows it up to the next one.
        end = row.after
    inside = range(row.anchor.at, said.ends[row.anchor.at])
    found: list[tuple[str, str]] = []
    seen: Counter[str] = Counter()
    for at in said.between(start, end):
        text = said.words[at]
        shown = dates.of(at)
        if at in inside or (shown and shown.whole) or is_code(text) or is_more(text):
            continue
        if len(text) > _LONGEST or text.endswith((":", "：")):
            continue
        way = said.within(at, row.start) if end == row.end else ""
        seen[way] += 1
        found.append((f"{way} {seen[way]}", text))
    return found
