"""Values as a file gives them, and the selectors among them."""

from contextlib import suppress
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler import selectors
from crawler.listing import paging
from crawler.sources.kinds import COUNT, DAYS, DURATION, HOSTS, NEXT, PAUSE, SELECTORS
from crawler.sources.places import MECHANISMS
from crawler.sources.values import BadValue
from crawler.sources.words import meant, spell

UNITS = ("ms", "s", "m", "h", "d")


@given(st.integers(0, 9_999_999), st.sampled_from(UNITS))
def test_a_duration_is_spelled_so_that_it_is_read_again(number: int, unit: str) -> None:
    length = PAUSE.read(f"{number}{unit}")
    assert PAUSE.read(spell(length)[1:-1]) == length


def test_units_are_those_everybody_knows() -> None:
    assert [PAUSE.read(f"2{unit}") for unit in UNITS] == [
        timedelta(milliseconds=2),
        timedelta(seconds=2),
        timedelta(minutes=2),
        timedelta(hours=2),
        timedelta(days=2),
    ]


@given(st.one_of(st.text(max_size=8), st.integers(), st.booleans(), st.floats(), st.none()))
def test_a_reader_returns_its_kind_or_says_what_is_wrong(value: object) -> None:
    for kind, wanted in ((DURATION, timedelta), (COUNT, int), (SELECTORS, tuple)):
        with suppress(BadValue):
            assert isinstance(kind.read(value), wanted)


def test_hosts_are_kept_in_the_form_in_which_addresses_carry_them() -> None:
    assert HOSTS.read(["WWW.Example.ORG", "例子.测试"]) == (
        "www.example.org",
        "xn--fsqu00a.xn--0zwm56d",
    )


def test_a_long_value_is_not_repeated_whole() -> None:
    with pytest.raises(BadValue) as caught:
        DURATION.read("x" * 10_000)
    assert len(caught.value.problems[0].what) < 200


@pytest.mark.parametrize(
    ("selector", "parts"),
    [
        ("li a", ("li a", None)),
        ("a@href", ("a", "href")),
        (" a.next @data-url ", ("a.next", "data-url")),
        ('a[href*="@x"]', ('a[href*="@x"]', None)),
        ('a[href*="@x"]@href', ('a[href*="@x"]', "href")),
        ("meta[name='govuk:x']@content", ("meta[name='govuk:x']", "content")),
    ],
)
def test_a_selector_is_css_and_perhaps_an_attribute(
    selector: str, parts: tuple[str, str | None]
) -> None:
    assert selectors.split(selector) == parts
    assert selectors.check(selector) is None


@pytest.mark.parametrize(
    ("selector", "advice"),
    [
        ("p::text", "leave ::text out"),
        ("a::attr(href)", "write @href at the end"),
        ("td:contains('来源')", "write :lexbor-contains("),
        ("li:first", "write :nth-child(n)"),
        ("//div[@id='x']", "this looks like XPath"),
        ("a@href@title x", "an attribute is one name at the very end"),
        ("li[", ""),
    ],
)
def test_what_other_tools_write_is_refused_with_what_to_write_here(
    selector: str, advice: str
) -> None:
    assert selectors.check(selector) == "is no CSS selector that can be read"
    assert selectors.mend(selector).startswith(advice)


def test_a_word_that_is_near_nothing_is_answered_with_all_there_is() -> None:
    assert meant("fead", ["feed", "html"]) == 'did you mean "feed"?'
    assert meant("zzz", ["feed", "html"]) == "one of: feed, html"
    assert meant("zzz", []) == ""


def test_the_ways_to_the_next_page_are_those_that_the_listing_knows() -> None:
    assert set(MECHANISMS) == set(paging.MECHANISMS)
    assert [NEXT.read(way) for way in ("", "trs", "a.next@href")] == ["", "trs", "a.next@href"]
    with pytest.raises(BadValue) as caught:
        NEXT.read("plugn")
    assert caught.value.problems[0].hint == 'did you mean "plugin"?'


def test_holidays_are_days_or_the_days_from_one_to_another() -> None:
    days = [date(2026, 10, n) for n in (1, 2, 3)]
    assert DAYS.read(["2026-10-01..2026-10-03"]) == tuple(days)
    assert DAYS.read(["2026-10-03", days[0], "2026-10-02", "2026-10-02"]) == tuple(days)
    assert DAYS.read([]) == ()
    for wrong in ("1 October", "2026-02-30", "2026-10-03..2026-10-01", "2026-01-01..2027-01-01",
                  "2026-10-01..", "..2026-10-01", 20261001, ""):  # fmt: skip
        with pytest.raises(BadValue):
            DAYS.read([wrong])
