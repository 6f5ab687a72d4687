"""Work to be killed in the middle: it says on its standard output what is safe.

``python -m tests.crash_child JOB FOLDER``. It waits for a line on standard input before it forks a
worker, whose process id it prints; killing the worker costs no start of Python.
"""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from archive import Archive
from archive.backup import backup, restore
from archive.posts import import_posts, post_files
from crawler.frontier import Frontier
from tests.holdings import NOW, filing

ROOT = Path(__file__).parents[1]
BATCH = 3


def say(*lines: object) -> None:
    # One write, shorter than a pipe's buffer: whole or not at all.
    os.write(1, "".join(f"{line}\n" for line in lines).encode())


def put(folder: Path, first: str) -> None:
    """Put batch after batch, numbered from ``first``, and acknowledge each article."""
    with Archive.open(folder / "archive.db") as archive:
        for start in range(int(first), int(first) + 10**6, BATCH):
            numbers = range(start, start + BATCH)
            archive.put_all([filing(n) for n in numbers], now=NOW)
            say(*numbers)


def back_up(folder: Path, _: str) -> None:
    backup(folder / "archive.db", folder / "safe.db")


def bring_back(folder: Path, _: str) -> None:
    restore(folder / "safe.db", folder / "archive.db")


def upgrade(folder: Path, line: str) -> None:
    """Open an archive, and die after so many instructions of SQLite's machine."""
    name, _, instructions = line.partition(" ")
    die_after(int(instructions))
    Archive.open(folder / name).close()


def upgrade_memory(folder: Path, line: str) -> None:
    name, _, instructions = line.partition(" ")
    die_after(int(instructions))
    Frontier(folder / name).close()


def die_after(instructions: int) -> None:
    """Kill this process in the middle of a statement: a moment too short to be met by a clock."""
    connect = sqlite3.connect

    def deadly(*args: Any, **more: Any) -> sqlite3.Connection:
        conn: sqlite3.Connection = connect(*args, **more)
        conn.set_progress_handler(lambda: os.kill(os.getpid(), signal.SIGKILL), instructions)
        return conn

    sqlite3.connect = deadly


def import_folder(folder: Path, name: str) -> None:
    """Import a folder of posts and acknowledge each batch."""
    with Archive.open(folder / "archive.db") as archive:
        for done in import_posts(archive, post_files([folder / name]), now=NOW, batch=50):
            say(done.path.stem)


JOBS: dict[str, Callable[[Path, str], None]] = {
    job.__name__: job for job in (put, back_up, bring_back, upgrade, upgrade_memory, import_folder)
}


def main() -> None:
    job, folder = JOBS[sys.argv[1]], Path(sys.argv[2])
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            job(folder, line.strip())
            os._exit(0)
        say(f"pid {child}")
        os.waitpid(child, 0)
        say("dead")


class Killer:
    """Begins a job as often as it is told to, and kills it."""

    def __init__(self, parent: "subprocess.Popen[str]", chance: random.Random) -> None:
        self._parent, self._chance = parent, chance

    def start(self, line: object) -> int:
        """Begin the job; return its process id."""
        assert self._parent.stdin is not None
        assert self._parent.stdout is not None
        self._parent.stdin.write(f"{line}\n")
        return int(self._parent.stdout.readline().split()[1])

    def said(self) -> Iterator[str]:
        """Yield what the job says until it is dead."""
        assert self._parent.stdout is not None
        for line in iter(self._parent.stdout.readline, "dead\n"):
            yield line.strip()

    def run(self, line: object) -> list[str]:
        """Begin the job and return what it said until it died, or ended by itself."""
        self.start(line)
        return list(self.said())

    def kill(self, line: object, within: tuple[float, float]) -> list[str]:
        """Begin the job and kill it at a random moment; return what it said."""
        pid = self.start(line)
        timer = threading.Timer(self._chance.uniform(*within), end, [pid])
        timer.start()
        said = list(self.said())
        timer.cancel()
        return said


def end(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


@contextmanager
def killer(job: Callable[[Path, str], None], folder: Path, *, seed: int = 20) -> Iterator[Killer]:
    """Give what begins a job in ``folder`` and kills it."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.crash_child", job.__name__, str(folder)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        bufsize=1,
    ) as parent:
        yield Killer(parent, random.Random(seed))
        assert parent.stdin is not None
        parent.stdin.close()


if __name__ == "__main__":
    main()
