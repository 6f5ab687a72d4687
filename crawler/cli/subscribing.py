"""``gazette add --opml``: the subscriptions of a feed reader become sources."""

from collections.abc import Sequence
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from archive.escapes import json_line, one_line
from archive.language import _, ngettext, retold
from crawler.cli.options import console
from crawler.discovery import as_toml
from crawler.discovery.opml import read_opml
from crawler.discovery.subscriptions import Planned, planned
from crawler.settings import Settings
from crawler.sources.known import ids, watched
from crawler.sources.new import check_text, write_new
from crawler.sources.routes import load_routes


def add_opml(
    file: Path, config: Path, settings: Settings, *, yes: bool, dry_run: bool, as_json: bool
) -> None:
    """Show what an OPML file would add, ask, write a source for each feed. Raises CrawlError."""
    sources = config / "sources"
    subscriptions = read_opml(file.read_bytes(), str(file))
    plans = planned(subscriptions, load_routes(config), watched(sources), ids(sources))
    texts = {plan.site.id: text_of(plan, file) for plan in plans if plan.site}
    for name, text in texts.items():
        check_text(config, name, text, settings)
    screen = console()
    if not as_json:
        _show(plans, screen)
    write = bool(texts) and not dry_run and (yes or not as_json)
    if write and not yes:
        ask = ngettext("write {count} source?", "write {count} sources?", len(texts))
        write = click.confirm(ask.format(count=len(texts)), default=True)
    if write:
        for name, text in texts.items():
            write_new(config, name, text, settings)
    if as_json:
        click.echo(json_line(_object(plans, written=write)))
    elif write:
        told = ngettext("wrote {count} source to {folder}", "wrote {count} sources to {folder}",
                        len(texts))  # fmt: skip
        screen.print(told.format(count=len(texts), folder=sources), markup=False)
        screen.print(_("`gazette check --all` tries them"), markup=False)


def text_of(plan: Planned, file: Path) -> str:
    """Return the source file of a subscription."""
    assert plan.site is not None
    assert plan.listing is not None
    told = f"Taken from {file.name} by `gazette add --opml`: {plan.subscription.feed}"
    return as_toml(plan.site, [plan.listing], told=told)


def _show(plans: Sequence[Planned], screen: Console) -> None:
    """Print a row for each subscription, what is added first, and how many there are."""
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False)
    table.add_column("", no_wrap=True)
    table.add_column(_("source"), no_wrap=True)
    table.add_column(_("name"), overflow="fold")
    for plan in sorted(plans, key=lambda plan: plan.site is None):
        name = Text(one_line(plan.subscription.name or plan.subscription.feed))
        if plan.subscription.groups:
            name.append(f"  {' / '.join(map(one_line, plan.subscription.groups))}", "cyan")
        if plan.why:
            name.append(f"\n{one_line(retold(plan.why))}", "yellow")
        mark = Text("+", "green") if plan.site else Text("")
        table.add_row(
            mark, plan.site.id if plan.site else "", name, style="" if plan.site else "dim"
        )
    screen.print(table)
    new = sum(plan.site is not None for plan in plans)
    told = _("{new} of {all} subscriptions become sources")
    screen.print(told.format(new=new, all=len(plans)))


def _object(plans: Sequence[Planned], *, written: bool) -> dict[str, object]:
    return {
        "sources": [
            {
                "feed": plan.subscription.feed,
                "name": plan.subscription.name or None,
                "groups": list(plan.subscription.groups),
                "id": plan.site.id if plan.site else None,
                "listing": plan.listing.listing.url if plan.listing else None,
                "why": plan.why or None,
            }
            for plan in plans
        ],
        "written": written,
    }
