"""Where the witnesses of a page contradict each other, the written order of trust decides."""

from datetime import UTC, datetime

import pytest

from archive import Article
from crawler.extract import extract
from crawler.extract.witnesses import KINDS, TRUST, describe_trust
from crawler.normalise import normalise
from crawler.records import Source

COUNTY = Source(id="x", name="", address="http://www.qinghe.example/", zone="Asia/Shanghai")
NOW = datetime(2025, 1, 1, tzinfo=UTC)
TITLE = "关于做好清河县防汛工作的通知"
PROSE = """<p>为做好今年防汛工作，现将有关事项通知如下，请各单位认真贯彻执行，确保安全度汛。</p>
<p>一、压实责任。各乡镇要逐级落实防汛责任制，汛期实行二十四小时值班，重要情况随时报告。</p>"""


def read(*, head: str = "", above: str = "", below: str = "", url: str = "/a.html") -> Article:
    html = f"""<html><head><title>{TITLE}_清河县</title>{head}</head><body>
    <div><h1>{TITLE}</h1>{above}<div>{PROSE}{below}</div></div></body></html>"""
    return normalise(extract(html, f"http://www.qinghe.example{url}"), COUNTY, now=NOW)


def moment(**parts: str) -> str:
    article = read(**parts)
    return "" if article.published is None else article.published.strftime("%m-%d %H:%M")


#: A witness that speaks of a day of its own, the most trusted first; times are UTC.
SAYS: list[tuple[str, dict[str, str], str]] = [
    ("label", {"above": "<p>发布日期：2024-03-01 16:01</p>"}, "03-01 08:01"),
    ("line", {"above": "<p>2024-03-02 16:02</p>"}, "03-02 08:02"),
    ("vague", {"above": "<p>时间：2024-03-03 16:03</p>"}, "03-03 08:03"),
    ("name", {"below": "<p><i class='pubtime'>2024-03-04 16:04</i></p>"}, "03-04 08:04"),
    ("exact", {"head": '<meta property="article:published_time" content="2024-03-05T08:05:00Z">'},
     "03-05 08:05"),
    ("meta", {"head": '<meta name="PubDate" content="2024-03-06 16:06">'}, "03-06 08:06"),
    ("json-ld", {"head": """<script type="application/ld+json">
     {"@type": "NewsArticle", "datePublished": "2024-03-07 16:07"}</script>"""}, "03-07 08:07"),
    ("url", {"url": "/2024/03/09/a.html"}, "03-08 16:00"),
]  # fmt: skip
PAIRS = [(a, b) for i, a in enumerate(SAYS) for b in SAYS[i + 1 :]]


@pytest.mark.parametrize(("kind", "parts", "wanted"), SAYS, ids=[kind for kind, *_ in SAYS])
def test_each_witness_alone_tells_the_moment(kind: str, parts: dict[str, str], wanted: str) -> None:
    assert moment(**parts) == wanted


@pytest.mark.parametrize(("one", "other"), PAIRS, ids=[f"{a[0]}>{b[0]}" for a, b in PAIRS])
def test_of_two_that_contradict_each_other_the_more_trusted_is_believed(
    one: tuple[str, dict[str, str], str], other: tuple[str, dict[str, str], str]
) -> None:
    assert TRUST["published"].index(one[0]) < TRUST["published"].index(other[0])
    keys = one[1].keys() | other[1].keys()
    # the less trusted comes first on the page, so that order is no help
    parts = {key: other[1].get(key, "") + one[1].get(key, "") for key in keys}
    assert moment(**parts) == one[2]


def test_a_pubdate_that_is_when_the_page_was_generated_says_nothing() -> None:
    made = "2024-03-20 09:00:00"
    head = (
        f'<meta name="PubDate" content="{made}"><meta name="others" content="页面生成时间 {made}">'
    )
    assert moment(head=head) == ""
    assert moment(head=head.replace("09:00:00", "09:00", 1)) == ""
    assert moment(head=head, url="/2024/03/09/a.html") == "03-08 16:00"


def test_the_day_of_writing_is_never_taken_for_that_of_publication() -> None:
    article = read(above="<table><tr><td>成文日期：</td><td>2024年03月01日</td></tr></table>")
    assert article.published is None
    assert str(article.written) == "2024-03-01"


def test_a_change_is_when_it_appeared_only_where_nothing_else_is_said() -> None:
    changed = "<p>Last updated: 3 May 2024</p>"
    assert moment(above=changed) == "05-02 16:00"
    assert moment(above=changed, url="/2024/03/09/a.html") == "03-08 16:00"


ORIGINS = [
    ("label", {"above": "<p>来源：甲日报</p>"}, "甲日报"),
    ("name", {"above": "<i class='source'>乙日报</i><b>县里</b>"}, "乙日报"),
    ("meta", {"head": '<meta name="ContentSource" content="丙日报">'}, "丙日报"),
    ("line", {"above": "<p>丁日报</p>"}, "丁日报"),
]


@pytest.mark.parametrize(
    ("one", "other"),
    [(a, b) for i, a in enumerate(ORIGINS) for b in ORIGINS[i:]],
    ids=lambda said: said[0],
)
def test_the_origin_that_a_reader_sees_is_believed_before_the_machine_s(
    one: tuple[str, dict[str, str], str], other: tuple[str, dict[str, str], str]
) -> None:
    keys = one[1].keys() | other[1].keys()
    parts = {key: other[1].get(key, "") + one[1].get(key, "") for key in keys}
    assert read(**parts).origin == one[2]


def test_every_witness_of_the_order_is_described() -> None:
    assert {kind for kinds in TRUST.values() for kind in kinds} == set(KINDS)
    assert all(f"| `{name}` |" in describe_trust() for name in (*KINDS, *TRUST))
