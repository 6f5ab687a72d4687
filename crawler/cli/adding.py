"""``gazette add``: from an address to a source file."""

import asyncio
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.text import Text

from archive.cli.options import json_option
from archive.escapes import json_line, one_line
from archive.language import _
from crawler import sources
from crawler.cli.found import as_object, print_found, print_nothing
from crawler.cli.options import config_folder, console, folders
from crawler.cli.subscribing import add_opml
from crawler.discovery import MOST_REQUESTS, Discovery, Tried, as_toml, discover, free_id
from crawler.records import ListingKind
from crawler.settings import Settings
from crawler.sources.known import ids, usual_kind
from crawler.sources.new import check_text, write_new

#: What an id is made of, as a file's name has to be.
_ID = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?")


@click.command()
@click.argument("url", required=False)
@click.option(
    "--opml",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="FILE",
    help="Take the feeds of a feed reader's OPML file, one source each; no site is asked.",
)
@click.option("--id", "name", default="", help="Id of the source.  [default: from the host]")
@click.option(
    "--requests",
    "most",
    type=click.IntRange(min=3),
    default=MOST_REQUESTS,
    show_default=True,
    help="Most requests to send.",
)
@click.option("--yes", is_flag=True, help="Keep what is good and write without asking.")
@click.option("--dry-run", is_flag=True, help="Show what would be written, write nothing.")
@json_option
@folders
@click.pass_context
def add(
    ctx: click.Context,
    url: str | None,
    opml: Path | None,
    name: str,
    most: int,
    yes: bool,
    dry_run: bool,
    as_json: bool,
    config: Path | None,
    data: Path | None,
) -> None:
    """Look at a site, show what can be watched there, write config/sources/<id>.toml.

    URL is a home page, a column, a feed, a sitemap or a single article. Of a home page all columns
    are taken, of anything else what it names. On a terminal it asks which to keep; with --json it
    asks nothing, and writes only with --yes.
    """
    if (url is None) == (opml is None):
        raise click.UsageError("give either a URL or --opml FILE")
    if name and not _ID.fullmatch(name):
        raise click.BadParameter("small letters, digits and inner hyphens", param_hint="--id")
    folder = config_folder(config)
    settings = sources.load_settings(folder)
    if opml is not None:
        add_opml(opml, folder, settings, yes=yes, dry_run=dry_run, as_json=as_json)
        return
    if name and (folder / "sources" / f"{name}.toml").exists():
        raise click.UsageError(f"{name} exists already; give another name with --id")
    assert url is not None
    found = _look(url, folder, settings, most)
    found = replace(
        found, site=replace(found.site, id=name or free_id(found.site.id, ids(folder / "sources")))
    )
    if as_json:
        well = _for_machines(found, folder, settings, write=yes and not dry_run)
    else:
        well = _for_people(found, folder, settings, ask=not (yes or dry_run), write=not dry_run)
    if not well:
        ctx.exit(1)


def _look(url: str, folder: Path, settings: Settings, most: int) -> Discovery:
    """Walk over the site, with a bar on a terminal and nothing elsewhere."""
    columns = (
        TextColumn(_("looking")),
        BarColumn(bar_width=20),
        MofNCompleteColumn(),
        TextColumn("{task.description}", markup=False),
    )
    screen = Console(stderr=True)
    with Progress(*columns, console=screen, transient=True, disable=not screen.is_terminal) as bar:
        task = bar.add_task("", total=most)

        def show(address: str, requests: int) -> None:
            room = max(20, screen.width - 50)
            bar.update(task, completed=requests, description=one_line(address)[:room])

        now = datetime.now(UTC)
        return asyncio.run(discover(url, settings, folder, now=now, most=most, show=show))


def _for_machines(found: Discovery, folder: Path, settings: Settings, *, write: bool) -> bool:
    """Print one object, write where that was asked for; return whether something was found."""
    text = _text(found, found.good, folder) if found.good else ""
    file = write_new(folder, found.site.id, text, settings) if text and write else None
    click.echo(json_line(as_object(found, text, str(file) if file else None)))
    return bool(found.good)


def _for_people(
    found: Discovery, folder: Path, settings: Settings, *, ask: bool, write: bool
) -> bool:
    """Show what was found, ask, write; return whether something is, or could be, watched."""
    screen = console()
    readable = [one for one in found.tried if one.urls]
    if readable:
        print_found(found, screen)
        screen.print()
    if not found.good:
        print_nothing(found, screen)
    kept: Sequence[Tried] = found.good
    if ask and any(not one.watched for one in readable):
        kept = [found.tried[number] for number in _asked(found)]
        if not kept:
            screen.print(_("nothing is written"))
            return bool(found.good)
        found = _renamed(found, folder)
    if not kept:
        return False
    text = _text(found, kept, folder)
    check_text(folder, found.site.id, text, settings)
    if not write:
        screen.print(Text(f"# {folder / 'sources' / found.site.id}.toml", "dim"))
        screen.print(Text(text))
        return True
    target = write_new(folder, found.site.id, text, settings)
    told = _("wrote {file}; `gazette crawl {source}` fetches it")
    screen.print(told.format(file=target, source=found.site.id), markup=False)
    return True


def _asked(found: Discovery) -> tuple[int, ...]:
    """Ask which listings to keep; return their positions."""
    good = ",".join(str(n) for n, one in enumerate(found.tried, 1) if one.good)
    numbers: tuple[int, ...] = click.prompt(
        _("Keep which? (numbers, 1-3, all, none)"),
        default=good or "none",
        value_proc=lambda answer: _unwatched(chosen(answer, len(found.tried)), found),
    )
    return numbers


def _unwatched(numbers: tuple[int, ...], found: Discovery) -> tuple[int, ...]:
    """Return the positions; raises click.BadParameter where one is watched by another source."""
    for number in numbers:
        if source := found.tried[number].watched:
            raise click.BadParameter(f"{source} watches {number + 1} already")
    return numbers


def chosen(answer: str, count: int) -> tuple[int, ...]:
    """Return the positions that ``1,3-5``, ``all`` or ``none`` means, each once.

    Raises click.BadParameter for what means none of ``count`` listings.
    """
    said = answer.strip().lower()
    if said in ("all", "none", "全部", "不要"):
        return tuple(range(count)) if said in ("all", "全部") else ()
    numbers: list[int] = []
    for part in re.split(r"[,，、\s]+", said.strip(", ，")):
        ends = re.fullmatch(r"([0-9]{1,4})(?:\s*[-–~]\s*([0-9]{1,4}))?", part)
        first, last = (int(ends[1]), int(ends[2] or ends[1])) if ends else (0, 0)
        if not 1 <= first <= last <= count:
            raise click.BadParameter(f"give numbers from 1 to {count}, all or none")
        numbers += range(first - 1, last)
    return tuple(dict.fromkeys(numbers))


def _renamed(found: Discovery, folder: Path) -> Discovery:
    """Ask for another name and id; what is proposed stays where nothing is typed."""
    taken = ids(folder / "sources")

    def an_id(answer: str) -> str:
        if not _ID.fullmatch(answer):
            raise click.BadParameter("small letters, digits and inner hyphens")
        if answer in taken:
            raise click.BadParameter(f"{answer} exists already")
        return answer

    name = click.prompt(_("Name"), default=one_line(found.site.name))
    chosen_id = click.prompt(_("Id"), default=found.site.id, value_proc=an_id)
    return replace(found, site=replace(found.site, name=name, id=chosen_id))


def _text(found: Discovery, kept: Sequence[Tried], folder: Path) -> str:
    """Return the source file."""
    usual = usual_kind(folder / "families", found.site.family) or ListingKind.HTML
    told = f"Found by `gazette add {found.url}` on {found.at:%Y-%m-%d}."
    return as_toml(found.site, kept, told=told, usual=usual)
