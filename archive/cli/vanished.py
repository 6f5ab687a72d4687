"""``gazette gone``: what is no longer on the web, and what its listings go on without."""

from datetime import UTC, datetime
from pathlib import Path

import click
from rich.table import Table

from archive.ago import moment_since
from archive.cli.options import ArchiveCommand, folders, json_option, note, reading
from archive.cli.options import screen as console
from archive.escapes import json_line, one_line
from archive.language import N_, _
from archive.records import Stored

#: What ``gone_reason`` says, in words.
HOW = {
    "404": N_("not found (404)"),
    "410": N_("taken away (410)"),
    "redirect": N_("leads elsewhere"),
    "soft404": N_("page says so"),
    "unlisted": N_("left its listing"),
}


#: What ``state_of`` says, for people.
STATES = {
    "gone": N_("gone"),
    "missing": N_("missing"),
    "unlisted": N_("unlisted"),
    "there": N_("there"),
}


def state_of(stored: Stored) -> str:
    """Return ``gone``, ``missing`` (no verdict yet), ``unlisted`` or ``there``."""
    if stored.gone:
        return "gone"
    if stored.missing:
        return "missing"
    return "unlisted" if stored.unlisted else "there"


def as_row(stored: Stored) -> dict[str, object]:
    """Return an article that vanished as the object of ``--json``."""
    since = stored.missing or stored.unlisted
    return {
        "id": stored.id,
        "state": state_of(stored),
        "since": f"{since:%Y-%m-%dT%H:%M:%SZ}" if since else None,
        "last_seen": f"{stored.last_seen:%Y-%m-%dT%H:%M:%SZ}",
        "how": stored.gone_reason,
        "source": stored.article.source,
        "title": stored.article.title,
        "url": stored.article.url,
    }


def _moment(ctx: click.Context, param: click.Parameter, value: str | None) -> datetime | None:
    if value is None:
        return None
    try:
        return moment_since(value, datetime.now(UTC))
    except ValueError as error:
        raise click.BadParameter(f"{error}; write 30d, 12h or 2024-03-15") from error


@click.command(cls=ArchiveCommand)
@click.option("--since", callback=_moment, metavar="TIME", help="Not found since 30d, 12h, a day.")
@click.option("--source", "sources", multiple=True, metavar="ID", help="Only of this source.")
@click.option("--unlisted", is_flag=True, help="Also what still stands, but left its listing.")
@json_option
@folders
def gone(
    since: datetime | None, sources: tuple[str, ...], unlisted: bool, as_json: bool, data: Path
) -> None:
    """List articles that are no longer on the web; what they said is kept.

    One visit that fails says little: an article is "missing" until it was looked for over two
    weeks, and "gone" then. A site that is down or shuts us out does not count; see `status`.
    """
    with reading(data) as archive:
        found = archive.vanished(since) + (archive.unlisted(since) if unlisted else [])
    found = [one for one in found if not sources or one.article.source in sources]
    if not found:
        none = _("nothing is missing since {day}") if since else _("nothing is missing")
        note(none.format(day=since and f"{since:%Y-%m-%d}"))
        return
    if as_json:
        click.echo("\n".join(json_line(as_row(one)) for one in found))
        return
    table = Table(box=None, pad_edge=False, header_style="dim")
    for column in (_("id"), _("state"), _("since (UTC)"), _("last seen"), _("how"), _("source")):
        table.add_column(column, no_wrap=True)
    table.add_column(_("title"), overflow="fold")
    for one in found:
        when = one.missing or one.unlisted
        table.add_row(
            str(one.id),
            _(STATES[state_of(one)]),
            f"{when:%Y-%m-%d}" if when else "",
            f"{one.last_seen:%Y-%m-%d}",
            _(HOW.get(one.gone_reason or ("unlisted" if one.unlisted else ""), "")),
            one.article.source,
            one_line(one.article.title),
            style="red" if one.gone else "",
        )
    console().print(table)
