"""What is remembered of a listing: how often it was read, what to ask it with, its habits."""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from math import inf

from crawler.frontier.moments import moment_of, text_of
from crawler.records import Habit, Known, Validators
from crawler.schema import writing

_NOTE = """
    INSERT INTO listings (url, source, visits, visited, etag, last_modified, sha256, named,
        next_look, failures, swept, vain, habit)
    VALUES (:url, :source, 1, :now, :etag, :last_modified, :sha256, :named,
        :next_look, 0, :swept, :vain, :habit)
    ON CONFLICT (url) DO UPDATE SET visits = visits + 1, visited = :now, etag = :etag,
        last_modified = :last_modified, sha256 = :sha256, named = :named, source = :source,
        next_look = :next_look, failures = 0, swept = :swept, vain = :vain, habit = :habit
"""

_PUT_OFF = """
    INSERT INTO listings (url, source, failures, next_look) VALUES (:url, :source, :failures, :at)
    ON CONFLICT (url) DO UPDATE SET failures = :failures, next_look = :at, source = :source
"""


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
            next_look=moment_of(row["next_look"]),
            failures=row["failures"],
            swept=moment_of(row["swept"]),
            vain=row["vain"],
            habit=_habit_of(row["habit"]),
        )

    def moments(self, url: str) -> Known:
        """Return when a listing was looked at, when it is due and how it fails, and no more.

        What it named may be fifty thousand addresses.
        """
        row = self._db.execute(
            "SELECT visited, next_look, failures FROM listings WHERE url = ?", (url,)
        ).fetchone()
        if row is None:
            return Known()
        return Known(
            visited=moment_of(row["visited"]),
            next_look=moment_of(row["next_look"]),
            failures=row["failures"],
        )

    def note(
        self,
        source: str,
        url: str,
        validators: Validators,
        sha256: str,
        *,
        named: Sequence[str] = (),
        learned: Known | None = None,
        now: datetime,
    ) -> None:
        """Remember a visit to a listing; called once its links are safe.

        Of ``learned``, what is learned of the listing is remembered, and when to look next.
        """
        learned = learned or Known()
        with writing(self._db):
            self._db.execute(
                _NOTE,
                {
                    "url": url,
                    "source": source,
                    "now": text_of(now),
                    "sha256": sha256,
                    "named": json.dumps(named),
                    "next_look": learned.next_look and text_of(learned.next_look),
                    "swept": learned.swept and text_of(learned.swept),
                    "vain": learned.vain,
                    "habit": _text_of_habit(learned.habit),
                    **asdict(validators),
                },
            )

    def learn(self, url: str, habit: Habit, next_look: datetime) -> None:
        """Remember what was learned of a listing after it was noted."""
        with writing(self._db):
            self._db.execute(
                "UPDATE listings SET habit = ?, next_look = ? WHERE url = ?",
                (_text_of_habit(habit), text_of(next_look), url),
            )

    def put_off(self, source: str, url: str, *, failures: float, next_look: datetime) -> None:
        """Remember that a listing could not be read, and when to try again."""
        with writing(self._db):
            self._db.execute(
                _PUT_OFF,
                {"url": url, "source": source, "failures": failures, "at": text_of(next_look)},
            )

    def links(self, url: str) -> list[str]:
        """Return the addresses a listing has named."""
        rows = self._db.execute("SELECT url FROM links WHERE listing = ?", (url,))
        return [row["url"] for row in rows]


def _text_of_habit(habit: Habit) -> str:
    """Return a habit as JSON, "" where none is learned."""
    if habit.since is None or habit.at is None:
        return ""
    told = {
        "since": text_of(habit.since),
        "at": text_of(habit.at),
        "counts": [round(count, 4) for count in habit.counts],
        "found": round(habit.found, 4),
        "awaited": round(habit.awaited, 4),
        "credit": round(habit.credit, 4),
    }
    return json.dumps(told, separators=(",", ":"))


def _habit_of(text: str) -> Habit:
    """Return a habit from its JSON; one that nobody can read is learned anew."""
    try:
        told = json.loads(text)
        habit = Habit(
            since=datetime.fromisoformat(told["since"]),
            at=datetime.fromisoformat(told["at"]),
            counts=tuple(float(count) for count in told["counts"]),
            found=float(told["found"]),
            awaited=float(told["awaited"]),
            credit=float(told["credit"]),
        )
    except (ValueError, KeyError, TypeError):
        return Habit()
    figures = (*habit.counts, habit.found, habit.awaited, habit.credit)
    whole = len(habit.counts) == len(Habit().counts)
    return habit if whole and all(0 <= figure < inf for figure in figures) else Habit()
