"""Which of the listings that were tried are worth keeping, and why the others are not.

Pure: what each names, how its newest entry is dated, and what became of its first article is all
that is known.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from crawler.discovery.records import Look, Tried
from crawler.errors import FetchError
from crawler.records import Link, ListingKind

#: Entries from which on a page counts as a listing.
FEWEST = 3

#: Share of entries that have a date, or a title, from which on "all have one".
MOST = 0.8

#: Share of a listing's articles that others name too, from which on it says nothing new.
SAME = 0.8

#: Blocks with a way to more each from which on a page is the head of several columns.
BLOCKS = 2

#: A listing whose newest entry is older sleeps.
OLD = timedelta(days=3 * 365)

#: Kinds by what they are worth where all else is equal.
KINDS = (
    ListingKind.FEED,
    ListingKind.HTML,
    ListingKind.HANWEB,
    ListingKind.JSON,
    ListingKind.SITEMAP,
)


def judged(tried: Iterable[Tried], today: date, watched: Mapping[str, str]) -> tuple[Tried, ...]:
    """Return the listings with a verdict each: what is kept first, then in the order tried.

    ``watched`` tells which source watches an address already.
    """
    verdicts = [_alone(one, today) for one in tried]
    kept: list[Tried] = []
    good = sorted((one for one in verdicts if one.good), key=_worth, reverse=True)
    # What is watched already comes first: what says the same as it says nothing new.
    for one in sorted(good, key=lambda one: one.listing.url not in watched):
        if repeated := _repeats(one, kept):
            verdicts[verdicts.index(one)] = replace(one, good=False, why=repeated)
        else:
            kept.append(one)
    kept = _without_parts(verdicts, kept)
    if wanted := [one for one in kept if one.wanted]:
        # Somebody named a column, a feed or an article: the rest of the site is offered, no more.
        others = "was not asked for"
        verdicts = [
            replace(v, good=False, why=others) if v.good and v not in wanted else v
            for v in verdicts
        ]
    verdicts = [_unwatched(one, watched) for one in verdicts]
    return tuple(sorted(verdicts, key=lambda one: not one.good))


def is_good(one: Tried) -> bool:
    """Tell whether a page names articles, most of them dated."""
    links = one.page.links if one.page else ()
    return len(links) >= FEWEST and share(links, "date") >= 0.5


def is_head(one: Tried, look: Look) -> bool:
    """Tell whether a page is the head of several columns, as home pages are."""
    onward = one.page is not None and one.page.next is not None
    return (
        one.listing.kind is ListingKind.HTML and not onward and (look.head or look.blocks >= BLOCKS)
    )


def is_listing(one: Tried) -> bool:
    """Tell whether a page is a listing rather than the head of several."""
    if one.listing.kind is not ListingKind.HTML:
        return bool(one.urls)
    return is_good(one) and not one.head


def _unwatched(one: Tried, watched: Mapping[str, str]) -> Tried:
    source = watched.get(one.listing.url, "")
    if not source:
        return one
    return replace(one, good=False, watched=source, why=f"{source} watches it already")


def _alone(one: Tried, today: date) -> Tried:
    """Return a listing judged by itself."""
    reason = _fault(one, today)
    return replace(one, good=not reason, why=reason)


def _fault(one: Tried, today: date) -> str:
    if one.error is not None:
        return one.error.reason
    links = one.page.links if one.page else ()
    if not links:
        return "names no article"
    if one.sample and one.sample.error and not isinstance(one.sample.error, FetchError):
        return f"its first entry is no article: {one.sample.error.reason}"
    if one.wanted:
        return ""
    if len(links) < FEWEST:
        return "names too few articles"
    if share(links, "date") < 0.5 and not (one.sample and one.sample.date):
        return "its entries have no dates"
    if one.newest and today - one.newest > OLD:
        return f"its newest entry is of {one.newest}"
    return ""


def share(links: Sequence[Link], field: str) -> float:
    """Return the share of links that have the field."""
    return sum(bool(getattr(link, field)) for link in links) / len(links) if links else 0.0


def _worth(one: Tried) -> tuple[bool | int | float, ...]:
    """Return a key by which the better of two listings of the same articles is the greater."""
    links = one.page.links if one.page else ()
    page = one.page
    whole = page is not None and (page.next is not None or (page.total or 0) > len(links))
    return (
        one.wanted,
        share(links, "date") >= MOST,
        share(links, "title") >= MOST,
        whole,
        # A column's own page says more of it than a page that shows it beside others.
        not one.head,
        one.candidate.points > 0,
        -KINDS.index(one.listing.kind) if one.listing.kind in KINDS else -len(KINDS),
        len(links),
    )


def _repeats(one: Tried, kept: Sequence[Tried]) -> str:
    """Return why a listing says nothing that better ones do not say, or ""."""
    for other in kept:
        if len(one.urls & other.urls) >= SAME * len(one.urls):
            return f"names the same articles as {other.listing.url}"
    together = frozenset[str]().union(*(other.urls for other in kept))
    if one.urls and len(one.urls & together) >= SAME * len(one.urls):
        return "names only what the others name together"
    untitled = one.page is not None and not any(link.title for link in one.page.links)
    if one.listing.kind is ListingKind.SITEMAP and kept and untitled:
        return "names every page of the site, articles or not"
    return ""


def _without_parts(verdicts: list[Tried], kept: list[Tried]) -> list[Tried]:
    """Return what is kept without what a larger one, taken later, contains."""
    whole = list(kept)
    for one in kept:
        larger = [o for o in whole if o is not one and len(o.urls) > len(one.urls)]
        inside = next((o for o in larger if len(one.urls & o.urls) >= SAME * len(one.urls)), None)
        if inside is not None and not one.wanted and _worth(inside)[1:4] >= _worth(one)[1:4]:
            whole.remove(one)
            at = verdicts.index(one)
            reason = f"names the same articles as {inside.listing.url}"
            verdicts[at] = replace(one, good=False, why=reason)
    return whole
