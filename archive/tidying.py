"""The full-text index kept small in daily life.

Each commit adds a segment to the index, and FTS5 merges four of a size into one as it goes; what
lies in many segments takes a tenth more room, and each word has to be looked up in all of them.
So whatever lies outside of the largest is merged into it, a little at a time.
"""

import sqlite3
from dataclasses import dataclass

from archive.schema import transaction
from archive.varints import numbers

#: Of all pages of the index, the share outside of its largest segment that is let be.
_LET_BE = 0.1
#: Pages that are merged in one transaction: 0.1 s in which no other can write.
_STEP = 1_000
#: Where the structure of an index stands among its data (fts5_index.c of SQLite).
_STRUCTURE = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class _Structure:
    #: pages of each segment
    segments: tuple[int, ...]
    #: a merge that was begun is not at its end
    merging: bool

    @property
    def scattered(self) -> bool:
        """Whether much lies outside of the largest segment."""
        total = sum(self.segments)
        return total - max(self.segments, default=0) > total * _LET_BE


def tidy(conn: sqlite3.Connection, pages: int) -> bool:
    """Merge up to ``pages`` pages of the index, where much of it is scattered; say if any were.

    What it leaves the next call goes on with. Writers wait for one step at a time, readers never.
    """
    for step in range(0, pages, _STEP):
        structure = _structure(conn)
        if not structure.merging and not structure.scattered:
            return step > 0
        with transaction(conn):
            # Below zero: begin to merge all there is. Above: go on with what was begun.
            work = min(_STEP, pages - step) * (1 if structure.merging else -1)
            conn.execute(
                "INSERT INTO articles_fts(articles_fts, rank) VALUES ('merge', ?)", (work,)
            )
    return True


def _structure(conn: sqlite3.Connection) -> _Structure:
    row = conn.execute("SELECT block FROM articles_fts_data WHERE id = ?", (_STRUCTURE,)).fetchone()
    if row is None:
        return _Structure(segments=(), merging=False)
    values = numbers(row[0][4:])  # behind a counter of four bytes
    levels, _segments, _written = next(values), next(values), next(values)
    pages, merging = [], False
    for _level in range(levels):
        merging |= next(values) > 0
        for _segment in range(next(values)):
            _id, first, last = next(values), next(values), next(values)
            pages.append(last - first + 1 if last else 0)
    return _Structure(segments=tuple(pages), merging=merging)
