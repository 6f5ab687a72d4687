"""``gazette files``: the attachments and pictures that are kept with an article."""

import sys
from dataclasses import asdict
from pathlib import Path

import click
from rich.filesize import decimal
from rich.table import Table

from archive.cli.options import (
    NOT_FOUND,
    ArchiveCommand,
    folders,
    json_option,
    note,
    reading,
    screen,
)
from archive.errors import ArchiveError
from archive.escapes import json_line, one_line
from archive.language import N_, _
from archive.records import KeptFile

#: What a file is to its article, for people.
ROLES = {"attachment": N_("attachment"), "picture": N_("picture")}


def as_row(number: int, file: KeptFile) -> dict[str, object]:
    """Return a file as the object of ``--json``; what is not kept has neither size nor digest."""
    when = f"{file.fetched_at:%Y-%m-%dT%H:%M:%SZ}" if file.fetched_at else None
    return {"file": number} | asdict(file) | {"fetched_at": when}


@click.command(cls=ArchiveCommand)
@click.argument("article_id", metavar="ID", type=click.IntRange(1))
@click.option("--revision", type=click.IntRange(1), help="As it was then.  [default: the newest]")
@click.option(
    "--file", "number", metavar="N", type=click.IntRange(1), help="Write this one's bytes."
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Where to.  [default: standard output]",
)
@json_option
@folders
def files(
    article_id: int,
    revision: int | None,
    number: int | None,
    output: Path | None,
    as_json: bool,
    data: Path,
) -> None:
    """List the attachments and pictures of an article and what is kept of them; write one out."""
    if output and not number:
        raise click.UsageError("which file? Give its number with --file")
    with reading(data) as archive:
        found = archive.files(article_id, revision)
        if number:
            if number > len(found):
                raise ArchiveError(f"article {article_id} has {len(found)} files, not {number}")
            file = found[number - 1]
            if not file.sha256:
                raise ArchiveError(f"{file.url} is not kept (yet); `gazette crawl` fetches it")
            write(archive.file(file.sha256), output)
            return
    if not found:
        note(_("article {id} has neither attachments nor pictures").format(id=article_id))
        raise click.exceptions.Exit(NOT_FOUND)
    if as_json:
        click.echo("\n".join(json_line(as_row(n, file)) for n, file in enumerate(found, 1)))
        return
    table = Table(box=None, pad_edge=False, header_style="dim")
    for column in (_("file"), _("role"), _("kept"), "sha256", _("name"), _("address")):
        table.add_column(column, overflow="fold")
    for n, file in enumerate(found, 1):
        kept = decimal(file.size) if file.sha256 else _("no")
        name, url = one_line(file.name), one_line(file.url)
        table.add_row(str(n), _(ROLES.get(file.role, file.role)), kept, file.sha256[:12], name, url)
    screen().print(table)


def write(content: bytes, output: Path | None) -> None:
    """Write a file's bytes; never to a terminal, which would obey them."""
    if output is not None:
        output.write_bytes(content)
    elif sys.stdout.isatty():
        raise click.UsageError("a file's bytes are nothing for a terminal; give a place with -o")
    else:
        click.echo(content, nl=False)
