"""``gazette add``: from an address to a source file."""

import asyncio
import json
from dataclasses import replace
from pathlib import Path

import click

from archive.language import _
from crawler import sources
from crawler.cli.checking import show
from crawler.cli.options import config_folder, console, folders
from crawler.looking import look_at
from crawler.records import Source


def as_toml(source: Source) -> str:
    """Return a source as the file that describes it, only what is needed."""
    text = json.dumps  # a JSON string is a TOML basic string
    listing = source.listings[0]
    return "\n".join(
        [
            f"name = {text(source.name, ensure_ascii=False)}",
            f"address = {text(source.address)}",
            f"zone = {text(source.zone)}",
            "# categories = []  # the path of channels its articles belong to",
            "",
            "[[listings]]",
            f"url = {text(listing.url)}",
            f"kind = {text(listing.kind.value)}",
            "",
        ]
    )


@click.command()
@click.argument("url")
@click.option("--id", "name", default="", help="Name of the source.  [default: from the host]")
@click.option("--yes", is_flag=True, help="Write without asking.")
@folders
def add(url: str, name: str, yes: bool, config: Path | None, data: Path | None) -> None:
    """Look at a listing, feed or sitemap, show what it gives, write config/sources/<id>.toml."""
    folder, screen = config_folder(config), console()
    settings = sources.load_settings(folder)
    source, checked = asyncio.run(look_at(url, settings))
    source = replace(source, id=name or source.id)
    show(source.id, checked, screen)
    target = folder / "sources" / f"{source.id}.toml"
    if target.exists():
        raise click.UsageError(f"{target} exists; give another name with --id")
    if yes or click.confirm(_("write {file}?").format(file=target), default=True):
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(as_toml(source), encoding="utf-8")
        told = _("wrote {file}; `gazette crawl {source}` fetches it")
        screen.print(told.format(file=target, source=source.id), markup=False)
