"""In which order the daemon gives sources their turn."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from crawler.crawl import opened
from crawler.schedule import Daemon
from tests.small_site import SmallSite, plain

START = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)


async def test_a_pass_that_was_stopped_at_its_deadline_lets_others_go_first(
    tmp_path: Path,
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
        turns = []
        now = START
        async with opened(settings, tmp_path, now=lambda: now) as stages:
            stages.frontier.sources.register(sources.values())
            daemon = Daemon(sources, stages, daily, tmp_path)
            for _ in range(5):
                now += timedelta(minutes=1)
                await daemon.tick()
                ((name, task),) = daemon.running.items()
                turns.append(name)
                await task
                assert not daemon.running
    assert turns == ["a", "b", "c", "a", "b"]
