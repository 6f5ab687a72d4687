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

#: What ``state`` says: its mark, what people call it, its colour.
STATES = {
    "watched": ("●", N_("watched"), "green"),
    "at hand": ("○", N_("at hand"), ""),
    "resting": ("–", N_("resting"), "yellow"),
}
#: Columns of a terminal from which on a line has room for system and listings too.
WIDE = 110


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
        screen.print(table(shown, width=screen.width))
        screen.print(legend(shown))
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


def table(shown: Sequence[Source], *, width: int) -> Table:
    """Return the catalogue, a source a line; a narrow terminal has no room for all of it."""
    wide = width >= WIDE
    ids, sets = (s.id for s in shown), (" ".join(s.sets) for s in shown)
    taken = max(map(len, ids)) + max(map(len, sets)) + (35 if wide else 10)
    # What is left is for name and region, which are cut rather than anything else.
    left = max(width - taken, 16)
    found = Table(box=None, padding=(0, 2, 0, 0))
    found.add_column("", no_wrap=True)
    found.add_column(_("source"), no_wrap=True)
    found.add_column(_("name"), no_wrap=True, max_width=left * 4 // 7)
    found.add_column(_("region"), no_wrap=True, max_width=left * 3 // 7)
    found.add_column(_("sets"), no_wrap=True)
    if wide:
        found.add_column(_("system"), no_wrap=True)
        found.add_column(_("listings"), justify="right", no_wrap=True)
    for s in shown:
        mark, _word, colour = STATES[state(s)]
        system = (s.family, str(len(s.listings))) if wide else ()
        found.add_row(
            Text(mark, colour), s.id, Text(s.name), Text(s.region), Text(" ".join(s.sets)), *system
        )
    return found


def legend(shown: Sequence[Source]) -> Text:
    """Return what the marks mean and how many there are of each."""
    counts = Counter(map(state, shown))
    told = Text()
    for word, (mark, name, colour) in STATES.items():
        told.append(f"{mark} ", colour)
        told.append(f"{_(name)} {counts[word]}  ")
    return told


def tally(shown: Sequence[Source]) -> str:
    """Return in one line how many sources there are, and how many in each set."""
    told = ngettext("{count} source", "{count} sources", len(shown)).format(count=len(shown))
    counts = Counter(name for s in shown for name in s.sets)
    if not counts:
        return told
    sets = _(", ").join(f"{name} {count}" for name, count in sorted(counts.items()))
    return _("{told}; sets: {sets}").format(told=told, sets=sets)
