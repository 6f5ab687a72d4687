"""The daemon: a tick finds the sources that are due and starts a pass over each.

Due-ness is a column of ``crawl.db``, never a job: a job store loses runs it missed and a hung job
blocks its successors (APScheduler #292, #342). The scheduler only ticks, so a tick that comes late
or twice changes nothing.
"""

import asyncio
import contextlib
import logging
import os
import resource
import shutil
import signal
from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from archive import ArchiveBusy, ArchiveError, ArchiveFull
from crawler import pipeline, watch
from crawler.backfill.idle import Idle
from crawler.crawl import clock, opened
from crawler.errors import FrontierFull
from crawler.frontier.health import HEARTBEAT
from crawler.health import as_of
from crawler.lock import pause
from crawler.mirroring import Mirroring
from crawler.monitoring import telling
from crawler.monitoring.endpoint import Endpoint
from crawler.monitoring.metrics import Process
from crawler.pipeline import Stages
from crawler.records import Source
from crawler.settings import DaemonSettings, HealthSettings, MirrorSettings, Settings

log = logging.getLogger("gazette")

#: Ticks that fetching rests after something could not be stored: the disk is full, say.
REST = 4

#: How long single visits and passes are told of; what was archived is never forgotten.
KEPT = timedelta(days=30)


class Daemon:
    """Runs passes as their time comes, until told to stop."""

    def __init__(
        self,
        sources: dict[str, Source],
        stages: Stages,
        settings: DaemonSettings,
        data: Path,
        mirroring: Mirroring | None = None,
        health: HealthSettings = HealthSettings(),  # noqa: B008 - frozen
    ) -> None:
        self.sources, self.stages, self.settings, self.data = sources, stages, settings, data
        self.mirroring = mirroring or Mirroring(MirrorSettings(), data)
        self.health = health
        self.stop = asyncio.Event()
        self.running: dict[str, asyncio.Task[None]] = {}
        #: what fetches the history of sources while none is due
        self.idle = Idle(sources, stages, self.stop, busy=self.is_busy, crash=self.crash)
        #: what delivers the hits of saved searches, and tells of sources that changed
        self.delivering: asyncio.Task[None] | None = None
        self.crashed: BaseException | None = None
        #: sources that are due and wait for a place, the longest overdue first
        self.waiting: deque[str] = deque()
        #: why no pass is begun, or ""
        self.paused = ""
        #: ticks to wait before storing is tried again
        self.resting = 0

    async def tick(self) -> None:
        """Find the sources that are due, and start passes over them as far as there is room."""
        now = self.stages.now()
        self.waiting.clear()
        if why := self.lacking(now):
            self.pause(why)
            return
        self.resting = max(0, self.resting - 1)
        if self.resting:
            return
        self.pause("")
        if self.delivering is None and not self.stop.is_set():
            self.delivering = asyncio.create_task(self.deliver(), name="saved searches")
            self.delivering.add_done_callback(self.delivered)
        self.waiting.extend(
            name
            for name in self.stages.frontier.sources.due(now)
            if name in self.sources and name not in self.running
        )
        self.fill()
        self.idle.tick()

    def is_busy(self, source: str) -> bool:
        """Tell whether what is new goes first: of this source, or of those that wait."""
        return source in self.running or bool(self.waiting) or bool(self.resting or self.paused)

    def fill(self) -> None:
        """Start passes over sources that wait, as far as there is room."""
        while self.waiting and len(self.running) < self.settings.concurrency:
            if self.resting or self.stop.is_set():
                return
            name = self.waiting.popleft()
            task = asyncio.create_task(self.visit(self.sources[name]), name=name)
            self.running[name] = task
            task.add_done_callback(self.done)

    def lacking(self, now: datetime) -> str:
        """Beat, note who fell silent, forget what is old; return what nothing can go without."""
        standings = self.stages.frontier.standings
        try:
            if silent := standings.falling_silent(now):
                standings.note(as_of(one, None, now) for one in silent)
            self.stages.frontier.health.beat(HEARTBEAT, os.getpid(), now=now)
            self.stages.frontier.forget(now - KEPT)
        except FrontierFull as error:
            return str(error)
        free, wanted = shutil.disk_usage(self.data).free, self.settings.min_free
        return "" if free >= wanted else f"{free:,} bytes free on disk, {wanted:,} wanted"

    def pause(self, why: str) -> None:
        """Begin no pass for now, and tell why; with "" go on."""
        if why and not self.paused:
            log.error("paused: %s", why)
        elif self.paused and not why:
            log.info("going on")
        if why != self.paused:
            self.paused = why
            pause(self.data, why)

    async def visit(self, source: Source) -> None:
        """Make one pass, bounded in time; a full disk pauses all, anything unexpected is a bug.

        What the pass had fetched but not stored is due as before. One that was too long goes on
        after those that waited for it.
        """
        try:
            try:
                async with asyncio.timeout(self.settings.pass_deadline.total_seconds()):
                    await pipeline.run(
                        source,
                        self.stages,
                        due_only=True,
                        stop=self.stop,
                        crowded=lambda: bool(self.waiting),
                    )
            except TimeoutError:
                log.error("pass source=%s stopped at its deadline; it goes on next time", source.id)
                self.stages.frontier.sources.put_last(source.id, now=self.stages.now())
        except (ArchiveFull, ArchiveBusy, FrontierFull) as error:
            self.resting = REST
            self.pause(str(error))
        finally:
            self.mirroring.wake()

    def crash(self, error: BaseException) -> None:
        """End loudly: this is a bug."""
        self.crashed = error
        self.stop.set()

    async def deliver(self) -> None:
        """Hand over what is new for saved searches, and what could not be handed over before."""
        try:
            for found in await watch.run(self.data, self.stages.fetcher, now=self.stages.now):
                told = f"watch name={found.name} new={found.new} sent={found.sent}"
                log.info("%s", told) if not found.error else log.error("%s %s", told, found.error)
        except (ArchiveError, watch.WatchError, OSError) as error:
            log.error("saved searches: %s", error)
        await self.tell()

    async def tell(self) -> None:
        """Tell of the sources whose health changed, and what could not be told before."""
        addresses = {name: source.address for name, source in self.sources.items()}
        try:
            told = await telling.tell(
                self.stages.frontier,
                self.health,
                self.stages.fetcher,
                addresses,
                now=self.stages.now(),
            )
        except FrontierFull as error:
            log.error("health: %s", error)
            return
        if told.changes:
            log.info("health changes=%d told", told.changes)
        elif told.error:
            log.error("health: %s", told.error)

    def delivered(self, task: asyncio.Task[None]) -> None:
        """Let the next tick deliver again; a bug ends the daemon loudly."""
        self.delivering = None
        if not task.cancelled() and task.exception() is not None:
            self.crashed = task.exception()
            self.stop.set()

    def done(self, task: asyncio.Task[None]) -> None:
        """Forget a finished pass and let the next begin; a bug in one ends the daemon loudly."""
        self.running.pop(task.get_name(), None)
        if not task.cancelled() and task.exception() is not None:
            self.crashed = task.exception()
            self.stop.set()
        self.fill()

    def process(self, lag: float) -> Process:
        """Return what only this process knows, for monitoring."""
        return Process(counts=self.stages.counts, lag=lag, running=len(self.running))

    async def run(self) -> None:
        """Tick until told to stop, then give running passes their grace."""
        self.stages.frontier.sources.register(self.sources.values())
        self.stages.frontier.sources.watch_only(self.sources.values())
        scheduler = AsyncIOScheduler()
        scheduler.add_job(
            self.tick,
            "interval",
            seconds=self.settings.tick.total_seconds(),
            misfire_grace_time=None,
            coalesce=True,
            max_instances=1,
        )
        await self.tick()
        scheduler.start()
        await self.stop.wait()
        scheduler.shutdown(wait=False)
        left = [*self.running.values(), *self.idle.running.values()]
        left += [self.delivering] if self.delivering else []
        if left:
            _, late = await asyncio.wait(left, timeout=self.settings.grace.total_seconds())
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        await self.mirroring.settle()
        if self.crashed is not None:
            raise self.crashed


def _listen(stop: Callable[[], None]) -> None:
    """Stop gently on the first SIGTERM or SIGINT, at once on the second."""
    loop = asyncio.get_running_loop()

    def heard(number: int) -> None:
        log.info("stopping on signal %d; again to stop at once", number)
        stop()
        for each in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(each)
            signal.signal(each, lambda *_: os._exit(1))

    for each in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(each, heard, each)


def _make_room_for_connections() -> None:
    """Allow as many open files as the system lets us: a connection is kept for some seconds."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    with contextlib.suppress(ValueError, OSError):  # where unlimited means something else
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


async def daemon(
    sources: tuple[Source, ...],
    settings: Settings,
    data: Path,
    *,
    now: Callable[[], datetime] = clock,
) -> None:
    """Watch ``sources`` until a signal comes.

    Raises AlreadyRunning where one runs on ``data``, and Corrupt where the archive is damaged: what
    runs for months must not write on in a broken file.
    """
    _make_room_for_connections()
    async with opened(settings, data, now=now) as stages:
        await stages.writer.check()
        mirroring = Mirroring(settings.mirror, data)
        telling.check(settings.health, stages.fetcher)
        watcher = Daemon(
            {s.id: s for s in sources}, stages, settings.daemon, data, mirroring, settings.health
        )
        mirroring.wake()
        _listen(watcher.stop.set)
        log.info("watching %d sources, data in %s", len(sources), data)
        endpoint = Endpoint(data, now=now, process=watcher.process, sources=watcher.sources.keys())
        try:
            if settings.daemon.listen:
                await endpoint.start(settings.daemon.listen)
            await watcher.run()
        finally:
            await endpoint.stop()
        log.info("stopped; everything reported stored is stored")
