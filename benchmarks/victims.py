"""Processes to be killed, forked from one that has loaded everything: a life costs no start.

    python -m benchmarks.victims COMMAND ARGUMENT…

For each line on standard input it forks a process that runs the ``gazette`` command and prints its
id, then how it ended. The children of the victim are its own, as of any other.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True)
class Victims:
    """Starts processes one after the other."""

    asked: IO[str]
    told: IO[str]

    def start(self) -> int:
        """Begin a process; return its id, which is that of its session too."""
        self.asked.write("go\n")
        self.asked.flush()
        return int(self.told.readline())

    def end(self) -> int:
        """Return the exit code of the process, once it has ended; of one killed -9."""
        return int(self.told.readline())


@contextmanager
def victims(*command: str | Path) -> Iterator[Victims]:
    """Give what starts ``gazette COMMAND…`` as often as it is told to."""
    with subprocess.Popen(
        [sys.executable, "-m", "benchmarks.victims", *command],
        cwd=ROOT,
        # Python's own tracker says at each kill that it cleans up, which is its job.
        env=os.environ | {"PYTHONWARNINGS": "ignore:resource_tracker"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as parent:
        assert parent.stdin is not None
        assert parent.stdout is not None
        yield Victims(parent.stdin, parent.stdout)
        parent.stdin.close()


def survivors(session: int) -> list[int]:
    """Return the processes of a session that still run."""
    return [
        int(stat.parent.name) for stat in Path("/proc").glob("[0-9]*/stat") if _lives(stat, session)
    ]


def _lives(stat: Path, session: int) -> bool:
    try:
        # proc(5): the name stands in brackets; behind it state, parent, group, session.
        state, _, _, own = stat.read_text().rpartition(")")[2].split()[:4]
    except OSError:
        return False
    return int(own) == session and state not in "ZX"


def _run(command: Sequence[str]) -> None:
    """Become the command; runs in the fork."""
    from crawler.cli import main

    os.setsid()
    quiet = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1):
        os.dup2(quiet, stream)
    sys.argv = ["gazette", *command]
    main()


def _serve(command: Sequence[str]) -> None:
    from crawler.cli import Later, main

    # What the forks are to find loaded.
    if isinstance(named := main.commands[command[0]], Later):
        named.loaded()
    told = sys.stdout
    for _ in sys.stdin:
        child = os.fork()
        if child == 0:
            signal.signal(signal.SIGINT, signal.default_int_handler)
            _run(command)
        print(child, file=told, flush=True)
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), file=told, flush=True)


if __name__ == "__main__":
    _serve(sys.argv[1:])
