"""How long the event loop keeps others waiting: what blocks it shows as a nap that was too long."""

import asyncio
from collections import deque

#: Seconds of a nap, and naps that are remembered: a minute.
NAP, REMEMBERED = 0.25, 240


class Lag:
    """The lag of the last minute, measured while ``run`` runs."""

    def __init__(self) -> None:
        self._seen: deque[float] = deque(maxlen=REMEMBERED)

    @property
    def longest(self) -> float:
        """Return the longest wait of the last minute, in seconds."""
        return max(self._seen, default=0.0)

    async def run(self) -> None:
        """Measure until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            begun = loop.time()
            await asyncio.sleep(NAP)
            self._seen.append(max(0.0, loop.time() - begun - NAP))
