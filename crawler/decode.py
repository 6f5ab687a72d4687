"""Undo the content coding of an answer, however hostile, within a bound. Pure.

Only what we asked for is read: gzip and deflate, one of them, once. HTTP libraries take a cut
stream for a whole one and unpack a bomb in one piece; this does neither.
"""

import zlib
from contextlib import suppress

GZIP, DEFLATE = "gzip", "deflate"

#: What servers write who mean "not coded"; some put a charset here.
PLAIN = frozenset({"", "identity", "none", "utf-8", "utf8", "gbk", "gb2312"})

#: A body of more than this many times its payload is no page: deflate itself reaches 1032.
RATIO = 100

#: One payload may be several gzip members; a thousand tiny ones cost more than any page is worth.
MEMBERS = 64

_GZIP_MAGIC = b"\x1f\x8b"
_ZLIB_OR_GZIP, _RAW_DEFLATE = 47, -15


class BodyError(Exception):
    """A body cannot be used; ``kind`` is ``coding``, ``truncated``, ``bomb`` or ``too_large``."""

    def __init__(self, kind: str, reason: str) -> None:
        super().__init__(kind, reason)
        self.kind, self.reason = kind, reason


def coding_of(content_encoding: str) -> str:
    """Return the one coding a Content-Encoding field names: ``gzip``, ``deflate``, or "" for none.

    Raises BodyError for any other, and for more than one.
    """
    named = (word.strip() for word in content_encoding.lower().split(","))
    codings = [word.removeprefix("x-") for word in named if word not in PLAIN]
    if not codings:
        return ""
    if codings not in ([GZIP], [DEFLATE]):
        raise BodyError("coding", f"content coding {content_encoding!r} was not asked for")
    return codings[0]


def decoded(payload: bytes, coding: str, limit: int) -> bytes:
    """Return the payload with its coding undone, at most ``limit`` bytes. Raises BodyError."""
    if not coding or not payload:
        return payload
    try:
        return _unpacked(payload, _ZLIB_OR_GZIP, limit)
    except zlib.error as error:
        reason = str(error)
    if coding == DEFLATE:
        # RFC 9110, 8.4.1.2: some servers leave out the zlib wrapper.
        with suppress(zlib.error):
            return _unpacked(payload, _RAW_DEFLATE, limit)
    raise BodyError("coding", f"no {coding}: {reason}")


def _unpacked(payload: bytes, window: int, limit: int) -> bytes:
    parts: list[bytes] = []
    size, rest = 0, payload
    for _ in range(MEMBERS):
        unpacker = zlib.decompressobj(window)
        parts.append(unpacker.decompress(rest, limit - size + 1))
        size += len(parts[-1])
        if size > limit:
            kind = "bomb" if limit > RATIO * len(payload) else "too_large"
            raise BodyError(kind, f"more than {limit} bytes out of {len(payload)}")
        if not unpacker.eof:
            raise BodyError("truncated", f"the {len(payload)} bytes end within the packed stream")
        rest = unpacker.unused_data
        if not rest.startswith(_GZIP_MAGIC):
            # Padding and stray bytes after the end are common and harmless.
            return parts[0] if len(parts) == 1 else b"".join(parts)
    raise BodyError("coding", f"more than {MEMBERS} packed members")
