"""Figures of an archive that are kept in memory until it changes, and a little longer.

What is counted over the whole archive costs tenths of a second at a million articles: too much for
every page, and while a daemon works the file changes many times a minute. So a figure is used
again as long as the file is as it was, and after a change until it has rested fifty times as long
as it took: counting then costs the machine a fiftieth of its time at most.
"""

import asyncio
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from pathlib import Path
from sqlite3 import Connection
from typing import Any
from weakref import WeakKeyDictionary

#: How many times its own cost a figure rests, and the least and most of that in seconds.
_RESTS, _LEAST, _MOST = 50, 2.0, 120.0
#: Figures that are kept; the oldest go first.
_KEPT = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class _Figure:
    value: Any
    version: Hashable
    #: seconds it took, and when it was done, by the clock that never goes back
    cost: float
    at: float


@dataclass(slots=True, kw_only=True)
class _Figures:
    """What is kept of one Datasette."""

    known: dict[Hashable, _Figure] = field(default_factory=dict)
    #: held while a figure is counted, so that none is counted twice at once
    counting: dict[Hashable, asyncio.Lock] = field(default_factory=dict)


_FIGURES: WeakKeyDictionary[Any, _Figures] = WeakKeyDictionary()


async def remembered(
    datasette: Any, database: Any, name: Hashable, count: Callable[[Connection], Any]
) -> Any:
    """Return what ``count`` finds in the archive, or found a little while ago.

    ``name`` says what is counted; what else it depends on, the day for one, belongs into it.
    """
    figures = _FIGURES.setdefault(datasette, _Figures())
    key = (database.name, name)
    if (found := _usable(figures, key, database)) is not None:
        return found.value
    async with figures.counting.setdefault(key, asyncio.Lock()):
        if (found := _usable(figures, key, database)) is not None:
            return found.value
        version, begin = version_of(Path(database.path)), time.monotonic()
        try:
            value = await database.execute_fn(count)
        finally:
            figures.counting.pop(key, None)
        done = time.monotonic()
        figures.known.pop(key, None)
        figures.known[key] = _Figure(value=value, version=version, cost=done - begin, at=done)
        while len(figures.known) > _KEPT:
            del figures.known[next(iter(figures.known))]
    return value


def _usable(figures: _Figures, key: Hashable, database: Any) -> _Figure | None:
    found = figures.known.get(key)
    if found is None:
        return None
    rests = min(max(_RESTS * found.cost, _LEAST), _MOST)
    # Small archives are counted at once: what was put a moment ago is to be seen.
    if found.cost * _RESTS > _LEAST and time.monotonic() - found.at < rests:
        return found
    return found if found.version == version_of(Path(database.path)) else None


def version_of(path: Path) -> Hashable:
    """Return what is another after each commit: times and sizes of the file and of its log."""
    marks = []
    for file in (path, path.with_name(path.name + "-wal")):
        try:
            stat = file.stat()
        except FileNotFoundError:
            marks.append((0, 0))
        else:
            marks.append((stat.st_mtime_ns, stat.st_size))
    return tuple(marks)
