"""``gazette history`` and ``changes``: what pages said when, and what was edited silently."""

from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path

import click
from rich.table import Table
from rich.text import Text

from archive.ago import moment_since
from archive.cli.options import (
    ArchiveCommand,
    existing,
    folders,
    json_option,
    note,
    screen,
)
from archive.clock import looked_at
from archive.diff.edits import named
from archive.diff.forms import how_much
from archive.escapes import json_line, one_line
from archive.following import Edited, Entry, History, recent
from archive.following import history as history_of
from archive.language import _, ngettext
from archive.records import Revision
from archive.rows import stamp
from archive.store import Archive


def _since(ctx: click.Context, param: click.Parameter, value: str) -> datetime:
    try:
        return moment_since(value, datetime.now(UTC))
    except ValueError as error:
        raise click.BadParameter(f"{error}; write 7d, 12h or 2024-03-15") from error


since_option = click.option(
    "--since",
    default="7d",
    show_default=True,
    callback=_since,
    metavar="TIME",
    help="Seen since 12h, 7d, 2w, or a day as 2024-03-15.",
)


# --- history ------------------------------------------------------------------------------------


def as_entry(entry: Entry) -> dict[str, object]:
    """Return a revision as the object of ``history --json``."""
    revision, edit = entry.revision, entry.edit
    row = {field.name: getattr(revision, field.name) for field in fields(Revision)}
    return row | {
        "fetched_at": stamp(revision.fetched_at),
        "added": edit.added,
        "removed": edit.removed,
        "share": round(edit.share, 4),
        "looked": entry.looked,
        "missed": entry.missed,
        "last_seen": stamp(entry.last_seen) if entry.last_seen else None,
    }


def what_changed(entry: Entry) -> str:
    """Return in words what a link of the chain is about."""
    revision = entry.revision
    fields_ = named(revision.changed)
    if revision.reading and entry.only_digests:
        return _("files kept: attachments")
    if revision.reading:
        by = one_line(revision.extractor)
        return _("read again by {extractor}: {fields}").format(extractor=by, fields=fields_)
    if revision.imported:
        file = one_line(revision.imported)
        return _("{fields} (import of {file})").format(fields=fields_ or _("new"), file=file)
    return fields_ or (_("new") if revision.status else _("new (import)"))


@click.command(cls=ArchiveCommand)
@click.argument("article_id", metavar="ID", type=click.IntRange(1))
@json_option
@folders
def history(article_id: int, as_json: bool, data: Path) -> None:
    """List what an article said, each time it said something else, or was read otherwise.

    Times are by the clock of the article's own page. `gazette show ID --diff N` shows what
    revision N changed.
    """
    past = history_of(existing(data), article_id)
    if as_json:
        click.echo("\n".join(json_line(as_entry(entry)) for entry in past.entries))
        return
    console = screen()
    console.print(_table(past))
    console.print(one_line(sightings(past)))
    with Archive.open(existing(data), read_only=True) as archive:
        for other in archive.cluster(article_id):
            if other.id != article_id:
                about = f"{other.id} {other.article.source} {other.article.url}"
                console.print(one_line(_("reprint {which}").format(which=about)))


def _table(past: History) -> Table:
    zone = past.stored.article.zone
    table = Table(box=None, pad_edge=False, header_style="dim")
    seen = _("seen ({zone})").format(zone=zone)
    for column in (_("revision"), seen, _("looks"), _("changed"), _("text"), _("hash")):
        table.add_column(column, overflow="fold")
    for entry in past.entries:
        revision, edit = entry.revision, entry.edit
        table.add_row(
            "" if revision.reading else str(revision.number),
            looked_at(revision.fetched_at, zone),
            "" if entry.looked is None else str(entry.looked),
            what_changed(entry),
            how_much(edit.added, edit.removed, edit.share),
            revision.hash[:12],
        )
    return table


def sightings(past: History) -> str:
    """Return in words how often the page was looked at, and whether it still stands."""
    stored = past.stored
    zone = stored.article.zone
    looked = sum(entry.looked or 0 for entry in past.entries)
    missed = sum(entry.missed or 0 for entry in past.entries)
    count = looked + missed
    often = ngettext("looked at once", "looked at {count} times", count).format(count=count)
    told = [often if count else _("imported")]
    if missed:
        told.append(ngettext("once in vain", "{count} times in vain", missed).format(count=missed))
    told.append(_("last seen {when}").format(when=looked_at(stored.last_seen, zone)))
    if stored.missing:
        since = _("gone since {when} ({how})") if stored.gone else _("missing since {when} ({how})")
        when = looked_at(stored.missing, zone)
        told.append(since.format(when=when, how=stored.gone_reason))
    if past.restless:
        each = _("restless: it changed at each of the last {count} looks or so")
        told.append(each.format(count=past.restless))
    if stored.unlisted:
        when = looked_at(stored.unlisted, zone)
        told.append(_("out of its listing since {when}").format(when=when))
    return _(", ").join(told)


# --- changes ------------------------------------------------------------------------------------


def as_row(edited: Edited) -> dict[str, object]:
    """Return an article that was edited as the object of ``changes --json``."""
    row = {field.name: getattr(edited, field.name) for field in fields(Edited)}
    del row["zone"]
    return row | {"seen": stamp(edited.seen), "share": round(edited.share, 4)}


@click.command(cls=ArchiveCommand)
@since_option
@click.option(
    "--source",
    "sources",
    multiple=True,
    metavar="ID",
    help="Only of this source; may be given more than once.",
)
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True, help="How many.")
@json_option
@folders
def changes(
    since: datetime, sources: tuple[str, ...], limit: int, as_json: bool, data: Path
) -> None:
    """List what was edited silently of late, most changed first.

    A character edited in the text counts 1, in the title 10; a figure in the text that changed
    counts 20 more, and each other field (a date, an origin, a document's number, an attachment)
    100. `gazette show ID --diff A..B` shows what an article's line is about.
    """
    found = recent(existing(data), since=since, sources=sources, limit=limit)
    if found.capped:
        note(_("note: there are too many edits to measure; only the newest are listed"))
    if not found.edited:
        which = ", ".join(sources)
        none = (
            _("no article of {sources} was seen to change since {when}")
            if which
            else _("no article was seen to change since {when}")
        )
        note(none.format(sources=which, when=stamp(since)))
        return
    if as_json:
        click.echo("\n".join(json_line(as_row(edited)) for edited in found.edited))
        return
    console = screen()
    for edited in found.edited:
        console.print(Text(one_line(edited.title), "bold"))
        for line in _about(edited):
            console.print(Text(f"    {line}", "dim"))
        console.print()
    if found.total > len(found.edited):
        more = _("{shown} of {total} articles; --limit shows more")
        note(more.format(shown=len(found.edited), total=found.total))


def _about(edited: Edited) -> tuple[str, str]:
    parts = [
        f"{looked_at(edited.seen, edited.zone)} {edited.zone}",
        edited.source,
        named(edited.fields),
        how_much(edited.added, edited.removed, edited.share),
    ]
    told = one_line(" · ".join(part for part in parts if part))
    return told, f"gazette show {edited.id} --diff {edited.first - 1}..{edited.last}"
