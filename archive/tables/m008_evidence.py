"""Evidence: digests of records, seals of rows, tombstones."""

from collections.abc import Container

from sqlite_utils import Database

_STEPS = (
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
        -- the files that went with it, and where their bytes lay
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


def m008_evidence(db: Database) -> None:
    """Seal every row, digest every record, and let an article be deleted for good."""
    for statement in _STEPS:
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
