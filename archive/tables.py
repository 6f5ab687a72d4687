"""The tables of ``archive.db`` and how they came to be: one migration for each change, ever.

Only ever added to; a migration holds its own SQL and calls no code that may change. The file must
stay readable by plain Datasette: no extension, no function needed to read, columns in the order in
which a person looks at them.
"""

from collections.abc import Container

from sqlite_utils import Database, Migrations

_M001 = (
    """
    CREATE TABLE articles (
        id INTEGER PRIMARY KEY,
        title TEXT NOT NULL,
        published TEXT,
        day TEXT,
        precision TEXT NOT NULL,
        zone TEXT NOT NULL,
        source TEXT NOT NULL,
        category TEXT NOT NULL,
        region TEXT NOT NULL,
        lang TEXT NOT NULL,
        channel TEXT NOT NULL,
        origin TEXT NOT NULL,
        author TEXT NOT NULL,
        editor TEXT NOT NULL,
        issuer TEXT NOT NULL,
        doc_number TEXT NOT NULL,
        index_number TEXT NOT NULL,
        written TEXT,
        url TEXT NOT NULL UNIQUE,
        -- Before the long columns: SQLite walks the pages of all that stands in front of a value.
        revision INTEGER NOT NULL,
        cluster INTEGER NOT NULL,
        first_seen TEXT NOT NULL,
        last_seen TEXT NOT NULL,
        gone TEXT,
        gone_reason TEXT NOT NULL DEFAULT '',
        text TEXT NOT NULL,
        html TEXT NOT NULL,
        categories TEXT NOT NULL,
        pictures TEXT NOT NULL,
        attachments TEXT NOT NULL,
        witnesses TEXT NOT NULL,
        extractor TEXT NOT NULL,
        content_sha256 TEXT NOT NULL,
        body_sha256 TEXT NOT NULL,
        -- over all columns that hold the article, HTML among them: finds flipped bits
        row_sha256 TEXT NOT NULL
    )
    """,
    "CREATE INDEX articles_source ON articles(source)",  # and by it the id: every index ends in it
    "CREATE INDEX articles_cluster ON articles(cluster)",
    "CREATE INDEX articles_body ON articles(body_sha256)",
    "CREATE INDEX articles_gone ON articles(gone) WHERE gone IS NOT NULL",
    "CREATE INDEX articles_doc_number ON articles(doc_number) WHERE doc_number <> ''",
    # Contentless, so the tokens are ours; the comment is what Datasette finds a table's index by.
    """
    CREATE VIRTUAL TABLE articles_fts USING fts5 /* for Datasette: content="articles" */ (
        title, text, content='', tokenize='unicode61 remove_diacritics 2'
    )
    """,
    """
    CREATE TRIGGER articles_insert AFTER INSERT ON articles BEGIN
        INSERT INTO articles_fts(rowid, title, text)
            VALUES (new.id, zh_index(new.title), zh_index(new.text));
    END
    """,
    """
    CREATE TRIGGER articles_delete AFTER DELETE ON articles BEGIN
        INSERT INTO articles_fts(articles_fts, rowid, title, text)
            VALUES ('delete', old.id, zh_index(old.title), zh_index(old.text));
    END
    """,
    """
    CREATE TRIGGER articles_update AFTER UPDATE OF title, text ON articles
    WHEN old.title IS NOT new.title OR old.text IS NOT new.text BEGIN
        INSERT INTO articles_fts(articles_fts, rowid, title, text)
            VALUES ('delete', old.id, zh_index(old.title), zh_index(old.text));
        INSERT INTO articles_fts(rowid, title, text)
            VALUES (new.id, zh_index(new.title), zh_index(new.text));
    END
    """,
    """
    CREATE TRIGGER articles_keep_id BEFORE UPDATE OF id ON articles WHEN old.id <> new.id BEGIN
        SELECT RAISE(ABORT, 'an article keeps its id');
    END
    """,
    """
    CREATE TABLE captures (
        id INTEGER PRIMARY KEY,
        article_id INTEGER NOT NULL REFERENCES articles(id),
        url TEXT NOT NULL,
        final_url TEXT NOT NULL,
        fetched_at TEXT NOT NULL,
        status INTEGER NOT NULL,
        payload_sha256 TEXT NOT NULL,
        -- the capture that holds the payload, where this one found the same or none (304)
        revisit_of INTEGER REFERENCES captures(id),
        warc TEXT NOT NULL,
        offset INTEGER NOT NULL,
        length INTEGER NOT NULL
    )
    """,
    "CREATE INDEX captures_article ON captures(article_id)",
    """
    CREATE TABLE revisions (
        seq INTEGER PRIMARY KEY,
        article_id INTEGER NOT NULL REFERENCES articles(id),
        number INTEGER NOT NULL,
        url TEXT NOT NULL,
        fetched_at TEXT NOT NULL,
        status INTEGER NOT NULL,
        changed TEXT NOT NULL,
        before TEXT NOT NULL,
        raw_sha256 TEXT NOT NULL,
        content_sha256 TEXT NOT NULL,
        extractor TEXT NOT NULL,
        capture_id INTEGER REFERENCES captures(id),
        prev_hash TEXT NOT NULL,
        hash TEXT NOT NULL,
        UNIQUE (article_id, number)
    )
    """,
    "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
)


def m001_articles(db: Database) -> None:
    """Create the tables."""
    for statement in _M001:
        db.conn.execute(statement)


_M002 = (
    # An article may be read from several pages. What the first of them was fetched as stands for
    # all; the further ones name it, and so does an answer that only confirmed the article.
    "ALTER TABLE captures ADD COLUMN page INTEGER NOT NULL DEFAULT 1",
    "ALTER TABLE captures ADD COLUMN first_page INTEGER REFERENCES captures(id)",
    # A revision may be read again by a later extractor: reading 0 is the revision itself.
    """
    CREATE TABLE revisions_2 (
        seq INTEGER PRIMARY KEY,
        article_id INTEGER NOT NULL REFERENCES articles(id),
        number INTEGER NOT NULL,
        reading INTEGER NOT NULL,
        url TEXT NOT NULL,
        fetched_at TEXT NOT NULL,
        status INTEGER NOT NULL,
        changed TEXT NOT NULL,
        before TEXT NOT NULL,
        raw_sha256 TEXT NOT NULL,
        content_sha256 TEXT NOT NULL,
        extractor TEXT NOT NULL,
        capture_id INTEGER REFERENCES captures(id),
        prev_hash TEXT NOT NULL,
        hash TEXT NOT NULL,
        UNIQUE (article_id, number, reading)
    )
    """,
    """
    INSERT INTO revisions_2 SELECT seq, article_id, number, 0, url, fetched_at, status, changed,
        before, raw_sha256, content_sha256, extractor, capture_id, prev_hash, hash
    FROM revisions ORDER BY seq
    """,
    "DROP TABLE revisions",
    "ALTER TABLE revisions_2 RENAME TO revisions",
)


def m002_pages_and_rereadings(db: Database) -> None:
    """Let an article have several pages, and a revision several readings."""
    for statement in _M002:
        db.conn.execute(statement)


_M003 = (
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
    for statement in _M003:
        db.conn.execute(statement)


_M004 = (
    # By a key of a text, the articles that hold it, the earliest day first (see ``minhash``).
    """
    CREATE TABLE sketches (
        key INTEGER NOT NULL,
        article_id INTEGER NOT NULL,
        PRIMARY KEY (key, article_id)
    ) WITHOUT ROWID
    """,
    # What an article is to another: edited, an excerpt of it, or it contains it. Each pair twice.
    """
    CREATE TABLE likenesses (
        article_id INTEGER NOT NULL REFERENCES articles(id),
        kind TEXT NOT NULL,
        other_id INTEGER NOT NULL REFERENCES articles(id),
        share REAL NOT NULL,
        PRIMARY KEY (article_id, other_id)
    ) WITHOUT ROWID
    """,
    "CREATE INDEX likenesses_other ON likenesses(other_id)",
    "DELETE FROM meta WHERE key = 'sketches'",
)


def m004_reprints(db: Database) -> None:
    """Let near reprints be found; those of what is there are, when it is first written to."""
    for statement in _M004:
        db.conn.execute(statement)


_M005 = (
    # An answer that held a file of articles: which articles they are stands in their attachments
    # and pictures. The bytes are kept once.
    """
    CREATE TABLE files (
        id INTEGER PRIMARY KEY,
        url TEXT NOT NULL,
        type TEXT NOT NULL,
        size INTEGER NOT NULL,
        fetched_at TEXT NOT NULL,
        status INTEGER NOT NULL,
        -- of the file as one would save it, no content coding
        sha256 TEXT NOT NULL,
        payload_sha256 TEXT NOT NULL,
        -- the file that holds the bytes, where this answer brought the same or none (304)
        revisit_of INTEGER REFERENCES files(id),
        final_url TEXT NOT NULL,
        warc TEXT NOT NULL,
        offset INTEGER NOT NULL,
        length INTEGER NOT NULL
    )
    """,
    "CREATE INDEX files_url ON files(url)",
    "CREATE INDEX files_sha256 ON files(sha256)",
)


def m005_files(db: Database) -> None:
    """Make room for the attachments and pictures of articles."""
    for statement in _M005:
        db.conn.execute(statement)


_M007 = (
    # What was edited lately: few beside all that was ever seen for the first time.
    """
    CREATE INDEX revisions_edits ON revisions(fetched_at) WHERE number > 1 AND reading = 0
    """,
)


def m007_recent_edits(db: Database) -> None:
    """Let recent edits be found without reading all revisions."""
    for statement in _M007:
        db.conn.execute(statement)


_M008 = (
    # The WARC file of others that a capture was taken from; we saw no server answer so ourselves.
    "ALTER TABLE captures ADD COLUMN imported TEXT NOT NULL DEFAULT ''",
)


def m008_imported_captures(db: Database) -> None:
    """Let a capture say that it was imported."""
    for statement in _M008:
        db.conn.execute(statement)


_M006 = (
    # The digest of a WARC record as it lies in its file; "" for those written before.
    "ALTER TABLE captures ADD COLUMN record_sha256 TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE files ADD COLUMN record_sha256 TEXT NOT NULL DEFAULT ''",
    # What was deleted for good, and why; ``seq`` is the link of the chain that vouches for it.
    """
    CREATE TABLE tombstones (
        article_id INTEGER PRIMARY KEY,
        url TEXT NOT NULL UNIQUE,
        at TEXT NOT NULL,
        reason TEXT NOT NULL,
        -- addresses of the files that went with it
        files TEXT NOT NULL,
        seq INTEGER NOT NULL REFERENCES revisions(seq)
    )
    """,
    # A digest for every row of the tables below, kept by triggers: finds accidents, proves nothing.
    """
    CREATE TABLE seals (
        table_name TEXT NOT NULL,
        row_id NOT NULL,
        sha256 TEXT NOT NULL,
        PRIMARY KEY (table_name, row_id)
    ) WITHOUT ROWID
    """,
)

#: What ``row_sha256`` vouches for already.
_IN_ROW_SHA256 = frozenset(
    (
        "title", "published", "day", "precision", "zone", "source", "category", "region", "lang",
        "channel", "origin", "author", "editor", "issuer", "doc_number", "index_number", "written",
        "url", "text", "html", "categories", "pictures", "attachments", "witnesses", "extractor",
    )
)  # fmt: skip


def m006_evidence(db: Database) -> None:
    """Seal every row, digest every record, and let an article be deleted for good."""
    for statement in _M006:
        db.conn.execute(statement)
    for table in ("captures", "files", "revisions", "tombstones", "meta", "_sqlite_migrations"):
        seal_table(db, table)
    seal_table(db, "articles", apart=_IN_ROW_SHA256)


def seal_table(db: Database, table: str, *, apart: Container[str] = ()) -> None:
    """Keep a seal of every row of ``table`` from now on, over all columns it has but ``apart``.

    For migrations: one that adds a column to a sealed table calls it again.
    """
    found = db.conn.execute(f"PRAGMA table_info({table})").fetchall()
    key = next(row[1] for row in found if row[5])
    names = [row[1] for row in found if row[1] not in apart]
    new, plain = (", ".join(f"{row}{name}" for name in names) for row in ("new.", ""))
    drop = f"DELETE FROM seals WHERE table_name = '{table}' AND row_id = +old.{key}"  # noqa: S608
    keep = f"INSERT OR REPLACE INTO seals VALUES ('{table}', new.{key}, seal({new}))"  # noqa: S608
    for when, steps in (
        ("insert", (keep,)),
        ("update", (drop, keep)),
        ("delete", (drop,)),
    ):
        db.conn.execute(f"DROP TRIGGER IF EXISTS seal_{table}_{when}")
        db.conn.execute(
            f"CREATE TRIGGER seal_{table}_{when} AFTER {when} ON {table}"
            f" BEGIN {'; '.join(steps)}; END"
        )
    db.conn.execute(
        f"INSERT OR REPLACE INTO seals SELECT '{table}', {key}, seal({plain}) FROM {table}"  # noqa: S608
    )


_STEPS = (
    m001_articles,
    m002_pages_and_rereadings,
    m003_absences,
    m004_reprints,
    m005_files,
    m007_recent_edits,
    m008_imported_captures,
    m006_evidence,
)
MIGRATIONS = Migrations("archive")
for _step in _STEPS:
    MIGRATIONS()(_step)

#: Names of all migrations, oldest first.
STEPS = tuple(step.__name__ for step in _STEPS)
