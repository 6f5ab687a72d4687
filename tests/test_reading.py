"""An article shown in several pages is read as one."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from archive import Capture
from crawler.errors import ExtractError
from crawler.reading import Reading, read_article, read_links
from crawler.records import Listing, ListingRules, PageRequest, Source

NOW = datetime(2026, 3, 2, tzinfo=UTC)
FOLDER = "https://www.example.gov.cn/zwgk/202602/"
TITLE = "镕溪县2026年农田水利建设三年行动计划"
SOURCE = Source(
    id="county", name="镕溪县", address="https://www.example.gov.cn/", zone="Asia/Shanghai"
)
PARTS = (
    ("为夯实粮食生产基础，现制定三年行动计划，请各乡镇结合实际抓好落实，确保按期完成。",
     "第一年以清淤疏浚为主，完成干渠整治四十二公里，配套建筑物一百六十座，恢复灌溉面积三万亩。"),
    ("第二年以节水改造为主，铺设管道二百三十公里，新建泵站九座，改造老旧泵站二十一座，按月通报进度。",
     "项目资金由县级财政统筹安排，实行专账管理，任何单位不得挤占挪用，接受社会监督。"),
    ("第三年以智慧管护为主，安装量水设施一千二百处，实现用水计量全覆盖，建立长效管护机制。",
     "各乡镇要于每季度末报送工作进展，县水利局负责汇总并组织考核，考核结果向社会公布。"),
)  # fmt: skip


def pager(at: int, count: int) -> str:
    names = ["t20260210_5501.html", *(f"t20260210_5501_{n}.html" for n in range(1, count))]
    links = [
        f"<span>{n + 1}</span>" if n == at else f'<a href="{name}">{n + 1}</a>'
        for n, name in enumerate(names)
    ]
    after = f'<a href="{names[at + 1]}">下一页</a>' if at + 1 < count else ""
    before = f'<a href="{names[at - 1]}">上一页</a>' if at else ""
    return f"<div>{before} {' '.join(links)} {after}</div>"


def page(
    at: int, count: int = 3, *, below: str = "", text: tuple[str, ...] | None = None
) -> Capture:
    paragraphs = "".join(f"<p>{line}</p>" for line in text or PARTS[at])
    html = f"""<html><head><title>{TITLE}</title></head><body><h1>{TITLE}</h1>
<p>发布时间：2026-02-10 09:30　来源：镕溪县水利局</p>
<div class="TRS_Editor">{paragraphs}<p><img src="W0{at}.png"></p>{below}{pager(at, count)}</div>
<div><a href="t20260209_5500.html">上一篇：关于停水的公告</a>
<a href="t20260211_5502.html">下一篇：关于供水的公告</a></div></body></html>"""
    number = f"_{at}" if at else ""
    url = f"{FOLDER}t20260210_5501{number}.html"
    return Capture(
        url=url,
        final_url=url,
        status=200,
        payload=html.encode(),
        body=html.encode(),
        fetched_at=NOW,
    )


def read(*captures: Capture) -> Reading:
    return read_article(captures, SOURCE, "", None, NOW)


def test_the_first_page_names_the_further_ones_and_then_none_is_left() -> None:
    first = read(page(0))
    assert first.further == (page(1).url, page(2).url)
    assert read(page(0), page(1)).further == (page(2).url,)
    assert read(page(0), page(1), page(2)).further == ()


def test_all_pages_become_one_text_without_pagers_and_repeated_headers() -> None:
    article = read(page(0), page(1), page(2)).article
    assert article.text.splitlines() == [line for part in PARTS for line in part]
    assert (article.title, article.url) == (TITLE, page(0).url)
    assert article.pictures == tuple(f"{FOLDER}W0{n}.png" for n in range(3))
    assert "5501_1.html" not in article.html


def test_who_signs_on_the_last_page_is_read_into_the_fields() -> None:
    signed = page(2, below="<p>2026年2月6日</p><p>（责任编辑：王小溪）</p>")
    article = read(page(0), page(1), signed).article
    assert (article.editor, article.written) == ("王小溪", date(2026, 2, 6))
    assert article.origin == "镕溪县水利局"
    assert article.published == datetime(2026, 2, 10, 1, 30, tzinfo=UTC)


def test_files_of_all_pages_are_kept() -> None:
    first = page(0, below='<p><a href="P1.pdf">附件1.pdf</a></p>')
    last = page(2, below='<p><a href="P1.pdf">附件1.pdf</a> <a href="P2.xls">附件2.xls</a></p>')
    files = [a.url for a in read(first, page(1), last).article.attachments]
    assert files == [f"{FOLDER}P1.pdf", f"{FOLDER}P2.xls"]


def test_a_page_that_was_shown_before_is_not_joined_twice() -> None:
    again = page(0)
    article = read(page(0, 2), page(0, 2)).article
    assert article.text == read(again).article.text


def test_a_further_page_that_says_it_is_gone_is_left_out() -> None:
    html = "<html><title>提示</title><body><p>您访问的页面不存在或已被删除</p></body></html>"
    lost = Capture(
        url=page(1).url, final_url=page(1).url, status=200, body=html.encode(), fetched_at=NOW
    )
    article = read(page(0), lost, page(2)).article
    assert article.text.splitlines() == [*PARTS[0], *PARTS[2]]


def test_where_a_further_page_cannot_be_read_nothing_is() -> None:
    empty = Capture(
        url=page(1).url, final_url=page(1).url, status=200, body=b"<html></html>", fetched_at=NOW
    )
    with pytest.raises(ExtractError, match="5501_1"):
        read(page(0), empty, page(2))


def test_a_reading_travels_without_the_body_it_was_made_from() -> None:
    reading = read(page(0))
    assert [found.value for found in reading.draft.body] == [""]
    assert reading.draft.body[0].witness


def test_a_listing_s_relative_days_count_from_when_it_was_fetched() -> None:
    url = "https://www.example.gov.cn/zwgk/"
    rows = f"<li><a href='a.html'>{TITLE}</a><i>昨天 10:20</i></li>"
    listing = Listing(url=url, rules=ListingRules(item=("li",)))
    seen = Capture(
        url=url, final_url=url, status=200, payload=rows.encode(), body=rows.encode(),
        fetched_at=NOW,
    )  # fmt: skip
    (link,) = read_links(seen, PageRequest(url=url), listing, SOURCE).links
    assert (link.date, link.seen) == ("昨天 10:20", NOW)
    undated = page(0).body.replace("发布时间：2026-02-10 09:30".encode(), b"")
    after = NOW + timedelta(days=3)
    later = replace(page(0), url=link.url, final_url=link.url, body=undated, fetched_at=after)
    article = read_article((later,), SOURCE, "", link, after).article
    assert article.published == datetime(2026, 3, 1, 2, 20, tzinfo=UTC)
