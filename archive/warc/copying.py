"""WARC records as they lie in their file, with the record of what was asked in front of them."""

import hashlib
import re
import zlib
from pathlib import Path
from typing import IO

from archive.errors import Corrupt
from archive.warc.folder import Place

_GZIP = b"\x1f\x8b\x08"
#: Bytes in front of an answer in which its request is looked for; one of ours takes some 600.
_REACH = 1 << 16
_ID = re.compile(rb"^WARC-Record-ID: *(<[^>\r\n]*>)", re.MULTILINE | re.IGNORECASE)


def copy_record(folder: Path, place: Place) -> bytes:
    """Return the bytes of the record at ``place``, what was asked before it; Corrupt if damaged.

    No row names a request. It was written in front of its answer, and names that.
    """
    where = f"{place.file} at {place.offset}"
    try:
        with (folder / place.file).open("rb") as file:
            record = _at(file, place.offset, place.length)
            start = max(0, place.offset - _REACH)
            before = _at(file, start, place.offset - start)
    except FileNotFoundError as error:
        raise Corrupt(where, f"there is no such file in {folder}") from error
    if place.sha256 and hashlib.sha256(record).hexdigest() != place.sha256:
        raise Corrupt(where, "its bytes are not those that were written")
    try:
        head = zlib.decompressobj(31).decompress(record, _REACH)
    except zlib.error as error:
        raise Corrupt(where, f"no whole WARC record: {error}") from error
    found = _ID.search(head)
    return (_request(before, found[1]) if found else b"") + record


def _at(file: IO[bytes], offset: int, length: int) -> bytes:
    file.seek(offset)
    return file.read(length)


def _request(before: bytes, answer: bytes) -> bytes:
    """Return the last record of ``before`` if it is what the ``answer`` of that id was asked by."""
    start = len(before)
    while (start := before.rfind(_GZIP, 0, start)) >= 0:
        unpacker = zlib.decompressobj(31)
        try:
            plain = unpacker.decompress(before[start:], _REACH)
        except zlib.error:
            continue  # three bytes of another record that look like the beginning of one
        if not unpacker.eof or unpacker.unused_data:
            continue
        asked = b"WARC-Type: request" in plain and b"WARC-Concurrent-To: " + answer in plain
        return before[start:] if asked else b""
    return b""
