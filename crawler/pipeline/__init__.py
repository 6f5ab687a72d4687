"""Run one source: listing → links → captures → drafts → articles → receipts.

The only room that knows the order. The stages are handed in and know nothing of each other; every
expected error is caught here and becomes a row.
"""

import asyncio
from collections import Counter
from collections.abc import Callable
from datetime import timedelta

from crawler import cadence
from crawler.errors import CrawlError, FetchError
from crawler.pipeline import due, files, listings, looks, observe
from crawler.pipeline.state import Pass, Progress, Stages, log
from crawler.records import Outcome, Report, Source

__all__ = ["Progress", "Stages", "run"]


async def run(
    source: Source,
    stages: Stages,
    *,
    deep: bool = False,
    due_only: bool = False,
    stop: asyncio.Event | None = None,
    progress: Callable[[Progress], None] = lambda _: None,
    crowded: Callable[[], bool] = lambda: False,
) -> Report:
    """Visit every listing of a source, then every link that is due; return what it came to.

    ``deep`` reads every listing to its last allowed page and ignores validators; ``due_only``
    leaves out listings whose time has not come; ``stop`` ends the pass after the address in hand,
    ``crowded`` tells that others wait, for whom revisits and files are soon left.
    Raises ArchiveError where nothing can be stored; whatever was not settled is due again.
    """
    this = Pass(
        source=source,
        stages=stages,
        deep=deep,
        due_only=due_only,
        stop=stop or asyncio.Event(),
        progress=progress,
        crowded=crowded,
    )
    started, clock = stages.now(), asyncio.get_running_loop().time
    began = clock()
    for done, listing in enumerate(looks.in_order(this)):
        progress(Progress(source=source.id, what="listings", done=done, total=len(source.listings)))
        if this.going:
            await listings.visit(this, listing)
        elif this.halted:
            observe.failed(this, listing, this.halted)
    of_listings = len(this.errors)
    unread = bool(this.errors) and looks.all_dead(this)
    if this.going:
        await due.visit_all(this)
    looks.learn(this)
    if this.going:
        await files.visit_due(this)
    if this.going:
        await stages.writer.tidy()
    error = this.halted or (this.errors[0] if unread else None)
    tally = Counter(this.outcomes.values())
    resting = stages.frontier.links.archived(this.found - this.outcomes.keys())
    report = Report(
        source=source.id,
        started=started,
        seconds=round(clock() - began, 3),
        found=len(this.found),
        new=tally[Outcome.NEW],
        revised=tally[Outcome.REVISED],
        unchanged=tally[Outcome.UNCHANGED] + resting,
        reprints=tally[Outcome.REPRINT],
        missing=tally[Outcome.MISSING],
        gone=tally[Outcome.GONE],
        failed=len(this.errors),
        requests=this.requests,
        error=str(error) if error else "",
    )
    _finish(this, report, error)
    observe.finish(this, error, this.errors[of_listings:])
    return report


def _finish(this: Pass, report: Report, error: CrawlError | None) -> None:
    """Record the pass and when the source is due again."""
    now, frontier = this.stages.now(), this.stages.frontier
    failures = 0.0
    if error is not None:
        failures = frontier.sources.failures(this.source.id) + cadence.WEIGHTS[error.weight]
    waiting = (frontier.links.next_due(this.source.id), files.next_due(this))
    # Where no listing can be read, the site is taken for down: its articles wait for a listing.
    down = this.halted or looks.all_dead(this)
    moments = [*looks.all_next(this), *(at for at in waiting if at and not down)]
    # Nobody comes back by himself to a source that is not watched: it is never late.
    next_visit = cadence.next_pass(moments, failures, now) if this.source.enabled else None
    if isinstance(error, FetchError) and error.retry_after is not None:
        next_visit = max(next_visit or now, now + timedelta(seconds=error.retry_after))
    frontier.sources.finish(report, failures=failures, next_visit=next_visit, now=now)
    log.info(
        "pass source=%s found=%d new=%d failed=%d error=%s",
        report.source,
        report.found,
        report.new,
        report.failed,
        report.error,
    )
