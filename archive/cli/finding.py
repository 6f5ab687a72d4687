"""``gazette search``: finding what the archive holds."""

from dataclasses import replace
from pathlib import Path

import click

from archive.cli.options import (
    NOT_FOUND,
    ArchiveCommand,
    existing,
    filtered,
    folders,
    json_option,
    note,
    screen,
    told,
)
from archive.escapes import json_line, one_line
from archive.records import Filters, Hit
from archive.search import Sort
from archive.search import search as find
from archive.terminal import print_results, unmarked

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
