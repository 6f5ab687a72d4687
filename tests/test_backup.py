"""A backup taken while writing is a whole archive, and comes back as one."""

import os
import shutil
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from archive import Archive, ArchiveError, ArchiveFull, Corrupt, Filing, NotAnArchive
from archive.backup import backup, restore
from archive.verify import verify
from tests.crash_child import back_up, bring_back, end, killer, put
from tests.disks import small_disk
from tests.holdings import NOW, article, capture


def fill(path: Path, first: int, last: int, *, day: int = 0) -> None:
    now = NOW + timedelta(days=day)
    with Archive.open(path) as archive:
        batch = [
            Filing(article=article(n), capture=capture(n, fetched_at=now))
            for n in range(first, last)
        ]
        archive.put_all(batch, now=now)


def holds(path: Path, *, warc: Path | None = None) -> int:
    """Return how many articles and captures an archive holds, all of them sound."""
    assert verify(path, warc=warc, deep=True) == ()
    with Archive.open(path, warc=warc, read_only=True) as archive:
        count = sum(1 for _ in archive.captures())
        assert archive.stats()["articles"] == count
    return count


def test_a_backup_is_a_whole_archive_with_its_captures(tmp_path: Path) -> None:
    path, target = tmp_path / "data" / "archive.db", tmp_path / "safe" / "monday.db"
    fill(path, 0, 9)
    backup(path, target)
    assert sorted(p.name for p in target.parent.iterdir()) == ["monday.db", "monday.db.warc"]
    assert holds(target, warc=target.with_name("monday.db.warc")) == 9


def test_backing_up_again_copies_only_what_is_new(tmp_path: Path) -> None:
    path, target = tmp_path / "data" / "archive.db", tmp_path / "safe.db"
    kept = tmp_path / "safe.db.warc"
    fill(path, 0, 9)
    backup(path, target)
    (first,) = kept.iterdir()
    inode = first.stat().st_ino
    fill(path, 9, 12)
    fill(path, 12, 20, day=1)
    backup(path, target)
    assert holds(target, warc=kept) == 20
    assert len(list(kept.iterdir())) == 2
    assert first.stat().st_ino == inode


def test_a_backup_never_takes_the_captures_of_another_archive_for_its_own(tmp_path: Path) -> None:
    one, other = tmp_path / "one" / "archive.db", tmp_path / "other" / "archive.db"
    fill(one, 0, 30)
    fill(other, 100, 103)
    backup(one, tmp_path / "safe.db")
    with pytest.raises(ArchiveError, match="of another archive"):
        backup(other, tmp_path / "safe.db")


def test_backing_up_goes_on_after_the_first_article_was_deleted(tmp_path: Path) -> None:
    path, target = tmp_path / "data" / "archive.db", tmp_path / "safe.db"
    fill(path, 0, 3)
    backup(path, target)
    with Archive.open(path) as archive:
        first = archive.find(article(0).url)
        assert first is not None
        archive.delete(first.id, reason="court order", now=NOW)
    fill(path, 3, 6)
    backup(path, target)
    assert verify(target, warc=tmp_path / "safe.db.warc", deep=True) == ()
    shutil.rmtree(tmp_path / "safe.db.warc")
    restore(target, path)  # where the captures still lie beside the archive
    assert verify(path, deep=True) == ()


def test_a_drill_while_another_process_writes_brings_back_all_that_was_acknowledged(
    tmp_path: Path,
) -> None:
    data, target = tmp_path / "data", tmp_path / "safe.db"
    acknowledged: list[int] = []
    with killer(put, data) as writer:
        pid = writer.start(0)
        said = writer.said()
        acknowledged += [int(next(said)) for _ in range(9)]
        for turn in range(4):
            backup(data / "archive.db", target)
            restored = tmp_path / str(turn) / "archive.db"
            restore(target, restored)
            assert holds(restored) % 3 == 0
            with Archive.open(restored, read_only=True) as archive:
                assert all(archive.find(article(n).url) for n in acknowledged)
            acknowledged += [int(next(said)) for _ in range(300)]
        end(pid)
        list(said)


def test_a_backup_killed_at_any_moment_leaves_the_one_before(tmp_path: Path) -> None:
    path, target = tmp_path / "archive.db", tmp_path / "safe.db"
    fill(path, 0, 200)
    backup(path, target)
    held = set()
    with killer(back_up, tmp_path) as writer:
        for turn in range(12):
            fill(path, 200 + 50 * turn, 250 + 50 * turn, day=turn)
            writer.kill("", (0.001, 0.05))
            held.add(holds(target, warc=tmp_path / "safe.db.warc"))
    assert all(count % 50 == 0 for count in held)
    backup(path, target)
    assert holds(target, warc=tmp_path / "safe.db.warc") == 800
    assert {found.name for found in tmp_path.iterdir() if ".part" in found.name} == set()


def test_a_restore_killed_at_any_moment_leaves_one_of_the_two(tmp_path: Path) -> None:
    path, target = tmp_path / "archive.db", tmp_path / "safe.db"
    fill(path, 0, 60)
    backup(path, target)
    fill(path, 60, 80)
    with killer(bring_back, tmp_path) as writer:
        for _ in range(12):
            writer.kill("", (0.001, 0.1))
            assert holds(path) in (60, 80)
    restore(target, path)
    assert holds(path) == 60


def test_a_full_disk_leaves_the_backup_that_was_there(tmp_path: Path) -> None:
    path = tmp_path / "data" / "archive.db"
    fill(path, 0, 9)
    with small_disk(tmp_path / "safe", "400k") as make_room:
        target = tmp_path / "safe" / "monday.db"
        backup(path, target)
        with Archive.open(path) as archive:
            for n in range(9, 12):
                large = Filing(article=article(n), capture=capture(n, os.urandom(100_000)))
                archive.put_all([large], now=NOW)
        with pytest.raises(ArchiveFull, match="free some space"):
            backup(path, target)
        assert restore(target, tmp_path / "1" / "archive.db") is None
        assert holds(tmp_path / "1" / "archive.db") == 9
        make_room()
        backup(path, target)
        restore(target, tmp_path / "2" / "archive.db")
    assert holds(tmp_path / "2" / "archive.db") == 12


def test_a_backup_that_lacks_captures_is_not_restored(tmp_path: Path) -> None:
    path, target = tmp_path / "data" / "archive.db", tmp_path / "safe.db"
    fill(path, 0, 9)
    backup(path, target)
    shutil.rmtree(tmp_path / "safe.db.warc")
    with pytest.raises(Corrupt, match="is shorter"):
        restore(target, tmp_path / "new" / "archive.db")
    assert not (tmp_path / "new" / "archive.db").exists()
    # Where they still lie beside the archive they need not be brought back.
    restore(target, path)
    assert holds(path) == 9


def test_restoring_mends_captures_that_were_damaged(tmp_path: Path) -> None:
    path, target = tmp_path / "data" / "archive.db", tmp_path / "safe.db"
    fill(path, 0, 9)
    backup(path, target)
    (file,) = (path.parent / "warc").iterdir()
    spoilt = bytearray(file.read_bytes())
    spoilt[len(spoilt) // 2] ^= 0xFF
    file.write_bytes(spoilt)
    restore(target, path)
    assert holds(path) == 9
    assert file.with_name(f"{file.name}.replaced-1").read_bytes() == spoilt
    fill(path, 9, 12)
    assert holds(path) == 12


def test_restoring_brings_back_what_was_lost_and_deletes_nothing(tmp_path: Path) -> None:
    path, target = tmp_path / "data" / "archive.db", tmp_path / "safe.db"
    fill(path, 0, 9)
    backup(path, target)
    fill(path, 9, 12)
    aside = restore(target, path)
    assert aside == tmp_path / "data" / "archive.db.replaced-1"
    assert holds(path) == 9
    with Archive.open(aside, read_only=True) as old:
        assert old.stats()["articles"] == 12
    # What was fetched after the backup is written behind, not over, what lies there.
    fill(path, 9, 15)
    assert holds(path) == 15
    assert restore(target, path) == tmp_path / "data" / "archive.db.replaced-2"


def test_restoring_where_nothing_is_left_brings_everything_back(tmp_path: Path) -> None:
    path, target = tmp_path / "data" / "archive.db", tmp_path / "safe.db"
    fill(path, 0, 9)
    backup(path, target)
    assert restore(target, tmp_path / "new" / "archive.db") is None
    assert holds(tmp_path / "new" / "archive.db") == 9


def test_a_log_left_by_a_crash_does_not_spoil_what_is_restored(tmp_path: Path) -> None:
    path, target = tmp_path / "data" / "archive.db", tmp_path / "safe.db"
    fill(path, 0, 9)
    backup(path, target)
    with Archive.open(path) as archive:
        archive.put(article(9), None, now=NOW)
        log = path.with_name("archive.db-wal").read_bytes()
    path.with_name("archive.db-wal").write_bytes(log)
    restore(target, path)
    assert holds(path) == 9


def test_a_changed_backup_is_not_restored(tmp_path: Path) -> None:
    path, target = tmp_path / "data" / "archive.db", tmp_path / "safe.db"
    fill(path, 0, 9)
    backup(path, target)
    content = target.read_bytes()
    target.write_bytes(content.replace("第3号通告".encode(), "第4号通告".encode()))
    with pytest.raises(Corrupt, match=r"safe\.db"):
        restore(target, path)
    assert holds(path) == 9
    assert {p.name for p in path.parent.iterdir()} <= {
        "archive.db",
        "archive.db-shm",
        "archive.db-wal",
        "warc",
    }


def test_what_is_no_archive_is_not_restored(tmp_path: Path) -> None:
    (tmp_path / "x.db").write_text("text")
    with pytest.raises(NotAnArchive):
        restore(tmp_path / "x.db", tmp_path / "archive.db")
    with pytest.raises(NotAnArchive):
        backup(tmp_path / "none.db", tmp_path / "y.db")
    assert [p.name for p in tmp_path.iterdir()] == ["x.db"]


def test_a_backup_without_all_captures_is_told(tmp_path: Path) -> None:
    path, target = tmp_path / "data" / "archive.db", tmp_path / "safe.db"
    fill(path, 0, 9)
    (file,) = (path.parent / "warc").iterdir()
    os.truncate(file, file.stat().st_size - 1)
    with pytest.raises(Corrupt, match="is shorter"):
        backup(path, target)
    assert not target.exists()


def test_captures_of_another_archive_are_not_mixed_in(tmp_path: Path) -> None:
    one, other, target = (tmp_path / name for name in ("1/archive.db", "2/archive.db", "safe.db"))
    fill(one, 0, 3)
    fill(other, 0, 9)
    backup(one, target)
    with pytest.raises(ArchiveError, match="another archive"):
        backup(other, target)
    assert holds(target, warc=tmp_path / "safe.db.warc") == 3


@pytest.mark.parametrize("name", ["archive.db", "crawl.db", "notes.txt", "folder"])
def test_a_backup_replaces_nothing_but_a_backup(tmp_path: Path, name: str) -> None:
    fill(tmp_path / "archive.db", 1, 3)
    with closing(sqlite3.connect(tmp_path / "crawl.db")) as conn:
        conn.execute("CREATE TABLE links(url)")
    (tmp_path / "notes.txt").write_text("mine")
    (tmp_path / "folder").mkdir()
    target = tmp_path / name
    before = target.stat()
    with pytest.raises(ArchiveError, match="is no backup"):
        backup(tmp_path / "archive.db", target)
    assert (target.stat().st_ino, target.stat().st_size) == (before.st_ino, before.st_size)
