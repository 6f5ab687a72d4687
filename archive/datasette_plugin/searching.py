"""A search on a connection of Datasette's, given up where it takes too long."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from datasette.utils import sqlite_timelimit  # type: ignore[import-untyped]

from archive.datasette_plugin.asked import Asked
from archive.errors import ArchiveError
from archive.records import Results
from archive.search import search

#: Milliseconds that a search may take.
PATIENCE = 5_000


class TooSlow(ArchiveError):  # noqa: N818 - as its family is named
    """What was asked takes longer than a visitor may keep the archive busy."""


@contextmanager
def within(conn: sqlite3.Connection, milliseconds: int) -> Iterator[None]:
    """Raise TooSlow where the statements of the block take longer than this."""
    try:
        with sqlite_timelimit(conn, milliseconds):
            yield
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode != sqlite3.SQLITE_INTERRUPT:
            raise
        raise TooSlow("this search took too long") from error


def searched(conn: sqlite3.Connection, asked: Asked, size: int) -> Results:
    """Return ``size`` hits of what is asked; TooSlow."""
    with within(conn, PATIENCE):
        return search(
            conn, asked.q, filters=asked.filters(), sort=asked.sort, limit=size, cursor=asked.cursor
        )
