"""What passes say: one that failed as a whole after its listings, articles that fail. Pure."""

from collections.abc import Sequence
from itertools import takewhile

from crawler.health.words import HARD, SHUT, state_of, told
from crawler.records import Alarm, State, Visited

#: Passes in a row that make an alarm of what may be chance.
TWICE = 2
#: Share of the articles asked for that fail, and least number of them.
FAILING, FEWEST = 0.5, 3


def alarms_of_passes(passes: Sequence[Visited]) -> list[Alarm]:
    """Return what is wrong with the last passes over a source."""
    if not passes:
        return []
    last = passes[-1]
    failed = list(takewhile(lambda one: one.kind, reversed(passes)))
    if failed and (len(failed) >= TWICE or last.kind in HARD):
        return [Alarm(state=state_of(last.kind), reason=told(last.kind, last.reason))]
    return _articles([one for one in passes if one.visited])


def _articles(passes: Sequence[Visited]) -> list[Alarm]:
    """Return an alarm where most articles of the last passes that asked for any failed.

    Of one pass alone it is believed where it is kept from us.
    """
    bad = list(takewhile(lambda one: one.failed >= FAILING * one.visited, reversed(passes)))
    failed, visited = sum(one.failed for one in bad), sum(one.visited for one in bad)
    if failed < FEWEST or (len(bad) < TWICE and bad[0].failed_kind not in HARD):
        return []
    why, kind = bad[0].failed_reason, bad[0].failed_kind
    state = State.DEGRADED
    if failed == visited or kind in SHUT:
        state = state_of(kind)
    reason = f"{failed} of the last {visited} articles could not be read: {why}"
    return [Alarm(state=state, reason=reason)]
