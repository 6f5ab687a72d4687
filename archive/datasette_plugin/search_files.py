"""A search as a feed, a table and JSON: the same hits as on its page, for other programs."""

import csv
import io
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from datasette import Response  # type: ignore[import-untyped]
from datasette.utils.asgi import AsgiStream  # type: ignore[import-untyped]

from archive.datasette_plugin.asked import Asked
from archive.datasette_plugin.atom import Feed, as_atom, entries
from archive.datasette_plugin.layout import archive_of, may_be_seen, missing, no_archive, number_of
from archive.datasette_plugin.searching import TooSlow, searched
from archive.escapes import for_spreadsheet
from archive.highlight import MARK, UNMARK
from archive.language import _, in_language, retold
from archive.records import Hit, Results
from archive.rows import stamp

#: Entries of a feed; rows of JSON, and the most that can be asked for; rows read at a time for CSV.
ENTRIES, ROWS, MOST_ROWS, AT_A_TIME = 50, 100, 1_000, 500
#: Of the table and of JSON, in this order.
COLUMNS = ("id", "title", "published", "precision", "day", "source", "origin", "url", "snippet",
           "reprints")  # fmt: skip

_UNMARKED = str.maketrans("", "", MARK + UNMARK)


async def atom_page(datasette: Any, request: Any) -> Any:
    """Answer ``/-/gazette.atom?q=…``: the newest hits, whatever order is asked for."""
    database = await archive_of(datasette)
    if database is None:
        return await missing(datasette, request, no_archive())
    await may_be_seen(datasette, request, database)
    asked = replace(Asked.of(request.args), sort="newest", cursor="")

    def read(conn: Any) -> Feed:
        found = searched(conn, asked, ENTRIES)
        own = datasette.urls.path(f"/-/gazette.atom{asked.address()}")
        page = datasette.urls.path(f"/-/gazette{asked.address()}")
        return Feed(
            title=f"{asked.q} · {_('Gazette')}" if asked.q else _("Gazette"),
            asked=asked.address(),
            own=datasette.absolute_url(request, own),
            page=datasette.absolute_url(request, page),
            entries=tuple(entries(conn, [hit.id for hit in found.hits])),
        )

    try:
        feed = await database.execute_fn(in_language(read))
    except TooSlow as error:
        return await missing(datasette, request, retold(str(error)), status=503)
    root = datasette.absolute_url(request, datasette.urls.path("/-/gazette/article/"))
    return Response(as_atom(feed, root), content_type="application/atom+xml; charset=utf-8")


async def json_page(datasette: Any, request: Any) -> Any:
    """Answer ``/-/gazette.json?q=…``, with ``&size=`` and ``next`` for the hits that follow."""
    database = await archive_of(datasette)
    if database is None:
        return await missing(datasette, request, no_archive())
    await may_be_seen(datasette, request, database)
    asked = Asked.of(request.args)
    size = min(number_of(request.args.get("size")) or ROWS, MOST_ROWS)
    try:
        found = await database.execute_fn(lambda conn: searched(conn, asked, size))
    except TooSlow as error:
        return Response.json({"error": str(error)}, status=503)

    def address(path: str) -> str:
        return str(datasette.absolute_url(request, datasette.urls.path(path)))

    following = asked.following(found.next).address()
    own_size = "" if size == ROWS else f"&size={size}"
    told = {
        "query": asked.q,
        "sort": asked.sort,
        "total": found.total,
        "more_than_total": found.capped,
        "notes": found.notes,
        "articles": [
            {**_row(hit), "article": address(f"/-/gazette/article/{hit.id}")} for hit in found.hits
        ],
        "next": address(f"/-/gazette.json{following}{own_size}") if found.next else None,
    }
    return Response(json.dumps(told, ensure_ascii=False), content_type="application/json")


async def csv_page(datasette: Any, request: Any) -> Any:
    """Answer ``/-/gazette.csv?q=…``: every hit, however many, a few hundred read at a time."""
    database = await archive_of(datasette)
    if database is None:
        return await missing(datasette, request, no_archive())
    await may_be_seen(datasette, request, database)
    asked = Asked.of(request.args)

    async def stream(body: Any) -> None:
        # A spreadsheet knows UTF-8 by this mark.
        await body.write("\ufeff")
        await body.write(_line(COLUMNS))
        async for hit in _every(database.execute_fn, asked):
            await body.write(_line(for_spreadsheet(value) for value in _row(hit).values()))

    headers = {"content-disposition": "attachment; filename=gazette.csv"}
    return AsgiStream(stream, headers=headers, content_type="text/csv; charset=utf-8")


async def _every(execute: Callable[..., Any], asked: Asked) -> AsyncIterator[Hit]:
    while True:
        found: Results = await execute(lambda conn, now=asked: searched(conn, now, AT_A_TIME))
        for hit in found.hits:
            yield hit
        if not found.next:
            return
        asked = asked.following(found.next)


def _row(hit: Hit) -> dict[str, object]:
    return {name: _plain(getattr(hit, name)) for name in COLUMNS}


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return stamp(value)
    if value is None or isinstance(value, int):
        return value
    return str(value).translate(_UNMARKED)


def _line(values: Any) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(values)
    return line.getvalue()
