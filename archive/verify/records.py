"""Do the WARC files hold what the rows of ``captures`` say, and nothing that no row names?"""

import re
import sqlite3
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import IO

from archive.captures import place_of
from archive.errors import Corrupt
from archive.records import Tombstone
from archive.rows import Row, stamp
from archive.tombstones import blank, tombstones
from archive.warc.folder import NAME, Place, WarcFolder

#: So many bytes of a record tell its type.
_HEAD = 1024
_TYPE = re.compile(rb"WARC/1\.[01]\r\n(?:[^\r\n]+\r\n)*?WARC-Type: *(\S+)", re.IGNORECASE)
_ANSWERS = (b"response", b"revisit", b"resource")

#: The records of a file that rows name; a table that names records is added here.
_NAMED = """
    SELECT offset, length FROM captures WHERE warc = :warc
    UNION ALL SELECT offset, length FROM files WHERE warc = :warc
    ORDER BY offset
"""

Told = Callable[[str], None]


def unlike_rows(
    conn: sqlite3.Connection, warc: Path, step: Callable[[], None]
) -> Iterator[tuple[str, str]]:
    """Yield every capture whose record is not the one that was written for it, and how.

    In many short reads: one that stays open lets the write-ahead log grow.
    """
    folder, last = WarcFolder(warc), 0
    deleted = {found.article_id: found for found in tombstones(conn)}
    page = "SELECT * FROM captures WHERE id > ? ORDER BY id LIMIT 500"
    while rows := conn.execute(page, (last,)).fetchall():
        for row in rows:
            last = row["id"]
            if (tombstone := deleted.get(row["article_id"])) is None:
                what = _unlike(folder, row)
            else:
                what = _undeleted(warc, row, tombstone)
            if what:
                yield f"capture {last}", what
            step()


def _unlike(folder: WarcFolder, row: Row) -> str:
    """Return how the record of a capture differs from its row, or ""."""
    try:
        found = folder.read(place_of(row), url=row["url"], final_url=row["final_url"])
    except (Corrupt, OSError) as error:
        return str(error)
    if row["revisit_of"] is None and sha256(found.payload).hexdigest() != row["payload_sha256"]:
        return "its bytes are not those that were received"
    if (found.status, stamp(found.fetched_at)) != (row["status"], row["fetched_at"]):
        return f"its record tells of status {found.status} at {stamp(found.fetched_at)}"
    return ""


def _undeleted(warc: Path, row: Row, tombstone: Tombstone) -> str:
    """Return what is wrong with the record of a deleted article, or ""."""
    place = place_of(row)
    expected = blank(f"capture-{row['id']}", stamp(tombstone.at), place.length)
    with (warc / place.file).open("rb") as file:
        file.seek(place.offset)
        if file.read(place.length) == expected:
            return ""
    id_ = tombstone.article_id
    return f"belongs to a deleted article, but its record was not overwritten; delete {id_} again"


def unnamed(conn: sqlite3.Connection, warc: Path, remark: Told) -> Iterator[tuple[str, str]]:
    """Yield what lies between the records that rows name and is no whole record itself.

    A whole answer that no row names is no fault: a crash may leave one, and a writer may be about
    to name it. ``remark`` is told of it, and of other files in the folder. What is torn at the end
    of the newest file is cut off at the next start.
    """
    if not warc.is_dir():
        return
    # Sizes first: what a writer adds meanwhile is then named, or not looked at.
    sizes = {path.name: path.stat().st_size for path in sorted(warc.iterdir()) if path.is_file()}
    ours = {name: size for name, size in sizes.items() if NAME.fullmatch(name)}
    for name in sizes.keys() - ours.keys():
        remark(f"{warc / name} is none of the archive's files; nothing rests on it")
    for name, size in ours.items():
        strange = 0
        for place in _gaps(conn, name, size):
            try:
                with (warc / name).open("rb") as file:
                    strange += sum(kind in _ANSWERS for kind in _kinds(file, place))
            except ValueError as error:
                if place.end == size and name == max(ours):
                    remark(f"{warc / name} ends in a torn record: the next start cuts it off")
                else:
                    yield f"{name} at {error}", "there is something that is no WARC record"
        if strange:
            remark(
                f"{warc / name} holds {strange} answers that no row names: left by a crash, being"
                " stored just now, or put there by another; no article rests on them"
            )


def _gaps(conn: sqlite3.Connection, name: str, size: int) -> Iterator[Place]:
    """Yield the places of a file that no row names."""
    at = 0
    for offset, length in conn.execute(_NAMED, {"warc": name}).fetchall():
        if offset > at:
            yield Place(file=name, offset=at, length=offset - at)
        at = max(at, offset + length)
    if at < size:
        yield Place(file=name, offset=at, length=size - at)


def _kinds(file: IO[bytes], place: Place) -> Iterator[bytes]:
    """Yield the types of the records at a place; ValueError, with the offset, where is none."""
    while place.length:
        file.seek(place.offset)
        length, head = _member(file, place)
        found = _TYPE.match(head)
        if found is None:
            raise ValueError(place.offset)
        yield found[1].lower()
        place = replace(place, offset=place.offset + length, length=place.length - length)


def _member(file: IO[bytes], place: Place) -> tuple[int, bytes]:
    """Return length and first bytes of the gzip member that begins a place; ValueError if none."""
    unpacker, length, head = zlib.decompressobj(31), 0, b""
    try:
        while not unpacker.eof:
            chunk = file.read(min(1 << 16, place.length - length))
            if not chunk:
                raise ValueError(place.offset)
            length += len(chunk)
            while chunk and not unpacker.eof:
                plain = unpacker.decompress(chunk, 1 << 20)
                head += plain[: _HEAD - len(head)]
                chunk = unpacker.unconsumed_tail
    except zlib.error as error:
        raise ValueError(place.offset) from error
    return length - len(unpacker.unused_data), head
