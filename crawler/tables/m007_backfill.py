"""Backfills: how far the history of a source is read."""

from sqlite_utils import Database

_STEPS = (
    """
    CREATE TABLE backfills (
        source TEXT PRIMARY KEY,
        -- the day back to which, and pages of each listing at most; NULL: as far as they go
        since TEXT,
        pages INTEGER,
        asked TEXT NOT NULL,
        -- nothing is asked for before
        rests TEXT,
        finished TEXT
    )
    """,
    """
    CREATE TABLE backfill_walks (
        source TEXT NOT NULL,
        listing TEXT NOT NULL,
        -- entries and pages that the site itself counts
        total INTEGER,
        stated INTEGER,
        -- why the walk ended, '' while it goes on
        ended TEXT NOT NULL DEFAULT '',
        PRIMARY KEY (source, listing)
    )
    """,
    """
    CREATE TABLE backfill_pages (
        id INTEGER PRIMARY KEY,
        source TEXT NOT NULL,
        listing TEXT NOT NULL,
        -- what to ask for, as JSON of crawler.records.PageRequest
        request TEXT NOT NULL,
        -- entries on the pages before it, where its listing counts them
        seen INTEGER NOT NULL,
        place INTEGER NOT NULL,
        depth INTEGER NOT NULL,
        -- 1: no page named it, its number follows from the one before
        guessed INTEGER NOT NULL,
        -- waiting, read, or lost: given up
        state TEXT NOT NULL DEFAULT 'waiting',
        tries INTEGER NOT NULL DEFAULT 0,
        tried TEXT,
        next_try TEXT,
        reason TEXT NOT NULL DEFAULT '',
        -- addresses it named, those that no page before it had, and a digest of all
        named INTEGER NOT NULL DEFAULT 0,
        fresh INTEGER NOT NULL DEFAULT 0,
        print TEXT NOT NULL DEFAULT '',
        UNIQUE (source, listing, request)
    )
    """,
    "CREATE INDEX backfill_pages_state ON backfill_pages (source, listing, state, place)",
    """
    CREATE TABLE backfill_entries (
        source TEXT NOT NULL,
        listing TEXT NOT NULL,
        url TEXT NOT NULL,
        page INTEGER NOT NULL,
        -- the day of its publication, '' where nobody told it yet
        day TEXT NOT NULL,
        PRIMARY KEY (source, listing, url)
    ) WITHOUT ROWID
    """,
    "CREATE INDEX backfill_entries_page ON backfill_entries (page)",
)


def m007_backfill(db: Database) -> None:
    """Remember how far the history of a source is read: its walks, their pages and entries."""
    for statement in _STEPS:
        db.execute(statement)
