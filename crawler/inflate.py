"""Content-coded bytes → bytes, never more than allowed. Pure.

httpx takes a gzip body cut short for a whole one, and its decoders hand out bombs in one piece
(brotli: 481 bytes on the wire, 300 MB in memory), so only gzip and deflate are asked for and the
decoding is our own.
"""

import zlib


class CodingError(Exception):
    """A body that does not decode; ``kind`` is ``coding``, ``truncated`` or ``bomb``."""

    def __init__(self, kind: str, reason: str) -> None:
        super().__init__(reason)
        self.kind, self.reason = kind, reason


def inflate(payload: bytes, coding: str, *, limit: int) -> bytes:
    """Return ``payload`` with its content coding undone; at most ``limit`` bytes. CodingError."""
    coding = coding.strip().lower()
    if coding in ("", "identity"):
        return payload
    if coding not in ("gzip", "x-gzip", "deflate"):
        raise CodingError("coding", f"content coding {coding!r}, which was not asked for")
    if not payload:
        return b""
    try:
        # 32 + 15: gzip or zlib by the header.
        return _bounded(payload, 47, limit)
    except zlib.error as error:
        if coding != "deflate":
            raise CodingError("coding", f"not {coding}: {error}") from error
    try:
        # Some servers send raw deflate where RFC 9110 (8.4.1.2) means zlib.
        return _bounded(payload, -15, limit)
    except zlib.error as error:
        raise CodingError("coding", f"not deflate: {error}") from error


def _bounded(payload: bytes, window: int, limit: int) -> bytes:
    parts, size, rest = [], 0, payload
    while rest:
        decoder = zlib.decompressobj(window)
        parts.append(decoder.decompress(rest, limit - size + 1))
        size += len(parts[-1])
        if size > limit:
            raise CodingError("bomb", f"more than {limit} bytes once decoded")
        if not decoder.eof:
            raise CodingError("truncated", "the compressed body ends too early")
        # Several gzip members in a row are one body (RFC 1952, 2.2); padding is not.
        rest = decoder.unused_data if decoder.unused_data[:2] == b"\x1f\x8b" else b""
    return b"".join(parts)
