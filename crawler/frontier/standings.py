"""How each source stands, and which change of that is still to be told."""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from crawler.frontier.moments import moment_of, text_of
from crawler.records import Standing, State
from crawler.schema import writing

_SET = """
    INSERT INTO standings (source, state, reason, since, more, quiet_at)
    VALUES (:source, :state, :reason, :since, :more, :quiet_at)
    ON CONFLICT (source) DO UPDATE SET state = :state, reason = :reason, since = :since,
        more = :more, quiet_at = :quiet_at
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A state that differs from what was told last."""

    standing: Standing
    was: State
    #: what people call the source; "" for what is none
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """Why the last message could not be delivered."""

    failures: int
    next_try: datetime
    error: str


class Standings:
    """The verdicts of ``crawl.db``."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def of(self, source: str) -> Standing | None:
        """Return how a source stands, None where it was never judged."""
        row = self._db.execute("SELECT * FROM standings WHERE source = ?", (source,)).fetchone()
        return _standing(row) if row else None

    def all(self) -> dict[str, Standing]:
        """Return every source's, by its id."""
        return {
            row["source"]: _standing(row) for row in self._db.execute("SELECT * FROM standings")
        }

    def note(self, standings: Iterable[Standing]) -> None:
        """Remember how sources stand."""
        with writing(self._db):
            self._db.executemany(
                _SET,
                [
                    {
                        "source": one.source,
                        "state": one.state.value,
                        "reason": one.reason,
                        "since": text_of(one.since),
                        "more": json.dumps(one.more, ensure_ascii=False),
                        "quiet_at": text_of(one.quiet_at) if one.quiet_at else None,
                    }
                    for one in standings
                ],
            )

    def asked(self, source: str, host: str, kind: str, *, now: datetime) -> None:
        """Note when a source was asked, and by which kind of failure the pass ended, or ""."""
        with writing(self._db):
            self._db.execute(
                "INSERT INTO standings (source, state, reason, since, more, host, asked, kind) "
                "VALUES (:source, 'healthy', '', :now, '[]', :host, :now, :kind) "
                "ON CONFLICT (source) DO UPDATE SET host = :host, asked = :now, kind = :kind",
                {"source": source, "host": host, "kind": kind, "now": text_of(now)},
            )

    def reached(self, kinds: Iterable[str], *, since: datetime) -> tuple[int, int]:
        """Return how many hosts failed with one of the kinds, and how many were asked, since."""
        names = tuple(kinds)
        row = self._db.execute(
            "SELECT count(*) AS asked, count(*) FILTER (WHERE bad) AS failing FROM ("  # noqa: S608 - places alone
            f"SELECT host, min(kind IN ({', '.join('?' * len(names))})) AS bad FROM standings "
            "WHERE asked >= ? GROUP BY host)",
            (*names, text_of(since)),
        ).fetchone()
        return row["failing"], row["asked"]

    def take_back(self, kinds: Iterable[str], *, since: datetime) -> None:
        """Let sources that seem broken since a moment by such failures stand as was told of them.

        What was told already stays.
        """
        names = tuple(kinds)
        with writing(self._db):
            self._db.execute(
                "UPDATE standings SET state = told, reason = '', more = '[]' "  # noqa: S608 - places alone
                f"WHERE kind IN ({', '.join('?' * len(names))}) AND since >= ? "
                "AND state = 'broken' AND told != 'broken'",
                (*names, text_of(since)),
            )

    def falling_silent(self, now: datetime) -> list[Standing]:
        """Return the healthy that were heard of so long ago that they count as quiet by now.

        Of those that are watched: nobody listens to another.
        """
        rows = self._db.execute(
            "SELECT standings.* FROM standings JOIN sources ON sources.id = source "
            "WHERE state = 'healthy' AND quiet_at <= ? AND next_visit IS NOT NULL",
            (text_of(now),),
        )
        return [_standing(row) for row in rows]

    def untold(self) -> list[Change]:
        """Return what is still to be told, the oldest change first."""
        rows = self._db.execute(
            "SELECT standings.*, coalesce(sources.name, '') AS name FROM standings "
            "LEFT JOIN sources ON sources.id = source WHERE state != told ORDER BY since, source"
        )
        return [
            Change(standing=_standing(row), was=State(row["told"]), name=row["name"])
            for row in rows
        ]

    def note_told(self, told: Iterable[tuple[str, State]]) -> None:
        """Remember which state of which source was told."""
        with writing(self._db):
            self._db.executemany(
                "UPDATE standings SET told = ? WHERE source = ?",
                [(state.value, source) for source, state in told],
            )
            self._db.execute("DELETE FROM telling")

    def telling(self) -> Telling | None:
        """Return why messages are not delivered at present, None where they are."""
        row = self._db.execute("SELECT * FROM telling").fetchone()
        if row is None:
            return None
        return Telling(
            failures=row["failures"],
            next_try=datetime.fromisoformat(row["next_try"]),
            error=row["error"],
        )

    def note_untold(self, telling: Telling) -> None:
        """Remember why a message was not delivered, and when to try again."""
        with writing(self._db):
            self._db.execute(
                "REPLACE INTO telling VALUES (1, ?, ?, ?)",
                (telling.failures, text_of(telling.next_try), telling.error[:500]),
            )


def _standing(row: sqlite3.Row) -> Standing:
    more: Sequence[str] = json.loads(row["more"])
    return Standing(
        source=row["source"],
        state=State(row["state"]),
        reason=row["reason"],
        since=datetime.fromisoformat(row["since"]),
        more=tuple(more),
        quiet_at=moment_of(row["quiet_at"]),
    )
