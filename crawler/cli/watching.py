"""``gazette watch``: saved searches, what they find and whether it arrives."""

import asyncio
import json
import logging
import os
import re
import uuid
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from archive import asks_nothing, hash_of_link, link_before, newest_link
from archive.ago import moment_since
from archive.cli.options import json_option, note
from archive.escapes import neutral
from archive.explain import explain
from archive.language import _, ngettext, retold
from crawler import sources
from crawler import watch as watches
from crawler.cli.options import config_folder, console, data_folder, folders, speak
from crawler.crawl import clock
from crawler.fetch import Fetcher
from crawler.settings import Settings
from crawler.watch import SHAPES, Memory, Outcome, Watch

T = TypeVar("T")

#: A name is a file name, too.
_NAME = re.compile(r"[^\W_][\w.-]{0,63}")

#: The keys of ``list --json``, in order; a promise to machines.
KEYS = ("name", "query", "feed", "webhook", "shape", "hits", "unsent", "created", "last_sent",
        "failures", "error", "next_try")  # fmt: skip


def plain_markup(text: str) -> str:
    """Return outside text that neither a terminal nor rich takes as an order."""
    return escape(neutral(text))


def tell(outcomes: Sequence[Outcome], screen: Console) -> None:
    """Say in a line each what watches found and sent, and what failed."""
    for one in outcomes:
        new = ngettext("{count} new article", "{count} new articles", one.new)
        told = _("watch {name}: {new}, {sent} sent").format(
            name=one.name, new=new.format(count=one.new), sent=one.sent
        )
        error = f" [red]{plain_markup(retold(one.error))}[/]" if one.error else ""
        screen.print(plain_markup(told) + error)


def _settings(config: Path | None) -> Settings:
    folder = config_folder(config)
    return sources.load_settings(folder) if folder.is_dir() else Settings()


def _asking(config: Path | None, work: Callable[[Fetcher], Awaitable[T]]) -> T:
    """Do what asks a webhook, under the guard and settings of a crawl."""
    settings = _settings(config)

    async def asked() -> T:
        async with Fetcher(settings.fetch, now=clock) as fetcher:
            return await work(fetcher)

    return asyncio.run(asked())


def _name(ctx: click.Context, param: click.Parameter, value: str) -> str:
    if not _NAME.fullmatch(value):
        raise click.BadParameter("a name is made of letters, figures, dots, dashes: tax-news")
    return value


def _since(ctx: click.Context, param: click.Parameter, value: str | None) -> datetime | None:
    try:
        return moment_since(value, datetime.now(UTC)) if value else None
    except ValueError as error:
        raise click.BadParameter(str(error)) from error


def _existing(data: Path) -> Path:
    """Return where saved searches lie; say so where there are none."""
    path = data / "watch.db"
    if not path.exists():
        note(_("no saved searches in {folder}; `gazette watch add NAME QUERY` makes one")
             .format(folder=data))  # fmt: skip
        raise click.exceptions.Exit(1)
    return path


@click.group()
def watch() -> None:
    """Saved searches: what is new and matches goes to an Atom feed and to a webhook."""


@watch.command(context_settings={"ignore_unknown_options": True})
@click.argument("name", callback=_name)
@click.argument("query", nargs=-1, required=True)
@click.option(
    "--since",
    callback=_since,
    metavar="WHEN",
    help="Also what was archived since 12h, 7d, 2w or 2024-03-15; else only from now on.",
)
@click.option(
    "--feed",
    type=click.Path(path_type=Path, dir_okay=False),
    help="File of the feed.  [default: watch/NAME.atom in the data folder]",
)
@click.option(
    "--webhook", default="", metavar="URL", help="Send new hits there; ${NAME} for what is secret."
)
@click.option(
    "--shape",
    type=click.Choice(list(SHAPES)),
    default="json",
    show_default=True,
    help="The service that the webhook belongs to.",
)
@click.option(
    "--secret-env", default="", metavar="NAME", help="Environment variable of the signing secret."
)
@folders
def add(
    name: str,
    query: tuple[str, ...],
    since: datetime | None,
    feed: Path | None,
    webhook: str,
    shape: str,
    secret_env: str,
    config: Path | None,
    data: Path | None,
) -> None:
    """Save a search; from now on what is archived and matches is delivered after each pass."""
    if wrong := next((word for word in query if word.startswith("--")), None):
        raise click.NoSuchOption(wrong)
    asked = " ".join(query)
    if asks_nothing(asked):
        raise click.UsageError(_("the query asks for nothing, so everything or nothing matches"))
    if secret_env and not webhook:
        raise click.UsageError(_("--secret-env is of use with --webhook only"))
    folder = data_folder(config, data)
    archive = folder / "archive.db"
    start, start_hash = 0, hash_of_link(archive, 0)
    if archive.exists():
        start = link_before(archive, since) if since else newest_link(archive)
        start_hash = hash_of_link(archive, start)
    made = Watch(
        name=name,
        query=asked,
        key=str(uuid.uuid4()),
        created=datetime.now(UTC),
        start=start,
        start_hash=start_hash,
        seen=start,
        seen_hash=start_hash,
        feed=str(feed.absolute()) if feed else "",
        webhook=webhook,
        shape=shape,
        secret_env=secret_env,
    )
    if not watches.is_free(watches.feed_of(folder, made)):
        told = _("{path} is no feed, so it is not written over")
        raise click.UsageError(told.format(path=watches.feed_of(folder, made)))
    if webhook:
        _asking(config, lambda fetcher: _checked(made, fetcher))
    with Memory(folder / "watch.db") as memory:
        for other in memory.watches():
            if (
                watches.feed_of(folder, other) == watches.feed_of(folder, made)
                and other.name != name
            ):
                told = _("{path} is the feed of the saved search {name}; give another file")
                raise click.UsageError(
                    told.format(path=watches.feed_of(folder, made), name=other.name)
                )
        memory.add(made)
    for line in explain(asked):
        click.echo(neutral(line))
    click.echo(_("feed: {path}").format(path=watches.feed_of(folder, made)))
    if webhook:
        click.echo(_("webhook: {address}, shape {shape}; `gazette watch test {name}` tries it")
                   .format(address=shown_address(made), shape=shape, name=name))  # fmt: skip
        if "${" not in webhook and shape != "json":
            note(
                _("note: the address is kept as it stands; write ${NAME} for what is secret in it")
            )


async def _checked(made: Watch, fetcher: Fetcher) -> None:
    watches.check_address(made.hook, fetcher)


@watch.command("list")
@json_option
@folders
def list_(as_json: bool, config: Path | None, data: Path | None) -> None:
    """List saved searches: what they ask, found and sent, and what failed."""
    folder = data_folder(config, data)
    with Memory(_existing(folder)) as memory:
        found = memory.watches()
    if as_json:
        for one in found:
            click.echo(json.dumps(_row(one, folder), ensure_ascii=False))
        return
    screen, table = console(), Table(box=None, padding=(0, 2, 0, 0))
    for heading in (_("name"), _("query"), _("found"), _("to send"), _("last sent"), _("to")):
        table.add_column(heading)
    for one in found:
        sent = f"{one.last_sent:%Y-%m-%d %H:%M} UTC" if one.last_sent else "—"
        cells = (one.name, one.query, str(one.hits), str(one.unsent), sent,
                 shown_address(one) or watches.feed_of(folder, one).name)  # fmt: skip
        table.add_row(*(Text(neutral(cell)) for cell in cells))
    screen.print(table)
    for one in found:
        if one.error:
            screen.print(f"[red]{plain_markup(one.name)}[/]: {plain_markup(failing(one))}")


def failing(one: Watch) -> str:
    """Return in words why a watch does not deliver, and when it tries again."""
    told = ngettext(
        "failed {count} time, next try {when}: {why}",
        "failed {count} times, next try {when}: {why}",
        one.failures,
    )
    when = f"{one.next_try:%Y-%m-%d %H:%M:%S} UTC"
    return told.format(count=one.failures, when=when, why=retold(one.error))


def _row(one: Watch, data: Path) -> dict[str, object]:
    row: dict[str, Any] = {key: asdict(one)[key] for key in KEYS}
    row |= {"feed": str(watches.feed_of(data, one)), "webhook": shown_address(one)}
    return {k: v.isoformat() if isinstance(v, datetime) else v for k, v in row.items()}


def shown_address(one: Watch) -> str:
    """Return where a watch sends to, without the part that a service takes for a password."""
    scheme, mark, rest = one.webhook.partition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme}{mark}{host}" + (f"{slash}…" if path else "")


@watch.command()
@click.argument("name")
@folders
def remove(name: str, config: Path | None, data: Path | None) -> None:
    """Forget a saved search; its feed stays where it is."""
    folder = data_folder(config, data)
    with Memory(_existing(folder)) as memory:
        kept = watches.feed_of(folder, memory.watch(name))
        memory.remove(name)
    if kept.exists():
        click.echo(_("forgotten; its feed stays: {path}").format(path=kept))


@watch.command()
@folders
@click.pass_context
def run(ctx: click.Context, config: Path | None, data: Path | None) -> None:
    """Find and deliver what is new now, as every crawl and the daemon do by themselves."""
    speak(logging.ERROR)
    folder = data_folder(config, data)
    _existing(folder)

    def work(fetcher: Fetcher) -> Awaitable[list[Outcome]]:
        return watches.run(folder, fetcher, now=clock, environ=os.environ)

    outcomes = _asking(config, work)
    tell(outcomes, console())
    if not outcomes:
        note(_("nothing new"))
    with Memory(folder / "watch.db") as memory:
        late = [one for one in memory.watches() if one.error and one.unsent]
    for one in late:
        note(f"{one.name}: {failing(one)}")
    if late or any(one.error for one in outcomes):
        ctx.exit(1)


@watch.command()
@click.argument("name")
@folders
def test(name: str, config: Path | None, data: Path | None) -> None:
    """Send the newest match, marked as a test, to the webhook of a saved search."""
    folder = data_folder(config, data)
    with Memory(_existing(folder)) as memory:
        one = memory.watch(name)
    if not one.webhook:
        raise click.UsageError(_("{name} has no webhook").format(name=name))
    _asking(config, lambda fetcher: watches.send_sample(folder, one, fetcher, now=clock()))
    click.echo(_("sent to {address}").format(address=shown_address(one)))
