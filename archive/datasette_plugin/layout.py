"""What every page of ours needs: the archive, leave to see it, and the frame around it."""

import re
from typing import Any
from urllib.parse import parse_qsl, urlencode

from datasette import Response  # type: ignore[import-untyped]

from archive.language import _, language, ngettext
from archive.schema import APPLICATION_ID

#: Where the head of every page leads; the last is Datasette's own list of tables.
PLACES = (
    ("/-/gazette", "Search"),
    ("/-/gazette/changes", "Changes"),
    ("/-/gazette/gone", "Taken down"),
    ("/-/gazette/sources", "Sources"),
)

#: Languages of the pages: the tag, and what its readers call it.
LANGUAGES = (("en", "English"), ("zh", "中文"))


async def archive_of(datasette: Any) -> Any:
    """Return the first database that is an archive, or None."""
    for database in datasette.databases.values():
        if database.path:
            mark = (await database.execute("PRAGMA application_id")).single_value()
            if mark == APPLICATION_ID:
                return database
    return None


async def may_be_seen(datasette: Any, request: Any, database: Any) -> None:
    """Raise Datasette's Forbidden where its configuration keeps the archive from this visitor."""
    await datasette.ensure_permissions(
        request.actor, [("view-database", database.name), "view-instance"]
    )


async def answer(
    datasette: Any,
    request: Any,
    template: str,
    shown: dict[str, Any],
    *,
    status: int = 200,
    headers: dict[str, str] | None = None,
) -> Any:
    """Return a page of ours."""
    page = await datasette.render_template(template, shown, request=request)
    return Response.html(page, status=status, headers=headers)


async def missing(datasette: Any, request: Any, what: str, status: int = 404) -> Any:
    """Return a page that says so; Datasette's NotFound would print a trace for each."""
    shown = {"told": what, "status": status}
    return await answer(datasette, request, "gazette_missing.html", shown, status=status)


def no_archive() -> str:
    """Return what is told where there is no archive."""
    return _("None of the databases here is an archive")


def number_of(text: str | None) -> int | None:
    """Return a number out of an address, or None where it is none."""
    return int(text) if text and re.fullmatch(r"[0-9]{1,9}", text) else None


def web_address(url: str) -> str:
    """Return ``url`` where following it is safe, else ""."""
    return url if url.startswith(("https://", "http://")) else ""


def frame(datasette: Any, request: Any, database: Any) -> dict[str, Any]:
    """Return what the layout shows around every page: its language, where it leads."""
    path = datasette.urls.path
    here = request.path if request else ""
    places = [(path(place), _(label), here == path(place)) for place, label in PLACES]
    tables = datasette.urls.database(database.name) if database is not None else ""
    return {
        "_": _,
        "ngettext": ngettext,
        "frame": {
            "lang": {"zh": "zh-CN"}.get(language(), "en"),
            "places": places if database is not None else [],
            "tables": tables,
            "languages": [
                (tag, name, _same_page(request, tag), tag == language()) for tag, name in LANGUAGES
            ],
        },
    }


def _same_page(request: Any, tag: str) -> str:
    """Return the query string that shows the page at hand in another language."""
    asked = parse_qsl(request.query_string) if request else []
    return "?" + urlencode(
        [*((name, value) for name, value in asked if name != "lang"), ("lang", tag)]
    )
