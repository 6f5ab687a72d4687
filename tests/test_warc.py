"""Captures in WARC files: read back as they came, sound for other tools, healed after a crash."""

import gzip
import hashlib
import io
import os
import random
import zlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from archive import Capture, Corrupt
from archive.warc.folder import Place, WarcFolder
from archive.warc.record import Original, pack, pack_request, unpack
from tests.holdings import NOW, capture, gzipped, sound, types

#: Packed at a fixed moment, so that every run names its tests alike.
CUT_SHORT = gzip.compress(b"page" * 99, mtime=0)[:-9]


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[WarcFolder]:
    found = WarcFolder(tmp_path)
    yield found
    found.close()


def digest(found: Capture) -> str:
    return hashlib.sha256(found.payload).hexdigest()


def keep(folder: WarcFolder, *captures: Capture, last: Place | None = None) -> list[Place]:
    """Append captures as one transaction would."""
    folder.resume(NOW, last)
    places = [folder.append(found, digest(found), None) for found in captures]
    folder.sync()
    return places


def read(folder: WarcFolder, place: Place, n: int = 1) -> Capture:
    return folder.read(place, url=capture(n).url, final_url=capture(n).final_url)


def only(tmp_path: Path) -> Path:
    (path,) = tmp_path.iterdir()
    return path


def test_captures_come_back_as_they_came(folder: WarcFolder) -> None:
    found = [
        capture(1),
        gzipped(capture(2)),
        capture(3, b"", status=404, reason="Not Found"),
        capture(4, os.urandom(100_000), headers=(), ip=""),
        capture(5, headers=(("Set-Cookie", "a=1"), ("Set-Cookie", "b=2"), ("Content-Type", "x"))),
        capture(6, headers=(("Content-Disposition", "attachment; filename=通知.doc"),)),
    ]
    places = keep(folder, *found)
    assert [read(folder, place, n) for n, place in enumerate(places, 1)] == found


def test_a_redirected_capture_keeps_both_addresses(folder: WarcFolder) -> None:
    found = capture(1, final_url="https://www.city.example/moved.html")
    (place,) = keep(folder, found)
    assert folder.read(place, url=found.url, final_url=found.final_url) == found


@given(
    st.binary(max_size=200),
    st.lists(st.tuples(st.from_regex(r"[A-Z][a-z]{1,8}", fullmatch=True), st.text(max_size=20))),
    st.text(max_size=20),
)
def test_whatever_a_server_says_stays_one_record(
    content: bytes, fields: list[tuple[str, str]], reason: str
) -> None:
    found = capture(1, content, headers=tuple(fields), reason=reason)
    record = unpack(pack(found, digest(found), None), url=found.url)
    assert (record.payload, record.status, record.url) == (content, 200, found.url)


@given(st.lists(st.tuples(st.text(max_size=9), st.text(max_size=20)), min_size=1))
def test_whatever_was_sent_stays_one_record(fields: list[tuple[str, str]]) -> None:
    found = capture(1, request_headers=tuple(fields))
    plain = gzip.decompress(pack_request(found, "<urn:uuid:1>"))
    (record,) = ArchiveIterator(io.BytesIO(plain))
    assert record.rec_type == "request"
    assert record.http_headers.statusline == "/1.html HTTP/1.1"
    assert record.content_stream().read() == b""


def test_a_chunked_answer_is_not_unchunked_twice(folder: WarcFolder, tmp_path: Path) -> None:
    body = b"5\r\nthis only looks chunked"
    found = capture(1, body, headers=(("Transfer-Encoding", "chunked"),))
    (place,) = keep(folder, found)
    assert read(folder, place) == found
    assert sound(only(tmp_path))


@pytest.mark.parametrize(
    ("payload", "coding", "body"),
    [
        (zlib.compress(b"page"), "deflate", b"page"),
        (zlib.compress(b"page")[2:-4], "deflate", b"page"),
        (gzip.compress(b"page", mtime=0), "X-GZIP ", b"page"),
        (b"never packed", "gzip", b"never packed"),
        (CUT_SHORT, "gzip", CUT_SHORT),
        (b"page", "identity", b"page"),
    ],
)
def test_the_body_is_the_payload_unpacked(payload: bytes, coding: str, body: bytes) -> None:
    found = capture(1, payload, headers=(("Content-Encoding", coding),))
    assert unpack(pack(found, digest(found), None), url=found.url).body == body


def test_other_tools_find_every_record_sound(folder: WarcFolder, tmp_path: Path) -> None:
    found = capture(1)
    places = keep(folder, found, gzipped(capture(2)), capture(3, b""))
    original = Original(
        url=found.url, fetched_at="2024-03-15T08:00:00Z", payload_sha256=digest(found)
    )
    folder.resume(NOW, places[-1])
    for status in (200, 304):
        folder.append(replace(found, status=status), digest(found), original)
    folder.sync()
    path = only(tmp_path)
    assert path.name == "gazette-20240315-001.warc.gz"
    assert sound(path)
    assert types(path) == ["warcinfo", *["response"] * 3, *["revisit"] * 2]
    with path.open("rb") as file:
        found = [
            (r.rec_headers.get_header("WARC-Profile").rsplit("/", 1)[1], r.http_headers.statusline)
            for r in ArchiveIterator(file)
            if r.rec_type == "revisit"
        ]
    assert found == [("identical-payload-digest", "200 OK"), ("server-not-modified", "304 OK")]


def test_what_was_asked_stands_beside_the_answer_without_its_secrets(
    folder: WarcFolder, tmp_path: Path
) -> None:
    sent = (
        ("Host", "www.city.example"),
        ("User-Agent", "Gazette/0.1"),
        ("Cookie", "canary=1"),
        ("authorization", "Basic canary"),
        ("Proxy-Authorization", "canary"),
    )
    found = capture(1, final_url="https://www.city.example/a?b=c", request_headers=sent)
    (place,) = keep(folder, found)
    assert folder.read(place, url=found.url, final_url=found.final_url).payload == found.payload
    assert sound(only(tmp_path))
    with only(tmp_path).open("rb") as file:
        kept = [(r.rec_type, r.rec_headers, r.http_headers) for r in ArchiveIterator(file)]
    assert [kind for kind, _, _ in kept] == ["warcinfo", "request", "response"]
    (_, asked, head), (_, answered, _) = kept[1:]
    assert asked.get_header("WARC-Concurrent-To") == answered.get_header("WARC-Record-ID")
    assert asked.get_header("WARC-Target-URI") == answered.get_header("WARC-Target-URI")
    assert (head.protocol, head.statusline) == ("GET", "/a?b=c HTTP/1.1")
    assert head.headers[:2] == list(sent[:2])
    assert b"canary" not in gzip.decompress(only(tmp_path).read_bytes())


@given(st.binary(max_size=99), st.booleans())
def test_a_record_is_as_long_as_it_says(content: bytes, again: bool) -> None:
    found = capture(1, content)
    original = Original(url=found.url, fetched_at="2024-03-15T08:00:00Z", payload_sha256="ab" * 32)
    record = gzip.decompress(pack(found, digest(found), original if again else None))
    head, _, rest = record.partition(b"\r\n\r\n")
    length = int(head.rpartition(b"Content-Length: ")[2])
    assert rest[length:] == b"\r\n\r\n"
    assert unpack(pack(found, digest(found), original), url=found.url) == replace(
        found, payload=b"", body=b""
    )


def test_a_changed_byte_is_found_by_other_tools_too(folder: WarcFolder, tmp_path: Path) -> None:
    found = capture(1, b"the budget is 100")
    record = gzip.decompress(pack(found, digest(found), None)).replace(b"100", b"900")
    path = tmp_path / "changed.warc.gz"
    path.write_bytes(gzip.compress(record, mtime=0))
    assert not sound(path)


def test_a_file_that_has_grown_is_followed_by_the_next(tmp_path: Path) -> None:
    folder = WarcFolder(tmp_path, max_bytes=2_000)
    last = None
    places = []
    for n in range(1, 9):
        (last,) = keep(folder, capture(n, os.urandom(900)), last=last)
        places.append(last)
    folder.close()
    names = sorted(path.name for path in tmp_path.iterdir())
    assert len(names) > 2
    assert names[1] == "gazette-20240315-002.warc.gz"
    assert all(sound(tmp_path / name) for name in names)
    assert all(read(folder, place, n).status == 200 for n, place in enumerate(places, 1))


def test_a_new_day_begins_a_new_file_and_a_clock_set_back_does_not(tmp_path: Path) -> None:
    last, names = None, []
    for shift in (0, 1, -1):
        folder = WarcFolder(tmp_path)
        folder.resume(NOW + timedelta(days=shift), last)
        last = folder.append(capture(), digest(capture()), None)
        folder.close()
        names.append(last.file)
    assert names == [
        "gazette-20240315-001.warc.gz",
        "gazette-20240316-001.warc.gz",
        "gazette-20240316-001.warc.gz",
    ]


@pytest.mark.parametrize("scrap", [b"", bytes(4096), b"garbage"], ids=["cut", "zeros", "garbage"])
def test_a_torn_tail_is_cut_off_wherever_it_is_torn_and_whole_records_stay(
    tmp_path: Path, scrap: bytes
) -> None:
    folder = WarcFolder(tmp_path)
    sent = (("User-Agent", "Gazette/0.1"),)
    first, unnamed, torn = keep(
        folder, *(capture(n, os.urandom(300), request_headers=sent) for n in (1, 2, 3))
    )
    folder.close()
    path = only(tmp_path)
    whole = path.read_bytes()
    # A record ends in two zeros: torn there and filled up with zeros it would be whole again.
    for end in random.Random(4).sample(range(unnamed.end, torn.end - 2), 60):
        path.write_bytes(whole[:end] + scrap)
        again = WarcFolder(tmp_path)
        (place,) = keep(again, capture(4), last=first)
        again.close()
        # What was asked may have been written whole before its answer was torn.
        assert place.offset in (unnamed.end, torn.offset)
        assert sound(path)
        kept = types(path)
        assert kept.count("response") == 3
        assert kept[-1] == "response"
        assert path.read_bytes()[: unnamed.end] == whole[: unnamed.end]
        assert read(again, first, 1).status == read(again, place, 4).status == 200


def test_a_file_torn_before_its_first_record_begins_anew(tmp_path: Path) -> None:
    (tmp_path / "gazette-20240315-001.warc.gz").write_bytes(b"\x1f\x8b\x08")
    folder = WarcFolder(tmp_path)
    keep(folder, capture())
    folder.close()
    assert types(only(tmp_path)) == ["warcinfo", "response"]


@pytest.mark.parametrize("lost", ["all", "some"])
def test_nothing_is_written_where_other_rows_say_their_captures_lie(
    tmp_path: Path, lost: str
) -> None:
    folder = WarcFolder(tmp_path)
    (last,) = keep(folder, capture())
    folder.close()
    path = only(tmp_path)
    path.unlink() if lost == "all" else os.truncate(path, last.end - 1)
    (place,) = keep(folder, capture(2), last=last)
    folder.close()
    assert place.file == "gazette-20240315-002.warc.gz"


def test_two_writers_in_turn_do_not_write_over_each_other(tmp_path: Path) -> None:
    one, other = WarcFolder(tmp_path), WarcFolder(tmp_path)
    last, places = None, []
    for n, folder in enumerate([one, other, one, one, other, one], 1):
        (last,) = keep(folder, capture(n), last=last)
        places.append(last)
    one.close()
    other.close()
    assert sound(only(tmp_path))
    assert [read(one, place, n) for n, place in enumerate(places, 1)] == [
        capture(n) for n in range(1, 7)
    ]


def test_undo_takes_back_what_was_appended(folder: WarcFolder, tmp_path: Path) -> None:
    (last,) = keep(folder, capture(1))
    size = only(tmp_path).stat().st_size
    folder.resume(NOW, last)
    folder.append(capture(2), digest(capture(2)), None)
    folder.undo()
    assert only(tmp_path).stat().st_size == size
    (place,) = keep(folder, capture(3), last=last)
    assert read(folder, place, 3) == capture(3)


@pytest.mark.parametrize(
    ("shift", "what"),
    [
        ({"file": "gazette-20200101-001.warc.gz"}, "no such file"),
        ({"offset": 7}, "no whole WARC record"),
        ({"length": 30}, "no whole WARC record"),
        ({"offset": 10**9}, "no whole WARC record"),
    ],
)
def test_a_place_without_a_record_is_corrupt(
    folder: WarcFolder, shift: dict[str, object], what: str
) -> None:
    (place,) = keep(folder, capture())
    with pytest.raises(Corrupt, match=what):
        read(folder, replace(place, **shift))


def test_the_capture_of_another_address_is_corrupt(folder: WarcFolder) -> None:
    place, _ = keep(folder, capture(1), capture(2))
    with pytest.raises(Corrupt, match=r"/1\.html stands here"):
        read(folder, place, 2)


def test_the_opening_record_is_no_capture(folder: WarcFolder) -> None:
    (first,) = keep(folder, capture())
    with pytest.raises(Corrupt, match="warcinfo"):
        read(folder, replace(first, offset=0, length=first.offset))
