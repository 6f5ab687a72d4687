"""The archive in trouble: killed, out of room, damaged; nothing acknowledged is lost."""

import os
import random
import resource
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from archive import (
    Archive,
    ArchiveFull,
    Corrupt,
    Filing,
    Verdict,
)
from archive.schema import open_archive
from archive.verify import verify
from tests.crash_child import killer, put
from tests.holdings import (
    ARTICLE,
    BODY,
    NOW,
    article,
    capture,
    filing,
    sound,
    types,
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "archive.db"


@pytest.fixture
def store(path: Path) -> Iterator[Archive]:
    with Archive.open(path) as found:
        yield found


def records(path: Path) -> list[str]:
    return [kind for file in sorted((path.parent / "warc").iterdir()) for kind in types(file)]


def test_killed_at_any_moment_nothing_acknowledged_is_lost_or_doubled(path: Path) -> None:
    acknowledged: set[int] = set()
    Archive.open(path).close()  # killed before there is one, nothing can be read
    with killer(put, path.parent) as writer:
        for turn in range(20):
            acknowledged.update(map(int, writer.kill(turn * 10_000, (0.005, 0.12))))
            assert_whole(path, acknowledged)
    assert len(acknowledged) > 20
    assert verify(path, deep=True) == ()
    assert all(map(sound, (path.parent / "warc").iterdir()))


def assert_whole(path: Path, acknowledged: set[int]) -> None:
    """Check what a killed writer left behind, without healing it first."""
    with closing(open_archive(path, read_only=True)) as conn:
        urls = [url for (url,) in conn.execute("SELECT url FROM articles")]
        indexed = conn.execute("SELECT count(*) FROM articles_fts_docsize").fetchone()[0]
        captured = conn.execute("SELECT count(*) FROM captures").fetchone()[0]
    stored = {int(url.rsplit("/", 1)[1].removesuffix(".html")) for url in urls}
    assert acknowledged - stored == set()
    assert len(urls) == len(stored) == indexed == captured


def cut(log: bytearray, chance: random.Random) -> None:
    del log[chance.randrange(len(log)) :]


def zero(log: bytearray, chance: random.Random) -> None:
    log[-4096:] = bytes(4096)


def flip(log: bytearray, chance: random.Random) -> None:
    log[chance.randrange(len(log))] ^= 1 << chance.randrange(8)


@pytest.mark.parametrize("spoil", [cut, zero, flip])
def test_a_power_cut_leaves_what_was_committed_before(
    store: Archive, path: Path, spoil: Callable[[bytearray, random.Random], None]
) -> None:
    for n in range(0, 24, 3):
        store.put_all([filing(k) for k in range(n, n + 3)], now=NOW)
    log = path.with_name("archive.db-wal").read_bytes()
    chance = random.Random(11)
    left = set()
    for turn in range(8):
        after = path.parent / str(turn)
        shutil.copytree(path.parent / "warc", after / "warc")
        shutil.copy(path, after)
        torn = bytearray(log)
        spoil(torn, chance)
        (after / "archive.db-wal").write_bytes(torn)
        with Archive.open(after / path.name) as again:
            left.add(again.stats()["articles"])
            again.put(article(99), capture(99), now=NOW)
        assert verify(after / path.name, deep=True) == ()
        assert all(map(sound, (after / "warc").iterdir()))
    assert all(count % 3 == 0 for count in left)
    assert max(left) > 0


def fill_by_pages(store: Archive, path: Path) -> Callable[[], None]:
    """Allow the database no more pages, as a full disk would."""
    conn = store._conn
    conn.execute(f"PRAGMA max_page_count = {conn.execute('PRAGMA page_count').fetchone()[0] + 3}")
    return lambda: conn.execute("PRAGMA max_page_count = 1000000").close()


def fill_by_size(store: Archive, path: Path) -> Callable[[], None]:
    """Allow no file to grow further than the largest is, as a quota would."""
    largest = max(file.stat().st_size for file in path.parent.rglob("*") if file.is_file())
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (largest + 20_000, before[1]))
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("fill", [fill_by_pages, fill_by_size])
def test_on_a_full_disk_nothing_is_half_written_and_it_goes_on_when_there_is_room(
    store: Archive, path: Path, fill: Callable[[Archive, Path], Callable[[], None]]
) -> None:
    def batch(n: int) -> list[Filing]:
        return [
            Filing(
                article=article(k, html="x" * 3000),
                capture=capture(k, random.Random(k).randbytes(9000)),
            )
            for k in range(4 * n, 4 * n + 4)
        ]

    store.put_all(batch(0), now=NOW)
    stored, refused = 1, None
    empty = fill(store, path)
    try:
        for n in range(1, 40):
            try:
                store.put_all(batch(n), now=NOW)
                stored += 1
            except ArchiveFull:
                refused = n
                break
        assert refused is not None
        with pytest.raises(ArchiveFull, match="nothing is lost"):
            store.put_all(batch(refused), now=NOW)
        assert store.stats()["articles"] == 4 * stored
    finally:
        empty()
    receipts = store.put_all(batch(refused), now=NOW)
    assert {receipt.verdict for receipt in receipts} == {Verdict.NEW}
    assert verify(path, deep=True) == ()
    assert all(map(sound, (path.parent / "warc").iterdir()))


def test_a_full_disk_is_told_when_only_the_captures_do_not_fit(store: Archive, path: Path) -> None:
    store.put(article(1), capture(1), now=NOW)
    size = records(path)
    empty = fill_by_size(store, path)
    try:
        with pytest.raises(ArchiveFull, match="warc"):
            store.put(article(2), capture(2, os.urandom(400_000)), now=NOW)
    finally:
        empty()
    assert records(path) == size
    assert store.find(article(2).url) is None


def test_a_damaged_file_is_told_and_not_written_to(path: Path) -> None:
    with Archive.open(path) as store:
        store.put_all([Filing(article=article(n)) for n in range(30)], now=NOW)
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(random.Random(1).randbytes(size - 8192))
    damaged = path.read_bytes()
    with pytest.raises(Corrupt, match="restore"), Archive.open(path) as store:
        store.put(article(99), None, now=NOW)
    assert path.read_bytes() == damaged


def test_an_article_that_is_no_text_any_more_is_told(store: Archive, path: Path) -> None:
    receipt = store.put(ARTICLE, None, now=NOW)
    with closing(open_archive(path)) as conn:
        conn.execute("UPDATE articles SET html = CAST(x'ff41' AS TEXT)")
    with pytest.raises(Corrupt, match="decode"):
        store.get(receipt.id)


def test_a_put_is_quick(store: Archive) -> None:
    batch = [
        Filing(article=article(n, text=BODY * 10), capture=capture(n, os.urandom(7000)))
        for n in range(200)
    ]
    began = time.process_time()
    for n in range(0, 200, 20):
        store.put_all(batch[n : n + 20], now=NOW)
    assert time.process_time() - began < 200 * 0.02
