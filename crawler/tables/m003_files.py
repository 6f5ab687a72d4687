"""Files: the attachments and pictures of articles."""

from sqlite_utils import Database

_STEPS = (
    """
    CREATE TABLE files (
        url TEXT PRIMARY KEY,
        source TEXT NOT NULL,
        role TEXT NOT NULL,
        -- NULL: kept, and not to be looked at again
        next_visit TEXT,
        last_visit TEXT,
        visits INTEGER NOT NULL DEFAULT 0,
        failures REAL NOT NULL DEFAULT 0,
        etag TEXT NOT NULL DEFAULT '',
        last_modified TEXT NOT NULL DEFAULT ''
    )
    """,
    "CREATE INDEX files_due ON files (source, next_visit)",
    """
    CREATE TABLE file_articles (
        article_id INTEGER NOT NULL,
        url TEXT NOT NULL REFERENCES files (url),
        PRIMARY KEY (article_id, url)
    ) WITHOUT ROWID
    """,
    "CREATE INDEX file_articles_url ON file_articles (url)",
)


def m003_files(db: Database) -> None:
    """Remember the files of articles."""
    for statement in _STEPS:
        db.execute(statement)
