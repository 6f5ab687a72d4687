"""The members of a reprint cluster → which of them is probably the original, and why. Pure."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from archive.records import Stored
from archive.rows import local_day, stamp

#: A name of fewer characters is compared as a whole only (人民网 stands in many names).
_TELLING = 4
_NO_WORD = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Which member was probably the first, and what speaks for it."""

    id: int
    why: str


def origin_of(members: Sequence[Stored]) -> Origin:
    """Return the probable original of at least one member.

    It is the one that others name as their 来源 or issuer; where they name none of them, the one
    published first. Of one day those that name themselves come first, for many pages show no time.
    """
    names = {member.id: _plain(member.article.channel) for member in members}
    votes = {
        member.id: sum(
            other.id != member.id and _names(other, names[member.id]) for other in members
        )
        for member in members
    }
    most = max(votes.values())
    named = [member for member in members if votes[member.id] == most]
    first = min(named, key=lambda member: _order(member, names[member.id]))
    if len(members) == 1:
        return Origin(id=first.id, why="the only one archived")
    if most:
        return Origin(id=first.id, why=f"named as 来源 by {most} of {len(members) - 1} others")
    why = "published first" if first.article.published else "first by address; none has a date"
    elsewhere = sorted({member.article.origin for member in members} - {""})
    if elsewhere and not _names(first, names[first.id]):
        why += f"; 来源 {' · '.join(elsewhere[:3])} is not archived"
    return Origin(id=first.id, why=why)


def _order(member: Stored, name: str) -> tuple[bool, str, bool, str, str]:
    article, day = member.article, local_day(member.article)
    moment = stamp(article.published) if article.published else ""
    return day is None, str(day), not _names(member, name), moment, article.url


def _names(member: Stored, name: str) -> bool:
    """Tell whether an article names a site as where it comes from, or as who issued it."""
    told = (_plain(member.article.origin), _plain(member.article.issuer))
    return any(_alike(each, name) for each in told if each and name)


def _alike(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return short == long or (len(short) >= _TELLING and short in long)


def _plain(name: str) -> str:
    return _NO_WORD.sub("", unicodedata.normalize("NFKC", name)).casefold()
