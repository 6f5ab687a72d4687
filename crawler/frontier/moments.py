"""Moments as ``crawl.db`` holds them: texts of one length in UTC, whose order is that of time."""

from datetime import datetime


def text_of(moment: datetime) -> str:
    """Return a moment as it is stored."""
    return moment.isoformat(timespec="microseconds")


def moment_of(text: str | None) -> datetime | None:
    """Return a stored moment, None where there is none."""
    return None if text is None else datetime.fromisoformat(text)
