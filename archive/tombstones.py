"""Articles deleted for good: the rows that say so, and the WARC records that stand in their place.

A tombstone is itself a link of the chain: ``extractor`` says what it is, ``content_sha256`` vouches
for its reason, so that nobody can pass a deletion off as an article that never was.
"""

import hashlib
import sqlite3
import struct
import zlib

from archive.errors import Deleted, UnknownArticle
from archive.records import Tombstone
from archive.rows import Row, moment

#: What stands as the extractor of a link that is a tombstone.
DELETER = "gazette-delete/1"

_FCOMMENT = 16
_TRAILER = struct.Struct("<II")


def tombstone_at(conn: sqlite3.Connection, *, url: str) -> Tombstone | None:
    """Return the tombstone of what was archived at a canonical address, if it was deleted.

    With https or without: it is the same page, and a site that moves to https is no way back.
    """
    bare = url.partition("://")[2]
    both = f"http://{bare}", f"https://{bare}", url
    row = conn.execute("SELECT * FROM tombstones WHERE url IN (?, ?, ?)", both).fetchone()
    return None if row is None else tombstone_of(row)


def tombstone_for(conn: sqlite3.Connection, article_id: int) -> Tombstone | None:
    """Return the tombstone of an article, if it was deleted."""
    row = conn.execute("SELECT * FROM tombstones WHERE article_id = ?", (article_id,)).fetchone()
    return None if row is None else tombstone_of(row)


def not_there(conn: sqlite3.Connection, article_id: int) -> UnknownArticle:
    """Return the error to raise for an article that is not there: deleted, or never known."""
    found = tombstone_for(conn, article_id)
    if found is None:
        return UnknownArticle(article_id)
    return Deleted(article_id, f"{found.at:%Y-%m-%d}", found.reason)


def tombstones(conn: sqlite3.Connection) -> list[Tombstone]:
    """Return all tombstones, the oldest first."""
    return [tombstone_of(row) for row in conn.execute("SELECT * FROM tombstones ORDER BY seq")]


def deleted_files(conn: sqlite3.Connection) -> set[str]:
    """Return the addresses of files that went with an article and are not stored again."""
    sql = "SELECT value ->> 'url' FROM tombstones, json_each(files)"
    return {url for (url,) in conn.execute(sql)}


def tombstone_of(row: Row) -> Tombstone:
    """Return a row of ``tombstones`` as the record that leaves the archive."""
    return Tombstone(
        article_id=row["article_id"],
        url=row["url"],
        at=moment(row["at"]),
        reason=row["reason"],
        seq=row["seq"],
    )


def link_of(url: str, at: str, reason: str) -> dict[str, object]:
    """Return what the chain is to say of a deletion."""
    return {
        "url": url,
        "fetched_at": at,
        "status": 0,
        "raw_sha256": "",
        "content_sha256": hashlib.sha256(reason.encode()).hexdigest(),
        "extractor": DELETER,
        "capture_id": None,
    }


def blank(name: str, at: str, length: int) -> bytes:
    """Return the WARC record of exactly ``length`` bytes that stands for the deleted ``name``.

    Offsets of the others stay as they are. What it falls short of is filled with a comment in the
    head of the gzip member, which every reader passes over (RFC 1952, 2.3.1). Raises ValueError
    where there is no room; every record of a capture holds more than this one.
    """
    block = f"deleted: {at}\r\n".encode()
    head = (
        "WARC/1.1\r\nWARC-Type: metadata\r\n"
        f"WARC-Record-ID: <urn:gazette:deleted:{name}>\r\nWARC-Date: {at}\r\n"
        "Content-Type: application/warc-fields\r\n"
        f"Content-Length: {len(block)}\r\n\r\n"
    )
    plain = head.encode() + block + b"\r\n\r\n"
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(plain) + packer.flush()
    trailer = _TRAILER.pack(zlib.crc32(plain), len(plain))
    room = length - 10 - 1 - len(packed) - len(trailer)
    if room < 0:
        raise ValueError(f"a record of {length} bytes has no room for a tombstone")
    opening = bytes((0x1F, 0x8B, 8, _FCOMMENT, 0, 0, 0, 0, 0, 255))
    return opening + b" " * room + b"\0" + packed + trailer
