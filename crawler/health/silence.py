"""Whether a source is silent for longer than its own history explains. Pure.

The pauses between the days on which it published are its own measure: the longest of them, and
where there are too few to know pauses of one in a hundred, as much more as the tail of an
exponential distribution has. Who rests on two days of the week also rests on holidays.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from math import log
from statistics import median

from crawler.records import Alarm, History, State

#: Pauses rarer than this are not explained by the history.
RARE = 0.01
#: With fewer pauses than this nothing is known.
FEWEST = 5
#: Shortest silence that is an alarm: the longest holidays (National Day and Spring Festival of
#: China, nine days with their weekends) for who rests on weekends; a day that was missed else.
HOLIDAYS, NEVER_RESTS = 10.0, 2.0
#: Weeks that have to be known to tell on which days somebody rests.
WEEKS = 3


def explained(days: Sequence[date]) -> float | None:
    """Return the longest silence, in days, that a history explains; None where it is too short."""
    gaps = [float((after - before).days) for before, after in pairwise(sorted(set(days)))]
    if len(gaps) < FEWEST:
        return None
    # One pause in n + 1 is longer than the longest of n (the rule of succession).
    beyond = log(max(1.0, 1 / (RARE * (len(gaps) + 1))))
    longest = max(gaps) + beyond * sum(gaps) / len(gaps)
    return max(longest, HOLIDAYS if rests(days) else NEVER_RESTS)


def rests(days: Sequence[date]) -> bool:
    """Tell whether two days of the week have less than half of what the others have.

    Of a short history that is believed, so that no holiday alarms.
    """
    published = set(days)
    if (max(published) - min(published)).days < 7 * WEEKS:
        return True
    week = Counter(day.weekday() for day in published)
    counts = sorted(week[day] for day in range(7))
    return sum(counts[:2]) / 2 < 0.5 * sum(counts[2:]) / 5


def heard(history: History) -> datetime | None:
    """Return up to when a source was heard: the end of its last day, and its usual delay."""
    if not history.days:
        return None
    lags = [one.lag for one in history.filled if one.lag is not None]
    delay = timedelta(days=max(0.0, median(lags))) if lags else timedelta()
    end = datetime.combine(max(history.days), time(), UTC) + timedelta(days=1)
    return end + delay


def quiet_at(history: History) -> datetime | None:
    """Return when a source counts as quiet unless something is heard of it."""
    longest, last = explained(history.days), heard(history)
    if longest is None or last is None:
        return None
    return last + timedelta(days=longest)


def alarms_of_silence(history: History, now: datetime) -> list[Alarm]:
    """Return an alarm where nothing was heard for longer than the history explains."""
    at = quiet_at(history)
    if at is None or now < at:
        return []
    day, longest = max(history.days), explained(history.days) or 0
    reason = f"nothing new since {day}; its history explains {longest:.0f} days of silence"
    return [Alarm(state=State.QUIET, reason=reason)]
