"""``gazette reextract``: stored pages through today's extractor, without asking any site."""

import asyncio
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import click
from rich.console import Console
from rich.progress import track

from archive import Archive, Capture
from archive.escapes import neutral
from crawler import sources
from crawler.cli.options import config_folder, console, data_folder, folders
from crawler.errors import CrawlError
from crawler.reading import Reading, read_article
from crawler.records import Link, Source
from crawler.sandbox import Sandbox
from crawler.settings import Settings

#: What a reader of an article would notice.
COMPARED = ("title", "text", "published", "precision", "written", "origin", "author", "editor",
            "issuer", "doc_number", "index_number", "attachments", "pictures")  # fmt: skip


@click.command()
@click.argument("names", metavar="[SOURCE]...", nargs=-1)
@folders
def reextract(names: tuple[str, ...], config: Path | None, data: Path | None) -> None:
    """Read stored pages again, without asking any site: what would be read otherwise today.

    Shows article and fields; nothing is written.
    """
    loaded = sources.load(config_folder(config), only=names)
    known = {s.id: replace(s, listings=()) for s in loaded.sources}
    folder, screen = data_folder(config, data), console()
    with Archive.open(folder / "archive.db", read_only=True) as archive:
        pages = archive.captures(tuple(names))
        total = None if names else archive.stats()["articles"]
        bar = track(pages, "reading", total, console=screen, disable=not screen.is_terminal)
        read, changed = asyncio.run(read_again(archive, bar, known, loaded.settings, screen))
    screen.print(f"{read} pages read, {changed} would be read otherwise", markup=False)


async def read_again(
    archive: Archive,
    pages: Iterable[tuple[int, tuple[Capture, ...]]],
    known: dict[str, Source],
    settings: Settings,
    screen: Console,
) -> tuple[int, int]:
    """Print the articles that today's extractor reads otherwise; return how many of how many."""
    read = changed = 0
    with Sandbox(settings.sandbox) as sandbox:
        for article_id, captures in pages:
            stored = archive.get(article_id).article
            source = known.get(stored.source)
            if source is None:
                continue
            category = (
                stored.categories[-1] if len(stored.categories) > len(source.categories) else ""
            )
            capture = captures[0]
            link = Link(url=stored.url, title=stored.title)
            read += 1
            try:
                reading: Reading = await sandbox.run(
                    stored.url, read_article, captures, source, category, link, capture.fetched_at
                )
                again = reading.article
                found = [f for f in COMPARED if getattr(again, f) != getattr(stored, f)]
            except CrawlError as error:
                found = [f"not read: {error.reason}"]
            changed += bool(found)
            if found:
                screen.print(neutral(f"{article_id}  {', '.join(found)}"), markup=False)
    return read, changed
