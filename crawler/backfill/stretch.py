"""One stretch of a backfill while it lasts."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from crawler.backfill.reach import Reach
from crawler.pipeline.state import Pass
from crawler.records import Backfill, Source


@dataclass(slots=True, kw_only=True)
class Stretch:
    """One stretch of a backfill while it lasts."""

    this: Pass
    asked: Backfill
    tell: Callable[[Reach], None]
    #: pages that failed and were tried once more
    again: set[int] = field(default_factory=set)
    told: float = 0.0

    @property
    def source(self) -> Source:
        """Return the source whose history it is."""
        return self.this.source

    @property
    def now(self) -> datetime:
        """Return the moment it is."""
        return self.this.stages.now()

    @property
    def zone(self) -> ZoneInfo:
        """Return whose clock the pages show."""
        return ZoneInfo(self.source.zone or "UTC")

    @property
    def today(self) -> date:
        """Return the day it is there."""
        return self.now.astimezone(self.zone).date()
