"""The search page: hits, what they are spread over, what was understood; without JavaScript."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from archive.datasette_plugin.asked import Asked, filters_in
from archive.datasette_plugin.cells import marked
from archive.datasette_plugin.layout import (
    answer,
    archive_of,
    may_be_seen,
    missing,
    no_archive,
    web_address,
)
from archive.datasette_plugin.searching import PATIENCE, TooSlow, searched, within
from archive.explain import explain, why_empty
from archive.facets import Facets, facets
from archive.language import N_, _, in_language, shown_month
from archive.query import field_term
from archive.records import Hit, Results

#: Hits on a page.
PAGE = 20
#: Milliseconds that counting the facets may take.
FACET_PATIENCE = 1_500
#: Values of a facet that are shown.
MOST = 12

#: What the hits are spread over, as ``archive.facets`` names it: the heading, the field of a query.
FACETS = {
    "source": (N_("Source"), "source"),
    "month": (N_("Month"), "date"),
    "category": (N_("Category"), "category"),
    "region": (N_("Region"), "region"),
}
SORTS = {
    "newest": N_("newest first"),
    "best": N_("best match first"),
    "oldest": N_("oldest first"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a search gave; of what took too long there is nothing."""

    results: Results | None = None
    facets: Facets | None = None
    #: why there are no hits
    empty: tuple[str, ...] = ()


async def search_page(datasette: Any, request: Any) -> Any:
    """Answer ``/-/gazette``."""
    database = await archive_of(datasette)
    if database is None:
        return await missing(datasette, request, no_archive())
    await may_be_seen(datasette, request, database)
    asked = Asked.of(request.args)
    found = await database.execute_fn(in_language(lambda conn: _found(conn, asked)))
    results = found.results
    shown = {
        "own_search": True,
        "asked": asked,
        "sorts": SORTS,
        "results": results,
        "empty": found.empty,
        "hits": [] if results is None else [_shown(hit, asked) for hit in results.hits],
        "facets": [] if found.facets is None else list(_facets(found.facets, asked)),
        "counted": found.facets and found.facets.of,
        "filters": [(term, asked.without(term).address()) for term in filters_in(asked.q)],
        "understood": explain(asked.q, asked.filters()) if asked.q else (),
        "following": asked.following(results.next).address() if results and results.next else "",
        "files": asked.first().address(),
    }
    status = 503 if results is None else 200
    return await answer(datasette, request, "gazette_search.html", shown, status=status)


def _found(conn: sqlite3.Connection, asked: Asked) -> Found:
    try:
        results = searched(conn, asked, PAGE)
        if not results.total:
            with within(conn, PATIENCE):
                return Found(results=results, empty=why_empty(conn, asked.q, asked.filters()))
    except TooSlow:
        return Found()
    try:
        with within(conn, FACET_PATIENCE):
            counted = facets(conn, asked.q, filters=asked.filters(), most=MOST)
    except TooSlow:
        return Found(results=results)
    return Found(results=results, facets=counted)


def _shown(hit: Hit, asked: Asked) -> dict[str, Any]:
    return {
        "id": hit.id,
        "title": marked(hit.title),
        "snippet": marked(hit.snippet),
        "day": hit.day,
        "source": hit.source,
        "of_source": asked.within(field_term("source", hit.source)).address(),
        "origin": hit.origin,
        "reprints": hit.reprints,
        "url": web_address(hit.url),
    }


def _facets(found: Facets, asked: Asked) -> Iterator[dict[str, Any]]:
    """Yield what is shown of each facet that says something."""
    active = set(filters_in(asked.q))
    for name, (heading, field) in FACETS.items():
        values = [
            _value(name, value, count, field_term(field, value), asked, active)
            for value, count in found.counts.get(name, ())
        ]
        if values:
            yield {"name": name, "heading": _(heading), "values": values}


def _value(
    name: str, value: str, count: int, term: str, asked: Asked, active: set[str]
) -> dict[str, Any]:
    chosen = term in active
    return {
        "label": shown_month(*map(int, value.split("-"))) if name == "month" else value,
        "count": count,
        "chosen": chosen,
        "address": (asked.without(term) if chosen else asked.within(term)).address(),
    }
