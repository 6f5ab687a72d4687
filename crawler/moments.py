"""What the witnesses say of the moment of publication → the moment they mean. Pure.

The first witness that can be read gives the day; later ones that agree with it may tell it more
exactly. Which one comes first is for ``crawler.extract.witnesses``.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from archive import Precision
from crawler.dates import Moment, Order, order_of, read_moment
from crawler.records import EXACT, UPDATED, Findings, Found, Link, Source
from crawler.text import one_line

#: A page may be dated ahead of our clock by as much as this; beyond it the date is wrong.
AHEAD = timedelta(hours=48)

#: Clocks that systems fill in where they have none, and the witnesses of whom that is believed.
_FILLERS = (time(), time(23, 59, 59))
_MACHINES = ("meta:", "json-ld:", "time", "script")
_Readable = Sequence[tuple[Found, Moment]]


class Told(NamedTuple):
    """What a finding is worth as a moment: the one it names, or why none is believed."""

    found: Found
    moment: Moment | None
    refused: str = ""


_HOUR, _NONE = timedelta(hours=1), timedelta()
#: How far the clocks of the world are from UTC, in whole hours.
_OFFSETS = range(-12, 15)


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """When a page was published, as far as it is known."""

    #: in UTC
    at: datetime | None = None
    precision: Precision = Precision.SECOND
    #: whose clocks the page shows
    zone: str = "UTC"
    #: who said so, several with a blank between
    witness: str = ""


def find_published(
    findings: Findings, link: Link | None, zone: str, now: datetime, order: Order
) -> Published:
    """Return what the first witness that can be read says, completed by those who agree with it."""
    judged = judge_moments(findings, link, zone, now, order)
    told = [(one.found, one.moment) for one in judged if one.moment]
    if not told:
        unread = f"unread {one_line(findings[0].value)[:80]}" if findings else ""
        return Published(zone=zone, witness=unread)
    first, moment = told[0]
    witnesses = [first.witness]
    if moment.clock is None and (found := _clock(moment, told, zone)):
        moment = found[1]
        witnesses.append(found[0].witness)
    if moment.clock and not moment.offset and (found := _offset(moment, told, zone)):
        zone = _shown_zone(moment, found[1], zone)
        moment = found[1]
        witnesses.append(found[0].witness)
    return Published(
        at=moment.at(zone),
        precision=moment.precision,
        zone=zone,
        witness=" ".join(dict.fromkeys(witnesses)),
    )


def read_listed(link: Link, zone: str, now: datetime, order: Order = "") -> Moment | None:
    """Return the moment that a listing's date means.

    ``3小时前`` counts from the moment at which the listing was read, and a day without its year is
    the latest before it; where that moment is not known, the one is not read and the other is
    before ``now``.
    """
    seen = link.seen.astimezone(ZoneInfo(zone)) if link.seen else None
    today = (seen or now.astimezone(ZoneInfo(zone))).date()
    return read_moment(link.date, today, seen=seen, order=order)


def listed_days(links: Iterable[Link], source: Source, now: datetime) -> dict[str, date]:
    """Return address → the day that a listing shows for it; what lies ahead of us is no day."""
    order, latest = order_of(source.lang, source.zone), (now + AHEAD).date()
    read = {
        link.url: moment.day
        for link in links
        if link.date and (moment := read_listed(link, source.zone or "UTC", now, order))
    }
    return {url: day for url, day in read.items() if day <= latest}


def with_listing(findings: Findings, link: Link | None) -> Findings:
    """Return the findings with what the listing says: last, but before the day of a change."""
    if not link or not link.date:
        return findings
    listed = (Found(value=link.date, witness="listing"),)
    sure = tuple(found for found in findings if found.witness != UPDATED)
    return sure + listed + findings[len(sure) :]


def judge_moments(
    findings: Findings, link: Link | None, zone: str, now: datetime, order: Order
) -> list[Told]:
    """Return what each finding is worth as the moment of publication, most trusted first.

    The listing's word is among them. Weak witnesses are believed in company only: a variable of a
    script may hold any date, and a machine that had no clock filled in the day's last second.
    """
    read = []
    for found in with_listing(findings, link):
        if link and found.witness == "listing":
            moment = read_listed(link, zone, now, order)
        else:
            moment = read_moment(found.value, order=order)
        ahead = moment is not None and moment.at(zone) > now + AHEAD
        refused = "in the future" if ahead else "" if moment else "unreadable"
        read.append(Told(found, None if ahead else moment, refused))
    return [_believed(one, read) for one in read]


def _believed(told: Told, all_told: Sequence[Told]) -> Told:
    """Return what is believed of a finding beside all others."""
    found, moment = told.found, told.moment
    if moment is None:
        return told
    weak = found.witness == "script" or moment.clock == _FILLERS[1]
    if weak and not any(
        other.moment and other.moment.day == moment.day and other.found.witness != found.witness
        for other in all_told
    ):
        return Told(found, None, "alone is not believed")
    bare = found.witness.startswith(_MACHINES) and moment.clock in _FILLERS
    return Told(found, Moment(day=moment.day)) if bare and not moment.offset else told


def judge_days(findings: Findings, now: datetime, order: Order) -> Iterator[Told]:
    """Yield what each finding is worth as the day on which a document was written."""
    for found in findings:
        moment = read_moment(found.value, order=order)
        if moment and moment.day > (now + AHEAD).astimezone(UTC).date():
            yield Told(found, None, "in the future")
        else:
            yield Told(found, moment, "" if moment else "unreadable")


def _clock(chosen: Moment, told: _Readable, zone: str) -> tuple[Found, Moment] | None:
    """Return the first that tells a clock on the day that is chosen."""
    return next(
        (one for one in told if one[1].clock is not None and _day(one[1], zone) == chosen.day), None
    )


def _day(moment: Moment, zone: str) -> date:
    return moment.at(zone).astimezone(ZoneInfo(zone)).date()


def _offset(chosen: Moment, told: _Readable, zone: str) -> tuple[Found, Moment] | None:
    """Return who tells the offset of the clock that is chosen.

    That is who means the very minute the source's zone makes of it, else who shows the same clock
    in another zone, else an exact witness some whole hours away.
    """
    exact = [(found, moment) for found, moment in told if moment.offset and moment.clock]
    minute = chosen.at(zone).replace(second=0)
    for found, moment in exact:
        if moment.at(zone).replace(second=0) == minute:
            return found, moment
    for found, moment in exact:
        if _shows(chosen) == _shows(moment) and not _is_z_by_habit(moment, zone):
            return found, moment
    for found, moment in exact:
        if found.witness in EXACT and _is_elsewhere(chosen, moment, zone):
            return found, moment
    return None


def _shows(moment: Moment) -> datetime:
    return datetime.combine(moment.day, moment.clock or time()).replace(second=0)


def _is_z_by_habit(moment: Moment, zone: str) -> bool:
    """Say whether a system may have put Z, or +00:00, behind the clock of a source's own zone."""
    return not _offset_of(moment) and bool(moment.at(zone).astimezone(ZoneInfo(zone)).utcoffset())


def _offset_of(moment: Moment) -> timedelta:
    return datetime.combine(moment.day, moment.clock or time(), moment.offset).utcoffset() or _NONE


def _is_elsewhere(chosen: Moment, moment: Moment, zone: str) -> bool:
    """Say whether the page shows ``moment`` by clocks a whole number of hours from UTC.

    A moment told in the source's own zone says that the page's clock is of no other: one of the
    two is wrong then, and readers are shown the one. UTC is what machines tell anyway.
    """
    own = moment.at(zone).astimezone(ZoneInfo(zone)).utcoffset()
    if own and own == _offset_of(moment):
        return False
    hours = _shown_offset(chosen, moment)
    return bool(hours) and hours in _OFFSETS


def _shown_offset(chosen: Moment, moment: Moment) -> int | None:
    """Return how many hours from UTC the clock is by which a page shows a moment."""
    apart = _shows(chosen).replace(tzinfo=UTC) - moment.at("UTC").replace(second=0)
    return None if apart % _HOUR else apart // _HOUR


def _shown_zone(chosen: Moment, moment: Moment, zone: str) -> str:
    """Return the zone of the clock that readers are shown, so that the day stays the one they see.

    That is the source's where its clocks show the same, else one named after its hours from UTC.
    """
    local = moment.at(zone).astimezone(ZoneInfo(zone)).replace(tzinfo=None, second=0)
    hours = _shown_offset(chosen, moment)
    if local == _shows(chosen) or hours not in _OFFSETS or hours is None:
        return zone
    return f"Etc/GMT{-hours:+d}" if hours else "UTC"
