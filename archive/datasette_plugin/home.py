"""The home page of an archive: what it is, what is new in it, and whether the watching goes well.

Everything that grows with the archive is counted in indexes and kept in memory for a while; the
newest articles, the edits and what was taken down are asked for anew each time.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from sqlite3 import Connection
from typing import Any

from datasette import Forbidden  # type: ignore[import-untyped]

from archive import overview, vanished
from archive.clock import shown_time
from archive.datasette_plugin.figures import Figures, day_plot, figures, source_rows
from archive.datasette_plugin.layout import may_be_seen
from archive.datasette_plugin.remembered import remembered
from archive.datasette_plugin.watch import watching
from archive.datasette_plugin.words import UNWELL, ago, articles, fields, how
from archive.health import STATES, Watching
from archive.language import _, ngettext, shown_day, shown_month
from archive.overview import Change, Headline
from archive.vanished import Vanished

#: Articles, edits and takedowns that are listed.
NEWEST, LATEST = 12, 5
#: Sources that are listed; all of them have a page.
SOURCES = 30
#: What the home page means by lately.
LATELY = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Latest:
    """What is asked for at every visit."""

    newest: tuple[Headline, ...]
    changes: tuple[Change, ...]
    changes_total: int
    gone: tuple[Vanished, ...]
    gone_total: int
    visit: datetime | None


def latest(conn: Connection, now: datetime) -> Latest:
    """Return what is new."""
    since = now - LATELY
    missing = [
        vanished.vanished(conn, state, limit=LATEST).articles for state in ("gone", "missing")
    ]
    found = sorted((one for page in missing for one in page), key=lambda one: one.since)
    return Latest(
        newest=overview.newest(conn, NEWEST),
        changes=overview.latest_changes(conn, LATEST),
        changes_total=overview.count_changes(conn, since),
        gone=tuple(found[::-1][:LATEST]),
        gone_total=sum(
            vanished.count(conn, state, source="", since=since) for state in ("gone", "missing")
        ),
        visit=overview.newest_visit(conn),
    )


async def home(datasette: Any, request: Any, database: Any) -> dict[str, Any] | None:
    """Return what the home page of an archive shows; None where this visitor may not see it."""
    try:
        await may_be_seen(datasette, request, database)
    except Forbidden:
        return None
    now = datetime.now(UTC)
    today = now.date()
    counted = await remembered(datasette, database, ("home", today), lambda c: figures(c, today))
    new = await database.execute_fn(lambda conn: latest(conn, now))
    return shown(counted, new, await watching(datasette, now), now, datasette.urls)


def shown(
    counted: Figures, new: Latest, watch: Watching | None, now: datetime, urls: Any
) -> dict[str, Any]:
    """Return the home page's values. Pure, but for the language spoken."""
    names = {each.id: each.name for each in watch.sources} if watch else {}
    return {
        "about": about(counted),
        "empty": counted.articles == 0,
        "tiles": tiles(counted, new, watch, now),
        "paused": watch.paused if watch else "",
        "network": watch.network if watch else "",
        "newest": [line(each, names) for each in new.newest],
        "changes": [change(each, names, now) for each in new.changes],
        "changes_total": new.changes_total,
        "gone": [lost(each, names, now) for each in new.gone],
        "gone_total": new.gone_total,
        "days": day_plot(counted.days, urls),
        "sources": source_rows(counted, watch, most=SOURCES),
        "more_sources": len(counted.held) > SOURCES,
        "months": [shown_month(month.year, month.month) for month in counted.months],
        "watched": watch is not None,
    }


def about(counted: Figures) -> str:
    """Return in a sentence what the archive holds."""
    count = len(counted.held)
    dated = [each for each in counted.held if each.oldest and each.newest]
    said = {
        "articles": articles(counted.articles),
        "sources": ngettext("{count} source", "{count} sources", count).format(count=count),
    }
    if not dated:
        return _("{articles} of {sources}.").format(**said)
    return _("{articles} of {sources}, published from {first} to {last}.").format(
        **said,
        first=shown_day(min(each.oldest for each in dated if each.oldest)),
        last=shown_day(max(each.newest for each in dated if each.newest)),
    )


def tiles(
    counted: Figures, new: Latest, watch: Watching | None, now: datetime
) -> list[dict[str, str]]:
    """Return the figures that answer whether all is well: what it is, how it stands, a remark."""
    visits = [each.last_visit for each in watch.sources if each.last_visit] if watch else []
    heard = {each.source for each in counted.held}
    heard |= {each.id for each in watch.sources} if watch else set()
    visit = max([*visits, *([new.visit] if new.visit else [])], default=None)
    return [
        {
            "name": _("Newest visit"),
            "value": ago(visit, now) if visit else _("none"),
            "remark": _daemon(watch, now),
            "state": _state_of(watch),
        },
        {
            "name": _("Sources"),
            "value": f"{len(heard):,}",
            "remark": _sources_remark(watch),
            "state": "bad" if watch and any(_many(watch, state) for state in UNWELL) else "",
        },
        {
            "name": _("New within a day"),
            "value": f"{sum(each.new for each in watch.sources):,}" if watch else "—",
            "remark": _("articles, as the visits found them") if watch else _("nobody counts"),
            "state": "",
        },
        {
            "name": _("Edited silently"),
            "value": more_than(new.changes_total),
            "remark": _("within a week"),
            "state": "",
        },
        {
            "name": _("No longer found"),
            "value": more_than(new.gone_total),
            "remark": _("first missed within a week"),
            "state": "",
        },
    ]


def more_than(count: int) -> str:
    """Return a number that is counted up to a bound."""
    return f">{count - 1:,}" if count > overview.MOST_COUNTED else f"{count:,}"


def _many(watch: Watching, state: str) -> int:
    return sum(each.state == state for each in watch.sources)


def _daemon(watch: Watching | None, now: datetime) -> str:
    if watch is None:
        return _("whether a daemon runs is not known here")
    if watch.alive:
        return _("the daemon is at work")
    if watch.heartbeat is None:
        return _("no daemon has run yet")
    return _("the daemon was last alive {ago}").format(ago=ago(watch.heartbeat, now))


def _state_of(watch: Watching | None) -> str:
    if watch is None:
        return ""
    return "bad" if watch.paused or (watch.heartbeat and not watch.alive) else "good"


def _sources_remark(watch: Watching | None) -> str:
    if watch is None:
        return _("their health is not known here")
    told = [f"{_many(watch, state)} {_(STATES[state])}" for state in STATES if _many(watch, state)]
    return _(", ").join(told)


def line(each: Headline, names: Mapping[str, str]) -> dict[str, Any]:
    """Return an article as lists show it."""
    return {
        "id": each.id,
        "title": each.title,
        "when": shown_time(each.published, each.precision, each.zone) if each.published else "",
        "source": each.source,
        "name": names.get(each.source, each.source),
        "origin": each.origin,
        "state": _("gone") if each.gone else _("missing") if each.missing else "",
        "edited": each.revision > 1,
    }


def change(each: Change, names: Mapping[str, str], now: datetime) -> dict[str, Any]:
    """Return an edit as lists show it."""
    return {
        "id": each.id,
        "title": each.title,
        "source": each.source,
        "name": names.get(each.source, each.source),
        "revision": each.revision,
        "seen": each.seen,
        "ago": ago(each.seen, now),
        "fields": fields(each.fields),
    }


def lost(each: Vanished, names: Mapping[str, str], now: datetime) -> dict[str, Any]:
    """Return an article that is not found as lists show it."""
    return {
        "id": each.id,
        "title": each.title,
        "source": each.source,
        "name": names.get(each.source, each.source),
        "state": {"gone": _("gone"), "missing": _("missing"), "unlisted": _("left its listing")}[
            each.state
        ],
        "since": each.since,
        "ago": ago(each.since, now),
        "reason": how(each.reason),
        "last_seen": each.last_seen,
    }
