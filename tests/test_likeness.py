"""What a text is to another: a reprint that was edited, a piece of it, or only of its template."""

import re
from datetime import UTC, datetime, timedelta
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.reprints.likeness import Kind, Likeness, Told, in_order, likeness
from archive.rows import stamp

DAY = datetime(2024, 3, 15, 2, tzinfo=UTC)

PARAGRAPHS = (
    "3月14日，市人民政府召开全市春季农业生产现场会，总结去年粮食生产情况，安排部署今年春耕备耕工作。",
    "会议指出，去年全市粮食播种面积达到412.6万亩，总产量98.7万吨，比上年增长2.3%，实现连续五年稳定增长。",
    "会议强调，要落实最严格的耕地保护制度，加快建设高标准农田35万亩，推广良种良法，提高单产水平。",
    "与会人员先后到泾川县、灵台县和崇信县的田间地头，察看了小麦长势、农机检修和农资储备情况。",
    "市农业农村局、市水务局、市气象局的负责同志汇报了工作，7个县区的代表作了交流发言，会期一天半。",
)
TEXT = "\n".join(PARAGRAPHS)
TITLE = "全市春季农业生产现场会召开"


def told(text: str = TEXT, title: str = TITLE, published: datetime | None = DAY) -> Told:
    return Told(
        {"text": text, "title": title, "published": stamp(published) if published else None}
    )


def kind(one: Told, other: Told) -> Kind | None:
    like = likeness(one, other)
    return like.kind if like else None


EDITS = {
    "a paragraph left out": "\n".join(PARAGRAPHS[:3] + PARAGRAPHS[4:]),
    "an editor's line before": f"本网讯 编者按：现将会议有关情况刊登如下，供各地参考。\n{TEXT}",
    "a date in place of a day": TEXT.replace("3月14日", "昨日"),
    "the city named": TEXT.replace("全市", "平凉市"),
    "some words put otherwise": TEXT.replace("安排部署", "研究部署").replace("察看了", "查看了"),
    "half-width marks": TEXT.replace("，", ",").replace("。", "."),
    "one paragraph": TEXT.replace("\n", ""),
    "another byline": f"{TEXT}\n（责任编辑：李四）",
}


@pytest.mark.parametrize("name", EDITS)
def test_an_edited_reprint_is_known_by_its_text(name: str) -> None:
    for one, other in ((TEXT, EDITS[name]), (EDITS[name], TEXT)):
        assert kind(told(one), told(other, title="春耕现场会", published=None)) in (
            Kind.EDITED,
            Kind.SAME,
        )


def test_one_figure_of_many_may_have_been_corrected() -> None:
    table = "".join(f"{name}区增长{n}.{n}%，" for n, name in enumerate("甲乙丙丁戊己庚辛", 3))
    one, other = f"{TEXT}\n{table}", f"{EDITS['some words put otherwise']}\n{table}"
    assert kind(told(one), told(other.replace("98.7", "98.9"))) is Kind.EDITED


def test_other_figures_make_it_another_report_of_the_same_template() -> None:
    sibling = TEXT.replace("412.6", "409.1").replace("98.7", "97.2").replace("2.3%", "1.9%")
    assert kind(told(), told(sibling)) is None


def test_the_same_figures_in_other_places_make_it_another_report() -> None:
    assert {"412.6", "98.7"} <= set(re.findall(r"\d+\.\d", TEXT))
    swapped = TEXT.replace("412.6", "x").replace("98.7", "412.6").replace("x", "98.7")
    assert kind(told(), told(swapped)) is None


@given(
    st.lists(st.sampled_from("1234"), max_size=12), st.lists(st.sampled_from("1234"), max_size=12)
)
def test_numbers_in_order_are_a_longest_common_subsequence(
    some: list[str], others: list[str]
) -> None:
    @cache
    def common(i: int, j: int) -> int:
        if i == len(some) or j == len(others):
            return 0
        if some[i] == others[j]:
            return 1 + common(i + 1, j + 1)
        return max(common(i + 1, j), common(i, j + 1))

    assert in_order(some, others) == common(0, 0)


def test_another_date_and_ordinal_make_it_another_notice_of_a_series() -> None:
    notice = (
        "本台消息：十四届全国人大常委会第{}次委员长会议{}日下午在北京人民大会堂举行，会议决定"
        "十四届全国人大常委会第{}次会议{}日至30日在北京举行。委员长会议建议，常委会会议审议有关"
        "法律草案、议案和报告，审议有关任免案等。委员长会议听取了关于常委会会议议程草案等的汇报。"
    )
    assert kind(told(notice.format("四十一", 18, "十九", 26)), told(
        notice.format("二十二", 19, "十一", 27))) is None  # fmt: skip


def test_a_word_in_which_the_titles_differ_makes_it_another_subject() -> None:
    body = (
        "由中央编译机构翻译的《论述摘编》{0}版，近日由出版社出版，面向海内外发行。该书收入有关重要"
        "论述，分为九个专题。此次{0}版的出版发行，对于帮助国外读者深刻理解其中的丰富内涵和实践要求，"
        "了解有关目标任务，增进国际社会对发展道路的认识和理解，具有重要意义。该书其他文版也将陆续"
        "翻译出版，为各国读者提供一个了解的窗口，促进文明交流互鉴，推动共同发展。"
    )
    one = told(body.format("阿拉伯文"), "《论述摘编》阿拉伯文版出版发行")
    other = told(body.format("西班牙文"), "《论述摘编》西班牙文版出版发行")
    assert kind(one, other) is None


def test_nearly_the_same_a_year_later_is_this_years_notice() -> None:
    edited = EDITS["some words put otherwise"]
    assert kind(told(), told(edited, published=DAY + timedelta(days=20))) is Kind.EDITED
    assert kind(told(), told(edited, published=DAY + timedelta(days=366))) is None


def test_a_passage_is_an_excerpt_and_the_whole_contains_it() -> None:
    passage = told("\n".join(PARAGRAPHS[1:4]))
    whole = told(
        TEXT + "\n" + "省农业科学院的专家围绕旱作技术作了专题辅导，现场解答农户的提问。" * 9
    )
    assert kind(passage, whole) is Kind.EXCERPT
    assert kind(whole, passage) is Kind.CONTAINS


def test_a_bulletin_contains_its_notices_and_is_no_edited_one() -> None:
    notices = [PARAGRAPHS[n] * 3 for n in (0, 1, 2)]
    bulletin = told("\n".join(notices))
    for notice in notices:
        assert kind(told(notice), bulletin) in (Kind.EXCERPT, None)


def test_short_notices_need_the_same_title() -> None:
    text = (
        "经市政府研究决定：任命{}同志为市农业农村局副局长，免去其市水务局总工程师职务，试用期一年，"
        "特此通知，请各单位遵照执行。"
    )
    one, other = text.format("张三"), text.format("李四")
    titles = (f"关于{name}同志任职的通知" for name in ("张三", "李四"))
    assert kind(told(one, next(titles)), told(other, next(titles))) is None
    marked = f"{one}\n（此件公开发布）"
    assert kind(told(one, "任职通知"), told(marked, "任职通知")) is Kind.EDITED
    assert kind(told(one, "任职通知"), told(marked, "人事任免")) is None


def test_too_short_a_text_is_like_no_other() -> None:
    assert kind(told("详见附件，请遵照执行。"), told("详见附件，请认真执行。")) is None


def test_strangers_who_write_in_letters_are_no_excerpts_of_a_long_report() -> None:
    words = ("water", "market", "report", "council", "health", "annual", "public", "service")
    report = " ".join(words[n * n % 8] + words[n * 5 % 7] for n in range(4_000))
    notice = " ".join(f"{words[n % 8]} of the {words[n * 3 % 7]}" for n in range(60))
    assert kind(told(notice), told(report)) is None


@given(st.text(max_size=200), st.text(max_size=200), st.text(max_size=60))
def test_it_reads_the_same_from_both_sides(one: str, other: str, shared: str) -> None:
    mine, theirs = told(one + shared * 3), told(other + shared * 3)
    there, back = likeness(mine, theirs), likeness(theirs, mine)
    assert (there is None) == (back is None)
    if there and back:
        assert back == Likeness(kind=there.kind.inverse, share=there.share)
