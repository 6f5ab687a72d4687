"""Counts by hour of the week → articles to be expected in each hour.

Each hour has a Gamma prior, as is usual for the rate of a Poisson process (Gelman et al., Bayesian
Data Analysis, 2.6): it shrinks towards what its weekday and its time of day make of the listing's
own rate, these towards their neighbours and the mean, and the mean towards one article a day. So a
dozen articles tell office hours from nights, and a hundred weeks tell one Tuesday from the next.
"""

from collections.abc import Sequence
from math import exp

from crawler.rhythm.hours import DAYS, HOURS, WEEK

#: Hours until a count is worth 1/e of what it was: ten weeks.
MEMORY = 10.0 * WEEK
#: A listing of which nothing is known gives an article a day; this is worth half an article.
FIRST_RATE, FIRST_WORTH = 1 / 24, 0.5
#: Articles that the neighbours of a time of day, the mean of the weekdays, and the hour's own
#: prior are worth.
TIME_WORTH, DAY_WORTH, HOUR_WORTH = 0.3, 0.5, 4.0


def exposure(length: float, last: float) -> list[float]:
    """Return how many hours of each kind were watched, older ones counting less.

    ``length``: hours watched until now; ``last``: which hour of the week it is, with its part.
    """
    week = exp(-WEEK / MEMORY)
    hours = [0.0] * WEEK
    for hour in range(WEEK):
        ago = (last - hour) % WEEK  # since the last such hour began
        if ago > length:
            continue
        times = int((length - ago) // WEEK) + 1
        # A geometric row; the hour that is going on counts as far as it is over.
        sum_of_row = exp(-ago / MEMORY) * (1 - week**times) / (1 - week)
        hours[hour] = sum_of_row - max(0.0, 1 - ago)
    return hours


def rates(counts: Sequence[float], hours: Sequence[float]) -> list[float]:
    """Return articles an hour for each hour of the week, from counts and hours watched."""
    total, watched = sum(counts), sum(hours)
    mean = (total + FIRST_WORTH) / (watched + FIRST_WORTH / FIRST_RATE)
    by_time = _times_of_day(
        [sum(counts[time::HOURS]) for time in range(HOURS)],
        [mean * sum(hours[time::HOURS]) for time in range(HOURS)],
    )
    by_day = [
        (sum(counts[start : start + HOURS]) + DAY_WORTH)
        / (mean * sum(hours[start : start + HOURS]) + DAY_WORTH)
        for start in range(0, WEEK, HOURS)
    ]
    prior = [mean * by_day[day] * by_time[time] for day in range(DAYS) for time in range(HOURS)]
    return [
        (count + HOUR_WORTH) / (watched + HOUR_WORTH / rate)
        for count, watched, rate in zip(counts, hours, prior, strict=True)
    ]


def _times_of_day(found: Sequence[float], awaited: Sequence[float]) -> list[float]:
    """Return how much more or less than on average comes at each time of day."""
    factors = []
    for time in range(HOURS):
        before, after = time - 1, (time + 1) % HOURS
        beside = (found[before] + found[after] + TIME_WORTH) / (
            awaited[before] + awaited[after] + TIME_WORTH
        )
        factors.append((found[time] + TIME_WORTH * beside) / (awaited[time] + TIME_WORTH))
    return factors
