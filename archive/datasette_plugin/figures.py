"""What is counted over the whole archive, and how pages show it: bars, and the same as tables."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from sqlite3 import Connection
from typing import Any
from urllib.parse import urlencode

from archive import overview
from archive.datasette_plugin.plots import Bar, bars, scale
from archive.datasette_plugin.words import articles, on_day
from archive.health import STATES, SourceHealth, Watching
from archive.language import _, shown_day, shown_month
from archive.overview import Held, following
from archive.query import field_term

#: Days and months that the plots go back.
DAYS, MONTHS = 90, 24


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
        return {"health": "", "health_word": "", "reason": "", "since": ""}
    return {
        "health": health.state,
        "health_word": _(STATES[health.state]),
        "reason": health.reason,
        "since": shown_day(health.since.date()) if health.since else "",
    }
