"""The articles of a reprint cluster on a line of time: who was first, who followed when. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from archive.datasette_plugin.article_facts import when
from archive.language import ngettext
from archive.records import Stored
from archive.reprints.similar import Kin, Similar

#: Articles that are shown at most, the earliest.
MOST = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """An article on the line."""

    stored: Stored
    when: str
    #: how long after the first, in words; "" for the first, or where that is not known
    later: str
    #: percent of the line; None for one without a date
    at: float | None
    #: it is the probable origin of all of them
    origin: bool
    #: what it is to that one: ``same``, ``edited`` …
    kind: str
    #: how much of it is the same, in percent
    share: int


def timeline(similar: Similar) -> list[Stop]:
    """Return the articles in order of publication, those without a date last; none where alone."""
    if len(similar.reprints) < 2:
        return []
    dated = [kin for kin in similar.reprints if kin.stored.article.published]
    undated = [kin for kin in similar.reprints if not kin.stored.article.published]
    dated.sort(key=lambda kin: (kin.stored.article.published, kin.stored.id))
    return [_stop(kin, dated, similar.origin.id) for kin in [*dated, *undated][:MOST]]


def _stop(kin: Kin, dated: Sequence[Kin], origin: int) -> Stop:
    published = kin.stored.article.published
    at, later = None, ""
    if published:
        first, last = dated[0].stored.article.published, dated[-1].stored.article.published
        assert first is not None
        assert last is not None
        whole = (last - first) or timedelta(seconds=1)
        at = round(2 + 96 * ((published - first) / whole), 2)
        later = in_words(published - first) if published > first else ""
    return Stop(
        stored=kin.stored,
        when=when(kin.stored.article),
        later=later,
        at=at,
        origin=kin.stored.id == origin,
        kind=kin.kind.value,
        share=round(100 * kin.share),
    )


def in_words(span: timedelta) -> str:
    """Return a span of time in its largest unit: days, hours or minutes."""
    minutes = max(1, round(span.total_seconds() / 60))
    hours, days = minutes // 60, minutes // (24 * 60)
    if days:
        return ngettext("{count} day later", "{count} days later", days).format(count=days)
    if hours:
        return ngettext("{count} hour later", "{count} hours later", hours).format(count=hours)
    return ngettext("{count} minute later", "{count} minutes later", minutes).format(count=minutes)
