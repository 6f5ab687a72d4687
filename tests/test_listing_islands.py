"""Lists that no element of a page holds: data and markup in scripts, and what scripts ask for."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from crawler.errors import ListingError
from crawler.listing.endpoints import endpoints_of
from crawler.listing.literals import read_literal
from crawler.records import Link
from tests.listings import HOME, read
from tests.shared import shared

ENTRIES = [
    {"title": f"关于公布第{n}批名单的通知", "url": f"/art/{n}00.html", "date": f"2024-03-1{n}"}
    for n in range(1, 5)
]
LINKS = tuple(Link(url=HOME + e["url"][1:], title=e["title"], date=e["date"]) for e in ENTRIES)
DATA = json.dumps(ENTRIES, ensure_ascii=False)
ROWS = "".join(
    f'<li><a href="{e["url"]}">{e["title"]}</a><span>{e["date"]}</span></li>' for e in ENTRIES
)
MENU = "".join(f'<li><a href="/c{n}/">栏目{n}</a></li>' for n in "甲乙丙丁戊己")


def loose(entry: dict[str, str]) -> str:
    """Return an entry as scripts write it by hand."""
    return f"{{title: '{entry['title']}', url: '{entry['url']}', date: '{entry['date']}'}}"


def each(before: str) -> str:
    return ";".join(f"{before.format(n=n)}{loose(entry)}" for n, entry in enumerate(ENTRIES))


def script(text: str, kind: str = "text/javascript") -> str:
    return f'<script type="{kind}">{text}</script>'


ISLANDS = {
    "data": script(f'{{"page": {{"rows": {DATA}}}}}', "application/json"),
    "next": f'<script id="__NEXT_DATA__" type="application/json">{{"p":{{"a":{DATA}}}}}</script>',
    "state": script(f'window.__INITIAL_STATE__={{"a":{{"b":{DATA}}}}};(function(){{var s}}())'),
    "variable": script(f"var n = 1; var rows = [{', '.join(map(loose, ENTRIES))},]; show(rows);"),
    "argument": script(f"$(function () {{ render({DATA}); }})"),
    "pushed": script(each("rows.push(").replace("}", "})")),
    "numbered": script(each("rows[{n}] = ")),
    "rows": script(f"var r = {json.dumps([list(e.values()) for e in ENTRIES])};"),
    "new array": script(
        ";".join(f"L[{n}]=new Array({', '.join(map(repr, e.values()))})"
                 for n, e in enumerate(ENTRIES))
    ),
    "parsed": script("var d = JSON.parse('" + json.dumps(ENTRIES).replace("\\", "\\\\") + "')"),
    "attribute": f"<div id='app' data-page='{DATA}'></div>",
    "schema": script(
        json.dumps({"@type": "ItemList", "itemListElement": [
            {"@type": "ListItem", "position": n, "item": {
                "@type": "NewsArticle", "headline": e["title"], "url": e["url"],
                "datePublished": e["date"]}}
            for n, e in enumerate(ENTRIES)]}),
        "application/ld+json",
    ),
    "xml": script(
        "<rows>" + "".join(
            f"<row><link><![CDATA[{e['url']}]]></link><title>{e['title']}</title>"
            f"<pubdate>{e['date']}</pubdate></row>" for e in ENTRIES) + "</rows>",
        "text/xml",
    ),
    "cdata": script(
        "".join(f"<record><![CDATA[{row}</li>]]></record>" for row in ROWS.split("</li>")[:-1]),
        "text/xml",
    ),
    "table in cdata": script(
        "".join(f"<r><![CDATA[<tr><td><a href='{e['url']}'>{e['title']}</a></td>"
                f"<td>{e['date']}</td></tr>]]></r>" for e in ENTRIES),
        "text/xml",
    ),
    "textarea": f"<textarea style='display:none'><ul>{ROWS}</ul></textarea>",
    "xmp": f"<xmp><ul>{ROWS}</ul></xmp>",
    "template": f"<template><ul>{ROWS}</ul></template>",
    "strings": script(
        "var h = '';" + ";".join(f"h += '{row}</li>'" for row in ROWS.split("</li>")[:-1])
    ),
}  # fmt: skip


@pytest.mark.parametrize("island", ISLANDS)
def test_a_list_packed_into_a_page_is_read_without_rules(island: str) -> None:
    page = read(f"<body><ul class='nav'>{MENU}</ul>{ISLANDS[island]}</body>")
    assert page.links == LINKS


def test_the_list_that_a_page_shows_is_read_and_not_its_data() -> None:
    other = DATA.replace("/art/", "/other/")
    page = read(f"<body><ul>{ROWS}</ul>{script(f'var hot = {other};')}</body>")
    assert page.links == LINKS


def test_menus_in_a_script_are_no_list() -> None:
    menu = json.dumps([{"name": f"栏目{n}", "url": f"/c{n}/"} for n in range(20)])
    with pytest.raises(ListingError, match="names no article"):
        read(f"<body>{script(f'var menu = {menu};')}</body>")


def test_what_is_not_admitted_is_no_reason_to_prefer_the_data() -> None:
    other = DATA.replace('"/art/', '"https://elsewhere.example/art/')
    bare = "".join(f'<li><a href="{e["url"]}">{e["title"]}</a></li>' for e in ENTRIES)
    page = read(f"<body><ul>{bare}</ul>{script(f'var hot = {other};')}</body>")
    assert [link.url for link in page.links] == [link.url for link in LINKS]


@pytest.mark.parametrize(
    "text", ["[{a:", "a=[{b:f()},", "a=[{'x':'", "='[{\"", "x.push({", "<![CDATA["]
)
def test_a_script_made_to_hurt_costs_no_more_than_its_length(text: str) -> None:
    # Where it did, this would take minutes, and the suite's own limit end it.
    with pytest.raises(ListingError):
        read(f"<body>{script(text * 30_000)}{script(text * 30_000, 'text/xml')}</body>")


scalar = st.none() | st.booleans() | st.integers() | st.text(max_size=9)
values = st.recursive(
    scalar,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=20,
)


@given(st.lists(values, max_size=5), st.text(max_size=20))
def test_json_is_read_out_of_a_script_as_it_is(value: object, after: str) -> None:
    text = json.dumps(value)
    assert read_literal(f"x = {text};{after}", 4) == (value, 4 + len(text))


@given(st.text(alphabet="{}[],:'\"\\`a1 \n/*-", max_size=80))
def test_any_script_is_read_or_refused(text: str) -> None:
    read_literal(f"[{text}", 0)


def test_a_character_in_two_halves_is_one_again() -> None:
    assert read_literal(r"['\ud83d\ude00', '\ud83d']", 0) == (["😀", "\ufffd"], 26)


def test_what_a_script_alone_can_tell_is_not_guessed() -> None:
    assert read_literal("[a + 1]", 0) is None
    assert read_literal("[f(1)]", 0) is None
    assert read_literal("[a, /* so */ -1, 'it\\'s \\u4e2d', {b: .5}]", 0) is None
    assert read_literal("[a, /* so */ 1, 'it\\'s \\u4e2d', {b: c.d,},]", 0) == (
        [None, 1, "it's 中", {"b": None}],
        43,
    )


CALLS = """
<script>
$.ajax({ type: "post", url: "/api/article/list", data: {p: 1} });
fetch(`/v1/news?channel=7&page=${pageNo}`).then(show);
axios.get('../json/notice.json');
$.getJSON("/interface/getDocs.do?id=4&amp;pageNum=" + n, draw);
$.post("/visit/count", {id: 1});
$.ajax({ url: "https://weather.example.com/api/data" });
$.ajax({ url: "/captcha/getInfo" });
fetch("/static/list.js");
</script>
<div class="list" data-url="/ajax/list?cat=3"></div>
"""


def test_the_addresses_that_scripts_ask_for_data_are_named() -> None:
    assert set(endpoints_of(CALLS, HOME + "xwzx/index.html")) == {
        HOME + "api/article/list",
        HOME + "v1/news?channel=7&page=1",
        HOME + "json/notice.json",
        HOME + "interface/getDocs.do?id=4&pageNum=1",
        HOME + "ajax/list?cat=3",
    }


def test_the_columns_of_gkmlpt_and_the_units_of_jpaas_are_named_whole() -> None:
    page = """<script>window._CONFIG = { SID: '769006',
        TREE: [{"id": 21, "name": "工作动态", "children": []}, {"id": 368}] };</script>"""
    assert endpoints_of(page, HOME + "gkmlpt/index") == (
        HOME + "gkmlpt/api/all/0?page=1&sid=769006",
        HOME + "gkmlpt/api/all/21?page=1&sid=769006",
        HOME + "gkmlpt/api/all/368?page=1&sid=769006",
    )
    unit = "/api-gateway/jpaas-publish-server/front/page/build/unit"
    page = f"""<script parseType="bulidstatic" src="/script/0/a.js" url="{unit}"
        queryData="{{'webId':'3549','pageId':'77','pageType':'column','editType':'null'}}"></script>
        """
    (endpoint,) = endpoints_of(page, HOME)
    assert endpoint == (
        f"{HOME[:-1]}{unit}?webId=3549&pageId=77&pageType=column"
        "&paramJson=%7B%22pageNo%22%3A1%2C%22pageSize%22%3A15%7D"
    )


def test_a_list_that_a_script_fills_in_is_told_with_the_address_it_asks() -> None:
    asks = script("$.ajax({url: '/api/article/list?page=' + n})")
    with pytest.raises(ListingError, match=r"scripts ask \S+/api/article/list\?page=1 for data"):
        read(f"<body><ul id='list'></ul>{asks}</body>")


def test_a_real_page_of_jpaas_names_its_unit() -> None:
    body = shared("corpus/articles/zh_gov2/m034.html").read_text(encoding="utf-8")
    (endpoint,) = endpoints_of(body, "https://www.miit.gov.cn/x/art_1.html")
    assert endpoint.startswith(
        "https://www.miit.gov.cn/api-gateway/jpaas-publish-server/front/page/build/unit?parseType="
    )
    assert LexborHTMLParser(body).css_first("#con_con") is not None


@pytest.mark.parametrize(("court", "entries"), [("uscfc", 447), ("uscfc_vaccine", 108)])
def test_a_real_list_in_a_script_is_read(court: str, entries: int) -> None:
    body = shared(f"corpus/lists/us_courts/opinions__{court}_example.html").read_bytes()
    url = "https://ecf.cofc.uscourts.gov/opinions"
    page = read(body, url=url, hosts=("ecf.cofc.uscourts.gov", "www.uscfc.uscourts.gov"))
    assert len(page.links) > 0.9 * entries
    assert all(link.date and link.title for link in page.links)
