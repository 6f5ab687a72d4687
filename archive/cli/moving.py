"""``gazette import`` and ``export``: posts into the archive, articles out of it."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import click
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
    track,
)

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
)
from archive.escapes import json_line
from archive.explain import explain
from archive.export import EXPORTERS, Job
from archive.language import N_, _, retold
from archive.posts import Outcome, import_posts, post_files
from archive.query import compile_query
from archive.records import Filters
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
            note(_("no posts (*.md, *.markdown) there"))
        return not some
    counts: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    bar = Console(stderr=True)
    with Archive.open(data / "archive.db") as archive:
        outcomes = import_posts(archive, files, now=datetime.now(UTC))
        for outcome in track(
            outcomes,
            _("importing"),
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
            told = _("note: {kind}: {count} more posts")
            note(told.format(kind=retold(kind), count=count - _SHOWN))
    if not as_json:
        said = _(", ").join(
            _(words).format(count=counts[key]) for key, words in VERDICTS.items() if counts[key]
        )
        click.echo(_("{count} posts: {verdicts}").format(count=len(files), verdicts=said))
    return not counts["failed"]


#: What can become of what is imported, and how many times it did.
VERDICTS = {
    "new": N_("{count} new"),
    "revised": N_("{count} revised"),
    "unchanged": N_("{count} unchanged"),
    "reprint": N_("{count} reprint"),
    "failed": N_("{count} failed"),
}


def _tell(outcome: Outcome, kinds: Counter[str]) -> None:
    if outcome.error:
        complain(str(outcome.error))
    for remark in outcome.notes:
        kind = remark.partition(":")[0]
        kinds[kind] += 1
        if kinds[kind] <= _SHOWN:
            note(f"{outcome.path}: {retold(remark)}")


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
@click.argument("words", metavar="[QUERY]...", nargs=-1)
@click.option("--query", "-q", default="", help="What to look for, instead of a QUERY behind OUT.")
@click.option(
    "--format",
    "form",
    type=click.Choice(list(EXPORTERS)),
    default="jsonl",
    show_default=True,
    help="hexo, hugo: a folder of posts; warc: the answers they were read from.",
)
@click.option("--raw", is_flag=True, help="csv: values as they are, formulas and all.")
@filtered
@folders
def export(
    out: Path,
    words: tuple[str, ...],
    query: str,
    form: str,
    raw: bool,
    filters: Filters,
    data: Path,
) -> None:
    """Write articles, reprints too, to the file or folder OUT; - is standard output.

    With a QUERY, in the language of gazette search, only those that it finds. Exporting posts
    again writes only what has changed. An export that was ended, even by a power cut, goes on when
    the same is asked again.
    """
    if query and words:
        raise click.UsageError("give a QUERY behind OUT or with --query, not both")
    asked = query or " ".join(words)
    counts: Counter[bool] = Counter()
    with reading(data) as archive:
        for said in compile_query(asked).notes:
            note(_("note: {note}").format(note=retold(said)))
        job = Job(
            out=None if str(out) == "-" else out,
            raw=raw,
            asked=json_line([form, raw, str(existing(data).resolve()), asked, repr(filters)]),
            archive=archive,
        )
        articles = EXPORTERS[form](lambda below: archive.matching(asked, filters, below=below), job)
        for written in _with_bar(articles, archive.how_many(asked, filters), quiet=job.out is None):
            counts[written] += 1
    if not counts:
        note(_("nothing to export: {what}").format(what=_("; ").join(explain(asked, filters))))
        raise click.exceptions.Exit(NOT_FOUND)
    told = (
        _("{written} articles written, {same} as they were: {out}")
        if counts[False]
        else _("{written} articles written: {out}")
    )
    note(told.format(written=counts[True], same=counts[False], out=out))


def _with_bar(articles: Iterator[bool], total: int, *, quiet: bool) -> Iterator[bool]:
    """Yield what an exporter does, with a bar on a terminal."""
    bar = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(
        *columns, console=bar, transient=True, disable=quiet or not bar.is_terminal
    ) as progress:
        task = progress.add_task(_("exporting"), total=total)
        for written in articles:
            yield written
            progress.advance(task)
