"""A page of a listing with the days of its entries, of which a sitemap has 50,000; pure."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from archive import Capture
from crawler.moments import AHEAD, read_listed
from crawler.reading import read_links
from crawler.records import Link, Listing, ListingPage, PageRequest, Source

#: A page, and the day of each of its entries, None where it tells none that can be.
Dated = tuple[ListingPage, dict[str, date | None]]


def read_dated(
    capture: Capture, request: PageRequest, listing: Listing, source: Source, now: datetime
) -> Dated:
    """Return what a page of a listing names, and of which days; runs in the sandbox.

    Raises ListingError.
    """
    page = read_links(capture, request, listing, source)
    zone = ZoneInfo(source.zone or "UTC")
    return page, {link.url: _day(link, zone, now) for link in page.links}


def _day(link: Link, zone: ZoneInfo, now: datetime) -> date | None:
    moment = read_listed(link, zone.key, now)
    if moment is None:
        return None
    at = moment.at(zone.key)
    return None if at > now + AHEAD else at.astimezone(zone).date()
