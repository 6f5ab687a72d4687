"""Bodies that lie about what they hold."""

import gzip
import tracemalloc
import zlib
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.decode import MEMBERS, BodyError, coding_of, decoded

TEXT = "关于做好就业工作的通知".encode() * 500
MIB = 1 << 20


def inflate(payload: bytes, coding: str, *, limit: int) -> bytes:
    return decoded(payload, coding_of(coding), limit)


def raw_deflate(body: bytes) -> bytes:
    squeezer = zlib.compressobj(wbits=-15)
    return squeezer.compress(body) + squeezer.flush()


@pytest.mark.parametrize(
    ("coding", "payload"),
    [
        ("", TEXT),
        ("identity", TEXT),
        ("UTF-8", TEXT),
        ("gzip, identity", gzip.compress(TEXT)),
        ("gzip", gzip.compress(TEXT)),
        (" GZip ", gzip.compress(TEXT)),
        ("x-gzip", gzip.compress(TEXT)),
        ("deflate", zlib.compress(TEXT)),
        ("deflate", raw_deflate(TEXT)),
        ("gzip", gzip.compress(TEXT[:300]) + gzip.compress(TEXT[300:])),
        ("gzip", gzip.compress(TEXT) + b"\0" * 512),
    ],
    ids=[
        "none",
        "identity",
        "charset",
        "list",
        "gzip",
        "case",
        "x-gzip",
        "zlib",
        "raw",
        "members",
        "padding",
    ],
)
def test_a_body_is_decoded(coding: str, payload: bytes) -> None:
    assert inflate(payload, coding, limit=len(TEXT)) == TEXT


def test_an_empty_body_is_empty() -> None:
    assert inflate(b"", "gzip", limit=1) == b""


@pytest.mark.parametrize(
    "coding", ["br", "zstd", "compress", "gzip, gzip", "gzip, br", "br, identity"]
)
def test_codings_not_asked_for_are_refused(coding: str) -> None:
    assert failure(gzip.compress(gzip.compress(TEXT)), coding) == "coding"


def failure(payload: bytes, coding: str, limit: int = MIB) -> str:
    with pytest.raises(BodyError) as caught:
        inflate(payload, coding, limit=limit)
    return caught.value.kind


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
def test_a_body_that_is_not_coded_as_it_says_is_refused(coding: str) -> None:
    assert failure(b"<html><body>a plain page</body></html>", coding) == "coding"


def test_a_damaged_body_is_refused() -> None:
    damaged = bytearray(gzip.compress(TEXT))
    damaged[-6] ^= 1
    assert failure(bytes(damaged), "gzip") == "coding"


@pytest.mark.parametrize(
    ("coding", "whole"),
    [("gzip", gzip.compress(TEXT)), ("deflate", zlib.compress(TEXT))],
)
def test_a_body_cut_anywhere_is_truncated(coding: str, whole: bytes) -> None:
    assert {failure(whole[:cut], coding) for cut in range(1, len(whole))} == {"truncated"}


def test_a_second_member_cut_short_is_truncated() -> None:
    whole = gzip.compress(TEXT) * 2
    assert failure(whole[:-9], "gzip") == "truncated"


def test_the_limit_is_exact() -> None:
    assert inflate(gzip.compress(b"x" * 1000), "gzip", limit=1000) == b"x" * 1000
    assert failure(gzip.compress(b"x" * 1001), "gzip", limit=1000) == "too_large"
    assert failure(gzip.compress(b"x" * 600) * 2, "gzip", limit=1000) == "too_large"


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
def test_a_bomb_is_stopped_at_the_limit(coding: str) -> None:
    squeezer = zlib.compressobj(9, wbits=31 if coding == "gzip" else -15)
    zeros = b"".join(squeezer.compress(bytes(MIB)) for _ in range(64)) + squeezer.flush()
    bomb = zeros[: MIB // 200]
    tracemalloc.start()
    tracemalloc.reset_peak()
    before = tracemalloc.get_traced_memory()[0]
    try:
        assert failure(bomb, coding) == "bomb"
        assert tracemalloc.get_traced_memory()[1] - before < 4 * MIB
    finally:
        tracemalloc.stop()


def test_thousands_of_empty_members_are_refused() -> None:
    # Each one leaves a copy of all the rest behind: ten megabytes of them cost hours.
    assert failure(gzip.compress(b"") * 100_000, "gzip") == "coding"
    assert inflate(gzip.compress(b"x") * MEMBERS, "gzip", limit=MIB) == b"x" * MEMBERS


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=200), st.sampled_from(["gzip", "deflate", "", "br"]))
def test_any_bytes_are_decoded_or_refused(payload: bytes, coding: str) -> None:
    for body in (payload, b"\x1f\x8b\x08\0" + payload, b"\x78\x9c" + payload):
        with suppress(BodyError):
            assert len(inflate(body, coding, limit=1000)) <= 1000
