"""The WARC records behind an article: of what it was read from, sighted by and made of."""

import json
import sqlite3
from collections.abc import Callable, Iterator

from archive.captures import place_of
from archive.rows import Row
from archive.warc.folder import Place

# Those that a row repeats lie within the same article and have a smaller id.
_CAPTURES = "SELECT * FROM captures WHERE article_id = ? ORDER BY id"

#: Addresses of attachments and pictures, of the article as it is and as it was.
_ADDRESSES = """
    SELECT held.value ->> 'url' AS url FROM articles, json_each(attachments) held
        WHERE articles.id = :id
    UNION SELECT held.value FROM articles, json_each(pictures) held WHERE articles.id = :id
    UNION SELECT held.value ->> 'url'
        FROM revisions, json_each(coalesce(before ->> 'attachments', '[]')) held
        WHERE article_id = :id
    UNION SELECT held.value FROM revisions, json_each(coalesce(before ->> 'pictures', '[]')) held
        WHERE article_id = :id
    ORDER BY url
"""
_FILES = "SELECT * FROM files WHERE url IN (SELECT value FROM json_each(?)) ORDER BY id"
_FILE = "SELECT * FROM files WHERE id = ?"


def places_behind(
    conn: sqlite3.Connection, article_id: int, known: Callable[[int], bool]
) -> Iterator[Place]:
    """Yield where the records behind an article lie, each after the one that it repeats.

    Files may belong to several articles: ``known`` is asked by number whether one was had before.
    """
    for row in conn.execute(_CAPTURES, (article_id,)).fetchall():
        yield place_of(row)
    urls = [url for (url,) in conn.execute(_ADDRESSES, {"id": article_id})]
    for row in conn.execute(_FILES, (json.dumps(urls),)).fetchall():
        yield from _with_original(conn, row, known)


def _with_original(
    conn: sqlite3.Connection, row: Row, known: Callable[[int], bool]
) -> Iterator[Place]:
    """Yield a file's record and, first, the one it repeats: of another address, it may be."""
    if known(row["id"]):
        return
    if row["revisit_of"] is not None:
        original = conn.execute(_FILE, (row["revisit_of"],)).fetchone()
        if original is not None:
            yield from _with_original(conn, original, known)
    yield place_of(row)
