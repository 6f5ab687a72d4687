"""Thousands of sources in one daemon: is any late, does the loop hang, does memory grow?

    python -m benchmarks.many_sources [--sources 5000] [--minutes 60] [--every 30m] [--folder DIR]

The real daemon watches so many replica sites, each a host of its own with articles of its own,
from an empty data folder on. Told at the end, from the log of the server and from inside the
daemon: how late each look at a listing was, measured by its interval; how long the event loop was
held up; memory of the daemon and its children; whether any host saw two requests at once, or two
with less than the pause between them; and whether every article that was up is in the archive.
"""

import argparse
import asyncio
import json
import os
import shutil
import signal
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from contextlib import closing, suppress
from itertools import pairwise
from pathlib import Path

from benchmarks.many_sites import host_of, listing_of
from crawler import schedule, sources

FAMILIES = Path(__file__).parents[1] / "config" / "families"
#: Seconds between two probes of the event loop.
PROBE = 0.02
#: Pause between two requests to one host, seconds.
DELAY = 2.0


def configure(folder: Path, count: int, port: int, every: str) -> None:
    """Write the configuration of so many sources."""
    shutil.copytree(FAMILIES, folder / "families")
    (folder / "sources").mkdir()
    (folder / "gazette.toml").write_text(
        f'[fetch]\nallow_networks = ["127.0.0.0/8"]\nports = [{port}]\ndelay = "{DELAY:g}s"\n',
        encoding="utf-8",
    )
    for index in range(count):
        url, kind = listing_of(index, port)
        (folder / "sources" / f"site-{index:05d}.toml").write_text(
            f'name = "Site {index}"\naddress = "http://{host_of(index)}:{port}/"\n'
            f'zone = "Asia/Shanghai"\nfiles = "none"\n'
            f'[[listings]]\nurl = "{url}"\nkind = "{kind}"\nevery = "{every}"\npages = 1\n',
            encoding="utf-8",
        )


async def _probed(lags: list[tuple[float, float]]) -> None:
    loop = asyncio.get_running_loop()
    while True:
        before = loop.time()
        await asyncio.sleep(PROBE)
        lags.append((time.time(), loop.time() - before - PROBE))


async def watched(config: Path, data: Path, lags: list[tuple[float, float]]) -> None:
    """Run the daemon with a probe beside it that notes when the loop was held up, for how long."""
    began = time.time()
    loaded = sources.load(config)
    print(f"loaded {len(loaded.sources)} sources in {time.time() - began:.1f} s", flush=True)
    probe = asyncio.create_task(_probed(lags))
    try:
        await schedule.daemon(loaded.sources, loaded.settings, data)
    finally:
        probe.cancel()


def memory(root: int) -> float:
    """Return the memory of a process and its children in MB, what they share counted once."""
    below = defaultdict(list)
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            fields = path.read_text().rpartition(")")[2].split()
            below[int(fields[1])].append(int(path.parent.name))
    pids, total = [root], 0
    while pids:
        pid = pids.pop()
        pids += below[pid]
        with suppress(OSError):
            rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
            total += int(rollup.partition("\nPss:")[2].split()[0])
    return total / 1024


def share(values: Sequence[float], part: float) -> float:
    """Return the value below which that part of them lies."""
    return sorted(values)[min(int(len(values) * part), len(values) - 1)] if values else 0.0


def looks(log: Path, listings: Iterable[str]) -> tuple[dict[str, list[float]], list[str], float]:
    """Return when each listing was asked for, what was impolite, and the shortest pause."""
    wanted, asked = set(listings), defaultdict[str, list[float]](list)
    by_host = defaultdict[str, list[tuple[float, float]]](list)
    for line in log.read_text().splitlines():
        began, ended, host, path, _ = line.split(" ")
        by_host[host].append((float(began), float(ended)))
        if f"{host}{path}" in wanted:
            asked[host].append(float(began))
    impolite, shortest = [], float("inf")
    for host, visits in by_host.items():
        for (_, left), (came, _) in pairwise(sorted(visits)):
            shortest = min(shortest, came - left)
            if came < left:
                impolite.append(host)
    return asked, impolite, shortest


def seconds(text: str) -> float:
    """Return a duration of the configuration in seconds."""
    return float(text[:-1]) * {"s": 1, "m": 60, "h": 3600}[text[-1]]


def report(
    folder: Path, count: int, port: int, every: float, sizes: list[tuple[float, float]]
) -> None:
    """Print what it came to."""
    listings = [listing_of(index, port)[0].removeprefix("http://").replace(f":{port}", "")
                for index in range(count)]  # fmt: skip
    asked, impolite, shortest = looks(folder / "log", listings)
    late = [(b - a - every) / every for times in asked.values() for a, b in pairwise(times)]
    first = [times[0] for times in asked.values()]
    lags = [lag for _, lag in json.loads((folder / "lags").read_text())]
    print(f"sources                  {count}, looked at {len(asked)}")
    print(f"all looked at once       within {max(first) - min(first):.0f} s")
    print(f"looks after the first    {len(late)}")
    print(
        "late, by the interval    "
        f"median {share(late, 0.5):.1%}, p99 {share(late, 0.99):.1%}, most {share(late, 1):.1%}; "
        f"by more than 10 %: {sum(x > 0.1 for x in late)}"
    )
    print(
        "event loop held up       "
        f"p50 {share(lags, 0.5) * 1e3:.0f} ms, p99 {share(lags, 0.99) * 1e3:.0f} ms, "
        f"most {share(lags, 1) * 1e3:.0f} ms"
    )
    half = [mb for at, mb in sizes if at > sizes[-1][0] / 2]
    growth = statistics.linear_regression(*zip(*sizes[len(sizes) // 2 :], strict=True)).slope
    print(
        f"memory                   most {max(mb for _, mb in sizes):.0f} MB, median of the second "
        f"half {statistics.median(half):.0f} MB, slope there {growth * 3600:+.1f} MB/h"
    )
    print(f"two at once at a host    {len(impolite)}; shortest pause {shortest:.2f} s of {DELAY:g}")
    with closing(sqlite3.connect(folder / "data" / "archive.db")) as archive:
        (kept,) = archive.execute("SELECT count(*) FROM articles").fetchone()
    with closing(sqlite3.connect(folder / "data" / "crawl.db")) as memory_of:
        named, failed = memory_of.execute(
            "SELECT count(*), count(*) FILTER (WHERE failures > 0) FROM links"
        ).fetchone()
    print(f"articles named           {named}, archived {kept}, failing {failed}")


def run(folder: Path, count: int, minutes: float, every: str, per_day: float) -> None:
    """Start the sites and the daemon, look on, stop both and report."""
    server = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.many_sites", str(count), folder / "log",
         "--per-day", str(per_day)],
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert server.stdout is not None
    port = int(server.stdout.readline())
    (folder / "config").mkdir()
    configure(folder / "config", count, port, every)
    with (folder / "daemon.log").open("w") as out:
        daemon = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.many_sources", "--watch", folder],
            stdout=out, stderr=out,
        )  # fmt: skip
        began, sizes = time.time(), []
        try:
            while time.time() - began < minutes * 60 and daemon.poll() is None:
                time.sleep(5)
                sizes.append((time.time() - began, memory(daemon.pid)))
                if sys.stderr.isatty() or len(sizes) % 24 == 0:
                    print(f"{sizes[-1][0]:6.0f} s {sizes[-1][1]:6.0f} MB", file=sys.stderr)
            daemon.send_signal(signal.SIGTERM)
            daemon.wait(60)
        finally:
            daemon.kill()
            time.sleep(2)
            server.kill()
    report(folder, count, port, seconds(every), sizes)


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sources", type=int, default=5000)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--every", default="30m", help="interval of each listing")
    parser.add_argument("--per-day", type=float, default=12, help="articles of a site, about")
    parser.add_argument("--folder", type=Path, help="an empty folder to keep everything in")
    parser.add_argument("--watch", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.watch:
        folder, lags = given.watch, list[tuple[float, float]]()
        try:
            asyncio.run(watched(folder / "config", folder / "data", lags))
        finally:
            (folder / "lags").write_text(json.dumps(lags))
        return
    if given.folder:
        given.folder.mkdir(parents=True)
        run(given.folder, given.sources, given.minutes, given.every, given.per_day)
    else:
        with tempfile.TemporaryDirectory() as folder:
            run(Path(folder), given.sources, given.minutes, given.every, given.per_day)


if __name__ == "__main__":
    os.environ.setdefault("PYTHONUNBUFFERED", "1")
    main()
