"""Who is told when the health of a source changes: a webhook, once for each change at least."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from archive.language import speaking
from crawler.crawl import crawl, opened
from crawler.fetch import Fetcher
from crawler.frontier import Frontier
from crawler.health import OWN_NETWORK
from crawler.monitoring.telling import MOST_ROWS, Told, tell
from crawler.records import Source, Standing, State
from crawler.settings import FetchSettings, HealthSettings
from tests.hook import Hook, listening
from tests.small_site import SmallSite, plain

NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def frontier(tmp_path: Path) -> Iterator[Frontier]:
    with Frontier(tmp_path / "crawl.db") as opened_:
        opened_.sources.register(source(f"s{n}") for n in range(30))
        yield opened_


@pytest.fixture
def hook() -> Iterator[Hook]:
    with listening() as found:
        yield found


def source(name: str) -> Source:
    return Source(
        id=name, name=f"第{name}站", address=f"https://{name}.example/", zone="UTC", listings=()
    )


def stands(name: str, state: State, reason: str = "", *, since: datetime = NOW) -> Standing:
    return Standing(source=name, state=state, reason=reason, since=since)


async def told(
    frontier: Frontier,
    hook: Hook,
    *,
    now: datetime = NOW + 5 * MINUTE,
    shape: str = "json",
    address: str = "",
    **environ: str,
) -> Told:
    settings = FetchSettings(delay=timedelta(), allow_networks=("127.0.0.0/8",), ports=(hook.port,))
    async with Fetcher(settings, now=lambda: now, sleep=_no_sleep) as fetcher:
        return await tell(
            frontier,
            HealthSettings(webhook=address or f"{hook.address}/topic", shape=shape),
            fetcher,
            {f"s{n}": f"https://s{n}.example/" for n in range(30)},
            now=now,
            environ=environ,
        )


async def _no_sleep(seconds: float) -> None:
    """Wait for nobody."""


async def test_a_change_is_told_once_and_so_is_its_end(frontier: Frontier, hook: Hook) -> None:
    why = "its listing names no article any more"
    frontier.standings.note([stands("s1", State.BROKEN, why), stands("s2", State.HEALTHY)])
    assert await told(frontier, hook) == Told(changes=1)
    assert await told(frontier, hook) == Told()
    (message,) = hook.said()
    assert message == {
        "test": False,
        "health": [
            {
                "source": "s1",
                "name": "第s1站",
                "state": "broken",
                "was": "healthy",
                "reason": why,
                "since": "2026-03-02T04:00:00Z",
                "url": "https://s1.example/",
            }
        ],
    }
    frontier.standings.note([stands("s1", State.HEALTHY)])
    await told(frontier, hook)
    assert hook.said()[1]["health"][0]["was"] == "broken"


async def test_a_change_that_passed_before_it_could_be_told_is_no_news(
    frontier: Frontier, hook: Hook
) -> None:
    frontier.standings.note([stands("s1", State.BROKEN, "down")])
    assert await told(frontier, hook, now=NOW + MINUTE) == Told()
    frontier.standings.note([stands("s1", State.HEALTHY)])
    assert await told(frontier, hook) == Told()
    assert hook.got == []


async def test_what_could_not_be_told_is_told_later(frontier: Frontier, hook: Hook) -> None:
    hook.answers = [(500, {}, "no"), (200, {}, "")]
    frontier.standings.note([stands("s1", State.BROKEN, "down")])
    secret = {"HOOK": f"{hook.address}/very-secret"}
    failed = await told(frontier, hook, address="${HOOK}", **secret)
    assert failed.changes == 0
    assert "secret" not in failed.error
    waiting = frontier.standings.telling()
    assert waiting is not None
    assert await told(frontier, hook, address="${HOOK}", **secret) == Told()
    after = waiting.next_try + MINUTE
    assert await told(frontier, hook, now=after, address="${HOOK}", **secret) == Told(changes=1)
    assert frontier.standings.telling() is None
    assert [path for path, _, _ in hook.got] == ["/very-secret", "/very-secret"]


async def test_a_name_that_the_environment_lacks_is_told_and_nothing_is_lost(
    frontier: Frontier, hook: Hook
) -> None:
    frontier.standings.note([stands("s1", State.BROKEN, "down")])
    failed = await told(frontier, hook, address="${NOWHERE}")
    assert failed.error == "the environment has no NOWHERE"
    assert [change.standing.source for change in frontier.standings.untold()] == ["s1"]


@pytest.mark.parametrize("shape", ["ntfy", "slack", "dingtalk", "wecom", "feishu"])
async def test_every_service_is_told_in_the_language_spoken(
    frontier: Frontier, hook: Hook, shape: str
) -> None:
    frontier.standings.note([stands("s1", State.BROKEN, "<!channel> it cannot be read: [x](y)")])
    with speaking("zh"):
        assert await told(frontier, hook, shape=shape) == Told(changes=1)
    said = json.dumps(hook.said()[0], ensure_ascii=False)
    assert "第s1站" in said
    assert "故障" in said
    assert shape in ("feishu", "ntfy") or "<!channel>" not in said  # text there, no mark-up


async def test_a_flood_is_one_message(frontier: Frontier, hook: Hook) -> None:
    frontier.standings.note(stands(f"s{n}", State.BROKEN, "down") for n in range(25))
    frontier.standings.note([stands("s26", State.QUIET, "nothing new")])
    assert await told(frontier, hook, shape="slack") == Told(changes=26)
    (message,) = hook.said()
    assert "26 sources changed: 25 broken, 1 quiet" in message["text"]
    assert frontier.standings.untold() == []


async def test_machines_are_told_every_change_of_a_flood(frontier: Frontier, hook: Hook) -> None:
    assert MOST_ROWS > 25
    frontier.standings.note(stands(f"s{n}", State.BROKEN, "down") for n in range(25))
    assert await told(frontier, hook) == Told(changes=25)
    assert len(hook.said()[0]["health"]) == 25


# --- our own network ---


def cities(site: SmallSite, *, many: int) -> list[Source]:
    """Return sources that lie at hosts of their own, all of them this machine."""
    return [
        replace(
            site.source(),
            id=f"c{n}",
            address=f"http://127.0.0.{n}:{site.port}/",
            listings=tuple(
                replace(one, url=one.url.replace("127.0.0.1", f"127.0.0.{n}"))
                for one in site.source().listings
            ),
        )
        for n in range(1, many + 1)
    ]


async def standings(site: SmallSite, folder: Path, many: int, now: datetime) -> dict[str, Standing]:
    async with opened(site.settings(), folder, now=lambda: now) as stages:
        await crawl(cities(site, many=many), stages, at_once=2)
        return stages.frontier.standings.all()


async def test_when_our_own_network_is_down_no_source_is_called_broken(
    tmp_path: Path, hook: Hook
) -> None:
    with ExitStack() as up:
        site = up.enter_context(SmallSite(host="0.0.0.0"))  # noqa: S104 - all of 127.0.0.0/8
        site.pages["/1.html"] = plain(1)
        site.list({"/1.html": "第1号民生实事项目推进情况"})
        found = await standings(site, tmp_path, 4, NOW)
        assert {one.state for one in found.values()} == {State.HEALTHY}
        up.close()
        for n in (1, 2, 3):
            found = await standings(site, tmp_path, 4, NOW + 10 * n * MINUTE)
        ours = found.pop(OWN_NETWORK)
        assert ours.reason == "our own network: 4 of 4 sources cannot be reached"
        assert {one.state for one in found.values()} == {State.HEALTHY}
    with Frontier(tmp_path / "crawl.db") as frontier:
        await told(frontier, hook, now=NOW + timedelta(hours=1))
    (message,) = hook.said()
    assert [row["reason"] for row in message["health"]] == [ours.reason]


async def test_who_seemed_broken_first_is_taken_back_when_all_are(
    tmp_path: Path, hook: Hook
) -> None:
    with SmallSite(host="0.0.0.0") as site:  # noqa: S104 - all of 127.0.0.0/8
        site.pages["/1.html"] = plain(1)
        site.list({"/1.html": "第1号民生实事项目推进情况"})
        await standings(site, tmp_path, 4, NOW)
    for n in (1, 2):
        first = await standings(site, tmp_path, 1, NOW + 5 * n * MINUTE)
    assert first["c1"].state is State.BROKEN
    found = await standings(site, tmp_path, 4, NOW + 12 * MINUTE)
    assert found.pop(OWN_NETWORK).state is State.BROKEN
    assert {one.state for one in found.values()} == {State.HEALTHY}


async def test_one_source_that_is_down_among_others_is_broken(tmp_path: Path) -> None:
    with SmallSite() as site:
        site.pages["/1.html"] = plain(1)
        site.list({"/1.html": "第1号民生实事项目推进情况"})
        for n in range(3):  # 127.0.0.2 does not listen
            found = await standings(site, tmp_path, 2, NOW + 10 * n * MINUTE)
    assert (found["c1"].state, found["c2"].state) == (State.HEALTHY, State.BROKEN)
    assert found["c2"].reason.startswith("no connection to it")
