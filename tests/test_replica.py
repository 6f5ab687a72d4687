"""The replica portal: built like the real systems, true to itself, changing only when told to."""

import itertools
import json
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import Message
from email.utils import parsedate_to_datetime
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode, urljoin, urlsplit
from xml.etree import ElementTree
from zlib import crc32

import pytest
from selectolax.lexbor import LexborHTMLParser

from crawler.replica import Portal, Site, Truth

NOW = datetime(2024, 5, 1, 1, 30, tzinfo=UTC)
SITES = ("trs", "hanweb", "policy", "county", "english")
COUNTERS = re.compile(r'(id="views">|id="hits">|阅读次数：<span>|<font color=red>)\d+')
BODIES = {
    "trs": ".TRS_Editor",
    "hanweb": "#zoom",
    "policy": "#UCAP-CONTENT .pages_content",
    "county": "td.content",
    "english": ".field-body",
}
TITLES = {
    "trs": "h1",
    "hanweb": ".sp_title",
    "policy": "table.bd1 td[colspan='3']",
    "county": "font[size='4'] b",
    "english": "h1",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    status: int
    headers: Message
    body: bytes

    @property
    def text(self) -> str:
        gbk = b"charset=gb2312" in self.body[:300]
        return self.body.decode("gb18030" if gbk else "utf-8")


def get(url: str, method: str = "GET", body: str | None = None, **headers: str) -> Response:
    """Ask once; redirects are not followed."""
    parts = urlsplit(url)
    connection = HTTPConnection(parts.netloc, timeout=5)
    try:
        target = f"{parts.path}?{parts.query}" if parts.query else parts.path
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, target, body, named)
        answer = connection.getresponse()
        return Response(status=answer.status, headers=answer.headers, body=answer.read())
    finally:
        connection.close()


@pytest.fixture(scope="module")
def still() -> Iterator[Portal]:
    """A portal that no test changes."""
    with Portal(size=200, seed=1, now=NOW) as portal:
        yield portal


@pytest.fixture
def portal() -> Iterator[Portal]:
    with Portal(size=200, seed=1, now=NOW) as portal:
        yield portal


def truths(portal: Portal, site: str) -> list[Truth]:
    return [truth for truth in portal.truth() if truth.site == site]


def parts(url: str) -> list[str]:
    """An article's pages; a script in the first counts them, from 0."""
    first = get(url).text
    found = re.search(r'createPageHTML\((\d+), 0, "(t\d+_\d+)", "html"\)', first)
    folder = url.rpartition("/")[0]
    further = range(1, int(found[1])) if found else ()
    return [first, *(get(f"{folder}/{found[2]}_{n}.html").text for n in further if found)]


def links(page: str, base: str, selector: str) -> list[str]:
    tree = LexborHTMLParser(page)
    return [urljoin(base, node.attributes["href"] or "") for node in tree.css(selector)]


def squeezed(text: str) -> str:
    return "".join(text.replace("\N{NO-BREAK SPACE}", "").split())


def without_counters(page: str) -> str:
    return COUNTERS.sub(r"\1", page)


def hanweb_records(text: str, address: str) -> list[str]:
    return [
        address + href
        for href in re.findall(r'<record><!\[CDATA\[\s*<li>(?:<i.*?</i>)?<a href="(.*?)"', text)
    ]


def hanweb_parameters(page: str) -> dict[str, str]:
    """The form fields, from ``var param_38501 = {col:1,appid:'1',…}``."""
    found = re.search(r"var param_\d+ = \{(.*?)\};", page)
    assert found
    return dict(re.findall(r"(\w+):'?([^',}]*)'?", found[1]))


def listed(site: Site) -> set[str]:
    """All articles that a site's lists name, page by page in its own way."""
    return set(itertools.chain(*(READERS[site.id](site, one.url) for one in site.listings)))


def trs_list(site: Site, url: str) -> Iterator[str]:
    page = get(url).text
    found = re.search(r'createPageHTML\((\d+), 0, "index", "html"\)', page)
    assert found
    yield from links(page, url, ".news_list li a")
    for number in range(1, int(found[1])):
        yield from links(get(f"{url}index_{number}.html").text, url, ".news_list li a")


def hanweb_list(site: Site, url: str) -> Iterator[str]:
    page = get(url).text
    form = hanweb_parameters(page)
    numbers = {key: int(value) for key, value in re.findall(r"(\w+):(\d+)[,}]", page)}
    size, group, total = numbers["perPage"], numbers["groupSize"], numbers["totalRecord"]
    yield from hanweb_records(page, site.address)
    for start in range(size * group + 1, total + 1, size * group):
        asked = {"startrecord": start, "endrecord": start + size * group - 1, "perpage": size}
        url = f"{site.address}/module/web/jpage/dataproxy.jsp?{urlencode(asked)}"
        answer = get(url, "POST", urlencode(form), Content_Type="application/x-www-form-urlencoded")
        yield from hanweb_records(answer.text, site.address)


def policy_list(site: Site, url: str) -> Iterator[str]:
    page = get(url).text
    found = re.search(r"totalPage: (\d+)", page)
    assert found
    yield from links(page, url, ".list_1 li a")
    for number in range(2, int(found[1]) + 1):
        later = url.replace("index.htm", f"index_{number}.htm")
        yield from links(get(later).text, url, ".list_1 li a")


def county_list(site: Site, url: str) -> Iterator[str]:
    while url:
        page = get(url).text
        yield from links(page, url, "td[height='26'] a")
        onward = re.search(r'<a href="([^"]*)">下一页', page)
        url = urljoin(url, onward[1]) if onward else ""


def english_list(site: Site, url: str) -> Iterator[str]:
    page = get(url).text
    if "<sitemapindex" in page:
        for part in re.findall(r"<loc>(.*?)</loc>", page):
            yield from re.findall(r"<loc>(.*?)</loc>", get(part).text)
    else:
        yield from re.findall(r"<item>.*?<link>(.*?)</link>", page)


READERS = {
    "trs": trs_list,
    "hanweb": hanweb_list,
    "policy": policy_list,
    "county": county_list,
    "english": english_list,
}


def test_the_same_seed_gives_the_same_bytes_but_for_the_counters() -> None:
    pages: list[dict[str, str]] = []
    port = 0
    for _ in range(2):
        with Portal(size=60, seed=4, now=NOW, port=port) as portal:
            port = urlsplit(portal.sites[0].address).port or 0
            urls = [truth.url for truth in portal.truth()]
            urls += [listing.url for site in portal.sites for listing in site.listings]
            for url in urls[: len(pages)]:
                get(url)
            pages.append({url: get(url).text for url in urls})
    one, two = pages
    assert {url for url in one if one[url] != two[url]} == {next(iter(one))}
    assert {url: without_counters(page) for url, page in one.items()} == {
        url: without_counters(page) for url, page in two.items()
    }


def test_another_seed_gives_other_articles(still: Portal) -> None:
    with Portal(size=200, seed=2, now=NOW) as other:
        ours = {t.text for t in still.truth()}
        assert len(ours & {t.text for t in other.truth()}) <= 1


def test_a_portal_too_small_for_its_changes_is_refused() -> None:
    with pytest.raises(ValueError, match="size"):
        Portal(size=10, now=NOW)
    with pytest.raises(ValueError, match="days"):
        Portal(days=1, now=NOW)


def test_the_size_is_the_number_of_articles_beside_the_reference(still: Portal) -> None:
    found = list(still.truth())
    assert len(found) == 201
    assert len({truth.url for truth in found}) == 201
    assert {truth.site for truth in found} == set(SITES)


def test_all_moments_lie_before_now_and_within_the_days(still: Portal) -> None:
    moments = [truth.published for truth in still.truth() if "平凉" not in truth.title]
    assert NOW - timedelta(days=402) < min(moments)
    assert NOW - timedelta(days=30) < max(moments) <= NOW


@pytest.mark.parametrize("name", SITES)
def test_the_lists_of_a_site_name_exactly_its_articles(still: Portal, name: str) -> None:
    assert listed(still.site(name)) == {truth.url for truth in truths(still, name)}


@pytest.mark.parametrize("name", SITES)
def test_the_truth_is_what_the_page_shows(still: Portal, name: str) -> None:
    for truth in truths(still, name):
        pages = parts(truth.url)
        page, text, expected = "".join(pages), "", squeezed(truth.text)
        for tree in map(LexborHTMLParser, pages):
            title, body = tree.css_first(TITLES[name]), tree.css_first(BODIES[name])
            assert title is not None
            assert body is not None
            assert squeezed(title.text()) == squeezed(truth.title)
            text = text.partition("createPageHTML")[0] + squeezed(body.text())
        if truth.title.startswith("平凉"):
            assert expected[:1500] in text
        else:
            assert text.startswith(expected)
        for value in (truth.origin, truth.author, truth.editor, truth.issuer):
            assert value is None or value in page
        for value in (truth.doc_number, truth.index_number):
            assert value is None or value in page
        assert truth.written is None or f"{truth.written:%Y年%m月%d日}" in page
        for address in (*truth.attachments, *truth.pictures):
            assert address.rpartition("/")[2] in page


def test_the_attachments_and_pictures_are_there(still: Portal) -> None:
    found = list(still.truth())
    files = [address for truth in found for address in truth.attachments]
    pictures = [address for truth in found for address in truth.pictures]
    assert files
    assert pictures
    for address in files[:5]:
        answer = get(address)
        assert answer.headers["Content-Type"] == "application/pdf"
        assert answer.body.startswith(b"%PDF-1.4")
        assert answer.body.rstrip().endswith(b"%%EOF")
    for address in pictures[:5]:
        answer = get(address)
        assert answer.headers["Content-Type"] == "image/png"
        assert answer.body.startswith(b"\x89PNG")
    assert get(files[0].replace("00.pdf", "07.pdf")).status == 404


def test_a_pdf_says_its_title(still: Portal) -> None:
    truth = next(truth for truth in still.truth() if truth.attachments)
    body = get(truth.attachments[0]).body
    assert truth.title.encode("utf-16-be").hex().upper().encode() in body
    table = int(body.rpartition(b"startxref\n")[2].split()[0])
    assert body[table:].startswith(b"xref")


def test_trs_pages_follow_the_standard_metas_and_end_in_bylines(still: Portal) -> None:
    found = truths(still, "trs")
    for truth in found:
        assert re.search(r"/zwxx/[a-z]+/\d{6}/t\d{8}_\d+\.html$", truth.url)
        page = get(truth.url)
        assert page.headers["Content-Type"] == "text/html"
        local = truth.published + timedelta(hours=8)
        assert f'<meta name="PubDate" content="{local:%Y-%m-%d %H:%M}">' in page.text
        assert f'<meta name="ContentSource" content="{truth.origin}">' in page.text
        assert truth.editor is None or f"（责任编辑：{truth.editor}）" in parts(truth.url)[-1]
    assert any(truth.editor for truth in found)
    assert any("OLDSRC" in get(truth.url).text for truth in found)


def test_one_trs_article_stands_on_three_pages_that_only_a_script_counts(portal: Portal) -> None:
    plans = [truth for truth in truths(portal, "trs") if len(parts(truth.url)) > 1]
    (plan,) = plans
    pages = parts(plan.url)
    assert len(pages) == 3
    assert get(plan.url.replace(".html", "_3.html")).status == 404
    assert f'href="./{plan.url.rpartition("/")[2].removesuffix(".html")}_1' not in pages[0]
    assert [f"（责任编辑：{plan.editor}）" in page for page in pages] == [
        False,
        False,
        plan.editor is not None,
    ]
    portal.edit(plan.url)
    changed = [a != b for a, b in zip(bodies(pages), bodies(parts(plan.url)), strict=True)]
    assert changed == [False, False, True]
    portal.take_down(plan.url)
    assert get(plan.url.replace(".html", "_1.html")).status == 404


def bodies(pages: list[str]) -> list[str]:
    found = [LexborHTMLParser(page).css_first(BODIES["trs"]) for page in pages]
    return [node.text() for node in found if node is not None]


def test_trs_links_are_relative_and_page_two_is_index_1(still: Portal) -> None:
    url = still.site("trs").listings[0].url
    first, second = get(url), get(f"{url}index_1.html")
    assert 'createPageHTML(2, 0, "index", "html")' in first.text
    assert 'createPageHTML(2, 1, "index", "html")' in second.text
    assert len(re.findall(r'<li><a href="\./\d{6}/t', first.text)) == 20
    assert get(f"{url}index_2.html").status == 404
    assert get(f"{url}index.html").text == first.text


def test_hanweb_carries_records_as_cdata_and_the_rest_by_post(still: Portal) -> None:
    site = still.site("hanweb")
    page = get(site.listings[0].url).text
    assert '<script type="text/xml"><datastore>' in page
    assert "<nextgroup><![CDATA[" in page
    form = hanweb_parameters(page)
    assert form["columnid"] == "1201"
    assert form["webname"] == "临湖市人民政府"
    assert len(hanweb_records(page, site.address)) == 20
    proxy = f"{site.address}/module/web/jpage/dataproxy.jsp"
    answer = get(f"{proxy}?startrecord=21&endrecord=40&perpage=10", "POST", urlencode(form))
    total = ElementTree.fromstring(answer.body).findtext("totalrecord")  # noqa: S314
    assert int(total or 0) == 20 + len(hanweb_records(answer.text, site.address))
    nextgroup = re.search(r'<nextgroup><!\[CDATA\[<a href="(.*?)"', page)
    assert nextgroup
    assert hanweb_records(get(site.address + nextgroup[1]).text, site.address) == hanweb_records(
        answer.text, site.address
    )
    wrong = urlencode(form | {"unitid": "1"})
    answer = get(f"{proxy}?startrecord=1&endrecord=20&perpage=10", "POST", wrong)
    assert "<totalrecord>0</totalrecord>" in answer.text


def test_hanweb_cuts_titles_in_the_list_and_keeps_them_whole_beside(still: Portal) -> None:
    page = get(still.site("hanweb").listings[0].url).text
    rows = re.findall(r'title="([^"]*)" target="_blank">([^<]*)</a>', page)
    assert any(shown.endswith("...") and title.startswith(shown[:-3]) for title, shown in rows)


def test_hanweb_carries_the_reference_article(still: Portal) -> None:
    truth = next(t for t in truths(still, "hanweb") if t.title.startswith("平凉市2022年劳务工作"))
    assert truth.published == datetime(2022, 2, 11, 11, 6, 56, tzinfo=UTC)
    assert (truth.origin, truth.author, truth.editor) == ("平凉市人民政府", "郝江晨", "雷云霞")
    page = get(truth.url).text
    assert "发布日期：2022-02-11 19:06:56" in page
    assert "<p>【来源：平凉市人民政府】</p><p>版权归原作者所有，向原创者致敬</p>" in page


def test_a_portal_of_the_past_knows_nothing_of_the_reference() -> None:
    with Portal(size=50, now=datetime(2020, 1, 1, tzinfo=UTC)) as portal:
        assert not [truth for truth in portal.truth() if "平凉" in truth.title]


def test_policy_papers_are_written_before_they_are_published(still: Portal) -> None:
    for truth in truths(still, "policy"):
        page = get(truth.url).text
        local = truth.published + timedelta(hours=8)
        assert truth.written is not None
        assert truth.written < local.date()
        assert f'"firstpublishedtime" content="{local:%Y-%m-%d-%H:%M}:00"' in page
        assert '<meta name="PubDate" content="2024-05-01 09:30:00">' in page
        assert "<b>索 引 号：</b>" in page
        assert "<b>标　　题：</b>" in page
        assert f"<td>{local:%Y年%m月%d日}</td>" in page
        assert truth.issuer
        assert truth.issuer in truth.title


def test_policy_lists_call_page_two_index_2(still: Portal) -> None:
    url = still.site("policy").listings[0].url
    assert "totalPage: 2, currentPage: 1" in get(url).text
    assert "totalPage: 2, currentPage: 2" in get(urljoin(url, "index_2.htm")).text
    assert get(urljoin(url, "index_3.htm")).status == 404
    assert get(urljoin(url, ".")).text == get(url).text


def test_county_pages_are_gbk_without_a_charset_in_the_header(still: Portal) -> None:
    site = still.site("county")
    page = get(site.listings[0].url)
    assert page.headers["Content-Type"] == "text/html"
    assert b"charset=gb2312" in page.body
    with pytest.raises(UnicodeDecodeError):
        page.body.decode("utf-8")
    with pytest.raises(UnicodeDecodeError):
        page.body.decode("gb2312")
    assert "镕溪县" in page.body.decode("gbk")
    assert re.findall(r"<td width=60>\[\d\d-\d\d\]</td>", page.text)
    assert "2024" not in page.text
    truth = truths(still, "county")[0]
    local = truth.published + timedelta(hours=8)
    assert (local.hour, truth.precision) == (0, "day")
    assert f"发布时间：{local.year}-{local.month}-{local.day}　" in get(truth.url).text


def test_the_english_feed_is_rss_with_the_newest(still: Portal) -> None:
    site = still.site("english")
    answer = get(site.listings[0].url)
    assert answer.headers["Content-Type"] == "application/rss+xml; charset=UTF-8"
    items = ElementTree.fromstring(answer.body).findall("channel/item")  # noqa: S314
    told = {truth.url: truth for truth in truths(still, "english")}
    assert len(items) == 30
    for item in items:
        truth = told[item.findtext("link") or ""]
        assert item.findtext("title") == truth.title
        assert parsedate_to_datetime(item.findtext("pubDate") or "") == truth.published


def test_a_large_english_site_spreads_over_several_sitemaps() -> None:
    with Portal(size=5100, now=NOW) as portal:
        site = portal.site("english")
        parts = re.findall(r"<loc>(.*?)</loc>", get(site.listings[1].url).text)
        assert parts == [f"{site.address}/sitemap-news.xml", f"{site.address}/sitemap-1.xml"]
        assert [get(part).text.count("<url>") for part in parts] == [1000, 20]
        assert get(f"{site.address}/sitemap-2.xml").status == 404
        assert len(re.findall("<time", get(f"{site.address}/news/?page=51").text)) == 20
        assert get(f"{site.address}/news/?page=52").status == 404


def test_english_pages_say_when_in_three_ways(still: Portal) -> None:
    for truth in truths(still, "english"):
        tree = LexborHTMLParser(get(truth.url).text)
        linked = tree.css_first("script[type='application/ld+json']")
        meta = tree.css_first("meta[property='article:published_time']")
        time = tree.css_first(".dateline time")
        assert linked is not None
        assert meta is not None
        assert time is not None
        article = json.loads(linked.text())
        said = (
            article["datePublished"],
            meta.attributes["content"] or "",
            time.attributes["datetime"] or "",
        )
        assert {datetime.fromisoformat(one) for one in said} == {truth.published}
        assert article["headline"] == truth.title
        assert article["author"]["name"] == (truth.author or still.site("english").name)


def test_everything_english_answers_304_while_it_is_the_same(still: Portal) -> None:
    site = still.site("english")
    urls = [listing.url for listing in site.listings]
    urls += [f"{site.address}/", f"{site.address}/news/", truths(still, "english")[0].url]
    for url in urls:
        whole = get(url)
        tag, moment = whole.headers["ETag"], whole.headers["Last-Modified"]
        assert tag
        assert moment
        for known in (tag, f'"x", W/{tag}', "*"):
            again = get(url, If_None_Match=known)
            assert (again.status, again.body) == (304, b"")
            assert again.headers["ETag"] == tag
        assert get(url, If_Modified_Since=moment).status == 304
        assert get(url, If_None_Match='"other"', If_Modified_Since=moment).status == 200
        assert get(url, If_Modified_Since="Mon, 01 Jan 1990 00:00:00 GMT").status == 200
        assert get(url, If_Modified_Since="yesterday").status == 200


def test_an_english_edit_gives_new_validators(portal: Portal) -> None:
    url = portal.urls("english")[0]
    before = get(url)
    portal.now += timedelta(days=1)
    portal.edit(url)
    after = get(url, If_None_Match=before.headers["ETag"])
    assert after.status == 200
    assert parsedate_to_datetime(after.headers["Last-Modified"]) == portal.now
    assert get(url, If_Modified_Since=before.headers["Last-Modified"]).status == 200


@pytest.mark.parametrize("name", SITES)
def test_each_site_has_robots_a_home_page_and_a_page_for_nothing(still: Portal, name: str) -> None:
    site = still.site(name)
    robots = get(f"{site.address}/robots.txt")
    assert robots.text.startswith("User-agent: *\nDisallow: /admin/")
    assert ("Sitemap:" in robots.text) is (name == "english")
    home = get(f"{site.address}/")
    assert home.status == 200
    assert site.name in home.text
    anchors = links(home.text, f"{site.address}/", "a")
    assert {truth.url for truth in truths(still, name)} & set(anchors)
    nothing = get(f"{site.address}/nothing/here.html")
    assert nothing.status == 404
    assert nothing.body


def test_the_search_words_are_in_some_articles_and_not_in_all(still: Portal) -> None:
    texts = [f"{truth.title}\n{truth.text}".lower() for truth in still.truth()]
    for word in ("就业", "数字经济", "employment"):
        assert 3 < sum(word in text for text in texts) < len(texts) / 3


def test_lengths_are_spread_as_on_real_sites(still: Portal) -> None:
    lengths = sorted(len(truth.text) for truth in still.truth() if truth.site != "english")
    assert lengths[0] < 120
    assert 400 < lengths[len(lengths) // 2] < 1400
    assert 2000 < lengths[-1] < 3600


def test_articles_are_clearly_different_unless_they_are_reprints(still: Portal) -> None:
    found = [truth for truth in still.truth() if "防汛抗旱日报" not in truth.title]
    grams = [{t.text[i : i + 5] for i in range(len(t.text) - 4)} for t in found]
    samples = [{gram for gram in kept if crc32(gram.encode()) % 8 == 0} for kept in grams]
    near = {
        frozenset((found[one].url, found[two].url))
        for one, two in itertools.combinations(range(len(found)), 2)
        if len(samples[one] & samples[two]) > 0.5 * len(samples[one] | samples[two])
    }
    reprints = {frozenset((t.url, t.reprint_of)) for t in found if t.reprint_of}
    assert reprints
    assert near <= reprints


def test_an_edit_changes_a_sentence_and_a_figure_and_no_more(portal: Portal) -> None:
    for name in SITES:
        url = next(t.url for t in truths(portal, name) if len(t.text) > 500)
        before, shown = portal.told(url), without_counters(get(url).text)
        assert portal.edit(url) == url
        after = portal.told(url)
        assert after.title == before.title
        assert after.published == before.published
        pairs = zip(before.text.split("\n"), after.text.split("\n"), strict=True)
        assert 1 <= sum(one != two for one, two in pairs) <= 2
        assert without_counters(get(url).text) != shown
        once = after.text
        portal.edit(url)
        assert portal.told(url).text not in (before.text, once)


def test_the_reference_can_be_edited_too(portal: Portal) -> None:
    url = next(t.url for t in portal.truth() if t.title.startswith("平凉"))
    before = get(url).text
    portal.edit(url)
    changed = [line for line in portal.told(url).text.split("\n") if line not in before]
    assert 1 <= len(changed) <= 2
    assert all(line in get(url).text for line in changed)


def test_a_counter_moves_at_each_request_and_nothing_else_does(portal: Portal) -> None:
    for name in SITES[:-1]:
        url = portal.urls(name)[3]
        one, two = get(url).text, get(url).text
        assert one != two
        assert without_counters(one) == without_counters(two)
        portal.count(url, views=100_000)
        assert without_counters(get(url).text) == without_counters(one)
    with pytest.raises(ValueError, match="counter"):
        portal.count(portal.urls("english")[0])


@pytest.mark.parametrize("name", SITES)
def test_articles_are_taken_down_in_three_ways(portal: Portal, name: str) -> None:
    site = portal.site(name)
    one, two, three = portal.urls(name)[:3]
    portal.take_down(one)
    portal.take_down(two, how="redirect")
    portal.take_down(three, how="soft404")
    assert get(one).status == 404
    away = get(two)
    assert (away.status, away.headers["Location"]) == (302, f"{site.address}/")
    assert get(three).status == 200
    assert get(three).body == get(one).body
    gone = {one, two, three}
    assert not gone & listed(site)
    assert not gone & {truth.url for truth in portal.truth()}
    with pytest.raises(KeyError):
        portal.edit(one)
    with pytest.raises(ValueError, match="how"):
        portal.take_down(portal.urls(name)[0], how="burn")


def test_a_reprint_is_word_for_word_or_shorter_under_another_name(portal: Portal) -> None:
    source = next(t for t in truths(portal, "trs") if t.text.count("\n") > 4 and not t.pictures)
    exact = portal.told(portal.reprint(source.url, site="hanweb", exact=True))
    loose = portal.told(portal.reprint(source.url, site="county"))
    assert exact.text == source.text
    assert exact.reprint_of == loose.reprint_of == source.url
    assert exact.origin == loose.origin == "云岭省人民政府"
    assert exact.title == loose.title == source.title
    assert loose.author != source.author
    lines = source.text.split("\n")
    assert len(loose.text.split("\n")) == len(lines) - 1
    assert set(loose.text.split("\n")) < set(lines)
    assert {exact.url, loose.url} <= listed(portal.site("hanweb")) | listed(portal.site("county"))
    for copy in (exact, loose):
        assert squeezed(copy.text[:40]) in squeezed(get(copy.url).text)
    with pytest.raises(ValueError, match="english"):
        portal.reprint(source.url, site="english")
    with pytest.raises(ValueError, match="trs"):
        portal.reprint(source.url, site="trs")


def test_some_articles_are_reprints_from_the_start(still: Portal) -> None:
    found = {truth.url: truth for truth in still.truth()}
    reprints = [truth for truth in found.values() if truth.reprint_of]
    assert {found[t.reprint_of or ""].text == t.text for t in reprints} == {True, False}
    assert all(found[t.reprint_of or ""].published < t.published for t in reprints)


@pytest.mark.parametrize("name", SITES[:-1])
def test_a_pinned_row_heads_its_list_with_its_old_date(portal: Portal, name: str) -> None:
    site = portal.site(name)
    old = next(t for t in truths(portal, name) if t.category == site.categories[0])
    before = listed(site)
    portal.pin(old.url)
    assert next(iter(READERS[name](site, site.listings[0].url))) == old.url
    assert listed(site) == before
    portal.take_down(old.url)
    assert next(iter(READERS[name](site, site.listings[0].url))) != old.url


def test_a_backdated_article_is_not_on_the_first_page(portal: Portal) -> None:
    for name in SITES[:-1]:
        site = portal.site(name)
        url = portal.backdate(name)
        order = list(READERS[name](site, site.listings[0].url))
        assert 20 < order.index(url) < len(order)
        assert portal.told(url).published < NOW - timedelta(days=200)


@pytest.mark.parametrize("name", SITES)
def test_a_new_article_heads_its_list(portal: Portal, name: str) -> None:
    site = portal.site(name)
    portal.now += timedelta(hours=5)
    url = portal.publish(name)
    assert url in listed(site)
    truth = portal.told(url)
    listing = site.listings[site.categories.index(truth.category)]
    assert next(iter(READERS[name](site, listing.url))) == url
    if truth.precision != "day":
        assert truth.published == portal.now


def test_an_overloaded_site_says_when_to_come_back(portal: Portal) -> None:
    site = portal.site("trs")
    portal.overload("trs", retry_after=7)
    answer = get(site.listings[0].url)
    assert (answer.status, answer.headers["Retry-After"]) == (503, "7")
    assert get(f"{site.address}/robots.txt").status == 200
    assert get(portal.site("hanweb").listings[0].url).status == 200
    portal.overload("trs", retry_after=NOW)
    assert get(site.address + "/").headers["Retry-After"] == "Wed, 01 May 2024 01:30:00 GMT"
    portal.restore("trs")
    assert get(site.listings[0].url).status == 200


def test_a_challenged_site_shows_a_script_instead_of_its_pages(portal: Portal) -> None:
    url = portal.urls("hanweb")[0]
    portal.challenge("hanweb")
    refused = get(url)
    assert refused.status == 412
    assert "wzws_sessionid" in refused.headers["Set-Cookie"]
    portal.challenge("hanweb", status=200)
    disguised = get(url)
    assert disguised.status == 200
    assert "Set-Cookie" not in disguised.headers
    assert 'document.cookie="wzws_sessionid=' in disguised.text
    portal.restore()
    assert 'id="zoom"' in get(url).text


def test_a_closed_site_says_so_in_robots_only(portal: Portal) -> None:
    robots = f"{portal.site('county').address}/robots.txt"
    portal.disallow("county")
    assert get(robots).text == "User-agent: *\nDisallow: /\n"
    assert get(portal.urls("county")[0]).status == 200
    portal.restore("county")
    assert "Disallow: /\n" not in get(robots).text


def test_a_slow_site_shows_how_many_asked_at_once(portal: Portal) -> None:
    portal.slow("trs", 0.2)
    host, urls = portal.site("trs").hosts[0], portal.urls("trs")[:3]
    threads = [threading.Thread(target=get, args=(url,)) for url in urls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert portal.requests.peak[host] == 3
    portal.requests.clear()
    portal.restore()
    get(urls[0])
    assert portal.requests.peak[host] == 1


def test_the_standard_changes_do_what_their_record_says(portal: Portal) -> None:
    before = {truth.url: truth for truth in portal.truth()}
    lists = {site.id: listed(site) for site in portal.sites}
    later = NOW + timedelta(days=2)
    changes = portal.change(later)
    after = {truth.url: truth for truth in portal.truth()}
    assert changes.at == portal.now == later
    assert all(after[url].text != before[url].text for url in changes.edited)
    assert all(after[url] == before[url] for url in (*changes.counted, *changes.pinned))
    gone = {*changes.missing, *changes.redirected, *changes.soft_missing}
    assert set(before) - set(after) == gone
    copies = {reprint.copy for reprint in changes.reprinted}
    fresh = {*copies, *changes.backdated, *changes.published}
    assert set(after) - set(before) == fresh
    assert {reprint.exact for reprint in changes.reprinted} == {True, False}
    assert all(after[r.copy].reprint_of == r.source for r in changes.reprinted)
    assert [get(url).status for url in changes.missing] == [404]
    assert [get(url).status for url in changes.redirected] == [302]
    assert [get(url).status for url in changes.soft_missing] == [200]
    touched = [*changes.edited, *changes.counted, *changes.pinned, *gone]
    assert len(set(touched)) == len(touched)
    untouched = set(before) - set(changes.edited) - gone
    assert all(after[url] == before[url] for url in untouched)
    for site in portal.sites:
        here = f"{site.address}/"
        expected = {url for url in (lists[site.id] - gone) | fresh if url.startswith(here)}
        assert listed(site) == expected


def test_the_standard_changes_are_the_same_for_the_same_seed(portal: Portal) -> None:
    def bare(portal: Portal) -> list[str]:
        changes = portal.change(NOW + timedelta(days=1))
        return [urlsplit(url).path for url in (*changes.edited, *changes.published)]

    first = bare(portal)
    with Portal(size=200, seed=1, now=NOW) as other:
        assert bare(other) == first
        assert bare(other) != first


def test_rounds_of_changes_can_follow_each_other() -> None:
    with Portal(size=100, now=NOW) as portal:
        for _ in range(2):
            portal.change()
        assert portal.now == NOW + timedelta(days=2)
        assert {site.id: listed(site) for site in portal.sites} == {
            name: {truth.url for truth in truths(portal, name)} for name in SITES
        }


def test_requests_are_remembered_for_the_judgement_of_manners(portal: Portal) -> None:
    site = portal.site("county")
    get(site.listings[0].url)
    get(f"{site.address}/nothing", "HEAD")
    visits = [visit[1:] for visit in portal.requests]
    assert visits == [
        (site.hosts[0], "GET", "/list.asp?classid=3", 200),
        (site.hosts[0], "HEAD", "/nothing", 404),
    ]
    assert portal.requests[0].at < portal.requests[1].at
    assert portal.requests.tally(host=site.hosts[0], method="GET") == 1
    assert portal.requests.tally(path="/nothing", status=404) == 1
    assert portal.requests[1:] == list(portal.requests)[1:]
    portal.requests.clear()
    assert len(portal.requests) == 0


def test_head_answers_without_a_body(still: Portal) -> None:
    url = truths(still, "english")[0].url
    head, whole = get(url, "HEAD"), get(url)
    assert head.body == b""
    assert head.headers["Content-Length"] == str(len(whole.body))
    assert head.headers["ETag"] == whole.headers["ETag"]


def test_a_connection_is_kept_and_requests_may_arrive_in_pieces(still: Portal) -> None:
    site = still.site("trs")
    host, port = urlsplit(site.address).hostname, urlsplit(site.address).port
    asked = f"GET /robots.txt HTTP/1.1\r\nHost: {host}\r\n\r\n".encode()
    last = asked.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
    with socket.create_connection((host, port), timeout=5) as client:
        client.sendall(asked + asked[:9])
        client.sendall(asked[9:] + last)
        received = b"".join(iter(lambda: client.recv(65_536), b""))
    assert received.count(b"HTTP/1.1 200 OK") == 3
    assert received.count(b"Connection: keep-alive") == 2


@pytest.mark.parametrize(
    "sent",
    [
        b"nonsense\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: many\r\n\r\n",
        b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"GET / HTTP/1.1\r\nX: " + b"x" * 70_000,
    ],
)
def test_what_is_no_request_is_refused(still: Portal, sent: bytes) -> None:
    parts = urlsplit(still.site("trs").address)
    with socket.create_connection((parts.hostname, parts.port), timeout=5) as client:
        client.sendall(sent)
        assert client.recv(65_536).startswith(b"HTTP/1.1 400 Bad Request")


def test_where_one_address_is_all_there_is_the_sites_get_ports() -> None:
    with Portal(size=50, now=NOW, hosts="ports") as portal:
        addresses = {site.address for site in portal.sites}
        assert len(addresses) == 5
        assert {urlsplit(address).hostname for address in addresses} == {"127.0.0.1"}
        assert portal.sites[0].hosts == (urlsplit(portal.sites[0].address).netloc,)
        assert all(get(f"{address}/").status == 200 for address in addresses)
    with pytest.raises(ValueError, match="hosts"):
        Portal(size=50, now=NOW, hosts="names").start()


def test_a_port_that_is_taken_is_an_error(still: Portal) -> None:
    port = urlsplit(still.sites[0].address).port or 0
    for hosts in ("addresses", "auto"):
        with pytest.raises(OSError, match="in use"):
            Portal(size=50, now=NOW, port=port, hosts=hosts).start()


def test_the_portal_runs_as_a_program() -> None:
    command = (sys.executable, "-m", "crawler.replica", "--size", "50", "--port", "0")
    # a suite that runs in the background hands its children an ignored SIGINT
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[1],
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    ) as process:
        assert process.stdout is not None
        lines = list(itertools.takewhile(lambda line: "Ctrl-C" not in line, process.stdout))
        address = re.search(r"http://\S+/", lines[0])
        assert address
        assert get(address[0]).status == 200
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=5) == 0
    assert len(lines) == 15
