"""Who is alive: a row for each long-running process, written at every tick."""

from datetime import datetime

from crawler.frontier.memory import Memory
from crawler.frontier.moments import moment_of, text_of


class Health:
    """The heartbeats of ``crawl.db``."""

    def __init__(self, memory: Memory) -> None:
        self._db, self._writing = memory.db, memory.writing

    def beat(self, name: str, pid: int, *, now: datetime) -> None:
        """Write that ``name`` is alive."""
        with self._writing():
            self._db.execute(
                "INSERT INTO heartbeats VALUES (?, ?, ?) "
                "ON CONFLICT (name) DO UPDATE SET at = excluded.at, pid = excluded.pid",
                (name, text_of(now), pid),
            )

    def heartbeat(self, name: str) -> datetime | None:
        """Return when ``name`` was last alive."""
        row = self._db.execute("SELECT at FROM heartbeats WHERE name = ?", (name,)).fetchone()
        return moment_of(row["at"]) if row else None
