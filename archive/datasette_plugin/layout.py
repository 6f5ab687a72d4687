"""What every page of ours needs: the archive, leave to see it, and the frame around it."""

import re
from typing import Any

from datasette import Response  # type: ignore[import-untyped]

from archive.language import N_, _
from archive.schema import APPLICATION_ID

#: Where the head of every page leads; the last is Datasette's own list of tables.
PLACES = (
    ("/-/gazette", N_("Search")),
    ("/-/gazette/changes", N_("Changes")),
    ("/-/gazette/gone", N_("Taken down")),
    ("/-/gazette/sources", N_("Sources")),
)


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
    if hasattr(datasette, "ensure_permissions"):
        asked = [("view-database", database.name), "view-instance"]
        await datasette.ensure_permissions(request.actor, asked)
        return
    # Datasette 1.0 asks otherwise.
    from datasette.resources import DatabaseResource  # type: ignore[import-untyped]

    seen = DatabaseResource(database=database.name)
    for action, of in (("view-instance", None), ("view-database", seen)):
        await datasette.ensure_permission(action=action, resource=of, actor=request.actor)


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
    """Return where the head of every page leads; nowhere where there is no archive."""
    if database is None:
        return {"places": [], "tables": ""}
    here = datasette.urls.path(request.path) if request else ""
    places = [(datasette.urls.path(place), _(label)) for place, label in PLACES]
    return {
        "places": [(address, label, address == here) for address, label in places],
        "tables": datasette.urls.database(database.name),
    }
