"""``gazette status``: what the crawler says of itself."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
from rich.table import Table
from rich.text import Text

from archive.cli.options import json_option, note
from archive.escapes import neutral
from archive.language import N_, _, retold
from crawler import cadence
from crawler.cli.health import SILENT
from crawler.cli.health import state as word_for
from crawler.cli.options import console, data_folder, folders
from crawler.cli.watching import plain_markup
from crawler.frontier import Frontier
from crawler.frontier.health import HEARTBEAT
from crawler.lock import Worker, worker
from crawler.records import Restless, SourceState

#: Restless articles named by ``gazette status``.
MOST_RESTLESS = 5


@click.command()
@click.option("--check", is_flag=True, help="Exit 1 unless a daemon is alive (for HEALTHCHECK).")
@json_option
@folders
@click.pass_context
def status(
    ctx: click.Context, check: bool, as_json: bool, config: Path | None, data: Path | None
) -> None:
    """Show every source: when it was visited, what it gave, what is wrong."""
    folder, now = data_folder(config, data), datetime.now(UTC)
    if not (folder / "crawl.db").exists():
        note(f"{folder}: nothing crawled yet; start with `gazette crawl`")
        ctx.exit(1)
    working = worker(folder)
    if working.paused:
        click.secho(pausing(working), fg="red", err=True)
    with Frontier(folder / "crawl.db", read_only=True) as frontier:
        beat = frontier.health.heartbeat(HEARTBEAT)
        states = frontier.sources.states(now - timedelta(days=1), cadence.RESTLESS)
        restless = frontier.links.restless(cadence.RESTLESS, limit=MOST_RESTLESS)
    alive = beat is not None and now - beat < SILENT
    if as_json:
        for state in states:
            row = {
                k: v.isoformat() if isinstance(v, datetime) else v for k, v in asdict(state).items()
            }
            row |= {"health": health(state, now), "paused": working.paused}
            click.echo(json.dumps(row, ensure_ascii=False))
    else:
        screen = console()
        screen.print(status_table(states, now))
        for state in states:
            if state.error:
                screen.print(f"[red]{state.id}[/]: {plain_markup(retold(state.error))}")
        for line in restless_lines(restless, now):
            screen.print(line)
        told = (
            _("daemon: alive, last heartbeat {when}")
            if alive
            else _("daemon: not running, last heartbeat {when}")
        )
        screen.print(told.format(when=ago(beat, now)))
    if check and not alive:
        ctx.exit(1)


def pausing(working: Worker) -> str:
    """Return in words why nothing is fetched."""
    if working.alive:
        told = _("paused: {reason}; it goes on by itself when that is mended")
    else:
        told = _("the last crawl stopped: {reason}")
    return told.format(reason=neutral(retold(working.paused)))


#: What ``health`` says, for people.
HEALTH = {"failing": N_("failing"), "late": N_("late"), "ok": N_("ok"), "new": N_("new")}
COLOURS = {"failing": "red", "late": "yellow", "ok": "green", "new": ""}


def health(state: SourceState, now: datetime) -> str:
    """Return one word on a source: ``new``, ``ok``, ``late``, ``failing``."""
    return word_for(state.last_visit, state.next_visit, state.error, now)


def restless_lines(restless: Sequence[Restless], now: datetime) -> Iterator[str]:
    """Yield a line for each article that changes at every visit, and what is done about it."""
    for one in restless:
        told = (
            _("restless, next to nothing changed at each of the last {count} visits;"
              " next look {when}")
            if one.slight
            else _("restless, something changed at each of the last {count} visits;"
                   " next look {when}")
        ).format(count=one.moved, when=ago(one.next_visit, now))  # fmt: skip
        what = f"{plain_markup(one.title)} {plain_markup(one.url)}"
        yield f"[yellow]{one.source}[/]: {told}: {what}"


#: Seconds → what people call so many.
UNITS = ((86400, N_("d")), (3600, N_("h")), (60, N_("min")), (1, N_("s")), (0, N_("s")))


def ago(moment: datetime | None, now: datetime) -> str:
    """Return how long ago, or how far ahead, a moment is, in words of two letters."""
    if moment is None:
        return _("never")
    seconds = (now - moment).total_seconds()
    size, word = next((n, w) for n, w in UNITS if abs(seconds) >= n)
    told = _("{count} {unit} ago") if seconds >= 0 else _("in {count} {unit}")
    return told.format(count=f"{abs(seconds) / (size or 1):.0f}", unit=_(word))


def status_table(states: Sequence[SourceState], now: datetime) -> Table:
    """Return every source as a row, the failing ones in colour."""
    table = Table(box=None, padding=(0, 2, 0, 0))
    for heading in (_("source"), _("health"), _("last success"), _("next visit")):
        table.add_column(heading, no_wrap=True)
    for heading in (_("new/day"), _("links"), _("waiting"), _("failing"), _("restless")):
        table.add_column(heading, justify="right", no_wrap=True)
    for s in states:
        word = health(s, now)
        table.add_row(
            s.id, Text(_(HEALTH[word]), COLOURS[word]),
            ago(s.last_success, now), ago(s.next_visit, now),
            str(s.new_today), str(s.links), str(s.waiting), str(s.failing), str(s.restless),
        )  # fmt: skip
    return table
