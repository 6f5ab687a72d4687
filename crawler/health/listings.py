"""What the looks at listings say: one that fails, names far fewer links, or lost its dates. Pure.

What is usual is the middle of all looks before the change, so that a redesign does not become
usual by being looked at often; after two weeks it is.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from statistics import median

from crawler.health.words import HARD, state_of, told
from crawler.records import READ, Alarm, Looks, State

#: Looks in a row that make an alarm of what may be chance.
TWICE = 2
#: A listing that names less than this share of its usual links has lost some.
FEWER = 0.5
#: One that usually names fewer than this may name any number.
LEAST_LINKS = 4
#: Share of links with dates where they have them, and where they have lost them.
DATED, UNDATED = 0.8, 0.2
#: A change as old as this is how the listing is now.
ADAPTED = timedelta(days=14)
#: One look is hardly a habit; it takes more than this, or a fall to half of ``FEWER``.
HABIT = 2


def alarms_of_listings(looks: Mapping[str, Sequence[Looks]], now: datetime) -> list[Alarm]:
    """Return what is wrong with a source's listings; with all of them, or with some."""
    looked = {url: runs for url, runs in looks.items() if runs}
    failing = {url: runs for url, runs in looked.items() if runs[-1].outcome != READ}
    lasting = {url: runs for url, runs in failing.items() if _lasts(runs)}
    found = []
    if lasting and len(failing) == len(looked):
        runs = max(lasting.values(), key=lambda runs: runs[-1].last)
        found.append(Alarm(state=state_of(runs[-1].outcome), reason=_why(runs)))
    else:
        for url, runs in lasting.items():
            what = _why(runs)
            reason = f"one of its listings fails, {url}: {what}"
            found.append(Alarm(state=State.DEGRADED, reason=reason))
    for url, runs in looked.items():
        read = [run for run in runs if run.outcome == READ]
        if url not in failing:
            found += [*_fewer(url, read, now), *_undated(url, read, now)]
    return found


def _lasts(runs: Sequence[Looks]) -> bool:
    """Tell whether a listing that fails does so for good."""
    if runs[-1].outcome in HARD:
        return True
    count = 0
    for run in reversed(runs):
        if run.outcome == READ:
            break
        count += run.looks
    return count >= TWICE


def _why(runs: Sequence[Looks]) -> str:
    last = runs[-1]
    once_read = any(run.outcome == READ for run in runs)
    return told(last.outcome, last.reason, once_read=once_read)


def usual_links(runs: Sequence[Looks]) -> float:
    """Return how many links a listing usually names: the middle of all looks, 0 without any."""
    return median([run.links for run in runs for _ in range(min(run.looks, 50))] or [0])


def dated_share(runs: Sequence[Looks]) -> float:
    """Return the share of a listing's links that have dates."""
    links = sum(run.links * run.looks for run in runs)
    return sum(run.dated * run.looks for run in runs) / links if links else 0.0


def _fewer(url: str, read: Sequence[Looks], now: datetime) -> list[Alarm]:
    def fell(before: Sequence[Looks]) -> Callable[[Looks], bool]:
        usual, least = usual_links(before), min(run.links for run in before)
        share = FEWER if _count(before) >= HABIT else FEWER / 2
        return lambda run: usual >= LEAST_LINKS and run.links < min(share * usual, least)

    if not read or read[-1].links >= FEWER * max(run.links for run in read):
        return []
    place = _turned(read, fell, now)
    if place is None:
        return []
    count, usual = read[-1].links, round(usual_links(read[:place]))
    reason = f"{url} names {count} articles where {usual} are usual"
    return [Alarm(state=State.DEGRADED, reason=reason)]


def _undated(url: str, read: Sequence[Looks], now: datetime) -> list[Alarm]:
    def lost(before: Sequence[Looks]) -> Callable[[Looks], bool]:
        had = dated_share(before) >= DATED
        return lambda run: had and run.links > 0 and run.dated < UNDATED * run.links

    if not read or read[-1].dated >= UNDATED * read[-1].links:
        return []
    if _turned(read, lost, now) is None:
        return []
    return [Alarm(state=State.DEGRADED, reason=f"the links of {url} have lost their dates")]


def _turned(
    runs: Sequence[Looks],
    differing: Callable[[Sequence[Looks]], Callable[[Looks], bool]],
    now: datetime,
) -> int | None:
    """Return from where on all looks differ from those before, two at least and of late."""
    for place in range(1, len(runs)):
        after = runs[place:]
        if after[0].first <= now - ADAPTED or _count(after) < TWICE:
            continue
        if all(map(differing(runs[:place]), after)):
            return place
    return None


def _count(runs: Sequence[Looks]) -> int:
    return sum(run.looks for run in runs)
