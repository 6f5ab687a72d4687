"""A backup taken while writing is a whole archive, and comes back as one."""

import os
import threading
from datetime import timedelta
from pathlib import Path

import pytest

from archive import Archive, ArchiveError, Corrupt, Filing, NotAnArchive
from archive.backup import backup, restore
from archive.verify import verify
from tests.holdings import NOW, article, capture, filing


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


def test_a_backup_taken_while_writing_is_of_one_moment(tmp_path: Path) -> None:
    path, target = tmp_path / "data" / "archive.db", tmp_path / "safe.db"
    fill(path, 0, 3)
    stop = threading.Event()

    def write() -> None:
        with Archive.open(path) as archive:
            for n in range(10, 2000, 3):
                batch = [filing(k) for k in range(n, n + 3)]
                archive.put_all(batch, now=NOW)
                if stop.is_set():
                    break

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for _ in range(4):
            backup(path, target)
            assert holds(target, warc=tmp_path / "safe.db.warc") % 3 == 0
    finally:
        stop.set()
        writer.join()


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
