"""Files: the attachments and pictures of articles."""

from sqlite_utils import Database

_STEPS = (
    # An answer that held a file of articles: which articles they are stands in their attachments
    # and pictures. The bytes are kept once.
    """
    CREATE TABLE files (
        id INTEGER PRIMARY KEY,
        url TEXT NOT NULL,
        type TEXT NOT NULL,
        size INTEGER NOT NULL,
        fetched_at TEXT NOT NULL,
        status INTEGER NOT NULL,
        -- of the file as one would save it, no content coding
        sha256 TEXT NOT NULL,
        payload_sha256 TEXT NOT NULL,
        -- the file that holds the bytes, where this answer brought the same or none (304)
        revisit_of INTEGER REFERENCES files(id),
        final_url TEXT NOT NULL,
        warc TEXT NOT NULL,
        offset INTEGER NOT NULL,
        length INTEGER NOT NULL
    )
    """,
    "CREATE INDEX files_url ON files(url)",
    "CREATE INDEX files_sha256 ON files(sha256)",
)


def m005_files(db: Database) -> None:
    """Make room for the attachments and pictures of articles."""
    for statement in _STEPS:
        db.conn.execute(statement)
