"""Articles of several pages, and revisions read again by a later extractor."""

from sqlite_utils import Database

_STEPS = (
    # An article may be read from several pages. What the first of them was fetched as stands for
    # all; the further ones name it, and so does an answer that only confirmed the article.
    "ALTER TABLE captures ADD COLUMN page INTEGER NOT NULL DEFAULT 1",
    "ALTER TABLE captures ADD COLUMN first_page INTEGER REFERENCES captures(id)",
    # A revision may be read again by a later extractor: reading 0 is the revision itself.
    """
    CREATE TABLE revisions_2 (
        seq INTEGER PRIMARY KEY,
        article_id INTEGER NOT NULL REFERENCES articles(id),
        number INTEGER NOT NULL,
        reading INTEGER NOT NULL,
        url TEXT NOT NULL,
        fetched_at TEXT NOT NULL,
        status INTEGER NOT NULL,
        changed TEXT NOT NULL,
        before TEXT NOT NULL,
        raw_sha256 TEXT NOT NULL,
        content_sha256 TEXT NOT NULL,
        extractor TEXT NOT NULL,
        capture_id INTEGER REFERENCES captures(id),
        prev_hash TEXT NOT NULL,
        hash TEXT NOT NULL,
        UNIQUE (article_id, number, reading)
    )
    """,
    """
    INSERT INTO revisions_2 SELECT seq, article_id, number, 0, url, fetched_at, status, changed,
        before, raw_sha256, content_sha256, extractor, capture_id, prev_hash, hash
    FROM revisions ORDER BY seq
    """,
    "DROP TABLE revisions",
    "ALTER TABLE revisions_2 RENAME TO revisions",
)


def m002_pages_and_rereadings(db: Database) -> None:
    """Let an article have several pages, and a revision several readings."""
    for statement in _STEPS:
        db.conn.execute(statement)
