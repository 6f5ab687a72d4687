"""Subscriptions of a feed reader → sources to write, and why others are left out; pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from crawler.discovery.naming import free_id, id_of, plain
from crawler.discovery.opml import Subscription
from crawler.discovery.records import Candidate, Site, Tried
from crawler.records import Listing, ListingKind
from crawler.sources.routes import Routes
from crawler.urls import host_of, origin_of
from crawler.zones import zone_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """What becomes of one subscription."""

    subscription: Subscription
    #: what would be written; None where nothing is
    site: Site | None = None
    listing: Tried | None = None
    #: what there is to say of it: why nothing is written, or what stands for the feed
    why: str = ""


def planned(
    subscriptions: Iterable[Subscription],
    routes: Routes,
    watched: Mapping[str, str],
    taken: Iterable[str],
) -> tuple[Planned, ...]:
    """Return what becomes of each subscription: a source, or the reason for none.

    ``watched`` tells which source watches an address, ``taken`` the ids there are. An address of
    RSSHub stands for the page that it reads, where that is known.
    """
    ids, seen = set(taken), dict(watched)
    plans = []
    for one in subscriptions:
        page = routes.page_of(one.feed)
        url = page or one.feed
        if url in seen:
            why = f"{seen[url]} watches it already" if seen[url] else "stands in the file twice"
            plans.append(Planned(subscription=one, why=why))
            continue
        seen[url] = ""
        plan = _source(one, url, ListingKind.HTML if page else ListingKind.FEED)
        assert plan.site is not None
        name = free_id(plan.site.id, ids)
        ids.add(name)
        why = f"stands for {one.feed}" if page else ""
        if not page and routes.serves(one.feed):
            why = "an RSSHub route that is not known here: watched as the feed it is"
        plans.append(replace(plan, site=replace(plan.site, id=name), why=why))
    return tuple(plans)


def _source(one: Subscription, url: str, kind: ListingKind) -> Planned:
    """Return the source of one subscription."""
    # A feed is often served by a stranger: articles lie where its page lies.
    home = one.home if kind is ListingKind.FEED and one.home else url
    name = one.name or host_of(url)
    listing = Listing(url=url, kind=kind, category=plain(one.name) if one.groups else "")
    return Planned(
        subscription=one,
        site=Site(
            id=id_of(home),
            name=name,
            address=f"{origin_of(home)}/",
            zone=zone_of(home),
            categories=one.groups or (plain(name),),
        ),
        listing=Tried(candidate=Candidate(url=url), listing=listing),
    )
