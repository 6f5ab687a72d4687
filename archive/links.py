"""The end of the hash chain in SQLite, where links are appended; ``chain`` says what a link is.

Inside the transaction of who calls, as ``putting`` is.
"""

import json
import sqlite3
from collections.abc import Sequence

from archive.chain import GENESIS, link_hash
from archive.records import Article, Fingerprint

_LINK = """
    INSERT INTO revisions (seq, article_id, number, reading, url, fetched_at, status, changed,
        before, raw_sha256, content_sha256, extractor, capture_id, prev_hash, hash)
    VALUES (:seq, :article_id, :number, :reading, :url, :fetched_at, :status, :changed,
        :before, :raw_sha256, :content_sha256, :extractor, :capture_id, :prev_hash, :hash)
"""


class Chain:
    """Where the chain goes on."""

    def __init__(self, conn: sqlite3.Connection) -> None:
        self._conn = conn
        #: number and hash of the last link, once it was asked for
        self._head: tuple[int, str] | None = None

    def append(
        self, link: dict[str, object], changed: Sequence[str], before: dict[str, str | None]
    ) -> int:
        """Append a link, and return its number."""
        if self._head is None:
            row = self._conn.execute(
                "SELECT seq, hash FROM revisions ORDER BY seq DESC LIMIT 1"
            ).fetchone()
            self._head = (row["seq"], row["hash"]) if row else (0, GENESIS)
        link = link | {"seq": self._head[0] + 1, "prev_hash": self._head[1]}
        hash_ = link_hash(link)
        told = {"changed": json.dumps(changed), "before": _json(before)}
        self._conn.execute(_LINK, link | told | {"hash": hash_})
        self._head = self._head[0] + 1, hash_
        return self._head[0]

    def finish(self) -> None:
        """Write down which link is the last, where one was appended."""
        if self._head is not None:
            self._conn.execute("REPLACE INTO meta VALUES ('chain_head', ?)", (self._head[1],))


def link_of(
    article: Article, digests: Fingerprint, at: str, status: int, raw: str
) -> dict[str, object]:
    """Return what the chain is to say of what an article says, but for which link of its it is."""
    return {
        "url": article.url,
        "fetched_at": at,
        "status": status,
        "raw_sha256": raw,
        "content_sha256": digests.content,
        "extractor": article.extractor,
    }


def _json(before: dict[str, str | None]) -> str:
    return json.dumps(before, ensure_ascii=False, separators=(",", ":")) if before else "{}"
