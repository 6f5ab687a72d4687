"""What a browser shows is read, however the page plays with what nobody sees."""

import pytest

from crawler.errors import CrawlError
from crawler.extract import extract
from crawler.extract.unseen import cut_unseen
from crawler.normalise import normalise
from crawler.records import Source
from tests.test_trust import NOW, PROSE, TITLE

SOURCE = Source(id="x", name="", address="http://a.example/", zone="Asia/Shanghai")


def page(inner: str, head: str = "") -> str:
    top = f"<html><head><title>{TITLE}</title>{head}</head>"
    return f"{top}<body><h1>{TITLE}</h1>{inner}</body></html>"


@pytest.mark.parametrize(
    "inner",
    [
        f'<svg class="icon"/><div>{PROSE}</div><svg><path d="M0"/></svg>',
        f'<a href="/" title="see <!-- here">首页</a><div>{PROSE}</div>',
        f"<!-- x --!><div>{PROSE}</div>",
        f"<!--><div>{PROSE}</div>",
        f"<div><button>菜单</div><div>{PROSE}</div><div><button>更多</button></div>",
        f'<img alt="<script>" src="a.jpg"><div>{PROSE}</div><script>var a = 1;</script>',
        f"<SCRIPT>document.write('<div>')</SCRIPT ><div>{PROSE}</div><Style>p{{}}</Style>",
    ],
)
def test_a_text_that_readers_see_is_never_cut(inner: str) -> None:
    article = normalise(extract(page(inner), "http://a.example/a.html"), SOURCE, now=NOW)
    assert "压实责任" in article.text
    assert "document.write" not in article.html


def test_scripts_are_kept_aside_and_json_ld_apart() -> None:
    html = """<script>var a = "1 > 0";</script><p>x</p>
    <script type="application/ld+json">{"a": 1}</script>"""
    left, scripts, jsonld = cut_unseen(html)
    assert left.split() == ["<p>x</p>"]
    assert scripts == ['var a = "1 > 0";']
    assert jsonld == ['{"a": 1}']


@pytest.mark.parametrize(
    "html",
    ["<script>" + "</script " * 100_000, "<svg>" * 100_000, "<!--" * 100_000,
     "<button>" * 50_000 + "</button>" * 50_000, "<object><embed>" * 50_000],
    ids=["ends that never close", "svg", "comments", "buttons", "objects"],
)  # fmt: skip
def test_thousands_of_openings_are_read_once(html: str) -> None:
    cut_unseen(html)


@pytest.mark.parametrize(
    "inner",
    [
        f'<img src="/a.jpg" width="{"9" * 5000}" height="1">',
        '<img data-src=", " src="/b.jpg"><img data-src=",a.jpg">',
        f"<script>nPage = {'1' * 5000};createPageHTML(nPage,0,\"a\",\"html\")</script>",
        f"<h2>A title{'<b></b>' * 10_000}</h2><a href=x.pdf>{chr(31) * 40_000}a</a>",
        "<script>" + '{"publishTime":"2024-03-15"},' * 20_000 + "</script>",
        "<object><embed>" * 200,
    ],
    ids=["a width of 5,000 digits", "empty lists", "a page count of 5,000 digits", "seams",
         "20,000 dates", "nested objects"],
)  # fmt: skip
def test_an_odd_page_is_read_or_refused_by_the_typed_error(inner: str) -> None:
    head = f"""<script type="application/ld+json">
    {{"@type": "NewsArticle", "author": {"[" * 400}{"]" * 400}}}</script>"""
    html = page(f"<div>{inner}{PROSE}</div>", head)
    try:
        article = normalise(extract(html, "http://a.example/a.html"), SOURCE, now=NOW)
    except CrawlError:
        return
    assert "压实责任" in article.text


@pytest.mark.parametrize(
    ("image", "address"),
    [
        ('<img src="/uploading/2024/a.jpg">', "/uploading/2024/a.jpg"),
        ('<img src="/lazybear/a.jpg">', "/lazybear/a.jpg"),
        ('<img src="/images/loading.gif" data-src="/f/a,b.jpg">', "/f/a,b.jpg"),
        ('<img src="/blank.png" data-original="true" data-normal="/n.jpg">', "/n.jpg"),
        ('<img data-original="true" src="/c.jpg">', "/c.jpg"),
        ('<img srcset="/s.jpg 1x, /l.jpg 2x">', "/s.jpg"),
        ('<img src="data:image/gif;base64,R0" data-srcset="/s.jpg 1x, /l.jpg 2x">', "/s.jpg"),
    ],
)
def test_a_picture_has_the_address_that_a_browser_would_load(image: str, address: str) -> None:
    html = page(f"<div>{PROSE}<p>{image}</p></div>")
    article = normalise(extract(html, "http://a.example/a.html"), SOURCE, now=NOW)
    assert article.pictures == (f"http://a.example{address}",)
