"""What is known of the watching of sources, where whoever started the browsing hands it over."""

import asyncio
from datetime import datetime
from typing import Any
from weakref import WeakKeyDictionary

from archive.health import Exposed, Visits, Watch, Watching

_WATCHES: WeakKeyDictionary[Any, Watch] = WeakKeyDictionary()


def hand_over(datasette: Any, watch: Watch) -> None:
    """Let the pages of a Datasette tell of the health of sources."""
    _WATCHES[datasette] = watch


async def watching(datasette: Any, now: datetime) -> Watching | None:
    """Return how the sources do, or None where nobody knows."""
    watch = _WATCHES.get(datasette)
    return await asyncio.to_thread(watch.watching, now) if watch else None


async def visits(datasette: Any, source: str, now: datetime) -> Visits | None:
    """Return how the visits to a source went, or None where nobody knows."""
    watch = _WATCHES.get(datasette)
    return await asyncio.to_thread(watch.visits, source, now) if watch else None


async def exposed(datasette: Any, now: datetime) -> Exposed | None:
    """Return what monitoring asks for, or None where nobody knows."""
    watch = _WATCHES.get(datasette)
    return await asyncio.to_thread(watch.exposed, now) if watch else None
