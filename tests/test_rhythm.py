"""When a listing is looked at: what is learned of it, and what follows."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive import Precision
from crawler import rhythm
from crawler.pipeline.looks import next_of
from crawler.records import Habit, Known, Listing
from crawler.rhythm.hours import HOUR, WEEK, hours_between
from crawler.rhythm.looks import until_worth
from crawler.rhythm.rates import exposure, rates

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
LISTING = Listing(url="https://a.example/news/")
SHANGHAI, NEW_YORK = ZoneInfo("Asia/Shanghai"), ZoneInfo("America/New_York")
#: A Monday.
START = datetime(2024, 1, 1, tzinfo=UTC)

ZONES = st.sampled_from(
    ["UTC", "Asia/Shanghai", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe"]
).map(ZoneInfo)
MOMENTS = st.datetimes(datetime(2023, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))
COUNTS = st.lists(st.floats(0, 1e4), min_size=WEEK, max_size=WEEK).map(tuple)


def hourly(local: datetime) -> float:
    """Return the pace of an office that publishes from nine to noon."""
    return 4.0 if local.weekday() < 5 and 9 <= local.hour < 12 else 0.0


def lived(
    pace: Callable[[datetime], float],
    days: int,
    zone: ZoneInfo = SHANGHAI,
    listing: Listing = LISTING,
    habit: Habit | None = None,
    start: datetime = START,
    minutes: bool = True,
) -> tuple[Habit, list[datetime], list[timedelta]]:
    """Look for so many days; return what was learned, the looks and how long articles waited.

    ``pace`` is articles an hour at a local moment; they come at even distances.
    """
    habit, now, before = habit or Habit(), start, start
    looks, waits, due = [], [], 0.0
    step, clock = 5 * MINUTE, start
    while now < start + days * DAY:
        new = []
        while clock < now:
            clock += step
            due += pace(clock.astimezone(zone)) * (step / HOUR)
            while due >= 1:
                due -= 1
                new.append(clock)
        waits += [now - at for at in new]
        found = [rhythm.Span(start=at if minutes else before, end=at if minutes else now)
                 for at in new]  # fmt: skip
        habit = rhythm.learned(habit, found, now, listing, zone)
        looks.append(now)
        before, now = now, rhythm.next_look(habit, now, listing, zone)
    return habit, looks, waits


@cache
def office() -> tuple[Habit, list[datetime], list[timedelta]]:
    """Return six weeks of looks at an office that publishes from nine to noon."""
    return lived(hourly, 42)


def share(looks: Sequence[datetime], zone: ZoneInfo, wanted: Callable[[datetime], bool]) -> float:
    return sum(wanted(at.astimezone(zone)) for at in looks) / len(looks)


@given(COUNTS, MOMENTS, st.floats(0, 5e4), st.floats(0, 1e3), st.floats(0, 1e3), ZONES)
@settings(max_examples=40, deadline=None)
def test_no_listing_is_looked_at_sooner_than_in_five_minutes_or_later_than_in_a_day(
    counts: tuple[float, ...], now: datetime, hours: float, found: float, awaited: float,
    zone: ZoneInfo,
) -> None:  # fmt: skip
    habit = Habit(since=now - hours * HOUR, at=now, counts=counts, found=found, awaited=awaited)
    for credit in (0.0, 48.0):
        for most in (None, timedelta(seconds=1)):
            at = rhythm.next_look(replace(habit, credit=credit), now, LISTING, zone, most)
            assert now + LISTING.soonest <= at <= now + LISTING.latest


@given(
    st.lists(st.tuples(st.floats(1e-9, 100), st.floats(0, 100)), min_size=WEEK, max_size=WEEK),
    MOMENTS, st.floats(0.01, 100), ZONES,
)  # fmt: skip
@settings(max_examples=40, deadline=None)
def test_the_more_a_listing_publishes_the_sooner_it_is_looked_at(
    paces: list[tuple[float, float]], now: datetime, price: float, zone: ZoneInfo
) -> None:
    few, many = [low for low, _ in paces], [low + more for low, more in paces]
    waits = [until_worth(pace, price, now, DAY, zone) for pace in (few, many)]
    assert timedelta(0) <= waits[1] <= waits[0] + timedelta(milliseconds=1) <= DAY + HOUR


def test_an_article_an_hour_is_looked_for_more_often_than_one_a_week() -> None:
    times = [1 / 168, 1 / 31, 1 / 7, 1.0]
    looks = [len(lived(lambda _, pace=pace: pace, 21)[1]) / 21 for pace in times]
    assert looks == sorted(looks)
    assert looks[0] < 8 < 30 < looks[-1]


@given(MOMENTS, st.floats(0, 24 * 40), ZONES)
@settings(deadline=None)
def test_the_hours_between_two_moments_are_as_long_as_what_lies_between(
    start: datetime, hours: float, zone: ZoneInfo
) -> None:
    end = start + hours * HOUR
    parts = list(hours_between(start, end, zone))
    assert sum(part for _, part in parts) == pytest.approx((end - start) / HOUR, abs=1e-6)
    assert all(0 <= hour < WEEK and 0 <= part <= 1 for hour, part in parts)


def test_the_hour_that_daylight_saving_skips_is_not_there_and_the_other_twice() -> None:
    spring = datetime(2024, 3, 10, tzinfo=NEW_YORK).astimezone(UTC)
    autumn = datetime(2024, 11, 3, tzinfo=NEW_YORK).astimezone(UTC)
    seen = [
        Counter(hour % 24 for hour, _ in hours_between(day, day + length * HOUR, NEW_YORK))
        for day, length in ((spring, 23), (autumn, 25))
    ]
    assert [(day[1], day[2]) for day in seen] == [(1, 0), (2, 1)]


def test_office_hours_and_weekends_are_learned() -> None:
    habit, looks, waits = office()
    monday = datetime(2024, 2, 12, tzinfo=SHANGHAI)
    morning, night, weekend = (
        rhythm.expected(habit, start, start + 3 * HOUR, SHANGHAI)
        for start in (monday + 9 * HOUR, monday + HOUR, monday + 5 * DAY + 9 * HOUR)
    )
    assert morning == pytest.approx(12, rel=0.15)
    assert night < 0.2
    assert weekend < 1
    late = [at for at in looks if at > START + 28 * DAY]
    assert share(late, SHANGHAI, lambda at: at.weekday() < 5 and 8 <= at.hour <= 12) > 0.75
    assert sorted(waits[len(waits) // 2 :])[len(waits) // 4] < timedelta(minutes=8)


def test_articles_that_tell_the_day_alone_teach_the_same_by_when_they_are_found() -> None:
    habit, looks, _ = lived(hourly, 42, minutes=False)
    late = [at for at in looks if at > START + 28 * DAY]
    assert share(late, SHANGHAI, lambda at: at.weekday() < 5 and 8 <= at.hour <= 12) > 0.7
    assert habit.since == START


def test_the_hours_are_those_of_the_sources_clock_the_whole_year_round() -> None:
    start = datetime(2024, 2, 5, tzinfo=UTC)  # a Monday, five weeks before the clocks change
    _, looks, waits = lived(hourly, 60, NEW_YORK, start=start)
    before, after = (date(2024, 2, 26), date(2024, 3, 8)), (date(2024, 3, 11), date(2024, 3, 22))
    for first, last in (before, after):
        some = [at for at in looks if first <= at.astimezone(NEW_YORK).date() <= last]
        assert share(some, NEW_YORK, lambda at: 9 <= at.hour <= 12) > 0.6
    assert sorted(waits)[len(waits) // 2] < timedelta(minutes=10)


def test_a_first_look_learns_from_what_the_articles_say_of_themselves() -> None:
    days = [START + n * DAY for n in range(-21, 0)]
    told = [rhythm.Dated(published=day.replace(hour=2, minute=10), precision=Precision.MINUTE)
            for day in days]  # fmt: skip
    pinned = rhythm.Dated(published=START - 900 * DAY, precision=Precision.MINUTE)
    spans = [rhythm.span_of(dated, None, START) for dated in (*told, pinned)]
    habit = rhythm.learned(Habit(), [s for s in spans if s], START, LISTING, SHANGHAI)
    busy = rhythm.expected(habit, START + 2 * HOUR, START + 3 * HOUR, SHANGHAI)
    quiet = rhythm.expected(habit, START + 14 * HOUR, START + 15 * HOUR, SHANGHAI)
    assert busy > 10 * quiet
    assert rhythm.expected(habit, START, START + DAY, SHANGHAI) == pytest.approx(1, rel=0.4)


def test_an_entry_is_counted_when_it_appeared_whatever_it_says() -> None:
    before, now = START, START + HOUR
    minute, day = Precision.MINUTE, Precision.DAY

    def span(published: datetime, precision: Precision) -> rhythm.Span | None:
        return rhythm.span_of(rhythm.Dated(published=published, precision=precision), before, now)

    at = START + 20 * MINUTE
    between = rhythm.Span(start=before, end=now)
    assert span(at, minute) == rhythm.Span(start=at, end=at)
    assert span(START - 9 * DAY, minute) == between  # backdated
    assert span(now + DAY, minute) == between  # the future is believed of nobody
    assert span(START - HOUR, day) == between
    assert span(START - 9 * DAY, day) == between
    assert rhythm.span_of(None, before, now) == between
    assert rhythm.span_of(None, None, now) is None


def test_a_month_of_silence_makes_looks_rarer_and_its_end_is_found_within_a_day() -> None:
    habit, busy, _ = office()
    start = START + 42 * DAY
    habit, silent, _ = lived(lambda _: 0.0, 30, habit=habit, start=start)
    assert len(silent[len(silent) // 2 :]) / 15 < len(busy) / 42 / 2
    _, _, waits = lived(hourly, 14, habit=habit, start=start + 30 * DAY)
    assert max(waits) <= DAY
    assert sorted(waits)[len(waits) // 2] < timedelta(minutes=20)


def test_a_source_that_turns_from_mornings_to_evenings_is_followed() -> None:
    habit, _, _ = office()

    def evening(local: datetime) -> float:
        return hourly(local.replace(hour=(local.hour - 10) % 24))

    _, looks, waits = lived(evening, 35, habit=habit, start=START + 42 * DAY)
    assert max(waits) <= DAY
    late = looks[len(looks) // 2 :]
    assert share(late, SHANGHAI, lambda at: 19 <= at.hour <= 22) > 0.4


@pytest.mark.parametrize("looks", [6, 48])
@pytest.mark.parametrize("pace", [0.02, 3.0, 300.0])
def test_the_budget_holds_however_much_a_listing_publishes(looks: int, pace: float) -> None:
    listing = replace(LISTING, looks=looks)
    _, made, _ = lived(lambda local: pace * (1 + hourly(local)), 12, listing=listing)
    assert len(made) <= looks * 13 + 1


def test_a_flood_is_followed_as_closely_as_the_budget_allows() -> None:
    _, made, _ = lived(lambda _: 300.0, 10)
    assert len(made) > LISTING.looks * 10 * 0.9


def test_listings_of_the_same_habits_are_not_all_looked_at_in_the_same_minute() -> None:
    habit, _, _ = office()
    evening = datetime(2024, 2, 12, 22, tzinfo=SHANGHAI)
    habit = rhythm.learned(habit, [], evening, LISTING, SHANGHAI)
    listings = [Listing(url=f"https://{n}.example/") for n in range(500)]
    at = [rhythm.next_look(habit, evening, one, SHANGHAI) for one in listings]
    per_minute = Counter((moment - evening) // MINUTE for moment in at)
    assert max(per_minute.values()) < 150
    again = [rhythm.next_look(habit, evening, one, SHANGHAI) for one in listings]
    assert at == again


@given(st.timedeltas(timedelta(seconds=1), timedelta(days=800)))
@settings(max_examples=40, deadline=None)
def test_a_clock_that_is_set_back_loses_no_habit_and_puts_nothing_off(back: timedelta) -> None:
    habit, looks, _ = office()
    now = looks[-1] - back
    after = rhythm.learned(habit, [], now, LISTING, SHANGHAI)
    assert after.at == now
    if now >= START:
        assert after.counts == habit.counts
    assert rhythm.next_look(after, now, LISTING, SHANGHAI) <= now + DAY
    known = Known(visited=looks[-1], next_look=looks[-1] + DAY, habit=habit)
    assert next_of(known, LISTING, now) <= max(now, looks[-1] + DAY if back <= 5 * MINUTE else now)


def test_few_known_entries_bring_the_next_look_forward() -> None:
    page = [f"/{n}" for n in range(20)]
    shares = [rhythm.share_of_known(page, set(page[:new])) for new in (0, 6, 14, 20)]
    assert shares == pytest.approx([1, 0.7, 0.3, 0])
    assert [rhythm.hastened(known, HOUR) for known in shares] == [None, None, HOUR / 2, HOUR / 2]
    habit, looks, _ = lived(lambda _: 0.01, 14)
    now = looks[-1]
    usual, soon = (
        rhythm.next_look(replace(habit, credit=9), now, LISTING, SHANGHAI, most)
        for most in (None, HOUR / 2)
    )
    assert soon == now + HOUR / 2 < usual


@pytest.mark.parametrize(
    ("new", "on", "lost"),
    [
        ("", False, False),
        ("abc", False, False),  # the head alone
        ("c", False, False),  # inserted between known ones
        ("j", True, False),  # ends with what is new
        ("abcdefghij", True, True),
        ("cdefghij", True, True),  # two pinned ones at the head hide nothing
        ("ghij", True, False),
    ],
)
def test_a_page_that_ends_with_new_entries_is_read_on(new: str, on: bool, lost: bool) -> None:
    page = list("abcdefghij")
    assert rhythm.reads_on(page, set(new)) is on
    assert rhythm.has_lost(page, set(new)) is lost
    assert not rhythm.reads_on([], set())


def test_sweeps_grow_rare_where_nobody_inserts_late_and_frequent_where_somebody_does() -> None:
    vain, swept, sweeps = 0, START, []
    for hours in range(24 * 90):
        now = START + hours * HOUR
        if rhythm.sweep_is_due(swept, vain, now):
            vain, swept = rhythm.after_sweep(vain, found=False), now
            sweeps.append((now - START) // DAY)
    assert sweeps == [1, 3, 7, 15, 31, 47, 63, 79]
    vain = rhythm.after_sweep(vain, found=True)
    assert rhythm.sweep_is_due(swept, vain, swept + DAY)
    assert rhythm.sweep_is_due(None, 0, START)
    assert rhythm.sweep_is_due(START + 9 * DAY, 3, START)  # by a clock that went wrong


def test_an_hour_that_was_never_watched_is_told_from_one_that_was_silent() -> None:
    watched = exposure(24.0, 24.0)  # Monday alone
    assert sum(watched) == pytest.approx(24, rel=0.02)
    assert sum(watched[24:]) == 0
    paces = rates([1.0] * 24 + [0.0] * (WEEK - 24), watched)
    assert min(paces) > 0
    assert paces[30] > 0.2


def test_on_a_holiday_what_was_learned_of_sundays_is_expected() -> None:
    habit, _, _ = office()
    monday = datetime(2024, 2, 12, tzinfo=SHANGHAI)
    usual, free = (
        rhythm.expected(habit, monday, monday + DAY, SHANGHAI, holidays)
        for holidays in ((), (date(2024, 2, 12),))
    )
    assert usual > 10 > 1 > free
    found = [rhythm.Span(start=monday + 9 * HOUR, end=monday + 9 * HOUR)]
    after = rhythm.learned(habit, found, monday + DAY, LISTING, SHANGHAI, (date(2024, 2, 12),))
    assert after.counts[6 * 24 + 9] > 0.9 > habit.counts[6 * 24 + 9]
