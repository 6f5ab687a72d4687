"""``gazette show``: one article as it stands, as it stood, and what was changed in between."""

import re
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import click

from archive.cli.diffscreen import print_comparison
from archive.cli.options import (
    ATTENTION,
    NOT_FOUND,
    ArchiveCommand,
    complain,
    existing,
    folders,
    note,
    reading,
    screen,
    show_pages,
)
from archive.cli.page import print_article
from archive.cli.similar import told_of_reprints
from archive.clock import shown_time
from archive.diff.edits import Comparison, attached
from archive.diff.forms import as_data, as_html, as_unified, remarks
from archive.diff.texts import diff as diff_of
from archive.errors import ArchiveError, Corrupt, NoSpan
from archive.escapes import json_line, neutral, one_line
from archive.export import as_json, as_post
from archive.following import compare
from archive.language import _
from archive.records import Stored
from archive.store import Archive


def told_in_full(stored: Stored) -> str:
    """Return an article as text for people: title, what is known of it, the text."""
    article = stored.article
    zone = f" {article.zone}" if article.published else ""
    known = {
        "published": shown_time(article.published, article.precision, article.zone) + zone,
        "source": article.source,
        "channel": article.channel,
        "categories": " / ".join(article.categories),
        "来源": article.origin,
        "作者": article.author,
        "责任编辑": article.editor,
        "发文机关": article.issuer,
        "发文字号": article.doc_number,
        "索引号": article.index_number,
        "成文日期": article.written.isoformat() if article.written else "",
        "address": article.url,
        "gone" if stored.gone else "missing": (
            f"since {stored.missing:%Y-%m-%d} ({stored.gone_reason})" if stored.missing else ""
        ),
        "reprint of": str(stored.cluster) if stored.cluster != stored.id else "",
    }
    lines = [one_line(article.title), ""]
    lines += [f"{name}: {one_line(value)}" for name, value in known.items() if value]
    lines += ["", neutral(article.text)]
    lines += [f"附件: {one_line(attached(file))}" for file in article.attachments]
    return "\n".join(lines)


#: format → how a stored article is printed
FORMATS: dict[str, Callable[[Stored], str]] = {
    "text": told_in_full,
    "post": lambda stored: neutral(as_post(stored)),
    "html": lambda stored: neutral(stored.article.html),
    "json": lambda stored: json_line(as_json(stored)),
}


@click.command(cls=ArchiveCommand)
@click.argument("ids", nargs=-1, metavar="ID…")
@click.option(
    "--format",
    "form",
    type=click.Choice([*FORMATS, "raw"]),
    default="text",
    show_default=True,
    help="raw: the bytes of the page, as they were received; of several, one after another.",
)
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@click.option("--revision", type=click.IntRange(1), help="As it was then.  [default: the newest]")
@click.option(
    "--diff",
    "asked",
    is_flag=False,
    flag_value="",
    metavar="[A..B]",
    help="What changed from revision A to B; 3 for what revision 3 changed, 2.. for all since 2,"
    " ..3 for all up to 3.  [default: the newest]",
)
@click.option("--no-pager", is_flag=True, help="Print long articles straight to the terminal.")
@folders
def show(
    ids: tuple[str, ...],
    form: str,
    as_json: bool,
    revision: int | None,
    asked: str | None,
    no_pager: bool,
    data: Path,
) -> None:
    """Print articles; an ID of - stands for those on standard input, first on each line.

    What --diff prints is coloured on a terminal, and in a pipe a unified diff that patch reads;
    --format html gives a fragment with <ins> and <del>, --json all pieces.
    """
    if not ids and asked and re.fullmatch("[0-9]{1,18}|-", asked):
        ids, asked = (asked,), ""  # show --diff ID: a revision of nothing makes no sense
    if not ids:
        raise click.UsageError("an ID is missing; `gazette search` shows ids")
    form = "json" if as_json else form
    if asked is not None:
        asked = _asked(asked, form, revision)
    failed = 0
    drawn: list[str] = []
    with reading(data) as archive:
        for article_id in numbers(ids):
            try:
                if form == "raw":
                    click.echo(raw(archive, article_id), nl=False)
                elif asked is not None:
                    show_diff(existing(data), article_id, asked, form)
                elif form == "text" and sys.stdout.isatty():
                    drawn.append(read_on_screen(archive, article_id, revision))
                else:
                    click.echo(FORMATS[form](archive.get(article_id, revision)))
                    if form == "text":
                        click.echo(told_of_reprints(archive.similar(article_id)), nl=False)
            except ArchiveError as error:
                complain(str(error))
                failed = max(failed, ATTENTION if isinstance(error, Corrupt) else NOT_FOUND)
    if drawn:
        show_pages("\n".join(drawn), screen(), paged=not no_pager)
    if failed:
        raise click.exceptions.Exit(failed)  # fmt: skip


def read_on_screen(archive: Archive, article_id: int, revision: int | None) -> str:
    """Return an article as it is drawn for reading, with what more can be asked about it."""
    stored = archive.get(article_id, revision)
    console = screen()
    with console.capture() as drawn:
        print_article(stored, list(_remarks(stored)), console)
        console.print(told_of_reprints(archive.similar(article_id)), end="")
    return drawn.get()


def _remarks(stored: Stored) -> Iterator[str]:
    if stored.gone and stored.missing:
        told = _("gone from the web since {day} ({reason})")
        yield told.format(day=f"{stored.missing:%Y-%m-%d}", reason=stored.gone_reason)
    elif stored.missing:
        told = _("not found on the web since {day} ({reason})")
        yield told.format(day=f"{stored.missing:%Y-%m-%d}", reason=stored.gone_reason)
    if stored.revision > 1:
        told = _("revision {number}: gazette show {id} --diff 1.. shows what was changed")
        yield told.format(number=stored.revision, id=stored.id)


def _asked(asked: str, form: str, revision: int | None) -> str:
    """Return which revisions are to be compared; bad usage where they cannot be shown so."""
    if form not in ("text", "html", "json"):
        raise click.UsageError(f"--diff can be text, html or json, not {form}")
    if revision is None:
        return asked
    if asked:
        raise click.UsageError("--diff A..B says which revisions; leave out --revision")
    return str(revision)


def show_diff(path: Path, article_id: int, asked: str, form: str) -> None:
    """Print what was changed between two revisions."""
    try:
        comparison = compare(path, article_id, asked)
    except NoSpan as error:
        raise click.BadParameter(str(error), param_hint="--diff") from error
    if comparison is None:
        told = _("article {id}: {revision} has nothing before it to compare with")
        note(told.format(id=article_id, revision=asked or _("revision {number}").format(number=1)))
        return
    console = screen()
    if form == "html":
        click.echo(as_html(comparison))
    elif form == "json":
        click.echo(json_line(as_data(comparison)))
    elif console.is_terminal:
        print_comparison(comparison, console)
    else:
        for remark in remarks(comparison):
            note(_("note: {remark}").format(remark=remark))
        for line in unified(comparison):
            click.echo(line)


def unified(comparison: Comparison) -> Iterator[str]:
    """Yield a unified diff of two revisions as ``show --revision`` prints them."""
    before, after = comparison.before, comparison.after
    # Only what was edited: how an article is filed, or was read anew, is no edit.
    edited = {name: getattr(after.article, name) for name in comparison.edit.names}
    if "published" in edited:
        edited |= {"precision": after.article.precision, "zone": after.article.zone}
    then = replace(before, article=replace(before.article, **edited))
    names = (f"{side.id} revision {side.revision}" for side in (before, after))
    yield from as_unified(diff_of(told_in_full(before), told_in_full(then)), *names)


def numbers(ids: Iterable[str]) -> Iterator[int]:
    """Yield the ids named, those on standard input where - stands."""
    for word in ids:
        typed = (line.decode(errors="replace") for line in sys.stdin.buffer)
        for line in typed if word == "-" else [word]:
            first = line.split()[:1]
            if first and not re.fullmatch("[0-9]{1,18}", first[0]):
                raise click.BadParameter(f"{first[0]!r} is no id; `gazette search` shows ids")
            yield from map(int, first)


def raw(archive: Archive, article_id: int) -> bytes:
    """Return the pages an article was last read from, or ArchiveError where there were none."""
    pages = archive.pages(article_id)
    if not pages:
        raise ArchiveError(f"article {article_id} was imported; there is no page to show")
    return b"".join(capture.body for capture in pages)
