"""Where the witnesses of a page contradict each other, the written order of trust decides."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import combinations
from zoneinfo import ZoneInfo

import pytest

from archive import Article, Precision
from crawler.extract import extract
from crawler.extract.witnesses import KINDS, TRUST, describe_trust
from crawler.normalise import normalise
from crawler.records import ArticleRules, Draft, Link, Source

NOW = datetime(2025, 1, 1, tzinfo=UTC)
COUNTY = Source(id="qinghe", name="", address="http://www.qinghe.example/", zone="Asia/Shanghai")
TITLE = "关于做好清河县防汛工作的通知"
PROSE = (
    "<p>为做好今年防汛工作，现将有关事项通知如下，请各单位认真贯彻执行，确保安全度汛。</p>"
    "<p>一、压实责任。各乡镇要逐级落实防汛责任制，汛期实行二十四小时值班，重要情况随时报告。</p>"
    "<p>二、备足物资。各有关部门要在汛前完成清点，缺什么补什么，做到有备无患，用时拿得出来。</p>"
)


NO_RULES = ArticleRules()


@dataclass(frozen=True, kw_only=True)
class Told:
    """What one witness adds to a page."""

    head: str = ""
    #: under the title
    info: str = ""
    #: behind the last paragraph
    end: str = ""
    #: below the text
    foot: str = ""
    path: str = ""
    rules: ArticleRules = NO_RULES
    link: Link | None = None
    title: str = TITLE


def drawn(*told: Told) -> Draft:
    """Return the draft of a page on which all of these speak."""
    rules = next((one.rules for one in told if one.rules != NO_RULES), NO_RULES)
    title = next((one.title for one in told if one.title != TITLE), TITLE)

    def part(name: str) -> str:
        return "".join(getattr(one, name) for one in told)

    heading = f"<h1>{title}</h1>" if title else ""
    return extract(
        f"""<html><head><title>{title}</title>{part("head")}</head><body>
        <ul><li><a href="/a/">首页</a></li><li><a href="/b/">政务公开</a></li></ul>
        <div class="article">{heading}{part("info")}<div class="con">{PROSE}{part("end")}</div>
        {part("foot")}</div></body></html>""",
        f"http://www.qinghe.example/{part('path')}a.html",
        rules,
    )


def read(*told: Told) -> Article:
    link = next((one.link for one in told if one.link), None)
    return normalise(drawn(*told), COUNTY, now=NOW, link=link)


def linked(**keys: str) -> str:
    told = "".join(f', "{key}": "{value}"' for key, value in keys.items())
    return f'<script type="application/ld+json">{{"@type": "NewsArticle"{told}}}</script>'


def meta(name: str, value: str) -> str:
    return f'<meta name="{name}" content="{value}">'


#: kind of witness → the page on which it tells a day
DAYS: dict[str, Callable[[date], Told]] = {
    "rule": lambda d: Told(foot=f"<p><i id=d>{d}</i></p>", rules=ArticleRules(published=("#d",))),
    "label": lambda d: Told(info=f"<p>发布时间：{d}</p>"),
    "line": lambda d: Told(info=f"<p>{d}</p>"),
    "vague": lambda d: Told(info=f"<p>更新时间：{d}</p>"),
    "exact": lambda d: Told(head=meta("article:published_time", f"{d}T10:10:00+08:00")),
    "name": lambda d: Told(foot=f'<div><span class="pubtime">{d}</span></div>'),
    "meta": lambda d: Told(head=meta("PubDate", str(d))),
    "json-ld": lambda d: Told(head=linked(datePublished=str(d))),
    "script": lambda d: Told(head=f'<script>var pubDate = "{d}";</script>'),
    "time": lambda d: Told(end=f'<p><time datetime="{d}">本日</time></p>'),
    "url": lambda d: Told(path=f"{d:%Y%m%d}/"),
    "listing": lambda d: Told(link=Link(url="", date=str(d))),
    "updated": lambda d: Told(info=f"<p>Last updated: {d:%d %B %Y}</p>"),
}
#: … a newspaper, so that its name may stand alone
ORIGINS: dict[str, Callable[[str], Told]] = {
    "rule": lambda n: Told(foot=f"<p><i id=o>{n}</i></p>", rules=ArticleRules(origin=("#o",))),
    "label": lambda n: Told(info=f"<p>来源：{n}</p>"),
    "name": lambda n: Told(info=f'<p><span class="info_src">{n}</span></p>'),
    "meta": lambda n: Told(head=meta("ContentSource", n)),
    "json-ld": lambda n: Told(head=linked(sourceOrganization=n)),
    "line": lambda n: Told(info=f"<p>{n}</p>"),
}
#: … a writer
AUTHORS: dict[str, Callable[[str], Told]] = {
    "rule": lambda n: Told(foot=f"<p><i id=a>{n}</i></p>", rules=ArticleRules(author=("#a",))),
    "label": lambda n: Told(info=f"<p>作者：{n}</p>"),
    "name": lambda n: Told(info=f'<p><span class="article_author">{n}</span></p>'),
    "byline": lambda n: Told(end=f"<p>（记者 {n}）</p>"),
    "meta": lambda n: Told(head=meta("Author", n)),
    "json-ld": lambda n: Told(head=linked(author=n)),
}
#: … an editor
EDITORS: dict[str, Callable[[str], Told]] = {
    "rule": lambda n: Told(foot=f"<p><i id=e>{n}</i></p>", rules=ArticleRules(editor=("#e",))),
    "label": lambda n: Told(foot=f"<p>责任编辑：{n}</p>"),
    "name": lambda n: Told(foot=f'<p><span class="news_editor">{n}</span></p>'),
    "byline": lambda n: Told(end=f"<p>(Reporting by Ann Lee; Editing by {n})</p>"),
    "meta": lambda n: Told(head=meta("Editor", n)),
    "json-ld": lambda n: Told(head=linked(editor=n)),
}
#: … a document's number
NUMBERS: dict[str, Callable[[str], Told]] = {
    "rule": lambda n: Told(foot=f"<p><i id=n>{n}</i></p>", rules=ArticleRules(doc_number=("#n",))),
    "label": lambda n: Told(info=f"<table><tr><td>发文字号</td><td>{n}</td></tr></table>"),
    "line": lambda n: Told(info=f"<p>{n}</p>"),
}
ISSUERS: dict[str, Callable[[str], Told]] = {
    "rule": lambda n: Told(foot=f"<p><i id=i>{n}</i></p>", rules=ArticleRules(issuer=("#i",))),
    "label": lambda n: Told(info=f"<table><tr><td>发文机关</td><td>{n}</td></tr></table>"),
}
INDEXES: dict[str, Callable[[str], Told]] = {
    "rule": lambda n: Told(
        foot=f"<p><i id=x>{n}</i></p>", rules=ArticleRules(index_number=("#x",))
    ),
    "label": lambda n: Told(info=f"<table><tr><td>索引号</td><td>{n}</td></tr></table>"),
}
WRITTEN: dict[str, Callable[[date], Told]] = {
    "rule": lambda d: Told(foot=f"<p><i id=w>{d}</i></p>", rules=ArticleRules(written=("#w",))),
    "label": lambda d: Told(info=f"<p>成文日期：{d}</p>"),
    "signature": lambda d: Told(end=f"<p>{d:%Y年%m月%d日}</p>"),
}
TITLES: dict[str, Callable[[str], Told]] = {
    "rule": lambda t: Told(foot=f"<p><i id=t>{t}</i></p>", rules=ArticleRules(title=("#t",))),
    "heading": lambda t: Told(title=t),
    "label": lambda t: Told(info=f"<table><tr><td>信息名称</td><td>{t}</td></tr></table>"),
    "name": lambda t: Told(foot=f'<p><span itemprop="headline">{t}</span></p>'),
    "json-ld": lambda t: Told(head=linked(headline=t)),
    "listing": lambda t: Told(link=Link(url="", title=t)),
}
PEOPLE = ("张三", "李四", "王五", "赵六", "钱七", "孙八")
PAPERS = ("甲县日报", "乙县日报", "丙县日报", "丁县日报", "戊县日报", "己县日报")
SERIALS = tuple(f"清政办发〔2024〕{n}号" for n in range(7, 13))


def day(number: int) -> date:
    return date(2024, 3, 1) + timedelta(days=number)


def pairs(field: str) -> Iterator[tuple[str, str]]:
    """Yield every two kinds of witness of a field, the more trusted one first.

    A source's rules come before all of them; the listing that named the page comes last, but before
    the day of a change. A script is believed in company only.
    """
    kinds = ["rule", *(kind for kind in TRUST[field] if kind != "script")]
    if field in ("title", "published"):
        kinds.insert(len(kinds) - ("updated" in kinds), "listing")
    yield from combinations(kinds, 2)


@pytest.mark.parametrize("kind", sorted(set(DAYS) - {"script"}))
def test_each_witness_alone_tells_the_day(kind: str) -> None:
    published = read(DAYS[kind](day(3))).published
    assert published is not None
    assert published.astimezone(ZoneInfo("Asia/Shanghai")).date() == day(3)


@pytest.mark.parametrize(("strong", "weak"), list(pairs("published")))
def test_of_two_days_of_publication_the_more_trusted_is_believed(strong: str, weak: str) -> None:
    article = read(DAYS[weak](day(3)), DAYS[strong](day(9)))
    assert article.published
    assert article.published.astimezone(ZoneInfo("Asia/Shanghai")).date() == day(9)


@pytest.mark.parametrize(("strong", "weak"), list(pairs("written")))
def test_of_two_days_of_writing_the_more_trusted_is_believed(strong: str, weak: str) -> None:
    assert read(WRITTEN[weak](day(3)), WRITTEN[strong](day(9))).written == day(9)


NAMED = {
    "origin": (ORIGINS, PAPERS),
    "author": (AUTHORS, PEOPLE),
    "editor": (EDITORS, ("Jane Doe", "John Roe")),
    "doc_number": (NUMBERS, SERIALS),
    "issuer": (ISSUERS, ("清河县应急管理局", "清河县人民政府")),
    "index_number": (INDEXES, ("01404053X/2024-00031", "01404053X/2024-00032")),
    "title": (TITLES, ("关于印发清河县春耕方案的通知", "关于公布清河县名录的公告")),
}


@pytest.mark.parametrize(
    ("field", "strong", "weak"),
    [(field, *pair) for field in NAMED for pair in pairs(field)],
)
def test_of_two_values_of_a_field_the_more_trusted_is_believed(
    field: str, strong: str, weak: str
) -> None:
    ways, values = NAMED[field]
    told = [ways[weak](values[0]), ways[strong](values[1])]
    if field == "title" and strong != "heading":
        told.append(Told(title="" if weak != "heading" else values[0]))
    assert getattr(read(*told), field) == values[1]


def test_a_witness_that_agrees_with_another_is_kept_beside_it() -> None:
    draft = drawn(AUTHORS["byline"]("张三"), AUTHORS["meta"]("张三"), AUTHORS["json-ld"]("张三"))
    kinds = [(found.value, found.witness) for found in draft.author]
    assert kinds == [("张三", "byline"), ("张三", "meta:author"), ("张三", "json-ld:author")]


@pytest.mark.parametrize("told", ["2024-03-20 10:10:11", "2024-03-20 10:10"])
def test_a_pubdate_that_is_when_the_page_was_generated_says_nothing(told: str) -> None:
    made = Told(head=meta("PubDate", told) + meta("others", "页面生成时间 2024-03-20 10:10:11"))
    assert read(made).published is None
    assert read(Told(head=meta("PubDate", told))).published is not None
    assert read(made, DAYS["url"](day(3))).published == datetime(2024, 3, 3, 16, tzinfo=UTC)


def test_a_label_of_publication_goes_before_one_of_a_change_wherever_they_stand() -> None:
    info = "<p>更新时间：2024-03-20 08:00</p><p>来源：甲县日报 发布时间：2024-03-15 10:10</p>"
    article = read(Told(info=info))
    assert article.published == datetime(2024, 3, 15, 2, 10, tzinfo=UTC)
    assert dict(article.witnesses)["published"] == "label:发布时间"


@pytest.mark.parametrize("label", ["成文日期", "签发日期", "印发日期", "制定日期"])
def test_the_day_of_writing_is_never_that_of_publication(label: str) -> None:
    signed = Told(info=f"<p>{label}：2024-03-12</p>", end="<p>2024年3月12日</p>")
    assert read(signed).published is None
    assert read(signed).written == date(2024, 3, 12)
    both = read(signed, DAYS["meta"](date(2024, 3, 15)))
    assert both.published == datetime(2024, 3, 14, 16, tzinfo=UTC)


def test_the_clock_comes_from_whoever_means_the_same_day() -> None:
    told = [DAYS["label"](day(3)), Told(head=meta("PubDate", f"{day(5)} 08:00"))]
    assert read(*told).precision is Precision.DAY
    article = read(*told, Told(head=meta("PublishDate", f"{day(3)} 10:10")))
    assert article.published == datetime(2024, 3, 4, 2, 10, tzinfo=UTC)


def test_a_script_gives_a_clock_in_company_and_is_no_witness_alone() -> None:
    script = Told(head='<script>var pubDate = "2024-03-04 10:10";</script>')
    assert read(script).published is None
    assert read(script, DAYS["updated"](day(5))).published == datetime(2024, 3, 5, 16, tzinfo=UTC)
    assert read(script, DAYS["url"](day(5))).published == datetime(2024, 3, 5, 16, tzinfo=UTC)
    both = read(script, DAYS["url"](day(3)))
    assert both.published == datetime(2024, 3, 4, 2, 10, tzinfo=UTC)


def test_an_author_that_a_machine_names_is_not_believed_beside_an_editor_who_is_shown() -> None:
    told = [AUTHORS["meta"]("钱七"), EDITORS["label"]("王五")]
    assert read(*told).author == ""
    assert read(AUTHORS["meta"]("钱七")).author == "钱七"
    assert read(*told, AUTHORS["byline"]("钱七")).author == "钱七"
    assert dict(read(*told, AUTHORS["byline"]("钱七")).witnesses)["author"] == "byline"


def test_every_witness_of_the_order_is_described() -> None:
    assert {kind for kinds in TRUST.values() for kind in kinds} == set(KINDS)
    assert all(f"| `{name}` |" in describe_trust() for name in (*KINDS, *TRUST))
