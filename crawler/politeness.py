"""One request at a time per host, a pause after each, and silence where a host asked for it."""

import asyncio
import math
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

#: Pauses up to here are waited out; for longer ones the caller is told to come again.
PATIENCE = 5.0
FIRST_BACKOFF, LONGEST_BACKOFF = 60.0, 6 * 3600.0


class Paused(Exception):  # noqa: N818 - not an error of ours: the host's wish
    """A host wants no request for another ``seconds``."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds


@dataclass(slots=True)
class _Host:
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    #: moments of the monotonic clock
    free_at: float = 0.0
    paused_until: float = 0.0
    refusals: int = 0


class Hosts:
    """What each host has asked of us, while the process lives."""

    def __init__(
        self,
        *,
        longest_pause: float,
        clock: Callable[[], float],
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._longest, self._clock, self._sleep = longest_pause, clock, sleep
        self._hosts: dict[str, _Host] = {}

    @asynccontextmanager
    async def turn(self, host: str, delay: float) -> AsyncIterator[None]:
        """Hold a host for one request; ``delay`` seconds later it is free for the next.

        Raises Paused where the host asked for a longer silence than anyone would wait out.
        """
        state = self._hosts.setdefault(host, _Host())
        async with state.turn:
            wait = max(state.free_at, state.paused_until) - self._clock()
            if state.paused_until - self._clock() > PATIENCE:
                raise Paused(state.paused_until - self._clock())
            if wait > 0:
                await self._sleep(wait)
            try:
                yield
            finally:
                state.free_at = self._clock() + delay

    def answered(self, host: str) -> None:
        """Note that a host serves again."""
        if state := self._hosts.get(host):
            state.refusals = 0

    def pause(self, host: str, retry_after: str, now: datetime) -> float:
        """Silence a host as its Retry-After asks; return for how many seconds.

        Without one that can be read: a minute, doubled each time up to six hours, with jitter.
        """
        state = self._hosts.setdefault(host, _Host())
        asked = seconds_of(retry_after, now)
        if asked is None:
            backoff = min(FIRST_BACKOFF * 2**state.refusals, LONGEST_BACKOFF)
            asked = backoff * random.uniform(0.8, 1.2)
        state.refusals = min(state.refusals + 1, 20)
        pause = min(asked, self._longest)
        state.paused_until = max(state.paused_until, self._clock() + pause)
        return pause


def seconds_of(retry_after: str, now: datetime) -> float | None:
    """Return the seconds a Retry-After field asks for (RFC 9110, 10.2.3), or None."""
    text = retry_after.strip()
    if text.isascii() and text.isdigit():
        return float(text) if len(text) < 12 else math.inf
    try:
        moment = parsedate_to_datetime(text)
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - now).total_seconds())
