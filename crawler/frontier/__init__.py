"""The crawler's memory: which addresses are known, which are due, what happened there.

All SQL on ``crawl.db``, a room for each thing remembered. It remembers; it decides nothing
(``cadence`` does) and holds nothing that cannot be fetched again, so ``synchronous=NORMAL`` is
enough: a power cut costs repeated fetches.
"""

import sqlite3
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlite_utils import Database

from crawler.errors import FrontierError
from crawler.frontier.attempts import Attempts
from crawler.frontier.blanks import Blanks
from crawler.frontier.health import Health
from crawler.frontier.links import Links
from crawler.frontier.listings import Listings
from crawler.frontier.sources import Sources
from crawler.schema import migrations

__all__ = ["Frontier"]


class Frontier:
    """``crawl.db``, opened by one process at a time for writing."""

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        """Open the file, or make it. Raises FrontierError where it is damaged."""
        uri = f"{path.absolute().as_uri()}?mode={'ro' if read_only else 'rwc'}"
        self._db = sqlite3.connect(uri, uri=True, isolation_level=None)
        try:
            self._db.execute("PRAGMA busy_timeout=10000")
            if not read_only:
                self._db.execute("PRAGMA journal_mode=WAL")
                self._db.execute("PRAGMA synchronous=NORMAL")
                migrations.apply(Database(self._db))
            self._db.execute("SELECT count(*) FROM sources")
        except sqlite3.DatabaseError as error:
            self._db.close()
            raise FrontierError(path, str(error)) from error
        self._db.row_factory = sqlite3.Row
        self.sources = Sources(self._db)
        self.listings = Listings(self._db)
        self.links = Links(self._db)
        self.attempts = Attempts(self._db)
        self.blanks = Blanks(self._db)
        self.health = Health(self._db)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._db.close()
