"""Kills the crawler again and again, at random, and counts what that costs.

    python -m benchmarks.endurance [--kills 200] [--size 2000] [--seed 1] [--keep DIR]
    python -m benchmarks.endurance --posts 10000

``gazette crawl`` runs on the replica portal and is killed (SIGKILL) some hundred milliseconds after
its first request, then begun again without any help. Nothing that it had reported stored may be
lost or stored twice, nothing settled may be asked for again, and no child may be left over.
Exit code 1 where it is otherwise. The second form imports so many posts, killed once in the middle,
and says how fast.
"""

import argparse
import os
import random
import shutil
import signal
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Set
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

from archive.verify import Finding, verify
from benchmarks.victims import Victims, survivors, victims
from crawler.cli.demo import configure
from crawler.replica import Portal

FAMILIES = Path(__file__).parents[1] / "config" / "families"

#: Every other kill falls so many seconds after the first request: while children start, and the
#: first listings are read.
SPAN = 0.05, 0.6
#: The others fall after so many requests, and within so many seconds: while articles are stored.
REQUESTS, WITHIN = 60, 0.2
#: Seconds in which the children of a killed crawl have to be gone.
LINGER = 20.0


@dataclass(slots=True, kw_only=True)
class Endured:
    """What a crawl came to that was killed again and again."""

    kills: int = 0
    #: articles that were reported stored before a kill
    reported: int = 0
    #: of those, not in the archive after it
    lost: list[str] = field(default_factory=list)
    #: asked for although they were settled
    asked_again: list[str] = field(default_factory=list)
    #: fetched and not settled when a kill came, so that they had to be fetched again
    in_flight: int = 0
    #: child processes that outlived their crawl
    orphans: int = 0
    #: articles in the archive that are not on the sites, or not in it that are, or in it twice
    astray: list[str] = field(default_factory=list)
    findings: tuple[Finding, ...] = ()
    seconds: float = 0.0

    @property
    def whole(self) -> bool:
        """Tell whether nothing went wrong."""
        wrong = self.lost or self.asked_again or self.orphans or self.astray or self.findings
        return not wrong


def endure(folder: Path, *, kills: int, size: int, seed: int) -> Endured:
    """Kill ``gazette crawl`` so many times, let it finish then, and look at what there is."""
    chance, began, endured = random.Random(seed), time.monotonic(), Endured()
    data = folder / "data"
    with Portal(size=size, seed=seed, now=datetime.now(UTC) - timedelta(days=1)) as portal:
        configure(portal, folder / "config", FAMILIES)
        truth = Counter(told.url for told in portal.truth())
        command = "crawl", "--config", folder / "config", "--data", data
        with victims(*command) as crawls:
            sessions = [
                _kill_one(endured, portal, crawls, data, truth.keys(), *_moment(chance, turn))
                for turn in range(kills)
            ]
            settled, before = _settled(data), len(portal.requests)
            crawls.start()
            code = crawls.end()
        endured.orphans = _left_over(sessions)
        endured.asked_again += sorted(settled & set(_asked(portal, before)))
    astray = (truth - _stored(data)) + (_stored(data) - truth)
    endured.astray = [*astray.elements(), *([f"exit code {code}"] if code else [])]
    endured.findings = verify(data / "archive.db", deep=True)
    endured.seconds = time.monotonic() - began
    return endured


def _left_over(sessions: list[int]) -> int:
    """Return how many processes of killed crawls do not end by themselves."""
    end = time.monotonic() + LINGER
    while (left := sum(map(len, map(survivors, sessions)))) and time.monotonic() < end:
        time.sleep(0.05)
    return left


def _moment(chance: random.Random, turn: int) -> tuple[int, float]:
    """Return after how many requests, and how many seconds, the kill falls."""
    if turn % 2:
        return 1, chance.uniform(*SPAN)
    return chance.randint(1, REQUESTS), chance.uniform(0, WITHIN)


def _kill_one(
    endured: Endured,
    portal: Portal,
    crawls: Victims,
    data: Path,
    known: Set[str],
    requests: int,
    after: float,
) -> int:
    settled, before = _settled(data), len(portal.requests)
    session = crawls.start()
    patience = time.monotonic() + LINGER
    while len(portal.requests) < before + requests and time.monotonic() < patience:
        time.sleep(0.002)
    time.sleep(after)
    os.kill(session, signal.SIGKILL)
    crawls.end()
    endured.kills += 1
    reported, stored, asked = _settled(data), _stored(data), set(_asked(portal, before))
    endured.reported = len(reported)
    endured.lost += sorted(reported - stored.keys())
    endured.astray += [url for url, times in stored.items() if times > 1]
    endured.asked_again += sorted(settled & asked)
    endured.in_flight += len((asked & known) - reported)
    return session


def _asked(portal: Portal, before: int) -> list[str]:
    """Return the addresses asked for since the first ``before`` requests."""
    addresses = {host: site.address for site in portal.sites for host in site.hosts}
    return [addresses[visit.host] + visit.path for visit in portal.requests[before:]]


def _settled(data: Path) -> set[str]:
    """Return the articles that the crawler's memory says are in the archive."""
    return {
        url for (url,) in _rows(data / "crawl.db", "SELECT url FROM links WHERE article_id > 0")
    }


def _stored(data: Path) -> Counter[str]:
    return Counter(url for (url,) in _rows(data / "archive.db", "SELECT url FROM articles"))


def _rows(path: Path, sql: str) -> list[tuple[str]]:
    """Return what a file holds as it lies there: it is neither healed nor upgraded."""
    if not path.exists():
        return []
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as conn:
        try:
            return conn.execute(sql).fetchall()
        except sqlite3.OperationalError as error:
            if "no such table" in str(error):  # killed before it had any
                return []
            raise


def import_posts(folder: Path, count: int, seed: int) -> tuple[float, Counter[str], int]:
    """Import posts killed half way, then all of them; return posts a second, and what is there.

    The articles of the archive by how often they are in it, and how many were before the kill.
    """
    with Portal(size=500, seed=seed) as portal:
        texts = [told.text.splitlines() for told in portal.truth()]
    posts, data = folder / "posts", folder / "data"
    posts.mkdir(parents=True)
    for number in range(count):
        body = "".join(
            f"<p>{line}</p>\n" for line in (*texts[number % len(texts)], f"第{number}号")
        )
        day = format_datetime(datetime(2010, 1, 1, tzinfo=UTC) + timedelta(hours=7 * number))
        head = f"---\ntitle: '第{number}号通告'\ndate: {day}\n---\n"
        (posts / f"{number}.md").write_text(head + body, encoding="utf-8")
    with victims("import", posts, "--data", data) as imports:
        began = time.monotonic()
        victim = imports.start()
        while len(_stored(data)) < count // 2:
            time.sleep(0.02)
        speed = len(_stored(data)) / (time.monotonic() - began)
        os.kill(victim, signal.SIGKILL)
        imports.end()
        half = len(_stored(data))
        imports.start()
        imports.end()
    return speed, _stored(data), half


def main() -> int:
    """Say what was endured."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.endurance")
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--size", type=int, default=2000, help="articles on the five sites")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--posts", type=int, default=0, help="import so many posts instead")
    parser.add_argument("--keep", type=Path, help="a folder for the archive that is left")
    asked = parser.parse_args()
    folder = asked.keep or Path(tempfile.mkdtemp(prefix="gazette-endurance-"))
    folder.mkdir(parents=True, exist_ok=True)
    try:
        if asked.posts:
            speed, stored, half = import_posts(folder, asked.posts, asked.seed)
            findings = verify(folder / "data" / "archive.db", deep=True)
            whole = len(stored) == stored.total() == asked.posts and not findings
            print(
                f"{speed:.0f} posts a second; killed at {half}, begun again: {len(stored)} of"
                f" {asked.posts} are there, {stored.total() - len(stored)} doubled;"
                f" verify --deep: {len(findings) or 'no'} findings"
            )
            return 0 if whole else 1
        endured = endure(folder, kills=asked.kills, size=asked.size, seed=asked.seed)
    finally:
        if not asked.keep:
            shutil.rmtree(folder, ignore_errors=True)
    print(
        f"{endured.kills} kills in {endured.seconds:.0f} s; {endured.reported} articles reported"
        f" stored by then: {len(endured.lost)} lost, {len(endured.astray)} doubled or astray;"
        f" {endured.in_flight} in flight fetched again, {len(endured.asked_again)} others;"
        f" {endured.orphans} processes left over;"
        f" verify --deep: {len(endured.findings) or 'no'} findings"
    )
    for line in (*endured.lost, *endured.astray, *endured.asked_again, *endured.findings):
        print(line)
    return 0 if endured.whole else 1


if __name__ == "__main__":
    sys.exit(main())
