"""``gazette search``, ``show`` and ``history``: looking at what the archive holds."""

import difflib
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields, replace
from pathlib import Path

import click
from rich.table import Table

from archive.cli.options import (
    ATTENTION,
    NOT_FOUND,
    ArchiveCommand,
    complain,
    existing,
    filtered,
    folders,
    json_option,
    note,
    reading,
    screen,
    told,
)
from archive.errors import ArchiveError, Corrupt
from archive.escapes import json_line, neutral, one_line
from archive.export import as_json, as_post
from archive.records import Filters, Hit, Revision, Stored
from archive.search import Sort
from archive.search import search as find
from archive.store import Archive
from archive.terminal import print_results, shown_time, unmarked

_KEYS = ("id", "title", "published", "source", "origin", "url", "snippet", "score")


def as_row(hit: Hit) -> dict[str, object]:
    """Return a hit as the object of ``--json``: no marks, the moment in UTC."""
    row = {key: getattr(hit, key) for key in _KEYS}
    row["published"] = f"{hit.published:%Y-%m-%dT%H:%M:%SZ}" if hit.published else None
    return row | {"title": unmarked(hit.title), "snippet": unmarked(hit.snippet)}


def _template(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    if value is None:
        return None
    template = value.replace("\\t", "\t").replace("\\n", "\n")
    try:
        template.format_map(dict.fromkeys(_KEYS, ""))
    except (KeyError, ValueError, IndexError, AttributeError) as error:
        names = " ".join(f"{{{key}}}" for key in _KEYS)
        raise click.BadParameter(f"{value!r} cannot be filled in; there are {names}") from error
    return template


@click.command(cls=ArchiveCommand, context_settings={"ignore_unknown_options": True})
@click.argument("query", nargs=-1)
@filtered
@click.option(
    "--sort",
    type=click.Choice(["newest", "best", "oldest"]),
    default="newest",
    show_default=True,
    help="Which come first.",
)
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True, help="How many.")
@click.option("--offset", type=click.IntRange(0), default=0, help="How many to pass over.")
@click.option("--all", "all_reprints", is_flag=True, help="Show reprints one by one too.")
@click.option(
    "--format",
    "template",
    callback=_template,
    metavar="TEMPLATE",
    help="A line for each, such as '{id}\\t{title}'.",
)
@json_option
@folders
def search(
    query: tuple[str, ...],
    filters: Filters,
    sort: Sort,
    limit: int,
    offset: int,
    all_reprints: bool,
    template: str | None,
    as_json: bool,
    data: Path,
) -> None:
    """Search titles and texts; without a QUERY, list the newest.

    \b
    养老 就业        both            "养老服务"       exactly this
    养老 OR 就业     either          养老 -就业       the first without the second
    标题:就业        in the title    after:2024-03    from a day, month or year on
    """
    # A word with one hyphen leaves something out; with two it can only be a mistyped option.
    if wrong := next((word for word in query if word.startswith("--")), None):
        raise click.NoSuchOption(wrong)
    asked = " ".join(query)
    results = find(
        existing(data),
        asked,
        filters=replace(filters, all_reprints=all_reprints),
        sort=sort,
        limit=limit,
        offset=offset,
    )
    for remark in results.notes:
        note(f"note: {remark}")
    if not results.hits:
        past = f" beyond the first {offset}" if offset else ""
        note(f"nothing found{past}{told(asked, filters)}")
        raise click.exceptions.Exit(NOT_FOUND)
    if as_json:
        click.echo("\n".join(json_line(as_row(hit)) for hit in results.hits))
    elif template is not None:
        for hit in results.hits:
            row = {key: one_line(str(value or "")) for key, value in as_row(hit).items()}
            click.echo(template.format_map(row))
    else:
        print_results(results, screen())  # fmt: skip


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
        "gone": f"{stored.gone:%Y-%m-%d} ({stored.gone_reason})" if stored.gone else "",
        "reprint of": str(stored.cluster) if stored.cluster != stored.id else "",
    }
    lines = [one_line(article.title), ""]
    lines += [f"{name}: {one_line(value)}" for name, value in known.items() if value]
    lines += ["", neutral(article.text)]
    lines += [f"附件: {one_line(f'{file.name} {file.url}')}" for file in article.attachments]
    return "\n".join(lines)


#: format → how a stored article is printed
FORMATS: dict[str, Callable[[Stored], str]] = {
    "text": told_in_full,
    "post": lambda stored: neutral(as_post(stored)),
    "html": lambda stored: neutral(stored.article.html),
    "json": lambda stored: json_line(as_json(stored)),
}


@click.command(cls=ArchiveCommand)
@click.argument("ids", nargs=-1, required=True, metavar="ID…")
@click.option(
    "--format",
    "form",
    type=click.Choice([*FORMATS, "raw"]),
    default="text",
    show_default=True,
    help="raw: the bytes of the page, as they were received; of several, one after another.",
)
@click.option("--revision", type=click.IntRange(1), help="As it was then.  [default: the newest]")
@click.option("--diff", is_flag=True, help="What that revision changed.")
@folders
def show(ids: tuple[str, ...], form: str, revision: int | None, diff: bool, data: Path) -> None:
    """Print articles; an ID of - stands for those on standard input, first on each line."""
    failed = 0
    with reading(data) as archive:
        for article_id in numbers(ids):
            try:
                if form == "raw":
                    click.echo(raw(archive, article_id), nl=False)
                elif diff:
                    for line in changes(archive, article_id, revision):
                        click.echo(line)
                else:
                    click.echo(FORMATS[form](archive.get(article_id, revision)))
            except ArchiveError as error:
                complain(str(error))
                failed = max(failed, ATTENTION if isinstance(error, Corrupt) else NOT_FOUND)
    if failed:
        raise click.exceptions.Exit(failed)  # fmt: skip


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


def changes(archive: Archive, article_id: int, revision: int | None) -> Iterator[str]:
    """Yield the lines of a unified diff of a revision against the one before."""
    # As it was read at first: what an extractor read otherwise later, the page did not change.
    after = archive.get(article_id, revision, reading=0)
    if after.revision == 1:
        note(f"article {article_id}: revision 1 is the first; there is nothing before it")
        return
    before = archive.get(article_id, after.revision - 1)
    yield from difflib.unified_diff(
        told_in_full(before).split("\n"),
        told_in_full(after).split("\n"),
        f"{article_id} revision {before.revision}",
        f"{article_id} revision {after.revision}",
        lineterm="",
    )


def as_link(revision: Revision) -> dict[str, object]:
    """Return a revision as the object of ``history --json``."""
    row = {field.name: getattr(revision, field.name) for field in fields(Revision)}
    return row | {"fetched_at": f"{revision.fetched_at:%Y-%m-%dT%H:%M:%SZ}"}


def how_seen(revision: Revision) -> str:
    """Return in words where a revision comes from: an answer's status, or what was imported."""
    if revision.reading:
        return ""
    imported = f"import {one_line(revision.imported)}" if revision.imported else ""
    return f"{revision.status or 'import'} {imported}".strip()


def what_changed(revision: Revision) -> str:
    """Return in words what a link of the chain is about."""
    fields_ = ", ".join(revision.changed)
    if revision.reading:
        return f"read again by {one_line(revision.extractor)}: {fields_}"
    return fields_ or "new"


@click.command(cls=ArchiveCommand)
@click.argument("article_id", metavar="ID", type=click.IntRange(1))
@json_option
@folders
def history(article_id: int, as_json: bool, data: Path) -> None:
    """List what an article said, each time it said something else, or was read otherwise."""
    with reading(data) as archive:
        revisions = archive.history(article_id)
        members = archive.cluster(article_id)
    if as_json:
        click.echo("\n".join(json_line(as_link(revision)) for revision in revisions))
        return
    table = Table(box=None, pad_edge=False, header_style="dim")
    for column in ("revision", "seen (UTC)", "status", "changed", "hash"):
        table.add_column(column, overflow="fold")
    for revision in revisions:
        table.add_row(
            "" if revision.reading else str(revision.number),
            f"{revision.fetched_at:%Y-%m-%d %H:%M:%S}",
            how_seen(revision),
            what_changed(revision),
            revision.hash[:12],
        )
    console = screen()
    console.print(table)
    for other in members:
        if other.id != article_id:
            about = f"转载 {other.id} {other.article.source} {other.article.url}"
            console.print(one_line(about))
