"""How often a host may be asked: one request at a time, a pause after each, longer when it says so.

Times are seconds of a monotonic clock.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from random import uniform

#: A host that wants to be left alone for no longer than this is waited for.
PATIENCE = 5.0

#: Pause after the first refusal without a readable Retry-After; doubled with each, up to the last.
FIRST_BACKOFF, LAST_BACKOFF = 60.0, 6 * 3600.0


class Paused(Exception):  # noqa: N818 - reads as the sentence a user sees
    """A host wants no request for another ``seconds``."""

    def __init__(self, host: str, seconds: float) -> None:
        super().__init__(f"{host} wants no request for another {seconds:.0f} s")
        self.seconds = seconds


@dataclass(slots=True)
class _Host:
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    #: when its last request ended
    ended: float = float("-inf")
    #: no request before this
    paused_until: float = float("-inf")
    #: refusals in a row
    refusals: int = 0


class Hosts:
    """Gives each host its turns, and no more than ``connections`` turns at a time over all."""

    def __init__(
        self,
        connections: int,
        *,
        clock: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        self._places = asyncio.Semaphore(connections)
        self._clock, self._sleep = clock, sleep
        self._hosts: dict[str, _Host] = {}

    @asynccontextmanager
    async def turn(self, host: str, delay: float) -> AsyncIterator[None]:
        """Wait until a host may be asked, and let nobody else ask it meanwhile.

        At least ``delay`` seconds lie between the end of one turn and the start of the next.
        Raises Paused, at once, where the host is to be left alone for longer than PATIENCE.
        """
        known = self._hosts.setdefault(host, _Host())
        self._refuse_if_paused(host, known)
        async with known.turn:
            # Whoever had the turn may have been told to stay away.
            self._refuse_if_paused(host, known)
            while (rest := max(known.ended + delay, known.paused_until) - self._clock()) > 0:
                await self._sleep(rest)
            async with self._places:
                try:
                    yield
                finally:
                    known.ended = self._clock()

    def refused(self, host: str, wait: float | None, longest: float) -> float:
        """Leave a host alone for ``wait`` seconds, or ever longer where it does not say.

        Returns the seconds, ``longest`` at most.
        """
        known = self._hosts.setdefault(host, _Host())
        known.refusals += 1
        pause = min(backoff(known.refusals) if wait is None else wait, longest)
        known.paused_until = max(known.paused_until, self._clock() + pause)
        return pause

    def answered(self, host: str) -> None:
        """Note that a host answers again as it should."""
        self._hosts.setdefault(host, _Host()).refusals = 0

    def _refuse_if_paused(self, host: str, known: _Host) -> None:
        rest = known.paused_until - self._clock()
        if rest > PATIENCE:
            raise Paused(host, rest)


def backoff(failures: int) -> float:
    """Return how long to wait after so many failures in a row, up to a quarter longer by chance."""
    wait = FIRST_BACKOFF * 2.0 ** min(failures - 1, 30)
    return min(wait * uniform(1, 1.25), LAST_BACKOFF)


def retry_after(value: str, now: datetime) -> float | None:
    """Return the seconds that a Retry-After field asks to wait, or None where it is unreadable."""
    value = value.strip()
    if value.isascii() and value.isdecimal():
        return float(value)
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - now).total_seconds())
