"""``gazette import`` and ``export``: posts into the archive, articles out of it."""

import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress, track

from archive.cli.options import (
    NOT_FOUND,
    ArchiveCommand,
    complain,
    existing,
    filtered,
    folders,
    json_option,
    note,
    reading,
    told,
)
from archive.escapes import json_line
from archive.export import EXPORTERS
from archive.posts import Outcome, import_posts, post_files
from archive.records import Filters, Stored, Verdict
from archive.search import search
from archive.store import Archive

#: Notes of one kind that are printed; the rest are only counted.
_SHOWN = 5


@click.command("import", cls=ArchiveCommand)
@click.argument(
    "paths", nargs=-1, required=True, metavar="PATH…", type=click.Path(exists=True, path_type=Path)
)
@json_option
@folders
def import_(paths: tuple[Path, ...], as_json: bool, data: Path) -> None:
    """Put posts of the front-matter format into the archive: files, or folders of *.md.

    What a post cannot say is noted; a file that is no post is reported, and the rest goes on.
    Importing again changes nothing.
    """
    if not take_posts(paths, data, as_json=as_json):
        raise click.exceptions.Exit(NOT_FOUND)


def take_posts(paths: Iterable[Path], data: Path, *, as_json: bool, some: bool = True) -> bool:
    """Import posts and print what became of them; return whether all of them were taken.

    False where there are none, unless ``some`` are not asked for.
    """
    files = list(post_files(paths))
    if not files:
        if some:
            note("no posts (*.md, *.markdown) there")
        return not some
    counts: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    bar = Console(stderr=True)
    with Archive.open(data / "archive.db") as archive:
        outcomes = import_posts(archive, files, now=datetime.now(UTC))
        for outcome in track(
            outcomes,
            "importing",
            len(files),
            console=bar,
            transient=True,
            disable=not bar.is_terminal,
        ):
            counts[outcome.receipt.verdict if outcome.receipt else "failed"] += 1
            _tell(outcome, kinds)
            if as_json:
                click.echo(json_line(_as_row(outcome)))
    for kind, count in kinds.items():
        if count > _SHOWN:
            note(f"note: {kind}: {count - _SHOWN} more posts")
    if not as_json:
        said = ", ".join(f"{counts[key]} {key}" for key in (*Verdict, "failed") if counts[key])
        click.echo(f"{len(files)} posts: {said}")
    return not counts["failed"]


def _tell(outcome: Outcome, kinds: Counter[str]) -> None:
    if outcome.error:
        complain(str(outcome.error))
    for remark in outcome.notes:
        kind = remark.partition(":")[0]
        kinds[kind] += 1
        if kinds[kind] <= _SHOWN:
            note(f"{outcome.path}: {remark}")


def _as_row(outcome: Outcome) -> dict[str, object]:
    receipt, error = outcome.receipt, outcome.error
    return {
        "path": str(outcome.path),
        "id": receipt.id if receipt else None,
        "verdict": receipt.verdict if receipt else "failed",
        "revision": receipt.revision if receipt else None,
        "notes": outcome.notes,
        "line": error.line if error else None,
        "error": error.reason if error else None,
    }


@click.command(cls=ArchiveCommand)
@click.argument("out", default="-", type=click.Path(path_type=Path, allow_dash=True))
@click.argument("query", nargs=-1)
@click.option(
    "--format",
    "form",
    type=click.Choice(list(EXPORTERS)),
    default="jsonl",
    show_default=True,
    help="hexo: a folder of posts.",
)
@click.option("--raw", is_flag=True, help="csv: values as they are, formulas and all.")
@filtered
@folders
def export(
    out: Path, query: tuple[str, ...], form: str, raw: bool, filters: Filters, data: Path
) -> None:
    """Write articles, reprints too, to the file or folder OUT; - is standard output.

    With a QUERY, only those that a search for it finds. Exporting posts again writes only what
    has changed.
    """
    place = None if str(out) == "-" else out
    asked = " ".join(query)
    counts: Counter[bool] = Counter()
    with reading(data) as archive:
        articles = _chosen(archive, existing(data), asked, replace(filters, all_reprints=True))
        bar = Console(stderr=True)
        with Progress(
            console=bar, transient=True, disable=place is None or not bar.is_terminal
        ) as progress:
            task = progress.add_task("exporting", total=archive.stats()["articles"])
            for written in EXPORTERS[form](articles, place, raw):
                counts[written] += 1
                progress.advance(task)
    if not counts:
        note(f"nothing to export{told(asked, filters)}")
        raise click.exceptions.Exit(NOT_FOUND)
    same = f", {counts[False]} as they were" if counts[False] else ""
    note(f"{counts[True]} articles written{same}: {out}")  # fmt: skip


def _chosen(archive: Archive, path: Path, query: str, filters: Filters) -> Iterator[Stored]:
    if not query:
        return archive.articles(filters)
    # All at once, so that what is stored meanwhile shifts nothing.
    hits = search(path, query, filters=filters, limit=sys.maxsize).hits
    return (archive.get(hit.id) for hit in hits)
