"""``gazette sources``: what the config folder holds, and what of it is watched."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import click
from rich.table import Table
from rich.text import Text

from archive.cli.options import json_option, note
from archive.escapes import json_line
from archive.language import N_, _, ngettext
from crawler import sources
from crawler.cli.options import config_folder, config_option, console, sets_option
from crawler.records import Source

#: What ``state`` says, for people, and its colour.
STATES = {
    "watched": (N_("watched"), "green"),
    "at hand": (N_("at hand"), ""),
    "resting": (N_("resting"), "yellow"),
}


@click.command("sources")
@sets_option
@click.option("--region", default="", help="Only of this region and those in it.")
@json_option
@config_option
@click.pass_context
def catalogue(
    ctx: click.Context, sets: tuple[str, ...], region: str, as_json: bool, config: Path | None
) -> None:
    """List the catalogue: every source with its place, sets and system, and which are watched.

    A source is watched, at hand (asked when it or its set is named), or resting (enabled = false).
    """
    loaded = sources.load(config_folder(config), sets=sets)
    shown = [s for s in loaded.sources if within(s.region, region)]
    if as_json:
        for source in shown:
            click.echo(json_line(row(source)))
    elif shown:
        screen = console()
        screen.print(table(shown))
        screen.print(tally(shown), markup=False)
    else:
        note(_("no source of the region {region}").format(region=region))
    if not shown:
        ctx.exit(1)


def within(region: str, asked: str) -> bool:
    """Tell whether a region is the one asked for or lies in it; nothing asked for: every one."""
    return not asked or f"{region}/".startswith(f"{asked.strip('/')}/")


def state(source: Source) -> str:
    """Return one word on a source: ``watched``, ``at hand``, ``resting``."""
    return "resting" if source.resting else "watched" if source.enabled else "at hand"


def row(source: Source) -> dict[str, object]:
    """Return the documented JSON object of a source."""
    return {
        "id": source.id,
        "name": source.name,
        "address": source.address,
        "region": source.region,
        "lang": source.lang,
        "zone": source.zone,
        "sets": list(source.sets),
        "family": source.family,
        "state": state(source),
        "listings": [
            {"url": each.url, "kind": each.kind, "category": each.category}
            for each in source.listings
        ],
    }


def table(shown: Sequence[Source]) -> Table:
    """Return the catalogue, a source a row."""
    found = Table(box=None, padding=(0, 2, 0, 0))
    found.add_column(_("source"), no_wrap=True)
    for heading in (_("name"), _("region"), _("sets"), _("system")):
        found.add_column(heading, overflow="fold")
    found.add_column(_("listings"), justify="right")
    found.add_column("", no_wrap=True)
    for s in shown:
        word, colour = STATES[state(s)]
        found.add_row(
            s.id, Text(s.name), Text(s.region), Text(" ".join(s.sets)), s.family,
            str(len(s.listings)), Text(_(word), colour),
        )  # fmt: skip
    return found


def tally(shown: Sequence[Source]) -> str:
    """Return in one line how many sources there are, how many watched, and how many in each set."""
    watched = sum(s.enabled for s in shown)
    told = ngettext(
        "{count} source, {watched} watched", "{count} sources, {watched} watched", len(shown)
    ).format(count=len(shown), watched=watched)
    counts = Counter(name for s in shown for name in s.sets)
    if not counts:
        return told
    sets = _(", ").join(f"{name} {count}" for name, count in sorted(counts.items()))
    return _("{told}; sets: {sets}").format(told=told, sets=sets)
