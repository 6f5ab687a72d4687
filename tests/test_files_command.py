"""``gazette files``, as typed: what is kept of the files of an article, and the bytes of one."""

import hashlib
import json
from datetime import timedelta
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from archive import Archive, FileFiling
from archive.cli import COMMANDS
from tests.holdings import NOW, article, capture

PDF = "https://www.city.example/1.pdf"
FIRST = bytes(range(256)) * 5


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Return a data folder: an article whose attachment was exchanged, and whose picture is not."""
    with Archive.open(tmp_path / "archive.db") as archive:
        id_ = archive.put(article(), capture(), now=NOW).id
        for day, content in enumerate((FIRST, b"%PDF two")):
            at = NOW + timedelta(days=day)
            found = capture(1, content, url=PDF, final_url=PDF, fetched_at=at)
            archive.keep_files([FileFiling(capture=found, articles=(id_,))], now=at)
        archive.put(article(2, pictures=(), attachments=()), None, now=NOW)
    return tmp_path


@pytest.fixture
def ids(data: Path) -> list[int]:
    with Archive.open(data / "archive.db", read_only=True) as archive:
        return sorted(stored.id for stored in archive.articles())


def run(*words: object, data: Path) -> Result:
    group = click.Group("gazette", commands={str(command.name): command for command in COMMANDS})
    command, *rest = map(str, words)
    return CliRunner().invoke(group, [command, "--data", str(data), *rest])


def test_files_lists_what_is_kept_and_what_is_not(data: Path, ids: list[int]) -> None:
    lines = run("files", ids[0], data=data).output.splitlines()
    assert lines[0].split() == ["file", "role", "kept", "sha256", "name", "address"]
    assert lines[1].split()[:4] == ["1", "attachment", "8", "bytes"]
    assert hashlib.sha256(b"%PDF two").hexdigest()[:12] in lines[1]
    assert lines[2].split()[:3] == ["2", "picture", "no"]


def test_files_json_is_one_object_a_file(data: Path, ids: list[int]) -> None:
    first, second = map(json.loads, run("files", ids[0], "--json", data=data).output.splitlines())
    assert list(first) == ["file", "url", "name", "role", "sha256", "size", "type", "fetched_at"]
    assert (first["size"], first["fetched_at"]) == (8, "2024-03-16T08:00:00Z")
    assert (second["sha256"], second["fetched_at"]) == ("", None)


def test_a_file_is_written_out_byte_for_byte_as_it_was_then(
    data: Path, ids: list[int], tmp_path: Path
) -> None:
    done = run("files", ids[0], "--file", 1, "--revision", 1, data=data)
    assert done.stdout_bytes == FIRST
    out = tmp_path / "out.pdf"
    assert run("files", ids[0], "--file", 1, "-o", out, data=data).exit_code == 0
    assert out.read_bytes() == b"%PDF two"


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--file", 2), 1, "not kept (yet)"),
        (("--file", 3), 1, "has 2 files, not 3"),
        (("-o", "x"), 2, "Give its number with --file"),
    ],
)
def test_what_cannot_be_written_is_said(
    data: Path, ids: list[int], words: tuple[object, ...], code: int, said: str
) -> None:
    done = run("files", ids[0], *words, data=data)
    assert (done.exit_code, done.stdout_bytes) == (code, b"")
    assert said in done.stderr


def test_an_article_without_files_says_so(data: Path, ids: list[int]) -> None:
    assert run("files", ids[1], data=data).exit_code == 1


def test_show_and_its_diff_tell_which_bytes_an_attachment_is(data: Path, ids: list[int]) -> None:
    sha256 = hashlib.sha256(b"%PDF two").hexdigest()[:12]
    assert f"{PDF} (kept: sha256 {sha256}…)" in run("show", ids[0], data=data).output
    diff = run("show", ids[0], "--diff", data=data).output.splitlines()
    changed = [line for line in diff if line.startswith(("-附件", "+附件"))]
    assert [line[0] for line in changed] == ["-", "+"]
