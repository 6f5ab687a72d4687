"""``gazette crawl`` and ``daemon``: the crawler at work."""

import asyncio
import json
import logging
from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict, replace
from datetime import date, datetime, timedelta
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TaskID, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bars
from rich.table import Table

from archive.cli.options import first_day, json_option
from archive.language import N_, _, retold
from crawler import schedule, sources, watch
from crawler.cli import backfilling, mirroring
from crawler.cli.options import config_folder, console, data_folder, folders, sets_option, speak
from crawler.cli.watching import plain_markup, tell
from crawler.crawl import clock, opened
from crawler.crawl import crawl as crawl_now
from crawler.frontier import Frontier
from crawler.monitoring import telling
from crawler.pipeline import Progress
from crawler.records import Report, Source
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
            told = await telling.tell(
                stages.frontier,
                settings.health,
                stages.fetcher,
                {source.id: source.address for source in chosen},
                now=stages.now(),
                settled=timedelta(),
            )
    tell(found, screen)
    if told.error:
        why_not = _("no message of health is delivered: {why}").format(why=retold(told.error))
        screen.print(f"[yellow]{plain_markup(why_not)}[/]")
    return reports


@click.command()
@click.argument("names", metavar="[SOURCE]...", nargs=-1)
@sets_option
@click.option("--all", "everything", is_flag=True, help="Visit every source that does not rest.")
@click.option("--deep", is_flag=True, help="Read every listing to its last page, trust no cache.")
@click.option("--backfill", "history", is_flag=True, help="Fetch the history of the sources, too.")
@click.option(
    "--since",
    callback=first_day,
    metavar="DAY",
    help="With --backfill: back to this day; 1y for a year.",
)
@click.option(
    "--pages",
    type=click.IntRange(min=1),
    help="With --backfill: so many pages of each listing at most.",
)
@click.option("--report", is_flag=True, help="With --backfill: only say how complete it is.")
@json_option
@folders
@click.pass_context
def crawl(
    ctx: click.Context,
    names: tuple[str, ...],
    sets: tuple[str, ...],
    everything: bool,
    deep: bool,
    history: bool,
    since: date | None,
    pages: int | None,
    report: bool,
    as_json: bool,
    config: Path | None,
    data: Path | None,
) -> None:
    """Visit the given sources once, or all that are watched, now.

    Watched are the sources of the sets that gazette.toml chooses, and those in no set.

    With --backfill every listing is read to its end, newest first, and what it names is fetched
    after what is new. Stopped or killed, it goes on where it was.
    """
    if not history and (since or pages or report):
        raise click.UsageError("--since, --pages and --report belong to --backfill")
    if history and not (names or sets or everything):
        raise click.UsageError("--backfill: name the sources whose history is wanted, or --all")
    speak(logging.ERROR)
    loaded = sources.load(config_folder(config), only=names, sets=sets)
    folder = data_folder(config, data)
    chosen = picked(loaded.sources, names=names, beyond=everything or bool(sets))
    screen = Console(stderr=True) if as_json else console()
    if history:
        if report:
            done = backfilling.report(chosen, folder, screen, as_json=as_json)
        else:
            done = backfilling.run(
                chosen,
                loaded.settings,
                folder,
                since=since,
                pages=pages,
                screen=screen,
                as_json=as_json,
            )
            done &= mirroring.keep_after_pass(loaded.settings, folder, quiet=as_json)
        ctx.exit(0 if done else 1)
    reports = asyncio.run(
        crawl_with_bars(chosen, loaded.settings, folder, screen=screen, deep=deep)
    )
    if as_json:
        for passed in reports:
            click.echo(json.dumps(summary(passed), ensure_ascii=False))
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


def picked(
    known: Sequence[Source], *, names: Collection[str] = (), beyond: bool = False
) -> tuple[Source, ...]:
    """Return the sources that are watched and those named; ``beyond`` takes all but the resting."""
    return tuple(s for s in known if s.id in names or s.enabled or (beyond and not s.resting))


@click.command()
@sets_option
@folders
def daemon(sets: tuple[str, ...], config: Path | None, data: Path | None) -> None:
    """Watch sources for ever; stop with SIGTERM or Ctrl-C.

    All that are watched: those of the sets that gazette.toml chooses, and those in no set; with
    --set the sources of these sets instead.
    """
    speak(logging.INFO)
    loaded = sources.load(config_folder(config), sets=sets)
    watched = tuple(replace(s, enabled=True) for s in picked(loaded.sources, beyond=bool(sets)))
    asyncio.run(schedule.daemon(watched, loaded.settings, data_folder(config, data)))
