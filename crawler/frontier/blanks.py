"""What hosts show for addresses that never were, by which a page that is gone is known."""

import json
import sqlite3
from datetime import datetime

from crawler.frontier.moments import text_of
from crawler.records import Blank
from crawler.schema import writing


class Blanks:
    """The not-found pages of ``crawl.db``."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def of(self, place: str) -> Blank | None:
        """Return what a host, or a script, showed where nothing is, if it was asked."""
        row = self._db.execute("SELECT * FROM blanks WHERE host = ?", (place,)).fetchone()
        if row is None:
            return None
        return Blank(
            asked=datetime.fromisoformat(row["asked"]),
            final_url=row["final_url"],
            shown=frozenset(json.loads(row["shown"])),
        )

    def note(self, place: str, blank: Blank) -> None:
        """Remember what a host, or a script, shows where nothing is."""
        with writing(self._db):
            self._db.execute(
                "REPLACE INTO blanks VALUES (?, ?, ?, ?)",
                (place, text_of(blank.asked), blank.final_url, json.dumps(sorted(blank.shown))),
            )
