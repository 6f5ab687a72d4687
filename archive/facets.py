"""How many matches there are of each source, region, month and category."""

import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from archive.facts import listed
from archive.filters import narrowed
from archive.ids import FIRST_DATED, SLOTS_PER_DAY
from archive.query import compile_query
from archive.records import Filters
from archive.schema import open_archive
from archive.scope import NO_FILTERS, scope_of
from archive.sqliteerrors import expected_errors

#: Up to here every match is counted, beyond it only the newest: some 2 µs for each.
COUNTED = 30_000

#: More than an archive holds.
_ALL = 2**62

#: What can be counted, in the order in which it is shown.
NAMES = ("source", "region", "month", "category")


@dataclass(frozen=True, slots=True, kw_only=True)
class Facets:
    """What the matches of a search are spread over; reprints are counted one by one."""

    #: of ``NAMES`` → value and number of matches: the largest first, months from the newest on
    counts: dict[str, tuple[tuple[str, int], ...]]
    #: only so many of the newest were counted; None where all were
    of: int | None = None


def facets(
    archive: Path | sqlite3.Connection,
    query: str,
    *,
    filters: Filters = NO_FILTERS,
    most: int = 10,
    today: date | None = None,
) -> Facets:
    """Count the matches of ``query``, the ``most`` frequent values; NotAnArchive for a wrong file.

    A month is that of the id: an article whose date was corrected later counts where it was.
    """
    if isinstance(archive, Path):
        with closing(open_archive(archive, read_only=True)) as conn, expected_errors(archive):
            return facets(conn, query, filters=filters, most=most, today=today)
    asked = compile_query(query, today=today)
    scope = scope_of(archive, asked.match, narrowed(filters, asked.filters))
    newest = scope.select(f"{scope.id} AS id", f"ORDER BY {scope.id} DESC LIMIT {COUNTED + 1}")
    # The covering index holds all that is asked for: rows with long texts are not touched.
    sql = f"""
        SELECT articles.id / {SLOTS_PER_DAY} AS day, source, region, categories
        FROM ({newest}) AS found
        CROSS JOIN articles INDEXED BY articles_facets ON articles.id = found.id
    """  # noqa: S608
    cursor = archive.cursor()
    cursor.row_factory = None  # tuples are counted as they come
    rows = cursor.execute(sql, scope.values).fetchall()
    # Column by column: of each there are few values, however many their combinations.
    columns = list(zip(*rows[:COUNTED], strict=True)) or [()] * 4
    days, sources, regions, categories = map(Counter, columns)
    counts: dict[str, Counter[str]] = {name: Counter() for name in NAMES}
    counts["source"] = sources
    counts["region"] = Counter({region: count for region, count in regions.items() if region})
    for day, count in days.items():
        if day * SLOTS_PER_DAY >= FIRST_DATED:
            counts["month"][f"{date.fromordinal(day):%Y-%m}"] += count
    for spelt, count in categories.items():
        for category in {str(each) for each in listed(spelt)}:
            counts["category"][category] += count
    return Facets(
        counts={name: tuple(_shown(name, found, most)) for name, found in counts.items()},
        of=COUNTED if len(rows) > COUNTED else None,
    )


def matching(
    archive: Path | sqlite3.Connection,
    query: str,
    *,
    filters: Filters = NO_FILTERS,
    today: date | None = None,
) -> int:
    """Return how many articles match, every one of them; NotAnArchive for a wrong file."""
    if isinstance(archive, Path):
        with closing(open_archive(archive, read_only=True)) as conn, expected_errors(archive):
            return matching(conn, query, filters=filters, today=today)
    asked = compile_query(query, today=today)
    scope = scope_of(archive, asked.match, narrowed(filters, asked.filters))
    return scope.count(archive, _ALL)


def _shown(name: str, found: Counter[str], most: int) -> list[tuple[str, int]]:
    if name == "month":
        return sorted(found.items(), reverse=True)[:most]
    return sorted(found.items(), key=lambda item: (-item[1], item[0]))[:most]
