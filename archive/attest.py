"""The head of the hash chain as a small statement to give away, and what an archive makes of one.

Whoever holds a statement that was signed, time-stamped or published can later prove that an
archive still contains all that it vouched for: the chain up to a link, and the rows of captures.
"""

import hashlib
import json
import sqlite3
from dataclasses import Field, asdict, dataclass, fields
from datetime import datetime

from archive.chain import GENESIS
from archive.errors import StatementError
from archive.rows import stamp

FORMAT = "gazette-attest/1"
#: The largest number that SQLite knows.
_MOST = (1 << 63) - 1

#: What a statement vouches for of every capture; the chain knows only those it was read from.
OF_CAPTURES = (
    "id", "article_id", "url", "final_url", "fetched_at", "status", "payload_sha256", "revisit_of",
    "warc", "offset", "length", "page", "first_page", "absence", "imported",
    "record_sha256",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What an archive held at one moment, in digests."""

    #: hash of the first link: what makes this archive this one
    archive: str
    #: number and hash of the last link
    seq: int
    hash: str
    #: id of the last capture, and the digest over all up to it
    captures: int
    captures_sha256: str
    #: how much was held, for people
    articles: int
    revisions: int
    deleted: int
    at: str
    version: str
    format: str = FORMAT


_COUNTS = """
    SELECT
        (SELECT count(*) FROM articles) AS articles,
        (SELECT count(*) FROM revisions WHERE reading = 0) AS revisions,
        (SELECT count(*) FROM tombstones) AS deleted,
        (SELECT coalesce(max(id), 0) FROM captures) AS captures
"""


def attest(conn: sqlite3.Connection, *, now: datetime, version: str) -> Statement:
    """Return what an archive holds at this moment; in a transaction of the caller's."""
    counts = conn.execute(_COUNTS).fetchone()
    last = conn.execute("SELECT seq, hash FROM revisions ORDER BY seq DESC LIMIT 1").fetchone()
    return Statement(
        archive=_hash(conn, 1),
        seq=last["seq"] if last else 0,
        hash=last["hash"] if last else GENESIS,
        captures=counts["captures"],
        captures_sha256=_over_captures(conn, counts["captures"]),
        articles=counts["articles"],
        revisions=counts["revisions"] - counts["deleted"],
        deleted=counts["deleted"],
        at=stamp(now),
        version=version,
    )


def encode(statement: Statement) -> bytes:
    """Return a statement as one line of JSON, keys sorted: equal statements are equal bytes."""
    said = json.dumps(asdict(statement), sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return f"{said}\n".encode()


def decode(raw: bytes, path: str) -> Statement:
    """Return the statement that ``encode`` wrote; StatementError for any other file."""
    try:
        said = json.loads(raw)
        found = Statement(**said)
    except (ValueError, TypeError, RecursionError) as error:
        raise StatementError(path, "is no statement of an archive") from error
    if not all(map(_can_be, fields(found), asdict(found).values())):
        raise StatementError(path, "is no statement of an archive")
    if found.format != FORMAT or encode(found) != raw:
        raise StatementError(path, "is not as `gazette attest` wrote it")
    return found


def _can_be(field: Field[object], value: object) -> bool:
    """Tell whether a value may stand in a field: whoever hands us a file may write anything."""
    if field.type is int:
        return type(value) is int and 0 <= value <= _MOST
    return isinstance(value, str) and value.isascii() and (value.isprintable() or not value)


def contradiction(conn: sqlite3.Connection, statement: Statement) -> str:
    """Return how an archive, whose chain verifies, differs from a statement; "" if it does not."""
    # One made before the first link vouches for nothing.
    if statement.seq and _hash(conn, 1) != statement.archive:
        return "is of another archive, or the chain was made anew from its first link on"
    found = _hash(conn, statement.seq)
    if statement.seq and found == GENESIS:
        return f"vouches for {statement.seq} links, but the chain ends before"
    if found != statement.hash:
        return f"knows link {statement.seq} otherwise: it, or one before it, was made anew"
    if _over_captures(conn, statement.captures) != statement.captures_sha256:
        return f"knows captures 1 to {statement.captures} otherwise: one of them was changed"
    return ""


def _hash(conn: sqlite3.Connection, seq: int) -> str:
    """Return the hash of a link; of one that there is not, that of none."""
    row = conn.execute("SELECT hash FROM revisions WHERE seq = ?", (seq,)).fetchone()
    return str(row["hash"]) if row else GENESIS


def _over_captures(conn: sqlite3.Connection, last: int) -> str:
    digest = hashlib.sha256()
    names = ", ".join(OF_CAPTURES)
    sql = f"SELECT {names} FROM captures WHERE id <= ? ORDER BY id"  # noqa: S608
    for row in conn.execute(sql, (last,)):
        said = json.dumps(list(row), ensure_ascii=False, separators=(",", ":"))
        digest.update(f"{said}\n".encode(errors="replace"))
    return digest.hexdigest()
