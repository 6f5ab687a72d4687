"""The page of what was edited in an article, and that of what was edited of late."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from markupsafe import Markup

from archive.ago import moment_since
from archive.clock import looked_at
from archive.datasette_plugin.layout import (
    answer,
    archive_of,
    may_be_seen,
    missing,
    no_archive,
)
from archive.diff.forms import as_html, how_much, remarks
from archive.errors import NoSpan, UnknownArticle
from archive.following import Edited, compare, recent

#: Articles on the page of recent changes.
PAGE = 50
#: What the page of recent changes can look back to.
SINCE = {"1d": "a day", "7d": "a week", "30d": "30 days", "365d": "a year"}


async def diff_page(datasette: Any, request: Any) -> Any:
    """Answer ``/-/gazette/article/ID/diff/A..B``."""
    database = await archive_of(datasette)
    if database is None:
        return await missing(datasette, request, no_archive())
    await may_be_seen(datasette, request, database)
    id_, asked = int(request.url_vars["id"]), request.url_vars["asked"] or ""
    try:
        found = await asyncio.to_thread(compare, Path(database.path), id_, asked)
    except (UnknownArticle, NoSpan) as error:
        return await missing(datasette, request, str(error))
    if found is None:
        return await missing(datasette, request, "There is nothing to compare with")
    article = found.after.article
    edit = found.edit
    shown = {
        "id": id_,
        "title": article.title,
        "zone": article.zone,
        "sides": [
            (stored.revision, looked_at(moment, article.zone))
            for stored, moment in zip((found.before, found.after), found.seen, strict=True)
        ],
        "newest": found.newest,
        "how_much": how_much(edit.added, edit.removed, edit.share),
        "remarks": list(remarks(found)),
        "diff": Markup(as_html(found)),  # noqa: S704 - escapes all that is not its own
    }
    return await answer(datasette, request, "gazette_diff.html", shown)


async def changes_page(datasette: Any, request: Any) -> Any:
    """Answer ``/-/gazette/changes``, with ``?since=7d`` and ``&source=ID``."""
    database = await archive_of(datasette)
    if database is None:
        return await missing(datasette, request, no_archive())
    await may_be_seen(datasette, request, database)
    source, asked = (request.args.get(name) or "" for name in ("source", "since"))
    now = datetime.now(UTC)
    try:
        since = moment_since(asked, now)
    except ValueError:
        asked, since = "7d", now - timedelta(days=7)
    sources = (source.strip(),) if source.strip() else ()
    found = await asyncio.to_thread(
        recent, Path(database.path), since=since, sources=sources, limit=PAGE
    )
    shown = {
        "choices": SINCE if asked in SINCE else {asked: f"since {asked}", **SINCE},
        "asked": asked,
        "source": source.strip(),
        "edited": [_shown(each) for each in found.edited],
        "total": found.total,
        "capped": found.capped,
    }
    return await answer(datasette, request, "gazette_changes.html", shown)


def _shown(edited: Edited) -> dict[str, Any]:
    return {
        "id": edited.id,
        "title": edited.title,
        "source": edited.source,
        "seen": f"{looked_at(edited.seen, edited.zone)} {edited.zone}",
        "span": f"{edited.first - 1}..{edited.last}",
        "fields": ", ".join(edited.fields),
        "how_much": how_much(edited.added, edited.removed, edited.share),
    }
