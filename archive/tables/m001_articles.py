"""The first tables: articles, their index, captures and the chain of revisions."""

from sqlite_utils import Database

_STEPS = (
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
    for statement in _STEPS:
        db.conn.execute(statement)
