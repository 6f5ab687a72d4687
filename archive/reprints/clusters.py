"""Which articles are one article: keys of texts, likenesses of pairs, and clusters, in SQLite.

The same text (``body_sha256``) and an edited one are of one cluster; what hangs together by such
pairs is one. An excerpt and what contains it are linked and stay two, for else a bulletin would
make one article of the twenty it quotes. Inside the transaction of who calls, as ``putting`` is.
"""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from archive.fingerprint import TELLING, fingerprint, unsigned, words
from archive.reprints.likeness import Kind, Likeness, Told, likeness
from archive.reprints.minhash import SKETCH_VERSION, in_common, sketch
from archive.rows import Row, article_of

#: The head of a cluster comes first. Addresses settle ties, so that the order of arrival does not.
EARLIEST = "published IS NULL, published, url"

#: A cluster of more articles keeps its head, whichever came first: listings name the newest first,
#: and each of them would rewrite all that are there.
LARGE = 256
_MEMBERS = "SELECT count(*) FROM (SELECT 1 FROM articles WHERE cluster = :cluster LIMIT :most)"

#: Articles that one key leads to, the earliest days first. What stands in more of them is a
#: template's phrase, or an article whose first copies stand for all; a hostile one costs no more.
HOT = 32
#: Texts that are looked at, those first that share the rarest keys …
ALWAYS = 12
#: … and where they share keys that are rare indeed: a bulletin holds some twenty notices.
RARE = 64
#: Rows that are read for that: of many that carry one text the first is enough.
READ = 128
#: Who shares fewer of the keys that a text in the other would share is no candidate. Not sharing
#: one that leads to too many says nothing.
FEW = 1 / 8

_WITH_BODY = """
    SELECT cluster FROM articles WHERE body_sha256 = :body AND id <> :apart AND id < :below LIMIT 1
"""
_ANY_ID = (1 << 63) - 1
_WITH_KEY = f"SELECT article_id FROM sketches WHERE key = ? LIMIT {HOT}"  # noqa: S608
_LIKE = "REPLACE INTO likenesses (article_id, other_id, kind, share) VALUES (?, ?, ?, ?)"
_COMPARED = "title, published, text"
_AMONG = "IN (SELECT value FROM json_each(:ids))"
_FIRST = f"SELECT id FROM articles WHERE id {_AMONG} ORDER BY {EARLIEST} LIMIT 1"  # noqa: S608


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a text belongs among all that is archived."""

    keys: tuple[int, ...]
    #: clusters that hold the same text, or an edited one
    clusters: frozenset[int]
    #: id → what the text is to that article
    likenesses: dict[int, Likeness]


class Reprints:
    """The statements on keys, likenesses and clusters, of one connection."""

    def __init__(self, conn: sqlite3.Connection) -> None:
        self._conn = conn

    def find(self, row: Row, body: str, *, apart: int = 0, below: int = _ANY_ID) -> Place:
        """Return where a row belongs whose text has the digest ``body``, among ids ``below``.

        ``apart`` is its own id, where it is archived and has left its place.
        """
        told = Told(row)
        keys = keys_of(told.words)
        asked = {"body": body, "apart": apart, "below": below}
        twin = self._conn.execute(_WITH_BODY, asked).fetchone()
        clusters = set[int]() if twin is None else {int(twin["cluster"])}
        found = dict[int, Likeness]()
        for row in self._candidates(told, keys, body):
            if like := likeness(told, Told(row)):
                found[row["id"]] = like
                if like.kind is Kind.EDITED:
                    clusters.add(row["cluster"])
        return Place(keys=keys, clusters=frozenset(clusters), likenesses=found)

    def _candidates(self, told: Told, keys: Sequence[int], body: str) -> Iterator[sqlite3.Row]:
        """Yield who shares keys and has not the same text, those first that share the rarest.

        Of those that no comparison could tell apart one is enough.
        """
        weights: dict[int, float] = defaultdict(float)
        shared: dict[int, int] = defaultdict(int)
        telling = 0
        for key in keys:
            found = self._conn.execute(_WITH_KEY, (key,)).fetchall()
            telling += len(found) < HOT
            for (id_,) in found:
                weights[id_] += 1 / len(found)
                shared[id_] += 1
        seen = set[tuple[str, ...]]()
        ranked = sorted(weights.items(), key=lambda item: (-item[1], item[0]))
        for id_, weight in islice(ranked, READ):
            if len(seen) >= (RARE if weight >= 1 else ALWAYS):
                return
            row = self._conn.execute(
                f"SELECT id, cluster, body_sha256, {_COMPARED} FROM articles WHERE id = ?",  # noqa: S608
                (id_,),
            ).fetchone()
            if row is None or row["body_sha256"] == body:
                continue
            same = row["body_sha256"], row["title"], row["published"]
            if same in seen:
                continue
            seen.add(same)
            expected = in_common(len(told.words), len(row["text"])) * telling / len(keys)
            if shared[id_] >= FEW * expected:
                yield row

    def enter(self, article_id: int, place: Place) -> int:
        """Let an article just stored take its place; return its cluster."""
        self._conn.executemany(
            "INSERT INTO sketches (key, article_id) VALUES (?, ?)",
            [(key, article_id) for key in place.keys],
        )
        self._conn.executemany(
            _LIKE,
            [row for id_, like in place.likenesses.items() for row in _both(article_id, id_, like)],
        )
        large = [cluster for cluster in place.clusters if self._is_large(cluster)]
        head = self._first(large or [article_id, *place.clusters])
        others = [id_ for id_ in (article_id, *place.clusters) if id_ != head]
        self._conn.execute(
            f"UPDATE articles SET cluster = :head WHERE cluster {_AMONG}",  # noqa: S608
            {"head": head, "ids": json.dumps(others)},
        )
        return head

    def _is_large(self, cluster: int) -> bool:
        held = self._conn.execute(_MEMBERS, {"cluster": cluster, "most": LARGE + 1})
        return int(held.fetchone()[0]) > LARGE

    def leave(self, row: Row) -> None:
        """Take an article out of its place before its text changes; it then stands alone.

        Where others hold the same text, one of them takes over what it was like.
        """
        id_ = row["id"]
        self._conn.executemany(
            "DELETE FROM sketches WHERE key = ? AND article_id = ?",
            [(key, id_) for key in keys_of(words(unsigned(row["text"])))],
        )
        heir = self._conn.execute(
            f"SELECT id, {_COMPARED} FROM articles WHERE body_sha256 = ? AND id <> ?"  # noqa: S608
            " ORDER BY id LIMIT 1",
            (row["body_sha256"], id_),
        ).fetchone()
        if heir is not None:
            self._inherit(heir, id_)
        self._conn.execute("DELETE FROM likenesses WHERE article_id = ?", (id_,))
        self._conn.execute("DELETE FROM likenesses WHERE other_id = ?", (id_,))
        self._conn.execute("UPDATE articles SET cluster = id WHERE id = ?", (id_,))
        self._gather(row["cluster"], leaver=id_)

    def _inherit(self, heir: Row, leaver: int) -> None:
        told = Told(heir)
        others = self._conn.execute(
            f"SELECT id, {_COMPARED} FROM likenesses JOIN articles ON id = other_id"  # noqa: S608
            " WHERE article_id = ?",
            (leaver,),
        ).fetchall()
        for other in others:
            if like := likeness(told, Told(other)):
                self._conn.executemany(_LIKE, _both(heir["id"], other["id"], like))

    def _gather(self, cluster: int, leaver: int) -> None:
        """Find anew what hangs together of a cluster that one has left."""
        left = self._conn.execute(
            "SELECT id, body_sha256 FROM articles WHERE cluster = ? AND id <> ?", (cluster, leaver)
        ).fetchall()
        for members in components(self._conn, left):
            self._conn.execute(
                f"UPDATE articles SET cluster = :head WHERE id {_AMONG} AND cluster <> :head",  # noqa: S608
                {"head": self._first(members), "ids": json.dumps(members)},
            )

    def _first(self, ids: Iterable[int]) -> int:
        row = self._conn.execute(_FIRST, {"ids": json.dumps(list(ids))}).fetchone()
        return int(row["id"])


def keys_of(plain: str) -> tuple[int, ...]:
    """Return the keys under which the words of a text are found; none where too few to tell."""
    return sketch(plain) if len(plain) >= TELLING else ()


def _both(one: int, other: int, like: Likeness) -> Iterator[tuple[int, int, str, float]]:
    yield one, other, like.kind.value, like.share
    yield other, one, like.kind.inverse.value, like.share


def components(conn: sqlite3.Connection, rows: Iterable[Row]) -> list[list[int]]:
    """Return the ids of rows by what hangs together, as ``body_sha256`` and likenesses tell."""
    above: dict[int, int] = {}

    def top(id_: int) -> int:
        while above[id_] != id_:
            above[id_] = id_ = above[above[id_]]
        return id_

    holders: dict[str, int] = {}
    for row in rows:
        above[row["id"]] = holders.setdefault(row["body_sha256"], row["id"])
    for id_ in list(above):
        pairs = conn.execute(
            "SELECT other_id FROM likenesses WHERE article_id = ? AND kind = 'edited'", (id_,)
        )
        for (other,) in pairs:
            if other in above:
                above[top(id_)] = top(other)
    found: dict[int, list[int]] = {}
    for id_ in above:
        found.setdefault(top(id_), []).append(id_)
    return list(found.values())


def sketches_are_current(conn: sqlite3.Connection) -> bool:
    """Tell whether keys, likenesses and clusters were made by this version."""
    row = conn.execute("SELECT value FROM meta WHERE key = 'sketches'").fetchone()
    return row is not None and row["value"] == str(SKETCH_VERSION)


def match_all(conn: sqlite3.Connection) -> None:
    """Find the reprints of everything anew, inside a transaction; some 500 articles a second."""
    conn.execute("DELETE FROM sketches")
    conn.execute("DELETE FROM likenesses")
    conn.execute("UPDATE articles SET cluster = id WHERE cluster <> id")
    reprints, last = Reprints(conn), -1
    page = "SELECT * FROM articles WHERE id > ? ORDER BY id LIMIT 200"
    while rows := conn.execute(page, (last,)).fetchall():
        for row in rows:
            last = row["id"]
            body = fingerprint(article_of(row)).body
            reprints.enter(last, reprints.find(row, body, below=last))
    conn.execute("REPLACE INTO meta VALUES ('sketches', ?)", (str(SKETCH_VERSION),))
