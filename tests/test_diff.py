"""Two texts become a diff that loses nothing, cuts no word, and can be read."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.diff.alignment import MOST_PAIRS, hunks
from archive.diff.inline import Op, tokens
from archive.diff.texts import Diff, diff


def shown(before: str, after: str) -> list[str]:
    """Return the lines of a diff with ``[-…-]`` and ``{+…+}`` round what changed."""
    marks = {Op.EQUAL: "{}", Op.DELETE: "[-{}-]", Op.INSERT: "{{+{}+}}"}
    return [
        "".join(marks[piece.op].format(piece.text) for piece in line.pieces)
        for line in diff(before, after).lines
    ]


def sides(found: Diff) -> tuple[str, str]:
    """Put both texts together again, from the pieces alone."""
    old, new = [], []
    for line in found.lines:
        kept = [piece.text for piece in line.pieces if piece.op is not Op.INSERT]
        said = [piece.text for piece in line.pieces if piece.op is not Op.DELETE]
        old += [] if line.before is None else ["".join(kept)]
        new += [] if line.after is None else ["".join(said)]
        assert line.before in (None, "".join(kept))
        assert line.after in (None, "".join(said))
    return "\n".join(old), "\n".join(new)


# --- what a reader sees ---


@pytest.mark.parametrize(
    ("before", "after", "reads"),
    [
        ("关于就业的通知", "关于促进就业的通知", "关于{+促进+}就业的通知"),
        ("2022年增长3.2万人", "2023年增长3.35万人", "[-2022-]{+2023+}年增长[-3.2-]{+3.35+}万人"),
        ("约1,234.5亿元", "约1,234.6亿元", "约[-1,234.5-]{+1,234.6+}亿元"),
        ("失业率5%以内", "失业率6%以内", "失业率[-5%-]{+6%+}以内"),
        ("二〇二五年通过", "二〇二六年通过", "[-二〇二五-]{+二〇二六+}年通过"),
        ("grants to 12 towns", "grants to 120 towns", "grants to [-12-]{+120+} towns"),
        ("The cat came.", "The cats came.", "The [-cat-]{+cats+} came."),
        ("Il n'est pas là.", "Il n’est pas là.", "Il [-n'est-]{+n’est+} pas là."),
        ("अनुदान की राशि", "अनुदानों की राशि", "[-अनुदान-]{+अनुदानों+} की राशि"),
        ("정부는 발표했다", "정부가 발표했다", "[-정부는-]{+정부가+} 발표했다"),
    ],
)
def test_words_and_numbers_change_as_wholes(before: str, after: str, reads: str) -> None:
    assert shown(before, after) == [reads]


@pytest.mark.parametrize(
    ("before", "after", "reads"),
    [
        # one date changed, not three figures
        ("于1月3日召开", "于2月4日召开", "于[-1月3-]{+2月4+}日召开"),
        ("red fox runs", "grey cat runs", "[-red fox-]{+grey cat+} runs"),
        # a comma beside a sentence
        (
            "In May, it will open. “What took weeks is quick,” she said.",
            "In May, it will open. A sum of $2 million is set aside, a record for us.",
            "In May, it will open. [-“What took weeks is quick,” she said-]"
            "{+A sum of $2 million is set aside, a record for us+}.",
        ),
        # but two words put in are two
        ("关于就业通知", "关于促进就业工作的通知", "关于{+促进+}就业{+工作的+}通知"),
    ],
)
def test_what_is_equal_by_chance_between_two_edits_is_part_of_them(
    before: str, after: str, reads: str
) -> None:
    assert shown(before, after) == [reads]


def test_an_edit_begins_where_a_sentence_begins() -> None:
    assert shown("甲说。甲做。", "甲说。甲看。甲做。") == ["甲说。{+甲看。+}甲做。"]
    assert shown("see the dog", "see the big dog") == ["see the {+big +}dog"]
    assert shown("甲、丙", "甲、乙、丙") == ["甲、{+乙、+}丙"]


def test_a_paragraph_that_was_edited_stands_beside_itself_and_a_new_one_alone() -> None:
    before = "会议听取了全市就业工作情况汇报。\n会议要求压实责任。"
    after = "会议强调，要办好民生实事。\n会议听取了全市就业工作汇报。\n会议要求压实责任。"
    assert shown(before, after) == [
        "{+会议强调，要办好民生实事。+}",
        "会议听取了全市就业工作[-情况-]汇报。",
        "会议要求压实责任。",
    ]


def test_rows_of_a_table_are_paired_by_their_labels_when_all_figures_change() -> None:
    before = "甘肃\t12.5\t3.4\n合计\t13.5\t5.4"
    after = "甘肃\t13.1\t4.2\n青海\t5\t6\n合计\t18\t7"
    assert shown(before, after) == [
        "甘肃\t[-12.5\t3.4-]{+13.1\t4.2+}",
        "{+青海\t5\t6+}",
        "合计\t[-13.5\t5.4-]{+18\t7+}",
    ]


def test_paragraphs_with_nothing_in_common_are_not_mixed() -> None:
    found = diff("全市就业工作会议召开，部署各项任务。", "The agency announced new rules today.")
    assert [line.before is None for line in found.lines] == [False, True]


def test_how_much_changed_is_counted_in_characters() -> None:
    found = diff("关于就业的通知", "关于促进就业的公告")
    assert (found.added, found.removed) == (4, 2)
    assert found.share == pytest.approx(6 / 16)
    assert diff("同", "同").share == 0
    assert diff("", "").share == 0
    assert diff("旧", "new").share == 1


# --- nothing is lost ---

_texts = st.text(st.sampled_from("ab 。，\n十九月2022%.甲乙é\u0301ก"), max_size=60) | st.text(
    max_size=40
)


@given(_texts, _texts)
def test_both_texts_can_be_put_together_from_the_diff(before: str, after: str) -> None:
    assert sides(diff(before, after)) == (before, after)


@given(_texts, st.data())
def test_an_edited_text_can_too(before: str, data: st.DataObject) -> None:
    at, end = sorted(data.draw(st.tuples(*[st.integers(0, len(before))] * 2)))
    after = before[:at] + data.draw(_texts) + before[end:]
    assert sides(diff(before, after)) == (before, after)


@given(_texts)
def test_a_text_does_not_differ_from_itself(text: str) -> None:
    found = diff(text, text)
    assert (found.added, found.removed, found.coarse) == (0, 0, False)
    assert all(line.same for line in found.lines)


@given(_texts)
def test_tokens_are_all_of_the_text(text: str) -> None:
    assert "".join(tokens(text)) == text


def longest(a: str, b: str) -> int:
    """Return the length of a longest common subsequence, the slow way."""
    row = [0] * (len(b) + 1)
    for one in a:
        above = row
        row = [0]
        for j, other in enumerate(b):
            row.append(above[j] + 1 if one == other else max(above[j + 1], row[j]))
    return row[-1]


@given(st.text("abc", max_size=25), st.text("abc", max_size=25))
def test_as_much_is_the_same_as_can_be(a: str, b: str) -> None:
    found = hunks(a, b)
    assert found is not None
    assert sum(len(hunk.same) for hunk in found) == longest(a, b)
    assert "".join(f"{hunk.same}{hunk.gone}" for hunk in found) == a
    assert "".join(f"{hunk.same}{hunk.come}" for hunk in found) == b
    assert all(hunk.gone or hunk.come for hunk in found[:-1])


# --- long texts ---

_DRAW = random.Random(4)
LONG = "".join(_DRAW.choices([chr(0x4E00 + n) for n in range(3000)], k=100_000))


def paragraphs(text: str, size: int) -> list[str]:
    return [text[at : at + size] for at in range(0, len(text), size)]


def test_one_character_changed_in_a_hundred_thousand_is_found() -> None:
    found = diff(LONG, f"{LONG[:50_000]}新{LONG[50_001:]}")
    assert (found.added, found.removed, found.coarse) == (1, 1, False)


def test_an_edit_in_each_of_five_hundred_paragraphs_is_found() -> None:
    before = paragraphs(LONG, 200)
    after = [f"{text[:90]}改{text[91:]}" for text in before]
    found = diff("\n".join(before), "\n".join(after))
    assert (len(found.lines), found.added, found.removed) == (500, 500, 500)


def test_a_text_without_paragraphs_is_compared_by_sentences_and_says_so() -> None:
    before = "。".join(paragraphs(LONG, 30))
    after = f"始{before[1:40_000]}改{before[40_001:-1]}末"
    found = diff(before, after)
    assert found.coarse
    assert found.added < 100
    assert sides(found) == (before, after)


def test_what_is_too_much_to_compare_is_taken_whole_and_says_so() -> None:
    before, after = "\n".join(LONG[:40_000]), "\n".join(LONG[40_000:80_000])
    assert MOST_PAIRS < 40_000**2
    found = diff(before, after)
    assert found.coarse
    assert sides(found) == (before, after)
