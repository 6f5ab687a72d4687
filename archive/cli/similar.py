"""``gazette similar``: where else an article stands, and who had it first."""

from pathlib import Path

import click
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
from archive.clock import shown_time
from archive.escapes import json_line, one_line
from archive.language import N_, _, ngettext, retold
from archive.reprints.similar import Kin, Similar


def as_row(kin: Kin, found: Similar) -> dict[str, object]:
    """Return an article as the object of ``similar --json``."""
    stored, article = kin.stored, kin.stored.article
    return {
        "id": stored.id,
        "kind": kin.kind.value,
        "share": round(kin.share, 3),
        "origin": stored.id == found.origin.id,
        "title": article.title,
        "published": f"{article.published:%Y-%m-%dT%H:%M:%SZ}" if article.published else None,
        "source": article.source,
        "url": article.url,
    }


def _all(found: Similar) -> tuple[Kin, ...]:
    return (*found.reprints, *found.linked)


def told_of_reprints(found: Similar) -> str:
    """Return a line on where else an article stands, or "" where it stands alone."""
    parts = []
    if others := len(found.reprints) - 1:
        more = ngettext("{count} reprint", "{count} reprints", others)
        parts.append(more.format(count=others))
        parts.append(_origin(found))
    if linked := len(found.linked):
        quoted = ngettext(
            "{count} that quotes it or is quoted", "{count} that quote it or are quoted", linked
        )
        parts.append(quoted.format(count=linked))
    told = _("reprints: {what}").format(what=" · ".join(parts))
    return f"{told}\n" if parts else ""


def _origin(found: Similar) -> str:
    origin, why = found.origin.id, one_line(retold(found.origin.why))
    return _("probable origin {id}: {why}").format(id=origin, why=why)


#: How an article is like another, for people.
KINDS = {
    "same": N_("same"),
    "edited": N_("edited"),
    "excerpt": N_("excerpt"),
    "contains": N_("contains"),
}


@click.command(cls=ArchiveCommand)
@click.argument("article_id", metavar="ID", type=click.IntRange(1))
@json_option
@folders
def similar(article_id: int, as_json: bool, data: Path) -> None:
    """List where else an article stands, and who had it first.

    \b
    same       word for word, whoever signs it
    edited     the same article: a paragraph fewer, some words other
    excerpt    a piece of it; contains: a longer text that quotes it
    """
    with reading(data) as archive:
        found = archive.similar(article_id)
    if len(_all(found)) == 1:
        note(_("article {id} stands nowhere else").format(id=article_id))
        raise click.exceptions.Exit(NOT_FOUND)
    if as_json:
        click.echo("\n".join(json_line(as_row(kin, found)) for kin in _all(found)))
        return
    table = Table(box=None, pad_edge=False, header_style="dim")
    for column in (
        _("id"), _("kind"), _("share"), _("published"), _("source"), _("title"), _("address")
    ):  # fmt: skip
        table.add_column(column, overflow="fold")
    for kin in _all(found):
        article = kin.stored.article
        table.add_row(
            str(kin.stored.id),
            _("origin") if kin.stored.id == found.origin.id else _(KINDS[kin.kind.value]),
            f"{kin.share:.0%}",
            shown_time(article.published, article.precision, article.zone),
            one_line(article.source),
            one_line(article.title),
            one_line(article.url),
        )
    console = screen()
    console.print(table)
    if len(found.reprints) > 1:
        console.print(_origin(found))
