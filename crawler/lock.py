"""One crawler per data folder: ``crawl.lock`` says which process it is, and why it pauses.

The file is small and overwritten in place, so that a reason can be told when the disk is full.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from archive import ArchiveFull
from crawler.errors import CrawlError, FrontierFull

_NAME = "crawl.lock"


class AlreadyRunning(CrawlError):  # noqa: N818 - reads as the sentence a user sees
    """Another crawler works in this data folder."""

    def __init__(self, data: Path, pid: str) -> None:
        super().__init__(
            str(data),
            f"another gazette crawl or daemon (process {pid}) works in this data folder; "
            "stop it first, or give another folder with --data",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Worker:
    """Who crawls in a data folder, or did last."""

    #: its process id; "" where none ever did
    pid: str
    #: it is at it now
    alive: bool
    #: why nothing is fetched, or ""
    paused: str


@contextmanager
def locked(data: Path) -> Iterator[None]:
    """Hold the data folder for one crawler; the kernel lets go even after ``kill -9``.

    What ends it for want of room is noted for ``worker``. Raises AlreadyRunning.
    """
    data.mkdir(parents=True, exist_ok=True)
    with (data / _NAME).open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunning(data, worker(data).pid or "unknown") from None
        pause(data, "")
        try:
            yield
        except (ArchiveFull, FrontierFull) as error:
            pause(data, str(error))
            raise


def pause(data: Path, why: str) -> None:
    """Note why the crawler that holds ``data``, this process, fetches nothing; "": it goes on."""
    said = f"{os.getpid()}\n{' '.join(why.split())}\n".encode()
    with suppress(OSError), (data / _NAME).open("r+b", buffering=0) as file:
        file.write(said)
        file.truncate(len(said))


def worker(data: Path) -> Worker:
    """Return what ``crawl.lock`` tells."""
    try:
        lines = (data / _NAME).read_text(encoding="utf-8", errors="replace").split("\n")
    except OSError:
        lines = []
    pid, paused, *_ = [*lines, "", ""]
    return Worker(pid=pid, alive=_is_alive(pid), paused=paused)


def _is_alive(pid: str) -> bool:
    # To try the lock itself would be in the way of a crawler that is just starting.
    try:
        os.kill(int(pid), 0)
    except (ValueError, ProcessLookupError):
        return False
    except PermissionError:
        pass  # another user's
    return True
