"""Capture ⇄ WARC records (ISO 28500, version 1.1), each packed as a gzip member of its own. Pure.

A capture is a response, or a revisit of one; what was asked stands in front of it as a request.
"""

import hashlib
import re
import zlib
from dataclasses import dataclass
from io import BytesIO
from urllib.parse import urlsplit

from warcio.exceptions import ArchiveLoadFailed  # type: ignore[import-untyped]
from warcio.recordloader import ArcWarcRecordLoader  # type: ignore[import-untyped]
from warcio.statusandheaders import (  # type: ignore[import-untyped]
    StatusAndHeaders,
    StatusAndHeadersParser,
    StatusAndHeadersParserException,
)

from archive.records import Capture
from archive.rows import moment, stamp

#: On pages of 28 KB, 0.25 ms; level 6 would take 0.55 ms and save 8 % of room, level 1 save nothing
#: worth having.
_LEVEL = 2
#: Most bytes that a payload read back may unpack to; ``fetch`` lets far fewer through.
_MOST = 256 << 20

_PROFILE = "http://netpreserve.org/warc/1.1/revisit/"
# The payload is kept after transfer decoding; a reader that saw "chunked" would decode it again.
_TRANSFER, _ASIDE = "transfer-encoding", "X-Archive-Orig-Transfer-Encoding"

#: Fields of a request whose values are the asker's own secrets.
_SECRET = frozenset({"authorization", "cookie", "proxy-authorization"})
_REDACTED = "(redacted)"

_Headers = list[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Original:
    """The capture a revisit refers to for its payload."""

    url: str
    fetched_at: str
    #: hex
    payload_sha256: str


def opening(name: str, now: str, record_id: str = "") -> bytes:
    """Return the record that every WARC file opens with."""
    block = b"software: Gazette\r\nformat: WARC File Format 1.1\r\n"
    headers = [*_common("warcinfo", record_id or new_id(), now), ("WARC-Filename", name)]
    return _packed(headers, block, "application/warc-fields")


def new_id() -> str:
    """Return an id for a record, unlike any other."""
    made: str = StatusAndHeadersParser.make_warc_id()
    return made


def pack_request(capture: Capture, answer: str) -> bytes:
    """Return the record of what was asked, beside the ``answer`` of that id; b"" if not known.

    Values that are secrets are left out.
    """
    if not capture.request_headers:
        return b""
    headers = _common("request", new_id(), stamp(capture.fetched_at))
    headers += [("WARC-Target-URI", capture.final_url), ("WARC-Concurrent-To", answer)]
    parts = urlsplit(capture.final_url)
    query = f"?{parts.query}" if parts.query else ""
    lines = [f"GET {parts.path or '/'}{query} HTTP/1.1"]
    for name, value in capture.request_headers:
        lines.append(f"{name}: {_REDACTED if name.lower() in _SECRET else value}")
    return _packed(headers, _http_block(lines), "application/http; msgtype=request")


def pack(
    capture: Capture, payload_sha256: str, original: Original | None, record_id: str = ""
) -> bytes:
    """Return the record of a capture: a response, or a revisit where ``original`` is given."""
    head = _http_head(capture)
    kind = "revisit" if original else "response"
    headers = _common(kind, record_id or new_id(), stamp(capture.fetched_at))
    headers.append(("WARC-Target-URI", capture.final_url))
    if capture.ip:
        headers.append(("WARC-IP-Address", capture.ip))
    if original:
        same = "server-not-modified" if capture.status == 304 else "identical-payload-digest"
        headers += [
            ("WARC-Profile", _PROFILE + same),
            ("WARC-Refers-To-Target-URI", original.url),
            ("WARC-Refers-To-Date", original.fetched_at),
        ]
        payload_sha256 = original.payload_sha256
    headers.append(("WARC-Payload-Digest", f"sha256:{payload_sha256}"))
    block = head if original else head + capture.payload
    return _packed(headers, block, "application/http; msgtype=response")


def unpack(raw: bytes, *, url: str) -> Capture:
    """Return the capture whose record ``raw`` holds, asked for at ``url``; ValueError if none.

    The payload of a revisit is empty.
    """
    try:
        plain = BytesIO(zlib.decompress(raw, 31))
        record = ArcWarcRecordLoader().parse_record_stream(plain, known_format="warc")
    except (zlib.error, EOFError, ArchiveLoadFailed, StatusAndHeadersParserException) as error:
        raise ValueError(f"no whole WARC record: {error}") from error
    if record.http_headers is None:
        raise ValueError(f"a WARC record of type {record.rec_type}")
    status, _, reason = record.http_headers.statusline.partition(" ")
    payload: bytes = record.raw_stream.read()
    coding = record.http_headers.get_header("content-encoding", "")
    return Capture(
        url=url,
        final_url=record.rec_headers.get_header("WARC-Target-URI"),
        status=int(status),
        reason=reason,
        headers=tuple(
            ("Transfer-Encoding" if name == _ASIDE else name, value)
            for name, value in record.http_headers.headers
        ),
        payload=payload,
        body=_decoded(payload, coding.strip().lower()),
        fetched_at=moment(record.rec_headers.get_header("WARC-Date")),
        ip=record.rec_headers.get_header("WARC-IP-Address") or "",
    )


def _common(kind: str, record_id: str, date: str) -> _Headers:
    return [
        ("WARC-Type", kind),
        ("WARC-Record-ID", record_id),
        ("WARC-Date", date),
    ]


def _packed(headers: _Headers, block: bytes, content_type: str) -> bytes:
    headers += [
        ("WARC-Block-Digest", f"sha256:{hashlib.sha256(block).hexdigest()}"),
        ("Content-Type", content_type),
        ("Content-Length", str(len(block))),
    ]
    # Written out here: warcio's writer respells HTTP fields that are not ASCII, and digests twice.
    head = StatusAndHeaders("", headers, protocol="WARC/1.1").to_bytes()
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, 31)
    parts = [packer.compress(part) for part in (head, block, b"\r\n\r\n")]
    return b"".join([*parts, packer.flush()])


def _http_head(capture: Capture) -> bytes:
    lines = [f"HTTP/1.1 {capture.status} {capture.reason}"]
    for name, value in capture.headers:
        lines.append(f"{_ASIDE if name.lower() == _TRANSFER else name}: {value}")
    return _http_block(lines)


def _http_block(lines: list[str]) -> bytes:
    # A line break within a field would split the record's head.
    head = "\r\n".join(re.sub(r"[\r\n]+", " ", line) for line in lines) + "\r\n\r\n"
    try:
        return head.encode("latin-1")
    except UnicodeEncodeError:
        return head.encode("utf-8", "replace")


def _decoded(payload: bytes, coding: str) -> bytes:
    """Return the payload with gzip or deflate undone; as it is where the header's word is wrong."""
    if payload and coding in ("gzip", "x-gzip", "deflate"):
        for window in (47, -15):  # deflate comes with zlib's wrapper or without
            unpacker = zlib.decompressobj(window)
            try:
                body = unpacker.decompress(payload, _MOST)
            except zlib.error:
                continue
            if unpacker.eof:
                return body
    return payload
