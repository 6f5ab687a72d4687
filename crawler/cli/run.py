"""``gazette crawl``, ``daemon`` and ``status``: the crawler at work and what it says of itself."""

import asyncio
import json
import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TaskID, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bars
from rich.table import Table
from rich.text import Text

from archive.cli.options import json_option, note
from archive.escapes import neutral
from archive.language import N_, _, retold
from crawler import cadence, schedule, sources, watch
from crawler.cli import mirroring
from crawler.cli.health import SILENT
from crawler.cli.health import state as word_for
from crawler.cli.options import config_folder, console, data_folder, folders, speak
from crawler.cli.watching import plain_markup, tell
from crawler.crawl import clock, opened
from crawler.crawl import crawl as crawl_now
from crawler.frontier import Frontier
from crawler.frontier.health import HEARTBEAT
from crawler.lock import Worker, worker
from crawler.pipeline import Progress
from crawler.records import Report, Restless, Source, SourceState
from crawler.settings import Settings

#: The keys of a crawl's ``--json`` line, in order; a promise to machines.
SUMMARY = (
    "source",
    "found",
    "new",
    "revised",
    "unchanged",
    "reprints",
    "missing",
    "gone",
    "failed",
)

#: What people read above the columns of a crawl's table.
HEADINGS = {
    "found": N_("found"),
    "new": N_("new"),
    "revised": N_("revised"),
    "unchanged": N_("unchanged"),
    "reprints": N_("reprints"),
    "missing": N_("missing"),
    "gone": N_("taken down"),
    "failed": N_("failed"),
}

#: What a crawl is at, as its bars say.
STEPS = {"listings": N_("listings"), "articles": N_("articles"), "files": N_("files")}

#: Restless articles named by ``gazette status``.
MOST_RESTLESS = 5


def summary(report: Report) -> dict[str, object]:
    """Return the documented JSON object of a pass."""
    row = {key: value for key, value in asdict(report).items() if key in SUMMARY}
    row |= {"seconds": report.seconds, "requests": report.requests}
    return row | ({"error": report.error} if report.error else {})


def summary_table(reports: Sequence[Report], title: str = "") -> Table:
    """Return what passes came to, a source a row."""
    table = Table(
        title=title or None,
        title_justify="left",
        show_footer=len(reports) > 1,
        box=None,
        padding=(0, 2, 0, 0),
    )
    table.add_column(_("source"), _("all"), no_wrap=True)
    for key in SUMMARY[1:]:
        total = sum(getattr(r, key) for r in reports)
        table.add_column(_(HEADINGS[key]), str(total), justify="right", no_wrap=True)
    table.add_column(
        _("seconds"), f"{max((r.seconds for r in reports), default=0):.1f}", justify="right"
    )
    for r in reports:
        style = "red" if r.error else ("yellow" if r.failed else "")
        cells = [str(getattr(r, key)) for key in SUMMARY[1:]]
        table.add_row(r.source, *cells, f"{r.seconds:.1f}", style=style)
    return table


async def crawl_with_bars(
    chosen: Sequence[Source],
    settings: Settings,
    data: Path,
    *,
    screen: Console,
    deep: bool = False,
    now: Callable[[], datetime] = clock,
) -> list[Report]:
    """Crawl sources once, a bar each on a terminal and nothing elsewhere."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Bars(*columns, console=screen, disable=not screen.is_terminal, transient=True) as bars:
        tasks: dict[str, TaskID] = {}

        def show(step: Progress) -> None:
            if step.source not in tasks:
                tasks[step.source] = bars.add_task(step.source)
            bars.update(
                tasks[step.source],
                description=f"{step.source} {_(STEPS.get(step.what, step.what))}",
                completed=step.done,
                total=step.total,
                visible=step.what == "listings" or step.done < step.total,
            )

        async with opened(settings, data, now=now) as stages:
            reports = await crawl_now(
                chosen, stages, at_once=settings.daemon.concurrency, deep=deep, progress=show
            )
            found = await watch.run(data, stages.fetcher, now=stages.now)
    tell(found, screen)
    return reports


@click.command()
@click.argument("names", metavar="[SOURCE]...", nargs=-1)
@click.option("--deep", is_flag=True, help="Read every listing to its last page, trust no cache.")
@json_option
@folders
@click.pass_context
def crawl(
    ctx: click.Context,
    names: tuple[str, ...],
    deep: bool,
    as_json: bool,
    config: Path | None,
    data: Path | None,
) -> None:
    """Visit the given sources once, or all of them, now."""
    speak(logging.ERROR)
    loaded = sources.load(config_folder(config), only=names)
    folder = data_folder(config, data)
    chosen = [s for s in loaded.sources if s.enabled or s.id in names]
    screen = Console(stderr=True) if as_json else console()
    reports = asyncio.run(
        crawl_with_bars(chosen, loaded.settings, folder, screen=screen, deep=deep)
    )
    if as_json:
        for report in reports:
            click.echo(json.dumps(summary(report), ensure_ascii=False))
    else:
        screen.print(summary_table(reports))
        why(reports, folder, screen)
    mirrored = mirroring.keep_after_pass(loaded.settings, folder, quiet=as_json)
    if not mirrored or any(r.error or r.failed for r in reports):
        ctx.exit(1)


def why(reports: Sequence[Report], data: Path, screen: Console, *, most: int = 5) -> None:
    """Say what failed and why, a few lines a source."""
    with Frontier(data / "crawl.db", read_only=True) as frontier:
        for report in reports:
            if report.error:
                screen.print(f"[red]{report.source}[/]: {plain_markup(retold(report.error))}")
            elif report.failed:
                for attempt in frontier.attempts.failed(
                    report.source, since=report.started, limit=most
                ):
                    screen.print(
                        f"[yellow]{report.source}[/] {attempt.kind}: "
                        f"{plain_markup(retold(attempt.reason))} {plain_markup(attempt.url)}"
                    )


@click.command()
@folders
def daemon(config: Path | None, data: Path | None) -> None:
    """Watch every source for ever; stop with SIGTERM or Ctrl-C."""
    speak(logging.INFO)
    loaded = sources.load(config_folder(config))
    watched = tuple(s for s in loaded.sources if s.enabled)
    asyncio.run(schedule.daemon(watched, loaded.settings, data_folder(config, data)))


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
