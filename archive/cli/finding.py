"""``gazette search``: finding what the archive holds."""

import sys
from dataclasses import replace
from difflib import get_close_matches
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
    show_pages,
)
from archive.escapes import json_line, one_line
from archive.explain import explain, why_empty
from archive.facets import Facets, facets, matching
from archive.language import _, retold
from archive.records import Filters, Hit
from archive.search import Sort
from archive.search import search as find
from archive.terminal import print_facets, print_results, unmarked

_KEYS = (
    "id",
    "title",
    "published",
    "day",
    "source",
    "origin",
    "url",
    "snippet",
    "score",
    "reprints",
)


def as_row(hit: Hit) -> dict[str, object]:
    """Return a hit as the object of ``--json``: no marks, the moment in UTC."""
    row = {key: getattr(hit, key) for key in _KEYS}
    row["published"] = f"{hit.published:%Y-%m-%dT%H:%M:%SZ}" if hit.published else None
    row["day"] = hit.day.isoformat() if hit.day else None
    return row | {"title": unmarked(hit.title), "snippet": unmarked(hit.snippet)}


def _template(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    if value is None:
        return None
    template = value.replace("\\t", "\t").replace("\\n", "\n")
    try:
        template.format_map(dict.fromkeys(_KEYS, ""))
    except KeyError as error:
        near = get_close_matches(str(error.args[0]), _KEYS, 1, 0.5)
        names = " ".join(f"{{{key}}}" for key in (near or _KEYS))
        wrong = f"{{{error.args[0]}}}"
        raise click.BadParameter(f"there is no {wrong}; there is {names}") from error
    except (ValueError, IndexError, AttributeError) as error:
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
    "--facets",
    "counted",
    is_flag=True,
    help="Count the matches by source, region, month and category.",
)
@click.option("--count", "only_count", is_flag=True, help="How many match, reprints among them.")
@click.option("--explain", "explained", is_flag=True, help="Say what was understood.")
@click.option("--ids", is_flag=True, help="Ids alone, for xargs gazette show.")
@click.option(
    "--format",
    "template",
    callback=_template,
    metavar="TEMPLATE",
    help="A line for each, such as '{id}\\t{title}'.",
)
@click.option("--no-pager", is_flag=True, help="Print long lists straight to the terminal.")
@json_option
@folders
def search(
    query: tuple[str, ...],
    filters: Filters,
    sort: Sort,
    limit: int,
    offset: int,
    all_reprints: bool,
    counted: bool,
    only_count: bool,
    explained: bool,
    ids: bool,
    template: str | None,
    no_pager: bool,
    as_json: bool,
    data: Path,
) -> None:
    """Search titles and texts; without a QUERY, list the newest.

    \b
    养老 就业        both            "养老服务"       exactly this
    养老 OR 就业     either          养老 -就业       the first without the second
    标题:就业        in the title    source:cn-*      at these sites
    after:2024-03    from then on    after:7d         of the last week
    is:revised       edited since    number:47号      of this number

    In a pipe it prints a line for each: id, day, source and title, with tabs between.
    """
    # A word with one hyphen leaves something out; with two it can only be a mistyped option.
    if wrong := next((word for word in query if word.startswith("--")), None):
        raise click.NoSuchOption(wrong)
    asked, path = " ".join(query), existing(data)
    limits = replace(filters, all_reprints=all_reprints)
    if explained:
        for line in explain(asked, limits):
            note(line)
    if counted:
        found = facets(path, asked, filters=limits)
        if as_json or any(found.counts.values()):
            _show_counts(found, as_json=as_json)
            return
    if only_count:
        number = matching(path, asked, filters=limits)
        click.echo(number)
        if not number:  # as grep has it
            raise click.exceptions.Exit(NOT_FOUND)
        return
    results = find(path, asked, filters=limits, sort=sort, limit=limit, offset=offset)
    for remark in () if explained else results.notes:
        note(_("note: {note}").format(note=retold(remark)))
    if not results.hits:
        _tell_nothing(path, asked, limits, offset if results.total else 0, explained=explained)
        raise click.exceptions.Exit(NOT_FOUND)
    if ids:
        template = "{id}"
    elif template is None and not sys.stdout.isatty():
        template = "{id}\t{day}\t{source}\t{title}"
    if as_json:
        click.echo("\n".join(json_line(as_row(hit)) for hit in results.hits))
    elif template is not None:
        for hit in results.hits:
            row = {
                key: one_line("" if value is None else str(value))
                for key, value in as_row(hit).items()
            }
            click.echo(template.format_map(row))
    else:
        console = screen()
        with console.capture() as drawn:
            print_results(results, console, all_hits=not results.next and not offset)
        show_pages(drawn.get(), console, paged=not no_pager)


def _show_counts(found: Facets, *, as_json: bool) -> None:
    if as_json:
        counts = {name: dict(values) for name, values in found.counts.items()}
        click.echo(json_line({**counts, "of": found.of}))
    else:
        print_facets(found, screen())


def _tell_nothing(path: Path, asked: str, limits: Filters, offset: int, *, explained: bool) -> None:
    if offset:
        note(_("nothing found beyond the first {count}").format(count=offset))
        return
    note(_("nothing found"))
    lines = () if explained else explain(asked, limits)
    for line in (*lines, *why_empty(path, asked, limits)):
        note(f"  {line}")
