"""The tables of ``crawl.db``, the crawler's own memory; without it nothing archived is lost.

The file is opened here too, and what SQLite says of a full or damaged one put into our words.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlite_utils import Database, Migrations

from crawler.errors import FrontierBusy, FrontierError, FrontierFull

#: How a full disk, a quota or a limit of file size shows.
_FULL = {
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR_WRITE,
    sqlite3.SQLITE_IOERR_FSYNC,
    sqlite3.SQLITE_IOERR_TRUNCATE,
    sqlite3.SQLITE_IOERR_SHMSIZE,
}
#: Kinds (low bytes) of what else can be expected of a file.
_UNUSABLE = {
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_NOTADB,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_READONLY,
}

migrations = Migrations("gazette.crawl")

_FIRST = """
CREATE TABLE sources (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    next_visit TEXT,
    last_visit TEXT,
    last_success TEXT,
    failures REAL NOT NULL DEFAULT 0,
    error TEXT NOT NULL DEFAULT ''
);
CREATE TABLE listings (
    url TEXT PRIMARY KEY,
    source TEXT NOT NULL,
    visits INTEGER NOT NULL DEFAULT 0,
    visited TEXT,
    etag TEXT NOT NULL DEFAULT '',
    last_modified TEXT NOT NULL DEFAULT '',
    sha256 TEXT NOT NULL DEFAULT ''
);
CREATE TABLE links (
    url TEXT PRIMARY KEY,
    source TEXT NOT NULL,
    listing TEXT NOT NULL,
    category TEXT NOT NULL,
    title TEXT NOT NULL,
    date TEXT NOT NULL,
    summary TEXT NOT NULL,
    seen TEXT NOT NULL,
    next_visit TEXT NOT NULL,
    last_visit TEXT,
    visits INTEGER NOT NULL DEFAULT 0,
    failures REAL NOT NULL DEFAULT 0,
    etag TEXT NOT NULL DEFAULT '',
    last_modified TEXT NOT NULL DEFAULT '',
    sha256 TEXT NOT NULL DEFAULT '',
    article_id INTEGER
);
CREATE INDEX links_due ON links (source, next_visit);
CREATE INDEX links_listing ON links (listing);
CREATE TABLE attempts (
    id INTEGER PRIMARY KEY,
    source TEXT NOT NULL,
    url TEXT NOT NULL,
    at TEXT NOT NULL,
    outcome TEXT NOT NULL,
    kind TEXT NOT NULL,
    reason TEXT NOT NULL,
    weight TEXT,
    article_id INTEGER
);
CREATE INDEX attempts_source ON attempts (source, id);
CREATE TABLE passes (
    id INTEGER PRIMARY KEY,
    source TEXT NOT NULL,
    started TEXT NOT NULL,
    seconds REAL NOT NULL,
    found INTEGER NOT NULL,
    new INTEGER NOT NULL,
    revised INTEGER NOT NULL,
    unchanged INTEGER NOT NULL,
    reprints INTEGER NOT NULL,
    gone INTEGER NOT NULL,
    failed INTEGER NOT NULL,
    requests INTEGER NOT NULL,
    error TEXT NOT NULL
);
CREATE INDEX passes_source ON passes (source, id);
CREATE TABLE heartbeats (name TEXT PRIMARY KEY, at TEXT NOT NULL, pid INTEGER NOT NULL);
"""


@migrations()
def m001_first_tables(db: Database) -> None:
    """Lay the tables of the first version."""
    # executescript() would commit and so end the migration's own transaction.
    for statement in _FIRST.split(";\n"):
        if statement.strip():
            db.execute(statement)


@migrations()
def m002_absences(db: Database) -> None:
    """Remember what listings named in which order, and what a site shows for no page at all."""
    db.execute("ALTER TABLE listings ADD COLUMN named TEXT NOT NULL DEFAULT '[]'")
    db.execute("ALTER TABLE passes ADD COLUMN missing INTEGER NOT NULL DEFAULT 0")
    db.execute(
        "CREATE TABLE blanks (host TEXT PRIMARY KEY, asked TEXT NOT NULL, "
        "final_url TEXT NOT NULL, shown TEXT NOT NULL)"
    )


_FILES = (
    """
    CREATE TABLE files (
        url TEXT PRIMARY KEY,
        source TEXT NOT NULL,
        role TEXT NOT NULL,
        -- NULL: kept, and not to be looked at again
        next_visit TEXT,
        last_visit TEXT,
        visits INTEGER NOT NULL DEFAULT 0,
        failures REAL NOT NULL DEFAULT 0,
        etag TEXT NOT NULL DEFAULT '',
        last_modified TEXT NOT NULL DEFAULT ''
    )
    """,
    "CREATE INDEX files_due ON files (source, next_visit)",
    """
    CREATE TABLE file_articles (
        article_id INTEGER NOT NULL,
        url TEXT NOT NULL REFERENCES files (url),
        PRIMARY KEY (article_id, url)
    ) WITHOUT ROWID
    """,
    "CREATE INDEX file_articles_url ON file_articles (url)",
)


@migrations()
def m003_files(db: Database) -> None:
    """Remember the files of articles."""
    for statement in _FILES:
        db.execute(statement)


_BEHAVIOUR = """
ALTER TABLE links ADD COLUMN modified TEXT NOT NULL DEFAULT '';
ALTER TABLE links ADD COLUMN signal TEXT NOT NULL DEFAULT '';
ALTER TABLE links ADD COLUMN still INTEGER NOT NULL DEFAULT 0;
ALTER TABLE links ADD COLUMN moved INTEGER NOT NULL DEFAULT 0;
ALTER TABLE links ADD COLUMN slight INTEGER NOT NULL DEFAULT 0;
ALTER TABLE links ADD COLUMN vain INTEGER NOT NULL DEFAULT 0;
UPDATE links SET still = max(visits - 1, 0);
"""


@migrations()
def m004_how_articles_behave(db: Database) -> None:
    """Remember what listings say of edits, and how an article behaved at its visits.

    Until now the rhythm ran from the first visit: that is where each article goes on from.
    """
    for statement in _BEHAVIOUR.split(";\n"):
        if statement.strip():
            db.execute(statement)


_RHYTHM = (
    # when it is to be looked at next; NULL: nothing is learned yet
    "ALTER TABLE listings ADD COLUMN next_look TEXT",
    "ALTER TABLE listings ADD COLUMN failures REAL NOT NULL DEFAULT 0",
    # when all its pages were read, and how many times in a row for nothing
    "ALTER TABLE listings ADD COLUMN swept TEXT",
    "ALTER TABLE listings ADD COLUMN vain INTEGER NOT NULL DEFAULT 0",
    # JSON of crawler.records.Habit
    "ALTER TABLE listings ADD COLUMN habit TEXT NOT NULL DEFAULT ''",
)


@migrations()
def m005_rhythm(db: Database) -> None:
    """Remember when each listing publishes, when it is to be looked at, and how it fails."""
    for statement in _RHYTHM:
        db.execute(statement)


_HEALTH = """
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
);
CREATE INDEX health_looks_listing ON health_looks (listing, id);
CREATE TABLE health_articles (
    id INTEGER PRIMARY KEY,
    source TEXT NOT NULL,
    url TEXT NOT NULL,
    at TEXT NOT NULL,
    fresh INTEGER NOT NULL,
    dated INTEGER NOT NULL,
    origin INTEGER NOT NULL,
    length INTEGER NOT NULL,
    print TEXT NOT NULL,
    listed TEXT NOT NULL,
    damage REAL NOT NULL,
    ahead INTEGER NOT NULL,
    lag REAL
);
CREATE INDEX health_articles_source ON health_articles (source, id);
CREATE TABLE health_days (
    source TEXT NOT NULL,
    day TEXT NOT NULL,
    PRIMARY KEY (source, day)
) WITHOUT ROWID;
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
);
CREATE INDEX health_passes_source ON health_passes (source, id);
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
);
CREATE TABLE telling (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    failures INTEGER NOT NULL,
    next_try TEXT NOT NULL,
    error TEXT NOT NULL
);
"""


@migrations()
def m006_health(db: Database) -> None:
    """Remember what looks, articles and passes say of a source's health, and how it stands."""
    for statement in _HEALTH.split(";\n"):
        if statement.strip():
            db.execute(statement)


_BACKFILL = """
CREATE TABLE backfills (
    source TEXT PRIMARY KEY,
    -- the day back to which, and pages of each listing at most; NULL: as far as they go
    since TEXT,
    pages INTEGER,
    asked TEXT NOT NULL,
    -- nothing is asked for before
    rests TEXT,
    finished TEXT
);
CREATE TABLE backfill_walks (
    source TEXT NOT NULL,
    listing TEXT NOT NULL,
    -- entries and pages that the site itself counts
    total INTEGER,
    stated INTEGER,
    -- why the walk ended, '' while it goes on
    ended TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (source, listing)
);
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
);
CREATE INDEX backfill_pages_state ON backfill_pages (source, listing, state, place);
CREATE TABLE backfill_entries (
    source TEXT NOT NULL,
    listing TEXT NOT NULL,
    url TEXT NOT NULL,
    page INTEGER NOT NULL,
    -- the day of its publication, '' where nobody told it yet
    day TEXT NOT NULL,
    PRIMARY KEY (source, listing, url)
) WITHOUT ROWID;
CREATE INDEX backfill_entries_page ON backfill_entries (page);
"""


@migrations()
def m007_backfill(db: Database) -> None:
    """Remember how far the history of a source is read: its walks, their pages and entries."""
    for statement in _BACKFILL.split(";\n"):
        if statement.strip():
            db.execute(statement)


@migrations()
def m008_passes_of_a_day(db: Database) -> None:
    """Find what a source gave in a day without looking at all its passes of a month."""
    db.execute("CREATE INDEX passes_of_a_day ON passes (source, started, new, reprints)")


def open_memory(path: Path, *, read_only: bool) -> sqlite3.Connection:
    """Open ``crawl.db``, for writing making or upgrading it as need be.

    Raises FrontierError where it is damaged, another program's, or made by a newer version;
    FrontierFull where there is no room, FrontierBusy where another program holds it.
    """
    uri = f"{path.absolute().as_uri()}?mode={'ro' if read_only else 'rwc'}"
    with _in_our_words(path):
        conn = sqlite3.connect(uri, uri=True, isolation_level=None)
        try:
            conn.execute("PRAGMA busy_timeout=10000")
            _refuse_strangers(conn, path, read_only=read_only)
            if not read_only:
                conn.execute("PRAGMA journal_mode=WAL")
                conn.execute("PRAGMA synchronous=NORMAL")
                with _transaction(conn):
                    migrations.apply(Database(conn, execute_plugins=False))
        except BaseException:
            conn.close()
            raise
    conn.row_factory = sqlite3.Row
    return conn


def _refuse_strangers(conn: sqlite3.Connection, path: Path, *, read_only: bool) -> None:
    """Raise FrontierError for a file whose tables are not ours to work with."""
    (objects,) = conn.execute("SELECT count(*) FROM sqlite_master").fetchone()
    db = Database(conn, execute_plugins=False)
    applied = {migration.name for migration in migrations.applied(db)}
    if objects and not applied:
        raise FrontierError(path, "this SQLite file belongs to another program")
    if strange := applied - steps():
        raise FrontierError(path, f"made by a newer Gazette ({', '.join(sorted(strange))})")
    if read_only and applied < steps():
        raise FrontierError(path, "older than this Gazette: any crawl upgrades it")


def steps() -> frozenset[str]:
    """Return the names of all migrations."""
    with closing(sqlite3.connect(":memory:")) as nothing:
        return frozenset(migration.name for migration in migrations.pending(Database(nothing)))


@contextmanager
def writing(conn: sqlite3.Connection) -> Iterator[None]:
    """Hold one transaction; all of it is remembered, or nothing.

    Raises FrontierFull, FrontierBusy.
    """
    path = conn.execute("PRAGMA database_list").fetchone()[2]
    with _in_our_words(Path(path)), _transaction(conn):
        yield


@contextmanager
def _transaction(conn: sqlite3.Connection) -> Iterator[None]:
    conn.execute("BEGIN IMMEDIATE")
    try:
        yield
        conn.execute("COMMIT")
    except BaseException:
        # SQLite itself has rolled back after some errors, a full disk among them.
        if conn.in_transaction:
            conn.execute("ROLLBACK")
        raise


@contextmanager
def _in_our_words(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.DatabaseError as error:
        code = getattr(error, "sqlite_errorcode", 0)
        if code in _FULL:
            raise FrontierFull(path, str(error)) from error
        if code & 0xFF == sqlite3.SQLITE_BUSY:
            raise FrontierBusy(path, str(error)) from error
        if code & 0xFF in _UNUSABLE:
            raise FrontierError(path, str(error)) from error
        raise
