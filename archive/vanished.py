"""What is no longer on the web, or left its listing: pages of it, the latest first."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from archive.rows import moment, stamp

State = Literal["gone", "missing", "unlisted"]

#: Counted at most; more is said to be more.
MOST_COUNTED = 10_000

#: For each state, its moment and what else holds; written as the indexes of them are.
_STATES: dict[State, tuple[str, str]] = {
    "gone": ("gone", "gone IS NOT NULL"),
    "missing": ("missing", "missing IS NOT NULL AND gone IS NULL"),
    "unlisted": ("unlisted", "unlisted IS NOT NULL AND missing IS NULL"),
}
_WITHIN = "{moment} >= :since AND (:source = '' OR source = :source)"
_COUNT = "SELECT count(*) FROM (SELECT 1 FROM articles WHERE {state} AND {within} LIMIT :most)"
_PAGE = """
    SELECT id, title, source, url, day, zone, last_seen, gone_reason, {moment} AS since
    FROM articles
    WHERE {state} AND {within} AND ({moment}, id) < (:at, :id)
    ORDER BY {moment} DESC, id DESC LIMIT :most
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Vanished:
    """An article that is not where it was."""

    id: int
    title: str
    source: str
    url: str
    day: date | None
    zone: str
    state: State
    #: not found, or not listed, since
    since: datetime
    last_seen: datetime
    #: how it was not found last: ``404``, ``410``, ``redirect``, ``soft404``
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Some of what vanished."""

    articles: tuple[Vanished, ...]
    #: where the following page begins, "" at the end
    next: str = ""


def count(conn: sqlite3.Connection, state: State, *, source: str, since: datetime | None) -> int:
    """Return how many articles are in a state since then, up to one more than MOST_COUNTED."""
    moment_, holds = _STATES[state]
    sql = _COUNT.format(state=holds, within=_WITHIN.format(moment=moment_))
    asked = {**_asked(source, since), "most": MOST_COUNTED + 1}
    return int(conn.execute(sql, asked).fetchone()[0])


def vanished(
    conn: sqlite3.Connection,
    state: State,
    *,
    source: str = "",
    since: datetime | None = None,
    after: str = "",
    limit: int = 50,
) -> Page:
    """Return a page of what is in a state; ``after`` is the ``next`` of the page before it."""
    moment_, holds = _STATES[state]
    sql = _PAGE.format(state=holds, moment=moment_, within=_WITHIN.format(moment=moment_))
    at, _, number = after.partition("~")
    # Above everything there is: a first page.
    place = {"at": at or "9999", "id": int(number) if number.isdecimal() else 2**62}
    rows = conn.execute(sql, {**_asked(source, since), **place, "most": limit + 1}).fetchall()
    found = tuple(_read(rows[:limit], state))
    more = len(rows) > limit
    return Page(articles=found, next=f"{rows[limit - 1]['since']}~{found[-1].id}" if more else "")


def _asked(source: str, since: datetime | None) -> dict[str, object]:
    return {"source": source, "since": stamp(since) if since else ""}


def _read(rows: list[sqlite3.Row], state: State) -> Iterator[Vanished]:
    for row in rows:
        yield Vanished(
            id=row["id"],
            title=row["title"],
            source=row["source"],
            url=row["url"],
            day=date.fromisoformat(row["day"]) if row["day"] else None,
            zone=row["zone"],
            state=state,
            since=moment(row["since"]),
            last_seen=moment(row["last_seen"]),
            reason=row["gone_reason"],
        )
