"""From what was observed of a source to how it stands: a table of cases, and what always holds."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.health import as_of, judge, network
from crawler.health.damage import damage
from crawler.health.filling import at_most
from crawler.health.silence import explained, quiet_at, rests
from crawler.records import Filled, History, Looks, Standing, State, Visited

NOW = datetime(2026, 3, 30, 12, 0, tzinfo=UTC)
TODAY = NOW.date()
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
URL = "https://city.example/news/"


def looks(*seen: tuple[int, int] | str, times: int = 1, url: str = URL) -> tuple[Looks, ...]:
    """Return looks an hour apart up to now, each links and dated ones, or a kind of failure."""
    found = []
    for back, one in zip(range(len(seen), 0, -1), seen, strict=True):
        at = NOW - back * HOUR
        plain = Looks(listing=url, first=at, last=at, looks=times)
        if isinstance(one, str):
            found.append(replace(plain, outcome=one, reason="why", looks=1))
        else:
            found.append(replace(plain, links=one[0], dated=one[1]))
    return tuple(found)


def articles(*changes: dict[str, object], before: int = 30) -> tuple[Filled, ...]:
    """Return so many usual articles, and then some that are otherwise."""
    numbers = count()

    def one(**more: object) -> Filled:
        n = next(numbers)
        plain = Filled(
            url=f"{URL}{n}.html", at=NOW, fresh=True, day=TODAY, origin=True,
            length=900 + 10 * (n % 7), print=f"body{n}", listed=f"title{n}",
        )  # fmt: skip
        return replace(plain, **more)

    return (*(one() for _ in range(before)), *(one(**change) for change in changes))


def days(*weekdays: int, weeks: int = 12, until: date = TODAY) -> tuple[date, ...]:
    """Return the days of some weeks that are of these days of the week, Monday 0."""
    return tuple(
        day
        for back in range(7 * weeks, -1, -1)
        if (day := until - timedelta(days=back)).weekday() in weekdays
    )


def passes(*seen: tuple[int, int], kind: str = "", failed_kind: str = "status") -> History:
    return History(
        passes=tuple(
            Visited(at=NOW, kind=kind, reason="why", visited=visited, failed=failed,
                    failed_kind=failed_kind, failed_reason="status 500")
            for visited, failed in seen
        )
    )  # fmt: skip


def of_looks(*seen: tuple[int, int] | str, times: int = 1) -> History:
    return History(looks={URL: looks(*seen, times=times)})


OTHER = {"https://city.example/files/": looks((20, 20), (20, 20))}

TABLE = [
    ("nothing is known yet", History(), "healthy", ""),
    ("a listing is as ever", of_looks((20, 20), (20, 20)), "healthy", ""),
    ("one failure is chance", of_looks((20, 20), "timeout"), "healthy", ""),
    ("two are not", of_looks((20, 20), "timeout", "timeout"), "broken", "does not answer in time"),
    ("of whatever kind", of_looks((20, 20), "timeout", "connect"), "broken", "no connection"),
    ("a challenge is none", of_looks((20, 20), "blocked"), "blocked", "refuses us"),
    ("nor is a certificate", of_looks((20, 20), "tls"), "broken", "no secure connection"),
    ("robots.txt forbids now", of_looks((20, 20), "robots"), "blocked", "forbids now what it"),
    ("it always forbade", of_looks("robots"), "blocked", "its robots.txt forbids it"),
    ("robots.txt is down", of_looks((9, 9), "robots.txt", "robots.txt"), "broken", "not known"),
    ("it names nothing", of_looks((9, 9), "ListingError", "ListingError"), "broken", "its listing"),
    ("it failed and is back", of_looks("timeout", "timeout", (20, 20)), "healthy", ""),
    ("one thin look", of_looks((20, 20), (20, 20), (3, 3)), "healthy", ""),
    ("two thin looks", of_looks((20, 20), (20, 20), (3, 3), (4, 4)), "degraded", "names 4"),
    ("ever more thin looks", of_looks((20, 20), (20, 20), *[(3, 3), (4, 4)] * 15), "degraded",
     "where 20 are usual"),
    ("it always varied", of_looks((20, 0), (4, 0), (20, 0), (5, 0), (4, 0)), "healthy", ""),
    ("it never named many", of_looks((3, 3), (3, 3), (1, 1), (1, 1)), "healthy", ""),
    ("dates are lost", of_looks((20, 20), (20, 19), (20, 0), (20, 0)), "degraded", "lost their"),
    ("there never were dates", of_looks((20, 0), (20, 0), (20, 0)), "healthy", ""),
    ("one of two listings fails",
     History(looks={URL: looks((9, 9), "status", "status"), **OTHER}), "degraded",
     "one of its listings fails"),
    ("passes fail as a whole", passes((0, 0), (0, 0), kind="status"), "broken", "an error: why"),
    ("one pass failed", passes((0, 0), kind="status"), "healthy", ""),
    ("half of the articles fail", passes((6, 3), (8, 5)), "degraded", "8 of the last 14"),
    ("all of them fail", passes((3, 3), (2, 2)), "broken", "5 of the last 5 articles"),
    ("they failed once", passes((6, 0), (6, 6)), "healthy", ""),
    ("a few links are dead", passes((1, 1), (1, 1)), "healthy", ""),
    ("articles are kept from us", passes((4, 4), failed_kind="blocked"), "blocked", "4 of the"),
    ("articles as ever", History(filled=articles({}, {}, {})), "healthy", ""),
    ("dates are no longer found", History(filled=articles(*[{"day": None}] * 4)), "degraded",
     "4 of the last 4 articles have no date, which 100% had"),
    ("one has no date", History(filled=articles({"day": None})), "healthy", ""),
    ("old ones, found later, have no origin", History(filled=articles(
     *[{"origin": False, "day": TODAY - 90 * DAY}] * 16)), "healthy", ""),
    ("the origin is lost in most", History(filled=articles(*[{"origin": False}, {}] * 3,
     *[{"origin": False}] * 3)), "degraded", "have no origin"),
    ("bodies shrink", History(filled=articles(*[{"length": 60}] * 8)), "degraded", "have 60 char"),
    ("bodies swell", History(filled=articles(*[{"length": 9000}] * 8)), "degraded", "have 9000 ch"),
    ("two short ones", History(filled=articles({"length": 60}, {"length": 60})), "healthy", ""),
    ("one body everywhere", History(filled=articles(*[{"print": "x"}] * 3)), "blocked",
     "one text for 3 articles"),
    ("a notice in two columns", History(filled=articles(*[{"print": "x", "listed": "y"}] * 4)),
     "healthy", ""),
    ("one body, no titles", History(filled=articles(*[{"print": "x", "listed": ""}] * 5)),
     "blocked", "one text for 5 articles"),
    ("characters are lost", History(filled=articles({"damage": 0.2}, {"damage": 0.1})), "degraded",
     "characters of 2 of the last 10"),
    ("one is damaged", History(filled=articles({"damage": 0.2})), "healthy", ""),
    ("dates lie ahead", History(filled=articles(*[{"ahead": True}] * 2)), "degraded", "the future"),
    ("a weekend", History(days=days(0, 1, 2, 3, 4, until=NOW.date() - 3 * DAY)), "healthy", ""),
    ("a week of holidays", History(days=days(0, 1, 2, 3, 4, until=NOW.date() - 9 * DAY)),
     "healthy", ""),
    ("two weeks of silence", History(days=days(0, 1, 2, 3, 4, until=NOW.date() - 14 * DAY)),
     "quiet", "nothing new since 2026-03-16"),
    ("a daily paper that stopped", History(days=days(*range(7), until=NOW.date() - 4 * DAY)),
     "quiet", "its history explains 2 days of silence"),
    ("once a month, three weeks ago", History(days=tuple(NOW.date() - timedelta(days=n)
     for n in (200, 171, 140, 111, 80, 52, 21))), "healthy", ""),
    ("too little is known", History(days=(NOW.date() - 300 * DAY, NOW.date() - 200 * DAY)),
     "healthy", ""),
]  # fmt: skip


@pytest.mark.parametrize(
    ("history", "state", "reason"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE]
)
def test_what_was_observed_says_how_a_source_stands(
    history: History, state: str, reason: str
) -> None:
    found = judge("city", history, None, NOW)
    assert (found.state, found.reason) == (state, found.reason)
    assert reason in found.reason
    assert bool(found.reason) is (state != "healthy")


def test_the_gravest_says_the_state_and_the_others_are_told_too() -> None:
    history = History(looks={URL: looks("tls")}, filled=articles(*[{"day": None}] * 4))
    found = judge("city", history, None, NOW)
    assert found.state is State.BROKEN
    assert found.more == ("4 of the last 4 articles have no date, which 100% had",)


def test_a_state_holds_since_it_began_whatever_the_reason() -> None:
    first = judge("city", of_looks("timeout", "timeout"), None, NOW)
    later = judge("city", of_looks("connect", "connect"), first, NOW + DAY)
    mended = judge("city", of_looks((9, 9)), later, NOW + 2 * DAY)
    assert (first.since, later.since, mended.since) == (NOW, NOW, NOW + 2 * DAY)
    assert first.reason != later.reason


def test_a_listing_that_stays_thin_is_how_it_is_after_two_weeks() -> None:
    before = of_looks((20, 20), (20, 20), (8, 8), (8, 8))
    assert judge("city", before, None, NOW).state is State.DEGRADED
    assert judge("city", before, None, NOW + 15 * DAY).state is State.HEALTHY


def test_a_source_whose_pages_come_late_is_not_quiet_for_that() -> None:
    late = tuple(replace(one, lag=20.0) for one in articles())
    published = days(*range(7), until=NOW.date() - 15 * DAY)
    assert judge("court", History(days=published), None, NOW).state is State.QUIET
    assert judge("court", History(days=published, filled=late), None, NOW).state is State.HEALTHY


def test_who_is_not_asked_grows_quiet_by_itself() -> None:
    published = days(*range(7))
    stands = judge("city", History(days=published), None, NOW)
    assert stands.state is State.HEALTHY
    assert stands.quiet_at is not None
    assert as_of(stands, None, stands.quiet_at - HOUR).state is State.HEALTHY
    silent = as_of(stands, None, stands.quiet_at + HOUR)
    assert (silent.state, silent.since) == (State.QUIET, stands.quiet_at)
    forgotten = as_of(stands, NOW, NOW + 2 * DAY, seen=NOW)
    assert forgotten.reason == "not looked at since 2026-03-30: nobody knows how it does"


def test_many_that_cannot_be_reached_are_our_own_network() -> None:
    ours = network(95, 100, None, NOW)
    assert (ours.state, ours.source) == (State.BROKEN, "")
    assert ours.reason == "our own network: 95 of 100 sources cannot be reached"
    assert network(2, 2, None, NOW).state is State.HEALTHY
    assert network(40, 100, None, NOW).state is State.HEALTHY


@pytest.mark.parametrize(
    ("text", "damaged"),
    [
        ("市政府今天召开常务会议，研究部署民生实事。", False),
        ("La société « Générale » a été créée à l’été – déjà vu…", False),
        ("Größe, Ähre, Übung; naïve façade; señor Ångström", False),
        ("市政\ufffd今天召\ufffd常务会议", True),
        ("锟斤拷政府今天召开锟斤拷会议", True),
        ("市政府".encode().decode("cp1252", "replace") + " held a meeting today", True),
        ("It’s the city’s".encode().decode("cp1252") + " day", True),
        ("", False),
    ],
)
def test_text_that_was_not_decoded_as_it_was_written_shows(text: str, damaged: bool) -> None:
    assert (damage(text) > 0.01) is damaged


# --- what always holds ---

SEEN = st.lists(
    st.one_of(
        st.tuples(st.integers(0, 60), st.integers(0, 60)).map(lambda t: (t[0], min(t))),
        st.sampled_from(["timeout", "dns", "status", "ListingError", "blocked", "tls", "odd"]),
    ),
    max_size=30,
)
FILLED = st.lists(
    st.builds(
        Filled,
        url=st.sampled_from([f"{URL}{n}" for n in range(9)]),
        at=st.just(NOW),
        fresh=st.booleans(),
        day=st.one_of(st.none(), st.dates(date(2020, 1, 1), TODAY)),
        origin=st.booleans(),
        length=st.integers(0, 99999),
        print=st.sampled_from(["", "a", "b"]),
        listed=st.sampled_from(["", "t", "u"]),
        damage=st.floats(0, 1),
        ahead=st.booleans(),
        lag=st.one_of(st.none(), st.floats(0, 999)),
    ),
    max_size=40,
)
DAYS = st.lists(st.dates(date(2020, 1, 1), NOW.date()), max_size=60, unique=True)


@given(seen=SEEN, filled=FILLED, published=DAYS)
def test_any_history_has_a_verdict_with_a_reason_unless_all_is_well(
    seen: list[tuple[int, int] | str], filled: list[Filled], published: list[date]
) -> None:
    history = History(
        looks={URL: looks(*seen)}, filled=tuple(filled), days=tuple(sorted(published))
    )
    found = judge("city", history, None, NOW)
    assert (found.state is State.HEALTHY) is (found.reason == "")
    again = judge("city", history, found, NOW)
    assert again == found


@given(published=DAYS)
def test_no_silence_that_a_source_broke_before_is_an_alarm(published: list[date]) -> None:
    longest = explained(published)
    if longest is not None:
        pauses = [b - a for a, b in zip(sorted(published), sorted(published)[1:], strict=False)]
        assert longest >= max(pauses).days


@given(published=DAYS.filter(lambda found: len(found) > 6))
def test_who_rests_on_weekends_is_never_quiet_within_ten_days(published: list[date]) -> None:
    workdays = [day for day in published if day.weekday() < 5]
    at = quiet_at(History(days=tuple(sorted(workdays))))
    if at is not None and rests(workdays):
        assert at.date() > max(workdays) + timedelta(days=10)


@given(st.integers(1, 30), st.floats(0, 1))
def test_a_binomial_distribution_sums_to_one(trials: int, share: float) -> None:
    assert at_most(trials, trials, share) == pytest.approx(1)


def test_a_standing_is_kept_as_it_was() -> None:
    stands = Standing(source="a", state=State.QUIET, reason="why", since=NOW)
    assert as_of(stands, NOW - 9 * DAY, NOW) is stands
