"""``gazette check``: what a source gives, before anything is stored."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import click
from rich.console import Console

from archive.cli.options import json_option
from archive.escapes import json_line
from archive.language import _, retold
from crawler import sources
from crawler.cli.explaining import print_fields
from crawler.cli.extracting import Row, as_explained, as_json
from crawler.cli.options import config_folder, console, folders
from crawler.cli.watching import plain_markup
from crawler.looking import Checked, check_all
from crawler.records import Link


@click.command()
@click.argument("names", metavar="[SOURCE]...", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Check every source.")
@click.option("--explain", "explained", is_flag=True, help="With --json: what every witness says.")
@json_option
@folders
@click.pass_context
def check(
    ctx: click.Context,
    names: tuple[str, ...],
    everything: bool,
    explained: bool,
    as_json: bool,
    config: Path | None,
    data: Path | None,
) -> None:
    """Dry run: what each listing names, its first article, who says so; nothing is stored.

    Each field of the article stands with the witness that was believed, below it what the others
    say: ✓ believed, ✗ refused and why.
    """
    loaded = sources.load(config_folder(config), only=names)
    if not names and not everything:
        sound = _("{count} sources, configuration sound; --all asks the sites")
        click.echo(sound.format(count=len(loaded.sources)))
        return
    results = asyncio.run(check_all(loaded.sources, loaded.settings))
    screen = console()
    for source, checks in results.items():
        for one in checks:
            if as_json:
                click.echo(json_line({"source": source} | row(one, explained=explained)))
            else:
                show(source, one, screen)
    if any(one.error for checks in results.values() for one in checks):
        ctx.exit(1)


def row(one: Checked, *, explained: bool = False) -> Row:
    """Return a check as one JSON object."""
    article = as_json(one.reading.article) if one.reading else None
    if article is not None and explained:
        article["explain"] = _explained(one)
    return {
        "listing": one.listing.url,
        "kind": one.listing.kind,
        "links": len(one.page.links) if one.page else 0,
        "next": one.page.next.url if one.page and one.page.next else None,
        "article": article,
        "error": str(one.error) if one.error else None,
    }


def _explained(one: Checked) -> dict[str, list[Row]]:
    """Return what the witnesses say of a check's article."""
    link: Link | None = one.page.links[0] if one.page else None
    return as_explained(one.reading, datetime.now(UTC), link) if one.reading else {}


def show(source: str, one: Checked, screen: Console) -> None:
    """Print a check for people."""
    screen.print(f"[bold]{source}[/] {one.listing.kind} {plain_markup(one.listing.url)}")
    if one.page:
        onward = one.page.next and plain_markup(one.page.next.url)
        told = _("{count} links, next {url}") if onward else _("{count} links, no further page")
        screen.print(f"  {told.format(count=len(one.page.links), url=onward)}")
        for link in one.page.links[:3]:
            screen.print(f"    {link.date or '-':<17} {plain_markup(link.title)}")
    if one.reading:
        print_fields(as_json(one.reading.article) | {"explain": _explained(one)}, screen)
    if one.error:
        screen.print(f"  [red]{type(one.error).__name__}[/] {plain_markup(retold(str(one.error)))}")
