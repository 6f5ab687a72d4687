"""An index of the revisions that are edits."""

from sqlite_utils import Database

_STEPS = (
    # What was edited lately: few beside all that was ever seen for the first time.
    """
    CREATE INDEX revisions_edits ON revisions(fetched_at) WHERE number > 1 AND reading = 0
    """,
)


def m006_recent_edits(db: Database) -> None:
    """Let recent edits be found without reading all revisions."""
    for statement in _STEPS:
        db.conn.execute(statement)
