"""The document format: what stands in a post, byte for byte, and what a reader must take."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.errors import PostError
from archive.frontmatter import parse, render
from archive.plaintext import byline_of, text_of
from archive.records import Article, Attachment, Precision
from archive.sanitise import clean_html
from tests.shared import shared

POST = """
---
title: '关于促进就业的通知'
categories: 
 - 政务公开
 - 36氪
headimg: 'https://example.gov.cn/a.jpg'
author: 平凉市人民政府
comments: false
date: Fri, 11 Feb 2022 11:06:56 GMT
thumbnail: 'https://example.gov.cn/a.jpg'
---

<div>   
<p>就业是民生之本。</p><p>作者：甲某  责任编辑：乙某</p><p>【来源：平凉日报】</p>  
</div>
            """  # noqa: W291 - the format's own blanks


def body_of(front: str, body: str = "<p>正文</p>") -> str:
    return f"---\n{front}\n---\n\n<div>   \n{body}  \n</div>\n            "


def article(**changed: object) -> Article:
    plain = Article(
        source="cn-pingliang",
        url="https://example.gov.cn/1",
        title="题",
        html="<p>文</p>",
        text="文",
    )
    return replace(plain, **changed)  # type: ignore[arg-type]


def front_of(post: str) -> dict[str, object]:
    """Return the front matter as the pure Python reader of YAML sees it, the strictest."""
    lines = post.split("\n")
    loaded = yaml.safe_load("\n".join(lines[2 : lines.index("---", 2)]))
    assert isinstance(loaded, dict)
    return loaded


def test_the_reference_post_is_written_again_byte_for_byte() -> None:
    post = shared("design/seed-post.txt").read_bytes().decode()
    read, notes = parse(post, path="seed")
    assert render(read) == post
    assert notes == ()
    assert (read.origin, read.author, read.editor) == ("平凉市人民政府", "郝江晨", "雷云霞")
    assert read.published == datetime(2022, 2, 11, 11, 6, 56, tzinfo=UTC)


def test_a_post_of_the_format_is_read_into_fields_and_written_again() -> None:
    read, notes = parse(POST, path="p.md")
    assert notes == ()
    assert read.title == "关于促进就业的通知"
    assert read.categories == ("政务公开", "36氪")
    assert (read.channel, read.source) == ("平凉市人民政府", "import")
    assert (read.origin, read.author, read.editor) == ("平凉日报", "甲某", "乙某")
    assert read.pictures == ("https://example.gov.cn/a.jpg",)
    assert read.text.split("\n")[0] == "就业是民生之本。"
    assert read.url.startswith("urn:gazette:post:")
    assert render(read, {"revision": 3}) == POST


def test_every_post_found_in_the_wild_is_read_and_settles_at_once() -> None:
    for path in sorted(shared("corpus/posts").glob("*.md")):
        read, _ = parse(path.read_bytes().decode(), path=path.name)
        again, _ = parse(render(read), path=path.name)
        assert again == read
        assert render(again) == render(read)


def test_an_invalid_date_and_a_cut_title_are_noted_not_refused() -> None:
    post = POST.replace("Fri, 11 Feb 2022 11:06:56 GMT", "Invalid Date").replace("通知'", "通...'")
    read, notes = parse(post, path="p.md")
    assert read.published is None
    assert notes == ("no date: Invalid Date", "title is cut: it ends with ...")
    assert render(read) == post


def test_a_post_needs_no_blank_line_before_its_front_matter() -> None:
    read, _ = parse(POST.removeprefix("\n"), path="p.md")
    assert read.title == "关于促进就业的通知"


@pytest.mark.parametrize(
    "change", [lambda post: post.replace("\n", "\r\n"), lambda post: "\ufeff" + post]
)
def test_windows_line_ends_and_a_byte_order_mark_make_the_same_article(change) -> None:  # type: ignore[no-untyped-def]
    assert parse(change(POST), path="p.md") == parse(POST, path="p.md")


def test_braces_are_written_as_the_entities_of_the_format_and_read_as_braces() -> None:
    written = render(article(html="<p>{{ x }}</p>", text="{{ x }}"))
    assert "<p>&#123;&#123; x &#125;&#125;</p>" in written
    assert parse(written, path="p.md")[0].html == "<p>{{ x }}</p>"


def test_style_and_script_in_a_body_are_cleaned_away_with_a_note() -> None:
    read, notes = parse(
        body_of(
            "title: t", "<style>p{color:red}</style><p onclick='x()'>文</p><script>y()</script>"
        ),
        path="p.md",
    )
    assert read.html == "<p>文</p>"
    assert "body cleaned: it was not plain, safe HTML" in notes


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("'It''s here'", "It's here"),
        ("'It's here'", "It's here"),
        ("通知：一: 二", "通知：一: 二"),
        ("no", "no"),
        ("2022", "2022"),
        ('"a\\tb"', "a\tb"),
        ("@某 的通知", "@某 的通知"),
    ],
)
def test_a_title_is_read_however_it_was_quoted(line: str, title: str) -> None:
    assert parse(body_of(f"title: {line}\nauthor: x"), path="p.md")[0].title == title


def test_front_matter_that_is_no_yaml_is_read_line_by_line_with_a_note_of_where_it_fails() -> None:
    read, notes = parse(
        body_of("title: 'a'b'\ncategories: \n - 甲 乙\n - 丙/丁\nauthor: x: y"), path="p.md"
    )
    assert (read.title, read.categories, read.channel) == ("a'b", ("甲 乙", "丙/丁"), "x: y")
    assert notes[0].startswith("front matter read line by line: line 2: ")


@pytest.mark.parametrize(
    ("line", "moment", "precision"),
    [
        ("Fri, 11 Feb 2022 19:06:56 +0800", (2022, 2, 11, 11, 6, 56), Precision.SECOND),
        ("2022-02-11T19:06:56+08:00", (2022, 2, 11, 11, 6, 56), Precision.SECOND),
        ("2022-02-11 11:06", (2022, 2, 11, 11, 6), Precision.MINUTE),
        ("2022-02-11 19:06+08:00", (2022, 2, 11, 11, 6), Precision.MINUTE),
        ("2022-02-11 03:06-08:00", (2022, 2, 11, 11, 6), Precision.MINUTE),
        ("2022-02-11", (2022, 2, 11), Precision.DAY),
        ("20220211", (2022, 2, 11), Precision.DAY),
    ],
)
def test_dates_are_read_as_exactly_as_they_are_said(
    line: str, moment: tuple[int, ...], precision: Precision
) -> None:
    read, _ = parse(body_of(f"title: t\ndate: {line}"), path="p.md")
    assert read.published == datetime(*moment, tzinfo=UTC)  # type: ignore[arg-type,misc]
    assert read.precision is precision
    assert parse(render(read), path="p.md")[0] == read


def test_a_date_without_a_zone_is_taken_as_gmt_and_said_so() -> None:
    _, notes = parse(body_of("title: t\ndate: 2022-02-11 11:06:56"), path="p.md")
    assert notes == ("date without a zone, taken as GMT: 2022-02-11 11:06:56",)


def test_a_date_beyond_the_calendar_is_none() -> None:
    read, notes = parse(body_of("title: t\ndate: 0001-01-01T00:00:00+08:00"), path="p.md")
    assert read.published is None
    assert notes == ("no date: 0001-01-01T00:00:00+08:00",)


def test_a_body_in_other_wrapping_is_taken_as_it_stands() -> None:
    assert parse("---\ntitle: t\n---\n<p>a</p>\n", path="p.md")[0].html == "<p>a</p>"
    assert parse("---\ntitle: t\n---\n<div>\n<p>a</p>\n</div>\n", path="p.md")[0].html == "<p>a</p>"


def test_keys_that_cannot_be_kept_are_named() -> None:
    _, notes = parse(
        body_of("title: t\ndate: 2022-02-11T00:00:00Z\ntags: [a]\nlayout: x"), path="p"
    )
    assert notes == ("keys not kept: layout, tags",)


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("", 1, "the file is empty"),
        ("\n\nHello\n---\n", 3, "no front matter: the first line is not ---"),
        ("\n---\ntitle: t\n", 2, "the front matter is never closed by ---"),
        ("---\nauthor: a\n---\nx", 2, "the front matter has no title"),
        ("---\ntitle: [a, b]\n---\nx", 2, "the front matter has no title"),
        ("---\n- a\n- b\n---\nx", 2, "the front matter is no list of keys and values"),
        ("---\nc: 'd\n---\nx", 3, "the front matter is no YAML: found unexpected end of stream"),
        ("---\na:\n " + "- " * 99_999 + "\n---\nx", 3, "the front matter is nested too deep"),
        ("---\ntitle: t\n---\n" + "<div>" * 3_001, 4, "the body is nested deeper than 3000 tags"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_post_is_refused_with_line_and_reason(
    text: str, line: int, reason: str
) -> None:
    with pytest.raises(PostError) as refused:
        parse(text, path="p.md")
    assert (refused.value.path, refused.value.line, refused.value.reason) == ("p.md", line, reason)


def test_yaml_that_would_build_an_object_builds_a_text() -> None:
    read, _ = parse(body_of("title: !!python/object/apply:os.getcwd x"), path="p.md")
    assert read.title == "x"


def test_our_own_keys_follow_those_of_the_format() -> None:
    post = render(
        article(
            origin="新华社",
            attachments=(Attachment(url="https://example.gov.cn/a.pdf", name="附件: 一"),),
            published=datetime(2024, 2, 29, 16, tzinfo=UTC),
            precision=Precision.DAY,
            zone="Asia/Shanghai",
        ),
        {"revision": 2},
    )
    front = front_of(post)
    assert list(front) == [
        "title", "categories", "headimg", "author", "comments", "date", "thumbnail", "gazette",
    ]  # fmt: skip
    assert front["gazette"] == {
        "url": "https://example.gov.cn/1",
        "source": "cn-pingliang",
        "precision": "day",
        "zone": "Asia/Shanghai",
        "origin": "新华社",
        "attachments": [{"url": "https://example.gov.cn/a.pdf", "name": "附件: 一"}],
        "revision": 2,
    }


def test_an_own_key_that_says_nonsense_is_noted_and_the_rest_kept() -> None:
    front = (
        "title: t\ndate: 2022-02-11T00:00:00Z\ngazette:\n  url: javascript:alert(1)\n"
        "  zone: ../../etc/passwd\n  written: 2022-02-30\n  pictures: {}\n  origin: 新华社"
    )
    read, notes = parse(body_of(front), path="p.md")
    assert read.url.startswith("urn:gazette:post:")
    assert (read.zone, read.origin, read.written) == ("UTC", "新华社", None)
    assert notes == tuple(
        f"own key not understood: {key}" for key in ("url", "zone", "written", "pictures")
    )


def test_a_byline_is_read_only_where_one_stands() -> None:
    said = "来源：新华社 作者：本报记者 张三 责任编辑：李四\n正文"
    assert byline_of(said) == ("新华社", "本报记者 张三", "李四")
    assert byline_of("（来源：人民日报）") == ("人民日报", "", "")
    assert byline_of("主要资金来源：财政拨款。原作者：无") == ("", "", "")


def test_text_has_a_line_for_each_paragraph_and_item() -> None:
    html = (
        '<h1 title="a &gt; b">题</h1><p>一<b>二</b><br>三\n四 \u3000</p>'
        "<ul><li>甲</li><li>乙 &lt; 丙</li></ul><pre>x\n  y</pre>"
    )
    assert text_of(html).split("\n") == ["题", "一二", "三 四", "甲", "乙 < 丙", "x y"]


def test_text_has_the_cells_of_a_row_between_tabs_and_takes_a_layout_table_apart() -> None:
    row = "<tr><td><p>产品</p><p>名称</p></td><td></td><td>2</td></tr>"
    assert (
        text_of(f"<p>表</p><table><tbody>{row}</tbody></table><p>注</p>")
        == "表\n产品 名称\t\t2\n注"
    )
    inner = f"<table><tbody>{row}</tbody></table>"
    layout = (
        f"<table><tbody><tr><td>栏</td><td><p>{'文' * 401}</p>{inner}</td></tr></tbody></table>"
    )
    assert text_of(layout).split("\n") == ["栏", "文" * 401, "产品 名称\t\t2"]


# What titles are made of when someone means harm, beside what hypothesis finds by itself.
ODD = st.sampled_from(
    ["---", "\n---\n", "yes", "no", "null", "~", "", " ", "'", "''", '"', "\\", "{{", "}}", "{% %}",
     "a: b", "a #b", "#", "@a", "- a", "[a]", "1_0", "0x1F", "12:30:45", "2022-02-11", ".5", "!!x",
     "\u2028", "\u2029", "\x9b31m", "\x1b]0;x\x07", "\u202e", "\ufeff", "\ufffe", "\uffff", "😀",
     "&a", "*a", "| ", "> ", "%", "`", "=", "<<", "\x85", "\xa0", "\u3000", "\t", "\r", "\r\n"]
)  # fmt: skip
ANY = st.text(st.characters(codec="utf-8"), max_size=8)
TEXT = st.lists(ODD | ANY, max_size=4).map("".join)
# Cleaned twice: a carriage return written as an entity is one only after the first time.
HTML = TEXT.map(lambda text: clean_html(clean_html(f"<p>{text}</p><img src='https://e.cn/1'>")))
WEB = st.integers(0, 99).map(lambda number: f"https://example.gov.cn/{number}?a=1&b='{{}}'")
MOMENT = st.datetimes(
    min_value=datetime(1, 1, 3), max_value=datetime(9999, 12, 29), timezones=st.just(UTC)
)
ARTICLES = st.builds(
    Article,
    source=TEXT, url=WEB, title=TEXT, html=HTML, text=TEXT,
    published=st.none() | MOMENT, written=st.none() | st.dates(),
    precision=st.sampled_from(Precision), zone=st.sampled_from(["UTC", "Asia/Shanghai"]),
    lang=TEXT, region=TEXT, categories=st.lists(TEXT, max_size=3).map(tuple),
    channel=TEXT, origin=TEXT, author=TEXT, editor=TEXT, issuer=TEXT,
    doc_number=TEXT, index_number=TEXT, extractor=TEXT,
    pictures=st.lists(WEB, max_size=3).map(tuple),
    attachments=st.lists(st.builds(Attachment, url=WEB, name=TEXT), max_size=2).map(tuple),
    witnesses=st.lists(st.tuples(TEXT, TEXT), max_size=2).map(tuple),
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(ARTICLES)
def test_any_article_comes_back_as_it_was(written: Article) -> None:
    read, _ = parse(render(written, {"revision": 1, "digest": "x"}), path="p.md")
    assert read == written


@settings(max_examples=150, deadline=None)
@given(TEXT, TEXT, TEXT)
def test_any_reader_of_yaml_reads_title_category_and_author(
    title: str, category: str, author: str
) -> None:
    front = front_of(render(article(title=title, categories=(category,), channel=author)))
    assert (front["title"], front["categories"], front["author"]) == (title, [category], author)


@settings(max_examples=150, deadline=None)
@given(TEXT, TEXT)
def test_no_text_does_more_than_parse_or_be_refused(front: str, body: str) -> None:
    try:
        read, _ = parse(body_of(front, body), path="p.md")
    except PostError:
        return
    assert parse(render(read), path="p.md")[0].title == read.title
