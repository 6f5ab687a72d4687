"""What stored articles say: fields no longer filled, one body everywhere, damage. Pure.

The newest articles are compared with those before them. Each comparison is made with the fewest
that can tell: a field that all had and four in a row lack is no chance.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from math import comb
from statistics import median

from crawler.records import Alarm, Filled, State

#: Numbers of newest articles that are compared with those before them, and least number of these.
WINDOWS, PAST = (4, 8, 16), 12
#: A share that would come about by chance less often than this has changed.
CHANCE = 0.001
#: The same for lengths, which vary tenfold by themselves.
PAST_LENGTHS = 24
#: Bodies shorter than this share of the usual, or longer than so many times it, have changed.
SHORTER, LONGER = 0.25, 6.0
#: Newest articles that are looked at for what is wrong with each.
LATEST = 10
#: Addresses with one body, each under another title in its listing, that are no reprints.
SAME = 3
#: The same where a listing gives no titles: one notice may well stand in several columns.
SAME_UNTITLED = 5
#: Share of characters that could not be decoded in a damaged text, and damaged articles.
DAMAGED, FEW_DAMAGED = 0.01, 2
#: Articles of late with a date in the future.
FEW_AHEAD = 2


def alarms_of_articles(filled: Sequence[Filled]) -> list[Alarm]:
    """Return what is wrong with a source's articles, those stored first before the others.

    New ones are compared in the order of their days: a first pass finds the newest first.
    """
    fresh = sorted((one for one in filled if one.fresh), key=lambda one: one.day or one.at.date())
    latest = filled[-LATEST:]
    return [
        *_same(latest),
        *_damaged(latest),
        *_ahead(latest),
        *_lacking(fresh, "date", lambda one: one.dated),
        *_lacking(fresh, "origin", lambda one: one.origin),
        *_length(fresh),
    ]


def _same(latest: Sequence[Filled]) -> list[Alarm]:
    """Return an alarm where one body stands at several addresses that have titles of their own."""
    titles: dict[str, set[str]] = defaultdict(set)
    untitled: dict[str, set[str]] = defaultdict(set)
    for one in latest:
        if one.print and one.listed:
            titles[one.print].add(one.listed)
        elif one.print:
            untitled[one.print].add(one.url)
    count = max(map(len, titles.values()), default=0)
    if count < SAME:
        count = max(map(len, untitled.values()), default=0)
        if count < SAME_UNTITLED:
            return []
    reason = f"it shows one text for {count} articles: a page of errors, or one that shuts us out"
    return [Alarm(state=State.BLOCKED, reason=reason)]


def _damaged(latest: Sequence[Filled]) -> list[Alarm]:
    count = sum(one.damage > DAMAGED for one in latest)
    if count < FEW_DAMAGED:
        return []
    total = len(latest)
    reason = f"characters of {count} of the last {total} articles cannot be decoded"
    return [Alarm(state=State.DEGRADED, reason=reason)]


def _ahead(latest: Sequence[Filled]) -> list[Alarm]:
    count = sum(one.ahead for one in latest)
    if count < FEW_AHEAD:
        return []
    total = len(latest)
    reason = f"{count} of the last {total} articles are dated in the future"
    return [Alarm(state=State.DEGRADED, reason=reason)]


def _lacking(fresh: Sequence[Filled], field: str, has: Callable[[Filled], bool]) -> list[Alarm]:
    """Return an alarm where new articles lack what those before them had."""
    for size in WINDOWS:
        before, after = fresh[:-size], fresh[-size:]
        if len(before) < PAST:
            continue
        had, have = sum(map(has, before)), sum(map(has, after))
        # Nobody fills a field always, however long it was seen so.
        share = had / (len(before) + 1)
        if have <= share * size / 2 and at_most(have, size, share) < CHANCE:
            lack, usual = size - have, f"{had / len(before):.0%}"
            if field == "date":
                reason = f"{lack} of the last {size} articles have no date, which {usual} had"
            else:
                reason = f"{lack} of the last {size} articles have no origin, which {usual} had"
            return [Alarm(state=State.DEGRADED, reason=reason)]
    return []


def at_most(successes: int, trials: int, share: float) -> float:
    """Return how probable so few successes are, or fewer (binomial distribution)."""
    return sum(
        comb(trials, k) * share**k * (1 - share) ** (trials - k) for k in range(successes + 1)
    )


def _length(fresh: Sequence[Filled]) -> list[Alarm]:
    """Return an alarm where new articles are far shorter or longer than any usual before."""
    for size in WINDOWS[1:]:
        before = sorted(one.length for one in fresh[:-size])
        after = [one.length for one in fresh[-size:]]
        if len(before) < PAST_LENGTHS:
            continue
        now, usual = round(median(after)), round(median(before))
        tenth = len(before) // 10
        if now < min(SHORTER * usual, before[tenth]):
            reason = f"new articles have {now} characters where {usual} are usual"
            return [Alarm(state=State.DEGRADED, reason=reason)]
        if now > max(LONGER * usual, before[-1 - tenth]):
            reason = f"new articles have {now} characters where {usual} are usual"
            return [Alarm(state=State.DEGRADED, reason=reason)]
    return []


def fill(filled: Sequence[Filled]) -> Counter[str]:
    """Return how many of the articles have each field."""
    return Counter(
        {
            "articles": len(filled),
            "date": sum(one.dated for one in filled),
            "origin": sum(one.origin for one in filled),
        }
    )
