"""Is an article gone from the web? A verdict over many visits, never one 404. Pure.

Only answers of the article's own address count: a site that is down, blocks us or asks for a
browser says nothing of any one article.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """What one visit to an article's address found."""

    at: datetime
    #: how the article was not there: ``404``, ``410``, ``redirect``, ``soft404``; "" where it was
    absence: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TakedownRule:
    """When an article that is missing counts as gone (EDGI's web-monitoring: 75 % over 14 days)."""

    over: timedelta = timedelta(days=14)
    #: of the visits in that time, from 0 to 1
    share: float = 0.75
    visits: int = 3


def is_gone(sightings: Sequence[Sighting], rule: TakedownRule) -> bool:
    """Say whether an article is gone, from all sightings of it in order of time.

    It is where the last one was an absence, and from an earlier absence on, ``rule.over`` ago or
    more, at least ``rule.share`` of the visits were, and ``rule.visits`` of them at least. With a
    sighting of the article among them that time is at most twice ``rule.over``, so that a bad day
    long ago does not help to condemn it.
    """
    if not sightings or not sightings[-1].absence:
        return False
    absent = 0
    for count, sighting in enumerate(reversed(sightings), 1):
        absent += bool(sighting.absence)
        span = sightings[-1].at - sighting.at
        if absent < count and span > 2 * rule.over:
            return False
        enough = count >= rule.visits and absent >= rule.share * count
        if sighting.absence and span >= rule.over and enough:
            return True
    return False
