"""Known articles and what a page says → which of them reappear, and how one knows."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from urllib.parse import urlsplit

from crawler.dryrun.records import Known
from crawler.mending.records import Reappearing
from crawler.records import Link
from crawler.text import only_letters

#: Figures of an article's own number, at least; years and days are no such number.
_NUMBER = re.compile(r"(?<!\d)\d{4,}(?!\d)|(?<![0-9a-f])[0-9a-f]{16,}(?![0-9a-f])")
_DAY = re.compile(r"(?:19|20)\d\d(?:0\d|1[0-2])?(?:[0-2]\d|3[01])?")

#: Characters of a title that is enough to be known by, whole and cut short.
_WHOLE, _CUT = 6, 8
_ENDS = ("...", "…")


class Recogniser:
    """Knows articles again: by their address, the number within it, or their title."""

    def __init__(self, known: Sequence[Known]) -> None:
        self.known = known
        self._urls = {one.url: place for place, one in enumerate(known)}
        self._numbers = _unique((number_of(one.url), place) for place, one in enumerate(known))
        self._titles = _unique((only_letters(one.title), place) for place, one in enumerate(known))

    def place(self, url: str, *titles: str) -> int | None:
        """Return which of the known articles a link means, or None."""
        found = self._urls.get(url)
        if found is None and (number := number_of(url)):
            found = self._numbers.get(number)
            # A number may be reused by another system: its title must not contradict it.
            if found is not None and titles and not self._agree(found, titles):
                found = None
        if found is None:
            found = next((at for one in titles if (at := self._titled(one)) is not None), None)
        return found

    def same_title(self, place: int, title: str) -> bool:
        """Tell whether a title is that of a known article, be it cut short."""
        known, said = only_letters(self.known[place].title), only_letters(title)
        if title.rstrip().endswith(_ENDS):
            return len(said) >= _CUT and known.startswith(said)
        return bool(known) and known == said

    def _agree(self, place: int, titles: Iterable[str]) -> bool:
        said = [title for title in titles if only_letters(title)]
        return not said or any(self.same_title(place, title) for title in said)

    def _titled(self, title: str) -> int | None:
        said = only_letters(title)
        if title.rstrip().endswith(_ENDS):
            if len(said) < _CUT:
                return None
            found = {at for known, at in self._titles.items() if known.startswith(said)}
            return found.pop() if len(found) == 1 else None
        return self._titles.get(said) if len(said) >= _WHOLE else None


def number_of(url: str) -> str:
    """Return the number by which a system knows an article, "" where its address has none."""
    parts = urlsplit(url)
    text = f"{parts.path.rpartition('/')[2]}?{parts.query}"
    numbers = [n for n in _NUMBER.findall(text) if not _DAY.fullmatch(n)]
    return numbers[-1] if numbers else ""


def _unique(pairs: Iterable[tuple[str, int]]) -> dict[str, int]:
    """Return key → place of those keys that stand for one place alone."""
    listed = list(pairs)
    counts = Counter(key for key, _ in listed)
    return {key: place for key, place in listed if key and counts[key] == 1}


def reappearing(
    links: Sequence[Link], days: Mapping[str, date], recogniser: Recogniser, there: int
) -> Reappearing:
    """Return how many known articles some links name again; ``days`` by address."""
    places: dict[int, Link] = {}
    for link in links:
        place = recogniser.place(link.url, link.title)
        if place is not None:
            places.setdefault(place, link)
    known = recogniser.known
    return Reappearing(
        articles=len(places),
        addresses=sum(known[place].url == link.url for place, link in places.items()),
        titles=sum(recogniser.same_title(place, link.title) for place, link in places.items()),
        days=sum(
            known[place].day is not None and days.get(link.url) == known[place].day
            for place, link in places.items()
        ),
        there=max(there, len(places)),
        others=len({link.url for link in links}) - len(places),
    )
