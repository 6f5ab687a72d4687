"""Seals: rows that another program changed, took out or put in are named."""

import re
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from archive import Archive
from archive.schema import open_archive
from archive.verify import verify
from tests.holdings import NOW, article, capture


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """An archive with three articles."""
    with Archive.open(tmp_path / "archive.db") as archive:
        for n in (1, 2, 3):
            archive.put(article(n), capture(n), now=NOW)
    return tmp_path / "archive.db"


def behind(path: Path, *statements: str) -> dict[str, str]:
    """Change the file as another program would, without our triggers; return what is found."""
    with closing(sqlite3.connect(path)) as conn, conn:
        triggers = conn.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall()
        for name, _ in triggers:
            conn.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            conn.execute(statement)
        for _, sql in triggers:
            conn.execute(sql)
    return {found.check: f"{found.where}: {found.what}" for found in verify(path)}


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE articles SET last_seen = '2020-01-01T00:00:00Z'", "articles .*: was changed"),
        ("UPDATE articles SET missing = '2020-01-01T00:00:00Z'", "articles .*: was changed"),
        ("UPDATE captures SET status = 404 WHERE id = 2", "captures 2: was changed"),
        ("UPDATE captures SET url = 'x' WHERE id = 3", "captures 3: was changed"),
        ("UPDATE meta SET value = '0' WHERE key = 'tokens'", "meta tokens: was changed"),
        ("INSERT INTO meta VALUES ('owner', 'me')", "meta owner: was put in"),
        ("DELETE FROM meta WHERE key = 'tokens'", "meta tokens: was taken out"),
        ("DELETE FROM seals WHERE row_id = 2", "captures 2: was put in"),
        ("UPDATE seals SET sha256 = '0' WHERE row_id = 1", "1: was changed"),
        ("INSERT INTO seals VALUES ('captures', 9, '')", "captures 9: was taken out"),
        ("INSERT INTO seals VALUES ('other', 9, '')", "seal other 9: is of no table"),
    ],
)
def test_a_row_changed_by_another_program_is_named(path: Path, statement: str, said: str) -> None:
    assert re.search(said, behind(path, statement)["seals"])


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("DROP INDEX articles_source", "index articles_source: was taken out"),
        ("DROP TRIGGER articles_insert", "trigger articles_insert: was taken out"),
        (
            "CREATE TRIGGER sly AFTER INSERT ON meta BEGIN SELECT 1; END",
            "trigger sly: is none of Gazette's",
        ),
    ],
)
def test_tables_are_as_gazette_makes_them(path: Path, statement: str, said: str) -> None:
    with closing(open_archive(path)) as conn:
        conn.execute(statement)
    found = {finding.check: f"{finding.where}: {finding.what}" for finding in verify(path)}
    assert found["tables"] == said


def test_a_view_of_ones_own_is_no_fault(path: Path) -> None:
    with closing(open_archive(path)) as conn:
        conn.execute("CREATE VIEW mine AS SELECT title FROM articles")
        conn.execute("CREATE INDEX also_mine ON articles(author)")
    assert verify(path, deep=True) == ()


def test_another_program_cannot_write_without_being_noticed(path: Path) -> None:
    with (
        closing(sqlite3.connect(path)) as conn,
        pytest.raises(sqlite3.OperationalError, match="seal"),
    ):
        conn.execute("UPDATE captures SET status = 404")


def test_what_the_index_says_is_held_against_the_articles(path: Path) -> None:
    with closing(open_archive(path)) as conn:
        # Sound in itself, but of another text.
        conn.execute("INSERT INTO articles_fts(articles_fts) VALUES ('delete-all')")
        conn.execute("INSERT INTO articles_fts(rowid, title) SELECT id, 'other' FROM articles")
    assert verify(path) == ()
    (finding,) = verify(path, deep=True)
    assert (finding.check, finding.where) == ("index", "articles_fts")


def test_a_stray_answer_in_the_warc_is_told_and_no_fault(path: Path, tmp_path: Path) -> None:
    with Archive.open(tmp_path / "other" / "archive.db") as other:
        other.put(article(9), capture(9), now=NOW)
    (mine,), (theirs,) = ((folder / "warc").iterdir() for folder in (tmp_path, tmp_path / "other"))
    remarks: list[str] = []
    mine.write_bytes(mine.read_bytes() + theirs.read_bytes())
    assert verify(path, deep=True, remark=remarks.append) == ()
    assert "holds 1 answers that no row names" in remarks[0]
    mine.write_bytes(mine.read_bytes() + theirs.read_bytes()[:-3])
    remarks.clear()
    assert verify(path, deep=True, remark=remarks.append) == ()
    assert any("ends in a torn record" in remark for remark in remarks)
    shutil.copy(theirs, mine.with_name("foreign.warc.gz"))
    verify(path, deep=True, remark=remarks.append)
    assert any("none of the archive's files" in remark for remark in remarks)


def test_an_archive_made_before_there_were_seals_gets_them(path: Path) -> None:
    """What its captures were before is not known; their payloads are checked all the same."""
    with closing(open_archive(path)) as conn:
        for (name,) in conn.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'seal_%'"
        ).fetchall():
            conn.execute(f"DROP TRIGGER {name}")
        for table in ("captures", "files"):
            conn.execute(f"ALTER TABLE {table} DROP COLUMN record_sha256")
        conn.execute("DROP TABLE seals")
        conn.execute("DROP TABLE tombstones")
        conn.execute("DROP INDEX articles_facets")
        conn.execute("DELETE FROM _sqlite_migrations WHERE name >= 'm008'")
    with closing(open_archive(path)) as conn:
        assert conn.execute("SELECT DISTINCT record_sha256 FROM captures").fetchone()[0] == ""
    assert verify(path, deep=True) == ()
    (warc,) = (path.parent / "warc").iterdir()
    raw = warc.read_bytes()
    warc.write_bytes(raw[:-20] + bytes([raw[-20] ^ 1]) + raw[-19:])
    assert [found.check for found in verify(path, deep=True)] == ["warc"]
