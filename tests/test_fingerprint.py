"""Equal digests mean equal to a reader: what changes them, and what does not."""

import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive import Attachment
from archive.fingerprint import TELLING, fingerprint, unsigned
from tests.holdings import ARTICLE, BODY, NOW, article

PLAIN = fingerprint(ARTICLE)


@pytest.mark.parametrize(
    "change",
    [
        {"title": "别的标题"},
        {"text": BODY.replace("3.2万", "3.3万")},
        {"published": NOW},
        {"published": None},
        {"written": None},
        {"origin": "新华社"},
        {"author": "王五"},
        {"editor": "王五"},
        {"issuer": "市政府"},
        {"doc_number": "平人社发〔2024〕8号"},
        {"index_number": "013"},
        {"attachments": (Attachment(url="https://www.city.example/2.pdf", name="通知.pdf"),)},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_change_of_what_the_article_says_is_a_change_of_content(
    change: dict[str, object],
) -> None:
    assert fingerprint(replace(ARTICLE, **change)).content != PLAIN.content


@pytest.mark.parametrize(
    "change",
    [
        {"html": "<div><p>正文</p></div>"},
        {"pictures": ()},
        {"categories": ("别的栏目",)},
        {"witnesses": ()},
        {"extractor": "gazette-extract/9"},
        {"channel": "别的"},
        {"text": "　　" + BODY.replace("\n", "\n\n  ") + "\u00a0\n"},
        {"attachments": (replace(ARTICLE.attachments[0], name="附件1"),)},
    ],
    ids=lambda change: next(iter(change)),
)
def test_how_an_article_is_shown_or_filed_is_not_content(change: dict[str, object]) -> None:
    assert fingerprint(replace(ARTICLE, **change)) == PLAIN


@pytest.mark.parametrize(
    "reprint",
    [
        "来源：市人社局\n" + BODY + "\n责任编辑：王五",
        BODY + "\n作者：王五 审核：赵六 责任编辑：钱七",
        BODY + "【来源：平凉市人民政府】",
        BODY.replace("会议指出", "（记者 王五 通讯员 赵六）会议指出"),
        BODY + "\n(责编：王五、赵六)",
        BODY + "\nEditor: Wang Wu",
        "信息来源:新华网　　编辑:王五\n" + BODY,
        BODY.replace("，", ",").replace("3.2万人", "３.２万人").replace("\n", "\n\n　　"),
        BODY.replace("5%", "5％"),
    ],
)
def test_a_reprint_under_another_byline_has_the_same_body(reprint: str) -> None:
    copy = article(9, title="转载", text=reprint)
    assert fingerprint(copy).body == PLAIN.body


@pytest.mark.parametrize(
    "other",
    [
        BODY.replace("3.2", "3.3"),
        BODY + "\n编辑部还将继续关注。",
        BODY + "\n作者们认为，这来源于长期的努力。",
        BODY.replace("失业率", "（审核通过后）失业率"),
    ],
)
def test_a_changed_body_is_another_body(other: str) -> None:
    assert fingerprint(replace(ARTICLE, text=other)).body != PLAIN.body


def test_short_bodies_do_not_make_strangers_reprints() -> None:
    bodies = [
        fingerprint(article(n, title=title, text=text)).body
        for n, (title, text) in enumerate(
            [("公告", ""), ("公告", ""), ("公告", "见附件。"), ("公告", "见附件。"), ("", "")]
        )
    ]
    assert len(set(bodies)) == len(bodies)


def test_a_short_body_under_one_long_title_is_one_article() -> None:
    title = "关于印发《平凉市2024年促进高校毕业生等重点群体就业创业工作实施方案》的通知（全文）"
    assert len(title) >= TELLING
    one, other = (fingerprint(article(n, title=title, text="见附件。")) for n in (1, 2))
    assert one.body == other.body
    assert one.body != fingerprint(article(1, title=title.replace("2024", "2023"))).body


@given(st.lists(st.sampled_from([" ", "\n", "\u3000", "\u00a0", "\t"]), min_size=1).map("".join))
def test_white_space_moves_neither_digest_of_an_english_text(blank: str) -> None:
    words = "The agency today published its annual report on employment in rural areas".split()
    plain = replace(ARTICLE, text=" ".join(words))
    assert fingerprint(replace(plain, text=blank.join(words) + blank)) == fingerprint(plain)


def test_case_does_not_move_the_body() -> None:
    text = "THE AGENCY TODAY PUBLISHED ITS ANNUAL REPORT ON EMPLOYMENT"
    upper, lower = (fingerprint(replace(ARTICLE, text=t)) for t in (text, text.lower()))
    assert upper.body == lower.body
    assert upper.content != lower.content


def test_fields_cannot_borrow_from_each_other() -> None:
    one = replace(ARTICLE, origin="甲", author="乙")
    assert fingerprint(one).content != fingerprint(replace(one, origin="乙", author="甲")).content


@given(st.text(st.characters() | st.sampled_from("，：；（）！？％～…　\u0301")))
def test_what_is_compared_is_in_normal_form(text: str) -> None:
    assert unsigned(f"{text}") == unsigned(unicodedata.normalize("NFKC", text))
