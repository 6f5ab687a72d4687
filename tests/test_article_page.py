"""The page of an article: its own pictures, who said what where, and what can be saved of it."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from datasette.app import Datasette

from archive import Archive, FileFiling
from archive.browse import application
from archive.datasette_plugin.pictures import shown_body, type_of
from archive.datasette_plugin.timeline import in_words, timeline
from archive.frontmatter import parse
from archive.records import KeptFile
from tests.holdings import BODY, NOW, article, capture, miss, sound, types

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20
SVG = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"
SITE = "https://www.city.example"
PICTURES = {
    f"{SITE}/kept.png": (PNG, "image/png"),
    f"{SITE}/liar.png": (SVG, "image/png"),
    f"{SITE}/drawn.svg": (SVG, "image/svg+xml"),
    f"{SITE}/page.jpg": (b"<script>alert(1)</script>", "image/jpeg"),
}
BODY_HTML = (
    "<p>正文</p>"
    + "".join(f'<img src="{url}" alt="图">' for url in PICTURES)
    + f'<img src="{SITE}/lost.png" alt="没有"><img src="javascript:alert(1)">'
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "archive.db"
    own = article(1, html=BODY_HTML, pictures=(*PICTURES, f"{SITE}/lost.png"), attachments=())
    with Archive.open(path) as archive:
        archive.put(own, capture(), now=NOW)
        for url, (content, kind) in PICTURES.items():
            found = capture(1, content, url=url, final_url=url, headers=(("Content-Type", kind),))
            archive.keep_files([FileFiling(capture=found)], now=NOW)
        other = replace(own, source="town", channel="镇政府", url="https://town.example/1.html",
                        published=NOW + timedelta(hours=30), title="转载")  # fmt: skip
        archive.put(other, None, now=NOW)
    return path


@pytest.fixture
def datasette(path: Path) -> Iterator[Datasette]:
    made = application(path, {})
    yield made
    for database in made.databases.values():
        database.close()


@pytest.fixture
def page(path: Path) -> str:
    with Archive.open(path, read_only=True) as archive:
        found = archive.find(f"{SITE}/1.html")
        assert found is not None
        return f"/-/gazette/article/{found.id}"


async def test_pictures_are_our_own_copies_and_what_is_lacking_is_a_link(
    datasette: Datasette, page: str
) -> None:
    got = await datasette.client.get(page)
    sources = re.findall(r'<img src="([^"]+)"', got.text)
    assert sources == [f"{page}/picture/{n}?revision=1" for n in (1, 2, 4)]
    for lost in ("drawn.svg", "lost.png"):
        assert f'class="gazette-no-picture" href="{SITE}/{lost}"' in got.text
    assert "2 pictures of this article are not kept" in got.text
    assert "img-src 'self' data:;" in got.headers["content-security-policy"]
    first = await datasette.client.get(sources[0])
    assert (first.status_code, first.content) == (200, PNG)
    assert first.headers["content-type"] == "image/png"
    assert first.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("number", [0, 2, 3, 4, 5, 99])
async def test_what_is_no_safe_picture_is_never_shown(
    datasette: Datasette, page: str, number: int
) -> None:
    got = await datasette.client.get(f"{page}/picture/{number}")
    assert got.status_code == 404
    assert b"alert" not in got.content


async def test_the_publisher_is_asked_only_on_the_page_that_a_reader_opened_so(
    datasette: Datasette, page: str
) -> None:
    got = await datasette.client.get(f"{page}?pictures=remote")
    assert f'<img src="{SITE}/lost.png"' in got.text
    assert "img-src 'self' data: http: https:;" in got.headers["content-security-policy"]
    assert "javascript:" not in got.text
    assert "https:;" not in (await datasette.client.get("/")).headers["content-security-policy"]


def test_a_picture_is_known_by_its_first_bytes() -> None:
    assert type_of(PNG) == "image/png"
    assert type_of(b"RIFF\n\n\n\nWEBPVP8 ") == "image/webp"
    for other in (SVG, b"", b"\x89PN", b"GIF87", b"<html>", b"%PDF", b"RIFFxxxxWAVE"):
        assert type_of(other) == ""


def test_names_of_pictures_stay_text() -> None:
    html = '<img src="https://a.example/&quot;&gt;&lt;x" alt="&quot; onerror=&quot;alert(1)">'
    for remote in (False, True):
        shown, lacking = shown_body(html, [], "/page", 1, remote=remote)
        assert lacking == 1
        assert ' onerror="' not in shown
        assert "<x" not in shown
    kept = KeptFile(url='https://a.example/"><x', name="", role="picture", sha256="0" * 64)
    assert shown_body(html, [kept], "/page", 1, remote=False)[0].startswith('<img src="/page/')


async def test_each_field_says_where_it_was_read_and_finds_its_like(
    datasette: Datasette, page: str
) -> None:
    shown = (await datasette.client.get(page)).text
    assert "2024-03-15 00:30 (Asia/Shanghai)" in shown
    assert "label:发布时间" in shown
    assert "meta:ArticleTitle" in shown
    found = re.search(r'href="(/-/gazette\?q=number[^"]+)"', shown)
    assert found is not None
    assert ">2 articles</p>" in (await datasette.client.get(found[1])).text


async def test_the_reprints_stand_on_a_line_of_time(
    datasette: Datasette, page: str, path: Path
) -> None:
    shown = (await datasette.client.get(page)).text
    assert shown.count("<circle") == 2
    assert "转载" in shown
    with Archive.open(path, read_only=True) as archive:
        first, second = timeline(archive.similar(int(page.rpartition("/")[2])))
    assert (first.at, second.at) == (2, 98)
    assert (first.later, second.later) == ("", "1 day later")


@pytest.mark.parametrize(
    ("span", "told"),
    [({"seconds": 5}, "1 minute later"), ({"minutes": 59}, "59 minutes later"),
     ({"hours": 1}, "1 hour later"), ({"hours": 47}, "1 day later"), ({"days": 9}, "9 days later")],
)  # fmt: skip
def test_a_span_is_told_in_its_largest_unit(span: dict[str, int], told: str) -> None:
    assert in_words(timedelta(**span)) == told


async def test_an_article_is_saved_as_post_text_and_json(datasette: Datasette, page: str) -> None:
    got = {form: await datasette.client.get(f"{page}.{form}") for form in ("md", "txt", "json")}
    for form, answer in got.items():
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "application/octet-stream"
        assert f".{form}" in answer.headers["content-disposition"]
    assert parse(got["md"].text, path="x")[0].title == "第1号通告"
    assert BODY in got["txt"].text
    assert json.loads(got["json"].text)["url"] == f"{SITE}/1.html"
    for lost in (f"{page}.exe", "/-/gazette/article/7.md", f"{page}.md?revision=9"):
        assert (await datasette.client.get(lost)).status_code == 404


async def test_the_raw_capture_is_saved_as_a_sound_warc_file(
    datasette: Datasette, page: str, tmp_path: Path
) -> None:
    got = await datasette.client.get(f"{page}/capture")
    assert got.headers["content-type"] == "application/octet-stream"
    assert got.headers["content-disposition"].startswith("attachment;")
    saved = tmp_path / "saved.warc.gz"
    saved.write_bytes(got.content)
    assert sound(saved)
    assert types(saved) == ["warcinfo", "response"]


async def test_of_an_imported_article_there_is_no_capture(datasette: Datasette, path: Path) -> None:
    with Archive.open(path, read_only=True) as archive:
        found = archive.find("https://town.example/1.html")
        assert found is not None
    own = f"/-/gazette/article/{found.id}"
    assert f"{own}/capture" not in (await datasette.client.get(own)).text
    assert (await datasette.client.get(f"{own}/capture")).status_code == 404


async def test_what_became_of_an_article_stands_above_it(
    datasette: Datasette, page: str, path: Path
) -> None:
    with Archive.open(path) as archive:
        miss(archive, f"{SITE}/1.html", NOW + timedelta(days=20), how="410")
    shown = (await datasette.client.get(page)).text
    assert "Gone from the web: first missed 2024-04-04 08:00 UTC (410)." in shown
    assert "从" in (await datasette.client.get(f"{page}?lang=zh")).text


async def test_what_datasette_keeps_from_a_visitor_no_download_gives(path: Path, page: str) -> None:
    datasette = Datasette([str(path)], metadata={"databases": {"archive": {"allow": False}}})
    for own in (".md", ".json", "/capture", "/file/1", "/picture/1"):
        assert (await datasette.client.get(page + own)).status_code == 403, own
    for whole in ("/-/gazette.atom", "/-/gazette.csv", "/-/gazette.json"):
        assert (await datasette.client.get(whole)).status_code == 403, whole
    for database in datasette.databases.values():
        database.close()
