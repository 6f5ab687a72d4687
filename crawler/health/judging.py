"""All alarms of a source → how it stands: the gravest says the state, the others are told too."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from crawler.health.filling import alarms_of_articles
from crawler.health.listings import alarms_of_listings
from crawler.health.network import OWN_NETWORK, is_ours
from crawler.health.passes import alarms_of_passes
from crawler.health.silence import alarms_of_silence, quiet_at
from crawler.records import Alarm, History, Standing, State

#: The gravest first.
GRAVITY = (State.BLOCKED, State.BROKEN, State.DEGRADED, State.QUIET, State.HEALTHY, State.NEW)
#: So long after a visit was due, nobody knows how a source does.
UNKNOWN = timedelta(days=1)


def judge(source: str, history: History, before: Standing | None, now: datetime) -> Standing:
    """Return how a source stands after a pass; ``before`` is how it stood."""
    found = alarms_of_listings(history.looks, now)
    if not any(alarm.state in GRAVITY[:2] for alarm in found):
        found = [*alarms_of_passes(history.passes), *found]
    found += alarms_of_articles(history.filled)
    found += alarms_of_silence(history, now)
    return _standing(source, found, before, quiet_at(history), now)


def as_of(
    standing: Standing, next_visit: datetime | None, now: datetime, *, seen: datetime | None = None
) -> Standing:
    """Return how a source stands at a moment after its last pass, at ``seen``.

    Silence grows by itself; and what was not looked at for long is not healthy, whoever sleeps.
    """
    if standing.state is not State.HEALTHY:
        return standing
    if next_visit is not None and next_visit < now - UNKNOWN:
        day = f"{seen or standing.since:%Y-%m-%d}"
        alarm = Alarm(
            state=State.QUIET, reason=f"not looked at since {day}: nobody knows how it does"
        )
        at = next_visit + UNKNOWN
    elif standing.quiet_at is not None and standing.quiet_at <= now:
        alarm = Alarm(state=State.QUIET, reason="nothing new for longer than its history explains")
        at = standing.quiet_at
    else:
        return standing
    return _standing(standing.source, [alarm], standing, standing.quiet_at, at)


def network(failing: int, asked: int, before: Standing | None, now: datetime) -> Standing:
    """Return how our own network stands, where so many sources of those asked lately fail."""
    found = []
    if is_ours(failing, asked):
        reason = f"our own network: {failing} of {asked} sources cannot be reached"
        found.append(Alarm(state=State.BROKEN, reason=reason))
    return _standing(OWN_NETWORK, found, before, None, now)


def _standing(
    source: str,
    found: Sequence[Alarm],
    before: Standing | None,
    quiet: datetime | None,
    now: datetime,
) -> Standing:
    """Return the gravest alarm as the state; since then when it was another."""
    ordered = sorted(found, key=lambda alarm: GRAVITY.index(alarm.state))
    state = ordered[0].state if ordered else State.HEALTHY
    reasons = tuple(dict.fromkeys(alarm.reason for alarm in ordered))
    return Standing(
        source=source,
        state=state,
        reason=reasons[0] if reasons else "",
        since=before.since if before is not None and before.state is state else now,
        more=reasons[1:],
        quiet_at=quiet,
    )
