"""The files of articles: which attachments and pictures are to be fetched, and when."""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from crawler.frontier.moments import moment_of, text_of
from crawler.records import Validators
from crawler.schema import writing

ATTACHMENT, PICTURE = "attachment", "picture"

#: Another article that names an attachment is to be told what it is: it is looked at at once.
_NOTE = """
    INSERT INTO files (url, source, role, next_visit) VALUES (:url, :source, :role, :now)
    ON CONFLICT (url) DO UPDATE SET role = min(role, :role),
        next_visit = CASE :role WHEN 'attachment' THEN :now ELSE next_visit END
"""

_DUE = """
    SELECT files.*, json_group_array(article_id) AS articles FROM files
    JOIN file_articles USING (url)
    WHERE source = :source AND next_visit <= :now
    GROUP BY url ORDER BY last_visit IS NOT NULL, role, min(article_id), url
"""

_SETTLE = """
    UPDATE files SET last_visit = :now, next_visit = :next, failures = :failures,
        visits = visits + :answered, etag = coalesce(:etag, etag),
        last_modified = coalesce(:last_modified, last_modified)
    WHERE url = :url
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class DueFile:
    """A file that is to be fetched now."""

    url: str
    #: ``attachment`` or ``picture``
    role: str
    #: ids of the articles that name it
    articles: tuple[int, ...]
    #: answers so far
    visits: int = 0
    #: weighted, in a row
    failures: float = 0.0
    validators: Validators = field(default_factory=Validators)


class FilesDue:
    """The files of ``crawl.db``, and which articles name them."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def note(
        self, source: str, article_id: int, files: Iterable[tuple[str, str]], *, now: datetime
    ) -> None:
        """Remember address and role of the files that an article names; new ones are due."""
        known = {
            row["url"]
            for row in self._db.execute(
                "SELECT url FROM file_articles WHERE article_id = ?", (article_id,)
            )
        }
        new = [(url, role) for url, role in files if url not in known]
        if not new:
            return
        with writing(self._db):
            for url, role in new:
                own = {"url": url, "role": role, "source": source, "now": text_of(now)}
                self._db.execute(_NOTE, own)
                self._db.execute("INSERT INTO file_articles VALUES (?, ?)", (article_id, url))

    def due(self, source: str, now: datetime) -> list[DueFile]:
        """Return the files whose time has come: never fetched first, attachments before pictures.

        The files of one article follow one another.
        """
        rows = self._db.execute(_DUE, {"source": source, "now": text_of(now)})
        return [
            DueFile(
                url=row["url"],
                role=row["role"],
                articles=tuple(map(int, row["articles"].strip("[]").split(","))),
                visits=row["visits"],
                failures=row["failures"],
                validators=Validators(etag=row["etag"], last_modified=row["last_modified"]),
            )
            for row in rows
        ]

    def postpone(self, source: str, now: datetime, *, by: timedelta) -> None:
        """Let all files of a source that are due wait."""
        sql = "UPDATE files SET next_visit = ? WHERE source = ? AND next_visit <= ?"
        with writing(self._db):
            self._db.execute(sql, (text_of(now + by), source, text_of(now)))

    def next_due(self, source: str) -> datetime | None:
        """Return when the next file of a source is due."""
        sql = "SELECT min(next_visit) AS first FROM files WHERE source = ?"
        return moment_of(self._db.execute(sql, (source,)).fetchone()["first"])

    def settle(
        self,
        url: str,
        *,
        now: datetime,
        next_visit: datetime | None,
        failures: float = 0.0,
        seen: Validators | None = None,
    ) -> None:
        """Record a visit. ``seen`` is None where no usable answer came; no next visit: enough."""
        values = {
            "url": url,
            "now": text_of(now),
            "next": None if next_visit is None else text_of(next_visit),
            "failures": failures,
            "answered": seen is not None,
            "etag": seen and seen.etag,
            "last_modified": seen and seen.last_modified,
        }
        with writing(self._db):
            self._db.execute(_SETTLE, values)
