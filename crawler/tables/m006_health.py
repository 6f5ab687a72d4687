"""The health of sources: what was seen of them, and how they stand."""

from sqlite_utils import Database

_STEPS = (
    """
    CREATE TABLE health_looks (
        id INTEGER PRIMARY KEY,
        source TEXT NOT NULL,
        listing TEXT NOT NULL,
        first TEXT NOT NULL,
        last TEXT NOT NULL,
        looks INTEGER NOT NULL,
        links INTEGER NOT NULL,
        dated INTEGER NOT NULL,
        new INTEGER NOT NULL,
        outcome TEXT NOT NULL,
        reason TEXT NOT NULL
    )
    """,
    "CREATE INDEX health_looks_listing ON health_looks (listing, id)",
    """
    CREATE TABLE health_articles (
        id INTEGER PRIMARY KEY,
        source TEXT NOT NULL,
        url TEXT NOT NULL,
        at TEXT NOT NULL,
        fresh INTEGER NOT NULL,
        day TEXT,
        origin INTEGER NOT NULL,
        length INTEGER NOT NULL,
        print TEXT NOT NULL,
        listed TEXT NOT NULL,
        damage REAL NOT NULL,
        ahead INTEGER NOT NULL,
        lag REAL
    )
    """,
    "CREATE INDEX health_articles_source ON health_articles (source, id)",
    """
    CREATE TABLE health_days (
        source TEXT NOT NULL,
        day TEXT NOT NULL,
        PRIMARY KEY (source, day)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE health_passes (
        id INTEGER PRIMARY KEY,
        source TEXT NOT NULL,
        at TEXT NOT NULL,
        kind TEXT NOT NULL,
        reason TEXT NOT NULL,
        visited INTEGER NOT NULL,
        failed INTEGER NOT NULL,
        failed_kind TEXT NOT NULL,
        failed_reason TEXT NOT NULL
    )
    """,
    "CREATE INDEX health_passes_source ON health_passes (source, id)",
    """
    CREATE TABLE standings (
        source TEXT PRIMARY KEY,
        state TEXT NOT NULL,
        reason TEXT NOT NULL,
        since TEXT NOT NULL,
        more TEXT NOT NULL,
        quiet_at TEXT,
        -- the host of its address, when it was asked last, and why that failed
        host TEXT NOT NULL DEFAULT '',
        asked TEXT,
        kind TEXT NOT NULL DEFAULT '',
        -- the state that was told last: what all are taken for at first
        told TEXT NOT NULL DEFAULT 'healthy'
    )
    """,
    """
    CREATE TABLE telling (
        only INTEGER PRIMARY KEY CHECK (only = 1),
        failures INTEGER NOT NULL,
        next_try TEXT NOT NULL,
        error TEXT NOT NULL
    )
    """,
)


def m006_health(db: Database) -> None:
    """Remember what looks, articles and passes say of a source's health, and how it stands."""
    for statement in _STEPS:
        db.execute(statement)
