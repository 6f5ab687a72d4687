"""The full-text index anew, with a column for what is known of an article besides its words."""

from sqlite_utils import Database

_FACTS = (
    "source", "region", "lang", "categories", "origin", "author", "channel", "editor", "issuer",
    "doc_number", "index_number", "gone", "missing", "unlisted", "revision", "attachments",
    "pictures", "day",
)  # fmt: skip


def _of(row: str) -> str:
    facts = ", ".join(f"{row}.{name}" for name in _FACTS)
    facts += f", {row}.title, {row}.text"
    return f"{row}.id, zh_facts({facts}), zh_index({row}.title), zh_index({row}.text)"


_TAKE_OUT = f"""
    INSERT INTO articles_fts(articles_fts, rowid, facts, title, text)
        VALUES ('delete', {_of("old")})
"""  # noqa: S608 - names of our own columns
_PUT_IN = f"INSERT INTO articles_fts(rowid, facts, title, text) VALUES ({_of('new')})"  # noqa: S608
_OTHER = f"""
    ({", ".join(f"new.{name}" for name in _FACTS)})
    IS NOT ({", ".join(f"old.{name}" for name in _FACTS)})
"""

_STEPS = (
    "DROP TRIGGER articles_insert",
    "DROP TRIGGER articles_delete",
    "DROP TRIGGER articles_update",
    "DROP TABLE articles_fts",
    # Facts first: a token of the first column takes two bytes less.
    # Contentless, so the tokens are ours; the comment is what Datasette finds a table's index by.
    """
    CREATE VIRTUAL TABLE articles_fts USING fts5 /* for Datasette: content="articles" */ (
        facts, title, text, content='', tokenize='unicode61 remove_diacritics 2'
    )
    """,
    f"CREATE TRIGGER articles_insert AFTER INSERT ON articles BEGIN {_PUT_IN}; END",
    f"CREATE TRIGGER articles_delete AFTER DELETE ON articles BEGIN {_TAKE_OUT}; END",
    # Facts first: two of three updates only note a visit, and long texts cost time to compare.
    f"""
    CREATE TRIGGER articles_update AFTER UPDATE OF title, text, {", ".join(_FACTS)} ON articles
    WHEN {_OTHER} OR new.title IS NOT old.title OR new.text IS NOT old.text
    BEGIN {_TAKE_OUT}; {_PUT_IN}; END
    """,
    # All that is counted of the matches of a search: the rows themselves are spread out by texts.
    "CREATE INDEX articles_facets ON articles(id, source, region, categories)",
    # Says that the index is to be filled: here no code may be called that can change.
    "UPDATE meta SET value = '' WHERE key = 'tokens'",
)


def m009_facts(db: Database) -> None:
    """Let the index know sources, origins, numbers and the like."""
    for statement in _STEPS:
        db.conn.execute(statement)
