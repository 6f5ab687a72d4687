"""When to look again."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.cadence import (
    CALM,
    CALMER,
    LEAST,
    RESTLESS,
    SLOWEST,
    after_visit,
    edit_since,
    hastened,
    is_restless,
    next_look,
    next_pass,
    next_revisit,
    next_try,
    revisits_until,
)
from crawler.records import REVISITS, Pulse

NOW = datetime(2026, 3, 2, tzinfo=UTC)
HOUR, DAY, WEEK, MONTH, HALF = REVISITS
VISITS = st.lists(st.tuples(st.booleans(), st.booleans()), max_size=40)


def wait(pulse: Pulse, edited: datetime | None = None) -> timedelta:
    return next_look(pulse, NOW, REVISITS, edited) - NOW


def visited(*found: bool, slight: bool = False, pulse: Pulse = Pulse()) -> Pulse:  # noqa: B008
    """Return the pulse after visits that found an article changed, or not."""
    for changed in found:
        pulse = after_visit(pulse, changed=changed, slight=slight and changed)
    return pulse


def test_an_article_is_revisited_after_an_hour_then_ever_more_rarely() -> None:
    waits = [wait(visited(*[False] * visits)) for visits in range(7)]
    assert waits == [HOUR, DAY, WEEK, MONTH, HALF, HALF, HALF]
    assert [next_revisit(n + 1, NOW) - NOW for n in range(7)] == waits


def test_a_source_may_have_a_rhythm_of_its_own() -> None:
    rhythm = (timedelta(minutes=10), timedelta(days=2))
    waits = [next_look(visited(*[False] * n), NOW, rhythm) - NOW for n in range(4)]
    assert waits == [rhythm[0], rhythm[1], rhythm[1], rhythm[1]]


def test_an_edit_is_followed_up_soon_for_another_may_follow() -> None:
    edited = visited(False, False, False, False, True)
    assert wait(edited) == HOUR
    assert wait(visited(False, pulse=edited)) == DAY


def test_an_article_that_changes_at_every_visit_is_looked_at_once_a_day() -> None:
    waits = [wait(visited(*[True] * times)) for times in range(1, 12)]
    assert waits == [HOUR] * (RESTLESS - 1) + [REVISITS[CALM]] * (12 - RESTLESS)


def test_one_in_which_next_to_nothing_changes_each_time_is_looked_at_once_a_week() -> None:
    clock = visited(*[True] * RESTLESS, slight=True)
    assert wait(clock) == REVISITS[CALMER]
    assert wait(visited(True, pulse=clock)) == REVISITS[CALM]


def test_a_restless_article_that_stands_still_twice_is_restless_no_more() -> None:
    restless = visited(*[True] * 5)
    once = visited(False, pulse=restless)
    twice = visited(False, pulse=once)
    assert [is_restless(pulse) for pulse in (restless, once, twice)] == [True, True, False]
    assert wait(visited(True, pulse=twice)) == HOUR


@given(VISITS)
def test_however_an_article_behaves_it_is_looked_at_again_in_time(
    found: list[tuple[bool, bool]],
) -> None:
    pulse = Pulse()
    for changed, told in found:
        pulse = after_visit(pulse, changed=changed, slight=told, told=told)
        assert HOUR <= wait(pulse) <= HALF
        assert wait(pulse) >= DAY or not is_restless(pulse)


def test_a_site_that_calls_an_article_edited_every_hour_hardly_gains_a_visit() -> None:
    pulse, last, due, visits = Pulse(), NOW, NOW + HOUR, 0
    for hours in range(24 * 250):
        now = NOW + hours * HOUR
        due = min(due, hastened(pulse, last, now, REVISITS) or due)
        if due <= now:
            pulse, last = after_visit(pulse, changed=False, told=True), now
            due, visits = next_look(pulse, now, REVISITS), visits + 1
    assert visits <= len(REVISITS) + 1


@pytest.mark.parametrize(
    ("ago", "expected"), [(HOUR * 2, HOUR * 2), (HOUR / 2, HOUR), (WEEK, WEEK)]
)
def test_what_was_edited_of_late_is_looked_at_sooner(ago: timedelta, expected: timedelta) -> None:
    still = after_visit(visited(False, False, False), changed=False, told=True)
    assert wait(still, NOW - ago) == expected
    assert wait(still) == HALF


def test_a_word_of_an_edit_is_believed_at_once_and_ever_less_where_it_was_in_vain() -> None:
    pulse, waits = visited(False, False, False, False), []
    for _ in range(6):
        at = hastened(pulse, NOW, NOW, REVISITS)
        assert at is not None
        waits.append(at - NOW)
        pulse = after_visit(pulse, changed=False, told=True)
    assert waits == [timedelta(0), DAY, WEEK, MONTH, HALF, HALF]
    right = after_visit(pulse, changed=True, told=True)
    assert hastened(right, NOW, NOW, REVISITS) == NOW


def test_nobody_hastens_a_restless_article() -> None:
    assert hastened(visited(*[True] * RESTLESS), NOW, NOW, REVISITS) is None


def test_a_page_made_for_each_answer_tells_of_no_edit() -> None:
    before = NOW - WEEK
    assert edit_since([NOW - timedelta(seconds=5)], before, NOW) is None
    assert edit_since([before - HOUR], before, NOW) is None
    assert edit_since([NOW - DAY, NOW - HOUR, before - HOUR], before, NOW) == NOW - HOUR
    assert edit_since([NOW - DAY], None, NOW) is None


def test_revisits_end_when_a_listing_is_due_but_not_at_once() -> None:
    assert revisits_until([NOW + DAY, NOW + HOUR], NOW) == NOW + HOUR
    assert revisits_until([NOW], NOW) == NOW + LEAST
    assert revisits_until([], NOW) is None


def test_revisits_leave_half_of_their_time_to_files_that_wait() -> None:
    assert revisits_until([NOW + HOUR], NOW, NOW) == NOW + HOUR / 2
    assert revisits_until([NOW + HOUR], NOW, NOW + DAY) == NOW + HOUR


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
