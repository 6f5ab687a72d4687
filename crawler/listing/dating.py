"""Says which date is an entry's, among those a row shows and those that stand around it.

Rows that look alike show the same things at the same places. So the question is put to the whole
column: which place has a date in most rows, is called the date of publication, and follows the
order of the list. Rows without a date of their own have it behind them, or in front of them, or in
a heading over several rows.
"""

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from crawler.dates import Order, read_moment
from crawler.listing.columns import Column, Row
from crawler.listing.headings import Headings
from crawler.listing.outline import CELLS, Outline
from crawler.listing.shown import Dates, Shown

#: Share of the rows that must show a date at one place for it to count as the entries' date.
_MOST = 0.5
#: What calls a date that of the publication, and what another one.
_PUBLISHED = re.compile(
    r"\b(?:fil(?:ed|ing)|issue[ds]?|issuance|publi\w+|post(?:ed)?|releas\w+|decided|decision"
    r"|entered)\b|发布|公布|公开|发文|刊登",
    re.IGNORECASE,
)
_DATED = re.compile(r"\b(?:dated?|fecha|datum|data|day)\b|时间|日期|日付", re.IGNORECASE)
_OTHERWISE = re.compile(
    r"\b(?:argu\w+|hear\w*|trial|lower|below|rehear\w*|due|clos\w+|expir\w+|effectiv\w+|updat\w+"
    r"|modif\w+|deadline|submi\w+|receiv\w+|from|hasta)\b|截止|实施|生效|更新|成文|施行|有效",
    re.IGNORECASE,
)
#: Rows whose order is looked at.
_SAMPLE = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class _Slot:
    """A place of rows that look alike, with the dates they show there."""

    name: str
    #: row's number → its date
    shown: dict[int, Shown]


def dates_of(said: Outline, dates: Dates, column: Column, order: Order) -> list[str]:
    """Return the date of each row of a column as found, "" where it has none."""
    rows = column.rows
    told = [""] * len(rows)
    slots = _slots(said, dates, rows)
    ranked = sorted(slots, key=lambda slot: -_worth(said, slot, rows, order))
    for slot in ranked:
        for number, shown in slot.shown.items():
            told[number] = told[number] or shown.date
    if sum(map(bool, told)) < _MOST * len(rows):
        _from_around(said, dates, rows, told)
    return Headings(said, dates).complete(rows, told)


def _slots(said: Outline, dates: Dates, rows: tuple[Row, ...]) -> list[_Slot]:
    found: dict[str, dict[int, Shown]] = defaultdict(dict)
    for number, row in enumerate(rows):
        seen: Counter[str] = Counter()
        for shown in dates.between(row.start, row.end):
            way = said.within(shown.at, row.start)
            if said.parents[shown.at] >= row.anchor.at and shown.at < said.ends[row.anchor.at]:
                way = f"link {way}"
            seen[way] += 1
            found[f"{way} {seen[way]}"].setdefault(number, shown)
    return [_Slot(name=name, shown=shown) for name, shown in found.items()]


def _worth(said: Outline, slot: _Slot, rows: tuple[Row, ...], order: Order) -> float:
    """Return how much speaks for a place to hold the entries' dates."""
    count = len(slot.shown)
    whole = sum(shown.whole for shown in slot.shown.values()) / count
    first = next(iter(slot.shown.values()))
    labels = _label(said, first)
    called = 0.7 if _PUBLISHED.search(labels) else 0.3 if _DATED.search(labels) else 0.0
    if _OTHERWISE.search(labels):
        called -= 0.8
    near = sum(_next_to_link(said, rows[number], shown) for number, shown in slot.shown.items())
    inside = slot.name.startswith("link ")
    return (
        count / len(rows)
        + 0.5 * whole
        + called
        + 0.3 * near / count
        + 0.25 * _ordered(slot, order)
        - (0.5 if inside and not whole else 0.0)
    )


def _next_to_link(said: Outline, row: Row, shown: Shown) -> bool:
    """Tell whether a date is the text right behind a row's link, in the same element."""
    around = said.parents[row.anchor.at]
    return (
        said.parents[shown.at] == around
        and len(said.between(said.ends[row.anchor.at], shown.at)) == 0
    )


def _ordered(slot: _Slot, order: Order) -> float:
    """Return how well the dates of a place follow the order of the list, either way."""
    days: list[date] = []
    for number in sorted(slot.shown)[:_SAMPLE]:
        moment = read_moment(slot.shown[number].date, order=order)
        if moment:
            days.append(moment.day)
    steps = [later - earlier for earlier, later in pairwise(days) if later != earlier]
    if len(steps) < 3:
        return 0.5
    down = sum(step.days < 0 for step in steps) / len(steps)
    return abs(2 * down - 1)


def _label(said: Outline, shown: Shown) -> str:
    """Return the words that stand in front of a date, in its column's head, or in its text."""
    cell = said.parents[shown.at]
    while cell >= 0 and said.tags[cell] not in (*CELLS, "li", "p", "div", "dd"):
        cell = said.parents[cell]
    if cell < 0:
        return ""
    before = "".join(said.pieces(cell, shown.at)[-1:])
    if not shown.whole:
        # In a sentence the words around it call it, and a label in front of the sentence.
        return f"{before if before.endswith((':', '：')) else ''} {said.words[shown.at][:80]}"
    return before or (_head(said, cell) if said.tags[cell] in CELLS else "")


def _head(said: Outline, cell: int) -> str:
    """Return what the first row of a cell's table says over it."""
    table = said.parents[cell]
    while table >= 0 and said.tags[table] != "table":
        table = said.parents[table]
    if table < 0:
        return ""
    place = said.look(cell).partition(".")[0][2:]
    for at in range(table, min(said.ends[table], cell, table + 200)):
        if said.tags[at] in CELLS and said.look(at).partition(".")[0][2:] == place:
            return " ".join(said.pieces(at, said.ends[at]))[:80]
    return ""


def _from_around(said: Outline, dates: Dates, rows: tuple[Row, ...], told: list[str]) -> None:
    """Give rows without a date the one behind them, or the last one in front of them."""
    behind = [_first(dates, row.end, row.after) for row in rows]
    before = [_last(dates, row.before, row.start) for row in rows]
    count_behind, count_before = sum(map(bool, behind)), sum(map(bool, before))
    # Between two rows a date belongs to the one or the other: the ends of the list tell.
    if behind[-1] and not before[0]:
        count_before = 0
    elif before[0] and not behind[-1]:
        count_behind = 0
    if count_behind >= max(count_before, _MOST * len(rows)):
        chosen = behind
    elif count_before >= _MOST * len(rows):
        chosen = before
    else:
        return
    for number, shown in enumerate(chosen):
        told[number] = told[number] or shown


def _first(dates: Dates, start: int, end: int) -> str:
    found = dates.between(start, min(end, start + 60))
    return next((shown.date for shown in found if shown.leads), found[0].date if found else "")


def _last(dates: Dates, start: int, end: int) -> str:
    found = dates.between(max(start, end - 60), end)[::-1]
    return next((shown.date for shown in found if shown.leads), found[0].date if found else "")
