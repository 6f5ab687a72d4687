"""A writer to be killed: puts articles without end and says on its standard output which are safe.

``python -m tests.crash_child FOLDER``. It waits for a line on standard input before it forks one
writer, whose process id it prints; killing the writer costs no start of Python.
"""

import os
import sys
from pathlib import Path

from archive import Archive
from tests.holdings import NOW, filing

BATCH = 3


def write_for_ever(folder: Path, first: int) -> None:
    """Put batch after batch, numbered from ``first``, and acknowledge each article."""
    with Archive.open(folder / "archive.db") as archive:
        for start in range(first, first + 10**6, BATCH):
            numbers = range(start, start + BATCH)
            archive.put_all([filing(n) for n in numbers], now=NOW)
            # One write, shorter than a pipe's buffer: whole or not at all.
            os.write(1, "".join(f"{n}\n" for n in numbers).encode())


def main() -> None:
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            write_for_ever(Path(sys.argv[1]), int(line))
        os.write(1, f"pid {child}\n".encode())
        os.waitpid(child, 0)
        os.write(1, b"dead\n")


if __name__ == "__main__":
    main()
