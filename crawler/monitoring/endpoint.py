"""``GET /healthz`` and ``GET /metrics`` beside the daemon; everything else is 404.

Files are read in a thread, and one answer serves all who ask within a few seconds: whoever asks
however often keeps no pass waiting.
"""

import asyncio
import json
import logging
import os
from collections.abc import Callable, Collection
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from aiohttp import web

from crawler.errors import CrawlError
from crawler.monitoring.lag import Lag
from crawler.monitoring.metrics import Process, metrics_text
from crawler.monitoring.overview import Overview, look, report

log = logging.getLogger("gazette")

#: Seconds for which an overview is believed; Prometheus asks every 15 s or more.
FRESH = 3.0


class ListenError(CrawlError):
    """The address of ``[daemon] listen`` cannot be listened at."""


class Endpoint:
    """Answers questions about the daemon while ``serving``."""

    def __init__(
        self,
        data: Path,
        *,
        now: Callable[[], datetime],
        process: Callable[[float], Process],
        sources: Collection[str] | None = None,
    ) -> None:
        """Take the folder, the clock, and what tells of the process, given the loop's lag.

        ``sources`` are those that are watched; without it all that were ever crawled are told of.
        """
        self._sources = sources
        self._data, self._now, self._process = data, now, process
        self._lag = Lag()
        self._measuring: asyncio.Task[None] | None = None
        self._looking = asyncio.Lock()
        self._seen: tuple[float, Overview] | None = None
        self._runner: web.AppRunner | None = None
        #: where it listens, once it does
        self.port = 0

    async def start(self, listen: str) -> None:
        """Listen at ``host:port``. Raises ListenError."""
        host, _, port = listen.rpartition(":")
        app = web.Application()
        app.router.add_get("/healthz", self._healthz, allow_head=False)
        app.router.add_get("/metrics", self._metrics, allow_head=False)
        self._runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, host.strip("[]"), int(port))
        try:
            await site.start()
        except OSError as error:
            await self.stop()
            why = os.strerror(error.errno) if error.errno else str(error)
            raise ListenError(listen, why) from error
        self.port = self._runner.addresses[0][1]
        self._measuring = asyncio.create_task(self._lag.run(), name="lag")
        log.info("listening at http://%s/healthz and /metrics", listen)

    async def stop(self) -> None:
        """Close all connections."""
        if self._measuring is not None:
            self._measuring.cancel()
            with suppress(asyncio.CancelledError):
                await self._measuring
        if self._runner is not None:
            await self._runner.cleanup()

    async def _overview(self) -> Overview:
        clock = asyncio.get_running_loop().time
        async with self._looking:
            if self._seen is None or clock() - self._seen[0] > FRESH:
                overview = await asyncio.to_thread(look, self._data, self._now(), self._sources)
                self._seen = (clock(), overview)
            return self._seen[1]

    async def _healthz(self, request: web.Request) -> web.Response:
        well, told = report(await self._overview())
        text = json.dumps(told, ensure_ascii=False)
        return web.Response(text=text, content_type="application/json", status=200 if well else 503)

    async def _metrics(self, request: web.Request) -> web.Response:
        process = self._process(self._lag.longest)
        overview = await self._overview()
        # Thousands of sources make a text that would hold up the loop.
        text, kind = await asyncio.to_thread(metrics_text, overview, process)
        return web.Response(body=text, headers={"Content-Type": kind})
