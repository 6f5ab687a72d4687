"""The page of what was edited in an article."""

import asyncio
from pathlib import Path
from typing import Any

from markupsafe import Markup

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
from archive.following import compare
from archive.language import _, retold


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
        return await missing(datasette, request, retold(str(error)))
    if found is None:
        return await missing(datasette, request, _("There is nothing to compare with"))
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
