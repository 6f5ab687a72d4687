"""WARC files that others made → the answers in them, record by record.

Nothing in such a file is trusted: a record is read up to a limit, and what is torn, damaged or not
an answer of a web server becomes a reason instead, and the next record is looked for behind it.
"""

import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from warcio.bufferedreaders import ChunkedDataReader  # type: ignore[import-untyped]
from warcio.exceptions import ArchiveLoadFailed  # type: ignore[import-untyped]
from warcio.recordloader import ArcWarcRecordLoader  # type: ignore[import-untyped]
from warcio.statusandheaders import (  # type: ignore[import-untyped]
    StatusAndHeadersParserException,
)

from archive.records import Capture

#: Bytes of a record that are read at most, unpacked; ``fetch`` lets no larger page through.
LIMIT = 64 << 20

_GZIP, _RECORD = b"\x1f\x8b\x08", b"WARC/"
_STEP = 1 << 16
#: What the parser raises on bytes that are no record, besides its own two.
_NO_RECORD = (ArchiveLoadFailed, StatusAndHeadersParserException, ValueError, EOFError, OSError,
              ArithmeticError, AttributeError, TypeError, zlib.error)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """One record of a WARC file: an answer, or why it holds none."""

    #: where the record begins
    offset: int
    #: ``body`` is left empty: what coding a server names is for the reader to undo
    capture: Capture | None = None
    reason: str = ""


def is_warc(path: Path) -> bool:
    """Tell whether a file begins as a WARC file does, packed or not."""
    try:
        with path.open("rb") as file:
            head = file.read(_STEP)
    except OSError:
        return False
    if head.startswith(_GZIP):
        try:
            head = zlib.decompressobj(31).decompress(head, len(_RECORD))
        except zlib.error:
            return False
    return head.startswith(_RECORD)


def responses(path: Path, *, limit: int = LIMIT) -> Iterator[Response]:
    """Yield every record of a WARC file in turn. Raises OSError."""
    with path.open("rb") as file:
        size, offset = path.stat().st_size, 0
        while offset < size:
            found, end = _read(file, offset, limit)
            yield found
            offset = end if end is not None else _next(file, offset + 1, size)


def response_at(path: Path, offset: int, *, limit: int = LIMIT) -> Response:
    """Return the record that begins at ``offset``. Raises OSError."""
    with path.open("rb") as file:
        return _read(file, offset, limit)[0]


class _Plain(io.RawIOBase):
    """The bytes of a record as they are unpacked, no more than so many of them."""

    def __init__(self, file: IO[bytes], offset: int, limit: int) -> None:
        file.seek(offset)
        self._file, self._start = file, offset
        self._limit, self._told = limit, 0
        self._packed = file.read(len(_GZIP)) == _GZIP
        file.seek(offset)
        self._unpacker = zlib.decompressobj(31)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._more(len(buffer))
        self._told += len(data)
        if self._told > self._limit:
            raise ValueError(f"is larger than the {self._limit:,} bytes that are read")
        buffer[: len(data)] = data
        return len(data)

    def _more(self, most: int) -> bytes:
        if not self._packed:
            return self._file.read(most)
        data = b""
        while not data and not self._unpacker.eof:
            chunk = self._unpacker.unconsumed_tail or self._file.read(_STEP)
            if not chunk:
                raise ValueError("is torn: the file ends in it")
            data = self._unpacker.decompress(chunk, most)
        return data

    def tell(self) -> int:
        return self._told

    def end(self, stream: IO[bytes]) -> int:
        """Return where the next record begins, once ``stream`` has given this one."""
        if not self._packed:
            end = self._start + stream.tell()
            self._file.seek(end)
            rest = self._file.read(_STEP)
            return end + len(rest) - len(rest.lstrip(b"\r\n"))
        if stream.read().strip():
            raise ValueError("is packed together with others; `warcio recompress` takes them apart")
        return self._file.tell() - len(self._unpacker.unused_data)


def _read(file: IO[bytes], offset: int, limit: int) -> tuple[Response, int | None]:
    """Return the record at ``offset`` and where the next begins, None where that is not known."""
    plain = _Plain(file, offset, limit)
    stream = io.BufferedReader(plain, _STEP)
    try:
        record = ArcWarcRecordLoader(arc2warc=False).parse_record_stream(
            stream, known_format="warc", check_digests=True
        )
        payload = record.raw_stream.read()
        end = plain.end(stream)
        capture = _capture(record, payload)
    except _NO_RECORD as error:
        said = str(error).strip() or "is torn"
        return Response(offset=offset, reason=f"damaged: {said}"), None
    if isinstance(capture, str):
        return Response(offset=offset, reason=capture), end
    return Response(offset=offset, capture=capture), end


def _capture(record: Any, payload: bytes) -> Capture | str:
    """Return the answer that a record holds, or why it holds none. Raises ValueError if damaged."""
    if record.rec_type is None:
        raise ValueError("names no type")
    if record.rec_type != "response":
        return f"a record of type {record.rec_type}"
    if record.http_headers is None:
        return "no HTTP"
    if len(payload) < record.payload_length:
        raise ValueError("is torn: the file ends in it")
    headers = record.http_headers
    chunked = "chunked" in headers.get_header("transfer-encoding", "").lower()
    # Some digest the payload as it is, some without its chunks: the block's own digest settles it.
    doubtful = ("unknown", "payload digest failed") if chunked else ("unknown",)
    for problem in record.digest_checker.problems:
        if not problem.startswith(doubtful):
            raise ValueError(problem)
    status, _, reason = headers.statusline.partition(" ")
    said = record.rec_headers.get_header
    if chunked:
        payload = ChunkedDataReader(io.BytesIO(payload)).read()
    url = said("WARC-Target-URI")
    return Capture(
        url=url,
        final_url=url,
        status=int(status),
        reason=reason,
        headers=tuple(headers.headers),
        payload=payload,
        fetched_at=_moment(said("WARC-Date") or ""),
        ip=said("WARC-IP-Address") or "",
    )


def _moment(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)


def _next(file: IO[bytes], start: int, size: int) -> int:
    """Return where the next record may begin, ``size`` where there is none."""
    file.seek(0)
    mark = _GZIP if file.read(len(_GZIP)) == _GZIP else _RECORD
    while start < size:
        file.seek(start)
        chunk = file.read(1 << 20)
        at = chunk.find(mark)
        while at >= 0:
            if mark == _RECORD or _begins(file, start + at):
                return start + at
            at = chunk.find(mark, at + 1)
        start += max(1, len(chunk) - len(mark) + 1)
    return size


def _begins(file: IO[bytes], offset: int) -> bool:
    file.seek(offset)
    try:
        return zlib.decompressobj(31).decompress(file.read(512), len(_RECORD)) == _RECORD
    except zlib.error:
        return False
