"""A folder of posts kept in step with the archive while a daemon crawls."""

import asyncio
import logging
import threading
import time
from contextlib import suppress
from pathlib import Path

from archive import Archive, ArchiveError, Mirrored, MirrorRule, keep_in_step
from crawler.settings import MirrorSettings

#: Seconds between two steps at most, while something asks for them.
LONGEST_PAUSE = 300.0

log = logging.getLogger("gazette")


def rule_of(settings: MirrorSettings) -> MirrorRule | None:
    """Return what the settings ask for; None where there is no mirror."""
    if not settings.posts:
        return None
    return MirrorRule(
        folder=Path(settings.posts),
        format=settings.format,
        query=settings.query,
        gone=settings.gone,
    )


def mirror(
    rule: MirrorRule,
    data: Path,
    *,
    rebuild: bool = False,
    stop: threading.Event | None = None,
) -> Mirrored:
    """Bring a mirror to what the archive says now; raises ArchiveError and OSError."""
    with Archive.open(data / "archive.db", warc=data / "warc", read_only=True) as archive:
        return keep_in_step(archive, rule, rebuild=rebuild, stop=stop)


class Mirroring:
    """Steps of a mirror beside the crawler, one at a time, in a thread of their own."""

    def __init__(self, settings: MirrorSettings, data: Path) -> None:
        self._rule, self._data = rule_of(settings), data
        self._task: asyncio.Task[None] | None = None
        self._again = False
        self._stop, self._ended = threading.Event(), asyncio.Event()

    def wake(self) -> None:
        """Make a step soon; what asks for it meanwhile shares the next."""
        if self._rule is None:
            return
        self._again = True
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._steps(self._rule))

    async def settle(self) -> None:
        """Return when no step is under way; one that is ends soon, and goes on next time."""
        self._stop.set()
        self._ended.set()
        if self._task is not None:
            await self._task

    async def _steps(self, rule: MirrorRule) -> None:
        while self._again and not self._stop.is_set():
            self._again = False
            begun = time.monotonic()
            await asyncio.to_thread(self._step, rule)
            # At most a tenth of the time, however large the archive is and however many passes end.
            pause = min(LONGEST_PAUSE, 9 * (time.monotonic() - begun))
            with suppress(TimeoutError):
                await asyncio.wait_for(self._ended.wait(), pause)

    def _step(self, rule: MirrorRule) -> None:
        # A mirror that cannot be written to must not keep articles from being archived.
        try:
            done = mirror(rule, self._data, stop=self._stop)
        except (ArchiveError, OSError) as error:
            log.error("mirror: %s", error)
            return
        for note in done.notes:
            log.warning("mirror: %s", note)
        if done.written or done.removed:
            log.info("mirror: %d posts written, %d removed", done.written, done.removed)
