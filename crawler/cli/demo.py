"""``gazette demo``: the whole path on the replica portal, without a step outside this machine."""

import asyncio
import json
import logging
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
from rich.cells import cell_len, set_cell_size
from rich.console import Console

from archive import Archive, Filters
from archive.cli import print_results
from archive.export import export_posts
from archive.language import N_, _
from archive.search import search
from crawler import sources
from crawler.cli.crawling import crawl_with_bars, summary_table, why
from crawler.cli.options import config_folder, console, data_folder, folders, speak
from crawler.replica import Portal, Site

#: Two Chinese words and an English one: the first is too short for most indexes.
QUERIES = ("就业", "数字经济", "employment")

#: How long ago the passes are dated: a takedown is a verdict over two weeks, and a visitor of the
#: demo has a minute.
PASSES = {
    N_("First pass, dated sixteen days back"): timedelta(days=16),
    N_("Second pass, a day later"): timedelta(days=15),
    N_("Third pass, a week later"): timedelta(days=8),
    N_("Fourth pass, now"): timedelta(),
}


def configure(portal: Portal, folder: Path, families: Path) -> None:
    """Write the configuration a user would write for these five sites."""
    (folder / "sources").mkdir(parents=True)
    shutil.copytree(families, folder / "families")
    ports = sorted({int(site.address.rpartition(":")[2]) for site in portal.sites})
    (folder / "gazette.toml").write_text(
        "# The replica portal answers on this machine only, and needs no pause.\n"
        f'[fetch]\nallow_networks = ["127.0.0.0/8"]\nports = {ports}\ndelay = "0s"\n',
        encoding="utf-8",
    )
    for site in portal.sites:
        (folder / "sources" / f"{site.id}.toml").write_text(as_toml(site), encoding="utf-8")


def as_toml(site: Site) -> str:
    """Return a replica site as the file that describes it."""

    def text(value: object) -> str:
        return json.dumps(value, ensure_ascii=False)

    lines = [
        f"name = {text(site.name)}",
        f"address = {text(site.address + '/')}",
        f"family = {text(site.family)}",
        f"zone = {text(site.zone)}",
        f"lang = {text(site.lang)}",
        f"categories = {text([site.name])}",
        'delay = "0s"',
    ]
    for listing in site.listings:
        lines += [
            "",
            "[[listings]]",
            f"url = {text(listing.url)}",
            f"kind = {text(listing.kind)}",
            f"category = {text(listing.category)}",
            "pages = 1000",
        ]
    return "\n".join(lines) + "\n"


def fresh(folder: Path) -> Path:
    """Make an empty folder for the demo; only an earlier demo is cleared away."""
    if folder.exists() and any(folder.iterdir()) and not (folder / "config").is_dir():
        raise click.UsageError(f"{folder} holds something else; give another folder with --data")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def passes(portal: Portal, folder: Path, screen: Console) -> None:
    """Crawl, let the sites change, crawl again until it is clear what was taken down."""
    loaded = sources.load(folder / "config")

    def crawl(title: str, *, deep: bool = False) -> None:
        def now() -> datetime:
            return datetime.now(UTC) - PASSES[title]

        reports = asyncio.run(
            crawl_with_bars(
                loaded.sources, loaded.settings, folder, screen=screen, deep=deep, now=now
            )
        )
        screen.print(summary_table(reports, _(title)))
        why(reports, folder, screen)

    first, second, *later = PASSES
    crawl(first)
    changes = portal.change(datetime.now(UTC) - PASSES[second])
    taken = len(changes.missing) + len(changes.redirected) + len(changes.soft_missing)
    overnight = _(
        "Overnight the sites published {published} articles, slipped in {backdated} with an old"
        " date, edited {edited} without a word, took {taken} down, reprinted {reprinted}, and moved"
        " {counted} view counters."
    ).format(
        published=len(changes.published),
        backdated=len(changes.backdated),
        edited=len(changes.edited),
        taken=taken,
        reprinted=len(changes.reprinted),
        counted=len(changes.counted),
    )
    screen.print(f"\n{overnight}\n")
    crawl(second, deep=True)
    screen.print(f"\n{_('One 404 is no takedown yet. Two weeks pass.')}\n")
    for title in later:
        crawl(title)


def three_searches(archive: Path, screen: Console) -> None:
    """Search as ``gazette search`` does."""
    for query in QUERIES:
        screen.print(f"\n[bold]$ gazette search {query} --limit 3[/]")
        found = search(archive, query, filters=Filters(), limit=3)
        print_results(found, screen, all_hits=not found.next)


@click.command()
@click.option("--size", default=200, show_default=True, help="Articles on the five sites.")
@click.option("--seed", default=1, show_default=True, help="Another seed gives other articles.")
@click.option("--serve", is_flag=True, help="Go on serving the sites until Ctrl-C.")
@folders
def demo(size: int, seed: int, serve: bool, config: Path | None, data: Path | None) -> None:
    """Try everything on five made-up government sites served on this machine."""
    speak(logging.ERROR)
    folder = fresh(data or data_folder(config) / "demo")
    screen = console()
    with Portal(size=size, seed=seed, now=datetime.now(UTC) - max(PASSES.values())) as portal:
        configure(portal, folder / "config", config_folder(config) / "families")
        told = _("{sites} government sites on this machine, {articles} articles:")
        screen.print(told.format(sites=len(portal.sites), articles=size))
        for site in portal.sites:
            screen.print(f"  {site.id:<8} {site.address}  {site.name}", markup=False)
        screen.print()
        passes(portal, folder, screen)
        three_searches(folder / "archive.db", screen)
        with Archive.open(folder / "archive.db", read_only=True) as archive:
            written = export_posts(archive, folder / "posts")
        told = _("{count} posts in {folder}").format(count=written, folder=folder / "posts")
        screen.print(f"\n{told}", markup=False)
        next_steps(folder, screen)
        if serve:
            wait(screen.print)


def next_steps(folder: Path, screen: Console) -> None:
    """Say how to go on."""
    here = f"--data {folder}"
    screen.print(f"\n{_('How to go on:')}")
    steps = (
        (f"gazette browse {here}", _("look at this archive in a browser")),
        (f"gazette search 养老服务 {here}", _("search it")),
        (f"gazette changes --since 30d {here}", _("what was edited without a word")),
        (f"gazette gone {here}", _("what was taken down")),
        ("gazette add URL", _("watch a site of your own")),
        ("gazette daemon", _("watch every source in config/sources for ever")),
    )
    width = max(cell_len(command) for command, _what in steps)
    for command, what in steps:
        screen.print(f"  {set_cell_size(command, width)}  {what}", markup=False)


def wait(say: Callable[[str], None]) -> None:
    """Serve until Ctrl-C."""
    say(f"\n{_('serving the sites; Ctrl-C ends it')}")
    try:
        asyncio.run(asyncio.Event().wait())
    except KeyboardInterrupt:
        return
