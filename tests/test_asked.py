"""Filters as terms of a query: put in by a link and taken out by one, whatever else was typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.datasette_plugin.asked import Asked, filters_in, with_term, without_term
from archive.query import compile_query, field_term

TERM = "source:gov-cn"
#: What people type, half of it unfinished.
typed = st.lists(
    st.sampled_from(
        ["就业", "OR", "|", "｜", "-养老", "NOT", "(", ")", "（", '"', "“", "」", "「", " ",
         "\u3000", "source:x", "来源:新华社", "title:预算", "after:7d", "AND",
         "econom*", "category:", ":"]
    ),
    max_size=8,
).map(" ".join)  # fmt: skip


@pytest.mark.parametrize(
    ("query", "narrowed"),
    [
        ("", TERM),
        ("就业", f"就业 {TERM}"),
        ("就业 | 养老", f"(就业 | 养老) {TERM}"),
        ("就业 OR 养老", f"(就业 OR 养老) {TERM}"),
        ("(就业 | 养老) 广东", f"(就业 | 养老) 广东 {TERM}"),
        ("“就业 | 养老”", f"“就业 | 养老” {TERM}"),
        ("“就业", f"“就业” {TERM}".replace("”", '"')),
        ("(就业", f"(就业) {TERM}"),
        (f"就业 {TERM}", f"就业 {TERM}"),
    ],
)
def test_a_filter_holds_for_all_that_was_asked(query: str, narrowed: str) -> None:
    assert with_term(query, TERM) == narrowed


@pytest.mark.parametrize(
    ("query", "filters"),
    [
        ("就业 source:x date:2024-03", ("source:x", "date:2024-03")),
        ('category:"要闻 头条" 就业', ('category:"要闻 头条"',)),
        ("-source:x", ("-source:x",)),
        ("来源:新华社", ("来源:新华社",)),
        ("source:x | 就业", ()),
        ("(source:x | 就业)", ()),
        ("NOT source:x", ()),
        ("“source:x”", ()),
        ("title:预算 http://a", ()),
    ],
)
def test_only_what_can_be_taken_out_alone_is_shown_as_a_filter(
    query: str, filters: tuple[str, ...]
) -> None:
    assert filters_in(query) == filters


@given(typed)
def test_a_filter_put_in_is_there_and_comes_out_again(query: str) -> None:
    narrowed = with_term(query, TERM)
    assert TERM in filters_in(narrowed)
    assert TERM not in filters_in(without_term(narrowed, TERM))


@given(typed)
def test_putting_a_filter_in_changes_no_other_word(query: str) -> None:
    # As an address gives it: the end of a phrase left open is the end of the query.
    before = compile_query(query.strip())
    after = compile_query(with_term(query, TERM))
    assert set(before.terms) == set(after.terms)
    assert before.filters == after.filters


@given(st.text(max_size=30))
def test_any_value_of_a_field_can_be_put_in_and_out(value: str) -> None:
    term = field_term("category", value)
    if value.strip():
        assert without_term(with_term("就业", term), term).split() == ["就业"]


@given(st.dictionaries(st.sampled_from(["q", "sort", "in", "reprints", "cursor"]), st.text()))
def test_any_address_can_be_read_and_an_address_read_again_says_the_same(
    args: dict[str, str],
) -> None:
    asked = Asked.of(args)
    assert asked.within(TERM).without(TERM).cursor == ""
    assert Asked.of({"q": asked.q, "sort": asked.sort, "cursor": asked.cursor}).q == asked.q
