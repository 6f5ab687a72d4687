"""An article → where else it stands: its reprints, what quotes it, and who had it first."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from archive.records import Stored
from archive.reprints.clusters import EARLIEST
from archive.reprints.likeness import Kind, Told, compare
from archive.reprints.origin import Origin, origin_of
from archive.rows import stored_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Kin:
    """An article beside the one that was asked for, or beside its probable original."""

    stored: Stored
    kind: Kind
    #: how much of the shorter text stands in the longer, 0 to 1
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Similar:
    """Everything that is like an article."""

    origin: Origin
    #: all of the cluster, the article among them, the earliest first: what each is to the original
    reprints: tuple[Kin, ...]
    #: articles of other clusters that are an excerpt of it, or contain it
    linked: tuple[Kin, ...]


_MEMBERS = f"SELECT * FROM articles WHERE cluster = ? ORDER BY {EARLIEST}"  # noqa: S608
_LINKED = f"""
    SELECT articles.*, kind, max(share) AS share
    FROM articles JOIN likenesses ON likenesses.article_id = articles.id
    WHERE kind IN ('excerpt', 'contains')
        AND other_id IN (SELECT id FROM articles WHERE cluster = :cluster)
        AND cluster <> :cluster
    GROUP BY articles.id ORDER BY {EARLIEST}
"""  # noqa: S608


def similar(conn: sqlite3.Connection, cluster: int) -> Similar:
    """Return what is like the articles of a cluster."""
    rows = conn.execute(_MEMBERS, (cluster,)).fetchall()
    members = [stored_of(row) for row in rows]
    origin = origin_of(members)
    linked = [
        Kin(stored=stored_of(row), kind=Kind(row["kind"]), share=row["share"])
        for row in conn.execute(_LINKED, {"cluster": cluster})
    ]
    return Similar(origin=origin, reprints=_beside(origin, rows, members), linked=tuple(linked))


def _beside(
    origin: Origin, rows: Sequence[sqlite3.Row], members: Sequence[Stored]
) -> tuple[Kin, ...]:
    first = Told(next(row for row in rows if row["id"] == origin.id))
    found = []
    for row, stored in zip(rows, members, strict=True):
        # In a cluster by way of a third, it is an edited text all the same.
        like = compare(Told(row), first)
        found.append(Kin(stored=stored, kind=like.kind, share=like.share))
    return tuple(found)
