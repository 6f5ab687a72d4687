"""A legal deletion: the article is gone from every file, that it was there is not."""

import hashlib
import json
import os
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from warcio.archiveiterator import ArchiveIterator

from archive import (
    Archive,
    ArchiveError,
    Attachment,
    Capture,
    Deleted,
    FileFiling,
    UnknownArticle,
    Verdict,
)
from archive.backup import backup, restore
from archive.deletion import bury, wiping
from archive.rows import stamp
from archive.schema import open_archive
from archive.search import search
from archive.tombstones import blank
from archive.verify import verify
from crawler.cli import main
from tests.holdings import BODY, NOW, article, capture, sound, types

HIDDEN = "绝密zebra内容"
LATER = NOW + timedelta(days=1)
REASON = "court order 12 C 345/26"


def file_of(url: str, body: bytes) -> Capture:
    return capture(1, body, url=url, final_url=url)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """An archive whose second article was revised, read again, printed again, and has files."""
    path = tmp_path / "data" / "archive.db"
    own, shared = (f"https://www.city.example/{name}.pdf" for name in ("own", "shared"))
    attachments = Attachment(url=own, name=HIDDEN), Attachment(url=shared, name="通知")
    with Archive.open(path) as archive:
        archive.put(article(1), capture(1), now=NOW)
        said = article(2, title=HIDDEN, html=f"<p>{HIDDEN}</p>", attachments=attachments)
        said = replace(said, text=f"{HIDDEN} 只在第一版\n{BODY}")
        id_ = archive.put(said, capture(2, HIDDEN.encode() * 9), now=NOW).id
        said = replace(said, text=f"{HIDDEN} 更正\n{BODY}")
        archive.put(said, capture(2, HIDDEN.encode() * 8, fetched_at=LATER), now=LATER)
        archive.reread(id_, replace(said, author=HIDDEN), now=LATER)
        archive.put(article(3, attachments=attachments[1:], pictures=()), capture(3), now=NOW)
        for url, body in ((own, HIDDEN.encode()), (shared, b"for all")):
            archive.keep_files([FileFiling(capture=file_of(url, body), articles=(id_,))], now=LATER)
        archive.put(article(4, text=said.text), None, now=NOW)
    return path


def id_of(path: Path, n: int = 2) -> int:
    with Archive.open(path, read_only=True) as archive:
        found = archive.find(article(n).url)
    assert found is not None
    return found.id


def delete(path: Path) -> int:
    """Delete the second article and its reprint; return the id of the first of them."""
    id_, reprint = id_of(path), id_of(path, 4)
    with Archive.open(path) as archive:
        archive.delete(id_, reason=REASON, now=LATER)
        archive.delete(reprint, reason=REASON, now=LATER)
    return id_


def holds(folder: Path, *words: bytes) -> list[str]:
    """Return the files of a folder that hold one of the words, in a WARC unpacked."""
    found = []
    for path in folder.rglob("*"):
        if path.is_file():
            raw = path.read_bytes()
            if path.suffix == ".gz":
                raw += b"".join(unpacked(path))
            if any(word in raw for word in words):
                found.append(path.name)
    return found


def unpacked(path: Path) -> list[bytes]:

    with path.open("rb") as file:
        return [record.content_stream().read() for record in ArchiveIterator(file)]


def test_nothing_of_it_is_left_in_any_file(path: Path) -> None:
    words = (HIDDEN.encode(), "只在第一版".encode())
    assert len(holds(path.parent, *words)) >= 2
    delete(path)
    assert holds(path.parent, *words) == []
    with closing(sqlite3.connect(path)) as conn:
        conn.execute("CREATE VIRTUAL TABLE temp.terms USING fts5vocab(main, articles_fts, row)")
        assert conn.execute("SELECT term FROM temp.terms WHERE term = 'zebra'").fetchall() == []


def test_the_rest_stays_as_it_was_and_other_tools_read_the_warc(path: Path) -> None:
    with Archive.open(path) as archive:
        before = [archive.get(id_of(path, n)) for n in (1, 3)]
        pages = archive.pages(before[0].id)
    delete(path)
    assert verify(path, deep=True) == ()
    with Archive.open(path) as archive:
        assert [archive.get(stored.id) for stored in before] == before
        assert archive.pages(before[0].id) == pages
        assert archive.file(hashlib.sha256(b"for all").hexdigest()) == b"for all"
    warcs = list((path.parent / "warc").iterdir())
    assert all(sound(warc) for warc in warcs)
    assert sum(types(warc).count("metadata") for warc in warcs) == 3


def test_it_is_told_when_and_why_it_was_deleted(path: Path) -> None:
    id_ = delete(path)
    with Archive.open(path, read_only=True) as archive:
        for asked in (archive.get, archive.history, archive.cluster, archive.pages):
            with pytest.raises(
                Deleted, match=rf"article {id_} was deleted on 2024-03-16: {REASON}"
            ):
                asked(id_)
        assert archive.deleted()[0].article_id == id_
        assert archive.find(article(2).url) is None
        assert archive.stats()["articles"] == 2
        assert archive.stats()["revisions"] == 2
    assert search(path, HIDDEN).total == 0


def test_it_is_never_stored_again(path: Path) -> None:
    id_ = delete(path)
    own = "https://www.city.example/own.pdf"
    with Archive.open(path) as archive:
        assert archive.seen(article(2).url, now=LATER) is None
        receipt = archive.put(article(2), capture(2), now=LATER)
        assert (receipt.verdict, receipt.id) == (Verdict.DELETED, id_)
        filing = FileFiling(capture=file_of(own, HIDDEN.encode()), articles=(id_,))
        assert archive.keep_files([filing], now=LATER) == [Verdict.DELETED]
        # Nor is its id given to another.
        assert archive.put(article(9), None, now=LATER).id not in (id_, receipt.id)
    assert holds(path.parent, HIDDEN.encode()) == []
    assert verify(path, deep=True) == ()


def test_the_next_reprint_becomes_the_head_of_the_cluster(path: Path) -> None:
    id_, reprint = id_of(path), id_of(path, 4)
    with Archive.open(path) as archive:
        archive.delete(min(id_, reprint), reason=REASON, now=LATER)
        assert archive.get(max(id_, reprint)).cluster == max(id_, reprint)
    assert verify(path) == ()


def test_deleting_again_finishes_what_was_interrupted(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    id_ = id_of(path)
    with Archive.open(path) as archive:
        with monkeypatch.context() as patched:
            patched.setattr("archive.store.erase", _interrupted)
            with pytest.raises(KeyboardInterrupt):
                archive.delete(id_, reason=REASON, now=LATER)
        assert verify(path) == ()
        (finding,) = verify(path, deep=True)
        assert f"its record was not overwritten; delete {id_} again" in finding.what
        first = archive.deleted()
        archive.delete(id_, reason="another", now=LATER + timedelta(days=1))
        assert archive.deleted() == first
    assert verify(path, deep=True) == ()


def _interrupted(*_: object) -> None:
    raise KeyboardInterrupt


def test_a_reader_that_keeps_the_log_is_told(path: Path) -> None:

    id_ = id_of(path)
    with closing(open_archive(path, read_only=True)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM articles LIMIT 1").fetchone()
        with Archive.open(path, patience=0.1) as archive:
            with pytest.raises(ArchiveError, match=r"delete it again|another process"):
                archive.delete(id_, reason=REASON, now=LATER)
            reader.execute("COMMIT")
            archive.delete(id_, reason=REASON, now=LATER)
    assert verify(path, deep=True) == ()


def test_an_unknown_article_is_not_deleted(path: Path) -> None:
    with Archive.open(path) as archive, pytest.raises(UnknownArticle):
        archive.delete(5, reason=REASON, now=LATER)
    assert verify(path, deep=True) == ()


@pytest.mark.parametrize(
    ("statement", "check", "said"),
    [
        ("DELETE FROM tombstones", "tombstones", "tells of a deletion, but its tombstone"),
        ("UPDATE tombstones SET reason = 'none'", "tombstones", "is not what the chain vouches"),
        ("DELETE FROM revisions WHERE extractor LIKE 'gazette-del%'", "chain", "is not the last"),
        (
            'UPDATE revisions SET before = \'{"title":"x"}\' WHERE seq = 2',
            "tombstones",
            "the chain still holds what it said",
        ),
    ],
)
def test_a_deletion_cannot_be_hidden(path: Path, statement: str, check: str, said: str) -> None:
    delete(path)
    with closing(open_archive(path)) as conn:
        conn.execute("PRAGMA foreign_keys = OFF")
        conn.execute(statement)
    assert said in {found.check: found.what for found in verify(path)}[check]


def test_a_backup_made_anew_forgets_it_too(path: Path, tmp_path: Path) -> None:
    copy = tmp_path / "backup.db"
    backup(path, copy)
    assert holds(tmp_path / "backup.db.warc", HIDDEN.encode())
    delete(path)
    backup(path, copy)
    assert holds(tmp_path / "backup.db.warc", HIDDEN.encode()) == []
    restore(copy, tmp_path / "back" / "archive.db")
    assert verify(tmp_path / "back" / "archive.db", deep=True) == ()


@pytest.mark.parametrize("length", [400, 401, 5000])
def test_the_record_that_takes_its_place_has_its_length(length: int) -> None:
    assert len(blank("capture-12345", "2024-03-16T08:00:00Z", length)) == length
    with pytest.raises(ValueError, match="no room"):
        blank("capture-12345", "2024-03-16T08:00:00Z", 100)


# --- as typed -----------------------------------------------------------------------------------


def gazette(path: Path, *args: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(main, [*args, "--data", str(path.parent)])
    return done.exit_code, done.stdout, done.stderr


def test_delete_asks_unless_told_not_to(path: Path) -> None:
    id_ = id_of(path)
    code, _, said = gazette(path, "delete", str(id_), "--reason", REASON)
    assert (code, "--yes" in said) == (2, True)
    assert gazette(path, "delete", str(id_), "--yes")[0] == 2
    assert gazette(path, "delete", str(id_), "--reason", " ", "--yes")[0] == 2
    code, _, said = gazette(path, "delete", str(id_), "--reason", REASON, "--yes")
    assert (code, f"article {id_} is deleted" in said) == (0, True)
    assert f"reprints of it are still held: {id_of(path, 4)}" in said
    code, _, said = gazette(path, "delete", str(id_), "--reason", REASON, "--yes")
    assert (code, "overwritten again" in said) == (0, True)


def test_every_command_copes_with_a_deleted_article(path: Path) -> None:
    id_ = delete(path)
    for command in ("show", "history"):
        code, out, said = gazette(path, command, str(id_))
        assert (code, out) == (1, "")
        assert f"was deleted on 2024-03-16: {REASON}" in said
    assert gazette(path, "search", HIDDEN)[0] == 1
    code, out, _ = gazette(path, "export")
    assert code == 0
    assert [json.loads(line)["url"] for line in out.splitlines()].count(article(2).url) == 0
    code, out, said = gazette(path, "verify", "--deep")
    assert (code, said.count(f"was deleted on 2024-03-16: {REASON}")) == (0, 2)
    assert "all is as it was stored" in out


def test_a_deletion_that_dies_before_it_lasts_takes_no_byte(path: Path) -> None:
    id_ = id_of(path)
    child = os.fork()
    if child == 0:  # pragma: no cover - dies
        try:
            other = Archive.open(path)
            with wiping(other._conn), other._writing(LATER) as putting:
                bury(other._conn, putting.chain.append, id_, reason=REASON, at=stamp(LATER))
                os._exit(0)
        finally:
            os._exit(1)
    assert os.waitpid(child, 0)[1] == 0
    with Archive.open(path, read_only=True) as archive:
        assert archive.get(id_).article.title == HIDDEN
        assert [archive.file(kept.sha256) for kept in archive.files(id_) if kept.sha256] == [
            HIDDEN.encode(), b"for all",
        ]  # fmt: skip
    assert verify(path, deep=True) == ()


def test_a_file_that_another_article_had_in_a_former_revision_stays(path: Path) -> None:
    own = "https://www.city.example/own.pdf"
    named = Attachment(url=own, name="附件")
    with Archive.open(path) as archive:
        other = archive.put(article(5, attachments=(named,)), None, now=NOW).id
        archive.keep_files(
            [FileFiling(capture=file_of(own, HIDDEN.encode()), articles=(other,))], now=LATER
        )
        archive.put(article(5, attachments=()), None, now=LATER)
        archive.delete(id_of(path), reason=REASON, now=LATER)
        (kept,) = [kept for kept in archive.files(other, 1) if kept.url == own]
        assert archive.file(kept.sha256) == HIDDEN.encode()
    assert verify(path, deep=True) == ()
