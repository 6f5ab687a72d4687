"""What the archive's commands share: where the archive lies, filters, and how errors are told."""

import os
import sys
from collections.abc import Callable
from datetime import date
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import click
from rich.console import Console

from archive.errors import ArchiveError, Corrupt, NotAnArchive
from archive.escapes import neutral
from archive.filters import days
from archive.language import _, retold
from archive.records import Filters
from archive.store import Archive

F = TypeVar("F", bound=Callable[..., Any])

#: exit codes besides 0: finished, but something failed or was not found · bad usage · see to it
NOT_FOUND, USAGE, ATTENTION = 1, 2, 3

_CHECKOUT = Path(__file__).resolve().parents[2] / "config"
#: The configuration the product came with, for a command started elsewhere.
SHIPPED = _CHECKOUT if _CHECKOUT.is_dir() else Path(sys.prefix, "share", "gazette", "config")

#: A pipe has no width; tables in one are not cut.
PIPE_WIDTH = 1000

json_option = click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")


class ArchiveCommand(click.Command):
    """A command whose expected errors become one red line and an exit code."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; 3 where the archive needs attention, 1 for other expected errors."""
        try:
            return super().invoke(ctx)
        except ArchiveError as error:
            complain(str(error))
            ctx.exit(ATTENTION if isinstance(error, Corrupt | NotAnArchive) else NOT_FOUND)
        except BrokenPipeError:
            raise
        except OSError as error:
            complain(f"{error.filename or self.name}: {error.strerror}")
            ctx.exit(NOT_FOUND)


def complain(message: str) -> None:
    """Print an error in red on standard error."""
    line = _("error: {message}").format(message=_told(message))
    click.secho(line, fg="red", err=True)


def note(message: str) -> None:
    """Print what a person should know on standard error, out of the way of the results."""
    click.echo(_told(message), err=True)


def _told(message: str) -> str:
    return neutral(retold(message)).replace("\n", "\\n")


def screen() -> Console:
    """Return standard output: colours on a terminal (not with NO_COLOR), whole lines in a pipe."""
    console = Console(highlight=False, markup=False, emoji=False)
    console.soft_wrap = not console.is_terminal
    if not console.is_terminal:
        console.width = PIPE_WIDTH
    return console


def show_pages(text: str, screen: Console, *, paged: bool) -> None:
    """Write what was drawn for a terminal; through a pager where it is longer than the screen.

    GAZETTE_PAGER goes before PAGER; less is told to keep colours and to go when a page will do.
    """
    if not paged or not screen.is_terminal or text.count("\n") < screen.height:
        screen.file.write(text)
        return
    if chosen := os.environ.get("GAZETTE_PAGER"):
        os.environ["PAGER"] = chosen
    os.environ.setdefault("LESS", "FRX")
    os.environ.setdefault("LESSCHARSET", "utf-8")
    click.echo_via_pager(text.removesuffix("\n"), color=True)  # it ends the last line itself


#: Where the context of the command line holds what makes an ``archive.health.Watch`` of a folder.
WATCH = "archive.health"


def folders(command: F) -> F:
    """Give a command ``--config`` and ``--data``, and hand it the data folder as ``data``."""

    @click.option(
        "--config",
        type=click.Path(path_type=Path, file_okay=False),
        envvar="GAZETTE_CONFIG",
        help="Folder of gazette.toml, families/ and sources/.  [default: config]",
    )
    @click.option(
        "--data",
        type=click.Path(path_type=Path, file_okay=False),
        envvar="GAZETTE_DATA",
        help="Folder of archive.db, crawl.db and warc/.  [default: data]",
    )
    @click.pass_context
    @wraps(command)
    def located(
        ctx: click.Context, /, *args: Any, config: Path | None, data: Path | None, **rest: Any
    ) -> Any:
        # The crawling half knows what gazette.toml says and hands it over; this half does not.
        by_config = ctx.find_root().obj
        if data is None:
            data = by_config(config) if callable(by_config) else Path("data")
        return command(*args, data=data, **rest)

    return located  # type: ignore[return-value]


def existing(data: Path) -> Path:
    """Return the path of the archive; say how to make one where there is none."""
    path = data / "archive.db"
    if not path.is_file():
        error = click.UsageError(
            f"there is no archive in {data}: `gazette demo` makes one to try, `gazette crawl` fills"
            " one from the web, `gazette import` from posts; --data names another folder"
        )
        raise error
    return path


def reading(data: Path) -> Archive:
    """Open the archive for reading."""
    return Archive.open(existing(data), read_only=True)


def first_day(ctx: click.Context, param: click.Parameter, value: str | None) -> date | None:
    """Return the first of the days that an option names, None where it is not given."""
    return _days(value)[0] if value else None


def _last_day(ctx: click.Context, param: click.Parameter, value: str | None) -> date | None:
    return _days(value)[1] if value else None


def _days(value: str) -> tuple[date, date]:
    try:
        return days(value, date.today())
    except ValueError as error:
        message = f"{value!r} is no day; write 2024-03-15, 2024-03, 2024 or 7d"
        raise click.BadParameter(message) from error


def _columns(ctx: click.Context, param: click.Parameter, value: str) -> tuple[str, ...]:
    names = tuple(name.strip() for name in value.split(",") if name.strip())
    if odd := next((name for name in names if name not in ("title", "text")), None):
        raise click.BadParameter(f"{odd!r} is neither title nor text")
    return names


_LIMITS = ("sources", "category", "author", "region", "since", "until", "columns")


def filtered(command: F) -> F:
    """Give a command the filters of a search, and hand them over as ``filters``."""

    @click.option(
        "--source",
        "sources",
        multiple=True,
        metavar="ID",
        help="Only of this source; may be given more than once.",
    )
    @click.option("--category", default="", help="Only of this channel.")
    @click.option("--author", default="", help="Only by this author, or this carrying channel.")
    @click.option("--region", default="", help="Only of this region and those in it.")
    @click.option(
        "--since",
        callback=first_day,
        metavar="DAY",
        help="From this day on, by the clock of the page; 7d for the last week.",
    )
    @click.option("--until", callback=_last_day, metavar="DAY", help="Up to this day.")
    @click.option(
        "--in",
        "columns",
        default="",
        callback=_columns,
        metavar="title,text",
        help="Search only there.",
    )
    @wraps(command)
    def limited(*args: Any, **rest: Any) -> Any:
        filters = Filters(**{name: rest.pop(name) for name in _LIMITS})
        return command(*args, filters=filters, **rest)

    return limited  # type: ignore[return-value]
