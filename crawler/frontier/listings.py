"""What is remembered of a listing: how often it was read, and what to ask it with again."""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from crawler.frontier.moments import moment_of, text_of
from crawler.records import Known, Validators
from crawler.schema import writing


class Listings:
    """The listings of ``crawl.db``."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def known(self, url: str) -> Known:
        """Return what is remembered of a listing."""
        row = self._db.execute("SELECT * FROM listings WHERE url = ?", (url,)).fetchone()
        if row is None:
            return Known()
        return Known(
            visits=row["visits"],
            visited=moment_of(row["visited"]),
            validators=Validators(etag=row["etag"], last_modified=row["last_modified"]),
            sha256=row["sha256"],
            named=tuple(json.loads(row["named"])),
        )

    def note(
        self,
        source: str,
        url: str,
        validators: Validators,
        sha256: str,
        *,
        named: Sequence[str] = (),
        now: datetime,
    ) -> None:
        """Remember a visit to a listing; called once its links are safe."""
        with writing(self._db):
            self._db.execute(
                "INSERT INTO listings (url, source, visits, visited, etag, last_modified, sha256, "
                "named) VALUES (:url, :source, 1, :now, :etag, :last_modified, :sha256, :named) "
                "ON CONFLICT (url) DO UPDATE SET visits = visits + 1, visited = :now, "
                "etag = :etag, last_modified = :last_modified, sha256 = :sha256, named = :named, "
                "source = :source",
                {
                    "url": url,
                    "source": source,
                    "now": text_of(now),
                    "sha256": sha256,
                    "named": json.dumps(named),
                    **asdict(validators),
                },
            )

    def links(self, url: str) -> list[str]:
        """Return the addresses a listing has named."""
        rows = self._db.execute("SELECT url FROM links WHERE listing = ?", (url,))
        return [row["url"] for row in rows]
