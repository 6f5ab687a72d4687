"""What can be watched at a site: read off its pages, tried politely, judged by what it names."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.discovery import Candidate, Discovery, Site, Tried, as_toml, discover
from crawler.discovery.addresses import folders_above, is_article, is_folder
from crawler.discovery.columns import ENOUGH
from crawler.discovery.facts import language
from crawler.discovery.family import best_family, marks_in
from crawler.discovery.judging import judged
from crawler.discovery.look import look_over
from crawler.discovery.naming import column_name, free_id, id_of, plain, site_name
from crawler.discovery.records import Look, Nature
from crawler.discovery.words import worth_of
from crawler.records import Link, Listing, ListingKind, ListingPage, PageRequest
from crawler.settings import FetchSettings, SandboxSettings, Settings
from crawler.sources.known import family_marks
from crawler.sources.new import check_text
from tests.hostile_server import Answer, answer, redirect, serve
from tests.shared import shared
from tests.small_site import SmallSite, article

SHIPPED = Path(__file__).parents[1] / "config"
NOW = datetime(2026, 3, 5, tzinfo=UTC)
HOME = "https://www.a.gov.cn/"


def look(body: str, url: str = HOME) -> Look:
    return look_over(body.encode(), "text/html; charset=utf-8", url, {})[0]


def names(body: str, url: str = HOME) -> list[str]:
    return [column.name for column in look(body, url).columns]


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("通知公告", "/a/b/"), ("政务要闻", "/x/"), ("最新动态", "/x/"), ("政策解读", "/x/"),
        ("Press releases", "/p/"), ("Newsroom", "/about/newsroom"), ("Actualités", "/fr/x/"),
        ("Pressemitteilungen", "/p/"), ("Noticias", "/n/"), ("Новости", "/n/"), ("ニュース", "/n/"),
        ("보도자료", "/n/"), ("الأخبار", "/n/"), ("Haberler", "/n/"), ("Tin tức", "/n/"),
    ],
)  # fmt: skip
def test_a_menu_names_its_news_in_many_languages(name: str, address: str) -> None:
    page = f'<ul><li><a href="/">Home</a></li><li><a href="{address}">{name}</a></li></ul>'
    assert names(page) == [name]


@pytest.mark.parametrize(
    "name",
    ["网上办事", "领导信箱", "Contact", "Careers", "政策咨询", "登录", "Kontakt", "Site map"],
)
def test_what_is_no_news_is_not_asked_for(name: str) -> None:
    assert worth_of(name) < ENOUGH
    assert names(f'<a href="/x/">{name}</a>') == []


def test_a_title_with_such_a_word_is_no_column() -> None:
    title = "市政府办公室关于进一步做好2026年春节期间有关工作的通知"
    assert names(f'<a href="/t/t20260101_1.html">{title}</a>') == []


def test_a_block_is_called_by_the_heading_beside_its_link_to_more() -> None:
    page = (
        "<div class='box'><h3>部门信息</h3><a class='m' href='/bm/'>更多&gt;&gt;</a><ul>"
        + "".join(f"<li><a href='/bm/t2026010{n}_1000{n}.html'>标题{n}</a></li>" for n in "1234")
        + "</ul></div>"
    )
    (column,) = look(page).columns
    assert (column.name, column.url) == ("部门信息", "https://www.a.gov.cn/bm/")


def test_articles_below_an_address_speak_for_it_in_a_language_that_nobody_knows() -> None:
    rows = "".join(
        f"<li><a href='/zub/20260{n}/t2026010{n}_1000{n}.html'>Xyz</a></li>" for n in "12345"
    )
    assert names(
        f"<nav><a href='/zub/'>Qwerty</a><a href='/abc/'>Abc</a></nav><ul>{rows}</ul>"
    ) == ["Qwerty"]


def test_links_to_other_sites_are_none_of_its_columns() -> None:
    assert names('<a href="https://www.b.gov.cn/news/">新闻</a>') == []


def test_a_page_of_thousands_of_links_gives_a_bounded_number_of_candidates() -> None:
    page = "".join(f'<a href="/news{n}/">新闻{n}</a>' for n in range(4_000))
    assert len(look(page).columns) <= 80


def test_a_page_that_names_five_hundred_feeds_gives_a_few() -> None:
    page = "".join(
        f'<link rel=alternate type="application/rss+xml" href="/f{n}">' for n in range(500)
    )
    assert len(look(page).feeds) <= 8


def test_feeds_are_found_by_their_announcement_and_by_links_comments_left_out() -> None:
    page = (
        '<link rel="alternate" type="application/rss+xml" title="News" href="/news/feed">'
        '<link rel="alternate" type="application/rss+xml" title="Comments" href="/comments/feed">'
        '<a href="/rss/all.xml">RSS</a>'
    )
    assert [feed.url for feed in look(page).feeds] == [
        "https://www.a.gov.cn/news/feed",
        "https://www.a.gov.cn/rss/all.xml",
    ]


def test_a_breadcrumb_leads_up_from_an_article() -> None:
    page = (
        "<div class='dqwz'>当前位置：<a href='/'>首页</a> &gt; <a href='/zwgk/'>政务公开</a> &gt; "
        "<a href='/zwgk/tzgg/'>通知公告</a></div><h1>通知</h1>"
    )
    found = look(page, "https://www.a.gov.cn/art/2026/1/1/art_12_345.html")
    assert found.nature is Nature.ARTICLE
    assert [step.name for step in found.above] == ["通知公告", "政务公开"]
    assert found.column == "通知公告"


@pytest.mark.parametrize(
    ("url", "yes"),
    [
        ("http://a.cn/zwxx/202403/t20240315_1364800.html", True),
        ("http://a.cn/art/2024/3/15/art_123_456789.html", True),
        ("http://a.cn/content/2024-03/15/content_6939000.htm", True),
        ("http://a.cn/show.asp?id=12345", True),
        ("http://a.gov/news/2024/03/agency-announces-new-rules", True),
        ("http://a.cn/col/col1201/index.html", False),
        ("http://a.cn/list.asp?classid=3", False),
        ("http://a.cn/c100200/list.shtml", False),
        ("http://a.cn/n2588030/n16436141/index.html", False),
        ("http://a.cn/zwgk/tzgg/", False),
    ],
)
def test_the_address_of_an_article_is_told_from_that_of_a_list(url: str, yes: bool) -> None:
    assert is_article(url) is yes
    assert is_folder(url) is not yes


def test_folders_of_days_are_no_columns() -> None:
    url = "https://www.a.gov.cn/ywdt/df/2022/08-11/2559082.html"
    assert list(folders_above(url)) == [
        "https://www.a.gov.cn/ywdt/df/",
        "https://www.a.gov.cn/ywdt/",
    ]


def test_the_family_with_most_marks_is_taken_and_none_where_two_are_alike() -> None:
    marks = {"a": ("one", "two"), "b": ("two", "three"), "c": ("nine",)}
    assert best_family(marks_in("one two", HOME, marks)) == ("a", 2)
    assert best_family(marks_in("two", HOME, marks)) == ("", 0)
    assert best_family(marks_in("four", HOME, marks)) == ("", 0)


def test_every_shipped_family_tells_itself_by_marks() -> None:
    families = {path.stem for path in (SHIPPED / "families").glob("*.toml")}
    assert set(family_marks(SHIPPED / "families")) == families


@pytest.mark.parametrize(
    ("file", "url", "family"),
    [
        ("lists/l001.html", "https://fgw.a.gov.cn/col/col2651/index.html", "hanweb"),
        ("lists/l009.html", "https://www.a.ac.cn/xwdt/list.htm", "webplus"),
    ],
)
def test_real_pages_are_recognised(file: str, url: str, family: str) -> None:
    body = shared(f"corpus/{file}").read_bytes()
    _look, found = look_over(body, "", url, family_marks(SHIPPED / "families"))
    assert best_family(found)[0] == family


def test_columns_are_found_on_real_pages() -> None:
    body = shared("corpus/lists/mofcom_index.html").read_bytes()
    found = look_over(body, "", "https://www.mofcom.gov.cn/zcfb/index.html", {})[0]
    assert found.column == "政策发布"
    assert {"政策解读", "规范性文件", "部令公告"} <= {column.name for column in found.columns}


@pytest.mark.parametrize(
    ("said", "title", "name"),
    [
        ("丽水市人民政府", "首页", "丽水市人民政府"),
        ("", "首页_丽水市人民政府", "丽水市人民政府"),
        ("", "欢迎访问镕溪县人民政府网", "镕溪县人民政府网"),
        ("", "Home | Department of Labor", "Department of Labor"),
        ("", "Just a moment...", ""),
        ("\x1b]0;x\x07A\u202e\nB", "", "]0;x A B"),
    ],
)
def test_a_site_is_called_what_it_calls_itself(said: str, title: str, name: str) -> None:
    assert site_name(said, title) == name.replace("\x1b", "")


def test_a_column_is_called_by_its_title_without_the_site() -> None:
    assert column_name("政策文件_云岭省政策文件库", "云岭省政策文件库") == "政策文件"
    assert column_name("临湖市人民政府 工作动态", "临湖市人民政府") == "工作动态"
    assert column_name("News | Department of Labor", "Department of Labor") == "News"


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://www.lishui.gov.cn/", "cn-lishui"),
        ("https://gss.mof.gov.cn/gzdt/", "cn-mof-gss"),
        ("https://www.gov.uk/search", "gb"),
        ("https://www.ftc.gov/", "us-ftc"),
        ("https://www.bundesregierung.de/", "de-bundesregierung"),
        ("http://127.0.0.11:8080/", "127-0-0-11"),
        ("https://例子.中国/", "site"),
    ],
)
def test_an_id_is_made_of_the_country_and_the_host(url: str, name: str) -> None:
    assert id_of(url) == name or name == "site"
    assert free_id("cn-a", {"cn-a", "cn-a-2"}) == "cn-a-3"


def test_the_language_of_the_articles_is_believed_before_that_of_the_template() -> None:
    assert language("en", ["zh"]) == "zh"
    assert language("zh-CN", ["zh"]) == "zh-CN"
    assert language("fr", []) == "fr"
    assert language("", ["", "ar"]) == "ar"


def listing(
    path: str,
    urls: str,
    *,
    day: str = "2026-03-01",
    kind: ListingKind = ListingKind.HTML,
    more: bool = False,
    points: int = 5,
) -> Tried:
    """Return a listing that names an article for each letter."""
    links = tuple(Link(url=f"{HOME}{letter}", title=letter, date=day) for letter in urls)
    onward = PageRequest(url=f"{HOME}{path}2") if more else None
    url = f"{HOME}{path}"
    return Tried(
        candidate=Candidate(url=url, points=points),
        listing=Listing(url=url, kind=kind),
        page=ListingPage(links=links, next=onward),
        newest=date.fromisoformat(day) if day else None,
    )


def good(*tried: Tried) -> list[str]:
    verdicts = judged(tried, NOW.date(), {})
    return [one.listing.url.removeprefix(HOME) for one in verdicts if one.good]


def test_a_home_page_that_shows_what_its_columns_name_is_not_kept() -> None:
    home = listing("", "abcdef", points=0)
    assert good(home, listing("x/", "abcgh", more=True), listing("y/", "defij", more=True)) == [
        "x/",
        "y/",
    ]


def test_a_column_with_further_pages_is_kept_instead_of_its_feed() -> None:
    feed = listing("feed", "abcd", kind=ListingKind.FEED)
    assert good(feed, listing("x/", "abcdef", more=True)) == ["x/"]
    assert good(feed, listing("x/", "abcd", day="")) == ["feed"]


def test_a_listing_asleep_for_years_or_without_dates_is_shown_and_not_kept() -> None:
    old, bare = listing("o/", "abc", day="2019-01-01"), listing("b/", "def", day="")
    verdicts = judged([old, bare, listing("n/", "ghi")], NOW.date(), {})
    assert [(one.good, one.why) for one in verdicts] == [
        (True, ""),
        (False, "its newest entry is of 2019-01-01"),
        (False, "its entries have no dates"),
    ]


def test_what_is_watched_already_is_told_and_its_twins_too() -> None:
    column = listing("x/", "abc", more=True)
    verdicts = judged([column, listing("f", "abc")], NOW.date(), {f"{HOME}x/": "cn-a"})
    assert [one.why for one in verdicts] == [
        "cn-a watches it already",
        f"names the same articles as {HOME}x/",
    ]


def test_a_page_is_told_by_how_it_reads_where_its_address_says_nothing() -> None:
    url = "https://www.a.gov/x/page"
    rows = "".join(
        f"<li><a href='/n/{n}'>Minister opens bridge number {n} in the north</a> 2026-03-0{n}</li>"
        for n in range(1, 9)
    )
    text = (
        "<p>The minister opened the bridge today and spoke at length of its long history, and of "
        "all who had built it.</p>" * 12
    )
    assert look(f"<body><ul>{rows}</ul></body>", url).nature is Nature.PAGE
    assert look(f"<body><h1>Bridge</h1>{text}</body>", url).nature is Nature.ARTICLE
    assert look(f"<body><ul>{rows}</ul></body>").nature is Nature.HOME


# --- walking -----------------------------------------------------------------------------------


def settings(port: int) -> Settings:
    fetch = FetchSettings(delay=timedelta(), allow_networks=("127.0.0.0/8",), ports=(port,))
    return Settings(fetch=fetch, sandbox=SandboxSettings(deadline=timedelta(seconds=1)))


async def found_at(site: SmallSite, path: str = "/", most: int = 30) -> Discovery:
    return await discover(site.address + path, settings(site.port), SHIPPED, now=NOW, most=most)


def fill(site: SmallSite, folder: str, count: int = 6) -> str:
    """Show articles in a folder and return its rows."""
    rows = []
    for n in range(1, count + 1):
        path = f"{folder}t2026030{n}_1000{n}.html"
        lines = [f"这是{folder}的第{n}条消息，市政府办公室今天发布，内容涉及民生实事项目。" * 3]
        site.pages[path] = article(f"关于第{n}项民生实事的通报（{folder}）", lines)
        rows.append(f"<li><a href='{path}'>关于第{n}项民生实事的通报（{folder}）</a>"
                    f"<span>2026-03-0{n}</span></li>")  # fmt: skip
    return "".join(rows)


def page(body: str, title: str = "小城市人民政府") -> str:
    return (
        f"<html><head><meta charset='utf-8'><title>{title}</title></head><body>{body}</body></html>"
    )


def beginning(rows: str) -> str:
    return "".join(rows.split("</li>")[:4])


def small(site: SmallSite) -> None:
    """Write a home page, a channel below it, and three columns, one of them two steps down."""
    news, notices, plans = (fill(site, folder) for folder in ("/yw/", "/gk/tz/", "/gk/gh/"))
    site.pages["/"] = page(
        "<div><a href='/yw/'>要闻</a> <a href='/gk/'>政务公开</a> <a href='/hd/'>互动</a></div>"
        f"<ul>{news}</ul>"
    )
    site.pages["/yw/"] = page(f"<h2>要闻</h2><ul>{news}</ul>", "要闻_小城市人民政府")
    site.pages["/gk/"] = page(
        f"<h3><a href='/gk/tz/'>通知公告</a></h3><ul>{beginning(notices)}</ul>"
        f"<h3><a href='/gk/gh/'>规划文件</a></h3><ul>{beginning(plans)}</ul>"
    )
    site.pages["/gk/tz/"] = page(f"<ul>{notices}</ul>", "通知公告_小城市人民政府")
    site.pages["/gk/gh/"] = page(f"<ul>{plans}</ul>", "规划文件_小城市人民政府")


async def test_a_walk_goes_down_to_columns_below_a_channel_and_asks_nothing_twice() -> None:
    with SmallSite() as site:
        small(site)
        found = await found_at(site)
        kept = {
            one.listing.url.removeprefix(site.address): one.listing.category for one in found.good
        }
        asked = [path for path in site.asked if path != "/robots.txt"]
    assert kept == {"/yw/": "要闻", "/gk/tz/": "通知公告", "/gk/gh/": "规划文件"}
    assert found.site.name == "小城市人民政府"
    assert len(asked) == len(set(asked))
    assert "/hd/" not in asked
    read = [sample for one in found.tried for sample in one.samples]
    assert len(read) == 3
    assert all(sample.date and sample.origin == "市政府办公室" and sample.words for sample in read)


async def test_a_walk_sends_no_more_requests_than_it_may() -> None:
    with SmallSite() as site:
        links = "".join(f"<a href='/news{n}/'>新闻{n}</a>" for n in range(200))
        site.pages |= {f"/news{n}/": page(links) for n in range(200)} | {"/": page(links)}
        found = await found_at(site, most=12)
        assert len(site.asked) == found.requests <= 12
    assert found.good == ()
    assert "before all requests were spent" in found.why


async def test_a_page_that_only_leads_on_is_followed_and_no_further_than_a_few_steps() -> None:
    with SmallSite() as site:
        small(site)
        site.pages["/index1.html"] = site.pages.pop("/")
        site.pages["/"] = "<script>window.location.href='/index1.html'</script>"
        found = await found_at(site)
        assert len(found.good) == 3
        site.pages |= {
            f"/{n}": f"<meta http-equiv=refresh content='0;url=/{n + 1}'>" for n in range(50)
        }
        await found_at(site, "/0")
        assert "/9" not in site.asked


async def test_the_column_of_an_article_is_found_in_a_folder_above_it() -> None:
    with SmallSite() as site:
        small(site)
        found = await found_at(site, "/gk/tz/t20260303_10003.html")
    assert [one.listing.url for one in found.good] == [f"{site.address}/gk/tz/"]


async def test_the_column_of_an_article_that_lies_elsewhere_is_found_from_the_home_page() -> None:
    with SmallSite() as site:
        small(site)
        site.pages["/a/20260303/100003.html"] = site.pages["/yw/t20260303_10003.html"]
        for path in ("/yw/", "/"):
            site.pages[path] = site.pages[path].replace(
                "/yw/t20260303_10003.html", "/a/20260303/100003.html"
            )
        found = await found_at(site, "/a/20260303/100003.html")
    assert [one.listing.url for one in found.good] == [f"{site.address}/yw/"]


async def test_pages_that_a_script_fills_are_told_as_such() -> None:
    with SmallSite() as site:
        site.pages["/"] = (
            "<html><body><div id='app'></div><script src='/a.js'></script></body></html>"
        )
        found = await found_at(site)
    assert not found.tried or not found.good
    assert "filled in by scripts" in found.why
    assert found.hint


async def test_a_bare_host_is_asked_securely_first_and_then_openly() -> None:
    with SmallSite() as site:
        small(site)
        bare = f"127.0.0.1:{site.port}"
        found = await discover(bare, settings(site.port), SHIPPED, now=NOW)
    assert len(found.good) == 3
    assert found.site.address == f"http://{bare}/"


HUGE = answer(b"<a href=/news/>news</a>" * 500_000)
CHALLENGE = answer(b"<script>document.cookie='a=1';location.reload()</script>")


@pytest.mark.parametrize(
    ("answers", "why"),
    [
        ({"*": redirect("/x"), "/x": redirect("/")}, "redirects in a circle"),
        ({"/": HUGE}, "bytes"),
        ({"/": CHALLENGE}, "sets a cookie by script"),
        ({"/": answer(b"ok"), "/robots.txt": answer(b"User-agent: *\nDisallow: /")}, "robots.txt"),
        ({}, "status 404"),
        ({"/": answer(b"\xff\xfe\x00" * 1000)}, "no page was found"),
        ({"/": answer(b"<div>" * 200_000)}, ""),
    ],
)
async def test_a_site_that_gives_nothing_is_told_why_and_what_to_do(
    answers: dict[str, Answer], why: str
) -> None:
    async with serve(answers) as server:
        found = await discover(server.url("/"), settings(server.port), SHIPPED, now=NOW)
        assert len(server.asked) <= 30
    assert found.good == ()
    assert why in found.why
    assert found.why
    assert found.hint


PIECES = st.sampled_from(
    [
        "<a href='/news/'>", "</a>", "<ul>", "<li>", "更多", "<div class=crumb>", "<h3>", "\x00",
        "<link rel=alternate type='application/rss+xml' href='", "<base href='//[", "'>", "&#x0;",
        "<meta http-equiv=refresh content='0;url=http://[::1'>", "location.href='//%%'", "新闻",
        "<a href='http://[', '>", "<urlset>", "<rss", "{", "\ud800", "<title>", "<frame src=x>",
    ]
)  # fmt: skip


@given(st.lists(PIECES | st.text(max_size=20), max_size=40))
def test_no_page_is_more_than_looked_over(pieces: list[str]) -> None:
    body = "".join(pieces).encode("utf-8", "surrogatepass")
    found, _marks = look_over(body, "text/html", f"{HOME}x/", family_marks(Path("nowhere")))
    for candidate in (*found.columns, *found.feeds, *found.above):
        assert candidate.url.startswith(("http://", "https://"))


@pytest.mark.parametrize(
    "url", ["", "x y", "ftp://a.example/", "http://[::1", "javascript:alert(1)"]
)
async def test_what_is_no_address_is_told_as_such(url: str) -> None:
    found = await discover(url, Settings(), SHIPPED, now=NOW)
    assert "is no http or https address" in found.why
    assert found.requests == 0


def sold(name: str) -> str:
    """Return the file of a site and a column that call themselves so."""
    one = listing("x/", "abc")
    site = Site(id="cn-a", name=plain(name) or "a", address=HOME, zone="Asia/Shanghai")
    named = Tried(
        candidate=one.candidate, listing=Listing(url=one.listing.url, category=name), page=one.page
    )
    return as_toml(site, [named], told=f"Found at {name}")


@given(st.text(max_size=300))
def test_no_name_of_a_site_breaks_its_file(name: str) -> None:
    source = check_text(SHIPPED, "cn-a", sold(name), Settings())
    assert source.name == (plain(name) or "a")
    assert source.listings[0].category == plain(name)
    assert source.listings[0].url == f"{HOME}x/"


def test_a_name_cannot_smuggle_a_key_into_the_file() -> None:
    source = check_text(
        SHIPPED,
        "cn-a",
        sold('x"\naddress = "http://evil.example/"\n[article]\nbody="*"#'),
        Settings(),
    )
    assert source.address == HOME
    assert source.article.body == ()
