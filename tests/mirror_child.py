"""A process that mirrors, and is killed in the middle: ``mirror_child DATA FOLDER AFTER``."""

import os
import signal
import sys
from pathlib import Path

from archive import Archive, MirrorRule, keep_in_step
from archive.mirror import step


def main(data: str, folder: str, after: int) -> None:
    """Make a step in small batches; at the so many-th file die as by ``kill -9``, at 0 never."""
    step._BATCH = 4
    left, put = after, step.put

    def deadly(path: Path, content: bytes, *, lasting: bool) -> bool:
        nonlocal left
        left -= 1
        if left == 0 and after % 2:
            os.kill(os.getpid(), signal.SIGKILL)
        written = put(path, content, lasting=lasting)
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return written

    step.put = deadly
    with Archive.open(Path(data), read_only=True) as archive:
        done = keep_in_step(archive, MirrorRule(folder=Path(folder)))
    print(done.written, done.removed, *done.notes)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
