"""The folder of WARC files: captures appended, and read back by file and offset.

Knows no database. The caller appends only while it holds the archive's write lock, so one process
at a time writes; and it makes records last (``sync``) before it commits the rows that name them.
What a crash leaves behind is therefore at most a torn record that no row names: ``resume`` cuts it
off. A whole record that no row names is a true capture all the same, and stays.
"""

import errno
import hashlib
import os
import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO

from archive.errors import ArchiveFull, Corrupt
from archive.records import Capture
from archive.rows import stamp
from archive.warc.record import Original, new_id, opening, pack, pack_request, unpack

#: A file that has grown to this many bytes is left alone and a new one begun.
MAX_BYTES = 1 << 30

#: How the files of an archive are called.
NAME = re.compile(r"gazette-(\d{8})-(\d{3,})\.warc\.gz")
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a record lies."""

    file: str
    offset: int
    length: int
    #: of the record as it lies there, in hex; "" where it is not known
    sha256: str = ""

    @property
    def end(self) -> int:
        return self.offset + self.length


#: The bytes and the length must last, the time of the change need not; macOS has no fdatasync.
_flush: Callable[[int], None] = getattr(os, "fdatasync", os.fsync)


class WarcFolder:
    """The WARC files of an archive; only the newest of them ever grows."""

    def __init__(self, folder: Path, *, max_bytes: int = MAX_BYTES) -> None:
        self._folder, self._max_bytes = folder, max_bytes
        self._file: IO[bytes] | None = None
        self._name = ""
        #: end of the file as it was at ``resume``, and as it is now
        self._start = self._end = 0

    @property
    def folder(self) -> Path:
        """Where the files lie."""
        return self._folder

    def resume(self, now: datetime, last: Place | None) -> None:
        """Get ready to append; ``last`` is the newest record that a row names. Raises ArchiveFull.

        Cuts off what a crash left torn behind it.
        """
        day = stamp(now)[:10].replace("-", "")
        try:
            if not (self._goes_on(last) and self._may_grow(self._name, self._end, day)):
                self._turn_to_newest(day, stamp(now), last)
        except OSError as error:
            raise self._expected(error) from error
        self._start = self._end

    def _goes_on(self, last: Place | None) -> bool:
        """Tell whether the open file ends where the rows say: then no one else has written."""
        return (
            self._file is not None
            and last is not None
            and (last.file, last.end) == (self._name, self._end)
            and os.fstat(self._file.fileno()).st_size == self._end
        )

    def _may_grow(self, name: str, size: int, day: str) -> bool:
        # A clock set back must not reopen an older file: only the newest is ever healed.
        return size < self._max_bytes and day <= age(name)[0]

    def _turn_to_newest(self, day: str, now: str, last: Place | None) -> None:
        self.close()
        self._folder.mkdir(parents=True, exist_ok=True)
        names = {path.name for path in self._folder.iterdir() if NAME.fullmatch(path.name)}
        newest = max(names | ({last.file} if last else set()), key=age, default=None)
        if newest is not None:
            named = last.end if last and last.file == newest else 0
            end = _heal(self._folder / newest, named)
            if end is not None and self._may_grow(newest, end, day):
                self._open(newest, end, now)
                return
            newest_day, number = age(newest)
            day, number = max(day, newest_day), number + 1 if newest_day >= day else 1
        else:
            number = 1
        self._open(f"gazette-{day}-{number:03d}.warc.gz", 0, now)

    def _open(self, name: str, end: int, now: str) -> None:
        # Unbuffered: a write that failed must not be tried again when the file is closed.
        self._file = (self._folder / name).open("r+b" if end else "wb", buffering=0)
        self._file.seek(end)
        self._name, self._end = name, end
        if end == 0:
            self._write(opening(name, now))
            _sync_folder(self._folder)

    def append(self, capture: Capture, payload_sha256: str, original: Original | None) -> Place:
        """Write one capture and what was asked; a revisit where ``original`` holds its payload.

        Returns the place of the answer, which comes last. Raises ArchiveFull; ``undo`` then takes
        back all that was written since ``resume``.
        """
        record_id = new_id()
        asked = pack_request(capture, record_id)
        record = pack(capture, payload_sha256, original, record_id)
        sha256 = hashlib.sha256(record).hexdigest()
        place = Place(
            file=self._name, offset=self._end + len(asked), length=len(record), sha256=sha256
        )
        try:
            self._write(asked + record)
        except OSError as error:
            raise self._expected(error) from error
        return place

    def _write(self, record: bytes) -> None:
        assert self._file is not None, "resume comes first"
        rest = memoryview(record)
        while rest:
            rest = rest[self._file.write(rest) :]
        self._end += len(record)

    def sync(self) -> None:
        """Return when all that was appended since ``resume`` will last. Raises ArchiveFull."""
        if self._file is not None and self._end > self._start:
            try:
                _flush(self._file.fileno())
            except OSError as error:
                raise self._expected(error) from error

    def undo(self) -> None:
        """Take back what was appended since ``resume``."""
        if self._file is not None:
            self._file.truncate(self._start)
            self._file.seek(self._start)
            self._end = self._start

    def overwrite(self, place: Place, record: bytes) -> None:
        """Put another record of equal length where a deleted capture lies; for good."""
        assert len(record) == place.length
        path = self._folder / place.file
        if path.is_file():
            with path.open("r+b", buffering=0) as file:
                file.seek(place.offset)
                file.write(record)
                os.fsync(file.fileno())

    def close(self) -> None:
        """Let go of the open file."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _expected(self, error: OSError) -> Exception:
        if error.errno in _NO_ROOM:
            return ArchiveFull(str(self._folder), os.strerror(error.errno))
        return error

    def read(self, place: Place, *, url: str, final_url: str) -> Capture:
        """Return the capture at ``place``, which ``url`` led to; Corrupt if it is not there.

        Of a revisit the payload is empty. What was asked is a record of its own, not read here.
        """
        where = f"{place.file} at {place.offset}"
        try:
            with (self._folder / place.file).open("rb") as file:
                file.seek(place.offset)
                record = file.read(place.length)
            capture = unpack(record, url=url)
        except FileNotFoundError as error:
            raise Corrupt(where, f"there is no such file in {self._folder}") from error
        except ValueError as error:
            raise Corrupt(where, str(error)) from error
        if place.sha256 and hashlib.sha256(record).hexdigest() != place.sha256:
            raise Corrupt(where, "its bytes are not those that were written")
        if capture.final_url != final_url:
            raise Corrupt(where, f"the capture of {capture.final_url} stands here")
        return capture


def age(name: str) -> tuple[str, int]:
    """Return what sorts the files from the oldest to the newest."""
    found = NAME.fullmatch(name)
    assert found is not None, name
    return found[1], int(found[2])


def _sync_folder(folder: Path) -> None:
    """Make the name of a new file last."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _heal(path: Path, named: int) -> int | None:
    """Cut off what stands torn behind the ``named`` first bytes; return the file's end.

    None where the file is missing or shorter than what rows name of it: nothing must be written
    at places that other rows claim.
    """
    size = path.stat().st_size if path.exists() else 0
    if size < named:
        return None
    if size == named:
        return size
    with path.open("r+b") as file:
        end = named
        file.seek(end)
        while (length := _member(file)) is not None:
            end += length
            file.seek(end)
        if end < size:
            file.truncate(end)
    return end


def _member(file: IO[bytes]) -> int | None:
    """Return the length of the gzip member that begins here; None where it is none, or torn."""
    unpacker = zlib.decompressobj(31)
    length = 0
    try:
        while chunk := file.read(1 << 16):
            length += len(chunk)
            # In steps: what a stranger's record unpacks to may not fit into memory.
            while chunk and not unpacker.eof:
                unpacker.decompress(chunk, 1 << 20)
                chunk = unpacker.unconsumed_tail
            if unpacker.eof:
                return length - len(unpacker.unused_data)
    except zlib.error:
        pass  # zeros or scraps, as a power cut leaves them
    return None
