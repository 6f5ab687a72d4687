"""The files of articles: kept once, vouched for by the chain, a changed one a revision."""

import hashlib
import os
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from archive import (
    Archive,
    ArchiveError,
    Attachment,
    Capture,
    Corrupt,
    FileFiling,
    KeptFile,
    Verdict,
)
from archive.backup import backup, restore
from archive.schema import open_archive
from archive.verify import verify
from tests.holdings import NOW, article, capture, gzipped, sound, types

PDF = "https://www.city.example/1.pdf"
PICTURE = "https://www.city.example/1.jpg"
LATER = NOW + timedelta(days=1)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "archive.db"


@pytest.fixture
def store(path: Path) -> Iterator[Archive]:
    with Archive.open(path) as found:
        yield found


def answer(url: str = PDF, content: bytes = b"%PDF one", **over: object) -> Capture:
    own: dict[str, object] = {
        "url": url,
        "final_url": url,
        "headers": (("Content-Type", "application/pdf; x=1"),),
        "request_headers": (("User-Agent", "Gazette/0.1"),),
    }
    return capture(1, content, **(own | over))


def keep(store: Archive, *answers: Capture, of: tuple[int, ...] = ()) -> list[Verdict | None]:
    filings = [FileFiling(capture=one, articles=of) for one in answers]
    return store.keep_files(filings, now=LATER)


def put(store: Archive, n: int = 1, **over: object) -> int:
    return store.put(article(n, **over), capture(n), now=NOW).id


def records(path: Path) -> list[str]:
    return [kind for file in sorted((path.parent / "warc").iterdir()) for kind in types(file)]


def test_a_kept_file_comes_back_byte_for_byte_and_is_told_with_its_article(
    store: Archive,
) -> None:
    id_ = put(store)
    keep(store, answer(), of=(id_,))
    sha256 = hashlib.sha256(b"%PDF one").hexdigest()
    assert store.file(sha256) == b"%PDF one"
    assert store.files(id_) == [
        KeptFile(
            url=PDF,
            name="通知.pdf",
            role="attachment",
            sha256=sha256,
            size=8,
            type="application/pdf",
            fetched_at=NOW,
        ),
        KeptFile(url=PICTURE, name="1.jpg", role="picture"),
    ]


def test_the_first_capture_of_a_file_is_no_revision_but_the_chain_vouches_for_it(
    store: Archive, path: Path
) -> None:
    id_ = put(store)
    assert keep(store, answer(), of=(id_,)) == [Verdict.NEW]
    assert store.get(id_).revision == 1
    first, link = store.history(id_)
    assert (link.number, link.reading, link.changed) == (1, 1, ("attachments",))
    assert first.content_sha256 != link.content_sha256
    assert keep(store, answer(), of=(id_,)) == [Verdict.UNCHANGED]
    assert len(store.history(id_)) == 2
    assert verify(path, deep=True) == ()


def test_another_file_at_the_same_address_is_a_revision_of_its_articles(
    store: Archive, path: Path
) -> None:
    here, there = put(store, 1), put(store, 2)
    keep(store, answer(), of=(here, there))
    changed = answer(content=b"%PDF two", fetched_at=LATER)
    assert keep(store, changed, of=(here, there)) == [Verdict.REVISED]
    for id_ in (here, there):
        assert store.get(id_).revision == 2
        link = store.history(id_)[-1]
        assert (link.number, link.reading, link.changed) == (2, 0, ("attachments",))
        assert (link.fetched_at, link.status) == (LATER, 200)
    (was, _), (now, _) = store.files(here, 1), store.files(here)
    assert (store.file(was.sha256), store.file(now.sha256)) == (b"%PDF one", b"%PDF two")
    assert verify(path, deep=True) == ()


def test_a_page_read_again_keeps_what_is_known_of_its_files(store: Archive, path: Path) -> None:
    id_ = put(store)
    keep(store, answer(), of=(id_,))
    again = store.put(article(1), capture(1), now=LATER)
    assert (again.verdict, again.revision) == (Verdict.UNCHANGED, 1)
    assert store.reread(id_, article(1), now=LATER) == ()
    edited = store.put(article(1, title="更正"), capture(1, b"x"), now=LATER)
    assert edited.changed == ("title",)
    assert store.files(id_)[0].sha256
    assert verify(path, deep=True) == ()


def test_a_file_that_is_no_longer_named_is_forgotten_by_the_article_alone(store: Archive) -> None:
    id_ = put(store)
    keep(store, answer(), of=(id_,))
    other = (Attachment(url="https://www.city.example/2.pdf", name="2"),)
    assert store.put(article(1, attachments=other), capture(1, b"y"), now=LATER).changed == (
        "attachments",
    )
    assert store.files(id_)[0].sha256 == ""
    assert store.file(store.files(id_, 1)[0].sha256) == b"%PDF one"


def test_an_imported_article_has_files_too(store: Archive, path: Path) -> None:
    id_ = store.put(article(1), None, now=NOW).id
    keep(store, answer(), of=(id_,))
    keep(store, answer(content=b"%PDF two", fetched_at=LATER), of=(id_,))
    assert store.get(id_).revision == 2
    assert verify(path, deep=True) == ()


def test_the_same_bytes_are_kept_once_wherever_they_lie(store: Archive, path: Path) -> None:
    content = os.urandom(50_000)
    keep(store, answer(content=content), answer(PICTURE, content), answer(content=content))
    unchanged = answer(content=b"", status=304, reason="Not Modified", fetched_at=LATER)
    assert keep(store, unchanged) == [Verdict.UNCHANGED]
    kinds = [kind for kind in records(path) if kind != "request"]
    assert kinds == ["warcinfo", "response", "revisit", "revisit"]
    (file,) = (path.parent / "warc").iterdir()
    assert file.stat().st_size < 60_000
    assert sound(file)
    assert verify(path, deep=True) == ()


def test_a_file_sent_packed_is_known_by_what_is_in_it(store: Archive, path: Path) -> None:
    plain = answer(content=b"%PDF " * 999)
    packed = gzipped(plain)
    assert keep(store, packed) == [Verdict.NEW]
    assert keep(store, replace(plain, fetched_at=LATER)) == [Verdict.UNCHANGED]
    assert store.file(hashlib.sha256(plain.body).hexdigest()) == plain.body
    assert verify(path, deep=True) == ()


def test_not_modified_says_nothing_of_what_is_not_held(store: Archive, path: Path) -> None:
    id_ = put(store)
    assert keep(store, answer(content=b"", status=304), of=(id_,)) == [None]
    assert store.history(id_)[1:] == []


def test_an_article_that_is_not_held_keeps_no_file_from_being_kept(
    store: Archive, path: Path
) -> None:
    id_ = put(store)
    assert keep(store, answer(), of=(id_ + 1, id_)) == [Verdict.NEW]
    assert store.files(id_)[0].sha256
    with pytest.raises(ArchiveError, match="is kept"):
        store.file("ab" * 32)
    assert verify(path, deep=True) == ()


def test_a_pass_of_pages_goes_on_behind_the_files(store: Archive, path: Path) -> None:
    put(store, 1)
    keep(store, answer())
    put(store, 2)
    with Archive.open(path) as other:
        put(other, 3)
    assert verify(path, deep=True) == ()
    assert records(path).count("response") == 4


def test_a_backup_holds_the_files_and_brings_them_back(
    store: Archive, path: Path, tmp_path: Path
) -> None:
    put(store)
    keep(store, answer())
    backup(path, tmp_path / "saved" / "copy.db")
    restore(tmp_path / "saved" / "copy.db", tmp_path / "back" / "archive.db")
    with Archive.open(tmp_path / "back" / "archive.db", read_only=True) as back:
        assert back.file(hashlib.sha256(b"%PDF one").hexdigest()) == b"%PDF one"


@pytest.mark.parametrize(
    ("damage", "found"),
    [
        ("UPDATE files SET sha256 = 'ab' WHERE id = 1", "files"),
        ("UPDATE files SET fetched_at = '2020-01-01T00:00:00Z' WHERE id = 1", "files"),
        ("UPDATE files SET final_url = 'https://x.example/' WHERE id = 1", "files"),
        ("UPDATE files SET size = 1 WHERE id = 1", "files"),
        ("UPDATE files SET offset = 0 WHERE id = 1", "files"),
        ("UPDATE files SET sha256 = 'ab', revisit_of = 1 WHERE id = 2", "files"),
        ("DELETE FROM files WHERE id = 1", "files"),
        ("UPDATE articles SET attachments = replace(attachments, 'sha256\":\"', 'sha256\":\"0')",
         "articles"),
    ],
)  # fmt: skip
def test_what_was_tampered_with_is_named(
    store: Archive, path: Path, damage: str, found: str
) -> None:
    id_ = put(store)
    keep(store, answer(), answer(PICTURE, b"picture"), of=(id_,))
    assert verify(path, deep=True) == ()
    with closing(open_archive(path)) as conn:
        conn.execute("PRAGMA foreign_keys = OFF")
        conn.execute(damage)
    assert found in {finding.check for finding in verify(path, deep=True)}


def test_a_flipped_byte_in_a_file_is_found(store: Archive, path: Path) -> None:
    keep(store, answer(content=os.urandom(5_000)))
    (file,) = (path.parent / "warc").iterdir()
    damaged = bytearray(file.read_bytes())
    damaged[-2_000] ^= 4
    file.write_bytes(damaged)
    assert [finding.where for finding in verify(path, deep=True)] == ["file 1"]
    row = "SELECT sha256 FROM files"
    with closing(open_archive(path)) as conn, pytest.raises(Corrupt):
        store.file(conn.execute(row).fetchone()[0])


def test_a_torn_file_record_is_healed_and_no_page_lost(path: Path) -> None:
    with Archive.open(path) as store:
        put(store, 1)
        keep(store, answer())
    file = max((path.parent / "warc").iterdir())
    with file.open("ab") as warc:
        warc.write(b"\x1f\x8b\x08 half of the next")
    with Archive.open(path) as store:
        put(store, 2)
    assert sound(file)
    assert verify(path, deep=True) == ()
