"""A moment as people name it, ``7d`` or ``2024-03-15``, → the moment. Pure."""

import re
from datetime import UTC, date, datetime, time, timedelta

_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_AGO = re.compile(r"([0-9]{1,5})([mhdw])")


def moment_since(text: str, now: datetime) -> datetime:
    """Return the moment that is so long before ``now``, or at which a day begins (UTC).

    ``30m``, ``12h``, ``7d``, ``2w`` or ``2024-03-15``; ValueError for anything else.
    """
    found = _AGO.fullmatch(text.strip())
    try:
        if found:
            return now - timedelta(**{_UNITS[found[2]]: int(found[1])})
        return datetime.combine(date.fromisoformat(text.strip()), time(), UTC)
    except (ValueError, OverflowError) as error:
        raise ValueError(f"{text!r} is neither a time like 7d or 12h nor a day") from error
