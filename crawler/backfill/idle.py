"""Lets the daemon work off what was asked for of the history of sources, while nothing is due."""

import asyncio
import logging
from collections.abc import Callable, Mapping

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


class Idle:
    """The backfills of a daemon: begun at a tick, held while passes are due."""

    def __init__(
        self,
        sources: Mapping[str, Source],
        stages: Stages,
        stop: asyncio.Event,
        busy: Callable[[str], bool],
    ) -> None:
        """``busy`` tells whether a pass over a source runs, or others wait for a place."""
        self.sources, self.stages, self.stop, self.busy = sources, stages, stop, busy
        self.running: dict[str, asyncio.Task[None]] = {}

    def tick(self) -> None:
        """Go on with what was asked for and does not rest, as far as there is room.

        Raises what a backfill raised that was not to be expected.
        """
        for name, task in list(self.running.items()):
            if task.done():
                del self.running[name]
                task.result()
        now = self.stages.now()
        for asked in self.stages.frontier.backfills.unfinished():
            if len(self.running) >= AT_ONCE or self.stop.is_set():
                return
            name = asked.source
            rests = asked.rests is not None and asked.rests > now
            if name in self.sources and name not in self.running and not rests:
                work = self._work(self.sources[name])
                self.running[name] = asyncio.create_task(work, name=f"history of {name}")

    async def _work(self, source: Source) -> None:
        async def news() -> None:
            while self.busy(source.id) and not self.stop.is_set():
                await asyncio.sleep(PATIENCE)

        try:
            await walking.run(source, self.stages, news=news, stop=self.stop)
        except (ArchiveFull, ArchiveBusy, FrontierFull) as error:
            log.error("history of source=%s rests: %s", source.id, error)
