"""``gazette reextract``: stored pages through today's extractor, without asking any site."""

import asyncio
import contextlib
import sys
from collections import Counter
from dataclasses import fields, replace
from datetime import UTC, datetime
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress
from rich.text import Text

from archive import Archive, Article, Filters
from archive.cli.options import existing, json_option, note
from archive.escapes import json_line, one_line
from archive.export import as_json as plain
from archive.language import _, retold
from crawler import sources
from crawler.cli.differences import Differences, differences, shown
from crawler.cli.options import config_folder, console, data_folder, folders
from crawler.frontier import Frontier
from crawler.lock import locked
from crawler.rereading import Again, Rereading
from crawler.sandbox import Sandbox

_FIELDS = [field.name for field in fields(Article)]


@click.command()
@click.argument("names", metavar="[SOURCE]...", nargs=-1)
@click.option("--dry-run", is_flag=True, help="Only show what would change.")
@json_option
@folders
@click.pass_context
def reextract(
    ctx: click.Context,
    names: tuple[str, ...],
    dry_run: bool,
    as_json: bool,
    config: Path | None,
    data: Path | None,
) -> None:
    """Read stored pages again, without asking any site, and store what is read otherwise today.

    Shows field by field what changes. No revision is made of it, for no page changed. A page that
    cannot be read any more is reported, and its article left as it is; exit code 1 then.
    """
    loaded = sources.load(config_folder(config), only=names)
    known = {s.id: replace(s, listings=()) for s in loaded.sources}
    folder, screen = data_folder(config, data), console()
    path, memory = existing(folder), folder / "crawl.db"
    with contextlib.ExitStack() as stack:
        if not dry_run:
            stack.enter_context(locked(folder))
        archive = stack.enter_context(Archive.open(path, read_only=dry_run))
        frontier = None
        if memory.exists():
            frontier = stack.enter_context(Frontier(memory, read_only=True))
        sandbox = stack.enter_context(Sandbox(loaded.settings.sandbox))
        filters = Filters(sources=names)
        progress = stack.enter_context(bar(screen, as_json=as_json))
        task = progress.add_task(_("reading"), total=archive.count(filters))
        counts: Counter[str] = Counter()

        async def go_through() -> None:
            async for again in Rereading(archive, frontier, known, filters).all(sandbox):
                progress.advance(task)
                if again is not None:
                    counts.update(settle(again, archive, screen, dry_run=dry_run, as_json=as_json))

        asyncio.run(go_through())
    told = summary(counts, dry_run=dry_run)
    note(told) if as_json else screen.print(told, markup=False)
    if counts["failed"]:
        ctx.exit(1)


def bar(screen: Console, *, as_json: bool) -> Progress:
    """Return a bar that shows on a terminal only, and never among lines of JSON."""
    where = Console(stderr=True) if as_json else screen
    hidden = not where.is_terminal or (as_json and sys.stdout.isatty())
    # Redirected, what goes to a pipe would come out beside the bar.
    return Progress(console=where, disable=hidden, transient=True, redirect_stdout=False)


def settle(
    again: Again, archive: Archive, screen: Console, *, dry_run: bool, as_json: bool
) -> dict[str, int]:
    """Print what is read otherwise and, unless ``dry_run``, store it; return what to count."""
    if again.foreign:
        return {"foreign": 1}
    changed: Differences = {}
    if again.article:
        now = plain(replace(again.stored, article=again.article))
        changed = differences(plain(again.stored), now, _FIELDS)
    if again.error or changed:
        tell(again, changed, screen, as_json=as_json)
    if again.article and not dry_run:
        archive.reread(again.stored.id, again.article, now=datetime.now(UTC))
    return {
        "read": 1,
        "changed": int(bool(changed)),
        "written": int(bool(changed) and not dry_run),
        "failed": int(bool(again.error)),
    }


def tell(again: Again, changed: Differences, screen: Console, *, as_json: bool) -> None:
    """Print what an article is read as today: an object, or lines for people."""
    article = again.stored.article
    if as_json:
        row = {"id": again.stored.id, "url": article.url, "changed": changed}
        click.echo(json_line(row | {"error": again.error or None}))
        return
    screen.print(Text(f"{again.stored.id}  {one_line(article.title)}", "bold"))
    if again.error:
        screen.print(
            Text("  " + _("not read: {why}").format(why=one_line(retold(again.error))), "red")
        )
    for line in shown(changed):
        screen.print(line)


def summary(counts: Counter[str], *, dry_run: bool) -> str:
    """Return in a line what reading everything again came to."""
    told = [
        _("{read} articles read, {changed} changed"),
        _("nothing written (--dry-run)") if dry_run else _("{written} written"),
        _("{failed} failed"),
    ]
    if counts["foreign"]:
        told.append(_("{foreign} passed over: their source is not configured"))
    return (
        _(", ")
        .join(told)
        .format(**{key: counts[key] for key in ("read", "changed", "written", "failed", "foreign")})
    )
