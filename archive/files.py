"""The attachments and pictures of articles: answers kept in the WARC, their bytes once, unread.

A row of ``files`` is an answer that held a file, or confirmed one (304). An article knows its
attachments by digest, so that the chain vouches for them; a picture is known by its address alone,
for it changes how an article is shown, not what it says.
"""

import hashlib
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, replace

from archive.captures import Keeping, place_of
from archive.errors import ArchiveError, Corrupt
from archive.records import Article, Capture, FileFiling, KeptFile, Verdict
from archive.rows import Row, moment, stamp
from archive.warc.folder import WarcFolder
from archive.warc.record import Original

_NEWEST = "SELECT * FROM files WHERE url = :url ORDER BY id DESC LIMIT 1"
_BYTES = "SELECT * FROM files WHERE sha256 = :sha256 AND revisit_of IS NULL ORDER BY id LIMIT 1"
_SAME = """
    SELECT id FROM files WHERE url = :url AND fetched_at = :fetched_at AND status = :status
        AND sha256 = :sha256 LIMIT 1
"""
_KEEP = """
    INSERT INTO files (url, type, size, fetched_at, status, sha256, payload_sha256, revisit_of,
        final_url, warc, offset, length, record_sha256)
    VALUES (:url, :type, :size, :fetched_at, :status, :sha256, :payload_sha256, :revisit_of,
        :final_url, :warc, :offset, :length, :record_sha256)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileAnswer:
    """What was found at the address of an attachment."""

    sha256: str
    #: when, stamped
    at: str
    status: int


def _one(conn: sqlite3.Connection, sql: str, values: dict[str, object]) -> Row | None:
    row: Row | None = conn.execute(sql, values).fetchone()
    return row


def keep(
    conn: sqlite3.Connection, captures: Keeping, filing: FileFiling
) -> tuple[Verdict, FileAnswer] | None:
    """Store an answer; return whether the file is new, revised or unchanged, and what it is.

    None for a 304 against what is not held.
    """
    capture = filing.capture
    before = _one(conn, _NEWEST, {"url": capture.url})
    if capture.status == 304:
        if before is None:
            return None
        values = {name: before[name] for name in ("type", "size", "sha256", "payload_sha256")}
    else:
        values = _told(capture)
    values |= {
        "url": capture.url,
        "final_url": capture.final_url,
        "fetched_at": stamp(capture.fetched_at),
        "status": capture.status,
    }
    if _one(conn, _SAME, values) is None:
        _write(conn, captures, capture, values)
    sha256 = str(values["sha256"])
    answer = FileAnswer(sha256=sha256, at=str(values["fetched_at"]), status=capture.status)
    if before is None:
        return Verdict.NEW, answer
    return Verdict.UNCHANGED if before["sha256"] == sha256 else Verdict.REVISED, answer


def _told(capture: Capture) -> dict[str, object]:
    return {
        "type": capture.header("content-type").partition(";")[0].strip().lower(),
        "size": len(capture.body),
        "sha256": hashlib.sha256(capture.body).hexdigest(),
        "payload_sha256": hashlib.sha256(capture.payload).hexdigest(),
    }


def _write(
    conn: sqlite3.Connection, captures: Keeping, capture: Capture, values: dict[str, object]
) -> None:
    """Append the record, a revisit where the same payload is held, and the row of it."""
    held, original = _one(conn, _BYTES, values), None
    payload = str(values["payload_sha256"])
    if held is not None and held["payload_sha256"] == payload:
        original = Original(
            url=held["final_url"], fetched_at=held["fetched_at"], payload_sha256=payload
        )
    place = captures.append(capture, payload, original)
    where = {"warc": place.file, "offset": place.offset, "length": place.length}
    where |= {"record_sha256": place.sha256}
    repeats = {"revisit_of": held["id"] if held is not None and original else None}
    conn.execute(_KEEP, values | where | repeats)


def files_of(conn: sqlite3.Connection, article: Article) -> list[KeptFile]:
    """Return the attachments, then the pictures of an article, with what is kept of them."""
    found = [
        _kept(_one(conn, _BYTES, {"sha256": held.sha256}), held.url, held.name, "attachment")
        for held in article.attachments
    ]
    for url in article.pictures:
        name = url.rpartition("/")[2]
        found.append(_kept(_one(conn, _NEWEST, {"url": url}), url, name, "picture"))
    return found


def _kept(row: Row | None, url: str, name: str, role: str) -> KeptFile:
    if row is None:
        return KeptFile(url=url, name=name, role=role)
    return KeptFile(
        url=url,
        name=name,
        role=role,
        sha256=row["sha256"],
        size=row["size"],
        type=row["type"],
        fetched_at=moment(row["fetched_at"]),
    )


def read_file(conn: sqlite3.Connection, warc: WarcFolder, sha256: str) -> bytes:
    """Return the bytes of that digest; ArchiveError if none are kept, Corrupt if others stand."""
    row = _one(conn, _BYTES, {"sha256": sha256})
    if row is None:
        raise ArchiveError(f"no file of sha256 {sha256} is kept")
    found = warc.read(place_of(row), url=row["url"], final_url=row["final_url"]).body
    if hashlib.sha256(found).hexdigest() != sha256:
        raise Corrupt(f"{row['warc']} at {row['offset']}", f"is not the file of sha256 {sha256}")
    return found


def gathered(
    filings: Sequence[FileFiling], answers: Sequence[FileAnswer | None]
) -> dict[int, dict[str, FileAnswer]]:
    """Return article → address of an attachment → what was found there."""
    found: dict[int, dict[str, FileAnswer]] = {}
    for filing, answer in zip(filings, answers, strict=True):
        if answer is not None:
            for article_id in filing.articles:
                found.setdefault(article_id, {})[filing.capture.url] = answer
    return found


def knowing_files(article: Article, standing: Article) -> Article:
    """Return an article just read with the digests known of the files that it still names."""
    known = {held.url: held.sha256 for held in standing.attachments if held.sha256}
    if not known:
        return article
    files = tuple(replace(a, sha256=known.get(a.url, "")) for a in article.attachments)
    return replace(article, attachments=files)
