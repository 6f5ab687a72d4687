"""How articles behave: what is said of edits, and what visits found."""

from sqlite_utils import Database

_STEPS = (
    "ALTER TABLE links ADD COLUMN modified TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE links ADD COLUMN signal TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE links ADD COLUMN still INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE links ADD COLUMN moved INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE links ADD COLUMN slight INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE links ADD COLUMN vain INTEGER NOT NULL DEFAULT 0",
    "UPDATE links SET still = max(visits - 1, 0)",
)


def m004_how_articles_behave(db: Database) -> None:
    """Remember what listings say of edits, and how an article behaved at its visits.

    Until now the rhythm ran from the first visit: that is where each article goes on from.
    """
    for statement in _STEPS:
        db.execute(statement)
