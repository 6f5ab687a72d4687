"""When to look again."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from crawler.cadence import REVISITS, SLOWEST, next_pass, next_revisit, next_try

NOW = datetime(2026, 3, 2, tzinfo=UTC)


def test_an_article_is_revisited_after_an_hour_then_ever_more_rarely() -> None:
    waits = [next_revisit(visits, NOW) - NOW for visits in range(1, 8)]
    assert waits == [*REVISITS, REVISITS[-1], REVISITS[-1]]


@given(st.floats(0.25, 1e6), st.floats(0.25, 10))
def test_a_failing_address_waits_longer_each_time_but_is_never_given_up(
    failures: float, more: float
) -> None:
    once, again = next_try(failures, NOW), next_try(failures + more, NOW)
    assert NOW < once <= again <= NOW + SLOWEST


def test_a_server_that_names_a_time_is_obeyed() -> None:
    assert next_try(0.25, NOW, retry_after=86_400) == NOW + timedelta(days=1)


def test_a_pass_comes_when_its_first_listing_or_link_is_due() -> None:
    due = [NOW + timedelta(hours=3), NOW + timedelta(minutes=30)]
    assert next_pass(due, 0, NOW) == NOW + timedelta(minutes=30)


def test_a_source_without_anything_due_is_visited_tomorrow() -> None:
    assert next_pass([], 0, NOW) == NOW + timedelta(days=1)


def test_a_pass_never_comes_at_once_again() -> None:
    assert next_pass([NOW - timedelta(days=9)], 0, NOW) > NOW
