"""What pages say of origin, persons, numbers and days is read in all its forms. Pages are ours."""

import pytest

from crawler.extract import extract
from crawler.records import Draft

URL = "http://www.qinghe.example/zwgk/100.html"
TITLE = "关于做好清河县防汛工作的通知"
FIRST = "为做好今年防汛工作，现将有关事项通知如下，请各单位认真贯彻执行，确保安全度汛。"
SECOND = "一、压实责任。各乡镇要逐级落实防汛责任制，汛期实行二十四小时值班，重要情况随时报告。"
THIRD = "二、备足物资。各有关部门要在汛前完成清点，缺什么补什么，做到有备无患，用时拿得出来。"


def read(*, info: str = "", head: str = "", lead: str = FIRST, end: str = "") -> Draft:
    """Return the draft of a page with a line under its title, a first and a last line."""
    return extract(
        f"""<html><head><title>{TITLE}_清河县人民政府</title>{head}</head><body>
        <ul><li><a href="/a/">首页</a></li><li><a href="/b/">政务公开</a></li></ul>
        <div class="article"><h1>{TITLE}</h1>{info}<div class="con"><p>{lead}</p><p>{SECOND}</p>
        <p>{THIRD}</p>{end}</div></div><div class="foot"><a href="/c/">网站地图</a></div>
        </body></html>""",
        URL,
    )


def first(draft: Draft, field: str) -> tuple[str, str]:
    found = getattr(draft, field)
    return (found[0].value, found[0].witness) if found else ("", "")


def said(draft: Draft, field: str) -> list[str]:
    return [found.value for found in getattr(draft, field)]


@pytest.mark.parametrize(
    ("label", "field", "value"),
    [
        ("索　引　号", "index_number", "01404053X/2024-00031"),
        ("信息索引号", "index_number", "01404053X/2024-00031"),
        ("公开索引号", "index_number", "01404053X/2024-00031"),
        ("索取号", "index_number", "01404053X/2024-00031"),
        ("文  号", "doc_number", "清政办发〔2024〕7号"),
        ("文件编号", "doc_number", "清河县人民政府令187号"),
        ("公文字号", "doc_number", "清政办发[2024]7号"),
        ("發文字號", "doc_number", "清府字第1130012345號"),
        ("制发机关", "issuer", "清河县人民政府"),
        ("公开责任部门", "issuer", "清河县应急管理局"),
        ("信息发布机构", "issuer", "清河县应急管理局"),
        ("印发日期", "written", "2024-03-12"),
        ("签发日期", "written", "2024年3月12日"),
        ("公开日期", "published", "2024-03-15"),
        ("發布日期", "published", "2024-03-15"),
        ("信息提供单位", "origin", "清河县应急管理局"),
    ],
)
@pytest.mark.parametrize(
    "shape",
    [
        "<table><tr><td>{label}</td><td>{value}</td></tr></table>",
        "<table><tr><th>{label}：</th><td><span>{value}</span></td></tr></table>",
        "<dl><dt>{label}</dt><dd>{value}</dd></dl>",
        "<ul><li><span>{label}</span>：{value}</li></ul>",
        "<ul><li><b>{label} :</b> {value}</li></ul>",
        "<ul><li><em>{label}</em><i>{value}</i></li></ul>",
        "<p>{label}</p><p>：{value}</p>",
        "<p>[{label}] {value}</p>",
        "<p>{label}∶{value}</p>",
        "<p>{label}﹕{value}　　浏览次数：31</p>",
    ],
)
def test_a_field_is_read_under_every_name_and_in_every_shape(
    label: str, field: str, value: str, shape: str
) -> None:
    assert first(read(info=shape.format(label=label, value=value)), field)[0] == value


def test_labels_in_one_row_and_values_in_the_next_belong_together() -> None:
    table = """<table><thead><tr><th>名称</th><th>索引号</th><th>文号</th><th>发布机构</th>
    <th>成文日期</th></tr></thead><tbody><tr><td>某个通知</td><td>A00-2024-001</td>
    <td>清政办发〔2024〕7号</td><td>清河县人民政府</td><td>2024-03-12</td></tr></tbody></table>"""
    draft = read(info=table)
    assert first(draft, "index_number") == ("A00-2024-001", "table:索引号")
    assert first(draft, "doc_number") == ("清政办发〔2024〕7号", "table:文号")
    assert first(draft, "issuer") == ("清河县人民政府", "table:发布机构")
    assert first(draft, "written") == ("2024-03-12", "table:成文日期")


def test_an_empty_cell_does_not_take_the_value_of_the_row_below() -> None:
    table = """<table><tr><td>文号：</td><td></td></tr><tr><td>清河县人民政府</td></tr></table>"""
    assert read(info=table).doc_number == ()


def test_a_label_with_nothing_but_a_colon_in_the_next_line_is_empty() -> None:
    assert read(info="<p>文号</p><p>：</p>").doc_number == ()


def test_a_schedule_in_the_text_is_no_header() -> None:
    end = """<table><tr><th>时间</th><th>地点</th></tr><tr><td>2024-05-01</td><td>一号楼</td></tr>
    </table><p>会议时间：2024年5月1日</p><p>时间：2024年5月1日</p><p>地点：县城</p><p>请准时。</p><p>完</p>
    <p>特此通知</p><p>清河县</p>"""
    assert read(end=end).published == ()


@pytest.mark.parametrize(
    ("info", "origin"),
    [
        ("<p>来源：<a>人民网</a>-<a>文化频道</a></p>", "人民网-文化频道"),
        ("<p>來源：中央社　　記者：陳某</p>", "中央社"),
        ("<p>文章出处：某县日报 | 字体：大 中 小</p>", "某县日报"),
        ("<p><span>来源</span><span>某县日报</span></p>", "某县日报"),
        ("<p>来源 某县日报</p>", "某县日报"),
        (
            "<p>凡本网注明“来源：某县日报（非本网）”的作品，不代表本网观点，转载请注明出处，违者必究。</p>",
            "",
        ),
        ("<p>数据来源：统计年鉴</p>", ""),
        ("<p>来源：</p><p>作者：张三</p>", ""),
    ],
)
def test_an_origin_ends_where_it_ends(info: str, origin: str) -> None:
    assert first(read(info=info), "origin")[0] == origin


@pytest.mark.parametrize(
    ("text", "author"),
    [
        ("（记者 张三 通讯员 李四）", "张三、李四"),
        ("(记者/张三 通讯员/李四)", "张三、李四"),
        ("（本报记者张三、李四）", "张三、李四"),
        ("新华社北京3月15日电（记者张三、李四丰）", "张三、李四丰"),
        ("本报记者 张三", "张三"),
        ("见习记者 张　三", "张 三"),
        ("作者：张三、李四", "张三、李四"),
        ("文/张三 图/李四", "张三"),
        ("【文/观察网专栏作者 张三】", "张三"),
        ("撰文：张三　摄影：李四", "张三"),
        ("採訪撰文：陳某某", "陳某某"),
        ("【陳某某、林某某／綜合報導】", "陳某某、林某某"),
        ("〔記者陳某某／台北報導〕", "陳某某"),
        ("【某某時報／記者陳某某／台北報導】", "陳某某"),
        ("某某時報 陳某某／台北報導", "陳某某"),
        ("〔編譯林某某／綜合報導〕", "林某某"),
        ("（中央社記者劉某某台北11日電）", "劉某某"),
        ("記者：陳某某 林某  台北報導", "陳某某 林某"),
        ("（本报记者 张三 摄）", ""),
        ("（资料图）", ""),
        ("记者从县应急管理局获悉", ""),
    ],
)
@pytest.mark.parametrize("place", ["info", "lead"])
def test_bylines_of_every_press_are_read(text: str, author: str, place: str) -> None:
    draft = read(info=f"<p>{text}</p>") if place == "info" else read(lead=f"{text}</p><p>{FIRST}")
    assert first(draft, "author")[0] == author


def test_a_byline_before_the_first_sentence_is_read() -> None:
    assert said(read(lead=f"某报讯（记者 张三）{FIRST}"), "author") == ["张三"]


@pytest.mark.parametrize(
    ("text", "editor"),
    [
        ("【编辑：王五】", "王五"),
        ("（责任编辑：王五）", "王五"),
        ("责任编辑 王五 赵六", "王五 赵六"),
        ("编辑：王五　审核：孙七　校对：周八", "王五"),
        ("责编|王五<br>校对|周八", "王五"),
        ("编辑/王五", "王五"),
        ("責任編輯：王五", "王五"),
        ("(责编：王五、赵六)", "王五、赵六"),
        ("审核：孙七", ""),
        ("校对 周八", ""),
        ("总编辑孙七出席并讲话", ""),
    ],
)
def test_an_editor_is_whoever_edits_and_not_who_checks(text: str, editor: str) -> None:
    assert first(read(end=f"<p>{text}</p>"), "editor")[0] == editor


@pytest.mark.parametrize(
    ("text", "author"),
    [
        ("By Jane Doe and John Roe", "Jane Doe and John Roe"),
        ("Written by Jane Doe", "Jane Doe"),
        ("<b>By</b> <a href='/j'>Jane Doe</a>", "Jane Doe"),
        ("Par Jean-Pierre Dupont", "Jean-Pierre Dupont"),
        ("Von Anna Müller | 3.4.2024", "Anna Müller"),
        ("<a href='/t'>By Business Area</a>", ""),
        ("By the end of May Smith had left", ""),
        ("Contact: Jane Doe", ""),
        ("From our own correspondent", ""),
    ],
)
def test_a_line_of_names_behind_by_is_a_byline(text: str, author: str) -> None:
    assert first(read(info=f"<p>{text}</p>"), "author")[0] == author


def test_agencies_name_reporters_and_editors_under_the_text() -> None:
    draft = read(end="<p>(Reporting by Jane Doe in Qinghe and John Roe; Editing by Ann Poe)</p>")
    assert first(draft, "author") == ("Jane Doe, John Roe", "byline")
    assert first(draft, "editor") == ("Ann Poe", "byline")


@pytest.mark.parametrize(
    "number",
    [
        "清政办发〔2024〕7号",
        "清政办发[2024]7号",
        "清政办发（2024）7号",
        "清政办发【2024】第7号",
        "清河县人民政府令第47号",
        "清河县税务局公告2024年第5号",
        "2024年第5号",
    ],
)
def test_a_lone_number_between_title_and_text_is_the_document_s(number: str) -> None:
    assert first(read(info=f"<p>{number}</p>"), "doc_number") == (number, "line")
    assert first(read(lead=f"（{number}）</p><p>{FIRST}"), "doc_number") == (number, "line")


def test_a_number_that_the_text_quotes_is_another_document_s() -> None:
    lead = f"根据清政办发〔2023〕1号的要求，{FIRST}"
    assert read(lead=lead).doc_number == ()
    table = "<p>文号：清政办发〔2024〕7号</p><p>清政办发〔2023〕1号</p>"
    assert first(read(info=table), "doc_number")[0] == "清政办发〔2024〕7号"


def json_ld(text: str) -> str:
    return f'<script type="application/ld+json">{text}</script>'


ARTICLE = """{"@context": "https://schema.org", "@type": "NewsArticle", "headline": "A notice",
 "datePublished": "2024-03-15T10:10:11+08:00", "author": {"@type": "Person", "name": "Jane Doe"}}"""


@pytest.mark.parametrize(
    "text",
    [
        ARTICLE,
        f"[{ARTICLE}]",
        f'{{"@graph": [{{"@type": "BreadcrumbList"}}, {ARTICLE}]}}',
        f'{{"@type": "WebPage", "datePublished": "2001-01-01", "mainEntity": {ARTICLE}}}',
        ARTICLE.replace('"NewsArticle"', '["Report", "NewsArticle"]'),
        ARTICLE.replace('"A notice"', '"A\nnotice"'),
        ARTICLE.replace('"Jane Doe"}}', '"Jane Doe",},}'),
        f"<!-- {ARTICLE} -->",
        f"//<![CDATA[\n{ARTICLE}\n//]]>",
        f'{{"@type": "Organization", "name": "A house"}}\n{ARTICLE};',
        ARTICLE.replace('{"@type": "Person", "name": "Jane Doe"}', '["Jane Doe"]'),
    ],
)
def test_json_ld_is_read_however_it_is_wrapped_or_broken(text: str) -> None:
    draft = read(head=json_ld(text))
    assert first(draft, "published") == ("2024-03-15T10:10:11+08:00", "json-ld:datePublished")
    assert first(draft, "author") == ("Jane Doe", "json-ld:author")


@pytest.mark.parametrize(
    "text",
    [
        '{"@type": "Article", "author": {"@type": "Organization", "name": "A House"}}',
        '{"@type": "Article", "publisher": {"@type": "Person", "name": "A House"}}',
        '{"@type": "ItemList", "itemListElement": [{"@type": "Article", "author": "John Roe"}]}',
        '{"@type": "BreadcrumbList", "author": "John Roe"}',
        '{"@type": "Article", "isPartOf": {"@type": "Article", "author": "John Roe"}}',
        '{"@type": "Article", "author":',
    ],
)
def test_json_ld_of_other_things_names_no_author(text: str) -> None:
    draft = read(head=json_ld(text))
    assert (draft.author, draft.origin) == ((), ())


def test_authors_told_apart_are_found_by_their_number_in_the_graph() -> None:
    text = """{"@graph": [{"@type": "Article", "author": [{"@id": "#p1"}, {"@id": "#p2"}]},
    {"@type": "Person", "@id": "#p1", "name": "Jane Doe"},
    {"@type": "Person", "@id": "#p2", "name": "John Roe"}]}"""
    assert first(read(head=json_ld(text)), "author") == ("Jane Doe, John Roe", "json-ld:author")


def test_of_several_articles_the_one_that_the_page_is_named_after_is_read() -> None:
    other = '{"@type": "Article", "headline": "别的通知", "author": "John Roe"}'
    own = f'{{"@type": "Article", "headline": "{TITLE}", "author": "Jane Doe"}}'
    assert first(read(head=json_ld(f"[{other}, {own}]")), "author")[0] == "Jane Doe"


def test_a_page_that_is_no_article_may_still_say_when_it_was_published() -> None:
    draft = read(head=json_ld('{"@type": "WebPage", "datePublished": "2024-03-15"}'))
    assert first(draft, "published") == ("2024-03-15", "json-ld:WebPage")


@pytest.mark.parametrize(
    ("name", "counts"),
    [
        ("article:published_time", True),
        ("dcterms.issued", True),
        ("DC.date.issued", True),
        ("citation_online_date", True),
        ("govuk:first-published-at", True),
        ("PubDate", True),
        ("dcterms.modified", False),
        ("og:updated_time", False),
        ("article:modified_time", False),
        ("last-update", False),
        ("lastmodifiedtime", False),
        ("govuk:updated-at", False),
    ],
)
def test_metas_of_the_publication_count_and_those_of_a_change_do_not(
    name: str, counts: bool
) -> None:
    head = f'<meta name="{name}" content="2024-03-15">'
    assert said(read(head=head), "published") == (["2024-03-15"] if counts else [])


def test_a_site_that_names_itself_as_the_author_is_left_out() -> None:
    head = '<meta property="og:site_name" content="Qinghe Post">'
    head += '<meta name="author" content="Qinghe Post"><meta name="author" content="Jane Doe">'
    assert [value for value in said(read(head=head), "author") if value] == ["Jane Doe"]


@pytest.mark.parametrize(
    ("info", "field", "value"),
    [
        ('<span class="info_src">甲县日报</span>', "origin", "甲县日报"),
        ('<span class="news-from">甲县日报</span>', "origin", "甲县日报"),
        ('<div class="a_source">甲县日报</div>', "origin", "甲县日报"),
        ('<div class="source_left">甲县日报</div>', "origin", "甲县日报"),
        ('<div class="article-source">发布时间：10-08</div>', "origin", ""),
        ('<div class="source">责任编辑：张三</div>', "origin", ""),
        ('<span class="data-source">甲县水利局</span>', "origin", ""),
        ('<span class="article__author">Jane Doe</span>', "author", "Jane Doe"),
        ('<span itemprop="author">By Jane Doe</span>', "author", "Jane Doe"),
        ('<div class="writer">순천, 광양 <b>홍길동</b> 기자</div>', "author", "홍길동"),
        ('<div class="author">责任编辑：张三</div>', "author", ""),
        ('<div class="comment-author">Jane Doe</div>', "author", ""),
        ('<div class="related"><b class="related-author">Jane Doe</b></div>', "author", ""),
        ('<b itemprop="datePublished" content="2024-03-15T10:10:11+08:00">3月</b>', "published",
         "2024-03-15T10:10:11+08:00"),
    ],
)  # fmt: skip
def test_what_an_element_is_called_is_believed_where_its_value_looks_the_part(
    info: str, field: str, value: str
) -> None:
    assert first(read(info=f"<p>{info}</p>"), field)[0] == value


def test_writers_named_below_the_text_are_those_of_other_articles_where_they_are_several() -> None:
    other = '<li><a href="/{0}/">今年的另一篇文章</a> <i class="author">{0}</i></li>'
    assert said(read(end=f"</div><ul>{other.format('Doe')}</ul><div>"), "author") == ["Doe"]
    several = other.format("Doe") + other.format("Roe")
    assert said(read(end=f"</div><ul>{several}</ul><div>"), "author") == []


def test_several_author_metas_are_several_authors() -> None:
    head = """<meta name="citation_author" content="Doe, Jane">
    <meta name="citation_author" content="Roe, John">"""
    assert first(read(head=head), "author")[0] == "Jane Doe, John Roe"
