"""The hours of a week as a source's own clock shows them, daylight saving and all."""

from collections.abc import Collection, Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

HOUR = timedelta(hours=1)
DAYS, HOURS = 7, 24
#: Hours of a week, Monday's first one being 0.
WEEK = DAYS * HOURS


#: What a holiday counts as.
SUNDAY = 6


def hour_of_week(moment: datetime, zone: ZoneInfo, holidays: Collection[date] = ()) -> int:
    """Return in which hour of the week a moment lies where the clock of ``zone`` is kept."""
    return _hour_of(moment.astimezone(zone), holidays)


def _hour_of(local: datetime, holidays: Collection[date]) -> int:
    day = SUNDAY if local.date() in holidays else local.weekday()
    return day * HOURS + local.hour


def hours_from(
    start: datetime, zone: ZoneInfo, holidays: Collection[date] = ()
) -> Iterator[tuple[int, datetime, datetime]]:
    """Yield hours of the week from a moment on, with beginning and end, without ever ending.

    The first one is what is left of its hour. The hour that a clock skips is not among them, the
    one that it shows twice is there twice. Reckoned in UTC, since the difference of two moments of
    one zone counts what the clock shows, not what passes.
    """
    at = start.astimezone(UTC)
    while True:
        local = at.astimezone(zone)
        passed = timedelta(
            minutes=local.minute, seconds=local.second, microseconds=local.microsecond
        )
        end = at + (HOUR - passed)
        yield _hour_of(local, holidays), at, end
        at = end


def hours_between(
    start: datetime, end: datetime, zone: ZoneInfo, holidays: Collection[date] = ()
) -> Iterator[tuple[int, float]]:
    """Yield the hours of the week between two moments and how much of each lies there, in hours."""
    for hour, begins, ends in hours_from(start, zone, holidays):
        if begins >= end:
            return
        yield hour, (min(ends, end) - begins) / HOUR
