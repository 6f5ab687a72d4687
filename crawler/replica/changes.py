"""The standard round of changes: what a few days do to government sites, in small."""

from random import Random
from typing import TYPE_CHECKING

from crawler.replica.records import Changes, Reprint

if TYPE_CHECKING:
    from crawler.replica.portal import Portal

#: How many articles of each site get a new sentence and another figure.
EDITS = {"trs": 2, "hanweb": 1, "policy": 1, "county": 1, "english": 1}
#: The sites on which only a view counter moves.
COUNTS = ("trs", "hanweb", "county")
#: How many new articles each site gets.
NEWS = {"trs": 2, "hanweb": 1, "policy": 1, "county": 1, "english": 2}


def standard(portal: "Portal", draw: Random) -> Changes:
    """Make one of each kind of change, no article met twice, and say which."""
    left = {site.id: portal.urls(site.id) for site in portal.sites}
    for urls in left.values():
        draw.shuffle(urls)

    def take(site: str) -> str:
        return left[site].pop()

    def take_long(site: str) -> str:
        """An article that is recognisable when a paragraph is missing."""
        long = (url for url in left[site] if portal.told(url).text.count("\n") > 5)
        chosen = next(long, left[site][0])
        left[site].remove(chosen)
        return chosen

    edited = tuple(portal.edit(take(site)) for site, times in EDITS.items() for _ in range(times))
    counted = tuple(portal.count(take(site)) for site in COUNTS)
    missing = portal.take_down(take("trs"), how="404")
    redirected = portal.take_down(take("hanweb"), how="redirect")
    soft_missing = portal.take_down(take("county"), how="soft404")
    reprinted: list[Reprint] = []
    for origin, site, exact in (("trs", "hanweb", True), ("hanweb", "county", False)):
        source = take_long(origin)
        copy = portal.reprint(source, site=site, exact=exact)
        reprinted.append(Reprint(source=source, copy=copy, exact=exact))
    return Changes(
        at=portal.now,
        edited=edited,
        counted=counted,
        missing=(missing,),
        redirected=(redirected,),
        soft_missing=(soft_missing,),
        reprinted=tuple(reprinted),
        pinned=(portal.pin(take("policy")),),
        backdated=(portal.backdate("trs"),),
        published=tuple(portal.publish(site) for site, times in NEWS.items() for _ in range(times)),
    )
