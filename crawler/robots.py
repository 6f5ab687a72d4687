"""What a host's robots.txt allows (RFC 9309), fetched once a day and asked before every request."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from protego import Protego

#: RFC 9309, 2.4: no longer than 24 hours.
KEPT = 24 * 3600.0
#: An unreachable robots.txt forbids everything; it is asked again after an hour.
KEPT_UNREACHABLE = 3600.0
#: RFC 9309, 2.5: at least 500 KiB are read.
LONGEST = 512 * 1024
#: A host may slow us down, not stop us by a Crawl-delay of a year.
LONGEST_DELAY = 60.0

#: url → status and body; status 599 where no answer came
Get = Callable[[str], Awaitable[tuple[int, bytes]]]


@dataclass(frozen=True, slots=True)
class Rules:
    """What one host says."""

    parsed: Protego | None
    unreachable: bool
    until: float

    def allow(self, url: str, agent: str) -> bool:
        """Tell whether an address may be asked."""
        if self.unreachable:
            return False
        return self.parsed is None or bool(self.parsed.can_fetch(url, agent))

    def delay(self, agent: str) -> float:
        """Return the Crawl-delay in seconds, 0 where there is none."""
        asked = self.parsed.crawl_delay(agent) if self.parsed else None
        return min(float(asked or 0), LONGEST_DELAY)


class Robots:
    """The rules of every host asked so far."""

    def __init__(self, get: Get, *, clock: Callable[[], float]) -> None:
        self._get, self._clock = get, clock
        self._known: dict[str, asyncio.Task[Rules]] = {}

    async def rules(self, url: str) -> Rules:
        """Return the rules for the host of ``url``; many askers cost one request."""
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        known = self._known.get(origin)
        if (
            known is not None
            and known.done()
            and (known.cancelled() or known.exception() or known.result().until < self._clock())
        ):
            known = None
        if known is None:
            known = self._known[origin] = asyncio.create_task(self._ask(origin))
        # One asker that gives up must not take the answer from the others.
        return await asyncio.shield(known)

    async def _ask(self, origin: str) -> Rules:
        status, body = await self._get(f"{origin}/robots.txt")
        return read(status, body, now=self._clock())


def read(status: int, body: bytes, *, now: float) -> Rules:
    """Return what an answer to /robots.txt means: 2xx rules, 4xx all allowed, else none (2.3.1)."""
    if 200 <= status < 300:
        text = body[:LONGEST].decode("utf-8-sig", errors="replace")
        return Rules(Protego.parse(text), False, now + KEPT)
    if 400 <= status < 500 and status != 429:
        return Rules(None, False, now + KEPT)
    return Rules(None, True, now + KEPT_UNREACHABLE)
