"""Which publishing system a site runs on: the family of which most marks are found on its pages."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

#: Characters of a page that are searched; marks stand in its head, scripts and first links.
_SEARCHED = 300_000

#: Findings of one mark on one page that count.
_MOST = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """A family's mark that was found, and how often."""

    family: str
    mark: str
    times: int


def marks_in(text: str, url: str, marks: Mapping[str, tuple[str, ...]]) -> tuple[Marked, ...]:
    """Return the marks found in a page or in its address."""
    searched = f"{url}\n{text[:_SEARCHED]}"
    found = []
    for family, patterns in marks.items():
        for pattern in patterns:
            times = 0
            for _ in re.finditer(pattern, searched):
                times += 1
                if times >= _MOST:
                    break
            if times:
                found.append(Marked(family=family, mark=pattern, times=times))
    return tuple(found)


def best_family(found: Iterable[Marked]) -> tuple[str, int]:
    """Return the family with most marks found and how many, ("", 0) where none or two alike."""
    marks: dict[str, set[str]] = defaultdict(set)
    times: dict[str, int] = defaultdict(int)
    for one in found:
        marks[one.family].add(one.mark)
        times[one.family] += one.times
    ranked = sorted(marks, key=lambda name: (len(marks[name]), times[name]), reverse=True)
    if not ranked:
        return "", 0
    best, *others = ranked
    if others and (len(marks[others[0]]), times[others[0]]) == (len(marks[best]), times[best]):
        return "", 0
    return best, len(marks[best])
