"""A draft becomes an article: typed, clean, absolute, in UTC, nothing invented."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive import Article, Attachment, Precision, clean_html
from crawler.errors import NormaliseError
from crawler.normalise import normalise
from crawler.records import Draft, Findings, Found, Link, Source

NOW = datetime(2024, 5, 1, 4, 0, tzinfo=UTC)
URL = "http://www.qinghe.example/zwgk/202403/t20240315_100.html"
COUNTY = Source(
    id="qinghe", name="清河县人民政府", address="http://www.qinghe.example/", zone="Asia/Shanghai",
    region="CN-13", categories=("政务公开",),
)  # fmt: skip


def say(*values: str, witness: str = "label:x") -> Findings:
    return tuple(Found(value=value, witness=witness) for value in values)


DRAFT = Draft(
    url=URL, title=say("关于做好防汛工作的通知"), body=say("<p>正文第一段。</p>"), base=URL
)


def made(link: Link | None = None, category: str = "", **fields: object) -> Article:
    return normalise(
        replace(DRAFT, **fields),  # type: ignore[arg-type]
        COUNTY,
        now=NOW,
        category=category,
        link=link,
    )


def test_an_article_carries_what_its_source_says_of_it() -> None:
    article = made(category="通知公告", extractor="some/1")
    assert article.source == "qinghe"
    assert article.channel == "清河县人民政府"
    assert article.categories == ("政务公开", "通知公告")
    assert article.region == "CN-13"
    assert article.zone == "Asia/Shanghai"
    assert article.extractor == "some/1"
    assert dict(article.witnesses)["title"] == "label:x"


def test_the_first_witness_that_can_be_read_is_believed() -> None:
    published = (
        Found(value="今天", witness="label:时间"),
        Found(value="2024-03-15 10:10", witness="label:发布日期"),
        Found(value="2023-01-01 08:00:00", witness="meta:pubdate"),
    )
    article = made(published=published)
    assert article.published == datetime(2024, 3, 15, 2, 10, tzinfo=UTC)
    assert article.precision is Precision.MINUTE
    assert dict(article.witnesses)["published"] == "label:发布日期"


def test_a_day_stays_a_day() -> None:
    article = made(published=say("2024-03-01"))
    assert article.published == datetime(2024, 2, 29, 16, 0, tzinfo=UTC)
    assert article.precision is Precision.DAY


def test_pubdate_gives_the_minute_where_it_agrees_about_the_day() -> None:
    article = made(published=say("2024-03-15") + say("2024-03-15 10:10:11", witness="meta:pubdate"))
    assert article.published == datetime(2024, 3, 15, 2, 10, 11, tzinfo=UTC)
    assert article.precision is Precision.SECOND
    assert dict(article.witnesses)["published"] == "label:x meta:pubdate"


@pytest.mark.parametrize("value", ["2024-03-16 10:10:11", "2024-03-15 00:00:00", "2024-03-15"])
def test_pubdate_gives_nothing_where_it_disagrees_or_knows_no_more(value: str) -> None:
    article = made(published=say("2024-03-15") + say(value, witness="meta:pubdate"))
    assert article.precision is Precision.DAY
    assert article.published == datetime(2024, 3, 14, 16, 0, tzinfo=UTC)


def test_the_hour_of_a_meta_does_not_correct_the_one_that_is_shown() -> None:
    article = made(
        published=say("2024-03-15 18:51") + say("2024-03-15 06:51", witness="meta:pubdate")
    )
    assert article.published == datetime(2024, 3, 15, 10, 51, tzinfo=UTC)


def test_a_machine_that_shows_the_same_clock_gives_the_offset() -> None:
    exact = say("2024-03-15T21:17:27-05:00", witness="json-ld:datePublished")
    article = made(published=say("2024-03-15 21:17") + exact)
    assert article.published == datetime(2024, 3, 16, 2, 17, 27, tzinfo=UTC)


def in_zone(zone: str, *published: Findings) -> Article:
    """Return the article of a source in a zone whose witnesses speak in this order."""
    draft = replace(DRAFT, published=tuple(found for said in published for found in said))
    return normalise(draft, replace(COUNTY, zone=zone), now=NOW)


PUBLISHED = "meta:article:published_time"


@pytest.mark.parametrize(
    ("zone", "shown", "machine", "at", "kept"),
    [
        ("UTC", "2024-03-15 12:01", "2024-03-15T17:01:27Z", "2024-03-15 17:01:27", "Etc/GMT+5"),
        ("UTC", "2024-03-15 21:17", "2024-03-16T02:17:00Z", "2024-03-16 02:17:00", "Etc/GMT+5"),
        ("UTC", "2024-03-15 18:51", "2024-03-15T10:51+00:00", "2024-03-15 10:51:00", "Etc/GMT-8"),
        # the zone's own clocks are half an hour off, those of the page are not
        ("Asia/Kolkata", "2024-03-15 18:51", "2024-03-15T10:51:00Z", "2024-03-15 10:51:00",
         "Etc/GMT-8"),
    ],
)  # fmt: skip
def test_a_page_that_shows_another_zone_s_clock_is_dated_by_the_machine(
    zone: str, shown: str, machine: str, at: str, kept: str
) -> None:
    article = in_zone(zone, say(shown), say(machine, witness=PUBLISHED))
    assert article.published == datetime.fromisoformat(at).replace(tzinfo=UTC)
    assert article.zone == kept
    # the day stays the one that readers of the page see
    assert article.published.astimezone(ZoneInfo(kept)).isoformat(" ").startswith(shown)
    assert dict(article.witnesses)["published"] == f"label:x {PUBLISHED}"


@pytest.mark.parametrize(
    ("machine", "witness"),
    [
        ("2024-03-15T10:01:00Z", PUBLISHED),  # no whole hours
        ("2024-03-14T23:51:00Z", PUBLISHED),  # no clock is so far from UTC
        ("2024-03-15T06:51:00+08:00", PUBLISHED),  # told in the source's zone: an error
        ("2024-03-15T18:51:00Z", PUBLISHED),  # Z behind the local clock
        ("2024-03-15T07:51:00Z", "meta:pubdate"),  # may mean a change
        ("2024-03-15 06:51", "meta:pubdate"),  # hh for HH
        ("2024-03-15 06:51", PUBLISHED),
    ],
)
def test_no_other_machine_corrects_the_clock_that_is_shown(machine: str, witness: str) -> None:
    article = in_zone("Asia/Shanghai", say("2024-03-15 18:51"), say(machine, witness=witness))
    assert article.published == datetime(2024, 3, 15, 10, 51, tzinfo=UTC)
    assert article.zone == "Asia/Shanghai"


def test_of_two_offsets_the_one_of_the_source_s_zone_is_believed() -> None:
    metas = say("2024-07-17T11:21:03+0000", witness=PUBLISHED)
    linked = say("2024-07-17T11:21:03+01:00", witness="json-ld:datePublished")
    article = normalise(
        replace(DRAFT, published=say("2024-07-17 11:21") + metas + linked),
        replace(COUNTY, zone="Europe/London"), now=NOW + timedelta(days=90),
    )  # fmt: skip
    assert article.published == datetime(2024, 7, 17, 10, 21, 3, tzinfo=UTC)
    assert article.zone == "Europe/London"


@pytest.mark.parametrize(
    ("date", "day", "precision"),
    [
        ("3小时前", "2024-03-15 00:00", Precision.DAY),
        ("昨天 10:20", "2024-03-14 10:20", Precision.MINUTE),
        ("昨天 10时20分", "2024-03-14 10:20", Precision.MINUTE),
        ("今天", "2024-03-15 00:00", Precision.DAY),
        ("03-14", "2024-03-14 00:00", Precision.DAY),
        ("12-30", "2023-12-30 00:00", Precision.DAY),
    ],
)
def test_relative_days_of_a_listing_count_from_when_it_was_read(
    date: str, day: str, precision: Precision
) -> None:
    # at 23:30 UTC it is the next morning in China
    link = Link(url=URL, date=date, seen=datetime(2024, 3, 14, 23, 30, tzinfo=UTC))
    article = made(link=link)
    local = datetime.fromisoformat(day).replace(tzinfo=ZoneInfo("Asia/Shanghai"))
    assert (article.published, article.precision) == (local, precision)
    assert dict(article.witnesses)["published"] == "listing"


def test_a_listing_nobody_knows_the_reading_of_is_asked_for_no_relative_day() -> None:
    assert made(link=Link(url=URL, date="3小时前")).published is None


@pytest.mark.parametrize("value", ["2026-02-30", "0000-00-00", "今天", "3小时前", "无"])
def test_no_date_is_invented(value: str) -> None:
    article = made(published=say(value))
    assert article.published is None
    assert dict(article.witnesses)["published"] == f"unread {value}"


def test_a_machine_that_names_its_offset_tells_whose_clock_the_page_shows() -> None:
    shown = say("2024-03-15 05:10", witness="line")
    elsewhere = say("2024-03-15T10:10:11Z", witness="meta:article:published_time")
    article = made(published=shown + elsewhere)
    assert article.published == datetime(2024, 3, 15, 10, 10, 11, tzinfo=UTC)
    assert dict(article.witnesses)["published"] == "line meta:article:published_time"


@pytest.mark.parametrize(
    "value",
    ["2024-03-15T10:10:00Z", "2024-03-15T22:10:00+08:00", "2024-03-15T07:25:00Z"],
    ids=["local clock with a Z behind it", "twelve hours for twenty-four", "another minute"],
)
def test_an_offset_that_does_not_explain_the_shown_clock_is_ignored(value: str) -> None:
    shown = say("2024-03-15 10:10", witness="label:发布时间")
    article = made(published=shown + say(value, witness="json-ld:datePublished"))
    assert article.published == datetime(2024, 3, 15, 2, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "witness"),
    [("2024-03-15 10:10:11", "script"), ("2024-03-15 23:59:59", "meta:firstpublishedtime")],
)
def test_a_script_or_a_filled_in_clock_is_believed_in_company_only(
    value: str, witness: str
) -> None:
    alone = say(value, witness=witness)
    assert made(published=alone).published is None
    article = made(published=alone + say("/2024/03/15/", witness="url"))
    assert article.published is not None
    assert article.published.astimezone(ZoneInfo("Asia/Shanghai")).date() == date(2024, 3, 15)
    assert made(published=alone + say("2024-03-16", witness="url")).published == datetime(
        2024, 3, 15, 16, 0, tzinfo=UTC
    )


@pytest.mark.parametrize(
    ("lang", "zone", "day"),
    [
        ("de", "Europe/Berlin", date(2024, 3, 5)),
        ("en", "Europe/London", date(2024, 3, 5)),
        ("en-US", "UTC", date(2024, 5, 3)),
        ("en", "UTC", None),
        ("en-US", "Europe/London", None),
    ],
)
def test_figures_that_may_change_places_are_read_by_language_and_zone(
    lang: str, zone: str, day: date | None
) -> None:
    draft = replace(DRAFT, body=say("<p>Text.</p>"), lang=say(lang), published=say("05/03/2024"))
    article = normalise(draft, replace(COUNTY, zone=zone), now=NOW + timedelta(days=30))
    local = article.published and article.published.astimezone(ZoneInfo(zone)).date()
    assert local == day


def test_a_date_more_than_two_days_ahead_is_not_used() -> None:
    ahead = (NOW + timedelta(hours=70)).strftime("%Y-%m-%d %H:%M")
    near = (NOW + timedelta(hours=20)).strftime("%Y-%m-%d %H:%M")
    assert made(published=say(ahead)).published is None
    assert made(published=say(near)).published is not None
    assert made(written=say(ahead)).written is None


def test_the_listing_is_the_last_witness_and_has_its_year_completed() -> None:
    link = Link(url=URL, title="列表上的标题", date="12-30")
    assert made(link=link).published == datetime(2023, 12, 29, 16, 0, tzinfo=UTC)
    assert made(link=link, published=say("2024-03-15")).published != made(link=link).published
    assert made(link=link, title=()).title == "列表上的标题"


def test_when_it_was_written_is_another_day_than_when_it_was_published() -> None:
    article = made(published=say("2024-03-15"), written=say("二〇二四年三月十二日"))
    assert article.written == date(2024, 3, 12)
    assert article.published == datetime(2024, 3, 14, 16, 0, tzinfo=UTC)


def test_addresses_are_absolute_and_the_html_can_do_no_harm() -> None:
    body = """<p onclick="x()">见<a href="../a.html">说明</a>和<a href="javascript:x()">这里</a>。
    <img src="./W1.jpg" alt="图"><img src="//cdn.example/2.png?a=1&amp;b=2">
    <a href="http://[x/">坏</a></p><script>x()</script>"""
    article = made(body=say(body))
    assert 'href="http://www.qinghe.example/zwgk/a.html"' in article.html
    assert article.pictures == (
        "http://www.qinghe.example/zwgk/202403/W1.jpg",
        "http://cdn.example/2.png?a=1&b=2",
    )
    for word in ("onclick", "javascript", "script", "[x"):
        assert word not in article.html
    assert clean_html(article.html) == article.html


def test_a_base_element_moves_relative_addresses() -> None:
    article = made(body=say('<img src="1.jpg">'), base="/root/")
    assert article.pictures == ("http://www.qinghe.example/root/1.jpg",)


def test_text_is_one_paragraph_a_line_without_layout() -> None:
    body = """<p>　　第一段&nbsp;&nbsp;说<b>明</b>。</p><p></p><p>\u200b</p>
    <div>第二段<br>第三段</div>
    <table><tr><th>地区</th><th>数量</th></tr><tr><td><p>清河</p></td><td>12</td></tr>
    <tr><td></td><td>合计</td></tr></table><p>结尾</p>"""
    lines = ["第一段 说明。", "第二段", "第三段", "地区\t数量", "清河\t12", "合计", "结尾"]
    assert made(body=say(body)).text.split("\n") == lines


def test_a_layout_table_is_read_as_paragraphs() -> None:
    prose = "这是一段很长的文字，说明有关情况。" * 30
    body = f"<table><tr><td><p>{prose}</p><p>第二段。</p></td><td>旁注</td></tr></table>"
    assert made(body=say(body)).text.split("\n") == [prose, "第二段。", "旁注"]


def test_hollow_elements_are_gone_from_the_html() -> None:
    body = "<div><p>有字</p><p><span>&nbsp;</span></p><div><div></div></div></div>"
    assert made(body=say(body)).html == "<div><p>有字</p></div>"


@pytest.mark.parametrize(
    ("shown", "title"),
    [
        ("　关于 防汛\n的通知 ", "关于 防汛 的通知"),
        ("&lt;font color='red'&gt;红字标题&lt;/font&gt;", "红字标题"),
        ("A &amp; B", "A & B"),
        ('他说"好"字', '他说"好"字'),
        ("x\x00y\ud800z\x1b[31m", "xyz[31m"),
    ],
)
def test_a_title_is_one_clean_line(shown: str, title: str) -> None:
    assert made(title=say(shown)).title == title


def test_a_title_cut_short_gives_way_to_the_whole_one() -> None:
    assert (
        made(title=say("关于做好防汛…", "关于做好防汛工作的通知")).title == "关于做好防汛工作的通知"
    )


@pytest.mark.parametrize(
    ("shown", "origin"),
    [
        ("来源：某县日报", "某县日报"),
        ("《某县日报》", "《某县日报》"),
        ("县应急管理局（", "县应急管理局"),
        ("1234567", ""),
        ("http://www.qinghe.example", ""),
        ("不忘初心，牢记使命，为人民服务。", ""),
        ("关于做好防汛工作的通知", ""),
        ("-", ""),
    ],
)
def test_an_origin_is_a_name_and_no_code_or_motto(shown: str, origin: str) -> None:
    assert made(origin=say(shown)).origin == origin


@pytest.mark.parametrize(
    ("shown", "name"),
    [
        ("责任编辑：王五", "王五"), ("王五_NN1234", "王五"), ("王五(EN042)", "王五"), ("wms", ""),
        ("admin", ""), ("30482", ""), ("张三 李四", "张三 李四"),
    ],
)  # fmt: skip
def test_an_editor_is_a_person_and_no_account(shown: str, name: str) -> None:
    assert made(editor=say(shown)).editor == name


def test_a_refused_name_gives_way_to_the_next_witness() -> None:
    assert made(author=say("wms", "张三")).author == "张三"
    assert made(author=say("某县日报", "张三"), origin=say("某县日报")).author == "张三"


def test_numbers_lose_their_blanks_and_keep_their_brackets() -> None:
    article = made(doc_number=say("清政办发〔2024〕 7 号"), index_number=say("无", "0001/2024-7"))
    assert article.doc_number == "清政办发〔2024〕7号"
    assert article.index_number == "0001/2024-7"


def test_attachments_are_absolute_named_and_named_once() -> None:
    pairs = (("./1.pdf", "预案"), ("1.pdf", "预案"), ("/2.docx", ""), ("javascript:x", "x"))
    assert made(attachments=pairs).attachments == (
        Attachment(url="http://www.qinghe.example/zwgk/202403/1.pdf", name="预案"),
        Attachment(url="http://www.qinghe.example/2.docx", name="2.docx"),
    )


def test_text_may_be_empty_only_beside_a_picture_or_a_file() -> None:
    assert made(body=say('<img src="/1.png">')).text == ""
    assert made(body=say("<p> </p>"), attachments=(("/1.pdf", "x"),)).text == ""
    with pytest.raises(NormaliseError):
        made(body=say("<p>\u3000</p>"))


def test_a_title_without_a_letter_is_refused() -> None:
    with pytest.raises(NormaliseError):
        made(title=say("——", "　"))


def test_the_language_is_the_source_s_then_the_page_s_unless_the_letters_deny_it() -> None:
    assert made(lang=say("en")).lang == "zh"
    assert made(lang=say("zh_CN")).lang == "zh-CN"
    english = replace(DRAFT, body=say("<p>Some words.</p>"), lang=say("en-GB"))
    assert normalise(english, COUNTY, now=NOW).lang == "en-GB"
    assert normalise(english, replace(COUNTY, lang="cy"), now=NOW).lang == "cy"


html = st.text(alphabet=st.sampled_from([*"<>/\"'=& pdivtrabr!-;", "\x00", "\u3000", "文", "\n"]))


@settings(max_examples=200, deadline=None)
@given(html)
def test_no_body_makes_it_fail_or_leaves_controls(body: str) -> None:
    article = made(body=say(body), attachments=(("/1.pdf", "x"),))
    assert clean_html(article.html) == article.html
    assert not set(article.text) & set("\x00\u3000\xa0")
    assert all(line == line.strip() and line for line in article.text.split("\n") if article.text)
