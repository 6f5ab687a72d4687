"""The page of what was edited silently of late, the most changed first."""

from datetime import UTC, datetime, timedelta
from typing import Any

from archive.ago import moment_since
from archive.clock import looked_at
from archive.datasette_plugin.layout import answer, archive_of, may_be_seen, missing, no_archive
from archive.datasette_plugin.remembered import remembered
from archive.datasette_plugin.watch import watching
from archive.datasette_plugin.words import ago, articles, fields
from archive.diff.forms import how_much
from archive.following import Edited, Recent, recent
from archive.language import N_, _

#: Articles on the page.
PAGE = 50
#: What the page can look back to.
SINCE = {"1d": N_("a day"), "7d": N_("a week"), "30d": N_("30 days"), "365d": N_("a year")}


async def changes_page(datasette: Any, request: Any) -> Any:
    """Answer ``/-/gazette/changes``, with ``?since=7d`` and ``&source=ID``."""
    database = await archive_of(datasette)
    if database is None:
        return await missing(datasette, request, no_archive())
    await may_be_seen(datasette, request, database)
    source, asked = ((request.args.get(name) or "").strip() for name in ("source", "since"))
    now = datetime.now(UTC)
    try:
        since = moment_since(asked, now)
    except ValueError:
        asked, since = "7d", now - timedelta(days=7)
    sources = (source,) if source else ()
    # Measuring ten thousand edits takes ten seconds.
    found: Recent = await remembered(
        datasette,
        database,
        ("changes", source, asked, f"{now:%Y-%m-%d %H}", now.minute // 10),
        lambda conn: recent(conn, since=since, sources=sources, limit=PAGE),
    )
    watch = await watching(datasette, now)
    names = {each.id: each.name for each in watch.sources} if watch else {}
    choices = {value: _(label) for value, label in SINCE.items()}
    shown = {
        "choices": choices if asked in SINCE else {asked: asked, **choices},
        "asked": asked,
        "source": source,
        "edited": [_shown(each, names, now) for each in found.edited],
        "counted": articles(found.total),
        "total": found.total,
        "capped": found.capped,
    }
    return await answer(datasette, request, "gazette_changes.html", shown)


def _shown(edited: Edited, names: dict[str, str], now: datetime) -> dict[str, Any]:
    return {
        "id": edited.id,
        "title": edited.title,
        "source": edited.source,
        "name": names.get(edited.source, edited.source),
        "seen": edited.seen,
        "when": f"{looked_at(edited.seen, edited.zone)} {edited.zone}",
        "ago": ago(edited.seen, now),
        "span": f"{edited.first - 1}..{edited.last}",
        "fields": fields(edited.fields),
        "how_much": how_much(edited.added, edited.removed, edited.share),
    }
