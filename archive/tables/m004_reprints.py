"""Reprints: the keys of texts, and what articles are to each other."""

from sqlite_utils import Database

_STEPS = (
    # By a key of a text, the articles that hold it, the earliest day first (see ``minhash``).
    """
    CREATE TABLE sketches (
        key INTEGER NOT NULL,
        article_id INTEGER NOT NULL,
        PRIMARY KEY (key, article_id)
    ) WITHOUT ROWID
    """,
    # What an article is to another: edited, an excerpt of it, or it contains it. Each pair twice.
    """
    CREATE TABLE likenesses (
        article_id INTEGER NOT NULL REFERENCES articles(id),
        kind TEXT NOT NULL,
        other_id INTEGER NOT NULL REFERENCES articles(id),
        share REAL NOT NULL,
        PRIMARY KEY (article_id, other_id)
    ) WITHOUT ROWID
    """,
    "CREATE INDEX likenesses_other ON likenesses(other_id)",
    "DELETE FROM meta WHERE key = 'sketches'",
)


def m004_reprints(db: Database) -> None:
    """Let near reprints be found; those of what is there are, when it is first written to."""
    for statement in _STEPS:
        db.conn.execute(statement)
