"""How long ago, or how far ahead, a moment is, in a narrow column."""

from datetime import datetime

from archive.language import N_, _

#: Seconds → what people call so many.
UNITS = ((86400, N_("d")), (3600, N_("h")), (60, N_("min")), (1, N_("s")), (0, N_("s")))


def ago(moment: datetime | None, now: datetime) -> str:
    """Return how long ago, or how far ahead, a moment is, in words of two letters."""
    if moment is None:
        return _("never")
    seconds = (now - moment).total_seconds()
    size, word = next((n, w) for n, w in UNITS if abs(seconds) >= n)
    told = _("{count} {unit} ago") if seconds >= 0 else _("in {count} {unit}")
    return told.format(count=f"{abs(seconds) / (size or 1):.0f}", unit=_(word))
