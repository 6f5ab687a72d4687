"""``gazette verify``, ``attest``, ``delete``: what the archive proves, what it must forget."""

import sys
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as version_of
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress

from archive.attest import decode, encode
from archive.cli.options import (
    ATTENTION,
    ArchiveCommand,
    complain,
    existing,
    folders,
    json_option,
    note,
    reading,
)
from archive.errors import Deleted
from archive.escapes import json_line, one_line
from archive.language import _, retold
from archive.store import Archive
from archive.verify import contradicted
from archive.verify import verify as check


@click.command(cls=ArchiveCommand)
@click.option(
    "--deep",
    is_flag=True,
    help="Read every captured page and the whole index too, in a copy of the archive.",
)
@click.option(
    "--against",
    multiple=True,
    metavar="FILE",
    type=click.Path(exists=True, path_type=Path, dir_okay=False),
    help="A statement of `gazette attest` that must still hold; may be given more than once.",
)
@json_option
@folders
def verify(deep: bool, against: tuple[Path, ...], as_json: bool, data: Path) -> None:
    """Check that the archive holds what was stored; exit code 3 where it does not."""
    path, bar = existing(data), Console(stderr=True)
    statements = [(str(file), decode(file.read_bytes(), str(file))) for file in against]
    remarks: list[str] = []
    with Progress(console=bar, transient=True, disable=not bar.is_terminal) as progress:
        task = progress.add_task(_("verifying"), total=None)
        findings = check(
            path,
            deep=deep,
            progress=lambda done, total: progress.update(task, completed=done, total=total),
            remark=remarks.append,
        )
    findings += contradicted(path, statements)
    for finding in findings:
        if as_json:
            click.echo(json_line(asdict(finding)))
        else:
            complain(f"{finding.check}: {finding.where}: {finding.what}")
    for remark in remarks:
        note(_("note: {remark}").format(remark=retold(remark)))
    if findings:
        raise click.exceptions.Exit(ATTENTION)
    if as_json:
        return
    with reading(data) as archive:
        for found in archive.deleted():
            said = str(Deleted(found.article_id, f"{found.at:%Y-%m-%d}", found.reason))
            note(_("note: {remark}").format(remark=retold(said)))
    for name, statement in statements:
        still = _("{name}: all {count} links of {day} are still there")
        click.echo(still.format(name=name, count=statement.seq, day=statement.at))
    click.echo(_("{path}: all is as it was stored").format(path=path))


@click.command(cls=ArchiveCommand)
@click.argument("file", default="-", type=click.Path(path_type=Path, allow_dash=True))
@folders
def attest(file: Path, data: Path) -> None:
    """Write the head of the hash chain to FILE as a small statement; - is standard output.

    Sign it, have it time-stamped, or give it to someone: `gazette verify --against FILE` proves
    later that the archive still contains all that it held then.
    """
    try:
        version = version_of("gazette")
    except PackageNotFoundError:
        version = ""
    with reading(data) as archive:
        said = encode(archive.attest(now=datetime.now(UTC), version=version))
    if str(file) == "-":
        click.echo(said, nl=False)
    else:
        file.write_bytes(said)
        signed = _(
            "{file}: sign it, or give it to someone; `gazette verify --against {file}` holds it"
        )
        note(signed.format(file=file))


@click.command(cls=ArchiveCommand)
@click.argument("article_id", metavar="ID", type=click.IntRange(1))
@click.option("--reason", required=True, help="Why; stays in the archive, and verify tells it.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@folders
def delete(article_id: int, reason: str, yes: bool, data: Path) -> None:
    """Delete an article for good, because the law asks for it.

    Its text, what it said before, its pages and files are overwritten. That it was there, its
    address, its digests and the reason stay in the chain, and it is never stored again. Backups
    made before still hold it.
    """
    if not reason.strip():
        raise click.BadParameter("say why", param_hint="'--reason'")
    existing(data)
    with Archive.open(data / "archive.db") as archive:
        others: list[int] = []
        try:
            stored = archive.get(article_id)
        except Deleted as error:
            again = _("{deleted}; what may be left of it is overwritten again")
            note(again.format(deleted=retold(str(error))))
        else:
            others = [one.id for one in archive.cluster(article_id) if one.id != article_id]
            if not yes:
                _ask(f"{one_line(stored.article.title)} ({one_line(stored.article.url)})")
        found = archive.delete(article_id, reason=reason.strip(), now=datetime.now(UTC))
    done = _("article {id} is deleted; link {seq} of the chain says so, and why")
    note(done.format(id=article_id, seq=found.seq))
    if others:
        held = _("note: reprints of it are still held: {ids}")
        note(held.format(ids=" ".join(map(str, others))))


def _ask(what: str) -> None:
    if not sys.stdin.isatty():
        raise click.UsageError("there is no one to ask; --yes deletes without asking")
    click.confirm(_("Delete {what} for good?").format(what=what), abort=True, err=True)
