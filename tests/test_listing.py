"""Which links of a listing count, whatever its kind; and real listings against their truth."""

import json
from datetime import timedelta
from urllib.parse import urlsplit

import pytest

from crawler.errors import ListingError, PoisonError
from crawler.listing import READERS
from crawler.records import ListingKind, ListingRules
from crawler.sandbox import Sandbox
from crawler.settings import SandboxSettings
from tests import hostile
from tests.listings import HOME, later, read
from tests.shared import shared

RULES = ListingRules(item=("li",))


def listed(*hrefs: str) -> str:
    """Return a listing with one item for each address."""
    items = (f'<li><a href="{href}">第{n}条消息</a></li>' for n, href in enumerate(hrefs))
    return f"<ul>{''.join(items)}</ul>"


def test_every_kind_of_listing_has_a_reader() -> None:
    assert set(READERS) == set(ListingKind)


def test_addresses_become_absolute_and_each_is_named_once() -> None:
    page = read(listed("a/1.html", "../zc/2.html", "/xwzx/a/1.html", "//www.example.gov.cn/3.html"),
                rules=RULES)  # fmt: skip
    assert [link.url for link in page.links] == [
        HOME + "xwzx/a/1.html",
        HOME + "zc/2.html",
        HOME + "3.html",
    ]
    assert page.links[0].title == "第0条消息"


def test_what_is_no_web_address_is_passed_over() -> None:
    page = read(
        listed("javascript:void(0)", "#top", "mailto:a@b.cn", "http://[bad", "", "1.html"),
        rules=RULES,
    )
    assert [link.url for link in page.links] == [HOME + "xwzx/1.html"]


def test_only_the_sources_own_hosts_are_named() -> None:
    body = listed(
        "1.html",
        "https://mp.weixin.qq.com/s/abc",
        "https://zwgk.example.gov.cn/2.html",
        "https://example.gov.cn/3.html",
        "https://files.example.org/4.pdf",
    )
    page = read(body, rules=RULES, hosts=("files.example.org",))
    assert [urlsplit(link.url).hostname for link in page.links] == [
        "www.example.gov.cn",
        "files.example.org",
    ]


def test_the_sources_patterns_choose_among_addresses() -> None:
    body = listed("/xwzx/1.html", "/tupian/2.html", "/xwzx/3.pdf")
    page = read(body, rules=RULES, include=(r"/xwzx/",), exclude=(r"\.pdf$",))
    assert [link.url for link in page.links] == [HOME + "xwzx/1.html"]


@pytest.mark.parametrize(
    ("body", "options", "reason"),
    [
        ("<p>网站维护中</p>", {}, "names no article"),
        ("<a href='index_2.html'>下一页</a>", {}, "names no article"),
        (listed("https://other.example.com/1.html"), {}, "other hosts, for example https://other"),
        (listed("1.html"), {"exclude": ("html",)}, "include and exclude patterns"),
    ],
)
def test_a_listing_that_names_nothing_is_an_error_that_says_why(
    body: str, options: dict[str, tuple[str, ...]], reason: str
) -> None:
    with pytest.raises(ListingError, match=reason):
        read(body, rules=RULES, **options)  # type: ignore[arg-type]


def test_a_later_page_may_be_empty() -> None:
    page = read("<p>没有了</p>", rules=RULES, request=later(HOME + "xwzx/index_9.html"))
    assert page.links == ()
    assert page.next is None


@pytest.mark.parametrize(
    ("name", "kind"), [("l001", "hanweb"), ("l003", "html"), ("l005", "html"), ("l009", "html")]
)
def test_real_listings_are_read_whole(name: str, kind: str) -> None:
    truth = json.loads(shared("corpus/lists/zh_truth.json").read_text())[name]
    body = shared(f"corpus/lists/{name}.html").read_bytes()
    host = urlsplit(truth["url"]).hostname
    page = read(body, ListingKind(kind), url=truth["url"], hosts=(host,))
    got = {(link.url, link.title, link.date.strip("()")) for link in page.links}
    wanted = {(item["url"], item["title"], item["date"]) for item in truth["items"]}
    assert len(got & wanted) >= 0.9 * len(wanted)
    assert len(got & wanted) >= 0.9 * len(got)


def test_a_real_page_whose_list_a_script_fills_in_is_not_mistaken_for_one() -> None:
    body = shared("corpus/lists/l002.html").read_bytes()
    with pytest.raises(ListingError, match="names no article"):
        read(body, hosts=("www.ggzyzx.jl.gov.cn",), url="http://www.ggzyzx.jl.gov.cn/jyxx/")


@pytest.mark.parametrize("kind", hostile.POISON)
async def test_a_poison_listing_costs_its_deadline_and_no_more(kind: str) -> None:
    settings = SandboxSettings(workers=1, deadline=timedelta(seconds=0.5))
    with Sandbox(settings) as sandbox:
        with pytest.raises((PoisonError, ListingError)):
            await sandbox.run(HOME, read, hostile.POISON[kind]())
        page = await sandbox.run(HOME, read, listed("1.html"), rules=RULES)
    assert len(page.links) == 1
