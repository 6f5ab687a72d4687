"""What a page is: a listing, a home page, an article, a feed, a sitemap, filled by a script."""

import pytest

from benchmarks.corpus import CORPUS, address_of, pages
from benchmarks.listing_pages import cases
from benchmarks.listings import every_link
from crawler.charset import decode
from crawler.listing.nature import Nature, nature_of
from tests.shared import shared

URL = "https://www.example.gov.cn/xwzx/index.html"
PROSE = (
    "<p>"
    + "市政府办公室昨日召开会议，部署今年的防汛工作。会议要求各区县加强值守，落实责任。" * 3
    + "</p>"
)


def rows(count: int, start: int = 1) -> str:
    return "<ul>" + "".join(
        f"<li><a href='/a/t202403{n:02}_1.html'>关于印发第{n}号方案的通知</a><b>2024-03-{n:02}</b>"
        for n in range(start, start + count)
    ) + "</ul>"  # fmt: skip


@pytest.mark.parametrize(
    ("page", "url", "nature"),
    [
        (f"<html>{rows(9)}</html>", URL, Nature.LISTING),
        (f"<html>{rows(9)}{PROSE}</html>", URL, Nature.LISTING),
        (f"<html>{rows(9)}{PROSE}</html>", "https://www.example.gov.cn/", Nature.HOME),
        (f"<html><h1>通知</h1>{PROSE * 6}</html>", URL, Nature.ARTICLE),
        (f"<html><h1>通知</h1>{PROSE * 6}<h3>相关阅读</h3>{rows(4)}</html>", URL, Nature.ARTICLE),
        ("<?xml version='1.0'?><rss><channel></channel></rss>", URL, Nature.FEED),
        ("<feed xmlns='http://www.w3.org/2005/Atom'></feed>", URL, Nature.FEED),
        ("<?xml version='1.0'?><urlset></urlset>", URL, Nature.SITEMAP),
        ("<html><body><div id=app></div><script src=a.js></script>", URL, Nature.EMPTY_BY_SCRIPT),
        (
            "<html><li v-for='x in xs'>{{x.title}}</li><script></script>",
            URL,
            Nature.EMPTY_BY_SCRIPT,
        ),
        ('{"data": []}', URL, Nature.OTHER),
        ("", URL, Nature.OTHER),
        ("<html><body><p>联系我们</p></body></html>", URL, Nature.OTHER),
    ],
)
def test_a_page_is_told_by_what_it_holds(page: str, url: str, nature: Nature) -> None:
    assert nature_of(page, url) == nature


def test_a_home_page_has_lists_side_by_side() -> None:
    blocks = "".join(
        f"<div><h2>栏目</h2><a href='/more/{n}/'>更多</a>{rows(5, start)}</div>"
        for n, start in enumerate((1, 6, 11, 16))
    )
    assert nature_of(f"<html>{blocks}</html>", URL) == Nature.HOME


def test_real_government_articles_and_listings_are_told_apart() -> None:
    shared("corpus/truth.jsonl")
    articles = [
        nature_of(decode(body).text, address_of(truth) + "x.html")
        for truth, body in pages(CORPUS, "zh_gov2")
    ]
    long = [case for case in cases() if len(case.entries) >= 20 and not case.other]
    # What a script or another request brings is no listing yet.
    shown = [case for case in long if len(every_link(case)) >= len(case.entries)][::3]
    listings = [nature_of(case.text, case.url + "list") for case in shown]
    assert articles.count(Nature.ARTICLE) >= 0.9 * len(articles)
    assert listings.count(Nature.LISTING) >= 0.9 * len(listings)
