"""A single file that grows beside its place and takes it once it is whole.

What ``kill -9`` or a full disk leaves is the grown part and a note of where it was last whole: the
next export of the same goes on from there. It reads what the archive holds by then, just as an
export would that had only paused.
"""

import fcntl
import json
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from archive.errors import ArchiveError

#: Articles between two notes of how far a file has come.
STEP = 500
#: Says how the note and the files are written; another number begins anew.
_VERSION = 1
#: How a database begins (https://sqlite.org/fileformat2.html).
_SQLITE = b"SQLite format 3\0"


@dataclass(slots=True, kw_only=True)
class Growing:
    """A file as it grows: what is written, and how far it has come."""

    file: IO[bytes]
    note: Path | None = None
    asked: str = ""
    #: id of the last article that is in the file; all below it are still to come
    below: int = sys.maxsize
    #: articles that are in the file
    count: int = 0
    #: what a format needs to know to go on
    memory: dict[str, str] = field(default_factory=dict)

    @property
    def fresh(self) -> bool:
        """Tell whether nothing was written yet."""
        return self.count == 0

    def write(self, data: bytes) -> None:
        """Append bytes."""
        self.file.write(data)

    def done(self, article_id: int) -> bool:
        """Say that an article is in the file; return whether it was time to note that."""
        self.below, self.count = article_id, self.count + 1
        return self.note is not None and self.count % STEP == 0

    def remember(self) -> None:
        """Note how far the file has come, once that lasts."""
        if self.note is None:
            return
        self.file.flush()
        os.fsync(self.file.fileno())
        said = {
            "version": _VERSION, "asked": self.asked, "size": self.file.tell(),
            "below": self.below, "count": self.count, "memory": self.memory,
        }  # fmt: skip
        waiting = self.note.with_name(self.note.name + ".new")
        waiting.write_text(json.dumps(said, ensure_ascii=False), "utf-8")
        waiting.replace(self.note)


@contextmanager
def growing(out: Path | None, asked: str, *, patched: bool = False) -> Iterator[Growing]:
    """Open the file at ``out``, half written or new; it is in its place if all goes well.

    None is standard output; what is no plain file, such as a pipe, is written to as it is, at the
    end where the file is to be ``patched`` by then. Raises ArchiveError for a folder, for a
    database that would be replaced, or while another export writes the same file.
    """
    if out is not None and out.is_dir():
        raise ArchiveError(f"{out} is a folder: name a file")
    if out is not None and _is_database(out):
        raise ArchiveError(f"{out} is a database, maybe the archive itself: name another file")
    if out is None or (out.exists() and not out.is_file()):
        with _pipe(out) as pipe:
            if not patched:
                yield Growing(file=pipe)
                return
            with TemporaryFile() as waiting:
                yield Growing(file=waiting)
                waiting.seek(0)
                shutil.copyfileobj(waiting, pipe)
        return
    out.parent.mkdir(parents=True, exist_ok=True)
    part, note = (out.with_name(f".{out.name}.{end}") for end in ("part", "part.json"))
    with _alone(part, out) as file:
        grown = _resumed(file, note, asked)
        yield grown
        file.flush()
        os.fsync(file.fileno())
        part.replace(out)
        note.unlink(missing_ok=True)


def _is_database(out: Path) -> bool:
    if not out.is_file():
        return False
    with out.open("rb") as file:
        return file.read(len(_SQLITE)) == _SQLITE


@contextmanager
def _pipe(out: Path | None) -> Iterator[IO[bytes]]:
    if out is not None:
        with out.open("wb") as pipe:
            yield pipe
        return
    yield sys.stdout.buffer
    sys.stdout.buffer.flush()


@contextmanager
def _alone(part: Path, out: Path) -> Iterator[IO[bytes]]:
    """Open the half-written file, which no other process may write to meanwhile."""
    # Never through a link that someone laid in its place.
    flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0)
    with os.fdopen(os.open(part, flags, 0o666), "r+b") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ArchiveError(f"another export is writing {out}; wait until it is done") from None
        yield file


def _resumed(file: IO[bytes], note: Path, asked: str) -> Growing:
    try:
        said = json.loads(note.read_text("utf-8"))
        same = said["version"] == _VERSION and said["asked"] == asked
        if same and 0 < said["size"] <= os.fstat(file.fileno()).st_size:
            file.truncate(said["size"])
            file.seek(said["size"])
            return Growing(
                file=file, note=note, asked=asked,
                below=said["below"], count=said["count"], memory=said["memory"],
            )  # fmt: skip
    except (OSError, ValueError, KeyError, TypeError):
        pass  # no note, or a torn one: begin anew
    note.unlink(missing_ok=True)
    file.truncate(0)
    return Growing(file=file, note=note, asked=asked)
