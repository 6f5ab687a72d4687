"""A page becomes a draft: what each witness says, in order of trust. Pages are ours."""

import pytest

from crawler.errors import ExtractError, GoneError
from crawler.extract import EXTRACTOR, extract
from crawler.records import ArticleRules, Draft

URL = "http://www.qinghe.example/zwgk/tzgg/202403/t20240315_100.html"
FIRST = "为做好今年防汛工作，现将有关事项通知如下，请各单位认真贯彻执行，确保安全度汛。"
SECOND = "一、压实责任。各乡镇要逐级落实防汛责任制，汛期实行二十四小时值班，重要情况随时报告。"
TITLE = "关于做好清河县防汛工作的通知"
SITE = "清河县人民政府"
MENU = "".join(f'<li><a href="/{i}/">栏目{i}</a></li>' for i in range(12))
RELATED = "".join(
    f'<li><a href="/n{i}.html">另一篇文章的标题{i}</a><span>2023-0{i}-11</span></li>'
    for i in range(1, 7)
)


def page(
    inner: str, *, head: str = "", title: str = f"{TITLE}_{SITE}", before: str = "", below: str = ""
) -> str:
    return f"""<html><head><title>{title}</title>{head}</head><body>
    <div class="header"><ul>{MENU}</ul></div>{before}{inner}{below}
    <div class="footer">版权所有：{SITE} 备案号：某ICP备00000000号</div></body></html>"""


def article(
    *, byline: str = "发布日期：2024-03-15 10:10 来源：县应急管理局", more: str = ""
) -> str:
    return f"""<div class="article"><h1>{TITLE}</h1><div class="info">{byline}</div>
    <div class="con"><p>{FIRST}</p><p>{SECOND}</p>{more}</div></div>"""


def first(draft: Draft, field: str) -> tuple[str, str]:
    """Return value and witness of the most trusted finding."""
    found = getattr(draft, field)
    return (found[0].value, found[0].witness) if found else ("", "")


def body(draft: Draft) -> str:
    return draft.body[0].value


def test_a_page_of_an_unknown_system_gives_all_that_it_shows() -> None:
    draft = extract(page(article(), below=f"<ul>{RELATED}</ul>"), URL)
    assert first(draft, "title") == (TITLE, "heading:h1")
    assert first(draft, "published") == ("2024-03-15 10:10", "label:发布日期")
    assert first(draft, "origin") == ("县应急管理局", "label:来源")
    assert FIRST in body(draft)
    assert SECOND in body(draft)
    assert "栏目1" not in body(draft)
    assert "另一篇" not in body(draft)
    assert draft.extractor == EXTRACTOR


@pytest.mark.parametrize(
    "container",
    ['class="TRS_Editor"', 'id="zoom"', 'id="UCAP-CONTENT"', 'class="pages_content"',
     'id="ivs_content"', 'class="Article_content"'],
)  # fmt: skip
def test_the_containers_of_known_systems_are_found(container: str) -> None:
    inner = f"<h1>{TITLE}</h1><div {container}><p>{FIRST}</p><p>{SECOND}</p></div>"
    draft = extract(page(inner, below="<p>一段不在正文里的话，说的是网站自己。</p>"), URL)
    assert first(draft, "body")[1].startswith("container:")
    assert "网站自己" not in body(draft)


def test_a_rule_outweighs_every_other_witness() -> None:
    rules = ArticleRules(
        title=(".own-title",),
        published=("meta[name=when]@content",),
        body=("#part",),
        origin=(".from", ".nowhere"),
        drop=(".advice",),
    )
    inner = f"""{article()}<h2 class="own-title">规则说的标题</h2><b class="from">规则说的来源</b>
    <div id="part"><p>{FIRST}</p><p class="advice">办事指南请看这里。</p></div>"""
    draft = extract(page(inner, head='<meta name="when" content="2020-01-02">'), URL, rules)
    assert first(draft, "title") == ("规则说的标题", "rule:.own-title")
    assert first(draft, "published") == ("2020-01-02", "rule:meta[name=when]@content")
    assert first(draft, "origin") == ("规则说的来源", "rule:.from")
    assert first(draft, "body")[1] == "rule:#part"
    assert SECOND not in body(draft)
    assert "办事指南" not in body(draft)


def test_the_disclosure_table_gives_every_number_and_both_dates() -> None:
    table = """<table><tr><td>索 引 号：</td><td>000014349/2024-00031</td>
    <td>主题分类：</td><td>应急管理</td></tr>
    <tr><td>发文机关：</td><td>清河县人民政府办公室</td><td>成文日期：</td><td>2024年03月12日</td></tr>
    <tr><td>标　　题：</td><td>关于做好清河县防汛工作的通知</td></tr>
    <tr><td>发文字号：</td><td>清政办发〔2024〕7号</td><td>发布日期：</td><td>2024年03月15日</td></tr>
    <tr><td>有效性：</td><td></td></tr></table>"""
    draft = extract(page(f"{table}<div id='UCAP-CONTENT'><p>{FIRST}</p><p>{SECOND}</p></div>"), URL)
    assert first(draft, "index_number") == ("000014349/2024-00031", "table:索引号")
    assert first(draft, "issuer") == ("清河县人民政府办公室", "table:发文机关")
    assert first(draft, "doc_number") == ("清政办发〔2024〕7号", "table:发文字号")
    assert first(draft, "written") == ("2024年03月12日", "table:成文日期")
    assert first(draft, "published") == ("2024年03月15日", "table:发布日期")
    assert first(draft, "title")[0] == TITLE


@pytest.mark.parametrize(
    ("byline", "origin", "published"),
    [
        ("2024-03-15 10:10来源：某县日报作者：张三", "某县日报", "2024-03-15 10:10"),
        ("<b>来源：</b><a href='/x'>某县日报</a> <i>2024-03-15</i>", "某县日报", "2024-03-15"),
        ("【来源：某县日报】【字号：大 中 小】时间：2024-03-15", "某县日报", "2024-03-15"),
        ("信息来源：某县日报&nbsp;&nbsp;&nbsp;发布时间：2024年3月15日10:10", "某县日报",
         "2024年3月15日10:10"),
        ("<p>来源：</p><p>某县日报</p><p>( 2024-03-15)</p>", "某县日报", "2024-03-15"),
        ("来源：　　　　发布时间：2024-03-15　　浏览次数：12", "", "2024-03-15"),
        ("数据来源：统计年鉴 日期：２０２４-０３-１５", "", "２０２４-０３-１５"),
    ],
)  # fmt: skip
def test_bylines_are_read_in_all_their_forms(byline: str, origin: str, published: str) -> None:
    draft = extract(page(article(byline=byline)), URL)
    assert first(draft, "origin")[0] == origin
    assert first(draft, "published")[0] == published


def test_an_update_does_not_stand_for_the_publication() -> None:
    draft = extract(page(article(byline="更新时间：2024-04-01 发布时间：2024-03-15")), URL)
    assert [found.value for found in draft.published][:2] == ["2024-03-15", "2024-04-01"]


def test_dates_of_other_articles_are_not_read() -> None:
    below = f"<div class='more'>上一篇：<a>别的</a> 2022-02-02</div><ul>{RELATED}</ul>"
    draft = extract(page(article(byline="来源：某县日报"), below=below), "http://a.example/x.html")
    assert draft.published == ()


def test_a_meta_equal_to_the_moment_of_generation_says_nothing() -> None:
    head = """<meta name="others" content="页面生成时间 2024-09-01 00:10:00">
    <meta name="PubDate" content="2024-09-01 00:10:00">"""
    draft = extract(page(article(byline=""), head=head), "http://a.example/x.html")
    assert draft.published == ()


def test_the_day_under_the_text_is_when_it_was_written() -> None:
    draft = extract(page(article(more="<p>县防汛办公室</p><p>二〇二四年三月十二日</p>")), URL)
    assert first(draft, "written") == ("二〇二四年三月十二日", "signature")


def test_names_at_the_end_of_the_text_are_read_and_stay_in_it() -> None:
    draft = extract(page(article(more="<p>（记者 李四 通讯）</p><p>（责任编辑：王五）</p>")), URL)
    assert first(draft, "editor")[0] == "王五"
    assert "责任编辑：王五" in body(draft)
    draft = extract(page(article(more="<p>目前各项工作进展顺利。（赵六）</p>")), URL)
    assert first(draft, "author") == ("赵六", "byline")


def test_machines_are_asked_where_the_page_shows_nothing() -> None:
    head = """<meta name="ContentSource" content="某县日报">
    <meta name="pubdate" content="2024-03-15 10:10">
    <script type="application/ld+json">{"@graph": [{"@type": "NewsArticle",
      "headline": "一个标题", "author": {"@type": "Person", "name": "张三"},
      "datePublished": "2024-03-15T10:10:11+08:00"}]}</script>
    <script>var fdate='2024/03/15 10:10:12';</script>"""
    draft = extract(page(article(byline=""), head=head), "http://a.example/x.html")
    witnesses = [found.witness for found in draft.published]
    assert witnesses == ["json-ld:datePublished", "meta:pubdate", "script"]
    assert first(draft, "origin") == ("某县日报", "meta:contentsource")
    assert first(draft, "author") == ("张三", "json-ld:author")


def test_an_organisation_is_no_author() -> None:
    head = """<script type="application/ld+json">{"@type": "Article",
    "author": {"@type": "GovernmentOrganization", "name": "Department of Works"}}</script>"""
    assert extract(page(article(), head=head), URL).author == ()


@pytest.mark.parametrize(
    ("title", "head", "inner"),
    [
        (f"{TITLE}-通知公告-{SITE}", "", f"<h2>通知公告</h2><h3>{TITLE}</h3>"),
        (SITE, f'<meta name="ArticleTitle" content="{TITLE}">', ""),
        (SITE, f'<meta name="SiteName" content="{SITE}">', f"<h1>{SITE}</h1><h2>{TITLE}</h2>"),
        (
            "",
            f'<meta name="articletitle" content="&lt;font color=red&gt;{TITLE}&lt;/font&gt;">',
            "",
        ),
        (f"{TITLE}_{SITE}", "", "<p>关于做好清河县<br>防汛工作的通知</p>"),
        ("关于做好清河县防汛…", "", f"<h1>{TITLE}</h1>"),
        (f"{TITLE} - {SITE}", "", ""),
    ],
)
def test_the_title_is_what_heading_and_machines_agree_on(title: str, head: str, inner: str) -> None:
    draft = extract(
        page(f"{inner}<div><p>{FIRST}</p><p>{SECOND}</p></div>", head=head, title=title), URL
    )
    assert first(draft, "title")[0] == TITLE


def test_furniture_inside_the_body_is_dropped() -> None:
    more = f"""<p>浏览次数：<span>1234</span>次</p><div class="bdshare">分享到：微博 微信</div>
    <script>document.write(1)</script><p>【打印】【关闭】</p>
    <div><img src="/qr.png">扫一扫在手机打开当前页</div>
    <p>相关阅读</p><ul>{RELATED}</ul><p>上一篇：<a href="/a">别的文章</a></p>"""
    text = body(extract(page(article(more=more)), URL))
    for word in (
        "1234",
        "分享到",
        "document.write",
        "打印",
        "扫一扫",
        "相关阅读",
        "另一篇",
        "上一篇",
    ):
        assert word not in text
    assert SECOND in text


def test_a_copy_of_the_article_for_telephones_is_not_read_twice() -> None:
    copy = article().replace("h1", "h3")
    draft = extract(page(f"<div>{article()}</div><div class='mobile'>{copy}</div>"), URL)
    assert body(draft).count(FIRST) == 1


def test_a_body_that_is_mostly_a_table_is_kept() -> None:
    rows = "".join(f"<tr><td>{i}</td><td>河道{i}</td><td>{i}.5米</td></tr>" for i in range(40))
    draft = extract(page(article(more=f"<table><tr><th>序号</th></tr>{rows}</table>")), URL)
    assert "河道39" in body(draft)


def test_pictures_that_wait_to_be_scrolled_to_get_their_address() -> None:
    more = """<p><img src="/blank.gif" data-src="/p/1.jpg"></p><p><img oldsrc="W02.png"></p>
    <p><img src="data:image/gif;base64,R0" data-original="/p/3.jpg"></p>"""
    text = body(extract(page(article(more=more)), URL))
    for address in ('src="/p/1.jpg"', 'src="W02.png"', 'src="/p/3.jpg"'):
        assert address in text


def test_files_in_and_below_the_text_are_attachments() -> None:
    more = '<p>附件：<a href="./P02.pdf">防汛预案</a></p>'
    below = """<div class="fj"><a href="/down.jsp?f=1.docx">责任人名单.docx</a>
    <a href="/about.html">关于我们</a></div>"""
    draft = extract(page(article(more=more), below=below), URL)
    assert draft.attachments == (
        ("./P02.pdf", "防汛预案"),
        ("/down.jsp?f=1.docx", "责任人名单.docx"),
    )


def test_an_article_of_a_picture_alone_has_a_body() -> None:
    inner = f"<h1>{TITLE}</h1><div id='zoom'><p>一图读懂防汛工作</p><img src='/long.png'></div>"
    assert "/long.png" in body(extract(page(inner), URL))


@pytest.mark.parametrize(
    "text",
    ["您访问的页面不存在或已删除", "对不起，该文章已被删除！", "404 Not Found",
     "Sorry, the page you requested could not be found.", "This page no longer exists."],
)  # fmt: skip
def test_a_page_that_says_its_article_is_gone_is_gone(text: str) -> None:
    with pytest.raises(GoneError) as caught:
        extract(page(f"<div class='msg'><p>{text}</p></div>", title="提示信息"), URL)
    assert caught.value.how == "soft404"


def test_a_short_notice_with_a_long_sentence_about_what_is_missing_is_not_gone() -> None:
    said = (
        "专家在接受采访时指出，全市卫生部门此前所称的现有的、"
        "超过本次疫情所需要的疫苗、检测试剂、防护用品和各类治疗资源"
    )
    html = page(f"<h1>关于疫情防控物资的说明</h1><p>{said}并不存在，有关方面正在核实情况。</p>")
    assert "并不存在" in body(extract(html, URL))


def test_an_article_about_deleted_pages_is_not_gone() -> None:
    more = f"<p>清理后，网站上该页面已被删除，不存在的网页有四百零四个。{FIRST}</p>" * 6
    assert "已被删除" in body(extract(page(article(more=more)), URL))


@pytest.mark.parametrize(
    "html",
    [
        "",
        "<html></html>",
        "\0\0\0",
        page(""),
        page("<p>请开启JavaScript并刷新该页。</p>", title="安全验证"),
        "<html><script>window.wzws_sessionid=1</script></html>",
    ],
)
def test_a_page_without_article_is_refused(html: str) -> None:
    with pytest.raises(ExtractError):
        extract(html, URL)


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 100_000,
        "<div>" * 400 + FIRST,
        "<div></x>" * 30_000,
        "<font><b>" * 20_000,
        "<table><tr><td>" * 5_000,
        "<p " + " ".join(f"a{i}=1" for i in range(60_000)) + ">",
        "<br>" * 500_000,
    ],
)
def test_poison_is_refused_before_the_parser_sees_it(html: str) -> None:
    with pytest.raises(ExtractError):
        extract(page(html), URL)


@pytest.mark.parametrize(
    "html",
    ["<option>" * 50_000, "<p>" * 50_000, "<!--" + "x" * 1_000_000, "<b><i>" * 100,
     "<template><svg><title>x</title></template>", "<td>" * 1000],
)  # fmt: skip
def test_malformed_html_around_an_article_does_not_hide_it(html: str) -> None:
    assert FIRST in body(extract(page(article(), below=html), URL))
