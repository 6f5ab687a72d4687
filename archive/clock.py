"""Moments as people read them: by the clock of the page, and no more exactly than it said. Pure."""

from datetime import datetime
from zoneinfo import ZoneInfo

from archive.language import _
from archive.records import Precision


def shown_time(published: datetime | None, precision: Precision, zone: str) -> str:
    """Return the moment as the page showed it: by its own clock, and no more than it said."""
    if published is None:
        return _("undated")
    local = published.astimezone(ZoneInfo(zone))
    if precision is Precision.DAY:
        return local.date().isoformat()
    exactly = "minutes" if precision is Precision.MINUTE else "seconds"
    return local.replace(tzinfo=None).isoformat(" ", exactly)


def looked_at(moment: datetime, zone: str) -> str:
    """Return to the minute when something was looked at, by the clock of ``zone``."""
    return shown_time(moment, Precision.MINUTE, zone)
