"""The crawler's memory: which addresses are known, which are due, what happened there.

All SQL on ``crawl.db``, a room for each thing remembered. It remembers; it decides nothing
(``cadence`` does) and holds nothing that cannot be fetched again, so ``synchronous=NORMAL`` is
enough: a power cut costs repeated fetches.
"""

from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from crawler.frontier.attempts import Attempts
from crawler.frontier.backfills import Backfills
from crawler.frontier.blanks import Blanks
from crawler.frontier.files import FilesDue
from crawler.frontier.health import Health
from crawler.frontier.links import Links
from crawler.frontier.listings import Listings
from crawler.frontier.moments import text_of
from crawler.frontier.observed import Observed
from crawler.frontier.sources import Sources
from crawler.frontier.standings import Standings
from crawler.frontier.walks import Walks
from crawler.schema import open_memory, writing

__all__ = ["Frontier"]

#: What is told of single visits and passes, with the moment of each, and of how many rows at most
#: it is asked at a time whether they are too old.
DIARIES = {"attempts": "at", "passes": "started"}
AT_ONCE = 1000


class Frontier:
    """``crawl.db``, opened by one process at a time for writing."""

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        """Open the file, or make it. Raises FrontierError where it cannot be used.

        What writes raises FrontierFull where the disk has no room; nothing of it is remembered.
        """
        self._db = open_memory(path, read_only=read_only)
        self.sources = Sources(self._db)
        self.listings = Listings(self._db)
        self.links = Links(self._db)
        self.files = FilesDue(self._db)
        self.attempts = Attempts(self._db)
        self.blanks = Blanks(self._db)
        self.backfills = Backfills(self._db)
        self.walks = Walks(self._db)
        self.health = Health(self._db)
        self.observed = Observed(self._db)
        self.standings = Standings(self._db)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def forget(self, before: datetime) -> None:
        """Forget the oldest visits and passes that were before a moment, a thousand at a time.

        Five thousand sources make a quarter of a million passes a day.
        """
        with writing(self._db):
            for table, moment in DIARIES.items():
                self._db.execute(
                    f"DELETE FROM {table} WHERE id IN (SELECT id FROM (SELECT id, {moment} AS at "  # noqa: S608 - our names
                    f"FROM {table} ORDER BY id LIMIT {AT_ONCE}) WHERE at < ?)",
                    (text_of(before),),
                )

    def close(self) -> None:
        """Close the file."""
        self._db.close()
