"""Moments as people read them: by the clock of the page, and no more exactly than it said. Pure."""

import re
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from archive.filters import days
from archive.records import Precision


def shown_time(published: datetime | None, precision: Precision, zone: str) -> str:
    """Return the moment as the page showed it: by its own clock, and no more than it said."""
    if published is None:
        return "undated"
    local = published.astimezone(ZoneInfo(zone))
    if precision is Precision.DAY:
        return local.date().isoformat()
    exactly = "minutes" if precision is Precision.MINUTE else "seconds"
    return local.replace(tzinfo=None).isoformat(" ", exactly)


def looked_at(moment: datetime, zone: str) -> str:
    """Return to the minute when something was looked at, by the clock of ``zone``."""
    return shown_time(moment, Precision.MINUTE, zone)


_UNITS = {"h": "hours", "d": "days", "w": "weeks"}


def moment_since(text: str, now: datetime) -> datetime:
    """Return when ``7d``, ``12h`` or ``2w`` ago was, or a day, month or year began (UTC).

    Raises ValueError for anything else.
    """
    if found := re.fullmatch("([0-9]{1,5})([hdw])", text):
        return now - timedelta(**{_UNITS[found[2]]: int(found[1])})
    return datetime.combine(days(text)[0], time(), UTC)
