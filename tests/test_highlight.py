"""Marks stand round exactly what was found, in the text as it is."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.highlight import CUT, MARK, UNMARK, highlight, snippet
from archive.query import compile_query
from archive.tokens import fold
from tests.texts import chinese_terms, generated


def shown(text: str) -> str:
    return text.replace(MARK, "[").replace(UNMARK, "]")


@pytest.mark.parametrize(
    ("text", "query", "marked"),
    [
        ("稳就业促发展", "就业", "稳[就业]促发展"),
        ("稳就业，促 发展", "就业 发展", "稳[就业]，促 [发展]"),
        ("就业务", "就业 业务", "[就业务]"),
        ("ＧＤＰ 增长 ５％", "gdp 5", "[ＧＤＰ] 增长 [５]％"),
        ("rain ai AI", "ai", "rain [ai] [AI]"),
        ("3100亿元，100亿元", "100亿元", "3100亿元，[100亿元]"),
        ("我国GDP增长", "gdp增长", "我国[GDP增长]"),
        ("Economics of economies", "econom*", "[Economics] of [economies]"),
        ("稳就业、促发展；稳就业促发展", "“稳就业，促发展”", "[稳就业、促发展]；稳就业促发展"),
        ("the Carbon-Market", '"carbon market"', "the [Carbon-Market]"),
        ("税收 交税", "税", "[税]收 交[税]"),
        ("就业 养老", "就业 -养老", "[就业] 养老"),
        ("就业", "养老", "就业"),
        ("就业", "", "就业"),
        ("", "就业", ""),
        ("Résumé CAFÉ", "resume café", "[Résumé] [CAFÉ]"),
        ("İ就业㎡…就业", "就业", "İ[就业]㎡…[就业]"),
        (f"{MARK}就{UNMARK}业", "就业", "[就业]"),
    ],
)
def test_hits_are_marked(text: str, query: str, marked: str) -> None:
    assert shown(highlight(text, query)) == marked


@given(st.text(), st.text(max_size=30))
@settings(max_examples=200)
def test_marks_change_nothing_else_and_come_in_pairs(text: str, query: str) -> None:
    plain = text.replace(MARK, "").replace(UNMARK, "")
    for marked in (highlight(text, query), highlight(text, plain[:20])):
        assert marked.replace(MARK, "").replace(UNMARK, "") == plain
        assert re.sub("[^\ue000\ue001]", "", marked) == (MARK + UNMARK) * marked.count(MARK)


def test_a_chinese_term_is_marked_wherever_it_stands() -> None:
    texts = generated(60, seed=3)
    for term in chinese_terms(texts, length=3, count=40, seed=3):
        for text in texts:
            marked = re.findall(f"{MARK}(.*?){UNMARK}", highlight(text, term), re.DOTALL)
            assert bool(marked) == (term in text)
            assert all(fold(term) in fold(found) for found in marked)


def test_a_snippet_begins_at_the_sentence_of_the_hit() -> None:
    text = "第一句话说别的。" * 20 + "第二句话说稳就业。" + "第三句话又说别的。" * 20
    found = snippet(text, "就业", 40)
    assert found.startswith(CUT)
    assert shown(found)[1:].startswith("第二句话说稳[就业]。第三句话")
    assert found.endswith(CUT)
    assert 40 <= len(found) <= 46


def test_a_snippet_shows_where_most_terms_stand() -> None:
    text = "就业就业就业。" + "无关紧要。" * 60 + "就业和养老。" + "无关紧要。" * 60
    assert shown(snippet(text, "就业 养老", 30))[1:].startswith("[就业]和[养老]。")


def test_a_snippet_without_a_hit_is_the_beginning_on_one_line() -> None:
    assert snippet("第一行\n\t第二行", "养老") == "第一行 第二行"
    assert snippet("好" * 200, "养老", 50) == "好" * 50 + CUT


def test_a_hit_at_the_end_comes_with_what_stands_before_it() -> None:
    text = "开头。" + "中间的话。" * 40 + "最后就业"
    found = snippet(text, "就业", 40)
    assert found.endswith(f"最后{MARK}就业{UNMARK}")
    assert len(found) >= 35


def test_a_snippet_cuts_no_word() -> None:
    text = "international cooperation " * 40 + "employment " + "international cooperation " * 40
    words = set(shown(snippet(text, "employment", 100)).strip(CUT).split())
    assert words == {"international", "cooperation", "[employment]"}


@given(st.text(), st.text(max_size=5), st.integers(1, 50))
@settings(max_examples=200)
def test_every_snippet_is_a_piece_of_the_text(text: str, query: str, width: int) -> None:
    found = snippet(text, query, width).replace(MARK, "").replace(UNMARK, "")
    plain = text.replace(MARK, "").replace(UNMARK, "")
    assert re.sub(r"\s+", "", found.strip(CUT)) in re.sub(r"\s+", "", plain)


def test_terms_will_do_in_place_of_the_query() -> None:
    assert highlight("稳就业", compile_query("就业").terms) == highlight("稳就业", "就业")
