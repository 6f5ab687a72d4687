"""Which links of an article lead to its own further pages, and which only look so."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.extract.paging import MOST, find_further

SITE = "https://www.example.gov.cn"
ARTICLE = f"{SITE}/zwxx/202403/t20240315_693227.html"
#: as a pager draws them, the page being read without a link
NUMBERS = [("t20240315_693227_2.html", "2"), ("t20240315_693227_3.html", "3")]


def page(n: int) -> str:
    return f"{SITE}/zwxx/202403/t20240315_693227_{n}.html"


@pytest.mark.parametrize(
    ("anchors", "expected"),
    [
        (NUMBERS, (page(2), page(3))),
        ([*NUMBERS, ("t20240315_693227_2.html", "下一页")], (page(2), page(3))),
        # cut short with …: what lies between is there too
        ([*NUMBERS, ("t20240315_693227_6.html", "尾页")], tuple(map(page, range(2, 7)))),
        ([("t20240315_693227_2.html", "下一页 >>")], (page(2),)),
        ([("./t20240315_693227_2.html", "[2]"), ("", "下一页")], (page(2),)),
        ([("t20240315_693227_1.html", "第2页")], (page(1),)),
        ([("t20240315_693227_1.html", "2"), ("t20240315_693227_2.html", "3")], (page(1), page(2))),
        ([("t20240315_693227_1.html", "下一页"), ("t20240315_693227_3.html", "尾页")],
         (page(1), page(2), page(3))),
        ([("http://www.example.gov.cn/zwxx/202403/t20240315_693227_2.html", "2")],
         ("http://www.example.gov.cn/zwxx/202403/t20240315_693227_2.html",)),
        ([("t20240315_693227-2.html", "Next page")],
         (f"{SITE}/zwxx/202403/t20240315_693227-2.html",)),
        ([("t20240315_693227_01.html", "2"), ("t20240315_693227_02.html", "3")],
         (f"{SITE}/zwxx/202403/t20240315_693227_01.html",
          f"{SITE}/zwxx/202403/t20240315_693227_02.html")),
    ],
)  # fmt: skip
def test_the_links_of_a_pager_lead_to_the_further_pages(
    anchors: list[tuple[str, str]], expected: tuple[str, ...]
) -> None:
    assert find_further(anchors, (), ARTICLE) == expected


@pytest.mark.parametrize(
    ("url", "anchors", "expected"),
    [
        (f"{SITE}/a?id=7", [("?id=7&page=2", "2")], (f"{SITE}/a?id=7&page=2",)),
        (f"{SITE}/a.html", [("?page=2", "2"), ("?page=2", "下一页")], (f"{SITE}/a.html?page=2",)),
        (f"{SITE}/a?id=7", [("a?page=2&id=7", "2")], (f"{SITE}/a?page=2&id=7",)),
        (f"{SITE}/a.asp?id=7&p=1", [("?id=7&p=2", "下一页"), ("?id=7&p=3", "尾页"),
                                    ("?id=7&p=1", "1")],
         (f"{SITE}/a.asp?id=7&p=2", f"{SITE}/a.asp?id=7&p=3")),
        (f"{SITE}/news/flood/", [("/news/flood/2/", "2"), ("/news/flood/3/", "3")],
         (f"{SITE}/news/flood/2/", f"{SITE}/news/flood/3/")),
        (f"{SITE}/news/flood", [("/news/flood/page/2", "Next")], (f"{SITE}/news/flood/page/2",)),
        (f"{SITE}/x/1545021/index.html", [("index_2.html", "2")],
         (f"{SITE}/x/1545021/index_2.html",)),
        (f"{SITE}/x/1545021/", [("index_2.html", "2")], (f"{SITE}/x/1545021/index_2.html",)),
        # counted from 0 from the first page on
        (f"{SITE}/a_0.shtml", [("a_1.shtml", "2"), ("a_2.shtml", "3")],
         (f"{SITE}/a_1.shtml", f"{SITE}/a_2.shtml")),
    ],
)  # fmt: skip
def test_page_numbers_stand_in_names_folders_and_parameters(
    url: str, anchors: list[tuple[str, str]], expected: tuple[str, ...]
) -> None:
    assert find_further(anchors, (), url) == expected


def test_a_further_page_names_the_next_and_neither_itself_nor_the_first() -> None:
    back = ("t20240315_693227.html", "上一页")
    assert find_further([back, ("t20240315_693227_3.html", "下一页")], (), page(2)) == (page(3),)
    numbers = [("t20240315_693227.html", "1"), ("t20240315_693227_3.html", "3")]
    assert find_further(numbers, (), page(2)) == (page(3),)
    last = [("t20240315_693227.html", "1"), ("t20240315_693227_2.html", "2")]
    assert find_further(last, (), page(3)) == (page(2),)


@pytest.mark.parametrize(
    ("url", "href", "text"),
    [
        # the next article, whatever it is called
        (ARTICLE, "t20240316_693228.html", "下一篇：关于开展检查的通知"),
        (ARTICLE, "t20240316_693228.html", "下一页"),
        (f"{SITE}/art_5.html", "art_6.html", "下一页"),
        (f"{SITE}/news/5/", "/news/6/", "Next"),
        (f"{SITE}/news/5/", "/news/6/", "6"),
        ("https://blog.example/?p=5", "/?p=6", "Next"),
        (f"{SITE}/a?id=7", "?id=8", "2"),
        # pages of a list
        (ARTICLE, "index_2.html", "2"),
        (ARTICLE, "../index_1.html", "下一页"),
        (ARTICLE, "/zwxx/", "1"),
        # another host, another folder, another kind of file
        (ARTICLE, "https://m.example.gov.cn/zwxx/202403/t20240315_693227_2.html", "2"),
        (ARTICLE, "../202404/t20240315_693227_2.html", "2"),
        (ARTICLE, "t20240315_693227_2.pdf", "2"),
        # what only looks like a pager
        (ARTICLE, "t20240315_693227_2.html", "附件2"),
        (ARTICLE, "t20240315_693227_2.html", "English"),
        (ARTICLE, "t20240315_693227_9.html", "2"),
        (ARTICLE, "#2", "2"),
        (ARTICLE, "?page=2#comments", "Next page"),
        (ARTICLE, "?page=2", "2"),
        (ARTICLE, "javascript:go(2)", "2"),
        (ARTICLE, "http://[", "2"),
    ],
)
def test_what_leads_away_from_the_article_is_no_further_page(
    url: str, href: str, text: str
) -> None:
    assert find_further([(href, text)], (), url) == ()


def test_a_pager_that_contradicts_itself_is_not_believed() -> None:
    mixed = [("t20240315_693227_2.html", "2"), ("t20240315_693227_2.html", "3")]
    assert find_further(mixed, (), ARTICLE) == ()


@pytest.mark.parametrize(
    ("script", "count"),
    [
        ('createPageHTML(3, 0, "t20240315_693227", "html");', 3),
        ("createPageHTML('page_div',3,0,'t20240315_693227','html',66);", 3),
        ('var pages = 2;\ncreatePageHTML(pages, 0, "t20240315_693227", "html");', 2),
        ('createPageHTML(1, 0, "t20240315_693227", "html");', 1),
        ('createPageHTML(24, 0, "index", "html");', 1),
        ('createPageHTML(3, 0, "t20240316_693228", "html");', 1),
        ('function createPageHTML(_nPageCount, _nCurrIndex, _sPageName, _sPageExt){}', 1),
    ],
)  # fmt: skip
def test_a_trs_script_counts_the_pages_of_its_own_article_from_0(script: str, count: int) -> None:
    expected = tuple(page(n) for n in range(1, count))
    assert find_further((), (script,), ARTICLE) == expected
    if count > 1:
        assert find_further((), (script,), page(1)) == expected[1:]


def test_no_article_has_more_pages_than_are_allowed() -> None:
    endless = [("t20240315_693227_2.html", "2"), ("t20240315_693227_999.html", "尾页")]
    found = find_further(endless, (), ARTICLE)
    assert len(found) == MOST - 1
    assert found[-1] == page(MOST)


FORMS = {
    "name": ("/a/t{id}.html", "/a/t{id}_{n}.html"),
    "dash": ("/a/{id}.shtml", "/a/{id}-{n}.shtml"),
    "folder": ("/a/{id}/", "/a/{id}/{n}/"),
    "query": ("/a.jsp?id={id}", "/a.jsp?id={id}&page={n}"),
}


@given(
    form=st.sampled_from(sorted(FORMS)),
    number=st.integers(1000, 10**9),
    count=st.integers(2, MOST),
    at=st.integers(1, MOST),
    trs=st.booleans(),
    noise=st.lists(st.tuples(st.text(max_size=30), st.text(max_size=12)), max_size=4),
)
def test_whatever_page_of_a_numbered_pager_is_read_all_others_are_found(
    form: str, number: int, count: int, at: int, trs: bool, noise: list[tuple[str, str]]
) -> None:
    first, further = FORMS[form]
    shift = 1 if trs else 0
    addresses = {1: SITE + first.format(id=number)}
    for n in range(2, count + 1):
        addresses[n] = SITE + further.format(id=number, n=n - shift)
    at = min(at, count)
    anchors = [(address, f"[{n}]") for n, address in addresses.items() if n != at]
    if at < count:
        anchors.append((addresses[at + 1], "下一页"))
    expected = tuple(addresses[n] for n in range(2, count + 1) if n != at)
    others = [(href, text) for href, text in noise if not text.strip().isdecimal()]
    assert find_further([*others, *anchors], (), addresses[at]) == expected


@given(st.lists(st.tuples(st.text(), st.text())), st.text(), st.text())
def test_no_links_and_scripts_make_it_fail(
    anchors: list[tuple[str, str]], script: str, url: str
) -> None:
    assert len(find_further(anchors, (script,), url)) < MOST
