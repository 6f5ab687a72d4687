"""Captures that were taken from the WARC files of others."""

from sqlite_utils import Database

_STEPS = (
    # The WARC file of others that a capture was taken from; we saw no server answer so ourselves.
    "ALTER TABLE captures ADD COLUMN imported TEXT NOT NULL DEFAULT ''",
)


def m007_imported_captures(db: Database) -> None:
    """Let a capture say that it was imported."""
    for statement in _STEPS:
        db.conn.execute(statement)
