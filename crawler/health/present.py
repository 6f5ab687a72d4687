"""How a source stands at the moment somebody asks. Pure."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from crawler.health.judging import as_of
from crawler.records import Round, SourceState, Standing, State

#: A source so long overdue is late.
LATE = timedelta(hours=1)


def standing_of(
    source: Round | SourceState, standings: Mapping[str, Standing], now: datetime
) -> Standing:
    """Return how a source stands now, by its last verdict or, before there was one, its visits."""
    if source.last_visit is None:
        return Standing(source=source.id, state=State.NEW, since=now)
    known = standings.get(source.id)
    if source.last_success is None and source.error and (not known or known.reason == ""):
        reason = f"not read yet: {source.error}"
        return Standing(source=source.id, state=State.NEW, reason=reason, since=source.last_visit)
    if known is None:
        state = State.BROKEN if source.error else State.HEALTHY
        since = (source.last_success if source.error else None) or source.last_visit
        known = Standing(source=source.id, state=state, reason=source.error, since=since)
    if source.next_visit is None:  # nobody watches it: its silence says nothing
        return known
    return as_of(known, source.next_visit, now, seen=source.last_visit)


def is_late(source: Round | SourceState, now: datetime) -> bool:
    """Tell whether a visit is overdue by so much that the daemon sleeps, or has too much to do."""
    return source.next_visit is not None and source.next_visit < now - LATE
