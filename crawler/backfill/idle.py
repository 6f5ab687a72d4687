"""Lets the daemon work off what was asked for of the history of sources, while nothing is due."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta

from archive import ArchiveBusy, ArchiveFull
from crawler.backfill import walking
from crawler.errors import FrontierFull
from crawler.pipeline import Stages
from crawler.records import Source

log = logging.getLogger("gazette")

#: Histories that are fetched side by side; each host is still asked for one thing at a time.
AT_ONCE = 4
#: Seconds between two looks whether the passes that go first have ended.
PATIENCE = 1.0
#: How long all rest after something could not be stored.
REST = timedelta(minutes=5)


class Idle:
    """The backfills of a daemon: begun at a tick, held while passes are due."""

    def __init__(
        self,
        sources: Mapping[str, Source],
        stages: Stages,
        stop: asyncio.Event,
        *,
        busy: Callable[[str], bool],
        crash: Callable[[BaseException], None],
    ) -> None:
        """``busy`` tells whether a pass over a source runs, or others wait for a place.

        ``crash`` is told of what was not to be expected.
        """
        self.sources, self.stages, self.stop = sources, stages, stop
        self.busy, self.crash = busy, crash
        self.running: dict[str, asyncio.Task[None]] = {}
        #: nothing is begun before: something could not be stored
        self.rests: datetime | None = None

    def tick(self) -> None:
        """Go on with what was asked for and does not rest, as far as there is room."""
        now = self.stages.now()
        if self.rests is not None and self.rests > now:
            return
        for asked in self.stages.frontier.backfills.unfinished():
            if len(self.running) >= AT_ONCE or self.stop.is_set():
                return
            name = asked.source
            rests = asked.rests is not None and asked.rests > now
            if name in self.sources and name not in self.running and not rests:
                task = asyncio.create_task(self._work(self.sources[name]), name=name)
                self.running[name] = task
                task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self.running.pop(task.get_name(), None)
        if not task.cancelled() and (error := task.exception()) is not None:
            self.crash(error)

    async def _work(self, source: Source) -> None:
        async def news() -> None:
            while self.busy(source.id) and not self.stop.is_set():
                with suppress(TimeoutError):
                    await asyncio.wait_for(self.stop.wait(), PATIENCE)

        try:
            await walking.run(source, self.stages, news=news, stop=self.stop)
        except (ArchiveFull, ArchiveBusy, FrontierFull) as error:
            self.rests = self.stages.now() + REST
            log.error("the history of source=%s rests: %s", source.id, error)
