"""Hanweb listings: records in CDATA, the rest from the data proxy."""

import pytest

from crawler.errors import ListingError
from crawler.records import Link, ListingKind, ListingPage, PageRequest
from tests.listings import HOME, read

PROXY = HOME + "module/web/jpage/dataproxy.jsp"
COLUMN = HOME + "col/col1234/index.html"


def record(n: int, html: str = "<li>{}<span>2024-03-{:02}</span></li>") -> str:
    link = (
        f"<a href='/art/2024/3/{n}/art_1234_{n}.html' title='关于第{n}批项目的公示'>关于第{n}…</a>"
    )
    return f"<record><![CDATA[\n{html.format(link, n)}]]></record>"


def store(records: str, extra: str = "") -> str:
    return f"<datastore>{extra}<recordset>\n<ul class='l'>\n{records}\n</recordset></datastore>"


def unit(number: int, records: str, total: int) -> str:
    """Return what a page holds for one list: records, search form and pager."""
    proxy = "proxyUrl:'/module/web/jpage/dataproxy.jsp'"
    return f"""<div id="{number}"><script type="text/xml">{store(records)}</script></div>
    <script>var param_{number} = {{col:1,appid:'1',webid:38,path:'/',columnid:1234,
      sourceContentType:1,unitid:'{number}',webname:'某市 人民政府',permissiontype:0}};
    function jpage_{number}(){{$('#{number}').jpage({{totalRecord:1000,groupSize:3,{proxy},
      perPage:15,ajaxParam:param_{number}}});}};
    $(function(){{$('#{number}').jpage({{themeName:'default',totalRecord:{total},
      dataBefore:'<table style="width:100%;perPage:1">',dataStore:$('#{number}').children().html(),
      groupSize:2,{proxy},perPage:5,ajaxParam:param_{number}}});}});</script>"""


def hanweb(body: str, request: PageRequest | None = None) -> ListingPage:
    return read(body, ListingKind.HANWEB, url=COLUMN, request=request)


FORM = (
    ("col", "1"),
    ("appid", "1"),
    ("webid", "38"),
    ("path", "/"),
    ("columnid", "1234"),
    ("sourceContentType", "1"),
    ("unitid", "8377"),
    ("webname", "某市 人民政府"),
    ("permissiontype", "0"),
)


def asking(start: int, end: int) -> PageRequest:
    url = f"{PROXY}?startrecord={start}&endrecord={end}&perpage=5"
    return PageRequest(url=url, method="POST", form=FORM)


def test_records_are_read_out_of_the_script() -> None:
    page = hanweb(unit(8377, record(1) + record(2), total=2))
    assert page.links == tuple(
        Link(
            url=f"{HOME}art/2024/3/{n}/art_1234_{n}.html",
            title=f"关于第{n}批项目的公示",
            date=f"2024-03-{n:02}",
        )
        for n in (1, 2)
    )
    assert page.total == 2
    assert page.next is None


def test_rows_of_a_table_are_records_too() -> None:
    html = "<tr><td>{}</td><td>2024-03-{:02}</td></tr>"
    page = hanweb(unit(8377, record(7, html), total=1))
    assert [(link.title, link.date) for link in page.links] == [
        ("关于第7批项目的公示", "2024-03-07")
    ]


def test_the_whole_listing_is_walked_by_post() -> None:
    records = [record(n) for n in range(1, 24)]
    page = hanweb(unit(8377, "".join(records[:10]), total=23))
    found, asked = list(page.links), []
    while page.next is not None:
        asked.append(page.next)
        first = int(page.next.url.partition("startrecord=")[2].partition("&")[0])
        answer = "".join(records[first - 1 : first + 9])
        page = hanweb(store(answer, "<totalrecord>23</totalrecord>"), page.next)
        found += page.links
    assert asked == [asking(11, 20), asking(21, 30)]
    assert [link.date for link in found] == [f"2024-03-{n:02}" for n in range(1, 24)]


def test_a_proxy_that_sends_less_than_asked_for_loses_no_record() -> None:
    answer = store("".join(map(record, range(11, 15))), "<totalrecord>23</totalrecord>")
    assert hanweb(answer, asking(11, 20)).next == asking(15, 24)


def test_a_proxy_that_tells_no_total_is_asked_until_it_is_empty() -> None:
    assert hanweb(store(record(11)), asking(11, 20)).next == asking(12, 21)
    last = hanweb(store(""), asking(12, 21))
    assert (last.links, last.next) == ((), None)


def test_relative_records_of_an_answer_hang_on_the_column() -> None:
    answer = store("<record><![CDATA[<li><a href='../../art/1.html'>甲</a></li>]]></record>")
    assert hanweb(answer, asking(11, 20)).links[0].url == HOME + "art/1.html"


def test_the_longest_list_of_a_page_is_followed() -> None:
    page = hanweb(unit(11, record(1), total=1) + unit(8377, record(2) + record(3), total=90))
    assert page.next == asking(3, 12)
    assert len(page.links) == 3
    assert page.total == 90


def test_a_page_that_holds_no_record_yet_is_asked_from_the_first_on() -> None:
    page = hanweb(unit(8377, "", total=90))
    assert (page.links, page.next) == ((), asking(1, 10))


def test_a_proxy_that_has_not_even_the_first_record_is_an_error() -> None:
    with pytest.raises(ListingError):
        hanweb(store(""), asking(1, 10))


def test_pages_without_a_script_are_walked_by_the_records_own_link() -> None:
    href = "/module/web/jpage/dataproxy.jsp?page=1&webid=38&columnid=1234&unitid=8377"
    group = f'<nextgroup><![CDATA[<a href="{href}"></a>]]></nextgroup>'
    first = hanweb(store(record(1), group))
    assert first.next == PageRequest(url=f"{PROXY}?page=1&webid=38&columnid=1234&unitid=8377")
    last = hanweb(store(record(2)), first.next)
    assert [link.date for link in last.links] == ["2024-03-02"]
    assert last.next is None


def test_older_pages_fill_arrays() -> None:
    body = "<script>" + "".join(
        f"urls[{n}]='/art/2024/3/{n}/art_1_{n}.html';headers[{n}]=\"标题{n}\";"
        f"year[{n}]='2024';month[{n}]='03';day[{n}]='0{n}';"
        for n in (1, 2)
    )
    assert [(link.title, link.date) for link in hanweb(body).links] == [
        ("标题1", "2024-03-01"),
        ("标题2", "2024-03-02"),
    ]


@pytest.mark.parametrize("body", ["", "<p>网站维护中</p>", "<datastore><recordset></recordset>"])
def test_a_page_without_records_is_an_error(body: str) -> None:
    with pytest.raises(ListingError):
        hanweb(body)
