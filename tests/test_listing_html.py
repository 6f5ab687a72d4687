"""HTML listings: by rule, and by finding the rows."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.errors import ListingError
from crawler.listing.dates import find_date, whole_date
from crawler.records import Link, ListingRules
from tests.listings import HOME, read
from tests.shared import shared

NAVIGATION = "".join(
    f'<li class="nav"><a href="/{part}/index.html">{words}</a></li>'
    for part, words in [
        ("xxgk", "信息公开"),
        ("bsfw", "办事服务"),
        ("hdjl", "互动交流"),
        ("sj", "数据"),
    ]
)
FOOTER = "<div class='links'>" + "".join(
    f'<a href="/about/{n}.html">网站声明</a>' for n in range(1, 9)
) + "</div>"  # fmt: skip


def around(listing: str) -> str:
    """Return a page with navigation, the listing, and a footer."""
    return (
        f"<html><body><ul>{NAVIGATION}</ul><div class='main'>{listing}</div>{FOOTER}</body></html>"
    )


def row(n: int) -> tuple[str, str, str]:
    """Return address, title and date of the n-th made-up article."""
    return (
        f"202403/t202403{n:02}_1{n:04}.html",
        f"关于做好第{n}批就业见习岗位募集工作的通知",
        f"2024-03-{n:02}",
    )


LAYOUTS = {
    "TRS, date beside the link": "<ul>{}</ul>|<li><a href='./{0}'>{1}</a><span>{2}</span></li>",
    "date before, in brackets": "<ul>{}</ul>|<li><span>[{2}]</span><a href='{0}'>· {1}</a></li>",
    "table": "<table>{}</table>|<tr><td><a href='{0}'>{1}</a><td>市人社局</td><td>{2}</td></tr>",
    "definition list": "<dl>{}</dl>|<dt><a href='{0}'>{1}</a></dt><dd>{2}</dd>",
    "paragraphs without elements": "<p>{}</p>|<a href='{0}'>{1}</a> {2}<br>",
    "date inside the link": "<ul>{}</ul>|<li><a href='{0}'>{1}<i>{2}</i></a></li>",
    "card that is one link": "<div>{}</div>|<a href='{0}'><img><h3>{1}</h3><em>{2}</em></a>",
    "picture and title": "<ul>{}</ul>|<li><a href='{0}'><img></a><a href='{0}'>{1}</a><b>{2}</b>",
    "link and icon": "<ul>{}</ul>|<li><a href='{0}'>{1}</a><a href='/dl?id={2}'>下载</a><b>{2}</b>",
    "label": "<ul>{}</ul>|<li><h4><a href='{0}'>{1}</a></h4><p>发布时间：{2}</p></li>",
    "blocks of five": "{}|<ul class='list'><li><a href='{0}'>{1}</a><span>{2}</span></li></ul>",
    "machine-readable": "<ul>{}</ul>|<li><a href='{0}'>{1}</a><time datetime='{2}'>x</time></li>",
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_rows_are_found_without_rules(layout: str) -> None:
    frame, _, item = LAYOUTS[layout].partition("|")
    rows = [row(n) for n in range(1, 8)]
    page = read(around(frame.format("\n".join(item.format(*each) for each in rows))))
    assert [(link.url, link.title, link.date) for link in page.links] == [
        (HOME + "xwzx/" + url, title, date) for url, title, date in rows
    ]


def test_articles_without_dates_are_told_from_navigation() -> None:
    rows = "".join(
        f"<li><a href='{url}'>{title}</a></li>" for url, title, _ in map(row, range(1, 6))
    )
    page = read(around(f"<ul class='news'>{rows}</ul>"))
    assert [link.url for link in page.links] == [HOME + "xwzx/" + row(n)[0] for n in range(1, 6)]


def test_the_links_of_a_pager_are_no_articles() -> None:
    cells = "".join(f"<td><a href='show.asp?id=2000{n}'>{row(n)[1]}</a></td>" for n in (1, 2, 3))
    words = ("首页", "上一页", "下一页 >", "12", "[尾页]", "Next page »")
    pager = "".join(f"<td><a href='list.asp?id=7&page={w}'>{w}</a></td>" for w in words)
    page = read(around(f"<table>{cells}{pager}</table>"))
    assert [link.title for link in page.links] == [row(n)[1] for n in (1, 2, 3)]


def test_a_page_of_nothing_but_navigation_names_no_article() -> None:
    with pytest.raises(ListingError):
        read(around(""))


@pytest.mark.parametrize(
    ("anchor", "title"),
    [
        ("<a href=1.html title='关于印发工作方案的通知'>关于印发…</a>", "关于印发工作方案的通知"),
        ("<a href=1.html title='关于印发工作方案的通知'>关于印发...</a>", "关于印发工作方案的通知"),
        (
            "<a href=1.html title='关于印发工作方案的通知'><img src=1.png></a>",
            "关于印发工作方案的通知",
        ),
        ("<a href=1.html title='标题：短 时间：今天'>关于 印发</a>", "关于 印发"),
        ("<a href=1.html><span></span>关<span></span>于<span></span>印发</a>", "关于印发"),
        ("<a href=1.html>New <b>rules</b> for ports</a>", "New rules for ports"),
        ("<a href=1.html title='[视频]会议召开'><i>完整版</i>[视频]会议召开</a>", "[视频]会议召开"),
        ("<p>关于印发办法的公告</p><a href=1.html>查看详情</a>", "关于印发办法的公告"),
    ],
)
def test_a_title_is_whole_and_nothing_but_the_title(anchor: str, title: str) -> None:
    page = read(f"<li>{anchor}</li>", rules=ListingRules(item=("li",)))
    assert [link.title for link in page.links] == [title]


def test_rules_say_where_everything_is() -> None:
    body = """
      <div class="n"><a class="cat" href="/zt/">专题</a><b data-t="完整的标题">完整…</b>
        <i class="d">03-15</i><u data-u="/a/1.html"></u><p>摘要</p></div>
      <div class="n"><b data-t="没有地址"></b></div>"""
    rules = ListingRules(
        item=(".missing", ".n"),
        link=("u@data-u",),
        title=("b@data-t",),
        date=("i.d",),
        summary=("p",),
    )
    assert read(body, rules=rules).links == (
        Link(url=HOME + "a/1.html", title="完整的标题", date="03-15", summary="摘要"),
    )


@pytest.mark.parametrize("rule", ["div > a.x@href", "a@href", "a.x"])
def test_a_rule_may_name_the_links_alone(rule: str) -> None:
    body = "<div><a class=x href=1.html>一</a> 2024-03-15 <a class=x href=2.html>二</a></div>"
    page = read(body, rules=ListingRules(link=(rule,)))
    assert [(link.title, link.date) for link in page.links] == [("一", "2024-03-15"), ("二", "")]


def test_addresses_hang_on_the_base_element() -> None:
    page = read(
        "<base href='/zfxxgk/'><li><a href='1.html'>一</a></li>", rules=ListingRules(item=("li",))
    )
    assert page.links[0].url == HOME + "zfxxgk/1.html"


def test_a_summary_is_the_paragraph_that_is_no_title() -> None:
    said = "为进一步做好高校毕业生就业工作，现就有关事项通知如下。"
    body = f"<li><a href=1.html>通知</a><p>通知</p><p>2024-03-15</p><p>{said}</p></li>"
    page = read(body, rules=ListingRules(item=("li",)))
    assert page.links[0].summary == said


def test_a_listing_in_gbk_without_a_word_of_it_is_read() -> None:
    body = "<li><a href='1.html'>县政府办公室关于春耕备耕工作的通知</a>[03-15]</li>".encode("gbk")
    link = read(body, rules=ListingRules(item=("li",))).links[0]
    assert (link.title, link.date) == ("县政府办公室关于春耕备耕工作的通知", "03-15")


@pytest.mark.parametrize(
    ("pieces", "date"),
    [
        (["2024-03-15"], "2024-03-15"),
        (["( 2024-03-15)"], "2024-03-15"),
        (["2024年3月15日 08:30"], "2024年3月15日 08:30"),
        (["来源：新华社", "2024/3/5 8:30:01"], "2024/3/5 8:30:01"),
        (["发布日期：2024.03.15"], "2024.03.15"),
        (["[03-15]"], "03-15"),
        (["3月15日"], "3月15日"),
        (["3小时前"], "3小时前"),
        (["15", "2024-03"], "2024-03-15"),
        (["03-15", "2024"], "2024-03-15"),
        (["March 15, 2024"], "March 15, 2024"),
        (["Published 15 Mar 2024 by the Ministry"], "15 Mar 2024"),
        (["03/15/2024"], "03/15/2024"),
        (["印发2023-12-01前的办法", "2024-03-15"], "2024-03-15"),
        (["令和6年3月15日"], "令和6年3月15日"),
        (["2024. 3. 15. 오후 3:05"], "2024. 3. 15. 오후 3:05"),
        (["Le 15 mars 2024 à 15h05"], "15 mars 2024 à 15h05"),
        (["[15.03.2024]"], "15.03.2024"),
        (["15", "Mar 2024"], "15 Mar 2024"),
        (["3時間前"], "3時間前"),
        (["[昨天 18时30分]"], "昨天 18时30分"),
        (["3월 15일 18시 30분"], "3월 15일 18시 30분"),
        (["2024년 3월 15일 18시 30분"], "2024년 3월 15일 18시 30분"),
        (["24-03-15"], ""),
        (["Yesterday at 10:20"], "Yesterday at 10:20"),
        (["Mar 15"], "Mar 15"),
        (["增长3.5%", "010-12-3456", "2024-13-01", "1.5亿元"], ""),
    ],
)
def test_a_date_is_found_as_it_stands(pieces: list[str], date: str) -> None:
    assert find_date(pieces) == date


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(alphabet="2024年-3月15日:：/[] 前天今x", max_size=20), max_size=6))
def test_a_date_is_never_made_up_of_other_characters(pieces: list[str]) -> None:
    found = find_date(pieces)
    assert set(found) <= set("".join(pieces) + "-")
    assert not found or whole_date(found)


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="<>/ali tdhref='\"=p-2024.html&#;!", max_size=300))
def test_no_page_makes_the_reader_fail_otherwise_than_expected(body: str) -> None:
    try:
        page = read(body)
    except ListingError:
        return
    assert page.links


def test_a_real_day_list_gives_each_item_once() -> None:
    files: list[Path] = sorted(shared("corpus/lists").glob("cctv_day_*.html"))
    for file in files:
        day = file.stem.rpartition("_")[2]
        page = read(
            file.read_bytes(),
            url=f"https://tv.cctv.com/lm/xwlb/day/{day}.shtml",
            hosts=("tv.cctv.com",),
        )
        distinct = {part.split('"')[0] for part in file.read_text().split('href="')[1:]}
        assert {link.url for link in page.links} == {
            url for url in distinct if url.startswith("https://tv.cctv.com/20")
        }
        assert all(link.title for link in page.links)
