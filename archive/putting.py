"""One write transaction on the archive: the statements that put, see, revise and reread articles.

The room behind ``Archive.put``: it obeys what ``dedupe`` decides. It neither begins nor ends the
transaction, and while it writes no other process does.
"""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from archive.captures import Keeping, last_read, raw_sha256, sightings
from archive.dedupe import Held, changes, judge
from archive.errors import ArchiveError, UnknownArticle
from archive.files import FileAnswer, gathered, knowing_files
from archive.files import keep as keep_file
from archive.fingerprint import fingerprint
from archive.ids import free_id
from archive.links import Chain, link_of
from archive.records import Absence, Article, Capture, FileFiling, Fingerprint, Receipt, Verdict
from archive.reprints.clusters import Place, Reprints
from archive.rows import (
    COLUMNS,
    Row,
    article_of,
    columns,
    delta,
    local_day,
    moment,
    row_digest,
    stamp,
    storable,
)
from archive.sameness import as_held
from archive.takedown import TakedownRule, is_gone
from archive.tombstones import deleted_files, tombstone_at
from archive.warc.folder import WarcFolder

_INSERT = f"""
    INSERT INTO articles (id, {", ".join(COLUMNS)}, content_sha256, body_sha256, row_sha256,
        revision, cluster, first_seen, last_seen)
    VALUES (:id, {", ".join(f":{name}" for name in COLUMNS)}, :content_sha256, :body_sha256,
        :row_sha256, 1, :cluster, :now, :now)
"""  # noqa: S608 - names of our own columns

_SAID = f"""
    UPDATE articles SET {", ".join(f"{name} = :{name}" for name in COLUMNS)},
        content_sha256 = :content_sha256, body_sha256 = :body_sha256, row_sha256 = :row_sha256
"""  # noqa: S608

#: What an article is that was found at its address; a look of before it was missed tells nothing.
#: Without a moment (NULL) nothing was looked at.
_STANDS = """
    last_seen = coalesce(max(last_seen, :now), last_seen),
    missing = iif(:now >= missing, NULL, missing), gone = iif(:now >= missing, NULL, gone),
    gone_reason = iif(:now >= missing, '', gone_reason)
"""

_UPDATE = f"""
    {_SAID}, revision = :revision, {_STANDS} WHERE id = :id
"""

#: Nothing was looked at: whether the article stands on the web is as it was.
_REREAD = f"{_SAID} WHERE id = :id"
_ATTACHED = f"{_SAID}, revision = :revision WHERE id = :id"

_SEEN = f"""
    UPDATE articles SET {_STANDS} WHERE url = :url RETURNING id, revision, cluster
"""  # noqa: S608

_UNLISTED = "SELECT url FROM articles WHERE unlisted IS NOT NULL"

_MISSING = """
    UPDATE articles SET missing = :missing, gone = :gone, gone_reason = :how WHERE id = :id
"""


class Putting:
    """What is written between the beginning and the end of one transaction."""

    def __init__(self, conn: sqlite3.Connection, warc: WarcFolder, now: datetime) -> None:
        self._conn, self._stamp = conn, stamp(now)
        self._captures = Keeping(conn, warc, now)
        self._reprints = Reprints(conn)
        self.chain = Chain(conn)

    def _one(self, sql: str, values: dict[str, object]) -> sqlite3.Row | None:
        row: sqlite3.Row | None = self._conn.execute(sql, values).fetchone()
        return row

    def put(self, article: Article, pages: Sequence[Capture]) -> Receipt:
        """Store an article and its captures as ``Archive.put`` promises."""
        article = storable(article)
        row = self._one("SELECT * FROM articles WHERE url = :url", {"url": article.url})
        if row is None:
            if deleted := tombstone_at(self._conn, url=article.url):
                id_ = deleted.article_id
                return Receipt(id=id_, verdict=Verdict.DELETED, revision=0, cluster=id_)
            return self._add(article, fingerprint(article), pages)
        standing = article_of(row)
        article = as_held(knowing_files(article, standing), standing)
        digests = fingerprint(article)
        held = Held(
            article=standing,
            fingerprint=Fingerprint(content=row["content_sha256"], body=row["body_sha256"]),
        )
        decision = judge(article, digests, held, elsewhere=False)
        new = columns(decision.article)
        before = delta(row, new)
        number = row["revision"] + (decision.verdict is Verdict.REVISED)
        place = self._leave(row, new, digests)
        looked = self._looked(pages) if pages else None
        if not before:
            self._one(_SEEN, {"now": looked, "url": article.url})
        else:
            own = {"id": row["id"], "revision": number, "now": looked}
            self._conn.execute(_UPDATE, _with_digests(new, digests) | own)
        cluster = self._place(row, place)
        receipt = Receipt(
            id=row["id"],
            verdict=decision.verdict,
            revision=number,
            cluster=cluster,
            changed=decision.changed,
        )
        kept = self._captures.keep(row["id"], pages)
        if decision.verdict is Verdict.REVISED:
            link = self._seen_link(article, digests, pages, kept)
            own = {"article_id": row["id"], "number": number, "reading": 0}
            self.chain.append(link | own, decision.changed, before)
        return receipt

    def _add(self, article: Article, digests: Fingerprint, pages: Sequence[Capture]) -> Receipt:
        """Store an article at an address not known before."""
        told = columns(article)
        place = self._reprints.find(told, digests.body)
        decision = judge(article, digests, None, elsewhere=bool(place.clusters))
        article_id = free_id(self._conn, local_day(article))
        own = {"id": article_id, "cluster": article_id, "now": self._looked(pages)}
        self._conn.execute(_INSERT, _with_digests(told, digests) | own)
        cluster = self._reprints.enter(article_id, place)
        receipt = Receipt(id=article_id, verdict=decision.verdict, revision=1, cluster=cluster)
        kept = self._captures.keep(article_id, pages)
        link = self._seen_link(article, digests, pages, kept)
        self.chain.append(link | {"article_id": article_id, "number": 1, "reading": 0}, (), {})
        return receipt

    def reread(
        self, article_id: int, article: Article, pages: Sequence[Capture]
    ) -> tuple[str, ...]:
        """Store what is read today from the captures held, as ``Archive.reread`` promises."""
        row = self._one("SELECT * FROM articles WHERE id = :id", {"id": article_id})
        if row is None:
            raise UnknownArticle(article_id)
        captures = last_read(self._conn, article_id)
        if not captures:
            raise ArchiveError(f"article {article_id} was imported; there is no page to read again")
        article = storable(replace(article, url=row["url"], source=row["source"]))
        article = knowing_files(article, article_of(row))
        digests, new = fingerprint(article), columns(article)
        before = delta(row, new)
        if not before:
            return ()
        place = self._leave(row, new, digests)
        self._conn.execute(_REREAD, _with_digests(new, digests) | {"id": article_id})
        self._place(row, place)
        if digests.content == row["content_sha256"]:
            return ()
        changed = changes(article_of(row), article)
        if pages:
            self._captures.keep(article_id, pages)
            captures = last_read(self._conn, article_id)
        first = captures[0]
        link = link_of(article, digests, self._stamp, first["status"], raw_sha256(captures))
        own = {"article_id": article_id, "number": row["revision"], "capture_id": first["id"]}
        self.chain.append(link | own | {"reading": self._readings(row) + 1}, changed, before)
        return changed

    def _readings(self, row: Row) -> int:
        """Return how often the newest revision of a row was read again."""
        sql = "SELECT max(reading) AS last FROM revisions WHERE article_id = ? AND number = ?"
        found = self._conn.execute(sql, (row["id"], row["revision"])).fetchone()
        return int(found["last"])

    def keep_files(self, filings: Sequence[FileFiling]) -> list[Verdict | None]:
        """Store files of articles as ``Archive.keep_files`` promises."""
        refused = deleted_files(self._conn)
        kept = [
            (Verdict.DELETED, None)
            if filing.capture.url in refused
            else keep_file(self._conn, self._captures, filing)
            for filing in filings
        ]
        answers = [found and found[1] for found in kept]
        for article_id, files in gathered(filings, answers).items():
            self._attach(article_id, files)
        return [found and found[0] for found in kept]

    def _attach(self, article_id: int, answers: Mapping[str, FileAnswer]) -> None:
        """Note what the files attached to an article are; a revision where one was another.

        A file that comes to be known is none: the chain gets a link of the kind that rereadings
        have, so that it vouches for the digest from then on.
        """
        row = self._one("SELECT * FROM articles WHERE id = :id", {"id": article_id})
        if row is None:  # deleted, or the archive is older than the crawler's memory
            return
        standing = article_of(row)
        files = tuple(
            replace(held, sha256=answers[held.url].sha256) if held.url in answers else held
            for held in standing.attachments
        )
        pairs = zip(standing.attachments, files, strict=True)
        told = [(was.sha256, answers[now.url]) for was, now in pairs if was.sha256 != now.sha256]
        if not told:
            return
        revised = any(was for was, _ in told)
        number = row["revision"] + revised
        article = replace(standing, attachments=files)
        digests, new = fingerprint(article), columns(article)
        own = {"id": article_id, "revision": number}
        self._conn.execute(_ATTACHED, _with_digests(new, digests) | own)
        captures = last_read(self._conn, article_id)
        answer = next(answer for was, answer in told if bool(was) is revised)
        link = link_of(article, digests, answer.at, answer.status, raw_sha256(captures))
        link |= {"capture_id": captures[0]["id"] if captures else None, "article_id": article_id}
        own = {"number": number, "reading": 0 if revised else self._readings(row) + 1}
        self.chain.append(link | own, changes(standing, article), delta(row, new))

    def _leave(self, row: Row, new: Row, digests: Fingerprint) -> Place | None:
        """Take a row whose text is about to change out of its cluster; return what it is to be."""
        if all(new[name] == row[name] for name in ("title", "text", "published")):
            return None
        self._reprints.leave(row)
        return self._reprints.find(new, digests.body, apart=row["id"])

    def _place(self, row: Row, place: Place | None) -> int:
        """Find the cluster of a row that may say something else now, and return it."""
        return row["cluster"] if place is None else self._reprints.enter(row["id"], place)

    def seen(self, url: str, capture: Capture | None) -> Receipt | None:
        """Note that what is held still stands; None where nothing is held."""
        row = self._one(_SEEN, {"now": self._stamp, "url": url})
        if row is None:
            return None
        if capture is not None:
            self._captures.confirm(row["id"], capture)
        return Receipt(
            id=row["id"],
            verdict=Verdict.UNCHANGED,
            revision=row["revision"],
            cluster=row["cluster"],
        )

    def absent(self, url: str, capture: Capture, how: str, rule: TakedownRule) -> Absence | None:
        """Note that an article was not found, as ``Archive.absent`` promises."""
        row = self._one("SELECT id, last_seen, gone FROM articles WHERE url = :url", {"url": url})
        if row is None:
            return None
        self._captures.miss(row["id"], capture, how)
        seen = sightings(self._conn, row["id"])
        since = min(
            (s.at for s in seen if s.absence and s.at > moment(row["last_seen"])),
            default=capture.fetched_at,
        )
        gone = row["gone"] is not None or is_gone(seen, rule)
        told = {"missing": stamp(since), "gone": stamp(since) if gone else None, "how": how}
        self._conn.execute(_MISSING, told | {"id": row["id"]})
        first = gone and row["gone"] is None
        return Absence(id=row["id"], missing=since, gone=gone, first=first)

    def list_anew(self, named: Iterable[str], left: Iterable[str]) -> None:
        """Note that a listing names articles, few of which were out of it, and left out others."""
        self._conn.executemany(
            "UPDATE articles SET unlisted = ? WHERE url = ? AND unlisted IS NULL",
            [(self._stamp, url) for url in left],
        )
        out = {row["url"] for row in self._conn.execute(_UNLISTED)}
        self._conn.executemany(
            "UPDATE articles SET unlisted = NULL WHERE url = ?",
            [(url,) for url in out.intersection(named)],
        )

    def _looked(self, pages: Sequence[Capture]) -> str:
        """Return when the article was looked at: long ago, where its capture is an import."""
        return stamp(pages[0].fetched_at) if pages else self._stamp

    def _seen_link(
        self,
        article: Article,
        digests: Fingerprint,
        pages: Sequence[Capture],
        kept: tuple[int | None, str],
    ) -> dict[str, object]:
        """Return what the chain is to say of an article just read from ``pages``, or imported."""
        capture_id, raw = kept
        at = self._looked(pages)
        status = pages[0].status if pages else 0
        return link_of(article, digests, at, status, raw) | {"capture_id": capture_id}

    def finish(self) -> None:
        """Make what was written ready to be committed: captures last before rows name them."""
        self.chain.finish()
        self._captures.finish()

    def undo(self) -> None:
        """Take back the captures of a transaction that is about to be rolled back."""
        self._captures.undo()


def _with_digests(row: dict[str, str | None], digests: Fingerprint) -> dict[str, object]:
    found = {"content_sha256": digests.content, "body_sha256": digests.body}
    return {**row, **found, "row_sha256": row_digest(row)}
