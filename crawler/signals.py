"""What sites tell of edits → which articles to look at before their time. Pure.

A sitemap or feed names the moment of the last edit, a listing shows a title that was changed, an
answer and its page say when they were last modified. All of them may be wrong, so none is believed
more often than it was right: ``cadence`` counts.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from archive import Article
from crawler import cadence
from crawler.dates import order_of, read_moment
from crawler.records import Findings, Link, Listed, Rhythm
from crawler.text import only_letters

#: A listing that calls more of the known articles edited than this share of those it dates, and
#: more than so many, tells when it was made itself.
MOST_EDITED, MANY = 0.5, 10
#: Why an article is due before its time: what its listing says.
EDITED, RETITLED = "edited", "title"
#: … which is a word of an edit.
WORDS = frozenset([EDITED, RETITLED])
_FIGURES = re.compile(r"\d+")
#: Share of the characters of a text that a slight change touches at most.
SLIGHT = 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class Signals:
    """What a listing tells of articles that were visited before."""

    #: address → when to look at it, and why
    due: dict[str, tuple[datetime, str]]
    #: links whose title or moment of the last edit is another than before
    told: tuple[Link, ...]


def heard(
    links: Iterable[Link], known: Sequence[Listed], zone: str, rhythm: Rhythm, now: datetime
) -> Signals:
    """Return which known articles a listing calls edited since they were visited."""
    named = {link.url: link for link in links}
    retitled = {k.url for k in known if k.own and _other_title(k.title, named[k.url].title)}
    edited = {k.url for k in known if _is_edited(k, named[k.url], zone, now)}
    if len(edited) > max(MANY, MOST_EDITED * sum(bool(named[k.url].modified) for k in known)):
        edited = set()
    due: dict[str, tuple[datetime, str]] = {}
    for one in known:
        if one.url in edited or one.url in retitled:
            at = cadence.hastened(one.pulse, one.visited, now, rhythm)
            if at is not None and at < one.next_visit:
                due[one.url] = at, EDITED if one.url in edited else RETITLED
    return Signals(due=due, told=tuple(_retold(known, named)))


def _other_title(before: str, title: str) -> bool:
    """Tell whether a title is another one, and not the same cut short or with a mark beside it."""
    was, said = only_letters(before), only_letters(title)
    return bool(was and said) and was not in said and said not in was


def _is_edited(known: Listed, link: Link, zone: str, now: datetime) -> bool:
    if not link.modified or link.modified == known.modified:
        return False
    at = last_edit(link.modified, zone, now)
    return at is not None and known.visited < at


def _retold(known: Sequence[Listed], named: dict[str, Link]) -> Iterable[Link]:
    for one in known:
        link = named[one.url]
        title = link.title if one.own and link.title else one.title
        modified = link.modified or one.modified
        if (title, modified) != (one.title, one.modified):
            yield replace(link, title=title, modified=modified)


def last_edit(text: str, zone: str, now: datetime) -> datetime | None:
    """Return the moment of an edit, the end of a day that is told alone; None after ``now``'s day.

    Nobody knows of an edit to come: such a word is a mistake.
    """
    moment = read_moment(text, order=order_of("", zone))
    if moment is None:
        return None
    at = moment.at(zone).astimezone(UTC)
    if at > now:
        return None
    return at if moment.clock else min(at + timedelta(days=1), now)


def last_edit_of(findings: Findings, zone: str, now: datetime) -> datetime | None:
    """Return when a page says it was last edited."""
    moments = (last_edit(found.value, zone, now) for found in findings)
    return max((at for at in moments if at), default=None)


def last_modified(header: str) -> datetime | None:
    """Return what an answer's Last-Modified says, None where it cannot be read."""
    try:
        at = parsedate_to_datetime(header)
    except (ValueError, OverflowError):
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def is_slight(before: Article, after: Article, changed: Iterable[str]) -> bool:
    """Tell whether a change is next to nothing: figures alone, or a line among many.

    Such a change may matter; at every visit it is a clock, a counter or a list that turns.
    """
    return all(_nearly_same(name, before, after) for name in changed)


def _nearly_same(name: str, before: Article, after: Article) -> bool:
    if name == "attachments":
        was, said = ([f.url.partition("?")[0] for f in a.attachments] for a in (before, after))
        return was == said
    old, new = (_masked(str(getattr(article, name))) for article in (before, after))
    if old == new:
        return True
    lines, others = set(old.split("\n")), set(new.split("\n"))
    touched = max(sum(map(len, lines - others)), sum(map(len, others - lines)))
    return touched <= SLIGHT * max(len(old), len(new))


def _masked(text: str) -> str:
    """Return a text in which all figures are the same."""
    return _FIGURES.sub("0", text)
