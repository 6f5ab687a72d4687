"""``gazette import``: posts and WARC files of others into the archive."""

import asyncio
import logging
import os
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress

from archive import Archive, is_warc
from archive.cli.moving import VERDICTS, take_posts
from archive.cli.options import NOT_FOUND, ArchiveCommand, complain, json_option
from archive.escapes import json_line
from archive.language import _, retold
from crawler import sources
from crawler.cli.options import config_folder, data_folder, folders, speak
from crawler.importing import Imported, Importing
from crawler.sandbox import Sandbox

_SUFFIXES = (".warc", ".warc.gz")
#: Records of one kind that are named; the rest are only counted.
_SHOWN = 5


@click.command("import", cls=ArchiveCommand)
@click.argument(
    "paths", nargs=-1, required=True, metavar="PATH…", type=click.Path(exists=True, path_type=Path)
)
@json_option
@folders
def import_(paths: tuple[Path, ...], as_json: bool, config: Path | None, data: Path | None) -> None:
    """Put posts, and the articles of WARC files, into the archive: files, or folders of them.

    Posts are of the front-matter format (*.md); what one cannot say is noted. Of a WARC file that
    others made (wget, warcio, a browser) every page that is an article is read and kept with the
    moment it was taken; what is none is counted, with the reason. A file that cannot be read is
    reported, and the rest goes on. Importing again changes nothing.
    """
    speak(logging.WARNING)
    warcs = list(warc_files(paths))
    posts = [path for path in paths if path not in warcs]
    folder = data_folder(config, data)
    well = take_warcs(warcs, config, folder, as_json=as_json) if warcs else None
    # A folder of WARC files alone holds no posts, and need not.
    taken = take_posts(posts, folder, as_json=as_json, some=not warcs)
    if well is False or not taken:
        raise click.exceptions.Exit(NOT_FOUND)


def warc_files(paths: Iterable[Path]) -> Iterator[Path]:
    """Yield every WARC file named, by what is in it, and below every folder, by its name."""
    for path in paths:
        if path.is_file() and is_warc(path):
            yield path
        for below, folders_, names in os.walk(path) if path.is_dir() else ():
            folders_[:] = sorted(name for name in folders_ if not name.startswith("."))
            yield from (Path(below, name) for name in sorted(names) if name.endswith(_SUFFIXES))


def take_warcs(files: Iterable[Path], config: Path | None, data: Path, *, as_json: bool) -> bool:
    """Import WARC files and print what became of them; return whether all could be read."""
    loaded = sources.load(config_folder(config))

    async def each() -> bool:
        well = True
        for path in files:
            counts = await _take(importing, path, as_json=as_json)
            if not as_json:
                click.echo(summary(path, counts))
            well = well and not counts["failed"]
        return well

    with (
        Archive.open(data / "archive.db") as archive,
        Sandbox(loaded.settings.sandbox) as sandbox,
    ):
        importing = Importing(archive, sandbox, loaded.sources, loaded.settings.fetch)
        return asyncio.run(each())


async def _take(importing: Importing, path: Path, *, as_json: bool) -> Counter[str]:
    """Import one file; return how often each thing became of its records."""
    bar = Console(stderr=True)
    now = datetime.now(UTC)
    pages, others = importing.survey(path, now=now)
    counts: Counter[str] = Counter()
    for imported in others:
        counts.update(_tell(imported, counts, as_json=as_json))
    with Progress(console=bar, transient=True, disable=not bar.is_terminal) as progress:
        task = progress.add_task(path.name, total=len(pages))
        async for imported in importing.all(path, pages, now=now):
            counts.update(_tell(imported, counts, as_json=as_json))
            progress.advance(task)
    return counts


def _tell(imported: Imported, told: Counter[str], *, as_json: bool) -> list[str]:
    """Print what became of a record, where it says something; return what to count."""
    receipt = imported.receipt
    outcome = receipt.verdict.value if receipt else imported.reason
    if imported.failed:
        if told["failed"] < _SHOWN:
            complain(f"{imported.path} at {imported.offset}: {imported.url} {imported.reason}")
        outcome = "failed"
    if as_json and (imported.url or imported.failed):
        row = {
            "path": str(imported.path),
            "offset": imported.offset,
            "url": imported.url or None,
            "id": receipt.id if receipt else None,
            "verdict": receipt.verdict if receipt else None,
            "reason": imported.reason or None,
        }
        click.echo(json_line(row))
    return [outcome]


def summary(path: Path, counts: Counter[str]) -> str:
    """Return in lines what the records of a file came to."""
    took = _(", ").join(
        _(words).format(count=counts[key]) for key, words in VERDICTS.items() if counts[key]
    )
    lines = [f"{path}{_(': ')}{took or _('no article')}"]
    for reason, count in counts.most_common():
        if reason not in VERDICTS:
            over = _("passed over: {count} {reason}")
            lines.append("  " + over.format(count=count, reason=retold(reason)))
    return "\n".join(lines)
