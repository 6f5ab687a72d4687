"""When an entry appeared in its listing, as far as that can be told."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from archive import Precision

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dated:
    """When an article says that it was published."""

    published: datetime
    precision: Precision


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """When an entry appeared: after ``start``, at ``end`` at the latest; one moment if known."""

    start: datetime
    end: datetime


def span_of(dated: Dated | None, before: datetime | None, now: datetime) -> Span | None:
    """Return when an entry appeared that a look finds ``now`` and the look ``before`` did not.

    An article's own moment counts if it lies between the two: one that says it is older was dated
    back or shown late, and it is when it is shown that matters. At a first look there is nothing
    but the article's word; None without one.
    """
    if dated is None:
        return Span(start=before, end=now) if before else None
    if dated.precision is not Precision.DAY:
        if dated.published <= now and (before is None or dated.published > before):
            return Span(start=dated.published, end=dated.published)
        return Span(start=before, end=now) if before else None
    if before is not None:
        day = Span(start=max(dated.published, before), end=min(dated.published + DAY, now))
        return day if day.start < day.end else Span(start=before, end=now)
    return Span(start=dated.published, end=min(dated.published + DAY, now))
