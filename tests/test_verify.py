"""Verify finds what was changed, says where first, and finds nothing where nothing was."""

import os
import random
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from archive import Archive, NotAnArchive
from archive.chain import link_hash
from archive.schema import open_archive
from archive.verify import verify
from tests.holdings import NOW, article, capture, miss

MUTATIONS = 100

#: article → what it has of its own
OWN: dict[int, dict[str, object]] = {
    6: {"html": "<p>独一无二的正文</p>", "pictures": ("https://www.city.example/6.jpg",)}
}


@pytest.fixture(scope="module")
def sound_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive with revisions, reprints, captures and revisits."""
    folder = tmp_path_factory.mktemp("sound")
    with Archive.open(folder / "archive.db") as archive:
        for n in range(1, 9):
            archive.put(article(n, **OWN.get(n, {})), capture(n), now=NOW)
        for n in range(1, 5):
            later = NOW + timedelta(days=n)
            archive.put(article(n, title="更正"), capture(n, fetched_at=later), now=later)
        archive.put(article(1, title="再次更正"), capture(1, b"new"), now=NOW)
        archive.put(article(20, text=article(2).text), None, now=NOW)
        miss(archive, article(5).url, NOW)
    return folder


@pytest.fixture
def path(sound_folder: Path, tmp_path: Path) -> Path:
    """A copy of it to spoil."""
    shutil.copytree(sound_folder, tmp_path / "data")
    return tmp_path / "data" / "archive.db"


def spoil(path: Path, *statements: str) -> None:
    """Change the file as someone with another program would."""
    with closing(open_archive(path)) as conn:
        conn.execute("PRAGMA foreign_keys = OFF")
        for statement in statements:
            conn.execute(statement)


def found(path: Path, *, deep: bool = False) -> dict[str, str]:
    """Return check → what was found, place first."""
    return {
        finding.check: f"{finding.where}: {finding.what}" for finding in verify(path, deep=deep)
    }


@pytest.mark.parametrize("deep", [False, True])
def test_nothing_is_found_where_nothing_was_changed(path: Path, deep: bool) -> None:
    told = []
    assert verify(path, deep=deep, progress=lambda *step: told.append(step)) == ()
    assert told == [(n, len(told)) for n in range(1, len(told) + 1)]


def test_verifying_changes_nothing_and_a_writer_may_be_at_work(path: Path) -> None:
    with Archive.open(path) as archive:
        archive.put(article(30), capture(30), now=NOW)
        before = {p.name: p.read_bytes() for p in path.parent.iterdir() if p.suffix == ".db"}
        assert verify(path, deep=True) == ()
        assert {
            p.name: p.read_bytes() for p in path.parent.iterdir() if p.suffix == ".db"
        } == before


@pytest.mark.parametrize(
    ("statement", "check", "what"),
    [
        ("UPDATE revisions SET status = 404 WHERE seq = 3", "chain", "revision 3: was changed"),
        (
            "UPDATE revisions SET prev_hash = hash WHERE seq = 4",
            "chain",
            "revision 4: does not follow",
        ),
        ("DELETE FROM revisions WHERE seq = 6", "chain", "revision 7: revision 6, which"),
        ("DELETE FROM revisions WHERE seq = 1", "chain", "revision 2: revision 1, which"),
        ("DELETE FROM revisions WHERE seq = 14", "chain", "revision 13: is not the last"),
        ("DELETE FROM revisions", "chain", "revision 0: is not the last"),
        (
            "UPDATE articles SET text = text || '。x' WHERE url LIKE '%/3.html'",
            "articles",
            "does not say what it said",
        ),
        (
            "UPDATE articles SET title = '假' WHERE url LIKE '%/8.html'",
            "articles",
            "does not say what it said",
        ),
        (
            "UPDATE articles SET attachments = '[' WHERE url LIKE '%/8.html'",
            "articles",
            "cannot be read",
        ),
        (
            "UPDATE articles SET published = 'soon' WHERE url LIKE '%/8.html'",
            "articles",
            "cannot be read",
        ),
        (
            "UPDATE articles SET revision = 1 WHERE url LIKE '%/1.html'",
            "articles",
            "has 1 revisions",
        ),
        (
            "UPDATE articles SET html = 'x' WHERE url LIKE '%/1.html'",
            "articles",
            "is not shown or filed as it was",
        ),
        (
            "UPDATE revisions SET url = 'x' WHERE seq = 9",
            "articles",
            "its revision 2 is not what the chain vouches for",
        ),
        ("UPDATE articles SET cluster = 7 WHERE url LIKE '%/1.html'", "articles", "cluster"),
        (
            'UPDATE revisions SET before = \'{"title":"假"}\' WHERE seq = 9',
            "articles",
            "revision 1 is not",
        ),
        ("UPDATE revisions SET before = '[]' WHERE seq = 9", "articles", "names other changes"),
        ("UPDATE revisions SET before = '[1]' WHERE seq = 9", "articles", "cannot be read"),
        (
            "UPDATE revisions SET changed = '[\"text\"]' WHERE seq = 9",
            "articles",
            "names other changes",
        ),
        (
            "UPDATE revisions SET capture_id = 3 WHERE seq = 2",
            "captures",
            "revision 2: was not read",
        ),
        ("DELETE FROM captures WHERE id = 2", "file", "refers to a row of captures"),
        (
            "INSERT INTO articles_fts(articles_fts) VALUES ('delete-all')",
            "index",
            "no search finds it",
        ),
        (
            "INSERT INTO articles_fts(rowid, title) VALUES (7, 'ghost')",
            "index",
            "article 7: is in the",
        ),
    ],
)
def test_what_was_changed_is_found_and_named(
    path: Path, statement: str, check: str, what: str
) -> None:
    spoil(path, statement)
    assert what in found(path)[check]


def test_an_article_taken_out_by_the_trigger_is_found(path: Path) -> None:
    spoil(path, "DELETE FROM articles WHERE url LIKE '%/7.html'")
    assert "refers to a row of articles that is not there" in found(path)["file"]


def test_a_link_made_anew_is_found_at_the_next(path: Path) -> None:
    with closing(open_archive(path)) as conn:
        row = dict(conn.execute("SELECT * FROM revisions WHERE seq = 5").fetchone())
        row["fetched_at"] = "2020-01-01T00:00:00Z"
        values = (row["fetched_at"], link_hash(row))
        conn.execute("UPDATE revisions SET fetched_at = ?, hash = ? WHERE seq = 5", values)
    assert "revision 6: does not follow" in found(path)["chain"]


Mutation = Callable[[sqlite3.Connection, random.Random], int]


def _edit(conn: sqlite3.Connection, chance: random.Random) -> int:
    seq = chance.randint(1, 14)
    column = chance.choice(
        ["url", "fetched_at", "raw_sha256", "content_sha256", "extractor", "hash"]
    )
    conn.execute(f"UPDATE revisions SET {column} = {column} || 'x' WHERE seq = ?", (seq,))  # noqa: S608
    return seq


def _delete(conn: sqlite3.Connection, chance: random.Random) -> int:
    seq = chance.randint(1, 14)
    conn.execute("DELETE FROM revisions WHERE seq = ?", (seq,))
    return seq


def _close_up(conn: sqlite3.Connection, chance: random.Random) -> int:
    """Delete a link and number those behind it anew."""
    seq = _delete(conn, chance)
    for later in range(seq + 1, 15):
        conn.execute("UPDATE revisions SET seq = seq - 1 WHERE seq = ?", (later,))
    return seq


def _swap(conn: sqlite3.Connection, chance: random.Random) -> int:
    one, other = sorted(chance.sample(range(1, 15), 2))
    for old, new in ((one, 99), (other, one), (99, other)):
        conn.execute("UPDATE revisions SET seq = ? WHERE seq = ?", (new, old))
    return one


def _insert(conn: sqlite3.Connection, chance: random.Random) -> int:
    """Put a link of one's own between two, with a hash that is right."""
    seq = chance.randint(1, 15)
    for later in range(14, seq - 1, -1):
        conn.execute("UPDATE revisions SET seq = seq + 1 WHERE seq = ?", (later,))
    row = dict(conn.execute("SELECT * FROM revisions WHERE seq <> ? LIMIT 1", (seq,)).fetchone())
    before = conn.execute("SELECT hash FROM revisions WHERE seq = ?", (seq - 1,)).fetchone()
    row |= {"seq": seq, "number": 50, "prev_hash": before[0] if before else "0" * 64}
    row["hash"] = link_hash(row)
    names = ", ".join(f":{name}" for name in row)
    conn.execute(f"INSERT INTO revisions VALUES ({names})", row)  # noqa: S608
    return seq


@pytest.mark.parametrize("mutate", [_edit, _delete, _close_up, _swap, _insert])
def test_no_change_of_the_chain_goes_unnoticed(
    path: Path, sound_folder: Path, mutate: Mutation
) -> None:
    chance = random.Random(7)
    for _ in range(MUTATIONS // 5):
        shutil.copy(sound_folder / "archive.db", path)
        with closing(open_archive(path)) as conn:
            seq = mutate(conn, chance)
        (finding,) = (finding for finding in verify(path) if finding.check == "chain")
        # The first bad link is the one changed, or the first that does not fit it.
        assert finding.where in {f"revision {seq + shift}" for shift in (-1, 0, 1)}


def test_every_flipped_bit_of_an_article_is_found(path: Path, sound_folder: Path) -> None:
    kept = (sound_folder / "archive.db").read_bytes()
    chance = random.Random(5)
    for mark in ("<p>独一无二的正文</p>", "这是第6号通告的正文", "https://www.city.example/6.jpg"):
        assert kept.count(mark.encode()) == 1
        for _ in range(9):
            content = bytearray(kept)
            at = kept.index(mark.encode()) + chance.randrange(len(mark.encode()))
            content[at] ^= 1 << chance.randrange(8)
            path.write_bytes(content)
            assert "articles" in found(path), mark


def test_a_changed_byte_of_a_capture_is_found_by_reading_it_again(path: Path) -> None:
    with closing(open_archive(path)) as conn:
        places = conn.execute("SELECT id, warc, offset, length FROM captures").fetchall()
    chance = random.Random(3)
    for id_, name, offset, length in places:
        file = path.parent / "warc" / name
        kept = file.read_bytes()
        content = bytearray(kept)
        # Behind the head of the gzip member, whose time stamp and flags say nothing.
        content[offset + chance.randrange(10, length)] ^= 1 << chance.randrange(8)
        file.write_bytes(content)
        assert found(path) == {}
        assert f"capture {id_}: " in found(path, deep=True)["warc"]
        file.write_bytes(kept)


@pytest.mark.parametrize("lost", ["file", "tail"])
def test_lost_captures_are_found_without_reading_them(path: Path, lost: str) -> None:
    file = max((path.parent / "warc").iterdir())
    if lost == "file":
        file.unlink()
    else:
        os.truncate(file, file.stat().st_size - 1)
    assert str(file) in found(path)["captures"]


def test_a_broken_index_is_found_by_going_through_it(path: Path) -> None:
    spoil(path, "UPDATE articles_fts_data SET block = zeroblob(60) WHERE id > 10")
    assert found(path) == {}
    assert "index" in found(path, deep=True)


def test_broken_pages_are_found_not_raised(path: Path) -> None:
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(8192)
        file.write(random.Random(1).randbytes(size - 12288))
    findings = verify(path)
    assert findings[0].check == "file"


def test_what_is_no_archive_is_not_verified(tmp_path: Path) -> None:
    with pytest.raises(NotAnArchive):
        verify(tmp_path / "none.db")
