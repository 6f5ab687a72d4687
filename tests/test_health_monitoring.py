"""What monitoring is answered: /healthz and /metrics, beside the daemon and in the browsing."""

import asyncio
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from prometheus_client.parser import text_string_to_metric_families

from archive.browse import application
from archive.store import Archive
from crawler.cli.health import CrawlWatch
from crawler.frontier import Frontier
from crawler.frontier.health import HEARTBEAT
from crawler.monitoring import look
from crawler.monitoring.endpoint import Endpoint, ListenError
from crawler.monitoring.lag import Lag
from crawler.monitoring.metrics import Process
from crawler.records import Report, Source, Standing, State
from tests.site import notice, serving

NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)


def fill(data: Path, *, now: datetime = NOW, beat: datetime | None = None) -> None:
    """Lay a memory of three sources, one of them broken; the daemon's heart beat ``now``."""
    sources = [
        Source(id=name, name=name, address="https://x.example/", zone="UTC", listings=())
        for name in ("cn-gov", "us-ftc", "gb-new")
    ]
    with Frontier(data / "crawl.db") as frontier:
        frontier.sources.register(sources)
        for name in ("cn-gov", "us-ftc"):
            frontier.sources.finish(
                Report(source=name, started=now, seconds=1),
                failures=0,
                next_visit=now + timedelta(hours=1),
                now=now,
            )
        frontier.standings.note(
            [Standing(source="us-ftc", state=State.BROKEN, reason="down", since=now)]
        )
        frontier.health.beat(HEARTBEAT, os.getpid(), now=beat or now)


def figures(text: str) -> dict[tuple[str, ...], float]:
    """Return (name, label values …) → value, by the parser of Prometheus' own library."""
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def ask(address: str, method: str = "GET", wait: float = 10) -> tuple[int, str, str]:
    """Return status, content type and body."""
    try:
        with closing(urlopen(Request(address, method=method), timeout=wait)) as answer:  # noqa: S310
            return answer.status, answer.headers["content-type"], answer.read().decode()
    except HTTPError as error:
        return error.code, error.headers["content-type"], error.read().decode()


@pytest.fixture
async def endpoint(tmp_path: Path) -> AsyncIterator[Endpoint]:
    counts = {("request", "answered"): 7, ("request", "timeout"): 2, ("article", "new"): 5}
    found = Endpoint(
        tmp_path,
        now=lambda: NOW,
        process=lambda lag: Process(counts=counts, lag=lag, running=3),
    )
    await found.start("127.0.0.1:0")
    yield found
    await found.stop()


async def test_figures_are_read_by_prometheus(endpoint: Endpoint, tmp_path: Path) -> None:
    fill(tmp_path)
    status, kind, text = await asyncio.to_thread(ask, f"http://127.0.0.1:{endpoint.port}/metrics")
    assert (status, kind.split(";")[0]) == (200, "text/plain")
    found = figures(text)
    assert found["gazette_sources", "healthy"] == 1
    assert found["gazette_sources", "broken"] == 1
    assert found["gazette_sources", "new"] == 1
    assert found["gazette_source_unwell", "us-ftc", "broken"] == 1
    assert found["gazette_requests_total", "timeout"] == 2
    assert found["gazette_articles_total", "new"] == 5
    assert found[("gazette_up",)] == 1
    assert found[("gazette_passes_running",)] == 3
    assert found["gazette_file_bytes", "crawl.db"] > 0
    assert ("gazette_loop_lag_seconds",) in found
    stamp = found["gazette_source_last_success_timestamp_seconds", "cn-gov"]
    assert stamp == pytest.approx(NOW.timestamp())


async def test_of_sources_that_are_no_longer_watched_nothing_is_told(tmp_path: Path) -> None:
    fill(tmp_path)
    seen = look(tmp_path, NOW, {"cn-gov", "gb-new"})
    assert seen.states == {"cn-gov": "healthy", "gb-new": "new"}


async def test_a_daemon_at_work_is_well(endpoint: Endpoint, tmp_path: Path) -> None:
    fill(tmp_path)
    status, kind, text = await asyncio.to_thread(ask, f"http://127.0.0.1:{endpoint.port}/healthz")
    assert (status, kind.split(";")[0]) == (200, "application/json")
    told = json.loads(text)
    assert told["status"] == "ok"
    assert told["sources"] == {"broken": 1, "healthy": 1, "new": 1}


async def test_a_daemon_that_fell_silent_is_not(endpoint: Endpoint, tmp_path: Path) -> None:
    fill(tmp_path, beat=NOW - timedelta(minutes=5))
    status, _, text = await asyncio.to_thread(ask, f"http://127.0.0.1:{endpoint.port}/healthz")
    assert (status, json.loads(text)["status"]) == (503, "no daemon")


async def test_a_memory_that_cannot_be_read_is_told(endpoint: Endpoint, tmp_path: Path) -> None:
    (tmp_path / "crawl.db").write_bytes(b"no database" * 999)
    status, _, text = await asyncio.to_thread(ask, f"http://127.0.0.1:{endpoint.port}/healthz")
    assert (status, json.loads(text)["status"]) == (503, "paused")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/", 404), ("GET", "/crawl.db", 404), ("GET", "/metrics/", 404),
     ("POST", "/metrics", 405), ("HEAD", "/healthz", 405), ("DELETE", "/healthz", 405)],
)  # fmt: skip
async def test_nothing_else_is_answered(
    endpoint: Endpoint, method: str, path: str, status: int
) -> None:
    address = f"http://127.0.0.1:{endpoint.port}{path}"
    assert (await asyncio.to_thread(ask, address, method))[0] == status


async def test_a_port_that_is_taken_is_told(endpoint: Endpoint, tmp_path: Path) -> None:
    other = Endpoint(tmp_path, now=lambda: NOW, process=lambda lag: Process(counts={}, lag=lag,
                                                                            running=0))  # fmt: skip
    with pytest.raises(ListenError, match="Address already in use"):
        await other.start(f"127.0.0.1:{endpoint.port}")


async def test_what_blocks_the_loop_shows_as_lag() -> None:
    lag = Lag()
    task = asyncio.create_task(lag.run())
    await asyncio.sleep(0.05)
    time.sleep(0.6)  # noqa: ASYNC251 - the very thing that is measured
    await asyncio.sleep(0.05)
    task.cancel()
    assert lag.longest >= 0.3


@pytest.mark.parametrize("public", [False, True])
async def test_the_browsing_answers_monitoring_too(tmp_path: Path, public: bool) -> None:
    fill(tmp_path, now=datetime.now(UTC))  # the pages go by the clock of the machine
    Archive.open(tmp_path / "archive.db", warc=tmp_path / "warc").close()
    datasette = application(tmp_path / "archive.db", {}, watch=CrawlWatch(tmp_path), public=public)
    well = await datasette.client.get("/healthz")
    measured = await datasette.client.get("/metrics")
    assert (well.status_code, well.json()["status"]) == (200, "ok")
    assert ("sources" in well.json()) is not public
    if public:
        assert measured.status_code == 404
    else:
        assert figures(measured.text)["gazette_sources", "broken"] == 1
        assert measured.headers["content-type"].startswith("text/plain")
    datasette.databases["archive"].close()


async def test_where_nobody_watches_the_browsing_says_so(tmp_path: Path) -> None:
    Archive.open(tmp_path / "archive.db", warc=tmp_path / "warc").close()
    datasette = application(tmp_path / "archive.db", {})
    assert (await datasette.client.get("/healthz")).status_code == 404
    assert (await datasette.client.get("/metrics")).status_code == 404
    datasette.databases["archive"].close()


def test_a_daemon_serves_both_where_it_is_told_to(tmp_path: Path) -> None:
    with serving() as free:
        port = int(free.address.rpartition(":")[2])
    with serving() as site:
        for n in range(1, 5):
            site.publish(f"/a/{n}.html", notice(n))
        site.list(*(f"/a/{n}.html" for n in range(1, 5)))
        site.configure(tmp_path)
        settings = tmp_path / "config" / "gazette.toml"
        settings.write_text(
            settings.read_text(encoding="utf-8") + f'[daemon]\nlisten = "127.0.0.1:{port}"\n'
        )
        arguments = ["daemon", "--config", tmp_path / "config", "--data", tmp_path / "data"]
        daemon = subprocess.Popen([sys.executable, "-m", "crawler.cli", *map(str, arguments)])
        try:
            found = wait_for(
                f"http://127.0.0.1:{port}/metrics", "gazette_source_last_success_timestamp_seconds"
            )
        finally:
            daemon.send_signal(signal.SIGTERM)
            assert daemon.wait(30) == 0
    assert found["gazette_articles_total", "new"] == 4
    assert found["gazette_passes_total", "done"] == 1
    assert found["gazette_sources", "healthy"] == 1
    assert found["gazette_requests_total", "answered"] == 5


def wait_for(address: str, name: str) -> dict[tuple[str, ...], float]:
    """Return the figures as soon as one of the name is among them."""
    for _ in range(300):
        time.sleep(0.1)
        try:
            found = figures(ask(address)[2])
        except OSError:
            continue
        if any(one[0] == name for one in found):
            return found
    raise AssertionError(f"no {name} at {address}")


async def test_a_memory_that_another_program_holds_is_told(
    endpoint: Endpoint, tmp_path: Path
) -> None:
    fill(tmp_path)
    with closing(sqlite3.connect(tmp_path / "crawl.db", isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode=EXCLUSIVE")
        other.execute("UPDATE sources SET error = ''")
        status, _, text = await asyncio.to_thread(
            ask, f"http://127.0.0.1:{endpoint.port}/healthz", wait=30
        )
    assert status == 503
    assert "locked" in json.loads(text)["paused"]
