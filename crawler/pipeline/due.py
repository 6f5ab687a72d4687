"""What a pass visits, in which order and for how long: new articles first, then revisits."""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence

from crawler import cadence, signals
from crawler.pipeline import articles, files, looks
from crawler.pipeline.state import Pass, Progress
from crawler.records import Due, Link

#: Pages of one source that are read or stored while the next is fetched; the host still sees one
#: request at a time. What waits to be stored shares a flush of the disk, so more lanes mean fewer.
LANES = 32
#: Revisits taken from the frontier at a time: there may be tens of thousands.
AT_ONCE = 500


async def visit_all(this: Pass) -> None:
    """Visit the links that are due: all that were never visited, then revisits while there is time.

    Revisits end when a listing is due again, or at half of that time where files wait, and soon
    where other sources wait for their turn, so that no heap of them keeps new articles waiting;
    what is left goes on at the next pass.
    """
    links, source, now = this.stages.frontier.links, this.source.id, this.stages.now
    total = links.count_due(source, now())
    await _side_by_side(this, links.due(source, now()), total, time_left=lambda: True)
    looks.learn(this)
    ahead = tuple(this.next_look.values())
    time_left = this.time_until(cadence.revisits_until(ahead, now(), files.next_due(this)))
    tried: set[str] = set()
    while this.going and time_left():
        some = links.due(source, now(), revisits=AT_ONCE)
        some = [due for due in some if due.link.url not in tried]
        if not some:
            return
        tried.update(due.link.url for due in some)
        await _side_by_side(this, some, total, time_left=time_left)


async def _side_by_side(
    this: Pass, links: Sequence[Due], total: int, *, time_left: Callable[[], bool]
) -> None:
    waiting = deque(links)

    async def lane() -> None:
        while waiting and this.going and time_left():
            await articles.visit(this, waiting.popleft())
            done = min(len(this.outcomes), total)
            this.progress(Progress(source=this.source.id, what="articles", done=done, total=total))

    lanes = [asyncio.create_task(lane()) for _ in range(min(LANES, len(links)))]
    try:
        await asyncio.gather(*lanes)
    finally:
        for task in lanes:
            task.cancel()


def heed(this: Pass, listing: str, links: Sequence[Link]) -> None:
    """Make due what a listing says was edited since it was visited."""
    remembered, now = this.stages.frontier.links, this.stages.now()
    known = remembered.visited(listing, (link.url for link in links))
    found = signals.heard(links, known, this.source.zone, this.source.revisits, now)
    remembered.hasten(found.due)
    remembered.retell(found.told)
