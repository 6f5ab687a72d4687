"""Absences: what listings named, and what a site shows for no page at all."""

from sqlite_utils import Database

_STEPS = (
    "ALTER TABLE listings ADD COLUMN named TEXT NOT NULL DEFAULT '[]'",
    "ALTER TABLE passes ADD COLUMN missing INTEGER NOT NULL DEFAULT 0",
    """
    CREATE TABLE blanks (
        host TEXT PRIMARY KEY,
        asked TEXT NOT NULL,
        final_url TEXT NOT NULL,
        shown TEXT NOT NULL
    )
    """,
)


def m002_absences(db: Database) -> None:
    """Remember what listings named in which order, and what a site shows for no page at all."""
    for statement in _STEPS:
        db.execute(statement)
