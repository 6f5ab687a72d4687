"""Hosts are asked one thing at a time, with a pause between, and left alone when they say so."""

import asyncio
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.politeness import FIRST_BACKOFF, LAST_BACKOFF, PATIENCE, Hosts, Paused, backoff
from crawler.politeness import retry_after as read_retry_after

NOW = datetime(2024, 3, 15, 2, 10, tzinfo=UTC)
DAY = 86400.0


class Clock:
    """Time that passes only while someone sleeps."""

    def __init__(self) -> None:
        self.now, self.slept = 1000.0, list[float]()

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds
        await asyncio.sleep(0)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def hosts(clock: Clock) -> Hosts:
    return Hosts(8, clock=lambda: clock.now, sleep=clock.sleep)


async def ask(hosts: Hosts, host: str = "a.gov", delay: float = 2.0) -> None:
    async with hosts.turn(host, delay):
        pass


async def test_the_first_request_waits_for_nothing(hosts: Hosts, clock: Clock) -> None:
    await ask(hosts)
    assert clock.slept == []


async def test_the_pause_runs_from_the_end_of_one_to_the_start_of_the_next(
    hosts: Hosts, clock: Clock
) -> None:
    async with hosts.turn("a.gov", 2.0):
        clock.now += 30
    clock.now += 0.5
    await ask(hosts)
    assert clock.slept == [1.5]


async def test_a_request_that_fails_or_is_cancelled_is_followed_by_a_pause_too(
    hosts: Hosts, clock: Clock
) -> None:
    for error in (RuntimeError, asyncio.CancelledError):
        with pytest.raises(error):
            async with hosts.turn("a.gov", 0.0):
                raise error
        await ask(hosts)
    assert clock.slept == [2.0, 2.0]


async def test_one_at_a_time_for_a_host_and_all_hosts_together(hosts: Hosts) -> None:
    busy: list[str] = []
    most: dict[str, int] = {"together": 0}

    async def visit(host: str) -> None:
        async with hosts.turn(host, 0.0):
            busy.append(host)
            most[host] = max(most.get(host, 0), busy.count(host))
            most["together"] = max(most["together"], len(busy))
            await asyncio.sleep(0)
            busy.remove(host)

    await asyncio.gather(*(visit(f"{n % 12}.gov") for n in range(60)))
    assert most.pop("together") == 8
    assert set(most.values()) == {1}


async def test_a_turn_is_freed_by_whoever_is_cancelled_while_waiting(hosts: Hosts) -> None:
    async with hosts.turn("a.gov", 0.0):
        waiting = asyncio.create_task(ask(hosts, delay=0.0))
        await asyncio.sleep(0)
        waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    await ask(hosts, delay=0.0)


async def test_a_short_silence_is_waited_out(hosts: Hosts, clock: Clock) -> None:
    assert hosts.refused("a.gov", PATIENCE, DAY) == PATIENCE
    await ask(hosts)
    assert clock.slept == [PATIENCE]


async def test_a_long_silence_is_said_at_once_and_other_hosts_go_on(
    hosts: Hosts, clock: Clock
) -> None:
    hosts.refused("a.gov", 600.0, DAY)
    async with hosts.turn("b.gov", 2.0):
        clock.now += 60
        with pytest.raises(Paused) as caught:
            await ask(hosts)
    assert caught.value.seconds == 540
    assert clock.slept == []
    clock.now += 540
    await ask(hosts)


async def test_a_silence_asked_for_meanwhile_holds_for_those_who_wait(hosts: Hosts) -> None:
    async with hosts.turn("a.gov", 0.0):
        waiting = [asyncio.create_task(ask(hosts)) for _ in range(3)]
        await asyncio.sleep(0)
        hosts.refused("a.gov", 600.0, DAY)
    ended = await asyncio.gather(*waiting, return_exceptions=True)
    assert [type(one) for one in ended] == [Paused] * 3


async def test_a_later_shorter_wish_does_not_shorten_an_earlier_one(
    hosts: Hosts, clock: Clock
) -> None:
    hosts.refused("a.gov", 600.0, DAY)
    hosts.refused("a.gov", 10.0, DAY)
    with pytest.raises(Paused, match="600 s"):
        await ask(hosts)


def test_without_a_wish_the_silence_doubles_until_the_host_answers(hosts: Hosts) -> None:
    pauses = [hosts.refused("a.gov", None, DAY) for _ in range(12)]
    for n, pause in enumerate(pauses):
        least = min(FIRST_BACKOFF * 2**n, LAST_BACKOFF)
        assert least <= pause <= min(least * 1.25, LAST_BACKOFF)
    hosts.answered("a.gov")
    assert hosts.refused("a.gov", None, DAY) <= FIRST_BACKOFF * 1.25


def test_no_silence_is_longer_than_believed(hosts: Hosts) -> None:
    assert hosts.refused("a.gov", 1e9, DAY) == DAY
    assert backoff(10_000) == LAST_BACKOFF


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("120", 120.0),
        (" 0 ", 0.0),
        ("1000000000", 1e9),
        ("9" * 400, float("inf")),
        ("Fri, 15 Mar 2024 02:11:30 GMT", 90.0),
        ("Friday, 15-Mar-24 02:11:30 GMT", 90.0),
        ("Fri Mar 15 02:11:30 2024", 90.0),
        ("Fri, 15 Mar 2024 10:11:30 +0800", 90.0),
        ("Fri, 15 Mar 2024 02:11:30 -0000", 90.0),
        ("Fri, 15 Mar 2023 02:11:30 GMT", 0.0),
        ("Fri, 99 Mar 2024 02:11:30 GMT", None),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("1e3", None),
        ("120, 240", None),
        ("٣", None),
        ("²", None),
    ],
)
def test_what_a_retry_after_means(said: str, seconds: float | None) -> None:
    assert read_retry_after(said, NOW) == seconds


WORDS = st.sampled_from("Fri , 15 Mar 2024 02:11:30 GMT +0800 -9999 0 99999999999 : - . 就".split())


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(max_size=40), st.lists(WORDS, max_size=8).map(" ".join)))
def test_any_retry_after_is_seconds_or_nothing(said: str) -> None:
    seconds = read_retry_after(said, NOW)
    assert seconds is None or seconds >= 0
