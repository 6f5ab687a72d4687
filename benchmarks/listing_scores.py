"""What the links read from a page are worth: entries found, dates right, links that are none."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from benchmarks.listing_pages import Case, Entry, spelled
from crawler.dates import order_of, read_moment

#: Reads a page: address, date as found and title of each link.
Rows = list[tuple[str, str, str]]

#: Later than all pages of the corpus.
SEEN = datetime(2026, 11, 24, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """How a page was read."""

    case: Case
    expected: int
    found: int
    dated: int
    #: entries whose right date the truth knows
    datable: int
    titled: int
    titles: int
    named: int
    #: links beyond the expected that look like an expected one: rows the truth left out
    alike: int
    strange: tuple[str, ...] = ()
    missed: tuple[str, ...] = ()
    misdated: tuple[tuple[str, str, str], ...] = ()
    seconds: float = 0.0

    @property
    def recall(self) -> float | None:
        """Return the share of entries with the right address, None where none is expected."""
        return self.found / self.expected if self.expected else None

    @property
    def precision(self) -> float | None:
        """Return the share of links that are expected, None for a page that names none."""
        return self.found / self.named if self.named else None

    @property
    def lenient(self) -> float | None:
        """Return the precision with rows like the expected ones taken for entries."""
        return (self.found + self.alike) / self.named if self.named else None

    @property
    def date(self) -> float | None:
        """Return the share of entries with the right address and date."""
        return self.dated / self.datable if self.datable else None


def score(case: Case, rows: Rows, seconds: float = 0.0) -> Score:
    """Return what the rows of a page are worth."""
    wanted: dict[str, list[Entry]] = {}
    for entry in case.entries:
        wanted.setdefault(spelled(entry.url), []).append(entry)
    given: dict[str, tuple[str, str, str]] = {}
    for row in rows:
        given.setdefault(spelled(row[0]), row)
    found = wanted.keys() & given.keys()
    right, wrong = _dated(case, {url: wanted[url] for url in found}, given)
    patterns = {_pattern(url) for url in found}
    strange = [url for url in given if url not in wanted]
    titles = [(given[url][2], wanted[url]) for url in found if wanted[url][0].title]
    return Score(
        case=case,
        expected=len(wanted),
        found=len(found),
        dated=right,
        datable=sum(any(entry.date for entry in entries) for entries in wanted.values()),
        titled=sum(any(_same(title, e.title) for e in entries) for title, entries in titles),
        titles=sum(bool(entries[0].title) for entries in wanted.values()),
        named=len(given),
        alike=sum(_pattern(url) in patterns for url in strange),
        strange=tuple(given[url][0] for url in strange),
        missed=tuple(entries[0].url for url, entries in wanted.items() if url not in found),
        misdated=tuple(wrong),
        seconds=seconds,
    )


def mean(values: Iterable[float | None]) -> float | None:
    """Return the mean of the figures there are."""
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None


def share(scores: Sequence[Score], part: str, whole: str) -> float | None:
    """Return one count of all pages over another."""
    total = sum(getattr(one, whole) for one in scores)
    return sum(getattr(one, part) for one in scores) / total if total else None


def _dated(
    case: Case, wanted: dict[str, list[Entry]], given: dict[str, tuple[str, str, str]]
) -> tuple[int, list[tuple[str, str, str]]]:
    right, wrong = 0, []
    order = order_of("", case.zone)
    for url, entries in wanted.items():
        days = {entry.date[:10] for entry in entries if entry.date}
        if not days:
            continue
        shown = given[url][1]
        moment = read_moment(shown, seen=SEEN, order=order) if shown else None
        if moment and moment.day.isoformat() in days:
            right += 1
        else:
            wrong.append((url, shown, min(days)))
    return right, wrong


def _pattern(url: str) -> str:
    """Return what the addresses of one list's rows have in common."""
    path, _, query = url.partition("?")
    folder, _, name = path.rpartition("/")
    names = re.sub(r"=[^&]*", "=", query)
    ending = name.rpartition(".")[2] if "." in name else ""
    return f"{re.sub(r'[0-9]+', '0', folder)}/{ending}?{names}"


def _same(one: str, two: str) -> bool:
    return re.sub(r"\W", "", one).casefold() == re.sub(r"\W", "", two).casefold()
