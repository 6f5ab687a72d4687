"""The list of sources, and the page of one: how it does, its rhythm, and what it gave."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from sqlite3 import Connection
from statistics import median
from typing import Any
from urllib.parse import unquote, urlencode

from archive import overview, vanished
from archive.datasette_plugin.figures import Figures, figures, source_rows, until
from archive.datasette_plugin.home import change, line, lost, more_than
from archive.datasette_plugin.layout import answer, archive_of, may_be_seen, missing, no_archive
from archive.datasette_plugin.layout import web_address as followed
from archive.datasette_plugin.plots import Bar, bars, scale
from archive.datasette_plugin.remembered import remembered
from archive.datasette_plugin.watch import visits, watching
from archive.datasette_plugin.words import UNWELL, WEEKDAYS, ago, articles, lasting
from archive.health import STATES, SourceHealth, Visits
from archive.language import _, ngettext, shown_month
from archive.overview import Change, Headline, Held, following
from archive.query import field_term
from archive.vanished import Vanished

#: Months that the plot of a source goes back at most, and days that its rhythm is taken from.
MONTHS, RHYTHM = 60, 180
#: Articles, edits and takedowns that are listed.
NEWEST, LATEST = 10, 8
#: How far back edits of a source are looked for.
SINCE = timedelta(days=365)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """How often a source publishes, from what it published over a while."""

    #: days on which it did, and articles of those
    days: int
    articles: int
    #: days between one such day and the next, the middle one of all; None for fewer than two
    interval: float | None
    #: articles of each day of the week, Monday first
    week: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the archive tells of one source."""

    held: Held
    months: tuple[date, ...]
    counts: tuple[int, ...]
    rhythm: Rhythm
    newest: tuple[Headline, ...]
    changes: tuple[Change, ...]
    changes_total: int
    gone: tuple[Vanished, ...]
    gone_total: int


def rhythm(days: dict[date, int]) -> Rhythm:
    """Return how often something was published, from the counts of all days of a while. Pure."""
    busy = sorted(day for day, count in days.items() if count)
    gaps = [(after - before).days for before, after in pairwise(busy)]
    week = [0] * 7
    for day, count in days.items():
        week[day.weekday()] += count
    return Rhythm(
        days=len(busy),
        articles=sum(days.values()),
        interval=median(gaps) if gaps else None,
        week=tuple(week),
    )


def told(conn: Connection, source: str, now: datetime) -> Told | None:
    """Return what the archive tells of a source, or None where it holds nothing of it."""
    held = overview.held_of(conn, source)
    if held is None:
        return None
    today = now.date()
    last = until([held], today, RHYTHM)
    days = overview.per_day(conn, [source], last - timedelta(days=RHYTHM - 1), last)
    months = months_of(held, until([held], today, 31 * MONTHS))
    lost_ = [
        vanished.vanished(conn, state, source=source, limit=LATEST).articles
        for state in ("gone", "missing", "unlisted")
    ]
    found = sorted((one for page in lost_ for one in page), key=lambda one: one.since)
    return Told(
        held=held,
        months=months,
        counts=overview.per_month(conn, [source], months)[source],
        rhythm=rhythm(days),
        newest=overview.newest(conn, NEWEST, source),
        changes=overview.latest_changes(conn, LATEST, source, now - SINCE),
        changes_total=overview.count_changes(conn, now - SINCE, source),
        gone=tuple(found[::-1][:LATEST]),
        gone_total=sum(
            vanished.count(conn, state, source=source, since=None)
            for state in ("gone", "missing", "unlisted")
        ),
    )


def months_of(held: Held, last: date) -> tuple[date, ...]:
    """Return the months of a plot: a year at least, else from the first article on. Pure."""
    end = last.replace(day=1)
    begin = min((held.oldest or end).replace(day=1), following(end, -11))
    begin = max(begin, following(end, 1 - MONTHS))
    many = (end.year - begin.year) * 12 + end.month - begin.month + 1
    return tuple(following(begin, number) for number in range(many))


async def source_page(datasette: Any, request: Any) -> Any:
    """Answer ``/-/gazette/source/ID``."""
    database = await archive_of(datasette)
    if database is None:
        return await missing(datasette, request, no_archive())
    await may_be_seen(datasette, request, database)
    source, now = unquote(request.url_vars["id"]), datetime.now(UTC)
    # Names that are none are not remembered: there is no end of them.
    held = await database.execute_fn(lambda conn: overview.held_of(conn, source))
    found: Told | None = held and await remembered(
        datasette, database, ("source", source, now.date()), lambda conn: told(conn, source, now)
    )
    watch = await watching(datasette, now)
    health = next((each for each in watch.sources if each.id == source), None) if watch else None
    if found is None and health is None:
        return await missing(datasette, request, _("No source has this name"))
    went = await visits(datasette, source, now)
    shown = {
        "id": source,
        "name": health.name if health else source,
        "watched": watch is not None,
        "health": health and standing(health, now),
        "visits": went and tables(went, now),
        "search": urlencode({"q": field_term("source", source)}),
        **(given(found, now, datasette.urls) if found else {"held": None}),
    }
    return await answer(datasette, request, "gazette_source.html", shown)


def standing(health: SourceHealth, now: datetime) -> dict[str, Any]:
    """Return how a source does, in words."""
    return {
        "state": health.state,
        "word": _(STATES[health.state]),
        "reason": health.reason,
        "more": health.more,
        "error": health.error,
        "late": health.late,
        "facts": [
            (_("Since"), health.since, ago(health.since, now) if health.since else "—"),
            (_("Last visit"), health.last_visit, ago(health.last_visit, now)),
            (_("Last success"), health.last_success, ago(health.last_success, now)),
            (
                _("Next visit"),
                health.next_visit,
                _("due") if health.next_visit and health.next_visit <= now
                else ago(health.next_visit, now) if health.next_visit else _("at once"),
            ),
        ],
        "new": articles(health.new),
    }  # fmt: skip


def tables(went: Visits, now: datetime) -> dict[str, Any]:
    """Return the last visits and what failed, as the page lists them."""
    return {
        "passes": [(each, ago(each.started, now)) for each in went.passes],
        "troubles": [(each, ago(each.at, now), followed(each.url)) for each in went.troubles],
    }


def given(found: Told, now: datetime, urls: Any) -> dict[str, Any]:
    """Return what the archive tells of a source, as the page shows it."""
    names: dict[str, str] = {}
    return {
        "held": found.held,
        "articles": articles(found.held.articles),
        "plot": month_plot(found, urls),
        "week": week_plot(found.rhythm),
        "rhythm": in_words(found.rhythm),
        "newest": [line(each, names) for each in found.newest],
        "changes": [change(each, names, now) for each in found.changes],
        "changes_total": more_than(found.changes_total),
        "gone": [lost(each, names, now) for each in found.gone],
        "gone_total": more_than(found.gone_total),
    }


def in_words(of: Rhythm) -> list[str]:
    """Return a source's rhythm as sentences."""
    if not of.days:
        return [_("Nothing it published lately has a date.")]
    said = [
        _("{articles} on {days} of the last {span} days.").format(
            articles=articles(of.articles), days=of.days, span=RHYTHM
        ),
        ngettext(
            "On a day it publishes, it publishes about {count} article.",
            "On a day it publishes, it publishes about {count} articles.",
            round(of.articles / of.days),
        ).format(count=max(round(of.articles / of.days), 1)),
    ]
    if of.interval is not None:
        said.append(
            _("Typically the next such day comes after {time}.").format(
                time=lasting(timedelta(days=round(of.interval)))
                if of.interval >= 2
                else ngettext("{count} day", "{count} days", 1).format(count=1)
            )
        )
    return said


def month_plot(found: Told, urls: Any) -> dict[str, Any]:
    """Return the plot of a source's articles per month, its scale, and the same as a table."""
    lines = scale(max(found.counts))
    search = urls.path("/-/gazette")
    source = field_term("source", found.held.source)
    counts = [
        Bar(
            label=_("{month}: {articles}").format(
                month=shown_month(month.year, month.month), articles=articles(count)
            ),
            count=count,
            address=f"{search}?{urlencode({'q': f'{source} date:{month:%Y-%m}'})}",
            pale=month == found.months[-1],
        )
        for month, count in zip(found.months, found.counts, strict=True)
    ]
    said = _("at most {count} in a month; the last month is not over").format(
        count=f"{max(found.counts):,}"
    )
    return {
        "svg": bars(
            counts, name="per-month", title=_("Articles per month"), description=said,
            top=lines[-1],
        ),
        "said": said,
        "lines": [(f"{line:,}", 100 * line / lines[-1]) for line in lines],
        "first": f"{found.months[0]:%Y-%m}",
        "middle": f"{found.months[len(found.months) // 2]:%Y-%m}",
        "last": f"{found.months[-1]:%Y-%m}",
        "rows": [
            (bar, f"{month:%Y-%m}") for bar, month in zip(counts, found.months, strict=True)
        ][::-1],
    }  # fmt: skip


def week_plot(of: Rhythm) -> dict[str, Any]:
    """Return the plot of the days of the week."""
    counts = [
        Bar(
            label=_("{day}: {articles}").format(day=_(name), articles=articles(count)),
            count=count,
            pale=place >= 5,
        )
        for place, (name, count) in enumerate(zip(WEEKDAYS, of.week, strict=True))
    ]
    said = "; ".join(bar.label for bar in counts)
    return {
        "svg": bars(counts, name="week", title=_("By day of the week"), description=said),
        "names": [_(name) for name in WEEKDAYS],
    }


def _gravity(row: dict[str, Any]) -> int:
    return UNWELL.index(row["health"]) if row["health"] in UNWELL else len(UNWELL)


async def sources_page(datasette: Any, request: Any) -> Any:
    """Answer ``/-/gazette/sources``."""
    database = await archive_of(datasette)
    if database is None:
        return await missing(datasette, request, no_archive())
    await may_be_seen(datasette, request, database)
    now = datetime.now(UTC)
    today = now.date()
    counted: Figures = await remembered(
        datasette, database, ("home", today), lambda conn: figures(conn, today)
    )
    watch = await watching(datasette, now)
    rows: Sequence[dict[str, Any]] = source_rows(counted, watch)
    shown = {
        "sources": rows,
        "months": [shown_month(month.year, month.month) for month in counted.months],
        "watched": watch is not None,
        "paused": watch.paused if watch else "",
        "network": watch.network if watch else "",
        "unwell": sorted((each for each in rows if each["reason"]), key=_gravity),
    }
    return await answer(datasette, request, "gazette_sources.html", shown)
