"""An article may be read from several pages; all of them are kept, told apart and vouched for."""

import hashlib
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from archive import Archive, Capture, Corrupt, Filing, UnknownArticle, Verdict
from archive.backup import backup, restore
from archive.schema import open_archive
from archive.verify import verify
from tests.holdings import NOW, article, capture, sound, types

HOUR = timedelta(hours=1)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "archive.db"


@pytest.fixture
def store(path: Path) -> Iterator[Archive]:
    with Archive.open(path) as found:
        yield found


def pages(*contents: str, hours: int = 0) -> list[Capture]:
    """Return the captures of article 1's pages, first page first."""
    found = []
    for number, content in enumerate(contents, 1):
        url = f"https://www.city.example/1{f'_{number}' if number > 1 else ''}.html"
        at = NOW + hours * HOUR + timedelta(seconds=number)
        found.append(capture(1, content.encode(), url=url, final_url=url, fetched_at=at))
    return found


def put(store: Archive, found: list[Capture], **over: object) -> tuple[int, Verdict]:
    first, *further = found
    receipt = store.put(article(1, **over), first, now=first.fetched_at, further=further)
    return receipt.id, receipt.verdict


def records(path: Path) -> list[str]:
    return [kind for file in sorted((path.parent / "warc").iterdir()) for kind in types(file)]


def rows(path: Path, sql: str) -> list[tuple[object, ...]]:
    """Ask as any other program would."""
    with closing(sqlite3.connect(path)) as conn:
        return conn.execute(sql).fetchall()


def test_all_pages_come_back_in_order_and_stand_in_the_warc_file(
    store: Archive, path: Path
) -> None:
    found = pages("one", "two", "three")
    id_, _ = put(store, found)
    store.put(article(2), capture(2), now=NOW)
    store.put(article(3), None, now=NOW)
    assert store.pages(id_) == tuple(found)
    assert dict(store.captures())[id_] == tuple(found)
    assert sorted(len(held) for _, held in store.captures()) == [1, 3]
    assert records(path) == ["warcinfo", *["response"] * 4]
    assert rows(path, "SELECT page, first_page FROM captures WHERE url LIKE '%/1%'") == [
        (1, None),
        (2, 1),
        (3, 1),
    ]
    with pytest.raises(UnknownArticle):
        store.pages(99)
    assert verify(path, deep=True) == ()


def test_putting_all_pages_again_changes_nothing(store: Archive, path: Path) -> None:
    found = pages("one", "two")
    id_, _ = put(store, found)
    before = store.stats(), records(path)
    assert put(store, found) == (id_, Verdict.UNCHANGED)
    assert (store.stats(), records(path)) == before


@pytest.mark.parametrize(
    "later", [("one", "two", "three"), ("one",), ("one", "TWO"), ("two", "one"), ("one", "one")]
)
def test_a_later_visit_may_find_other_pages(
    store: Archive, path: Path, later: tuple[str, ...]
) -> None:
    put(store, pages("one", "two"))
    for hours in (1, 2):
        found = pages(*later, hours=hours)
        id_, verdict = put(store, found)
        assert verdict is Verdict.UNCHANGED
        held = store.pages(id_)
        assert [page.body for page in held] == [page.body for page in found]
        assert [page.url for page in held] == [page.url for page in found]
    assert verify(path, deep=True) == ()
    assert all(map(sound, (path.parent / "warc").iterdir()))


def test_a_page_found_within_the_same_second_is_not_lost(store: Archive) -> None:
    found = pages("one", "two", "three")
    put(store, found[:1])
    put(store, found)
    id_, _ = put(store, found[:2])
    assert store.pages(id_) == tuple(found[:2])


def test_equal_pages_are_kept_once(store: Archive, path: Path) -> None:
    put(store, pages("one", "two"))
    put(store, pages("one", "TWO", hours=1), text="别的正文，足够长，与先前所说的都不相同。")
    assert records(path) == ["warcinfo", "response", "response", "revisit", "response"]
    assert verify(path, deep=True) == ()


@pytest.mark.parametrize("content", [b"one", b"", b"packed otherwise"])
def test_an_answer_that_only_confirms_is_no_reading(
    store: Archive, path: Path, content: bytes
) -> None:
    found = pages("one", "two")
    id_, _ = put(store, found)
    status = 200 if content else 304
    again = capture(1, content, status=status, fetched_at=NOW + HOUR)
    for _ in range(2):
        assert store.seen(article(1).url, now=NOW + HOUR, capture=again) is not None
    assert store.stats()["captures"] == 3
    assert store.pages(id_) == tuple(found)
    assert put(store, pages("one", hours=2)) == (id_, Verdict.UNCHANGED)
    assert len(store.pages(id_)) == 1
    assert verify(path, deep=True) == ()


def test_the_chain_vouches_for_every_page_and_their_order(store: Archive, path: Path) -> None:
    contents = ("one", "two", "three")
    id_, _ = put(store, pages(*contents))
    sums = [hashlib.sha256(content.encode()).hexdigest() for content in contents]
    (link,) = store.history(id_)
    assert link.raw_sha256 == hashlib.sha256("".join(sums).encode()).hexdigest()
    put(store, pages("one", hours=1), title="更正")
    assert store.history(id_)[1].raw_sha256 == sums[0]


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM captures WHERE page = 3",
        "UPDATE captures SET page = 5 - page WHERE page > 1",
        "UPDATE captures SET first_page = NULL WHERE page = 2",
        "UPDATE captures SET payload_sha256 = 'x' WHERE page = 2",
        "INSERT INTO captures (id, article_id, url, final_url, fetched_at, status, payload_sha256,"
        " revisit_of, warc, offset, length, page, first_page) SELECT id + 9, article_id, url,"
        " final_url, fetched_at, status, payload_sha256, revisit_of, warc, offset, length, 4,"
        " first_page FROM captures WHERE page = 3",
    ],
)
def test_a_page_taken_out_exchanged_or_added_is_found(
    store: Archive, path: Path, statement: str
) -> None:
    put(store, pages("one", "two", "three"))
    with closing(open_archive(path)) as conn:
        conn.execute(statement)
    (finding,) = verify(path)
    assert (finding.check, finding.where) == ("captures", "revision 1")


def test_a_changed_byte_of_a_further_page_is_found(store: Archive, path: Path) -> None:
    id_, _ = put(store, pages("one", "two"))
    ((name, offset),) = rows(path, "SELECT warc, offset FROM captures WHERE page = 2")
    with (path.parent / "warc" / str(name)).open("r+b") as file:
        file.seek(int(str(offset)) + 40)
        file.write(b"\xff\xff")
    assert [finding.where for finding in verify(path, deep=True)] == ["capture 2"]
    with pytest.raises(Corrupt):
        store.pages(id_)


def test_a_backup_holds_the_further_pages(store: Archive, path: Path, tmp_path: Path) -> None:
    found = pages("one", "two")
    id_, _ = put(store, found)
    backup(path, tmp_path / "safe.db")
    restore(tmp_path / "safe.db", tmp_path / "new" / "archive.db")
    with Archive.open(tmp_path / "new" / "archive.db", read_only=True) as again:
        assert again.pages(id_) == tuple(found)


def test_a_batch_that_fails_leaves_no_page_of_any_of_its_articles(
    store: Archive, path: Path
) -> None:
    put(store, pages("one"))
    before = records(path)
    first, *further = pages("one", "two", hours=1)
    wrong = article(3, zone="Nowhere/Nothing")
    batch = [
        Filing(article=article(1, title="更正"), capture=first, further=tuple(further)),
        Filing(article=wrong, capture=capture(3)),
    ]
    with pytest.raises(KeyError):
        store.put_all(batch, now=NOW)
    assert (records(path), store.stats()["captures"]) == (before, 1)


def test_a_writer_that_dies_before_it_commits_leaves_all_pages_out_and_can_begin_again(
    store: Archive, path: Path
) -> None:
    found = pages("one", "two")
    id_, _ = put(store, found)
    child = os.fork()
    if child == 0:  # pragma: no cover - dies
        with Archive.open(path) as other, other._writing(NOW) as putting:
            putting.put(article(1, title="更正"), pages("ONE", "two", "three", hours=1))
            os._exit(0)
    os.waitpid(child, 0)
    assert store.pages(id_) == tuple(found)
    later = pages("ONE", "two", "three", hours=1)
    assert put(store, later, title="更正") == (id_, Verdict.REVISED)
    assert [page.body for page in store.pages(id_)] == [b"ONE", b"two", b"three"]
    assert verify(path, deep=True) == ()
    assert all(map(sound, (path.parent / "warc").iterdir()))


def test_pages_that_were_packed_come_back_unpacked(store: Archive) -> None:
    first, second = pages("one", "two")
    second = replace(second, headers=(("X-Page", "2"),))
    id_, _ = put(store, [first, second])
    assert store.pages(id_)[1].headers == (("X-Page", "2"),)
