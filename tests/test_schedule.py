"""The daemon as a process: signals, kills, a second one, and what is left afterwards."""

import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crawler.cli.demo import configure
from crawler.replica import Portal

FAMILIES = Path(__file__).parents[1] / "config" / "families"


@pytest.fixture
def portal() -> Iterator[Portal]:
    with Portal(size=120, seed=5, now=datetime.now(UTC) - timedelta(days=1)) as running:
        yield running


@pytest.fixture
def folder(portal: Portal, tmp_path: Path) -> Path:
    configure(portal, tmp_path / "config", FAMILIES)
    with (tmp_path / "config" / "gazette.toml").open("a") as settings:
        settings.write('[daemon]\ntick = "1s"\n')
    return tmp_path


def start(folder: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "crawler.cli", "daemon", "--config", folder / "config",
               "--data", folder / "data"]  # fmt: skip
    return subprocess.Popen(command, stderr=subprocess.PIPE, text=True)


def stored(folder: Path) -> list[str]:
    path = folder / "data" / "archive.db"
    if not path.exists():
        return []
    try:
        db = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        try:
            return [row[0] for row in db.execute("SELECT url FROM articles")]
        finally:
            db.close()
    except sqlite3.OperationalError:
        return []


def wait(until: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not until():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.1)


def test_a_daemon_fills_the_archive_and_stops_gently(portal: Portal, folder: Path) -> None:
    process = start(folder)
    try:
        wait(lambda: len(stored(folder)) == len(list(portal.truth())))
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=10) == 0
    finally:
        process.kill()
        process.communicate()


def test_a_second_daemon_on_the_same_data_is_refused_with_a_clear_line(folder: Path) -> None:
    first = start(folder)
    try:
        wait(lambda: (folder / "data" / "archive.db").exists())
        second = start(folder)
        _, words = second.communicate(timeout=30)
        assert second.returncode == 1
        assert f"process {first.pid}" in words
        assert "Traceback" not in words
    finally:
        first.kill()
        first.communicate()


def test_status_tells_a_live_daemon_from_a_dead_one(folder: Path) -> None:
    command = [sys.executable, "-m", "crawler.cli", "status", "--check", "--config",
               folder / "config", "--data", folder / "data"]  # fmt: skip

    def check() -> int:
        return subprocess.run(command, capture_output=True, check=False).returncode

    assert check() == 1
    process = start(folder)
    try:
        wait(lambda: check() == 0)
    finally:
        process.kill()
        process.communicate()
