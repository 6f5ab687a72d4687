"""How complete the history of a source is: drawn for people, told to machines."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from archive.escapes import neutral
from archive.language import N_, _, ngettext, retold
from crawler.cli.watching import plain_markup
from crawler.errors import CrawlError
from crawler.frontier import Frontier
from crawler.records import Backfill, Ending, Gap, Month, Walk

#: Why the walk through a listing ended, as people are told.
ENDINGS = {
    Ending.END: N_("read to its last page"),
    Ending.SHORT: N_("names no further page though there are more"),
    Ending.SINCE: N_("read back to the day asked for"),
    Ending.PAGES: N_("as many pages as asked for"),
    Ending.REPEATS: N_("page after page is the same"),
    Ending.LOOP: N_("leads back to a page before"),
    Ending.FRUITLESS: N_("page after page names nothing new"),
    Ending.LIMIT: N_("20,000 pages are read, and no more of any listing"),
    Ending.FAILED: N_("the last page cannot be read"),
}
#: What an eighth of the fullest month looks like, and a month that has nothing.
BARS, NOTHING = "▁▂▃▄▅▆▇█", "·"
#: What is counted of a history as a whole, in ``--json``.
COUNTS = ("entries", "stored", "failed", "unvisited", "undated")
#: Pages that could not be read and are named.
MOST_GAPS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Completeness:
    """How complete the history of a source is."""

    asked: Backfill
    walks: tuple[Walk, ...]
    #: all of them together, each address counted once
    total: Walk
    gaps: tuple[Gap, ...]
    months: tuple[Month, ...]
    #: why it could not go on, or ""
    error: str = ""

    @property
    def whole(self) -> bool:
        """Tell whether nothing failed that was asked for."""
        short = any(walk.ended in (Ending.SHORT, Ending.LIMIT) for walk in self.walks)
        return not (self.error or self.gaps or self.total.failed or short)


def completeness(
    frontier: Frontier, source: str, error: CrawlError | None = None
) -> Completeness | None:
    """Return how complete the history of a source is, None where nobody asked for it."""
    asked = frontier.backfills.of(source)
    if asked is None:
        return None
    return Completeness(
        asked=asked,
        walks=tuple(frontier.backfills.walks(source)),
        total=frontier.backfills.total(source),
        gaps=tuple(frontier.backfills.gaps(source)),
        months=tuple(frontier.backfills.months(source)),
        error=str(error) if error else "",
    )


def show(told: Iterable[Completeness], screen: Console, *, as_json: bool) -> None:
    """Print how complete histories are, for a person or a machine."""
    for one in told:
        if as_json:
            click.echo(json.dumps(as_row(one), ensure_ascii=False))
            continue
        screen.print(f"[bold]{one.asked.source}[/] {state(one)}")
        screen.print(table(one.walks))
        for line in (*years(one.months), *troubles(one)):
            screen.print(line)


def as_row(one: Completeness) -> dict[str, object]:
    """Return the documented JSON object of a history."""
    asked = one.asked
    return {
        "source": asked.source,
        "since": asked.since and asked.since.isoformat(),
        "pages": asked.pages,
        "finished": asked.finished and asked.finished.isoformat(),
        "error": one.error,
        **{name: getattr(one.total, name) for name in COUNTS},
        "listings": [
            {k: v.isoformat() if isinstance(v, date) else v for k, v in asdict(walk).items()}
            for walk in one.walks
        ],
        "gaps": [asdict(gap) for gap in one.gaps],
        "months": {f"{m.year}-{m.month:02}": [m.entries, m.stored] for m in one.months},
    }


def state(one: Completeness) -> str:
    """Return in a line how a history stands."""
    if one.asked.finished:
        words = [_("finished {day}").format(day=f"{one.asked.finished:%Y-%m-%d}")]
    else:
        words = [_("not finished: the same command goes on")]
    total = one.total
    stored = ngettext("{count} article stored", "{count} articles stored", total.stored)
    words.append(stored.format(count=total.stored))
    if total.failed:
        words.append(_("{count} failed").format(count=total.failed))
    if total.unvisited:
        words.append(_("{count} still to be fetched").format(count=total.unvisited))
    return " · ".join(words)


def table(walks: Sequence[Walk]) -> Table:
    """Return how far each listing was read, a row each."""
    columns = (
        _("listing"), _("pages"), _("entries"), _("stored"), _("failed"), _("waiting"),
        _("oldest"), _("newest"), _("ended"),
    )  # fmt: skip
    drawn = Table(box=None, padding=(0, 2, 0, 0))
    for number, column in enumerate(columns):
        drawn.add_column(column, justify="right" if 0 < number < 6 else "left")
    for walk in walks:
        drawn.add_row(
            Text(neutral(walk.listing), overflow="fold"),
            _of(walk.pages, walk.stated),
            _of(walk.entries, walk.total),
            str(walk.stored),
            str(walk.failed),
            str(walk.unvisited),
            str(walk.oldest or ""),
            str(walk.newest or ""),
            _(ENDINGS[walk.ended]) if walk.ended else _("not yet"),
        )
    return drawn


def _of(count: int, stated: int | None) -> str:
    """Return a count, and beside it what the site itself counts."""
    return _("{count} of {stated}").format(count=count, stated=stated) if stated else str(count)


def years(months: Sequence[Month]) -> Iterator[str]:
    """Yield a line a year, a bar a month; a month within the span that has nothing is a dot."""
    if not months:
        return
    held = {(month.year, month.month): month for month in months}
    first, last = min(held), max(held)
    most = max(month.entries for month in months)
    for year in range(last[0], first[0] - 1, -1):
        of_year = [held.get((year, number)) for number in range(1, 13)]
        bars = [
            _bar(found.entries, most)
            if found
            else NOTHING
            if first < (year, number) < last
            else " "
            for number, found in enumerate(of_year, 1)
        ]
        entries, stored = (
            sum(getattr(month, name) for month in of_year if month)
            for name in ("entries", "stored")
        )
        words = ngettext(
            "{count} entry, {stored} stored", "{count} entries, {stored} stored", entries
        )
        yield f"  {year}  {''.join(bars)}  {words.format(count=entries, stored=stored)}"


def _bar(entries: int, most: int) -> str:
    return BARS[-(-entries * len(BARS) // most) - 1]


def troubles(one: Completeness) -> Iterator[str]:
    """Yield what is missing and why, a line each."""
    for gap in one.gaps[:MOST_GAPS]:
        line = _("page {page} of {listing} could not be read: {why}").format(
            page=gap.place, listing=neutral(gap.listing), why=neutral(retold(gap.reason))
        )
        again = _(" (tried again later)") if gap.again else ""
        yield f"[yellow]{plain_markup(line + again)}[/]"
    if len(one.gaps) > MOST_GAPS:
        more = len(one.gaps) - MOST_GAPS
        yield ngettext("and {count} more page", "and {count} more pages", more).format(count=more)
    if undated := one.total.undated:
        yield ngettext("{count} entry without a day", "{count} entries without a day",
                       undated).format(count=undated)  # fmt: skip
    if one.error:
        yield f"[red]{plain_markup(retold(one.error))}[/]"
