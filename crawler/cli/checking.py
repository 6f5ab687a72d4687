"""``gazette check``: what a source gives today, what is wrong with it and what to do."""

import asyncio
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
from rich.progress import Progress as Bars

from archive.cli.options import json_option, note
from archive.escapes import json_line, neutral
from archive.language import _, retold
from crawler import sources
from crawler.cli import mending
from crawler.cli.explaining import print_fields
from crawler.cli.extracting import Row, as_explained, as_json
from crawler.cli.findings import COLOURS, STATES, fix, offline, what
from crawler.cli.findings import row as finding_row
from crawler.cli.options import config_folder, console, data_folder, folders, sets_option
from crawler.cli.reporting import print_report, summary, write_report
from crawler.cli.watching import plain_markup
from crawler.dryrun.held import held_of
from crawler.dryrun.records import Checked, Looked
from crawler.dryrun.visit import check_all
from crawler.sources import Config


def clock() -> datetime:
    """Return the moment it is, in UTC."""
    return datetime.now(UTC)


@click.command()
@click.argument("names", metavar="[SOURCE]...", nargs=-1)
@sets_option
@click.option("--all", "everything", is_flag=True, help="Check every source.")
@click.option(
    "--fix", "fixing", is_flag=True, help="Propose new rules for a site that was rebuilt."
)
@click.option("--yes", is_flag=True, help="With --fix: write them without asking.")
@click.option("--report", is_flag=True, help="One row a source: does it work, what to do.")
@click.option(
    "--markdown",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write that report as Markdown, to be shared.",
)
@click.option("--explain", "explained", is_flag=True, help="With --json: what every witness says.")
@json_option
@folders
@click.pass_context
def check(
    ctx: click.Context,
    names: tuple[str, ...],
    sets: tuple[str, ...],
    everything: bool,
    fixing: bool,
    yes: bool,
    report: bool,
    markdown: Path | None,
    explained: bool,
    as_json: bool,
    config: Path | None,
    data: Path | None,
) -> None:
    """Dry run: what each listing names, its first article, what is wrong; nothing is stored.

    Each field of the article stands with the witness that was believed, below it what the others
    say: ✓ believed, ✗ refused and why. What is wrong is said with its likely fix; exit code 1 where
    a listing does not do its work.

    --fix derives new rules, or finds the new address, from articles archived before: their
    addresses, titles and days must reappear. It shows the change as a diff and writes it when you
    agree; without a terminal it only shows.
    """
    loaded = sources.load(config_folder(config), only=names, sets=sets)
    if not (names or sets or everything):
        sound = _("{count} sources, configuration sound; --all asks the sites")
        click.echo(sound.format(count=len(loaded.sources)))
        return
    screen, folder = console(), data_folder(config, data)
    results = checked(loaded, folder, screen, quiet=as_json)
    if offline(results):
        note("no site could be reached: is this machine online?")
    if markdown is not None:
        write_report(markdown, results, clock())
    if fixing:
        if mending.fix(results, loaded, folder, screen, yes=yes, as_json=as_json, now=clock):
            ctx.exit(1)
        return
    if as_json:
        for line in json_rows(results, report=report, explained=explained):
            click.echo(json_line(line))
    elif report or markdown:
        print_report(results, screen)
    else:
        for one in results:
            show_source(one, screen)
    if any(one.broken for one in results):
        ctx.exit(1)


def checked(loaded: Config, data: Path, screen: Console, *, quiet: bool = False) -> list[Checked]:
    """Look at the sources, with a bar on a terminal where there are several."""
    chosen = loaded.sources
    hidden = quiet or len(chosen) < 2 or not screen.is_terminal
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Bars(*columns, console=screen, disable=hidden, transient=True) as bars:
        task = bars.add_task(_("checking"), total=len(chosen))
        return asyncio.run(
            check_all(
                chosen,
                loaded.settings,
                held=held_of(chosen, data),
                now=clock,
                progress=lambda source: bars.update(task, advance=1, description=source),
            )
        )


def json_rows(results: Iterable[Checked], *, report: bool, explained: bool) -> Iterable[Row]:
    """Yield a line for each source of a report, else for each listing."""
    for one in results:
        if report:
            yield summary(one)
        else:
            for look in one.looks:
                yield {"source": one.source.id} | row(look, one.source.address, explained=explained)


def row(look: Looked, home: str, *, explained: bool = False) -> Row:
    """Return a look at a listing as one JSON object."""
    article = as_json(look.reading.article) if look.reading else None
    if article is not None and explained:
        article["explain"] = as_explained(look.reading, look.at, look.link) if look.reading else {}
    return {
        "listing": look.listing.url,
        "kind": look.listing.kind,
        "state": look.state,
        "links": len(look.page.links) if look.page else 0,
        "newest": look.newest.isoformat() if look.newest else None,
        "next": look.page.next.url if look.page and look.page.next else None,
        "article": article,
        "error": str(look.error) if look.error else None,
        "findings": [finding_row(finding, home) for finding in look.findings],
    }


def show_source(checked: Checked, screen: Console) -> None:
    """Print what a source came to, for people."""
    for look in checked.looks:
        show(checked.source.id, look, screen)
        if look.findings:
            word = _(STATES[look.state])
            screen.print(f"  [{COLOURS.get(look.state, 'red')}]{word}[/]")
        for finding in look.findings:
            mark, colour = ("✗", "red") if finding.broken else ("!", "yellow")
            screen.print(f"  [{colour}]{mark}[/] {plain_markup(what(finding))}")
            screen.print(f"    → {plain_markup(fix(finding, checked.source.address))}")


def show(source: str, one: Looked, screen: Console) -> None:
    """Print a look at a listing for people."""
    screen.print(f"[bold]{source}[/] {one.listing.kind} {plain_markup(one.listing.url)}")
    if one.page:
        onward = one.page.next and neutral(one.page.next.url)
        told = _("{count} links, next {url}") if onward else _("{count} links, no further page")
        screen.print(f"  {plain_markup(told.format(count=len(one.page.links), url=onward))}")
        for named in one.page.links[:3]:
            screen.print(f"    {plain_markup(named.date or '-'):<17} {plain_markup(named.title)}")
    if one.reading:
        said = as_explained(one.reading, one.at, one.link)
        print_fields(as_json(one.reading.article) | {"explain": said}, screen)
    if one.error:
        screen.print(f"  [red]{type(one.error).__name__}[/] {plain_markup(retold(str(one.error)))}")
