"""Listings that are JSON: entries found or told, wrappings, moments, the way to the next page."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.errors import ListingError
from crawler.listing import read_listing
from crawler.listing.answers import read_answer
from crawler.records import (
    JsonRules,
    Link,
    Listing,
    ListingKind,
    ListingPage,
    ListingRules,
    PageRequest,
    Source,
)
from crawler.urls import canonical
from tests.listings import HOME
from tests.listings import read as read_page
from tests.shared import shared

API = HOME + "api/list?channel=7&page=1"


def read(
    answer: object,
    *,
    url: str = API,
    request: PageRequest | None = None,
    rules: ListingRules | None = None,
    zone: str = "Asia/Shanghai",
    hosts: tuple[str, ...] = (),
    **json_rules: Any,
) -> ListingPage:
    """Return what an answer says; what is no text is written as JSON first."""
    told = {
        k: v if isinstance(v, int | tuple) or k in PLAIN else (v,) for k, v in json_rules.items()
    }
    listing = Listing(
        url=url, kind=ListingKind.JSON, json=JsonRules(**told), rules=rules or ListingRules()
    )
    source = Source(id="x", name="X", address=HOME, zone=zone, hosts=hosts, listings=(listing,))
    text = answer if isinstance(answer, str) else json.dumps(answer, ensure_ascii=False)
    return read_listing(text.encode(), "", request or listing.request, listing, source=source)


PLAIN = ("page", "offset", "body", "form")


def articles(*numbers: int) -> list[dict[str, object]]:
    return [
        {
            "id": n,
            "title": f"第{n}号防汛工作通告已经发布",
            "url": f"/art/{n}.html",
            "publisher": "市政府办公室",
            "date": 1_710_432_000 + 86_400 * n,
        }
        for n in numbers
    ]


def link(n: int) -> Link:
    return Link(
        url=f"{HOME}art/{n}.html", title=f"第{n}号防汛工作通告已经发布", date=f"2024-03-{15 + n}"
    )


WRAPPINGS = {
    "json": "{}",
    "byte order mark": "\ufeff{}",
    "jsonp": "/**/jQuery17_123({});",
    "assignment": "var list = {};",
    "guarded": ")]}}',\n{}",
    "xml": '<?xml version="1.0"?><string xmlns="http://tempuri.org/">{}</string>',
    "cdata": "<root><![CDATA[{}]]></root>",
}


@pytest.mark.parametrize("wrapping", WRAPPINGS)
def test_the_entries_are_found_whatever_the_answer_is_wrapped_in(wrapping: str) -> None:
    told = json.dumps({"code": 200, "data": {"list": articles(1, 2)}}, ensure_ascii=False)
    page = read(WRAPPINGS[wrapping].format(told))
    assert page.links == (link(1), link(2))


def test_json_that_is_a_text_or_escaped_for_html_is_read() -> None:
    told = json.dumps({"rows": articles(1, 2)})
    assert read(json.dumps(told)).links == (link(1), link(2))
    assert read(f"<pre>{told.replace(chr(34), '&quot;')}</pre>").links == (link(1), link(2))
    assert read(told.replace('"', "&quot;")).links == (link(1), link(2))
    assert read({"d": told}).links == (link(1), link(2))


def test_what_only_javascript_reads_is_read() -> None:
    body = "[{title:'第1号防汛工作通告已经发布',url:'/art/1.html',date:'2024-03-16',},]"
    assert read(body).links == (link(1),)


def test_an_answer_that_was_taken_for_a_page_is_read_as_what_it_is() -> None:
    told = json.dumps({"data": articles(1, 2)})
    assert [one.url for one in read_page(told).links] == [link(1).url, link(2).url]
    rows = "".join(
        f"<li><a href='/art/{n}00.html'>第{n}号防汛工作通告已经发布</a> 2024-03-15</li>"
        for n in (1, 2)
    )
    assert len(read_page(f"[更多] <ul>{rows}</ul>").links) == 2


def test_lists_of_several_kinds_at_one_place_are_told_apart() -> None:
    tables = [
        {"rows": [{"name": f"{n}", "count": n, "value": "x"} for n in range(9)]},
        {"rows": articles(1, 2, 3)},
    ]
    assert read({"tables": tables}).links == (link(1), link(2), link(3))


def test_an_address_on_the_sources_own_hosts_is_preferred() -> None:
    entries = [
        {"title": f"一条足够长的标题 {n}", "pubDate": "2024-03-15",
         "url": f"https://elsewhere.example/{n}.html", "file": f"/f/{n}00.pdf"}
        for n in (1, 2)
    ]  # fmt: skip
    assert [link.url for link in read(entries).links] == [HOME + "f/100.pdf", HOME + "f/200.pdf"]


def test_the_list_of_articles_is_told_from_the_menu_and_the_columns() -> None:
    menu = [{"title": f"栏目{n}", "url": f"/col/{n}/index.html", "id": n} for n in range(40)]
    page = read({"menu": menu, "result": {"rows": articles(1, 2, 3)}, "tags": ["a", "b"]})
    assert page.links == (link(1), link(2), link(3))


def test_the_title_is_the_title_and_the_date_is_the_day_of_publication() -> None:
    entry = {
        "channelName": "通知公告通知公告通知公告通知公告",
        "author": "临湖市人民政府办公室秘书处一科",
        "docTitle": "关于<em>防汛</em>工作的通告 &amp; 附件",
        "subTitle": "副题副题副题副题副题副题副题副题副题副题",
        "updateTime": "2024-05-01 10:00:00",
        "pubTime": "2024-03-15 09:30:00",
        "expireDate": "2025-01-01",
        "thumbUrl": "/img/1.jpg",
        "channelUrl": "/col/7/",
        "docPubUrl": "./t20240315_1.html",
        "summary": "<p>摘要</p>",
    }
    others = [entry | {"docPubUrl": f"./t20240315_{n}.html"} for n in (2, 3)]
    page = read({"data": [entry, *others]})
    assert page.links[0] == Link(
        url=HOME + "api/t20240315_1.html",
        title="关于防汛工作的通告 & 附件",
        date="2024-03-15 09:30:00",
        summary="摘要",
    )


@pytest.mark.parametrize(
    ("value", "date"),
    [
        (1_710_468_000, "2024-03-15T10:00:00+08:00"),
        (1_710_468_000_000, "2024-03-15T10:00:00+08:00"),
        ("1710432000", "2024-03-15"),
        ("/Date(1710468000000+0800)/", "2024-03-15T10:00:00+08:00"),
        ("20240315101010", "2024-03-15 10:10:10"),
        ([2024, 3, 15, 10, 5], "2024-03-15 10:05"),
        ({"time": 1_710_432_000_000, "nanos": 0}, "2024-03-15"),
        ("2024年3月15日", "2024年3月15日"),
    ],
)
def test_a_moment_is_read_in_any_of_its_spellings(value: object, date: str) -> None:
    entries = [{"name": f"一条足够长的标题 {n}", "link": f"/a/{n}.html", "time": value}
               for n in (1, 2)]  # fmt: skip
    assert {link.date for link in read(entries).links} == {date}


def test_rows_without_names_and_links_in_html_are_read() -> None:
    rows = [["05/06/2022", "21-217", f"<a href='/get?id={n}'>Best Medical v. Elekta {n}</a>"]
            for n in (1, 2)]  # fmt: skip
    page = read({"recordsTotal": "816", "data": rows}, zone="America/New_York")
    assert page.links[1] == Link(
        url=HOME + "get?id=2", title="Best Medical v. Elekta 2", date="05/06/2022"
    )
    assert page.total == 816


def test_what_an_entry_lacks_is_told_by_what_it_lies_in() -> None:
    cases = [
        {"caption": f"State v. Smith the {n}th", "decided": "2024-03-15",
         "files": [{"fileUrl": f"/out/{n}.pdf", "kind": 3}]}
        for n in range(3)
    ]  # fmt: skip
    page = read({"search": {"startDate": "2001-01-01"}, "cases": cases})
    assert page.links[0] == Link(
        url=HOME + "out/0.pdf", title="State v. Smith the 0th", date="2024-03-15"
    )


def test_a_list_in_html_inside_the_answer_is_read_like_a_page() -> None:
    html = "".join(
        f"<li><a href='/art/{n}.html'>第{n}号防汛工作通告已经发布</a><i>2024-03-{15 + n}</i></li>"
        for n in range(3)
    )
    page = read({"success": True, "data": {"html": f"<ul>{html}</ul>"}})
    assert page.links == (link(0), link(1), link(2))
    told = read({"a": {"b": f"<ul>{html}</ul>"}, "c": articles(7)}, items="a.b")
    assert told.links == page.links


def test_paths_say_where_everything_stands() -> None:
    body = {
        "result": {
            "groups": [{"rows": [{"docId": 9, "t": {"cn": "标题"}, "d": 1_710_432_000}]}],
            "info": {"all": "31", "sheets": 4},
        }
    }
    page = read(
        body,
        items="result.groups[*].rows[*]",
        link="https://www.example.gov.cn/doc/{docId}.html",
        title="t.cn",
        date="d",
        summary="{docId}号",
        total="result.info.all",
        pages="result.info.sheets",
    )
    assert page.links == (
        Link(url=HOME + "doc/9.html", title="标题", date="2024-03-15", summary="9号"),
    )
    assert (page.total, page.pages) == (31, 4)


def test_one_path_is_enough_where_the_rest_is_found() -> None:
    entries = [{"docId": n, "docTitle": f"关于公布第{n}批名单的通知", "publishDate": "2024-03-15"}
               for n in (1, 2)]  # fmt: skip
    page = read({"data": {"rows": entries}}, link="/doc/{docId}.html")
    assert [link.url for link in page.links] == [HOME + "doc/1.html", HOME + "doc/2.html"]
    assert page.links[0].title == "关于公布第1批名单的通知"
    assert page.links[0].date == "2024-03-15"


@pytest.mark.parametrize(
    ("body", "rules", "reason"),
    [
        ("<html><body>404</body></html>", {}, "answers no JSON"),
        ({"code": 401, "msg": "请先登录"}, {}, "the answer says: 请先登录"),
        ({"data": []}, {}, "names no article"),
        ([{"docId": 1, "docTitle": "标题"}, {"docId": 2, "docTitle": "题目"}], {},
         r"no address, but docId, docTitle; say how one is put together: link = \"https"),
        ({"data": {"list": []}}, {"items": "data.rows"}, "nothing at items = data.rows"),
    ],
)  # fmt: skip
def test_an_answer_that_names_nothing_is_an_error_that_says_why(
    body: object, rules: dict[str, Any], reason: str
) -> None:
    with pytest.raises(ListingError, match=reason):
        read(body, **rules)


def after(answer: object, request: PageRequest | None = None, **options: Any) -> PageRequest | None:
    return read(answer, request=request, **options).next


@pytest.mark.parametrize(
    ("url", "next_url"),
    [
        ("api/list?channel=7&page=1", "api/list?channel=7&page=2"),
        ("api/list?pageNo=0&size=2", "api/list?pageNo=1&size=2"),
        ("api?p=3&pg=10", "api?p=4&pg=10"),
        ("search?start=20&rows=2", "search?start=22&rows=2"),
        ("data_id=915,pageIndex=1,pageSize=2.json", "data_id=915,pageIndex=2,pageSize=2.json"),
        ("unit?pageId=77&paramJson=%7B%22pageNo%22%3A1%7D",
         "unit?pageId=77&paramJson=%7B%22pageNo%22%3A2%7D"),
        ("api/list?channel=7", None),
    ],
)  # fmt: skip
def test_the_next_page_is_asked_for_by_the_number_in_the_address(
    url: str, next_url: str | None
) -> None:
    found = after({"total": 99, "rows": articles(1, 2)}, url=HOME + url)
    assert found == (PageRequest(url=HOME + next_url) if next_url else None)


@pytest.mark.parametrize(
    ("stated", "number", "more"),
    [
        ({"total": 6}, 1, True),
        ({"total": 6}, 3, False),
        ({"totalPage": 4}, 3, True),
        ({"totalPage": 4}, 4, False),
        ({}, 9, True),
    ],
)
def test_the_last_page_is_known_by_what_the_answer_counts(
    stated: dict[str, int], number: int, more: bool
) -> None:
    url = f"{HOME}api/list?channel=7&page={number}"
    request = PageRequest(url=url, seen=2 * number - 2)
    assert (after({**stated, "rows": articles(1, 2)}, request) is not None) is more


def test_a_page_that_is_not_full_is_the_last_where_its_size_is_known() -> None:
    first, request = HOME + "api?page=1&pageSize=100", HOME + "api?page=3&pageSize=100"
    assert after({"rows": articles(1, 2)}, PageRequest(url=request), url=first) is None
    assert after({"rows": articles(1, 2)}, url=first) is None
    assert after({"rows": articles(1, 2)}, url=HOME + "api?page=1&pageSize=2") is not None


def test_a_site_that_gives_less_than_it_is_asked_for_is_read_on() -> None:
    first = HOME + "api?page=1&pageSize=15"
    second = after({"rows": articles(*range(10))}, url=first)
    assert second is not None
    third = after({"rows": articles(*range(10, 20))}, second, url=first)
    assert third is not None
    assert after({"rows": articles(20, 21)}, third, url=first) is None


def test_the_entries_before_a_page_tell_whether_it_is_the_last() -> None:
    first = HOME + "api?page=1"
    second = after({"total": 5, "rows": articles(1, 2, 3)}, url=first)
    assert second is not None
    assert after({"total": 5, "rows": articles(4, 5)}, second, url=first) is None
    assert after({"total": 6, "rows": articles(4, 5)}, second, url=first) is not None


def test_an_empty_page_is_the_last_and_no_error() -> None:
    page = read({"rows": []}, request=PageRequest(url=HOME + "api/list?channel=7&page=9"))
    assert page.links == ()
    assert page.next is None


def test_an_answer_that_names_its_next_page_is_followed_but_to_no_other_site() -> None:
    body = {"items": articles(1, 2), "links": {"next": HOME + "api/cursor/abc"}}
    assert after(body) == PageRequest(url=HOME + "api/cursor/abc")
    body["links"] = {"next": "https://elsewhere.example/2"}
    assert after(body, url=HOME + "api") is None


def test_rules_count_pages_in_a_form_in_posted_json_and_in_the_address() -> None:
    body = {"rows": articles(1, 2)}
    form = after(body, url=HOME + "q", form=(("channel", "7"), ("p", "1")), page="p")
    assert form == PageRequest(url=HOME + "q", method="POST", form=(("channel", "7"), ("p", "2")))
    posted = after(body, url=HOME + "q", body='{"filter":{"n":0},"rows":2}', page="filter.n")
    assert posted is not None
    assert json.loads(posted.body) == {"filter": {"n": 1}, "rows": 2}
    assert posted.method == "POST"
    again = after(body, posted, url=HOME + "q", body='{"filter":{"n":0},"rows":2}', page="filter.n")
    assert again is not None
    assert json.loads(again.body)["filter"] == {"n": 2}
    added = after(body, url=HOME + "q?channel=7", page="pageNo")
    assert added == PageRequest(url=HOME + "q?channel=7&pageNo=2")
    spelled = after(body, url=HOME + "list.json", next="list_{page}.json", first=0)
    assert spelled == PageRequest(url=HOME + "list_1.json")
    assert after(body, spelled, url=HOME + "list.json", next="list_{page}.json", first=0) == (
        PageRequest(url=HOME + "list_2.json")
    )


def test_a_request_that_posts_is_what_the_listing_begins_with() -> None:
    listing = Listing(url=HOME, json=JsonRules(body='{"page":1}'))
    assert listing.request == PageRequest(url=HOME, method="POST", body='{"page":1}')
    assert Listing(url=HOME).request == PageRequest(url=HOME)


@given(st.text(alphabet="{}[]\"':,ab1 \\\n(<&;!-C", max_size=200))
def test_no_answer_breaks_the_reader(text: str) -> None:
    value = read_answer(text)
    assert value is None or isinstance(value, dict | list)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12)
        | st.sampled_from(["/a/1.html", "2024-03-15", "<a href='/b/2.html'>x</a>", '{"a":[]}']),
        lambda inner: st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["url", "title", "date", "total", "next"]), inner),
        max_leaves=30,
    )
)  # fmt: skip
def test_any_json_gives_links_or_a_clear_error(value: object) -> None:
    try:
        page = read(value)
    except ListingError:
        return
    assert all(link.url.startswith(HOME) for link in page.links)


COURTS = {
    "opinions__ariz": 4,
    "opinions__bap9": 10,
    "opinions__ri": 5,
    "opinions__fla": 19,
    "oral_args__cafc": 38,
    "opinions__idaho_civil": 5,
    "opinions__lactapp_1": 3,
    "opinions__nh_u": 26,
}


@pytest.mark.parametrize("court", COURTS)
def test_real_endpoints_are_read_without_rules(court: str) -> None:
    folder = shared("corpus/lists/us_courts")
    told = json.loads((folder / f"{court}_example.compare.json").read_text())
    wanted = {canonical(one["download_urls"]): one["case_dates"] for one in told}
    first = next(iter(wanted))
    home = "/".join(first.split("/")[:3]) + "/"
    body = (folder / f"{court}_example.json").read_text()
    page = read(body, url=home, hosts=(home.split("/")[2],), zone="UTC")
    found = {link.url: link.date for link in page.links}
    assert len(wanted) == COURTS[court]
    assert wanted.keys() <= found.keys()
    assert all(found[url] for url in wanted)
