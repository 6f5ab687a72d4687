"""Numbers of a length that no site has a use for: Python refuses to read them, and a page may."""

import contextlib
import json

import pytest

from crawler.backfill import rules
from crawler.errors import ListingError
from crawler.records import ListingKind, PageRequest
from tests.listings import HOME, read

LONG = "9" * 5000
TITLE = "第{}号防汛工作通告已经发布"
ROWS = "".join(
    f'<li><a href="/art/{n}.html">{TITLE.format(n)}</a> 2024-03-1{n}</li>' for n in range(1, 5)
)

PLACES = {
    "the pages a TRS script counts": f'<script>createPageHTML({LONG}, 0, "index", "html")</script>',
    "the page it is at": f'<script>createPageHTML(9, {LONG}, "index", "html")</script>',
    "a variable": f'<script>createPage(x, 0, "index", "html"); var x = {LONG};\n</script>',
    "its count": f"<script>var countPage = {LONG};</script>",
    "a plug-in's count": f"<script>totalPages: {LONG}</script>",
    "entries in a script": f'<script>totalRecords: "{LONG}"</script>',
    "a pager": f'<a href="/l_3.html">尾页</a><a href="/l_2.html">{LONG}</a>',
    "words": f"<p>共{LONG}页 共{LONG}条 page {LONG} of {LONG}</p>",
    "a date": f"<p>{LONG}年{LONG}月{LONG}日 {LONG}-{LONG}-{LONG}</p>",
}


@pytest.mark.parametrize("place", PLACES)
def test_a_page_with_an_endless_number_is_read_like_any(place: str) -> None:
    page = read(f"<html><body><ul>{ROWS}</ul>{PLACES[place]}</body></html>")
    assert [link.url for link in page.links] == [f"{HOME}art/{n}.html" for n in range(1, 5)]


@pytest.mark.parametrize("digits", [16, 400, 4000])
@pytest.mark.parametrize("island", [False, True])
def test_an_endless_number_in_json_is_no_date(digits: int, island: bool) -> None:
    entries = [
        {"title": TITLE.format(n), "url": f"/art/{n}.html", "date": int("9" * digits)}
        for n in (1, 2, 3)
    ]
    told = json.dumps({"list": entries, "total": int("9" * digits)}, ensure_ascii=False)
    kind = ListingKind.HTML if island else ListingKind.JSON
    packed = f"<html><script>window.list = {told}</script></html>" if island else told
    with contextlib.suppress(ListingError):  # a script's list without dates is no list of articles
        assert [link.date for link in read(packed, kind).links] == ["", "", ""]


def test_a_page_whose_address_has_an_endless_number_is_followed_by_none() -> None:
    entries = [{"title": TITLE.format(n), "url": f"/art/{n}.html"} for n in (1, 2, 3)]
    told = json.dumps({"list": entries}, ensure_ascii=False)
    for name in ("page", "start", "pageSize"):
        first, later = (f"{HOME}api/list?{name}={number}" for number in ("1", LONG))
        page = read(told, ListingKind.JSON, url=first, request=PageRequest(url=later))
        assert page.next is None


def test_pages_counted_endlessly_are_not_guessed_onward() -> None:
    before = PageRequest(url=f"{HOME}l?page=1")
    assert rules.following(before, PageRequest(url=f"{HOME}l?page={LONG}")) is None
    assert rules.following(PageRequest(url=f"{HOME}l"), PageRequest(url=f"{HOME}l_{LONG}")) is None
