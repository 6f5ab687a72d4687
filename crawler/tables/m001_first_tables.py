"""The first tables: sources, listings, links, and what became of each visit and pass."""

from sqlite_utils import Database

_STEPS = (
    """
    CREATE TABLE sources (
        id TEXT PRIMARY KEY,
        name TEXT NOT NULL,
        next_visit TEXT,
        last_visit TEXT,
        last_success TEXT,
        failures REAL NOT NULL DEFAULT 0,
        error TEXT NOT NULL DEFAULT ''
    )
    """,
    """
    CREATE TABLE listings (
        url TEXT PRIMARY KEY,
        source TEXT NOT NULL,
        visits INTEGER NOT NULL DEFAULT 0,
        visited TEXT,
        etag TEXT NOT NULL DEFAULT '',
        last_modified TEXT NOT NULL DEFAULT '',
        sha256 TEXT NOT NULL DEFAULT ''
    )
    """,
    """
    CREATE TABLE links (
        url TEXT PRIMARY KEY,
        source TEXT NOT NULL,
        listing TEXT NOT NULL,
        category TEXT NOT NULL,
        title TEXT NOT NULL,
        date TEXT NOT NULL,
        summary TEXT NOT NULL,
        seen TEXT NOT NULL,
        next_visit TEXT NOT NULL,
        last_visit TEXT,
        visits INTEGER NOT NULL DEFAULT 0,
        failures REAL NOT NULL DEFAULT 0,
        etag TEXT NOT NULL DEFAULT '',
        last_modified TEXT NOT NULL DEFAULT '',
        sha256 TEXT NOT NULL DEFAULT '',
        article_id INTEGER
    )
    """,
    "CREATE INDEX links_due ON links (source, next_visit)",
    "CREATE INDEX links_listing ON links (listing)",
    """
    CREATE TABLE attempts (
        id INTEGER PRIMARY KEY,
        source TEXT NOT NULL,
        url TEXT NOT NULL,
        at TEXT NOT NULL,
        outcome TEXT NOT NULL,
        kind TEXT NOT NULL,
        reason TEXT NOT NULL,
        weight TEXT,
        article_id INTEGER
    )
    """,
    "CREATE INDEX attempts_source ON attempts (source, id)",
    """
    CREATE TABLE passes (
        id INTEGER PRIMARY KEY,
        source TEXT NOT NULL,
        started TEXT NOT NULL,
        seconds REAL NOT NULL,
        found INTEGER NOT NULL,
        new INTEGER NOT NULL,
        revised INTEGER NOT NULL,
        unchanged INTEGER NOT NULL,
        reprints INTEGER NOT NULL,
        gone INTEGER NOT NULL,
        failed INTEGER NOT NULL,
        requests INTEGER NOT NULL,
        error TEXT NOT NULL
    )
    """,
    "CREATE INDEX passes_source ON passes (source, id)",
    "CREATE TABLE heartbeats (name TEXT PRIMARY KEY, at TEXT NOT NULL, pid INTEGER NOT NULL)",
)


def m001_first_tables(db: Database) -> None:
    """Lay the tables of the first version."""
    for statement in _STEPS:
        db.execute(statement)
