"""The newest articles of a search as an Atom feed."""

import hashlib
import json
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from archive.atom import atom_entry, atom_feed
from archive.records import Stored
from archive.rows import moment, stored_of

#: The page said what it says now since then: rereadings are no edits of it.
_ENTRIES = """
    SELECT articles.*, (
        SELECT max(fetched_at) FROM revisions WHERE article_id = articles.id AND reading = 0
    ) AS updated
    FROM articles WHERE id IN (SELECT value FROM json_each(?))
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An article of a feed, and since when it says what it says."""

    stored: Stored
    updated: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """The newest articles of a search."""

    title: str
    #: what tells the search from others; its digest is the id of the feed
    asked: str
    #: address of the feed, and of the page that shows the same
    own: str
    page: str
    entries: tuple[Entry, ...]


def entries(conn: sqlite3.Connection, ids: Sequence[int]) -> Iterator[Entry]:
    """Yield the articles ``ids`` in that order; one that was deleted meanwhile is left out."""
    rows = {row["id"]: row for row in conn.execute(_ENTRIES, (json.dumps(ids),))}
    for id_ in ids:
        if row := rows.get(id_):
            stored = stored_of(row)
            updated = moment(row["updated"]) if row["updated"] else stored.first_seen
            yield Entry(stored=stored, updated=updated)


def as_atom(feed: Feed, root: str) -> str:
    """Return the feed as XML; ``root`` is the address of our pages of articles without the id."""
    nothing = datetime(2000, 1, 1, tzinfo=UTC)
    return atom_feed(
        feed.title,
        f"urn:gazette:search:{hashlib.sha256(feed.asked.encode()).hexdigest()}",
        max((entry.updated for entry in feed.entries), default=nothing),
        own=feed.own,
        page=feed.page,
        entries=[
            atom_entry(entry.stored, entry.updated, page=f"{root}{entry.stored.id}")
            for entry in feed.entries
        ],
    )
