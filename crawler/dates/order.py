"""Which comes first where day and month are both figures: told by language and zone, or nobody."""

from typing import Literal

#: day, month, year · month, day, year · year, month, day · not known
Order = Literal["dmy", "mdy", "ymd", ""]

_DAY_FIRST = frozenset(
    "ar bg ca cs da de el es et fi fr gl he hr id is it lv mk ms nb nl nn no pl pt ro ru sk sl sq "
    "sr sv th tr uk vi en-au en-gb en-ie en-in en-nz en-sg en-hk en-za".split()
)
_YEAR_FIRST = frozenset("ja ko zh".split())
#: Both orders are in use there.
_BOTH = frozenset("en-ca es-pr es-us fr-ca".split())

_AMERICAN = frozenset(
    "America/New_York America/Detroit America/Chicago America/Denver America/Boise "
    "America/Phoenix America/Los_Angeles America/Anchorage Pacific/Honolulu".split()
)
_EAST_ASIAN = frozenset(
    "Asia/Shanghai Asia/Urumqi Asia/Chongqing Asia/Hong_Kong Asia/Macau Asia/Taipei Asia/Tokyo "
    "Asia/Seoul".split()
)


def order_of(lang: str, zone: str = "") -> Order:
    """Return the order that a page's language tag and its source's zone agree upon, or ``""``.

    Plain ``en`` says nothing. Templates carry ``en-US`` into every country, so a zone that says
    otherwise leaves the order open.
    """
    said, place = _by_language(lang.lower().replace("_", "-")), _by_zone(zone)
    return said if said == place or not place else place if not said else ""


def _by_language(tag: str) -> Order:
    primary = tag.partition("-")[0]
    if tag in _BOTH:
        return ""
    if tag == "en-us":
        return "mdy"
    if primary in _YEAR_FIRST:
        return "ymd"
    return "dmy" if tag in _DAY_FIRST or primary in _DAY_FIRST else ""


def _by_zone(zone: str) -> Order:
    if zone in _AMERICAN:
        return "mdy"
    if zone in _EAST_ASIAN:
        return "ymd"
    return "dmy" if zone.startswith(("Europe/", "Australia/", "Pacific/Auckland")) else ""
