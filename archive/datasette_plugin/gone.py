"""The page of what is no longer on the web, or left its listing."""

import re
from datetime import UTC, datetime
from sqlite3 import Connection
from typing import Any
from urllib.parse import urlencode

from archive import vanished
from archive.ago import moment_since
from archive.datasette_plugin.home import lost, more_than
from archive.datasette_plugin.layout import answer, archive_of, may_be_seen, missing, no_archive
from archive.datasette_plugin.watch import watching
from archive.language import N_, _
from archive.vanished import Page, State

#: Articles on a page.
PAGE = 50
#: What can be asked for, and what it means.
STATES: dict[State, tuple[str, str]] = {
    "gone": (
        N_("Gone"),
        N_("Looked for in vain over two weeks and more: each is taken to be gone for good."),
    ),
    "missing": (
        N_("Missing"),
        N_(
            "Not found when it was last looked for. One visit says little; there is no verdict yet."
        ),
    ),
    "unlisted": (
        N_("Left its listing"),
        N_("Still stood at its address, but its listing goes on without it."),
    ),
}
#: What the page can look back to.
SINCE = {"": N_("ever"), "7d": N_("a week"), "30d": N_("30 days"), "365d": N_("a year")}
#: Where a page begins: a moment and an id.
_AFTER = re.compile(r"[0-9T:Z-]{10,20}~[0-9]{1,18}")


async def gone_page(datasette: Any, request: Any) -> Any:
    """Answer ``/-/gazette/gone``, with ``?state=missing``, ``source=ID``, ``since=30d``."""
    database = await archive_of(datasette)
    if database is None:
        return await missing(datasette, request, no_archive())
    await may_be_seen(datasette, request, database)
    now = datetime.now(UTC)
    wanted = request.args.get("state") or ""
    source = (request.args.get("source") or "").strip()
    asked = request.args.get("since") or ""
    after = request.args.get("after") or ""
    try:
        since = moment_since(asked, now) if asked else None
    except ValueError:
        asked, since = "", None

    def read(conn: Connection) -> tuple[State, dict[State, int], Page]:
        counts = {
            state: vanished.count(conn, state, source=source, since=since) for state in STATES
        }
        # Without a word on it, what is most telling of those that there are.
        telling: State = next((one for one in STATES if counts[one]), "gone")
        state = next((one for one in STATES if one == wanted), telling)
        page = vanished.vanished(
            conn,
            state,
            source=source,
            since=since,
            after=after if _AFTER.fullmatch(after) else "",
            limit=PAGE,
        )
        return state, counts, page

    state, counts, page = await database.execute_fn(read)
    watch = await watching(datasette, now)
    names = {each.id: each.name for each in watch.sources} if watch else {}
    kept = {"source": source, "since": asked}
    shown = {
        "state": state,
        "about": _(STATES[state][1]),
        "states": [
            {
                "name": _(name),
                "count": more_than(counts[one]),
                "address": "?" + urlencode({"state": one, **kept}),
                "here": one == state,
            }
            for one, (name, _about) in STATES.items()
        ],
        "choices": {value: _(label) for value, label in SINCE.items()}
        | ({} if asked in SINCE else {asked: asked}),
        "asked": asked,
        "source": source,
        "gone": [lost(each, names, now) for each in page.articles],
        "first": not after,
        "next": page.next and "?" + urlencode({"state": state, **kept, "after": page.next}),
        "start": "?" + urlencode({"state": state, **kept}),
    }
    return await answer(datasette, request, "gazette_gone.html", shown)
