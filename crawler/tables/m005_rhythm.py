"""The rhythm of listings: when each publishes, and when it is looked at."""

from sqlite_utils import Database

_STEPS = (
    # when it is to be looked at next; NULL: nothing is learned yet
    "ALTER TABLE listings ADD COLUMN next_look TEXT",
    "ALTER TABLE listings ADD COLUMN failures REAL NOT NULL DEFAULT 0",
    # when all its pages were read, and how many times in a row for nothing
    "ALTER TABLE listings ADD COLUMN swept TEXT",
    "ALTER TABLE listings ADD COLUMN vain INTEGER NOT NULL DEFAULT 0",
    # JSON of crawler.records.Habit
    "ALTER TABLE listings ADD COLUMN habit TEXT NOT NULL DEFAULT ''",
)


def m005_rhythm(db: Database) -> None:
    """Remember when each listing publishes, when it is to be looked at, and how it fails."""
    for statement in _STEPS:
        db.execute(statement)
