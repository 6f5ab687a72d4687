"""The page after a page of an HTML listing."""

import pytest

from crawler.records import ListingRules, PageRequest
from tests.listings import HOME, read

ROWS = "".join(
    f"<li><a href='t20240315_{n}.html'>关于印发第{n}号文件的通知</a>2024-03-15</li>"
    for n in range(1000, 1009)
)

#: What TRS puts into every list: the function itself, then the call.
FUNCTION = "function createPageHTML(_nPageCount, _nCurrIndex, _sPageName, _sPageExt){ return; }"


def after(html: str, name: str = "index.html", rule: str = "") -> str | None:
    """Return the name of the page after page ``name`` whose end is ``html``."""
    url = HOME + "xwzx/"
    page = read(
        ROWS + html,
        url=url + "index.html",
        request=PageRequest(url=url + name),
        rules=ListingRules(next=rule),
    )
    assert page.next is None or page.next.method == "GET"
    return page.next and page.next.url.removeprefix(url)


@pytest.mark.parametrize(
    ("script", "name", "expected"),
    [
        ('createPageHTML(24, 0, "index", "html");', "index.html", "index_1.html"),
        ('createPageHTML(24, 0, "index", "html");', "", "index_1.html"),
        ('createPageHTML(24, 1, "index", "html");', "index_1.html", "index_2.html"),
        ('createPageHTML(24, 23, "index", "html");', "index_23.html", None),
        ('createPageHTML(1, 0, "index", "html");', "index.html", None),
        (
            "createPageHTML('page_div',50, 3,'default','shtml',600);",
            "index.html",
            "default_4.shtml",
        ),
        ("createPage(12,0,'list','htm')", "list.htm", "list_1.htm"),
        (
            "var countPage = 9//共多少页\nvar currentPage = 2;\n"
            "createPageHTML(countPage, currentPage, 'index', 'html');",
            "index_2.html",
            "index_3.html",
        ),
        ("var countPage=56\nvar endPage=countPage-1", "index.html", "index_1.html"),
        ("var countPage=56", "index_54.shtml", "index_55.shtml"),
        ("var countPage=56", "index_55.shtml", None),
        ('$(".pagination").pagination({totalPage:54})', "index.html", "index_2.html"),
        ('$(".pagination").pagination({"totalPage": "54"})', "index_2.html", "index_3.html"),
        ('$(".pagination").pagination({totalPage:54})', "index_54.html", None),
        ('$(".pagination").pagination({totalPage:54})', "search?page=1", None),
        ("", "index.html", None),
    ],
)
def test_pages_that_only_a_script_knows_of(script: str, name: str, expected: str | None) -> None:
    assert after(f"<script>{FUNCTION}{script}</script>", name) == expected


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("<a href='index2.html'>下一页</a>", "index2.html"),
        ("<a href='?page=2'>下一页 &gt;</a>", "?page=2"),
        ("<a class=p href='list_2.html'>Next »</a>", "list_2.html"),
        ("<a rel='next nofollow' href='p2'>older things</a>", "p2"),
        ("<link rel=next href='p2.html'>", "p2.html"),
        (
            "<a href='javascript:go(2)'>下一页</a><a href='2.html' title='下一页'><img></a>",
            "2.html",
        ),
        ("<a href='#'>下一页</a>", None),
        ("<a href='index.html'>下一页</a>", None),
        ("<a href='https://other.example.com/2.html'>下一页</a>", None),
        ("<a href='t20240314_999.html'>下一篇</a>", None),
    ],
)
def test_pages_that_a_link_leads_to(link: str, expected: str | None) -> None:
    found = after(f"<div class='page'><a href='index_9.html'>尾页</a>{link}</div>")
    assert found == (expected if expected != "?page=2" else "index.html?page=2")


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("none", None),
        ("trs", "index_1.html"),
        ("link", "l2.html"),
        ("plugin", "index_2.html"),
        ("a.go", "go2.html"),
        ("a.go@data-u", "data2.html"),
        ("a.missing", None),
        ("", "index_1.html"),
    ],
)
def test_a_rule_names_the_mechanism_or_the_link(rule: str, expected: str | None) -> None:
    html = (
        "<script>createPageHTML(9, 0, 'index', 'html'); x({totalPage: 9})</script>"
        "<a href='l2.html'>下一页</a><a class='go' href='go2.html' data-u='data2.html'>→</a>"
    )
    assert after(html, rule=rule) == expected
