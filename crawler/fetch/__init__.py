"""An address → a Capture: asked for politely, within limits that no page can move.

With ``engine`` the only room that knows HTTP. Everything expected that can go wrong comes out as
FetchError.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Self

from aiohttp.abc import AbstractResolver

from archive import Capture
from crawler.asking import Ask, accepted, failure, redirected, usable
from crawler.fetch.engine import Engine
from crawler.guard import Guard, Refused
from crawler.politeness import Hosts, Paused, retry_after
from crawler.records import Validators
from crawler.robots import Robots
from crawler.settings import FetchSettings
from crawler.urls import canonical, host_of

#: Statuses that tell us to stay away for a while.
OVERLOADED = frozenset({429, 503})


class Fetcher:
    """Asks for addresses; made once, an async context manager, shared by all sources."""

    def __init__(
        self,
        settings: FetchSettings,
        *,
        now: Callable[[], datetime],
        resolver: AbstractResolver | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        most: int | None = None,
    ) -> None:
        """Take the limits, the wall clock, and for tests the name server and the passing of time.

        ``clock`` is monotonic, in seconds; ``sleep`` waits until it has moved on. ``most`` is how
        many requests may be sent in all; the next one fails as ``spent``.
        """
        self.most = most
        self._settings, self._now = settings, now
        self._guard = Guard(ports=settings.ports, allow_networks=settings.allow_networks)
        self._hosts = Hosts(settings.connections, clock=clock, sleep=sleep)
        self._robots = Robots(self._ask_robots, settings.agent.partition("/")[0], clock=clock)
        self._engine = Engine(settings, self._guard, resolver, now)
        #: requests sent so far, redirects and robots.txt counted
        self.requests = 0

    async def __aenter__(self) -> Self:
        await self._engine.__aenter__()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._engine.__aexit__()

    async def fetch(
        self,
        url: str,
        *,
        method: str = "GET",
        form: tuple[tuple[str, str], ...] = (),
        body: bytes = b"",
        validators: Validators = Validators(),  # noqa: B008 - frozen
        delay: timedelta | None = None,
        max_bytes: int | None = None,
        deadline: timedelta | None = None,
        hops: list[Capture] | None = None,
    ) -> Capture:
        """Return what an address answers: status 200, or 304 where validators were given.

        Follows redirects, and puts them into ``hops``. ``body`` is JSON to post in the place of a
        form. ``delay``, ``max_bytes`` and ``deadline`` stand in for the settings' ``delay``,
        ``max_page`` and ``deadline``. Raises FetchError for everything else, at the address where
        it happened.
        """
        settings = self._settings
        try:
            address = canonical(url)
        except ValueError as error:
            raise failure(url, "guard", str(error)) from error
        ask = Ask(
            url=address,
            method=method,
            form=form,
            body=body,
            validators=validators,
            delay=(settings.delay if delay is None else delay).total_seconds(),
            limit=settings.max_page if max_bytes is None else max_bytes,
            deadline=(deadline or settings.deadline).total_seconds(),
        )
        capture, wait = await self._follow(ask, heed_robots=True, hops=hops)
        return usable(capture, ask, wait)

    async def post(
        self,
        url: str,
        body: bytes,
        *,
        headers: tuple[tuple[str, str], ...] = (),
        delay: timedelta,
        deadline: timedelta,
    ) -> Capture:
        """Hand JSON to an address its owner gave us for that; return the answer, of status 2xx.

        Guarded and in turn as all else, but robots.txt, which is for crawlers, is not asked, and a
        redirect is a failure: a message is for nobody else. Raises FetchError.
        """
        self.check(url)
        ask = Ask(
            url=url,
            method="POST",
            body=body,
            extra=headers,
            delay=delay.total_seconds(),
            limit=self._settings.max_page,
            deadline=min(deadline, self._settings.deadline).total_seconds(),
        )
        capture, wait, _ = await self._hop(ask, ask.deadline, heed_robots=False)
        return accepted(capture, wait)

    def check(self, url: str) -> None:
        """Check all that is known of an address without asking for it. Raises FetchError."""
        try:
            self._guard.check(url)
        except Refused as error:
            raise failure(url, "guard", str(error)) from error

    def sitemaps(self, url: str) -> tuple[str, ...]:
        """Return the sitemaps that the robots.txt of an address names, where it was asked for."""
        return self._robots.sitemaps(url)

    async def _ask_robots(self, url: str, delay: float) -> Capture:
        settings = self._settings
        deadline = settings.deadline.total_seconds()
        ask = Ask(url=url, delay=delay, limit=settings.max_page, deadline=deadline)
        capture, _ = await self._follow(ask, heed_robots=False)
        return capture

    async def _follow(
        self, ask: Ask, *, heed_robots: bool, hops: list[Capture] | None = None
    ) -> tuple[Capture, float | None]:
        """Ask, and ask on where a redirect leads; every hop is checked like the first."""
        first, left = ask.url, ask.deadline
        asked = {(ask.method, first)}
        while True:
            capture, wait, seconds = await self._hop(ask, left, heed_robots=heed_robots)
            left -= seconds
            onward = redirected(ask, capture)
            if onward is None:
                final = first if ask.url == first else canonical(ask.url)
                return replace(capture, url=first, final_url=final), wait
            if (onward.method, onward.url) in asked:
                raise failure(ask.url, "redirect", f"redirects in a circle, to {onward.url}")
            if len(asked) > self._settings.max_redirects:
                most = self._settings.max_redirects
                raise failure(ask.url, "redirect", f"redirects more than {most} times")
            asked.add((onward.method, onward.url))
            if hops is not None:
                hops.append(capture)
            ask = onward

    async def _hop(
        self, ask: Ask, left: float, *, heed_robots: bool
    ) -> tuple[Capture, float | None, float]:
        """Ask one address in its host's turn.

        Returns the answer, the seconds its host wants to be left alone, and those it took.
        """
        try:
            self._guard.check(ask.url)
            delay = ask.delay
            if heed_robots:
                delay = max(delay, await self._robots.check(ask.url, delay))
            host, loop = host_of(ask.url), asyncio.get_running_loop()
            async with self._hosts.turn(host, delay):
                began = loop.time()
                capture = await self._within(ask, left)
                return capture, self._heed(host, capture), loop.time() - began
        except Refused as error:
            raise failure(ask.url, "guard", str(error)) from error
        except Paused as error:
            raise failure(ask.url, "paused", str(error), retry_after=error.seconds) from error

    def _heed(self, host: str, capture: Capture) -> float | None:
        """Note what an answer says about when to come back; return the seconds."""
        stay_away = capture.header("retry-after")
        if capture.status not in OVERLOADED and not (capture.status >= 400 and stay_away):
            self._hosts.answered(host)
            return None
        longest = self._settings.max_retry_after.total_seconds()
        return self._hosts.refused(host, retry_after(stay_away, self._now()), longest)

    async def _within(self, ask: Ask, left: float) -> Capture:
        if left <= 0:
            raise failure(ask.url, "timeout", "the deadline passed between two redirects")
        try:
            async with asyncio.timeout(left):
                return await self._exchange(ask)
        except TimeoutError:
            reason = f"no whole answer within {ask.deadline:g} s"
            raise failure(ask.url, "timeout", reason) from None

    async def _exchange(self, ask: Ask) -> Capture:
        if self.most is not None and self.requests >= self.most:
            raise failure(ask.url, "spent", f"all {self.most} requests are spent")
        self.requests += 1
        return await self._engine.send(ask)
