"""A deletion that the law asks for: an article and its bytes are gone, that it was there stays.

``bury`` is the transaction; ``erase`` then wipes what a transaction leaves behind, in the WARC
files, in free pages and in the write-ahead log, and may be run again after a crash.
"""

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from archive.captures import place_of
from archive.errors import ArchiveError, UnknownArticle
from archive.records import Tombstone
from archive.reprints.clusters import Reprints
from archive.rows import Row, stamp
from archive.tombstones import blank, link_of
from archive.warc.folder import Place, WarcFolder

Append = Callable[[dict[str, object], tuple[str, ...], dict[str, str | None]], int]

#: What names articles and stays: digests and addresses, of links, captures and deletions.
_STAY = {"revisions", "captures", "tombstones"}


@contextmanager
def wiping(conn: sqlite3.Connection) -> Iterator[None]:
    """Overwrite what is freed meanwhile, and let links and captures go on naming an article."""
    conn.execute("PRAGMA secure_delete = ON")
    conn.execute("PRAGMA foreign_keys = OFF")
    try:
        yield
    finally:
        conn.execute("PRAGMA foreign_keys = ON")
        conn.execute("PRAGMA secure_delete = OFF")


_FILES_OF_OTHERS = """
    SELECT held.value ->> 'url' FROM articles, json_each(attachments) held WHERE articles.id <> :id
    UNION SELECT held.value FROM articles, json_each(pictures) held WHERE articles.id <> :id
    UNION SELECT held.value ->> 'url'
        FROM revisions, json_each(coalesce(before ->> 'attachments', '[]')) held
        WHERE article_id <> :id
    UNION SELECT held.value FROM revisions, json_each(coalesce(before ->> 'pictures', '[]')) held
        WHERE article_id <> :id
"""


#: Where the bytes of the files lie that went with an article.
_PLACES = """
    SELECT place.value ->> 'id' AS id, place.value ->> 'warc' AS warc,
        place.value ->> 'offset' AS offset, place.value ->> 'length' AS length
    FROM tombstones, json_each(files) file, json_each(file.value -> 'places') place
    WHERE article_id = :id
"""


def bury(
    conn: sqlite3.Connection,
    append: Append,
    article_id: int,
    *,
    reason: str,
    at: str,
) -> None:
    """Take an article out of every table and put a tombstone in its place; UnknownArticle.

    ``append`` adds a link to the chain and returns its number. Within ``wiping`` and a transaction,
    which it neither begins nor ends.
    """
    row = conn.execute("SELECT * FROM articles WHERE id = ?", (article_id,)).fetchone()
    if row is None:
        raise UnknownArticle(article_id)
    files = _bury_files(conn, row)
    Reprints(conn).leave(row)
    for table, column in _belongings(conn):
        conn.execute(f"DELETE FROM {table} WHERE {column} = ?", (article_id,))  # noqa: S608
    # What it said before lies there.
    conn.execute("UPDATE revisions SET before = '{}' WHERE article_id = ?", (article_id,))
    conn.execute("DELETE FROM articles WHERE id = ?", (article_id,))
    own = {"article_id": article_id, "number": row["revision"] + 1, "reading": 0}
    seq = append(link_of(row["url"], at, reason) | own, (), {})
    values = article_id, row["url"], at, reason, json.dumps(files), seq
    conn.execute("INSERT INTO tombstones VALUES (?, ?, ?, ?, ?, ?)", values)


def _bury_files(conn: sqlite3.Connection, row: Row) -> list[dict[str, object]]:
    """Take out the files of an article that no other has or had; return what is to be erased.

    That is for each its address, and where its bytes lie: nothing else will know that.
    """
    said = [row, *_said_before(conn, row["id"])]
    mine = {held["url"] for then in said for held in json.loads(then["attachments"])}
    mine |= {url for then in said for url in json.loads(then["pictures"])}
    others = conn.execute(_FILES_OF_OTHERS, {"id": row["id"]})
    mine -= {url for (url,) in others}
    held = conn.execute(
        "SELECT * FROM files WHERE url IN (SELECT value FROM json_each(?))",
        (json.dumps(list(mine)),),
    ).fetchall()
    ids = json.dumps([file["id"] for file in held])
    wanted = conn.execute(
        "SELECT revisit_of FROM files WHERE revisit_of IS NOT NULL"
        " AND id NOT IN (SELECT value FROM json_each(?))",
        (ids,),
    )
    kept = {id_ for (id_,) in wanted}
    places: dict[str, list[dict[str, object]]] = {url: [] for url in sorted(mine)}
    for file in held:
        if file["id"] not in kept:
            place = {name: file[name] for name in ("id", "warc", "offset", "length")}
            places[file["url"]].append(place)
            conn.execute("DELETE FROM files WHERE id = ?", (file["id"],))
    return [{"url": url, "places": found} for url, found in places.items()]


def _said_before(conn: sqlite3.Connection, article_id: int) -> Iterator[dict[str, str]]:
    """Yield what attachments and pictures an article had before."""
    for (before,) in conn.execute(
        "SELECT before FROM revisions WHERE article_id = ?", (article_id,)
    ):
        yield {"attachments": "[]", "pictures": "[]"} | json.loads(before)


def _belongings(conn: sqlite3.Connection) -> list[tuple[str, str]]:
    """Return table and column of whatever else names an article, and goes with it."""
    found = conn.execute(
        "SELECT m.name, c.name FROM sqlite_master m, pragma_table_info(m.name) c"
        " WHERE m.type = 'table' AND c.name IN ('article_id', 'other_id')"
    ).fetchall()
    return [(table, column) for table, column in found if table not in _STAY]


def erase(conn: sqlite3.Connection, warc: WarcFolder, tombstone: Tombstone) -> None:
    """Overwrite what is left of a deleted article, so that its bytes are in no file any more.

    Takes as long as the archive is big, for the index and the file are written anew. Raises
    ArchiveError while another process reads from a log that still holds the article.
    """
    rows = conn.execute(
        "SELECT * FROM captures WHERE article_id = ? ORDER BY id", (tombstone.article_id,)
    ).fetchall()
    for row in rows:
        place = place_of(row)
        warc.overwrite(place, blank(f"capture-{row['id']}", stamp(tombstone.at), place.length))
    for held in conn.execute(_PLACES, {"id": tombstone.article_id}).fetchall():
        place = Place(file=held["warc"], offset=held["offset"], length=held["length"])
        warc.overwrite(place, blank(f"file-{held['id']}", stamp(tombstone.at), place.length))
    # The index marks what is deleted and forgets it only when it is merged.
    conn.execute("INSERT INTO articles_fts(articles_fts) VALUES ('optimize')")
    conn.execute("VACUUM")
    if conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
        raise ArchiveError(
            f"article {tombstone.article_id} is deleted, but its bytes stay in the write-ahead log"
            " while another process reads the archive; delete it again when that has ended"
        )
