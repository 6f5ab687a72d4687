"""The home page of an archive: what it is, what is new in it, and whether the watching goes well.

Everything that grows with the archive is counted in indexes and kept in memory for a while; the
newest articles, the edits and what was taken down are asked for anew each time.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from sqlite3 import Connection
from typing import Any
from urllib.parse import urlencode

from datasette import Forbidden  # type: ignore[import-untyped]

from archive import overview, vanished
from archive.clock import shown_time
from archive.datasette_plugin.layout import may_be_seen
from archive.datasette_plugin.plots import Bar, bars, scale
from archive.datasette_plugin.remembered import remembered
from archive.datasette_plugin.watch import watching
from archive.datasette_plugin.words import HEALTH, ago, articles, fields, how, on_day
from archive.health import SourceHealth, Watching
from archive.language import _, ngettext, shown_day, shown_month
from archive.overview import Change, Headline, Held, following
from archive.query import field_term
from archive.vanished import Vanished

#: Days and months that the plots go back.
DAYS, MONTHS = 90, 24
#: Articles, edits and takedowns that are listed.
NEWEST, LATEST = 12, 5
#: Sources that are listed; all of them have a page.
SOURCES = 30
#: What the home page means by lately.
LATELY = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What is counted over the whole archive."""

    held: tuple[Held, ...]
    #: articles of each day, of each source in each month; both end where ``until`` lies
    days: Mapping[date, int]
    months: tuple[date, ...]
    per_month: Mapping[str, tuple[int, ...]]

    @property
    def articles(self) -> int:
        """All there are."""
        return sum(each.articles for each in self.held)


@dataclass(frozen=True, slots=True, kw_only=True)
class Latest:
    """What is asked for at every visit."""

    newest: tuple[Headline, ...]
    changes: tuple[Change, ...]
    changes_total: int
    gone: tuple[Vanished, ...]
    gone_total: int
    visit: datetime | None


def until(held: Sequence[Held], today: date, days: int) -> date:
    """Return the last day of a plot: today, or that of the last article where it lies further back.

    An archive of old posts has nothing to show of the last weeks.
    """
    last = max((each.newest for each in held if each.newest), default=today)
    return last if last <= today - timedelta(days=days) else today


def figures(conn: Connection, today: date) -> Figures:
    """Return what is counted."""
    held = overview.held(conn)
    sources = [each.source for each in held]
    last = until(held, today, DAYS)
    month = until(held, today, 31 * MONTHS).replace(day=1)
    months = tuple(following(month, -back) for back in reversed(range(MONTHS)))
    return Figures(
        held=held,
        days=overview.per_day(conn, sources, last - timedelta(days=DAYS - 1), last),
        months=months,
        per_month=overview.per_month(conn, sources, months),
    )


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
            "state": "bad" if watch and _many(watch, "failing") else "",
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
    told = [f"{_many(watch, state)} {_(HEALTH[state])}" for state in HEALTH if _many(watch, state)]
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


# --- plots --------------------------------------------------------------------------------------


def day_plot(days: Mapping[date, int], urls: Any) -> dict[str, Any]:
    """Return the plot of articles per day, its scale, and the same as a table."""
    first, last = min(days), max(days)
    lines = scale(max(days.values(), default=0))
    search = urls.path("/-/gazette")
    counts = [
        Bar(
            label=on_day(day, count),
            count=count,
            address=f"{search}?{urlencode({'q': field_term('date', day.isoformat())})}",
            pale=day.weekday() >= 5,
        )
        for day, count in days.items()
    ]
    total, most = sum(days.values()), max(days.values(), default=0)
    busiest = max(days, key=lambda day: days[day])
    said = _("{articles} from {first} to {last}, weekends paler").format(
        articles=articles(total), first=shown_day(first), last=shown_day(last)
    )
    if most:
        said += _("; the most, {count}, on {day}").format(count=f"{most:,}", day=shown_day(busiest))
    return {
        "svg": bars(
            counts, name="per-day", title=_("Articles per day"), description=said, top=lines[-1]
        ),
        "said": said,
        "lines": [(f"{line:,}", 100 * line / lines[-1]) for line in lines],
        "first": first,
        "middle": first + (last - first) / 2,
        "last": last,
        "rows": [(bar, day) for bar, day in zip(counts, days, strict=True)][::-1],
    }


def source_rows(
    counted: Figures, watch: Watching | None, *, most: int | None = None
) -> list[dict[str, Any]]:
    """Return the sources, each with its months as small bars, to its own scale."""
    health = {each.id: each for each in watch.sources} if watch else {}
    known = {each.source for each in counted.held}
    unheard = [each for each in health.values() if each.id not in known]
    rows = [
        _source_row(each, counted, health.get(each.source), place)
        for place, each in enumerate(counted.held[:most])
    ]
    return rows + [
        {
            "id": each.id, "name": each.name, "articles": 0, "newest": None, "svg": "",
            "counts": (0,) * len(counted.months), "most": 0, **_health(each),
        }
        for each in unheard
    ]  # fmt: skip


def _source_row(
    each: Held, counted: Figures, health: SourceHealth | None, place: int
) -> dict[str, Any]:
    counts = counted.per_month[each.source]
    name = health.name if health else each.source
    small = [
        Bar(
            label=_("{month}: {articles}").format(
                month=shown_month(month.year, month.month), articles=articles(count)
            ),
            count=count,
        )
        for month, count in zip(counted.months, counts, strict=True)
    ]
    return {
        "id": each.source,
        "name": name,
        "articles": each.articles,
        "newest": each.newest,
        "svg": bars(
            small,
            name=f"months-{place}",
            title=_("Articles per month: {source}").format(source=name),
            description=_("at most {count} in a month").format(count=f"{max(counts):,}"),
        ),
        "counts": counts,
        "most": max(counts),
        **_health(health),
    }


def _health(health: SourceHealth | None) -> dict[str, str]:
    if health is None:
        return {"health": "", "health_word": "", "error": ""}
    return {
        "health": health.state,
        "health_word": _(HEALTH[health.state]),
        "error": health.error,
    }
