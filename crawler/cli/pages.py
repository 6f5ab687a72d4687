"""``gazette extract`` and ``links``: single pages, and nothing stored."""

import asyncio
import json
import os
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress

from archive.cli.options import json_option
from archive.language import _
from crawler import sources
from crawler.cli.explaining import print_explained
from crawler.cli.extracting import Job, Way, as_capture, extract_all, is_address, manifest
from crawler.cli.options import config_folder, console, folders
from crawler.fetch import Fetcher
from crawler.reading import read_links_anywhere
from crawler.records import Listing, ListingKind, Source
from crawler.sandbox import Sandbox
from crawler.settings import Settings
from crawler.zones import zone_of


async def print_all(jobs: list[Job], settings: Settings, way: Way, *, people: bool) -> bool:
    """Print what became of each job, in order; return whether all went well."""
    bars = Progress(console=Console(stderr=True), disable=not _watched(jobs), transient=True)
    # the parent only hands out names and prints: every core reads
    limits = settings.sandbox
    limits = replace(limits, workers=limits.workers or os.cpu_count() or 1)
    well, screen = True, console()
    with bars, Sandbox(limits) as sandbox:
        task = bars.add_task(_("reading"), total=len(jobs))
        async with Fetcher(settings.fetch, now=lambda: datetime.now(UTC)) as fetcher:
            async for line in extract_all(jobs, sandbox, fetcher, way):
                well = well and line.well
                if people:
                    print_explained(json.loads(line.text), screen)
                else:
                    click.echo(line.text)
                bars.advance(task)
    return well


def _watched(jobs: list[Job]) -> bool:
    """Say whether somebody waits at a terminal that does not show the lines themselves."""
    return len(jobs) > 1 and sys.stderr.isatty() and not sys.stdout.isatty()


def _jobs(words: tuple[str, ...], url: str) -> Iterator[Job]:
    """Yield a job for each file and address. Raises click.UsageError."""
    for word in words:
        if is_address(word):
            yield Job(id=word, url=word)
        elif not Path(word).is_file():
            raise click.UsageError(
                f"{word}: no such file (an address begins with http:// or https://)"
            )
        else:
            yield Job(id=word, file=Path(word), url=url or Path(word).resolve().as_uri())


@click.command("extract")
@click.argument("pages", metavar="[FILE|ADDRESS]...", nargs=-1)
@click.option(
    "--batch",
    type=click.Path(path_type=Path, exists=True, dir_okay=False, allow_dash=True),
    metavar="MANIFEST",
    help='Lines of {"id", "file", "url"}; files lie beside it.',
)
@click.option("--url", default="", help="The address the files came from.")
@click.option("--zone", default="", help="Zone of times without one.  [default: the country's]")
@click.option("--source", "name", default="", help="Read by the rules of this source.")
@click.option(
    "--explain", "explained", is_flag=True, help="What every witness says, who was believed."
)
@json_option
@folders
@click.pass_context
def extract_pages(
    ctx: click.Context,
    pages: tuple[str, ...],
    batch: Path | None,
    url: str,
    zone: str,
    name: str,
    explained: bool,
    as_json: bool,
    config: Path | None,
    data: Path | None,
) -> None:
    """Read pages from files or addresses: an article a line, as JSON, with its witnesses.

    A page that cannot be read gives {"id", "error", "reason"}, the others go on; then the exit code
    is 1. "author" is the writer or, where the page names none, its responsible editor. --explain
    prints a table on a terminal, and adds a key to the JSON elsewhere or with --json.
    """
    jobs = list(_jobs(pages, url))
    jobs += list(manifest(batch, _lines(batch))) if batch else []
    if not jobs:
        raise click.UsageError("give a FILE, an ADDRESS or --batch MANIFEST")
    folder = config_folder(config)
    settings = sources.load_settings(folder) if folder.is_dir() else Settings()
    way = Way(
        source=replace(_source(folder, name), listings=()) if name else None,
        zone=zone,
        explained=explained,
        longest=settings.sandbox.max_input,
        now=datetime.now(UTC),
    )
    people = explained and not as_json and sys.stdout.isatty()
    if not asyncio.run(print_all(jobs, settings, way, people=people)):
        ctx.exit(1)


def _source(folder: Path, name: str) -> Source:
    return sources.load(folder, only=(name,)).sources[0]


def _lines(batch: Path) -> Iterable[bytes]:
    """Return the lines of a manifest, of standard input for -."""
    return sys.stdin.buffer if str(batch) == "-" else batch.read_bytes().split(b"\n")


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--url", required=True, help="The address the file came from.")
@click.option("--kind", type=click.Choice([k.value for k in ListingKind]), default="html")
@folders
def links(file: Path, url: str, kind: str, config: Path | None, data: Path | None) -> None:
    """Read a listing from a file: a line of {url, title, date} for each article it names."""
    listing = Listing(url=url, kind=ListingKind(kind))
    source = Source(id="links", name="", address=url, zone=zone_of(url), listings=(listing,))
    capture = as_capture(Job(id=url, url=url), file.read_bytes(), datetime.now(UTC), "")
    page = read_links_anywhere(capture, listing, source)
    for link in page.links:
        told = asdict(link)
        del told["seen"]  # when a file was read is no news to its reader
        if not told["modified"]:
            del told["modified"]  # only feeds and sitemaps tell
        click.echo(json.dumps(told, ensure_ascii=False))
