"""The days that ``?_search=`` of a table page names: Datasette hands the index the words alone."""

import sqlite3
from collections.abc import Iterator
from typing import Any

from datasette.filters import FilterArguments  # type: ignore[import-untyped]

from archive.filters import narrowed
from archive.ids import within_days
from archive.language import _
from archive.query import compile_query
from archive.records import Filters


async def within_asked_days(datasette: Any, request: Any, database: str, table: str) -> Any:
    """Return the conditions on the articles that the days of a search make, or none."""
    if table != "articles" or request.args.get("_searchmode") == "raw":
        return FilterArguments([])
    limits = Filters()
    for name in request.args:
        if name == "_search" or name.startswith("_search_"):
            limits = narrowed(limits, compile_query(request.args[name]).filters)

    def conditions(conn: sqlite3.Connection) -> tuple[list[str], dict[str, object]]:
        return within_days(conn, limits, "articles.id")

    days, values = await datasette.get_database(database).execute_fn(conditions)
    return FilterArguments(days, values, list(_told(limits)))


def _told(limits: Filters) -> Iterator[str]:
    if limits.since:
        yield _("from {day} on").format(day=limits.since)
    if limits.until:
        yield _("until {day}").format(day=limits.until)
