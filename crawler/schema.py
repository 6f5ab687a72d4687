"""The tables of ``crawl.db``, the crawler's own memory; without it nothing archived is lost."""

from sqlite_utils import Database, Migrations

migrations = Migrations("gazette.crawl")

_FIRST = """
CREATE TABLE sources (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    next_visit TEXT,
    last_visit TEXT,
    last_success TEXT,
    failures REAL NOT NULL DEFAULT 0,
    error TEXT NOT NULL DEFAULT ''
);
CREATE TABLE listings (
    url TEXT PRIMARY KEY,
    source TEXT NOT NULL,
    visits INTEGER NOT NULL DEFAULT 0,
    visited TEXT,
    etag TEXT NOT NULL DEFAULT '',
    last_modified TEXT NOT NULL DEFAULT '',
    sha256 TEXT NOT NULL DEFAULT ''
);
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
);
CREATE INDEX links_due ON links (source, next_visit);
CREATE INDEX links_listing ON links (listing);
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
);
CREATE INDEX attempts_source ON attempts (source, id);
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
);
CREATE INDEX passes_source ON passes (source, id);
CREATE TABLE heartbeats (name TEXT PRIMARY KEY, at TEXT NOT NULL, pid INTEGER NOT NULL);
"""


@migrations()
def m001_first_tables(db: Database) -> None:
    """Lay the tables of the first version."""
    # executescript() would commit and so end the migration's own transaction.
    for statement in _FIRST.split(";\n"):
        if statement.strip():
            db.execute(statement)


@migrations()
def m002_absences(db: Database) -> None:
    """Remember what listings named in which order, and what a site shows for no page at all."""
    db.execute("ALTER TABLE listings ADD COLUMN named TEXT NOT NULL DEFAULT '[]'")
    db.execute("ALTER TABLE passes ADD COLUMN missing INTEGER NOT NULL DEFAULT 0")
    db.execute(
        "CREATE TABLE blanks (host TEXT PRIMARY KEY, asked TEXT NOT NULL, "
        "final_url TEXT NOT NULL, shown TEXT NOT NULL)"
    )
