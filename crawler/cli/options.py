"""What every crawling command takes, and how a terminal is spoken to."""

import logging
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click
from rich.console import Console

from archive.cli.options import SHIPPED
from archive.escapes import neutral
from crawler import sources
from crawler.errors import ConfigError
from crawler.settings import Settings

F = TypeVar("F", bound=Callable[..., Any])

config_option = click.option(
    "--config",
    type=click.Path(path_type=Path, file_okay=False),
    envvar="GAZETTE_CONFIG",
    help="Folder of gazette.toml, families/ and sources/.  [default: config]",
)
data_option = click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    envvar="GAZETTE_DATA",
    help="Folder of archive.db, crawl.db and warc/.  [default: data]",
)


sets_option = click.option(
    "--set",
    "sets",
    multiple=True,
    metavar="SET",
    help="The sources of this set, see `gazette sources`; may be repeated.",
)

#: A pipe has no width; tables in one are not cut.
PIPE_WIDTH = 1000


def folders(command: F) -> F:
    """Give a command ``--config`` and ``--data``."""
    return config_option(data_option(command))


def config_folder(config: Path | None) -> Path:
    """Return the folder asked for, else ``config`` here, else the one shipped with the product."""
    if config is not None:
        return config
    here = Path("config")
    return here if here.is_dir() or not SHIPPED.is_dir() else SHIPPED


def data_folder(config: Path | None, data: Path | None = None) -> Path:
    """Return the folder asked for, else what gazette.toml says, else ``data``."""
    if data is not None:
        return data
    folder = config_folder(config)
    settings = sources.load_settings(folder) if folder.is_dir() else Settings()
    return Path(settings.data)


def watched(config: Path | None) -> frozenset[str] | None:
    """Return the ids of the sources that are watched; None where the configuration is faulty."""
    try:
        loaded = sources.load(config_folder(config))
    except ConfigError:
        return None
    return frozenset(source.id for source in loaded.sources if source.enabled)


def console() -> Console:
    """Return standard output: colour only on a terminal without NO_COLOR, whole lines in a pipe."""
    return Console(highlight=False, width=None if sys.stdout.isatty() else PIPE_WIDTH)


class _Neutral(logging.Formatter):
    """Log lines hold what pages and servers say, which a terminal must not obey."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line with every character that would act written as its escape."""
        return neutral(super().format(record))


def speak(level: int) -> None:
    """Send log lines of ``level`` and above to standard error."""
    handler = logging.StreamHandler()
    handler.setFormatter(_Neutral("%(asctime)s %(levelname)s %(message)s"))
    logging.basicConfig(level=level, handlers=[handler])
    for noisy in ("httpx", "apscheduler", "asyncio"):
        logging.getLogger(noisy).setLevel(max(level, logging.WARNING))
