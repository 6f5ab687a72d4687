"""Are the tables as Gazette made them, and does the full-text index say what the articles say?"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlite_utils import Database

from archive import facts, seals, tokens
from archive.schema import copy_whole, open_archive
from archive.tables import MIGRATIONS, STEPS
from archive.varints import numbers

#: The index once more, as one whose content SQLite can see: then it compares the two.
_SEEN = f"""
    CREATE VIEW indexed AS SELECT id, zh_facts({", ".join(facts.COLUMNS)}) AS facts,
        zh_index(title) AS title, zh_index(text) AS text FROM articles
"""  # noqa: S608 - names of our own columns

_NOT_LED_TO = """
    SELECT one.term FROM temp.words AS one LEFT JOIN temp.words AS led ON led.term = one.term
    WHERE (led.doc, led.cnt) IS NOT (one.doc, one.cnt) LIMIT 1
"""

_PARTS = ("data", "idx", "docsize", "config")


def unlike_made(conn: sqlite3.Connection) -> Iterator[tuple[str, str]]:
    """Yield every table, index and trigger that is not as Gazette makes it.

    What a user added of his own, a view or an index, is no fault; a trigger is.
    """
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as model:
        tokens.register(model)
        facts.register(model)
        seals.register(model)
        MIGRATIONS.apply(Database(model, execute_plugins=False))
        expected, found = _objects(model), _objects(conn)
    for (kind, name), sql in expected.items():
        if (kind, name) not in found:
            yield f"{kind} {name}", "was taken out"
        elif found[kind, name] != sql:
            yield f"{kind} {name}", "is not as Gazette makes it"
    for kind, name in found.keys() - expected.keys():
        if kind == "trigger":
            yield f"trigger {name}", "is none of Gazette's"
    names = [row[0] for row in conn.execute("SELECT name FROM _sqlite_migrations ORDER BY id")]
    if names != list(STEPS):
        yield "_sqlite_migrations", "does not name the steps by which the tables came to be"


def _objects(conn: sqlite3.Connection) -> dict[tuple[str, str], str | None]:
    found = conn.execute("SELECT type, name, sql FROM sqlite_master")
    return {(row[0], row[1]): row[2] for row in found}


def unlike_articles(conn: sqlite3.Connection) -> Iterator[tuple[str, str]]:
    """Yield every article that the index lacks or has without its being there."""
    for one, other, what in (
        ("articles", "articles_fts_docsize", "is not in the full-text index: no search finds it"),
        ("articles_fts_docsize", "articles", "is in the full-text index, but not in the archive"),
    ):
        sql = f"SELECT id FROM {one} EXCEPT SELECT id FROM {other} LIMIT 1"  # noqa: S608
        for (id_,) in conn.execute(sql):
            yield f"article {id_}", what


def unlike_texts(path: Path) -> Iterator[tuple[str, str]]:
    """Yield what the index says otherwise than the articles; reads all of both, in a copy.

    SQLite's own check compares an index with the content it knows of, and would keep writers
    waiting meanwhile; so the copy has an index of the same bytes that knows of the articles.
    Raises sqlite3.Error where the index cannot even be opened, and ArchiveFull.
    """
    with TemporaryDirectory(dir=path.parent, prefix=".verify-") as folder:
        copy = Path(folder, "archive.db")
        with closing(open_archive(path, read_only=True)) as conn:
            copy_whole(conn, copy)
        with closing(open_archive(copy)) as conn:
            conn.execute(_SEEN)
            (made,) = conn.execute(
                "SELECT sql FROM sqlite_master WHERE name = 'articles_fts'"
            ).fetchone()
            made = made.replace("articles_fts", "compared", 1)
            content = "content='indexed', content_rowid='id'"
            conn.execute(made.replace("content=''", content))
            for part in _PARTS:
                conn.execute(f"DELETE FROM compared_{part}")  # noqa: S608
                conn.execute(f"INSERT INTO compared_{part} SELECT * FROM articles_fts_{part}")  # noqa: S608
        with closing(open_archive(copy)) as conn:
            config = [tuple(row) for row in conn.execute("SELECT k, v FROM compared_config")]
            if config != [("version", 4)]:
                yield "articles_fts_config", f"says {config}"
            conn.execute("INSERT INTO compared(compared, rank) VALUES ('integrity-check', 1)")
            yield from _unfound(conn)


def _unfound(conn: sqlite3.Connection) -> Iterator[tuple[str, str]]:
    """Yield a word that the index holds but does not find.

    SQLite's check reads all pages in turn; a search goes by the table that says where to begin.
    """
    conn.execute("CREATE VIRTUAL TABLE temp.words USING fts5vocab(main, compared, row)")
    (averages,) = conn.execute("SELECT block FROM compared_data WHERE id = 1").fetchone()
    (count,) = conn.execute("SELECT coalesce(sum(cnt), 0) FROM temp.words").fetchone()
    if count != sum(islice(numbers(averages), 1, None)):
        yield "articles_fts_idx", "does not lead to every word: searches miss articles"
    for (word,) in conn.execute(_NOT_LED_TO):
        yield "articles_fts_idx", f"does not lead to {word!r}: searches for it miss articles"
