"""An index of what the passes of a day gave."""

from sqlite_utils import Database


def m008_passes_of_a_day(db: Database) -> None:
    """Find what a source gave in a day without looking at all its passes of a month."""
    db.execute("CREATE INDEX passes_of_a_day ON passes (source, started, new, reprints)")
