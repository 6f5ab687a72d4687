"""One write transaction on the archive: the statements that put, see and revise articles.

The room behind ``Archive.put``: it obeys what ``dedupe`` decides. It neither begins nor ends the
transaction, and while it writes no other process does.
"""

import hashlib
import json
import sqlite3
from datetime import datetime

from archive.chain import GENESIS, link_hash
from archive.dedupe import Held, judge
from archive.fingerprint import fingerprint
from archive.records import Article, Capture, Fingerprint, Receipt, Verdict
from archive.rows import (
    COLUMNS,
    Row,
    article_of,
    columns,
    delta,
    local_day,
    row_digest,
    stamp,
    storable,
)
from archive.schema import FIRST_DATED, SLOTS_PER_DAY
from archive.warc import Place, WarcFolder
from archive.warcrecord import Original

_INSERT = f"""
    INSERT INTO articles (id, {", ".join(COLUMNS)}, content_sha256, body_sha256, row_sha256,
        revision, cluster, first_seen, last_seen)
    VALUES (:id, {", ".join(f":{name}" for name in COLUMNS)}, :content_sha256, :body_sha256,
        :row_sha256, 1, :cluster, :now, :now)
"""  # noqa: S608 - names of our own columns

_UPDATE = f"""
    UPDATE articles SET {", ".join(f"{name} = :{name}" for name in COLUMNS)},
        content_sha256 = :content_sha256, body_sha256 = :body_sha256, row_sha256 = :row_sha256,
        revision = :revision, last_seen = max(last_seen, :now), gone = NULL, gone_reason = ''
    WHERE id = :id
"""  # noqa: S608

_SEEN = """
    UPDATE articles SET last_seen = max(last_seen, :now), gone = NULL, gone_reason = ''
    WHERE url = :url RETURNING id, revision, cluster
"""

#: The capture itself, where it was kept before; else the newest one that found the same payload.
_KNOWN_CAPTURE = """
    SELECT * FROM captures WHERE article_id = :article_id AND (payload_sha256 = :sha256 OR :is_304)
    ORDER BY fetched_at = :fetched_at AND url = :url AND status = :status DESC, id DESC LIMIT 1
"""

_KEEP_CAPTURE = """
    INSERT INTO captures (article_id, url, final_url, fetched_at, status, payload_sha256,
        revisit_of, warc, offset, length)
    VALUES (:article_id, :url, :final_url, :fetched_at, :status, :sha256,
        :revisit_of, :file, :offset, :length)
"""

_LINK = """
    INSERT INTO revisions (seq, article_id, number, url, fetched_at, status, changed, before,
        raw_sha256, content_sha256, extractor, capture_id, prev_hash, hash)
    VALUES (:seq, :article_id, :number, :url, :fetched_at, :status, :changed, :before,
        :raw_sha256, :content_sha256, :extractor, :capture_id, :prev_hash, :hash)
"""

#: The head of a cluster comes first. Addresses settle ties, so that the order of arrival does not.
EARLIEST = "published IS NULL, published, url"


class Putting:
    """What is written between the beginning and the end of one transaction."""

    def __init__(self, conn: sqlite3.Connection, warc: WarcFolder, now: datetime) -> None:
        self._conn, self._warc, self._now = conn, warc, now
        self._stamp = stamp(now)
        self._resumed = False
        #: number and hash of the chain's last link, once it was asked for
        self._head: tuple[int, str] | None = None

    def _one(self, sql: str, values: dict[str, object]) -> sqlite3.Row | None:
        row: sqlite3.Row | None = self._conn.execute(sql, values).fetchone()
        return row

    def put(self, article: Article, capture: Capture | None) -> Receipt:
        """Store an article and its capture as ``Archive.put`` promises."""
        article = storable(article)
        digests = fingerprint(article)
        row = self._one("SELECT * FROM articles WHERE url = :url", {"url": article.url})
        if row is None:
            return self._add(article, digests, capture)
        held = Held(
            article=article_of(row),
            fingerprint=Fingerprint(content=row["content_sha256"], body=row["body_sha256"]),
        )
        decision = judge(article, digests, held, elsewhere=False)
        new = columns(decision.article)
        before = delta(row, new)
        number = row["revision"] + (decision.verdict is Verdict.REVISED)
        if not before:
            self._one(_SEEN, {"now": self._stamp, "url": article.url})
        else:
            own = {"id": row["id"], "revision": number, "now": self._stamp}
            self._conn.execute(_UPDATE, _with_digests(new, digests) | own)
        cluster = row["cluster"]
        if digests.body != row["body_sha256"] or "published" in before:
            self._recluster(row["body_sha256"])
            cluster = self._recluster(digests.body)
        receipt = Receipt(
            id=row["id"],
            verdict=decision.verdict,
            revision=number,
            cluster=cluster,
            changed=decision.changed,
        )
        kept = self._keep(row["id"], capture)
        if decision.verdict is Verdict.REVISED:
            self._link(receipt, article, digests, capture, kept, before)
        return receipt

    def _add(self, article: Article, digests: Fingerprint, capture: Capture | None) -> Receipt:
        """Store an article at an address not known before."""
        twin = self._one(
            "SELECT cluster FROM articles WHERE body_sha256 = :body LIMIT 1", {"body": digests.body}
        )
        decision = judge(article, digests, None, elsewhere=twin is not None)
        article_id = self._free_id(article)
        cluster = article_id if twin is None else twin["cluster"]
        own = {"id": article_id, "cluster": cluster, "now": self._stamp}
        self._conn.execute(_INSERT, _with_digests(columns(article), digests) | own)
        if twin is not None and self._is_first(article_id, cluster):
            cluster = article_id
            self._gather(digests.body, cluster)
        receipt = Receipt(id=article_id, verdict=decision.verdict, revision=1, cluster=cluster)
        kept = self._keep(article_id, capture)
        self._link(receipt, article, digests, capture, kept, {})
        return receipt

    def _free_id(self, article: Article) -> int:
        """Return the next id of the article's day."""
        day = local_day(article)
        undated = 1, FIRST_DATED - 1
        spans = [undated]
        if day is not None:
            lowest = day.toordinal() * SLOTS_PER_DAY
            # A full day goes on among the undated: better found by its text alone than refused.
            spans.insert(0, (lowest, lowest + SLOTS_PER_DAY - 1))
        for first, last in spans:
            row = self._one(
                "SELECT max(id) AS id FROM articles WHERE id BETWEEN :first AND :last",
                {"first": first, "last": last},
            )
            assert row is not None
            free = first if row["id"] is None else row["id"] + 1
            if free <= last:
                return int(free)
        raise AssertionError("more undated articles than an archive can hold")

    def _is_first(self, article_id: int, head: int) -> bool:
        row = self._one(
            f"SELECT id FROM articles WHERE id IN (:id, :head) ORDER BY {EARLIEST} LIMIT 1",  # noqa: S608
            {"id": article_id, "head": head},
        )
        return row is not None and row["id"] == article_id

    def _recluster(self, body: str) -> int:
        """Find the head of all that share a body anew, and return it."""
        row = self._one(
            f"SELECT id FROM articles WHERE body_sha256 = :body ORDER BY {EARLIEST} LIMIT 1",  # noqa: S608
            {"body": body},
        )
        if row is None:
            return 0
        self._gather(body, row["id"])
        return int(row["id"])

    def _gather(self, body: str, head: int) -> None:
        self._conn.execute(
            "UPDATE articles SET cluster = :head WHERE body_sha256 = :body AND cluster <> :head",
            {"body": body, "head": head},
        )

    def seen(self, url: str, capture: Capture | None) -> Receipt | None:
        """Note that what is held still stands; None where nothing is held."""
        row = self._one(_SEEN, {"now": self._stamp, "url": url})
        if row is None:
            return None
        self._keep(row["id"], capture)
        return Receipt(
            id=row["id"],
            verdict=Verdict.UNCHANGED,
            revision=row["revision"],
            cluster=row["cluster"],
        )

    def _keep(self, article_id: int, capture: Capture | None) -> tuple[int | None, str]:
        """Store a capture, in full where its payload is new; return its id and payload's digest."""
        if capture is None:
            return None, ""
        sha256 = hashlib.sha256(capture.payload).hexdigest()
        values: dict[str, object] = {
            "article_id": article_id,
            "url": capture.url,
            "final_url": capture.final_url,
            "fetched_at": stamp(capture.fetched_at),
            "status": capture.status,
            "sha256": sha256,
        }
        known = self._one(_KNOWN_CAPTURE, values | {"is_304": capture.status == 304})
        if known is None and capture.status == 304:
            return None, ""  # unchanged against what we do not hold
        if known is not None:
            sha256 = known["payload_sha256"]
            asked = "url", "fetched_at", "status"
            if all(known[name] == values[name] for name in asked):
                return known["id"], sha256
            if known["revisit_of"] is not None:
                known = self._one("SELECT * FROM captures WHERE id = :revisit_of", dict(known))
        place = self._append(capture, sha256, known)
        cursor = self._conn.execute(
            _KEEP_CAPTURE,
            values
            | {"sha256": sha256, "revisit_of": None if known is None else known["id"]}
            | {"file": place.file, "offset": place.offset, "length": place.length},
        )
        return cursor.lastrowid, sha256

    def _append(self, capture: Capture, sha256: str, known: Row | None) -> Place:
        if not self._resumed:
            row = self._one("SELECT * FROM captures ORDER BY id DESC LIMIT 1", {})
            self._warc.resume(self._now, None if row is None else place_of(row))
            self._resumed = True
        if known is None:
            return self._warc.append(capture, sha256, None)
        original = Original(
            url=known["final_url"], fetched_at=known["fetched_at"], payload_sha256=sha256
        )
        return self._warc.append(capture, sha256, original)

    def _link(
        self,
        receipt: Receipt,
        article: Article,
        digests: Fingerprint,
        capture: Capture | None,
        kept: tuple[int | None, str],
        before: dict[str, str | None],
    ) -> None:
        """Append a revision to the hash chain."""
        if self._head is None:
            row = self._one("SELECT seq, hash FROM revisions ORDER BY seq DESC LIMIT 1", {})
            self._head = (row["seq"], row["hash"]) if row else (0, GENESIS)
        seq, prev_hash = self._head[0] + 1, self._head[1]
        capture_id, raw_sha256 = kept
        link = {
            "seq": seq,
            "url": article.url,
            "fetched_at": stamp(capture.fetched_at) if capture else self._stamp,
            "status": capture.status if capture else 0,
            "raw_sha256": raw_sha256,
            "content_sha256": digests.content,
            "extractor": article.extractor,
            "prev_hash": prev_hash,
        }
        hash_ = link_hash(link)
        own = {"article_id": receipt.id, "number": receipt.revision, "capture_id": capture_id}
        told = {"changed": json.dumps(receipt.changed), "before": _json(before)}
        self._conn.execute(_LINK, link | own | told | {"hash": hash_})
        self._head = seq, hash_

    def finish(self) -> None:
        """Make what was written ready to be committed: captures last before rows name them."""
        if self._head is not None:
            self._conn.execute("REPLACE INTO meta VALUES ('chain_head', ?)", (self._head[1],))
        if self._resumed:
            self._warc.sync()

    def undo(self) -> None:
        """Take back the captures of a transaction that is about to be rolled back."""
        if self._resumed:
            self._warc.undo()


def place_of(row: Row) -> Place:
    """Return where the record of a row of ``captures`` lies."""
    return Place(file=row["warc"], offset=row["offset"], length=row["length"])


def _with_digests(row: dict[str, str | None], digests: Fingerprint) -> dict[str, object]:
    found = {"content_sha256": digests.content, "body_sha256": digests.body}
    return {**row, **found, "row_sha256": row_digest(row)}


def _json(before: dict[str, str | None]) -> str:
    return json.dumps(before, ensure_ascii=False, separators=(",", ":")) if before else "{}"
