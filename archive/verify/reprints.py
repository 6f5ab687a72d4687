"""Do keys, likenesses and clusters agree with the texts? What ``verify`` asks of reprints."""

import sqlite3
from collections.abc import Iterator

from archive.fingerprint import unsigned, words
from archive.reprints.clusters import (
    EARLIEST,
    LARGE,
    components,
    keys_of,
    sketches_are_current,
)
from archive.reprints.likeness import Kind, Told, likeness


def faults(conn: sqlite3.Connection, *, deep: bool) -> Iterator[tuple[str, str]]:
    """Yield where and what is wrong; nothing of an archive whose reprints are yet to be found.

    ``deep`` also makes the keys of every text anew, some 4,000 articles a second.
    """
    if not sketches_are_current(conn):
        if not conn.execute("SELECT 1 FROM meta WHERE key = 'sketches'").fetchone() and (
            conn.execute("SELECT 1 FROM sketches").fetchone()
        ):
            yield "meta sketches", "is not there: nobody can tell which version made the keys"
        return
    try:
        if deep:
            yield from _keys(conn)
        yield from _likenesses(conn)
        yield from _clusters(conn)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        yield "reprints", f"cannot be read ({error}): a column was changed"


def _keys(conn: sqlite3.Connection) -> Iterator[tuple[str, str]]:
    many = 0
    for id_, text in conn.execute("SELECT id, text FROM articles ORDER BY id"):
        keys = keys_of(words(unsigned(text)))
        many += len(keys)
        for key in keys:
            if not conn.execute(
                "SELECT 1 FROM sketches WHERE key = ? AND article_id = ?", (key, id_)
            ).fetchone():
                yield f"article {id_}", "is not found by its text: a reprint of it would seem new"
    if conn.execute("SELECT count(*) FROM sketches").fetchone()[0] != many:
        yield "sketches", "hold keys of texts that are not archived: a row was added or changed"


def _likenesses(conn: sqlite3.Connection) -> Iterator[tuple[str, str]]:
    compared = "title, published, text FROM articles WHERE id = ?"
    for id_, other_id, kind, share in conn.execute(
        "SELECT article_id, other_id, kind, share FROM likenesses ORDER BY article_id, other_id"
    ):
        where = f"likeness of article {id_} to {other_id}"
        back = conn.execute(
            "SELECT kind, share FROM likenesses WHERE article_id = ? AND other_id = ?",
            (other_id, id_),
        ).fetchone()
        one, other = (
            conn.execute(f"SELECT {compared}", (each,)).fetchone() for each in (id_, other_id)
        )
        if one is None or other is None or back is None:
            yield where, "has no counterpart: a row was taken out, or added"
            continue
        like = likeness(Told(one), Told(other))
        if like is None or (like.kind.value, like.share) != (kind, share):
            yield where, "is not what the texts say"
        elif (back["kind"], back["share"]) != (Kind(kind).inverse.value, share):
            yield where, "is another in the other direction: one of the two was changed"


def _clusters(conn: sqlite3.Connection) -> Iterator[tuple[str, str]]:
    rows = conn.execute(f"SELECT id, body_sha256, cluster FROM articles ORDER BY {EARLIEST}")  # noqa: S608
    place = {row["id"]: (number, row) for number, row in enumerate(rows)}
    for members in components(conn, [row for _, row in place.values()]):
        head = min(members, key=lambda id_: place[id_][0])
        if len(members) > LARGE and place[head][1]["cluster"] in members:
            head = place[head][1]["cluster"]
        for id_ in members:
            if place[id_][1]["cluster"] != head:
                yield f"article {id_}", "is not in the cluster of its reprints"
