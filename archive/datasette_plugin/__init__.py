"""The browsing: Datasette with a search that knows Chinese and a page for each article.

Databases that are no archive of ours are left as Datasette shows them. Of the hooks, only what
Datasette 0.65 has.
"""

import sqlite3
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any
from weakref import WeakKeyDictionary

from datasette import handle_exception, hookimpl  # type: ignore[import-untyped]
from markupsafe import Markup

from archive.datasette_plugin.article_page import article_page
from archive.datasette_plugin.cells import cell
from archive.datasette_plugin.changes import changes_page
from archive.datasette_plugin.downloads import (
    article_download,
    capture_download,
    file_download,
)
from archive.datasette_plugin.edits import diff_page
from archive.datasette_plugin.gone import gone_page
from archive.datasette_plugin.home import home
from archive.datasette_plugin.layout import archive_of, frame
from archive.datasette_plugin.monitoring import healthz, metrics
from archive.datasette_plugin.pictures import picture_page
from archive.datasette_plugin.policy import Asgi, guarded
from archive.datasette_plugin.prefix import without_prefix
from archive.datasette_plugin.search_files import atom_page, csv_page, json_page
from archive.datasette_plugin.search_page import search_page
from archive.datasette_plugin.sheets import harmless_sheets
from archive.datasette_plugin.source_page import source_page, sources_page
from archive.datasette_plugin.speaking import language_page, spoken, template_words
from archive.datasette_plugin.strangers import for_strangers
from archive.datasette_plugin.table_search import within_asked_days
from archive.facts import EVERY
from archive.highlight import highlight, snippet
from archive.language import _
from archive.query import NOTHING, compile_query
from archive.records import Filters
from archive.schema import APPLICATION_ID
from archive.tokens import register

# Where rich is installed Datasette would draw all frames with their variables, cookies too, for
# every address that there is not, and break where no route fits. Real errors are told anyway.
handle_exception.rich = None

Page = Callable[..., Awaitable[Any]]

#: Names of the databases of a Datasette that are archives, noted when they are opened.
_ARCHIVES: WeakKeyDictionary[Any, set[str]] = WeakKeyDictionary()


# Last, so as to come after Datasette's own escape_fts, which cannot read Chinese.
@hookimpl(trylast=True)  # type: ignore[untyped-decorator]
def prepare_connection(conn: sqlite3.Connection, database: str, datasette: Any) -> None:
    """Give the connections of an archive the search functions."""
    (mark,) = conn.execute("PRAGMA application_id").fetchone()
    if mark != APPLICATION_ID:
        return
    _ARCHIVES.setdefault(datasette, set()).add(database)
    conn.execute("PRAGMA trusted_schema = OFF")
    register(conn)
    for name, parameters, function in (
        ("escape_fts", 1, _match),
        ("zh_query", 1, _match),
        ("zh_highlight", 2, _highlight),
        ("zh_snippet", 2, _snippet),
        ("zh_snippet", 3, _snippet),
    ):
        conn.create_function(name, parameters, function, deterministic=True)


def _match(query: object) -> str:
    asked = compile_query("" if query is None else str(query))
    # Where only days are asked for, they are a condition of their own.
    return asked.match or (NOTHING if asked.filters == Filters() else EVERY)


def _highlight(text: object, query: object) -> str | None:
    return None if text is None else highlight(str(text), str(query or ""))


def _snippet(text: object, query: object, width: object = 120) -> str | None:
    if text is None:
        return None
    return snippet(str(text), str(query or ""), width if isinstance(width, int) else 120)


@hookimpl  # type: ignore[untyped-decorator]
def render_cell(
    row: Mapping[str, Any],
    value: object,
    column: str,
    table: str | None,
    database: str,
    datasette: Any,
) -> Markup | None:
    """Show hits, link titles to their pages, shorten what is long; None: as Datasette does."""
    if database not in _ARCHIVES.get(datasette, ()):
        return None
    return cell(row, value, column, table, datasette.urls)


@hookimpl  # type: ignore[untyped-decorator]
def filters_from_request(request: Any, database: str, table: str, datasette: Any) -> Any:
    """Let the days of a search hold on the page of the table too."""
    if database not in _ARCHIVES.get(datasette, ()):
        return None
    # Not begun yet: where another hook refuses the request, Datasette awaits none that follow.
    return partial(within_asked_days, datasette, request, database, table)


@hookimpl  # type: ignore[untyped-decorator]
def register_routes() -> list[tuple[str, Page]]:
    """Add the search page, the pages of articles, of what was edited in them, and their files."""
    return [
        (r"^/-/gazette$", search_page),
        (r"^/-/gazette\.atom$", atom_page),
        (r"^/-/gazette\.csv$", csv_page),
        (r"^/-/gazette\.json$", json_page),
        (r"^/-/gazette/article/(?P<id>\d{1,18})$", article_page),
        (r"^/-/gazette/article/(?P<id>\d{1,18})/diff(?:/(?P<asked>[^/]+))?$", diff_page),
        (r"^/-/gazette/article/(?P<id>\d{1,18})/file/(?P<number>\d{1,4})$", file_download),
        (r"^/-/gazette/article/(?P<id>\d{1,18})/picture/(?P<number>\d{1,4})$", picture_page),
        (r"^/-/gazette/article/(?P<id>\d{1,18})/capture$", capture_download),
        (r"^/-/gazette/article/(?P<id>\d{1,18})\.(?P<form>\w{1,8})$", article_download),
        (r"^/-/gazette/changes$", changes_page),
        (r"^/-/gazette/gone$", gone_page),
        (r"^/-/gazette/sources$", sources_page),
        (r"^/-/gazette/source/(?P<id>[^/]+)$", source_page),
        (r"^/healthz$", healthz),
        (r"^/metrics$", metrics),
        (r"^/-/gazette/language/(?P<language>en|zh)$", language_page),
    ]


@hookimpl  # type: ignore[untyped-decorator]
def menu_links(datasette: Any) -> list[dict[str, str]]:
    """Put the search into the menu of every page."""
    if datasette not in _ARCHIVES:
        return []
    return [
        {"href": datasette.urls.path("/-/gazette"), "label": _("Search articles")},
        {"href": datasette.urls.path("/-/gazette/changes"), "label": _("Silent edits")},
    ]


@hookimpl  # type: ignore[untyped-decorator]
def extra_css_urls(database: str | None, datasette: Any) -> list[str]:
    """Give our colours to Datasette's pages of archives, and to those of no one database."""
    archives = _ARCHIVES.get(datasette, set())
    if not archives or database not in {None, *archives}:
        return []
    return [datasette.urls.static_plugins("gazette", "tables.css")]


@hookimpl  # type: ignore[untyped-decorator]
def extra_template_vars(
    view_name: str, request: Any, datasette: Any
) -> Callable[[], Awaitable[dict[str, Any]]]:
    """Give templates their words, what stands around a page, and the name of the archive."""

    async def variables() -> dict[str, Any]:
        database = await archive_of(datasette)
        return {
            **template_words(datasette, request),
            "gazette_archive": database and database.name,
            "frame": frame(datasette, request, database),
            "home": view_name == "index" and database and await home(datasette, request, database),
        }

    return variables


@hookimpl  # type: ignore[untyped-decorator]
def asgi_wrapper(datasette: Any) -> Callable[[Asgi], Asgi]:
    """Answer in the reader's language, and say what a page may load: nothing from elsewhere."""

    def wrapped(app: Asgi) -> Asgi:
        inner = for_strangers(harmless_sheets(app), datasette)
        return without_prefix(spoken(guarded(inner)), datasette)

    return wrapped
