"""What becomes of the health of a source when its site changes, over real HTTP."""

import shutil
import ssl
import subprocess
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crawler import sources
from crawler.cli.demo import configure
from crawler.crawl import crawl, opened
from crawler.frontier import Frontier
from crawler.pipeline import Stages, run
from crawler.records import Source, Standing, State
from crawler.replica import Portal
from tests.small_site import SmallSite, article, plain

ROOT = Path(__file__).parents[1]
START = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
CHALLENGE = "<html><script>document.cookie='a=b';location.reload()</script></html>"
TITLES = ("防汛", "就业", "养老", "教育", "医疗", "住房", "交通", "环保", "消防", "农业")


class Watched:
    """A site whose source is visited hour after hour."""

    stages: Stages

    def __init__(self, site: SmallSite, folder: Path) -> None:
        self.site, self.folder, self.now = site, folder, START
        self.source: Source = site.source()

    def publish(self, *numbers: int) -> None:
        """Show articles of these numbers, each about something else, the listing of them all."""
        for number in numbers:
            self.site.pages[f"/{number}.html"] = plain(number, f"{TITLES[number % 10]}工作。")
        self.site.list({f"/{n}.html": f"{TITLES[n % 10]}工作第{n}号" for n in numbers})

    async def visit(self, *, source: Source | None = None) -> Standing:
        """Make a pass an hour after the last one; return how the source stands then."""
        self.now += timedelta(hours=1)
        self.stages.frontier.sources.register([self.source])
        await run(source or self.source, self.stages)
        found = self.stages.frontier.standings.of(self.source.id)
        assert found is not None
        return found


@pytest.fixture
async def watched(tmp_path: Path) -> AsyncIterator[Watched]:
    with SmallSite() as site:
        found = Watched(site, tmp_path)
        async with opened(site.settings(), tmp_path, now=lambda: found.now) as stages:
            found.stages = stages
            yield found


async def test_a_source_that_is_read_as_ever_is_healthy(watched: Watched) -> None:
    watched.publish(*range(1, 9))
    first = await watched.visit()
    again = await watched.visit()
    assert (first.state, again.state) == (State.HEALTHY, State.HEALTHY)
    assert again.reason == ""
    assert again.since == first.since


async def test_a_listing_that_dried_up_alarms_at_the_second_pass(watched: Watched) -> None:
    watched.publish(*range(1, 9))
    await watched.visit()
    watched.site.pages["/news/"] = "<html><body><p>新版网站上线</p></body></html>"
    once, twice = await watched.visit(), await watched.visit()
    assert once.state is State.HEALTHY
    assert twice.state is State.BROKEN
    assert twice.reason.startswith("its listing names no article any more")
    watched.publish(*range(1, 10))
    mended = await watched.visit()
    assert mended.state is State.HEALTHY
    assert mended.since > twice.since


async def test_a_listing_that_lost_most_of_its_links_is_degraded(watched: Watched) -> None:
    watched.publish(*range(1, 11))
    await watched.visit()
    await watched.visit()
    watched.publish(1, 2, 3)
    await watched.visit()
    found = await watched.visit()
    assert found.state is State.DEGRADED
    assert found.reason.endswith("names 3 articles where 10 are usual")


async def test_a_challenge_alarms_at_once(watched: Watched) -> None:
    watched.publish(*range(1, 9))
    await watched.visit()
    watched.site.pages["/news/"] = CHALLENGE
    found = await watched.visit()
    assert found.state is State.BLOCKED
    assert "challenge" in found.reason


async def test_a_robots_txt_that_forbids_all_at_once_is_told_as_that(tmp_path: Path) -> None:
    with SmallSite() as site:
        watched = Watched(site, tmp_path)
        watched.publish(*range(1, 9))
        for rules in ("", "User-agent: *\nDisallow: /\n"):  # it is believed as long as we run
            site.pages["/robots.txt"] = rules
            async with opened(site.settings(), tmp_path, now=lambda: watched.now) as stages:
                watched.stages = stages
                found = await watched.visit()
    assert found.state is State.BLOCKED
    assert found.reason == "its robots.txt forbids now what it allowed"


async def test_one_text_at_many_addresses_is_a_block_page(watched: Watched) -> None:
    watched.publish(*range(1, 5))
    await watched.visit()
    watched.publish(*range(1, 9))
    lines = [
        f"本网站正在进行系统升级维护，请稍后再来浏览，由此带来的不便敬请谅解。{n}" for n in "甲乙丙"
    ]
    for n in range(5, 9):
        watched.site.pages[f"/{n}.html"] = article("系统升级公告", lines)
    found = await watched.visit()
    assert found.state is State.BLOCKED
    assert found.reason.startswith("it shows one text for 4 articles")


async def test_characters_that_are_lost_are_seen(watched: Watched) -> None:
    watched.publish(*range(1, 5))
    await watched.visit()
    watched.publish(*range(1, 8))
    for n in range(5, 8):
        lost = watched.site.pages[f"/{n}.html"].replace("工", "\ufffd").replace("民", "\ufffd")
        watched.site.pages[f"/{n}.html"] = lost
    found = await watched.visit()
    assert found.state is State.DEGRADED
    assert found.reason == "characters of 3 of the last 7 articles cannot be decoded"


async def test_articles_behind_a_challenge_alarm_at_once(watched: Watched) -> None:
    watched.publish(*range(1, 5))
    await watched.visit()
    watched.publish(*range(1, 8))
    for n in range(5, 8):
        watched.site.pages[f"/{n}.html"] = article("访问提示", ["您的访问过于频繁，请稍后再试。"])
    found = await watched.visit()
    assert found.state is State.BLOCKED
    assert found.reason == (
        "3 of the last 3 articles could not be read: a challenge page, not an article"
    )


async def test_dates_in_the_future_are_seen(watched: Watched) -> None:
    watched.publish(*range(1, 5))
    await watched.visit()
    watched.publish(*range(1, 7))
    for n in (5, 6):
        ahead = watched.site.pages[f"/{n}.html"].replace("2026-03-01", "2027-03-01")
        watched.site.pages[f"/{n}.html"] = ahead
    watched.site.pages["/news/"] = watched.site.pages["/news/"].replace("2026-", "2027-")
    found = await watched.visit()
    assert "2 of the last 6 articles are dated in the future" in (found.reason, *found.more)


async def test_articles_that_fail_pass_after_pass_are_told(watched: Watched) -> None:
    watched.publish(*range(1, 5))
    await watched.visit()
    for numbers in (range(1, 8), range(1, 11)):
        watched.publish(*numbers)
        for n in range(5, 11):
            watched.site.pages.pop(f"/{n}.html", None)
        found = await watched.visit()
    assert found.state is State.BROKEN
    assert found.reason.endswith("could not be read: status 404")


async def test_a_host_that_is_unknown_is_told_as_that_after_two_passes(watched: Watched) -> None:
    watched.publish(*range(1, 9))
    await watched.visit()
    lost = replace(
        watched.source,
        listings=tuple(
            replace(one, url=one.url.replace("127.0.0.1", "nowhere.invalid"))
            for one in watched.source.listings
        ),
    )
    once = await watched.visit(source=lost)
    twice = await watched.visit(source=lost)
    assert (once.state, twice.state) == (State.HEALTHY, State.BROKEN)
    assert twice.reason.startswith("its host name leads nowhere")


async def test_a_certificate_that_nobody_vouches_for_alarms_at_once(watched: Watched) -> None:
    watched.publish(*range(1, 9))
    await watched.visit()
    secure = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    secure.load_cert_chain(certificate(watched.folder))
    assert watched.site.server is not None
    watched.site.server.socket = secure.wrap_socket(watched.site.server.socket, server_side=True)
    moved = tuple(
        replace(one, url=one.url.replace("http:", "https:")) for one in watched.source.listings
    )
    found = await watched.visit(source=replace(watched.source, listings=moved))
    assert found.state is State.BROKEN
    assert found.reason.startswith("its certificate is not accepted")


def certificate(folder: Path) -> Path:
    """Return a file of a key and a certificate that it signed itself."""
    if shutil.which("openssl") is None:
        pytest.skip("needs openssl to make a certificate")
    file = folder / "site.pem"
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 1"
    subprocess.run(
        [*command.split(), "-subj", "/CN=127.0.0.1", "-keyout", file, "-out", f"{file}.crt"],
        check=True,
        capture_output=True,
    )
    file.write_text(file.read_text() + Path(f"{file}.crt").read_text())
    return file


async def test_a_redesign_of_a_whole_site_alarms_at_the_second_pass(tmp_path: Path) -> None:
    now = START
    with Portal(size=50, seed=3, now=now) as portal:
        configure(portal, tmp_path / "config", ROOT / "config" / "families")
        loaded = sources.load(tmp_path / "config")
        chosen = [one for one in loaded.sources if one.id in ("trs", "policy")]
        seen = []
        async with opened(loaded.settings, tmp_path / "data", now=lambda: now) as stages:
            for turn in range(4):
                now += timedelta(hours=2)
                if turn == 2:
                    for one in chosen:
                        portal.redesign(one.id, columns="redirects", addresses=True)
                await crawl(chosen, stages, at_once=2)
                stands = stages.frontier.standings.all().values()
                seen.append({one.state.value for one in stands})
    assert seen == [{"healthy"}, {"healthy"}, {"healthy"}, {"broken"}]


async def test_what_is_remembered_of_health_stays_small(watched: Watched) -> None:
    watched.publish(*range(1, 9))
    for _ in range(5):
        await watched.visit()
    with Frontier(watched.folder / "crawl.db", read_only=True) as frontier:
        history = frontier.observed.history("small", frontier.observed.listings("small"))
    (runs,) = history.looks.values()
    assert [(run.links, run.looks) for run in runs] == [(8, 5)]
    assert len(history.filled) == 8
    assert len(history.passes) == 5
