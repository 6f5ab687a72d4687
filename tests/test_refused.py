"""A file that is no archive of ours, or no whole one, is refused by every command alike."""

import random
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from archive import Archive, Filing
from archive.schema import open_archive
from crawler.cli import main
from tests.holdings import NOW, article, capture


def flipped_header(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[:16] = bytes(byte ^ 0xFF for byte in content[:16])
    path.write_bytes(content)


def spoilt_pages(path: Path) -> None:
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(random.Random(1).randbytes(size - 8192))


def truncated(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: 4096 * 3 + 100])


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def a_text(path: Path) -> None:
    path.write_text("Dear reader,\n" * 500)


def of_another_program(path: Path) -> None:
    path.unlink()
    with closing(sqlite3.connect(path)) as conn:
        conn.execute("CREATE TABLE articles (id INTEGER PRIMARY KEY, title TEXT)")


def of_a_newer_version(path: Path) -> None:
    with closing(open_archive(path)) as conn:
        conn.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at)"
            " VALUES ('archive', 'm999_tomorrow', '2099-01-01')"
        )


#: what happened to the file → what a user is told to do
HARM: dict[Callable[[Path], None], str] = {
    flipped_header: "gazette restore",
    spoilt_pages: "gazette restore",
    truncated: "gazette restore",
    emptied: "gazette restore",
    a_text: "gazette restore",
    of_another_program: "--data",
    of_a_newer_version: "newer Gazette",
}

COMMANDS = (
    ["search", "就业"],
    ["search"],
    ["show", "1"],
    ["history", "1"],
    ["files", "1"],
    ["changes"],
    ["gone"],
    ["attest", "{folder}/head.json"],
    ["browse", "--port", "0"],
    ["import", "{folder}/post.md"],
    ["export", "--format", "jsonl", "-"],
    ["verify"],
    ["verify", "--deep"],
    ["backup", "{folder}/safe.db"],
    ["crawl"],
    ["daemon"],
    ["reextract"],
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A data folder, a configuration of one source that nobody answers for, and a post."""
    with Archive.open(tmp_path / "data" / "archive.db") as archive:
        batch = [Filing(article=article(n), capture=capture(n)) for n in range(30)]
        archive.put_all(batch, now=NOW)
    (tmp_path / "config" / "sources").mkdir(parents=True)
    (tmp_path / "config" / "gazette.toml").touch()
    (tmp_path / "config" / "sources" / "a.toml").write_text(
        'name = "A"\naddress = "http://127.0.0.1:9/"\n[[listings]]\nurl = "http://127.0.0.1:9/"\n'
    )
    (tmp_path / "post.md").write_text("---\ntitle: 'a'\n---\n<p>b</p>\n")
    return tmp_path


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
@pytest.mark.parametrize("harm", HARM, ids=lambda harm: harm.__name__)
def test_every_command_refuses_it_with_what_to_do_and_leaves_it_as_it_is(
    folder: Path, harm: Callable[[Path], None], command: list[str]
) -> None:
    path = folder / "data" / "archive.db"
    harm(path)
    before = path.read_bytes()
    words = [word.format(folder=folder) for word in command]
    places = ["--config", str(folder / "config"), "--data", str(folder / "data")]
    told = CliRunner().invoke(main, [*words, *places])
    assert told.exception is None or isinstance(told.exception, SystemExit)
    assert told.exit_code == 3
    assert HARM[harm] in told.stderr
    assert path.read_bytes() == before
    assert not (folder / "safe.db").exists()


def test_a_daemon_does_not_write_on_in_a_file_with_one_broken_page(folder: Path) -> None:
    path = folder / "data" / "archive.db"
    with closing(sqlite3.connect(path)) as conn:
        sql = "SELECT pageno FROM dbstat WHERE name = 'articles' AND pagetype = 'leaf' LIMIT 1"
        page = conn.execute(sql).fetchone()[0]
    content = bytearray(path.read_bytes())
    content[(page - 1) * 4096 : (page - 1) * 4096 + 64] = b"\xff" * 64
    path.write_bytes(content)
    places = ["--config", str(folder / "config"), "--data", str(folder / "data")]
    told = CliRunner().invoke(main, ["daemon", *places])
    assert told.exit_code == 3
    assert "gazette restore" in told.stderr
    assert path.read_bytes() == content


@pytest.mark.parametrize("harm", HARM, ids=lambda harm: harm.__name__)
def test_a_backup_takes_its_place_and_it_is_kept_aside(
    folder: Path, harm: Callable[[Path], None]
) -> None:
    path = folder / "data" / "archive.db"
    data = ["--data", str(folder / "data")]
    assert CliRunner().invoke(main, ["backup", str(folder / "safe.db"), *data]).exit_code == 0
    harm(path)
    before = path.read_bytes()
    assert CliRunner().invoke(main, ["restore", str(folder / "safe.db"), *data]).exit_code == 0
    assert path.with_name("archive.db.replaced-1").read_bytes() == before
    assert CliRunner().invoke(main, ["verify", "--deep", *data]).exit_code == 0
