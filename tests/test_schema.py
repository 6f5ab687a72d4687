"""Which files are opened, which are refused, and what a file of ours looks like to others."""

import hashlib
import shutil
import sqlite3
from contextlib import closing
from itertools import islice
from pathlib import Path

import pytest
import sqlite_utils

from archive import (
    Archive,
    ArchiveBusy,
    ArchiveError,
    Corrupt,
    Filing,
    Filters,
    NotAnArchive,
    filling,
)
from archive.schema import (
    APPLICATION_ID,
    index_is_current,
    open_archive,
    reindex,
    transaction,
)
from archive.search import search
from archive.varints import numbers
from archive.verify.index import unlike_articles, unlike_texts
from tests.holdings import NOW, article, miss


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """An archive with three articles."""
    found = tmp_path / "archive.db"
    with Archive.open(found) as archive:
        archive.put_all([Filing(article=article(n)) for n in (1, 2, 3)], now=NOW)
    return found


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_an_archive_is_marked_as_ours_and_outlasts_power_cuts(path: Path) -> None:
    with closing(open_archive(path)) as conn:
        values = [
            conn.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("application_id", "journal_mode", "synchronous", "foreign_keys")
        ]
    assert values == [APPLICATION_ID, "wal", 2, 1]


def test_a_file_of_another_program_is_refused_and_left_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "photos.db"
    with closing(sqlite3.connect(path)) as conn:
        conn.execute("CREATE TABLE articles (id INTEGER PRIMARY KEY, title TEXT)")
    before = digest(path)
    for read_only in (False, True):
        with pytest.raises(NotAnArchive, match="another program"):
            open_archive(path, read_only=read_only)
    assert digest(path) == before
    assert [found.name for found in tmp_path.iterdir()] == ["photos.db"]


def test_a_file_with_another_programs_mark_is_refused_though_it_is_empty(tmp_path: Path) -> None:
    path = tmp_path / "reader.db"
    with closing(sqlite3.connect(path)) as conn:
        conn.execute("PRAGMA application_id = 1919247716")
    with pytest.raises(NotAnArchive):
        open_archive(path)


@pytest.mark.parametrize("content", [b"<html>no database</html>" * 50, b"SQLite format 3\0" * 40])
def test_a_file_that_is_no_database_is_refused_and_left_as_it_was(
    tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "archive.db"
    path.write_bytes(content)
    for read_only in (False, True):
        with pytest.raises((NotAnArchive, Corrupt)):
            open_archive(path, read_only=read_only)
    assert path.read_bytes() == content


def test_reading_makes_no_archive(tmp_path: Path) -> None:
    with pytest.raises(NotAnArchive, match="no archive yet"):
        open_archive(tmp_path / "archive.db", read_only=True)
    (tmp_path / "empty.db").touch()
    with pytest.raises(NotAnArchive, match="empty"):
        open_archive(tmp_path / "empty.db", read_only=True)
    assert (tmp_path / "empty.db").stat().st_size == 0


def test_a_file_left_empty_by_a_crash_becomes_an_archive(tmp_path: Path) -> None:
    (tmp_path / "archive.db").touch()
    with Archive.open(tmp_path / "archive.db") as archive:
        assert archive.put(article(), None, now=NOW).revision == 1


def test_any_path_will_do(tmp_path: Path) -> None:
    path = tmp_path / "省 50%" / "a?mode=ro#b.db"
    with Archive.open(path) as archive:
        archive.put(article(), None, now=NOW)
    assert path.is_file()


def test_an_archive_of_a_newer_version_is_not_touched(path: Path) -> None:
    with closing(open_archive(path)) as conn:
        conn.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at)"
            " VALUES ('archive', 'm999_tomorrow', '2099-01-01')"
        )
    for read_only in (False, True):
        with pytest.raises(NotAnArchive, match=r"newer Gazette \(m999_tomorrow"):
            open_archive(path, read_only=read_only)


def test_opening_for_reading_never_writes(path: Path) -> None:
    before = digest(path)
    with Archive.open(path, read_only=True) as archive:
        assert len(list(archive.articles())) == 3
        for attempt in (
            lambda: archive.put(article(9), None, now=NOW),
            lambda: archive.seen(article(1).url, now=NOW),
            lambda: miss(archive, article(1).url, NOW),
        ):
            with pytest.raises(ArchiveError, match="only be read"):
                attempt()
    assert digest(path) == before


def test_a_restored_file_without_its_log_mode_gets_it_back(path: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    with closing(sqlite3.connect(path)) as conn:
        conn.execute("VACUUM INTO ?", (str(copy),))
    with closing(open_archive(copy)) as conn:
        assert conn.execute("PRAGMA journal_mode").fetchone()[0] == "wal"


def test_a_second_writer_is_told_that_the_archive_is_busy(path: Path) -> None:
    with (
        Archive.open(path, patience=0.05) as archive,
        closing(open_archive(path)) as other,
        transaction(other),
        pytest.raises(ArchiveBusy),
    ):
        archive.put(article(9), None, now=NOW)


def test_others_find_the_index_and_need_nothing_of_ours_to_read(path: Path) -> None:
    db = sqlite_utils.Database(path)
    try:
        assert db.table("articles").detect_fts() == "articles_fts"
        sql = "SELECT count(*) FROM articles_fts WHERE articles_fts MATCH '\"就业\"'"
        assert db.execute(sql).fetchone() == (3,)
        columns = [column.name for column in db.table("articles").columns]
        assert columns[:3] == ["id", "title", "published"]
    finally:
        db.close()


def test_a_writer_that_cannot_index_fails_instead_of_leaving_the_index_behind(path: Path) -> None:
    with (
        closing(sqlite3.connect(path)) as conn,
        pytest.raises(sqlite3.OperationalError, match=r"zh_index|zh_facts|seal"),
    ):
        conn.execute("UPDATE articles SET title = 'x'")


def test_no_one_changes_an_id(path: Path) -> None:
    with (
        closing(open_archive(path)) as conn,
        pytest.raises(sqlite3.IntegrityError, match="keeps its id"),
    ):
        conn.execute("UPDATE articles SET id = id + 1")


def test_an_index_of_an_older_tokeniser_is_read_as_it_is_and_refilled_before_the_first_write(
    path: Path,
) -> None:
    with closing(open_archive(path)) as conn:
        conn.execute("UPDATE meta SET value = '0' WHERE key = 'tokens'")
        conn.execute("INSERT INTO articles_fts(articles_fts) VALUES ('delete-all')")
        conn.execute("INSERT INTO articles_fts(rowid, title) SELECT id, 'old' FROM articles")
    with Archive.open(path, read_only=True) as archive:
        assert len(list(archive.articles())) == 3
    assert search(path, "old").total == 3
    with Archive.open(path) as archive:
        archive.put(article(4), None, now=NOW)
    assert search(path, "old").total == 0
    assert search(path, "就业", filters=Filters(all_reprints=True)).total == 4
    with closing(open_archive(path, read_only=True)) as conn:
        assert index_is_current(conn)


def test_reindexing_changes_no_search(path: Path) -> None:
    before = search(path, "就业")
    with closing(open_archive(path)) as conn:
        reindex(conn)
        conn.execute("INSERT INTO articles_fts(articles_fts) VALUES ('integrity-check')")
    assert search(path, "就业") == before


def test_an_upgrade_that_fails_leaves_nothing_half_made(tmp_path: Path, path: Path) -> None:
    blank = tmp_path / "blank.db"
    with closing(sqlite3.connect(path)) as conn:
        conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copy(path, blank)
    with closing(sqlite3.connect(blank)) as conn, conn:
        # As if an older version had made it: the tables are there, the record of it is not.
        conn.execute("DELETE FROM _sqlite_migrations")
    with pytest.raises(sqlite3.OperationalError, match="already exists"):
        open_archive(blank)
    with closing(sqlite3.connect(blank)) as conn:
        assert conn.execute("SELECT count(*) FROM articles").fetchone() == (3,)
        assert conn.execute("SELECT count(*) FROM _sqlite_migrations").fetchone() == (0,)


@pytest.mark.parametrize("child", [filling._CHILD, "raise SystemExit"])
def test_an_index_filled_by_a_child_is_that_of_the_triggers_though_the_child_dies(
    path: Path, child: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filling, "_WORTH_A_CHILD", 1)
    monkeypatch.setattr(filling, "_BATCH", 1)
    monkeypatch.setattr(filling, "_CHILD", child)
    with closing(open_archive(path)) as conn:
        reindex(conn)
    assert list(unlike_texts(path)) == []
    with closing(open_archive(path, read_only=True)) as conn:
        assert list(unlike_articles(conn)) == []


def test_a_filled_index_lies_out_of_reach_of_the_merging_of_what_comes_next(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(filling._BULK, "hashsize", 1)
    with closing(open_archive(path)) as conn:
        reindex(conn)
        (block,) = conn.execute("SELECT block FROM articles_fts_data WHERE id = 10").fetchone()
    levels, segments = islice(numbers(block[4:]), 2)
    assert (levels, segments) == (filling._LEVELS + 1, 1)
    with Archive.open(path) as archive:
        for number in range(4, 40):
            archive.put(article(number), None, now=NOW)
    assert list(unlike_texts(path)) == []


def test_a_reindexing_that_is_cut_off_leaves_the_index_as_it_was(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = search(path, "就业")
    monkeypatch.setattr(filling, "_USUAL", {"hashsize": "no number"})
    with closing(open_archive(path)) as conn, pytest.raises(sqlite3.OperationalError):
        reindex(conn)
    assert search(path, "就业") == before
    assert list(unlike_texts(path)) == []
