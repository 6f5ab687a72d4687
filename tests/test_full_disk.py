"""A disk without room: the crawl pauses, says why, and goes on by itself when there is some."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from archive import Archive
from archive.verify import verify
from crawler.cli.demo import configure
from crawler.errors import FrontierFull
from crawler.frontier import Frontier
from crawler.lock import worker
from crawler.records import Link, Source
from crawler.replica import Portal
from tests.disks import small_disk

FAMILIES = Path(__file__).parents[1] / "config" / "families"
NOW = datetime(2026, 3, 2, tzinfo=UTC)


@pytest.fixture
def portal() -> Iterator[Portal]:
    with Portal(size=60, seed=5, now=datetime.now(UTC) - timedelta(days=1)) as running:
        yield running


@pytest.fixture
def config(portal: Portal, tmp_path: Path) -> Path:
    configure(portal, tmp_path / "config", FAMILIES)
    with (tmp_path / "config" / "gazette.toml").open("a") as settings:
        settings.write('[daemon]\ntick = "500ms"\nmin_free = 1\n')
    return tmp_path / "config"


def gazette(command: str, config: Path, data: Path) -> list[str | Path]:
    return [sys.executable, "-m", "crawler.cli", command, "--config", config, "--data", data]


def run(command: str, config: Path, data: Path) -> tuple[int, str]:
    told = subprocess.run(
        gazette(command, config, data), capture_output=True, text=True, check=False
    )
    return told.returncode, told.stdout + told.stderr


def wait(until: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not until():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.05)


def stored(data: Path) -> list[str]:
    with Archive.open(data / "archive.db", read_only=True) as archive:
        return sorted(found.article.url for found in archive.articles())


#: which file is on the small disk, and how small that is
@pytest.mark.parametrize(
    ("what", "size"), [("archive.db", "400k"), ("crawl.db", "250k"), ("warc", "40k")]
)
def test_a_daemon_out_of_room_pauses_and_goes_on_by_itself(
    portal: Portal, config: Path, tmp_path: Path, what: str, size: str
) -> None:
    data = tmp_path / "data"
    data.mkdir()
    with small_disk(tmp_path / "small", size) as make_room:
        (data / what).symlink_to(tmp_path / "small" / what)
        if what == "warc":
            (tmp_path / "small" / what).mkdir()
        daemon = subprocess.Popen(
            gazette("daemon", config, data), stderr=subprocess.PIPE, text=True
        )
        try:
            wait(lambda: bool(worker(data).paused))
            code, told = run("status", config, data)
            assert (code, "paused: " in told) == (0, True)
            assert what in told
            make_room()
            truth = sorted(t.url for t in portal.truth())
            wait(lambda: (data / "archive.db").exists() and stored(data) == truth)
            wait(lambda: not worker(data).paused)
            daemon.terminate()
            assert daemon.wait(timeout=20) == 0
        finally:
            daemon.kill()
            _, log = daemon.communicate()
        assert "Traceback" not in log
        assert log.index("paused: ") < log.index("going on")
        assert verify(data / "archive.db", deep=True) == ()


def test_a_crawl_out_of_room_says_so_and_the_next_one_finishes(
    portal: Portal, config: Path, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    with small_disk(data, "1500k") as make_room:
        code, told = run("crawl", config, data)
        assert code == 3
        assert "free some space" in told
        assert "Traceback" not in told
        assert "the last crawl stopped: " in run("status", config, data)[1]
        make_room()
        assert run("crawl", config, data)[0] == 0
        assert "stopped" not in run("status", config, data)[1]
        assert stored(data) == sorted(t.url for t in portal.truth())
        assert verify(data / "archive.db", deep=True) == ()


def test_a_memory_without_room_remembers_all_of_a_step_or_nothing(tmp_path: Path) -> None:
    source = Source(id="a", name="A", address="https://a.example/")
    links = [Link(url=f"https://a.example/{n}.html", title="题" * 200) for n in range(400)]
    with Frontier(tmp_path / "crawl.db") as frontier:
        frontier.sources.register([source])
        frontier.links.add("a", "https://a.example/", "", links[:1], now=NOW)
        frontier._db.execute("PRAGMA max_page_count = 30")
        with pytest.raises(FrontierFull, match="nothing is lost"):
            frontier.links.add("a", "https://a.example/", "", links, now=NOW)
        assert len(frontier.links.due("a", NOW)) == 1
        frontier._db.execute("PRAGMA max_page_count = 100000")
        assert frontier.links.add("a", "https://a.example/", "", links, now=NOW) == 399
