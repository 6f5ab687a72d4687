"""What a source gave in a day is found without looking at all its passes of a month."""

from sqlite_utils import Database


def m008_passes_of_a_day(db: Database) -> None:
    """Add an index of passes by source and moment that holds what is asked for."""
    db.execute("CREATE INDEX passes_of_a_day ON passes (source, started, new, reprints)")
