"""The rows of ``captures`` with the WARC records they name: kept in a transaction, and read back.

The captures that an article was read from at one visit are a reading: the first page's row stands
for it (``first_page`` is empty there), those of further pages name that row. An answer that only
confirmed that the article stands as it was, or showed that it is not there (``absence``), names it
too, as another first page.
"""

import hashlib
import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from archive.chain import raw_digest
from archive.records import Capture
from archive.rows import Row, moment, stamp
from archive.takedown import Sighting
from archive.warc.folder import Place, WarcFolder, age
from archive.warc.record import Original

_LAST_READ = """
    SELECT id, payload_sha256, revisit_of FROM captures
    WHERE article_id = :article_id AND first_page IS NULL AND absence = ''
    ORDER BY id DESC LIMIT 1
"""

#: What every visit to an article found, the oldest first.
_SIGHTINGS = """
    SELECT fetched_at, absence FROM captures WHERE article_id = :article_id AND page = 1
    ORDER BY fetched_at, id
"""

_READING = """
    SELECT * FROM captures WHERE article_id = :article_id
        AND (id = :first_page OR first_page = :first_page AND page > 1)
    ORDER BY page
"""

#: What tells two captures of an article apart.
_OWN = "url", "fetched_at", "status", "payload_sha256"
_SAME = " AND ".join(f"{name} = :{name}" for name in _OWN)

_SAME_FIRST = f"""
    SELECT id FROM captures
    WHERE article_id = :article_id AND first_page IS NULL AND absence = '' AND {_SAME}
    ORDER BY id DESC LIMIT 1
"""  # noqa: S608 - names of our own columns

_SAME_SIGHTING = f"""
    SELECT id FROM captures WHERE article_id = :article_id AND page = 1 AND {_SAME} LIMIT 1
"""  # noqa: S608

_SAME_PAYLOAD = """
    SELECT * FROM captures WHERE article_id = :article_id AND payload_sha256 = :payload_sha256
        AND revisit_of IS NULL ORDER BY id DESC LIMIT 1
"""

_KEEP = """
    INSERT INTO captures (article_id, url, final_url, fetched_at, status, payload_sha256,
        revisit_of, warc, offset, length, record_sha256, page, first_page, absence, imported)
    VALUES (:article_id, :url, :final_url, :fetched_at, :status, :payload_sha256,
        :revisit_of, :file, :offset, :length, :record_sha256, :page, :first_page, :absence,
        :imported)
"""


def place_of(row: Row) -> Place:
    """Return where the record of a row of ``captures`` lies."""
    return Place(
        file=row["warc"],
        offset=row["offset"],
        length=row["length"],
        sha256=row["record_sha256"],
    )


def last_place(conn: sqlite3.Connection) -> Place | None:
    """Return the place of the newest record that a row names."""
    found = [
        place_of(row)
        for table in ("captures", "files")
        for row in conn.execute(f"SELECT * FROM {table} ORDER BY id DESC LIMIT 1")  # noqa: S608
    ]
    return max(found, key=lambda place: (age(place.file), place.offset), default=None)


def last_read(conn: sqlite3.Connection, article_id: int) -> list[sqlite3.Row]:
    """Return the rows of what an article was last read from, in order of pages; none: an import."""
    row = conn.execute(_LAST_READ, {"article_id": article_id}).fetchone()
    return [] if row is None else reading(conn, article_id, row["id"])


def reading(conn: sqlite3.Connection, article_id: int, first_page: int) -> list[sqlite3.Row]:
    """Return the rows of the reading whose first page is the capture ``first_page``."""
    values = {"article_id": article_id, "first_page": first_page}
    return conn.execute(_READING, values).fetchall()


def sightings(conn: sqlite3.Connection, article_id: int) -> list[Sighting]:
    """Return what every visit to an article found, the oldest first."""
    rows = conn.execute(_SIGHTINGS, {"article_id": article_id})
    return [Sighting(at=moment(row["fetched_at"]), absence=row["absence"]) for row in rows]


def raw_sha256(rows: Sequence[Row]) -> str:
    """Return what the chain holds of the captures of a reading."""
    return raw_digest([row["payload_sha256"] for row in rows])


def read_back(conn: sqlite3.Connection, warc: WarcFolder, row: Row) -> Capture:
    """Return the capture of a row, its payload out of the one it repeats; Corrupt if it is lost."""
    held = row
    if row["revisit_of"] is not None:
        sql = "SELECT * FROM captures WHERE id = ?"
        held = conn.execute(sql, (row["revisit_of"],)).fetchone()
    found = warc.read(place_of(held), url=held["url"], final_url=held["final_url"])
    # Another page may have had the same payload, but what its links lead to is its own.
    return replace(found, url=row["url"], final_url=row["final_url"], imported=row["imported"])


class Keeping:
    """The captures that are kept between the beginning and the end of one transaction."""

    def __init__(self, conn: sqlite3.Connection, warc: WarcFolder, now: datetime) -> None:
        self._conn, self._warc, self._now = conn, warc, now
        self._resumed = False

    def _one(self, sql: str, values: dict[str, object]) -> sqlite3.Row | None:
        row: sqlite3.Row | None = self._conn.execute(sql, values).fetchone()
        return row

    def keep(self, article_id: int, pages: Sequence[Capture]) -> tuple[int | None, str]:
        """Store what an article was read from; return the first page's id, and the raw digest.

        A payload that is held already is not stored again, and the very same captures not at all.
        """
        if not pages:
            return None, ""
        asked = [_values(article_id, capture) for capture in pages]
        raw = raw_digest([str(values["payload_sha256"]) for values in asked])
        if known := self._one(_SAME_FIRST, asked[0]):
            held = reading(self._conn, article_id, known["id"])
            if [_own(row) for row in held] == [_own(values) for values in asked]:
                return known["id"], raw
        first_page: int | None = None
        for page, (capture, values) in enumerate(zip(pages, asked, strict=True), 1):
            own = {"page": page, "first_page": first_page}
            kept = self._write(capture, values | own, self._one(_SAME_PAYLOAD, values))
            first_page = first_page or kept
        return first_page, raw

    def confirm(self, article_id: int, capture: Capture) -> None:
        """Store an answer by which an article stands as it was last read."""
        last = self._one(_LAST_READ, {"article_id": article_id})
        if last is None:
            if capture.status != 304:  # else unchanged against what we do not hold
                self.keep(article_id, [capture])
            return
        values = _values(article_id, capture) | {"page": 1, "first_page": last["id"]}
        if capture.status == 304:
            values["payload_sha256"] = last["payload_sha256"]
        self._sight(capture, values)

    def miss(self, article_id: int, capture: Capture, absence: str) -> None:
        """Store an answer that shows in what way an article is not there."""
        last = self._one(_LAST_READ, {"article_id": article_id})
        first_page = None if last is None else last["id"]
        own = {"page": 1, "first_page": first_page, "absence": absence}
        self._sight(capture, _values(article_id, capture) | own)

    def _sight(self, capture: Capture, values: dict[str, object]) -> None:
        if self._one(_SAME_SIGHTING, values) is None:
            self._write(capture, values, self._one(_SAME_PAYLOAD, values))

    def append(self, capture: Capture, sha256: str, original: Original | None) -> Place:
        """Append a record to the WARC file; it lasts once ``finish`` returned."""
        if not self._resumed:
            self._warc.resume(self._now, last_place(self._conn))
            self._resumed = True
        return self._warc.append(capture, sha256, original)

    def _write(self, capture: Capture, values: dict[str, object], known: Row | None) -> int | None:
        """Append a record, a revisit where ``known`` holds its payload, and the row of it."""
        sha256 = str(values["payload_sha256"])
        original = None
        if known is not None:
            original = Original(
                url=known["final_url"], fetched_at=known["fetched_at"], payload_sha256=sha256
            )
        place = self.append(capture, sha256, original)
        where = {"file": place.file, "offset": place.offset, "length": place.length}
        where |= {"record_sha256": place.sha256}
        repeats = {"revisit_of": None if known is None else known["id"]}
        return self._conn.execute(_KEEP, values | repeats | where).lastrowid

    def finish(self) -> None:
        """Return when what was kept will last."""
        if self._resumed:
            self._warc.sync()

    def undo(self) -> None:
        """Take back what was kept in a transaction that is about to be rolled back."""
        if self._resumed:
            self._warc.undo()


def _values(article_id: int, capture: Capture) -> dict[str, object]:
    return {
        "article_id": article_id,
        "url": capture.url,
        "final_url": capture.final_url,
        "fetched_at": stamp(capture.fetched_at),
        "status": capture.status,
        "payload_sha256": hashlib.sha256(capture.payload).hexdigest(),
        "absence": "",
        "imported": capture.imported,
    }


def _own(row: Row) -> list[object]:
    return [row[name] for name in _OWN]
