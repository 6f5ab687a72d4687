"""How many pages and entries a listing has by its own word, and the page that a number leads to."""

import pytest

from crawler.records import PageRequest
from tests.listings import HOME, read

ROWS = "".join(
    f"<li><a href='t20240315_{n}.html'>关于印发第{n}号文件的通知</a>2024-03-15</li>"
    for n in range(1000, 1009)
)


@pytest.mark.parametrize(
    ("html", "pages", "total"),
    [
        ("<script>createPageHTML(24, 0, 'index', 'html')</script>", 24, None),
        ("<script>createPageHTML('page_div',50, 3,'default','shtml',600);</script>", 50, None),
        ("<script>var countPage = 9//共多少页</script>", 9, None),
        ("<script>$('.p').pagination({totalPage:54})</script>", 54, None),
        ("<script>x({pageCount: 7, totalRecords: 101})</script>", 7, 101),
        ("<div>共<b>56</b>页</div>", 56, None),
        ("<div>共16条 第1/2页</div>", 2, 16),
        ("<div>第 1 页 / 共 9 页 共有 173 条记录</div>", 9, 173),
        ("<div>Page 1 of 12</div>", 12, None),
        ("<div>Displaying 1 to 25 of 1,827</div>", None, 1827),
        ("<div>1398 Results</div>", None, 1398),
        ("<div>maximum of 500 records</div>", None, None),
        ("<a href='index_1.html'>2</a><a href='index_55.html'>尾页</a>", 56, None),
        ("<a href='list_2.html'>2</a><a href='list_55.html'>末页</a>", 55, None),
        ("<a href='?pn=50'>2</a><a href='?pn=500'>尾页</a>", 11, None),
        ("<a href='index_55.html'>尾页</a>", None, None),
        ("<div>共5页</div><div>共6页</div>", None, None),
        ("<div>本市共有3家单位</div>", None, None),
    ],
)
def test_a_listing_says_how_long_it_is(html: str, pages: int | None, total: int | None) -> None:
    page = read(ROWS + html)
    assert (page.pages, page.total) == (pages, total)


@pytest.mark.parametrize(
    ("pager", "name", "expected"),
    [
        ("<b>1</b><a href='l_2.html'>2</a><a href='l_3.html'>3</a>", "index.html", "l_2.html"),
        (
            "<a href='index.html'>1</a><b>2</b><a href='l_3.html'>3</a>",
            "l_2.html",
            "l_3.html",
        ),
        (
            "<a href='index.html'>1</a><a href='l_2.html'>2</a><a href='l_3.html'>3</a>",
            "l_2.html",
            "l_3.html",
        ),
        ("<a href='index.html'>1</a><a href='l_2.html'>2</a><b>3</b>", "l_3.html", None),
        ("<a href='javascript:go(2)'>2</a><a href='javascript:go(3)'>3</a>", "index.html", None),
    ],
)
def test_the_next_number_leads_to_the_next_page(
    pager: str, name: str, expected: str | None
) -> None:
    url = HOME + "xwzx/"
    page = read(
        f"{ROWS}<div class='pages'>{pager}</div>",
        url=url + "index.html",
        request=PageRequest(url=url + name),
    )
    assert (page.next and page.next.url.removeprefix(url)) == expected
