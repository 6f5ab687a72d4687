"""Who is alive: a row for each long-running process, written at every tick."""

import sqlite3
from datetime import datetime

from crawler.frontier.moments import moment_of, text_of
from crawler.schema import writing

#: Name of the daemon's heartbeat.
HEARTBEAT = "daemon"


class Health:
    """The heartbeats of ``crawl.db``."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def beat(self, name: str, pid: int, *, now: datetime) -> None:
        """Write that ``name`` is alive."""
        with writing(self._db):
            self._db.execute(
                "INSERT INTO heartbeats VALUES (?, ?, ?) "
                "ON CONFLICT (name) DO UPDATE SET at = excluded.at, pid = excluded.pid",
                (name, text_of(now), pid),
            )

    def heartbeat(self, name: str) -> datetime | None:
        """Return when ``name`` was last alive."""
        row = self._db.execute("SELECT at FROM heartbeats WHERE name = ?", (name,)).fetchone()
        return moment_of(row["at"]) if row else None
