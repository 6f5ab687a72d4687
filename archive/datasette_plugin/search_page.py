"""The search page; it works without JavaScript."""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self, get_args
from urllib.parse import urlencode

from datasette.utils import sqlite_timelimit  # type: ignore[import-untyped]

from archive.datasette_plugin.cells import marked
from archive.datasette_plugin.layout import (
    answer,
    archive_of,
    may_be_seen,
    missing,
    no_archive,
    number_of,
    web_address,
)
from archive.records import Filters, Hit, Results
from archive.search import Sort, search

#: Hits on a page.
PAGE = 20
#: The last page that can be asked for; a query can be made narrower.
LAST_PAGE = 500
#: Milliseconds that a search may take.
PATIENCE = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the address of the search page asks for."""

    q: str
    sort: Sort
    title_only: bool
    all_reprints: bool
    page: int

    @classmethod
    def of(cls, args: Mapping[str, str]) -> Self:
        """Read the parameters of an address; what is odd counts as not given."""
        return cls(
            q=(args.get("q") or "").strip(),
            sort=next((sort for sort in get_args(Sort) if sort == args.get("sort")), "newest"),
            title_only=args.get("in") == "title",
            all_reprints=args.get("reprints") == "all",
            page=min(number_of(args.get("page")) or 1, LAST_PAGE),
        )

    def filters(self) -> Filters:
        """Return the limits besides those in the query itself."""
        columns = ("title",) if self.title_only else ()
        return Filters(columns=columns, all_reprints=self.all_reprints)

    def address(self, **changed: str | int) -> str:
        """Return the address's query string, with some parameters changed."""
        asked: dict[str, str | int] = {"q": self.q, "sort": self.sort}
        if self.title_only:
            asked["in"] = "title"
        if self.all_reprints:
            asked["reprints"] = "all"
        return urlencode({**asked, **changed})


async def search_page(datasette: Any, request: Any) -> Any:
    """Answer ``/-/gazette``."""
    database = await archive_of(datasette)
    if database is None:
        return await missing(datasette, request, no_archive())
    await may_be_seen(datasette, request, database)
    asked = Asked.of(request.args)
    results = await database.execute_fn(lambda conn: _search(conn, asked))
    shown = {
        "asked": asked,
        "results": results,
        "hits": [] if results is None else [_shown(hit) for hit in results.hits[:PAGE]],
        "more": results is not None and len(results.hits) > PAGE and asked.page < LAST_PAGE,
    }
    status = 503 if results is None else 200
    return await answer(datasette, request, "gazette_search.html", shown, status=status)


def _search(conn: sqlite3.Connection, asked: Asked) -> Results | None:
    """Return the hits of a page and the one after them, or None where it takes too long."""
    try:
        with sqlite_timelimit(conn, PATIENCE):
            return search(
                conn,
                asked.q,
                filters=asked.filters(),
                sort=asked.sort,
                limit=PAGE + 1,
                offset=(asked.page - 1) * PAGE,
            )
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode != sqlite3.SQLITE_INTERRUPT:
            raise
        return None


def _shown(hit: Hit) -> dict[str, Any]:
    return {
        "id": hit.id,
        "title": marked(hit.title),
        "snippet": marked(hit.snippet),
        "day": hit.day,
        "source": hit.source,
        "origin": hit.origin,
        "reprints": hit.reprints,
        "url": web_address(hit.url),
    }
