"""The full-text index stays small: what lies scattered is merged, a little at a time."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from archive import Archive, Filing, tidying
from archive.schema import open_archive
from archive.search import search
from archive.verify.index import unlike_texts
from tests.holdings import NOW, article


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """An archive whose articles came one by one, each with a segment of its own at first."""
    found = tmp_path / "archive.db"
    with Archive.open(found) as archive:
        for number in range(1, 31):
            archive.put_all([Filing(article=article(number))], now=NOW)
    return found


def segments(path: Path) -> int:
    with closing(sqlite3.connect(path)) as conn:
        sql = "SELECT count(DISTINCT segid) FROM articles_fts_idx"
        count: int = conn.execute(sql).fetchone()[0]
    return count


def test_a_tidied_index_is_one_segment_and_finds_the_same(path: Path) -> None:
    before = search(path, "就业")
    assert segments(path) > 1
    with Archive.open(path) as archive:
        while archive.tidy():
            pass
    assert segments(path) == 1
    assert search(path, "就业") == before
    assert list(unlike_texts(path)) == []


def test_tidying_goes_on_where_it_stopped_though_articles_came_meanwhile(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tidying, "_STEP", 1)
    with Archive.open(path) as archive:
        for number in range(31, 41):
            with closing(open_archive(path)) as conn:
                tidying.tidy(conn, 2)
            archive.put_all([Filing(article=article(number))], now=NOW)
        turns = 0
        while archive.tidy():
            turns += 1
            assert turns < 100
    assert search(path, "就业").total == 40
    assert list(unlike_texts(path)) == []


def test_what_is_tidy_is_let_be(path: Path) -> None:
    with closing(open_archive(path)) as conn:
        conn.execute("INSERT INTO articles_fts(articles_fts) VALUES ('optimize')")
        before = conn.total_changes
        assert not tidying.tidy(conn, 1_000)
        assert conn.total_changes == before
    with Archive.open(path.with_name("blank.db")) as archive:
        assert not archive.tidy()
