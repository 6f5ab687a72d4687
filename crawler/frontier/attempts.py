"""Every visit to an article's address as a row a person can read."""

import sqlite3
from datetime import datetime

from crawler.frontier.moments import text_of
from crawler.records import Attempt, Outcome, Weight


class Attempts:
    """The visits of ``crawl.db``; they are written when a link is settled."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def failed(self, source: str, *, since: datetime, limit: int) -> list[Attempt]:
        """Return a source's latest visits that failed, newest first."""
        rows = self._db.execute(
            "SELECT * FROM attempts WHERE source = ? AND at >= ? AND outcome = 'failed' "
            "ORDER BY id DESC LIMIT ?",
            (source, text_of(since), limit),
        )
        return [
            Attempt(
                source=r["source"],
                url=r["url"],
                at=datetime.fromisoformat(r["at"]),
                outcome=Outcome(r["outcome"]),
                kind=r["kind"],
                reason=r["reason"],
                weight=Weight(r["weight"]) if r["weight"] else None,
                article_id=r["article_id"],
            )
            for r in rows
        ]
