"""Files of every version there ever was are upgraded whole or not at all, killed or not."""

import hashlib
import random
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlite_utils import Database, Migrations

from archive import Archive, NotAnArchive, seals
from archive.search import search
from archive.tables import MIGRATIONS, STEPS
from archive.tokens import register
from archive.verify import verify
from crawler.frontier import Frontier
from crawler.records import Attempt, Link, Outcome, Source, Validators
from crawler.tables import MIGRATIONS as MEMORY
from crawler.tables import STEPS as MEMORY_STEPS
from tests.crash_child import killer, upgrade, upgrade_memory
from tests.holdings import NOW, article, capture

KILLS = 20

#: step → sha256 over the tables as they stood after it: what was released is never changed.
RELEASED = {
    "m001_articles": "16022b4d77eb6003",
    "m002_pages_and_rereadings": "54546817e1ed832c",
}


def current(folder: Path, size: int = 40) -> Path:
    """Make an archive of this version, every article with its page and every fourth revised."""
    path = folder / "archive.db"
    with Archive.open(path) as archive:
        for n in range(size):
            archive.put(article(n), capture(n), now=NOW)
        for n in range(0, size, 4):
            later = NOW + timedelta(hours=n + 1)
            edited = article(n, text=f"{article(n).text}\n更正。")
            archive.put(edited, capture(n, b"edited", fetched_at=later), now=later)
    return path


def remembered(folder: Path) -> Path:
    """Make a crawler's memory of this version."""
    path = folder / "crawl.db"
    links = [Link(url=f"https://a.example/{n}.html", title=f"第{n}号") for n in range(300)]
    with Frontier(path) as frontier:
        frontier.sources.register([Source(id="a", name="A", address="https://a.example/")])
        frontier.links.add("a", "https://a.example/", "要闻", links, now=NOW)
        done = Attempt(source="a", url=links[0].url, at=NOW, outcome=Outcome.NEW, article_id=7)
        frontier.links.settle(done, next_visit=NOW + timedelta(days=1), seen=Validators(etag='"x"'))
        frontier.listings.note("a", "https://a.example/", Validators(), "", now=NOW)
    return path


def older(new: Path, old: Path, made_by: Migrations, upto: int, steps: tuple[str, ...]) -> None:
    """Write to ``old`` what ``new`` holds, as the version after the first ``upto`` steps had it."""
    with opened(old) as conn:
        after = {} if upto == len(steps) else {"stop_before": steps[upto]}
        made_by.apply(Database(conn), **after)
        conn.execute("ATTACH ? AS new", (str(new),))
        for table in sorted(tables(conn, "main") & tables(conn, "new")):
            own, its = columns(conn, "main", table), columns(conn, "new", table)
            names = ", ".join(name for name in own if name in its)
            conn.execute(f"INSERT INTO main.{table} ({names}) SELECT {names} FROM new.{table}")  # noqa: S608
        (mark,) = conn.execute("PRAGMA new.application_id").fetchone()
        conn.execute(f"PRAGMA main.application_id = {mark}")


@contextmanager
def opened(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(path, isolation_level=None)) as conn:
        register(conn)
        seals.register(conn)
        conn.execute("PRAGMA journal_mode = WAL")
        yield conn


def tables(conn: sqlite3.Connection, base: str) -> set[str]:
    """Return the tables that hold what was put, not what follows from it."""
    sql = f"SELECT name FROM {base}.sqlite_master WHERE type = 'table'"  # noqa: S608
    names = {name for (name,) in conn.execute(sql)}
    follows = ("articles_fts", "seals", "sqlite_", "_sqlite")
    return {name for name in names if not name.startswith(follows)}


def columns(conn: sqlite3.Connection, base: str, table: str) -> list[str]:
    return [row[1] for row in conn.execute(f"PRAGMA {base}.table_info({table})")]


def shape(path: Path) -> tuple[object, ...]:
    """Return the tables of a file and the steps it says were made."""
    with closing(sqlite3.connect(path)) as conn:
        sql = "SELECT type, name, sql FROM sqlite_master ORDER BY type, name"
        steps = "SELECT name FROM _sqlite_migrations ORDER BY id"
        return conn.execute(sql).fetchall(), conn.execute(steps).fetchall()


def copied(old: Path, folder: Path) -> Path:
    """Copy a file and what lies beside it into an empty folder."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(old.parent, folder)
    return folder / old.name


def killed_again_and_again(
    old: Path, folder: Path, job: Callable[[Path, str], None], whole: Callable[[Path], None]
) -> None:
    """Upgrade copies of ``old``, each killed at another moment, and look what is left of them."""
    chance, before, left = random.Random(7), shape(old), []
    with killer(job, folder) as process:
        path = copied(old, folder / "work")
        process.run(f"{path.relative_to(folder)} {10**9}")
        after = shape(path)
        for _ in range(KILLS):
            path = copied(old, folder / "work")
            process.run(f"{path.relative_to(folder)} {int(10 ** chance.uniform(1.5, 4.6))}")
            left.append(shape(path))
            whole(path)
            assert shape(path) == after
    assert set(map(repr, left)) <= {repr(before), repr(after)}  # never between
    assert before in left


def whole_archive(path: Path) -> None:
    with Archive.open(path) as archive:
        assert archive.stats()["articles"] == 40
    assert verify(path, deep=True) == ()


def whole_memory(path: Path) -> None:
    with Frontier(path) as frontier:
        assert len(frontier.links.due("a", NOW)) == 299
        assert frontier.links.told("https://a.example/0.html") is not None


@pytest.mark.parametrize("upto", range(1, len(STEPS)), ids=STEPS[:-1])
def test_an_archive_of_any_version_is_upgraded_and_says_what_it_said(
    tmp_path: Path, upto: int
) -> None:
    new = current(tmp_path / "new")
    old = tmp_path / "old" / "archive.db"
    shutil.copytree(new.parent / "warc", old.parent / "warc")
    older(new, old, MIGRATIONS, upto, STEPS)
    with pytest.raises(NotAnArchive, match="older Gazette"):
        Archive.open(old, read_only=True)
    with Archive.open(old) as archive, Archive.open(new, read_only=True) as same:
        assert list(archive.articles()) == list(same.articles())
        for stored in same.articles():
            assert archive.history(stored.id) == same.history(stored.id)
            assert archive.pages(stored.id) == same.pages(stored.id)
        archive.put(article(99), capture(99), now=NOW + timedelta(days=9))
    assert search(old, "更正") == search(new, "更正")
    assert verify(old, deep=True) == ()


@pytest.mark.parametrize("upto", range(1, len(STEPS)), ids=STEPS[:-1])
def test_an_upgrade_killed_at_any_moment_leaves_the_old_archive_or_the_new(
    tmp_path: Path, upto: int
) -> None:
    new = current(tmp_path / "new")
    old = tmp_path / "old" / "archive.db"
    shutil.copytree(new.parent / "warc", old.parent / "warc")
    older(new, old, MIGRATIONS, upto, STEPS)
    killed_again_and_again(old, tmp_path, upgrade, whole_archive)


def test_a_file_killed_while_it_is_made_is_made_the_next_time(tmp_path: Path) -> None:
    with killer(upgrade, tmp_path) as process:
        for turn in range(KILLS):
            process.run(f"{turn}.db {20 * 2**turn}")
            with Archive.open(tmp_path / f"{turn}.db") as archive:
                archive.put(article(1), None, now=NOW)
    with killer(upgrade_memory, tmp_path) as process:
        for turn in range(KILLS):
            process.run(f"crawl-{turn}.db {20 * 2**turn}")
            with Frontier(tmp_path / f"crawl-{turn}.db") as frontier:
                frontier.sources.register([Source(id="a", name="A", address="https://a.example/")])


@pytest.mark.parametrize("upto", range(1, len(MEMORY_STEPS)), ids=MEMORY_STEPS[:-1])
def test_a_memory_of_any_version_is_upgraded_whole_or_not_at_all(tmp_path: Path, upto: int) -> None:
    (tmp_path / "new").mkdir()
    (tmp_path / "old").mkdir()
    old = tmp_path / "old" / "crawl.db"
    older(remembered(tmp_path / "new"), old, MEMORY, upto, MEMORY_STEPS)
    killed_again_and_again(old, tmp_path, upgrade_memory, whole_memory)


@pytest.mark.parametrize("upto", range(1, len(RELEASED) + 1), ids=RELEASED)
def test_a_released_step_is_never_changed(tmp_path: Path, upto: int) -> None:
    assert STEPS[: len(RELEASED)] == tuple(RELEASED)
    with opened(tmp_path / "x.db") as conn:
        MIGRATIONS.apply(Database(conn), stop_before=STEPS[upto])
        found = conn.execute("SELECT name, sql FROM sqlite_master ORDER BY name").fetchall()
    digest = hashlib.sha256(repr(found).encode()).hexdigest()
    assert digest[:16] == RELEASED[STEPS[upto - 1]]
