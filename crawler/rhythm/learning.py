"""What was found at a look → what is known of the listing's habits."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from math import exp
from zoneinfo import ZoneInfo

from crawler.records import Habit, Listing
from crawler.rhythm.hours import HOUR, WEEK, hour_of_week, hours_between
from crawler.rhythm.rates import MEMORY, exposure, rates
from crawler.rhythm.spans import Span

DAY = timedelta(days=1)
#: Hours until what came of late counts 1/e: a source that falls silent or wakes up is believed
#: after a few days, long before its hours are learned anew.
LATELY = 72.0
#: Articles that "as ever" is worth against what came of late.
AS_EVER = 2.0
#: Nothing is spread over a longer time: nobody knows when in it something appeared.
LONGEST = timedelta(days=45)
#: Of the entries that a first look finds, the share that tells since when; what stands below them
#: may be pinned, or years old.
FRESH = 0.8


def learned(
    habit: Habit,
    found: Sequence[Span],
    now: datetime,
    listing: Listing,
    zone: ZoneInfo,
    holidays: Collection[date] = (),
) -> Habit:
    """Return the habit after a look made ``now`` that found these entries.

    Where the clock was set back no time has passed; a habit begun in the future is begun anew.
    """
    if habit.at is None or habit.since is None or habit.since > now:
        return _first(found, now, listing, zone, holidays)
    before, usual = min(habit.at, now), rates_of(habit, zone)
    forgotten = exp(-((now - before) / HOUR) / MEMORY)
    counts = [count * forgotten for count in habit.counts]
    _count(counts, found, usual, now, zone, holidays)
    lately = exp(-((now - before) / HOUR) / LATELY)
    awaited = sum(usual[hour] * part for hour, part in _lately(before, now, zone, holidays))
    return replace(
        habit,
        at=now,
        counts=tuple(counts),
        found=habit.found * lately + len(found),
        awaited=habit.awaited * lately + awaited,
        credit=max(0.0, _saved(habit, now - before, listing) - 1),
    )


def _saved(habit: Habit, passed: timedelta, listing: Listing) -> float:
    """Return how many looks a listing has saved up by then, at most those of a day."""
    return min(habit.credit + passed / DAY * listing.looks, listing.looks)


def _first(
    found: Sequence[Span],
    now: datetime,
    listing: Listing,
    zone: ZoneInfo,
    holidays: Collection[date],
) -> Habit:
    """Return the habit after a first look: what the entries' own dates tell."""
    starts = sorted((span.start for span in found if span.start <= now), reverse=True)
    since = starts[int(len(starts) * FRESH) - 1] if len(starts) > 1 else now
    counts = [0.0] * WEEK
    even = [1.0] * WEEK
    fresh = [span for span in found if span.start >= since]
    _count(counts, fresh, even, now, zone, holidays)
    return Habit(since=since, at=now, counts=tuple(counts), credit=listing.looks)


def _count(
    counts: list[float],
    found: Sequence[Span],
    usual: Sequence[float],
    now: datetime,
    zone: ZoneInfo,
    holidays: Collection[date],
) -> None:
    """Count entries in the hours in which they appeared; what is long ago counts less.

    One of which only the day is known, or between which looks it came, is counted in all hours of
    that time, as much as each is wont to give.
    """
    for span in found:
        worth = exp(-max(0.0, (now - span.end) / HOUR) / MEMORY)
        if span.start >= span.end:
            counts[hour_of_week(span.end, zone, holidays)] += worth
        elif span.end - span.start <= LONGEST:
            parts = [
                (hour, part * usual[hour])
                for hour, part in hours_between(span.start, span.end, zone, holidays)
            ]
            whole = sum(part for _, part in parts)
            for hour, part in parts:
                counts[hour] += worth * part / whole


def _lately(
    start: datetime, end: datetime, zone: ZoneInfo, holidays: Collection[date]
) -> Iterator[tuple[int, float]]:
    return hours_between(max(start, end - LONGEST), end, zone, holidays)


def rates_of(habit: Habit, zone: ZoneInfo) -> list[float]:
    """Return articles an hour for each hour of the week, as this habit has it in the long run."""
    if habit.at is None or habit.since is None:
        return rates([0.0] * WEEK, [0.0] * WEEK)
    local = habit.at.astimezone(zone)
    last = hour_of_week(habit.at, zone) + local.minute / 60
    return rates(habit.counts, exposure((habit.at - habit.since) / HOUR, last))


def tempo_of(habit: Habit) -> float:
    """Return how much more came of late than in the long run."""
    return (habit.found + AS_EVER) / (habit.awaited + AS_EVER)


def expected(
    habit: Habit,
    start: datetime,
    end: datetime,
    zone: ZoneInfo,
    holidays: Collection[date] = (),
) -> float:
    """Return how many articles a listing gives between two moments if it keeps its habits."""
    usual = rates_of(habit, zone)
    return sum(usual[hour] * part for hour, part in hours_between(start, end, zone, holidays))
