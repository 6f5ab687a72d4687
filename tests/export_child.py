"""A process that exports, and is killed in the middle: ``export_child FORM DATA OUT AFTER``."""

import os
import signal
import sys
from pathlib import Path

from archive import Archive
from archive.export import EXPORTERS, Job, growing


def main(form: str, data: str, out: str, after: int) -> None:
    """Export; after so many articles die as by ``kill -9``, at 0 never."""
    growing.STEP = 7
    with Archive.open(Path(data), read_only=True) as archive:
        job = Job(out=Path(out), asked=form, archive=archive)
        exported = EXPORTERS[form](lambda below: archive.matching("", below=below), job)
        counts = {True: 0, False: 0}
        for written in exported:
            counts[written] += 1
            if sum(counts.values()) == after:
                os.kill(os.getpid(), signal.SIGKILL)
    print(counts[True], counts[False])


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]))
