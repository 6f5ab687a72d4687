"""In which order the daemon gives sources their turn."""

import asyncio
import itertools
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crawler import pipeline
from crawler.crawl import opened
from crawler.pipeline.due import LANES
from crawler.schedule import Daemon
from tests.small_site import SmallSite, plain

START = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)


async def test_a_pass_that_was_stopped_at_its_deadline_lets_others_go_first(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with SmallSite() as site:
        site.pages["/0.html"] = plain(0)
        site.list({"/0.html": "第0号民生实事项目推进情况"})
        slow = site.source(delay=timedelta(seconds=60))
        sources = {name: replace(slow, id=name) for name in ("a", "b", "c")}
        settings = site.settings()
        daily = replace(
            settings.daemon, concurrency=1, pass_deadline=timedelta(seconds=0.3), min_free=0
        )
        moment = itertools.count()

        def clock() -> datetime:
            return START + timedelta(seconds=next(moment))

        async with opened(settings, tmp_path, now=clock) as stages:
            stages.frontier.sources.register(sources.values())
            daemon = Daemon(sources, stages, daily, tmp_path)
            for _ in range(2):
                await daemon.tick()
                while daemon.running:
                    await asyncio.wait(daemon.running.values())
    stopped = re.findall(r"pass source=(.) stopped", caplog.text)
    assert stopped == ["a", "b", "c", "a", "b", "c"]


async def test_a_place_that_gets_free_is_taken_before_the_next_tick(tmp_path: Path) -> None:
    with SmallSite() as site:
        site.list({"/0.html": "第0号民生实事项目推进情况"})
        sources = {f"{number}": replace(site.source(), id=f"{number}") for number in range(9)}
        settings = site.settings()
        async with opened(settings, tmp_path, now=lambda: START) as stages:
            stages.frontier.sources.register(sources.values())
            limits = replace(settings.daemon, concurrency=2, min_free=0)
            daemon = Daemon(sources, stages, limits, tmp_path)
            await daemon.tick()
            while daemon.running:
                assert len(daemon.running) <= 2
                await asyncio.wait(daemon.running.values())
            assert all(stages.frontier.sources.passes(name, limit=1) for name in sources)


@pytest.mark.parametrize("crowded", [False, True])
async def test_revisits_are_soon_left_where_other_sources_wait(
    tmp_path: Path, crowded: bool
) -> None:
    with SmallSite() as site:
        for n in range(60):
            site.pages[f"/{n}.html"] = plain(n)
        site.list({f"/{n}.html": f"第{n}号民生实事项目推进情况" for n in range(60)})
        source = site.source()
        now = START
        assert (await site.crawl(tmp_path, source, now)).new == 60
        moment = itertools.count()

        def clock() -> datetime:
            return START + timedelta(minutes=65, seconds=next(moment))

        site.asked.clear()
        async with opened(site.settings(), tmp_path, now=clock) as stages:
            await pipeline.run(source, stages, crowded=lambda: crowded)
        visited = sum(path[1:2].isdigit() for path in site.asked)
        assert 0 < visited <= LANES if crowded else visited == 60


async def test_a_source_that_waits_makes_a_crowd(tmp_path: Path) -> None:
    with SmallSite() as site:
        site.list({"/0.html": "第0号民生实事项目推进情况"})
        sources = {name: replace(site.source(), id=name) for name in ("a", "b")}
        settings = site.settings()
        async with opened(settings, tmp_path, now=lambda: START) as stages:
            stages.frontier.sources.register(sources.values())
            limits = replace(settings.daemon, concurrency=1, min_free=0)
            daemon = Daemon(sources, stages, limits, tmp_path)
            await daemon.tick()
            assert daemon.waiting
            await daemon.running["a"]
            await daemon.tick()
            assert not daemon.waiting
            await daemon.running["b"]
