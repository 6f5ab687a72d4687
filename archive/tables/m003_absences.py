"""Absences: what shows that an article is missing, and since when it is."""

from sqlite_utils import Database

_STEPS = (
    # How the article was not there, in an answer that is kept as a proof of that.
    "ALTER TABLE captures ADD COLUMN absence TEXT NOT NULL DEFAULT ''",
    # ``missing``: not found since, and no verdict yet or one (``gone``); ``unlisted``: its listing
    # goes on without it since.
    "ALTER TABLE articles ADD COLUMN missing TEXT",
    "ALTER TABLE articles ADD COLUMN unlisted TEXT",
    "UPDATE articles SET missing = gone WHERE gone IS NOT NULL",
    "CREATE INDEX articles_missing ON articles(missing) WHERE missing IS NOT NULL",
    "CREATE INDEX articles_unlisted ON articles(unlisted) WHERE unlisted IS NOT NULL",
    # An article keeps its id, whose upper bits are its day, where that day is corrected later.
    """
    CREATE INDEX articles_strays ON articles(day)
        WHERE id / 65536 <> CAST(julianday(day) - 1721424.5 AS INTEGER)
    """,
)


def m003_absences(db: Database) -> None:
    """Let a takedown be a verdict over several visits, and find what was dated anew."""
    for statement in _STEPS:
        db.conn.execute(statement)
