"""Datasette is started on an archive that goes on being written."""

import json
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote
from urllib.request import urlopen

import pytest

from archive import Archive, ArchiveError, Article, NotAnArchive
from archive.browse import application, browse

NOW = datetime(2024, 6, 1, tzinfo=UTC)
ROOT = Path(__file__).parents[1]
METADATA = ROOT / "config/datasette.yaml"


def put(data: Path, name: str) -> None:
    with Archive.open(data / "archive.db") as archive:
        url = f"https://gov.example/{name}.html"
        found = Article(source="gov", url=url, title=name, html="<p>就业</p>", text="就业")
        archive.put(found, None, now=NOW)


@contextmanager
def browsing(data: Path) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """Start it in a process of its own; give its address."""
    code = (
        "import sys; from pathlib import Path; from archive.browse import browse\n"
        "browse(Path(sys.argv[1]), port=0, metadata=Path(sys.argv[2]),\n"
        "       announce=lambda text: print(text, flush=True))"
    )
    command = [sys.executable, "-c", code, data, METADATA]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as server:
        try:
            assert server.stdout is not None
            announced = server.stdout.readline()
            address = re.search(r"http://127\.0\.0\.1:\d+/", announced)
            assert address is not None, server.communicate(timeout=10)
            yield address[0], server
        finally:
            server.kill()


def titles(address: str) -> set[str]:
    found = f"{address}archive/articles.json?_search={quote('就业')}&_shape=array"
    with urlopen(found, timeout=10) as answer:  # noqa: S310 - our own server
        return {row["title"] for row in json.load(answer)}


def test_what_is_put_meanwhile_is_seen_at_once_and_blocks_nobody(tmp_path: Path) -> None:
    put(tmp_path, "first")
    with browsing(tmp_path) as (address, _):
        assert titles(address) == {"first"}
        for number in range(20):
            put(tmp_path, f"later {number}")
            assert f"later {number}" in titles(address)


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_in_good_time(tmp_path: Path, stop: signal.Signals) -> None:
    put(tmp_path, "first")
    with browsing(tmp_path) as (address, server):
        assert titles(address) == {"first"}
        start = time.monotonic()
        server.send_signal(stop)
        _, errors = server.communicate(timeout=10)
        assert time.monotonic() - start < 5
        assert "Traceback" not in errors


def test_the_file_is_open_for_reading_and_never_as_immutable(tmp_path: Path) -> None:
    put(tmp_path, "first")
    datasette = application(tmp_path / "archive.db", {})
    database = datasette.get_database("archive")
    assert database.is_mutable
    conn = database.connect()
    with pytest.raises(Exception, match="readonly"):
        conn.execute("DELETE FROM meta")
    conn.close()


def test_settings_of_the_metadata_file_go_before_ours(tmp_path: Path) -> None:
    put(tmp_path, "first")
    metadata = {"title": "T", "settings": {"sql_time_limit_ms": 77}}
    datasette = application(tmp_path / "archive.db", metadata)
    assert datasette.setting("sql_time_limit_ms") == 77
    assert datasette.setting("allow_download") is False
    assert datasette.metadata("title") == "T"


def test_without_an_archive_it_says_what_makes_one(tmp_path: Path) -> None:
    with pytest.raises(NotAnArchive, match="there is no archive yet"):
        browse(tmp_path)


def test_a_taken_port_is_told(tmp_path: Path) -> None:
    put(tmp_path, "first")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ArchiveError, match=f"cannot listen on .* port {port}"):
            browse(tmp_path, port=port)
    with pytest.raises(ArchiveError, match="ports go from 0 to 65535"):
        browse(tmp_path, port=99_999)


@pytest.mark.parametrize("text", ["title: [", "- a list", "title: \x00"])
def test_a_metadata_file_that_cannot_be_read_is_told(tmp_path: Path, text: str) -> None:
    put(tmp_path, "first")
    metadata = tmp_path / "datasette.yaml"
    metadata.write_text(text, encoding="utf-8")
    with pytest.raises(ArchiveError, match=r"datasette\.yaml"):
        browse(tmp_path, metadata=metadata)


def test_an_unknown_setting_is_told(tmp_path: Path) -> None:
    put(tmp_path, "first")
    metadata = tmp_path / "datasette.yaml"
    metadata.write_text("settings: {sql_limit: 1}", encoding="utf-8")
    with pytest.raises(ArchiveError, match="sql_limit"):
        browse(tmp_path, metadata=metadata)
