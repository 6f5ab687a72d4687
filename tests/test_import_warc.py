"""WARC files that others made: their articles go the way in that every article goes."""

import json
import shutil
import subprocess
import zlib
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from archive import Archive, is_warc, responses
from archive.verify import verify
from crawler.cli import main
from crawler.replica import Portal

#: warcio's writer leaves the file in which it counts a record to the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")

SITE = "https://www.city.example"
TAKEN = datetime(2019, 5, 6, 7, 8, 9, tzinfo=UTC)


def page(title: str = "关于做好就业工作的通知", day: str = "2019-05-06", extra: str = "") -> str:
    text = f"为做好就业工作，现就有关事项通知如下，请认真贯彻执行，及时报送情况。{extra}" * 6
    return (
        f"<html><head><title>{title}</title></head><body><h1>{title}</h1>"
        f"<p>发布时间：{day} 来源：市政府办公室</p><div class='content'><p>{text}</p>"
        f"<p>{text}</p></div></body></html>"
    )


def record(
    url: str,
    body: str | bytes = "",
    *,
    status: str = "200 OK",
    media: str = "text/html; charset=utf-8",
    at: datetime = TAKEN,
    kind: str = "response",
    packed: bool = True,
    **fields: str,
) -> bytes:
    """Return one record as warcio writes it."""
    content = body.encode() if isinstance(body, str) else body
    out = BytesIO()
    writer = WARCWriter(out, gzip=packed)
    headers = [("Content-Type", media), *((k.replace("_", "-"), v) for k, v in fields.items())]
    http = StatusAndHeaders(status, headers, protocol="HTTP/1.1") if kind == "response" else None
    writer.write_record(
        writer.create_warc_record(
            url, kind, payload=BytesIO(content), http_headers=http,
            warc_headers_dict={"WARC-Date": at.strftime("%Y-%m-%dT%H:%M:%SZ")},
        )
    )  # fmt: skip
    return out.getvalue()


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A configuration that knows one site."""
    folder = tmp_path / "config"
    (folder / "sources").mkdir(parents=True)
    (folder / "gazette.toml").touch()
    (folder / "sources" / "town.toml").write_text(
        'name = "镇政府"\naddress = "https://www.town.example/"\nzone = "Asia/Shanghai"\n'
        'exclude = ["/video/"]\n[[listings]]\nurl = "https://www.town.example/news/"\n',
        encoding="utf-8",
    )
    return folder


Import = Callable[..., Result]


@pytest.fixture
def take(config: Path, tmp_path: Path) -> Import:
    """Import files as the command does."""

    def run(*paths: Path, options: Iterable[str] = ()) -> Result:
        words = ["import", *map(str, paths), *options]
        places = ["--config", str(config), "--data", str(tmp_path / "data")]
        return CliRunner().invoke(main, [*words, *places], catch_exceptions=False)

    return run


def made(tmp_path: Path, *records: bytes, name: str = "others.warc.gz") -> Path:
    path = tmp_path / name
    path.write_bytes(b"".join(records))
    return path


def test_an_article_keeps_the_moment_it_was_taken_and_says_whence_it_came(
    take: Import, tmp_path: Path
) -> None:
    told = take(made(tmp_path, record(f"{SITE}/2019/1.html", page())))
    assert told.exit_code == 0
    assert told.output == f"{tmp_path / 'others.warc.gz'}: 1 new\n"
    with Archive.open(tmp_path / "data" / "archive.db", read_only=True) as archive:
        stored = archive.find(f"{SITE}/2019/1.html")
        assert stored is not None
        assert stored.article.source == "import"
        assert stored.article.title == "关于做好就业工作的通知"
        assert (stored.first_seen, stored.last_seen) == (TAKEN, TAKEN)
        (revision,) = archive.history(stored.id)
        assert (revision.fetched_at, revision.status) == (TAKEN, 200)
        assert revision.imported == "others.warc.gz"
        (capture,) = archive.pages(stored.id)
        assert (capture.fetched_at, capture.imported) == (TAKEN, "others.warc.gz")
        assert capture.body.decode() == page()
    shown = CliRunner().invoke(main, ["history", str(stored.id), "--data", str(tmp_path / "data")])
    assert "import of others.warc.gz" in shown.output
    assert verify(tmp_path / "data" / "archive.db", deep=True) == ()


def test_an_article_of_a_configured_site_belongs_to_its_source(
    take: Import, tmp_path: Path
) -> None:
    town = "https://www.town.example"
    told = take(
        made(
            tmp_path,
            record(f"{town}/news/1.html", page()),
            record(f"{town}/news/", page()),
            record(f"{town}/video/1.html", page()),
        )
    )
    assert "1 a listing" in told.output
    assert "1 shut out by the patterns of source town" in told.output
    with Archive.open(tmp_path / "data" / "archive.db", read_only=True) as archive:
        (stored,) = archive.articles()
    assert (stored.article.source, stored.article.channel) == ("town", "镇政府")


def test_importing_again_changes_nothing_and_an_edit_is_a_revision(
    take: Import, tmp_path: Path
) -> None:
    url, later = f"{SITE}/1.html", TAKEN.replace(year=2020)
    first = made(tmp_path, record(url, page()), record(url, page(extra="有删改。"), at=later))
    assert ": 1 new, 1 revised\n" in take(first).output
    # The older of the two is not taken for an edit of the newer.
    again = take(first)
    assert ": 1 unchanged\n" in again.output
    assert "1 older than what the archive holds" in again.output
    with Archive.open(tmp_path / "data" / "archive.db", read_only=True) as archive:
        (stored,) = archive.articles()
        assert (stored.revision, stored.last_seen) == (2, later)
    assert verify(tmp_path / "data" / "archive.db", deep=True) == ()


def test_what_is_no_article_is_counted_with_the_reason(take: Import, tmp_path: Path) -> None:
    links = "".join(f"<li><a href='/{n}.html'>第{n}号通知公告全文</a></li>" for n in range(30))
    told = take(
        made(
            tmp_path,
            record(f"{SITE}/1.html", page()),
            record(f"{SITE}/", page()),
            record(f"{SITE}/list/", f"<html><h1>通知公告</h1><ul>{links}</ul></html>"),
            record(f"{SITE}/2.html", page(), status="404 Not Found"),
            record(f"{SITE}/robots.txt", "User-agent: *", media="text/plain"),
            record(f"{SITE}/9.html", page(), at=TAKEN.replace(year=2999)),
            record(f"{SITE}/a.png", b"\x89PNG", media="image/png"),
            record("dns:www.city.example", b"127.0.0.1", kind="resource", media="text/dns"),
            record("urn:uuid:1", page()),
        ),
    )
    assert told.exit_code == 0
    lines = told.output.splitlines()
    assert lines[0].endswith(": 1 new")
    passed = {line.partition(": ")[2].partition(" ")[2].partition(":")[0] for line in lines[1:]}
    assert passed >= {
        "a home page", "status 404", "no page but text/plain", "no page but image/png",
        "a record of type resource", "no HTTP", "taken in the future",
    }  # fmt: skip
    with Archive.open(tmp_path / "data" / "archive.db", read_only=True) as archive:
        assert archive.stats()["articles"] == 1


def chunked(body: bytes) -> bytes:
    return b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)


@pytest.mark.parametrize("packed", [True, False])
def test_pages_are_read_as_servers_sent_them(take: Import, tmp_path: Path, packed: bool) -> None:
    body = page().encode()
    gzip = zlib.compressobj(wbits=31)
    small = gzip.compress(body) + gzip.flush()
    path = made(
        tmp_path,
        record(f"{SITE}/1.html", chunked(body), Transfer_Encoding="chunked", packed=packed),
        record(f"{SITE}/2.html", small, Content_Encoding="gzip", packed=packed),
        record(f"{SITE}/3.html", chunked(small), Content_Encoding="gzip", packed=packed,
               Transfer_Encoding="chunked"),
        record(f"{SITE}/4.html", body, Transfer_Encoding="chunked", packed=packed),
        record(f"{SITE}/5.html", page().encode("gb18030"), media="text/html; charset=gb2312",
               packed=packed),
        name="others.warc.gz" if packed else "others.warc",
    )  # fmt: skip
    assert ": 1 new, 4 reprint\n" in take(path).output
    assert verify(tmp_path / "data" / "archive.db", deep=True) == ()


def test_the_pages_of_an_article_are_joined(take: Import, tmp_path: Path) -> None:
    pager = "<a href='t20190506_693227_2.html'>2</a>"
    path = made(
        tmp_path,
        record(f"{SITE}/t20190506_693227.html", page().replace("</div>", f"<p>{pager}</p></div>")),
        record(f"{SITE}/t20190506_693227_2.html", page(extra="第二页的内容在此。")),
    )
    told = take(path)
    assert told.output.splitlines()[0].endswith(": 1 new")
    assert "1 a further page of an article" in told.output
    with Archive.open(tmp_path / "data" / "archive.db", read_only=True) as archive:
        (stored,) = archive.articles()
    assert "第二页的内容" in stored.article.text


def torn(good: bytes) -> bytes:
    return good[: len(good) // 2]


def flipped(good: bytes) -> bytes:
    spoilt = bytearray(good)
    spoilt[len(good) // 2] ^= 0xFF
    return bytes(spoilt)


def exchanged(good: bytes) -> bytes:
    """Return the record with another payload of the same length under the old digests."""
    plain = zlib.decompress(good, 31)
    packer = zlib.compressobj(wbits=31)
    return packer.compress(plain.replace("就业".encode(), "失业".encode())) + packer.flush()


def bomb(_: bytes) -> bytes:
    return record(f"{SITE}/bomb.html", bytes(80 << 20))


def coded_bomb(_: bytes) -> bytes:
    packer = zlib.compressobj(wbits=31)
    small = packer.compress(bytes(40 << 20)) + packer.flush()
    return record(f"{SITE}/bomb.html", small, Content_Encoding="gzip")


def wrong_length(good: bytes) -> bytes:
    plain = zlib.decompress(good, 31)
    packer = zlib.compressobj(wbits=31)
    return packer.compress(plain.replace(b"Content-Length: ", b"Content-Length: 99", 1)) + (
        packer.flush()
    )


def undated(good: bytes) -> bytes:
    plain = zlib.decompress(good, 31)
    packer = zlib.compressobj(wbits=31)
    return packer.compress(plain.replace(b"2019-05-06T", b"yesterday T", 1)) + packer.flush()


def with_header(good: bytes, old: bytes, new: bytes) -> bytes:
    plain = zlib.decompress(good, 31)
    packer = zlib.compressobj(wbits=31)
    return packer.compress(plain.replace(old, new, 1)) + packer.flush()


def endless(good: bytes) -> bytes:
    return with_header(good, b"Content-Length: ", b"Content-Length: " + b"9" * 20)


def before_time(good: bytes) -> bytes:
    return with_header(good, b"2019-05-06T07:08:09Z", b"0001-01-01T00:00:00+12:00")


def odd_digest(good: bytes) -> bytes:
    return with_header(good, b"WARC-Block-Digest: sha1:", b"WARC-Block-Digest: shake_128:")


def nonsense(_: bytes) -> bytes:
    packer = zlib.compressobj(wbits=31)
    return packer.compress(b"WARC/1.0\r\nnothing at all\r\n\r\n" * 3) + packer.flush()


@pytest.mark.parametrize(
    "spoil",
    [
        torn, flipped, exchanged, bomb, coded_bomb, wrong_length, undated, nonsense, endless,
        before_time, odd_digest,
    ],
)  # fmt: skip
def test_a_spoilt_record_is_told_and_the_rest_goes_on(
    take: Import, tmp_path: Path, spoil: Callable[[bytes], bytes]
) -> None:
    good = [record(f"{SITE}/{n}.html", page(extra=f"第{n}号。")) for n in (1, 2, 3)]
    path = made(tmp_path, good[0], spoil(good[1]), good[2])
    told = take(path, options=["--json"])
    rows = [json.loads(line) for line in told.stdout.splitlines()]
    taken = [row["url"] for row in rows if row["verdict"]]
    assert taken == [f"{SITE}/1.html", f"{SITE}/3.html"]
    assert [row["reason"] for row in rows if not row["verdict"]] != []
    if spoil is not coded_bomb:  # which is a record as good as any, of a page that is none
        assert told.exit_code == 1
        assert "damaged: " in told.stderr
    assert verify(tmp_path / "data" / "archive.db", deep=True) == ()


@pytest.mark.parametrize("spoil", [torn, flipped, wrong_length])
def test_the_same_in_a_file_that_is_not_packed(
    tmp_path: Path, spoil: Callable[[bytes], bytes]
) -> None:
    good = [zlib.decompress(record(f"{SITE}/{n}.html", page()), 31) for n in (1, 2, 3)]
    spoilt = good[1][: len(good[1]) // 2] if spoil is torn else good[1]
    if spoil is flipped:
        spoilt = flipped(spoilt)
    if spoil is wrong_length:
        spoilt = spoilt.replace(b"Content-Length: ", b"Content-Length: 99", 1)
    path = made(tmp_path, good[0], spoilt, good[2], name="others.warc")
    found = list(responses(path))
    urls = [one.capture.url for one in found if one.capture]
    assert urls[0] == f"{SITE}/1.html"
    assert urls[-1] == f"{SITE}/3.html"
    assert len(urls) == 2
    assert any(one.reason.startswith("damaged") for one in found)


def test_a_file_packed_as_a_whole_is_told_how_to_be_taken_apart(tmp_path: Path) -> None:
    plain = zlib.decompress(record(f"{SITE}/1.html", page()), 31)
    packer = zlib.compressobj(wbits=31)
    path = made(tmp_path, packer.compress(plain * 2) + packer.flush())
    assert is_warc(path)
    (found,) = responses(path)
    assert "warcio recompress" in found.reason


def test_what_was_imported_can_be_read_again(take: Import, config: Path, tmp_path: Path) -> None:
    take(made(tmp_path, record(f"{SITE}/1.html", page())))
    words = ["reextract", "--dry-run", "--config", str(config), "--data", str(tmp_path / "data")]
    result = CliRunner().invoke(main, words, catch_exceptions=False)
    assert "1 articles read, 0 changed" in result.output


def test_several_files_are_taken_one_after_another(take: Import, tmp_path: Path) -> None:
    files = []
    for n in range(3):
        pages = (record(f"{SITE}/{n}-{k}.html", page(extra=f"第{n}{k}号。" * 9)) for k in range(40))
        files.append(tmp_path / f"{n}.warc.gz")
        files[-1].write_bytes(b"".join(pages))
    result = take(*files)
    assert (result.exit_code, result.stdout.count("40 new")) == (0, 3), result.output


def test_posts_and_captures_are_taken_in_one_go(take: Import, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    made(tmp_path, record(f"{SITE}/1.html", page()), name="in/a.warc.gz")
    (tmp_path / "in" / "b.md").write_text(
        "---\ntitle: '通知'\ndate: Fri, 11 Feb 2022 11:06:56 GMT\n---\n<p>另一则</p>\n", "utf-8"
    )
    told = take(tmp_path / "in")
    assert told.exit_code == 0
    assert "1 posts: 1 new" in told.output
    assert "a.warc.gz: 1 new" in told.output


def test_what_wget_saved_of_a_site_is_archived(take: Import, tmp_path: Path) -> None:
    if shutil.which("wget") is None:
        pytest.skip("wget is not installed")
    with Portal(size=60, seed=5) as portal:
        site = portal.site("trs")
        wget = ["wget", "-q", "-r", "-l", "4", "--warc-file", tmp_path / "site", "--delete-after",
                "-P", tmp_path / "x", f"{site.address}/"]  # fmt: skip
        subprocess.run(wget, check=False)  # 8: some pages of the site are not there, and meant so
        truth = {told.url: told.title for told in portal.truth()}
    saved = {one.capture.url for one in responses(tmp_path / "site.warc.gz") if one.capture}
    assert len(saved & set(truth)) > 5
    assert take(tmp_path / "site.warc.gz").exit_code == 0
    with Archive.open(tmp_path / "data" / "archive.db", read_only=True) as archive:
        stored = {found.article.url: found.article.title for found in archive.articles()}
    assert stored == {url: title for url, title in truth.items() if url in saved}
    assert verify(tmp_path / "data" / "archive.db", deep=True) == ()
    assert " new" not in take(tmp_path / "site.warc.gz").output
