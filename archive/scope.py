"""What a search is among: the MATCH text, filters and days of it as FROM and WHERE."""

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

from archive.facts import filter_phrases, within
from archive.ids import within_days
from archive.records import Filters

NO_FILTERS = Filters()


@dataclass(frozen=True, slots=True)
class Scope:
    """FROM and WHERE of the statements of one search, with their parameters."""

    table: str
    #: the expression that is an article's id
    id: str
    where: str
    values: dict[str, object]

    @property
    def at_once(self) -> bool:
        """Whether all matches are gathered before the first is known: of what begins so, ``"税"*``.

        Then each further statement costs as much as reading them all, up to seconds.
        """
        return '"*' in str(self.values.get("match", ""))

    def select(self, what: str, rest: str = "") -> str:
        """Return the statement that reads ``what`` of all that match."""
        return f"SELECT {what} FROM {self.table} WHERE {self.where} {rest}"  # noqa: S608

    def count(self, conn: sqlite3.Connection, most: int) -> int:
        """Return the number of matches, or ``most`` where there are more."""
        sql = f"SELECT count(*) FROM ({self.select('1', 'LIMIT :most')})"  # noqa: S608
        count: int = conn.execute(sql, {**self.values, "most": most}).fetchone()[0]
        return count

    def among(self, conn: sqlite3.Connection, ids: Iterable[int]) -> list[int]:
        """Return which of ``ids`` match."""
        asked = list(ids)
        if not asked:
            return []
        # Each is looked up by itself, unless that costs as much as all: the plus forbids it.
        id_ = f"+{self.id}" if self.at_once else self.id
        rest = f"AND {self.id} BETWEEN :least AND :most" if self.at_once else ""
        rest += f" AND {id_} IN (SELECT value FROM json_each(:among))"  # noqa: S608
        values = {"among": json.dumps(asked), "least": min(asked), "most": max(asked)}
        found = conn.execute(self.select(self.id, rest), {**self.values, **values})
        return [row[0] for row in found]


def scope_of(conn: sqlite3.Connection, match: str | None, limits: Filters) -> Scope:
    """Return what is to be searched for a MATCH text (None: all) within ``limits``."""
    words = [] if match is None else [within(match, limits.columns)]
    phrases = [*filter_phrases(limits), *words]
    if phrases:
        table, id_ = "articles_fts", "articles_fts.rowid"
        asked, values = ["articles_fts MATCH :match"], {"match": " AND ".join(phrases)}
    else:
        table, id_ = "articles", "articles.id"
        asked, values = [], {}
    days, span = within_days(conn, limits, id_)
    return Scope(table, id_, " AND ".join([*asked, *days]) or "true", {**values, **span})
