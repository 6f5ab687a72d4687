"""The portal's first holdings: which articles there are, when, and who repeats whom."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import blake2b

from crawler.replica.profiles import ORDER, PROFILES
from crawler.replica.records import Entry, Profile

#: When the reference article was published.
REFERENCE_MOMENT = datetime(2022, 2, 11, 11, 6, 56, tzinfo=UTC)
#: The article that is shown in three pages: site and number.
PAGED = ("trs", 2)
#: Who carries articles of whom: of these sites, every so many.
REPEATS = {"hanweb": "trs", "county": "hanweb"}
EVERY, FIRST = 29, 7


def sprout(seed: int, site: str, number: int, published: datetime) -> Entry:
    """A new article of a site; all that its page says follows from these four."""
    profile = PROFILES[site]
    digest = blake2b(f"{seed}:{site}:{number}".encode(), digest_size=8).digest()
    drawn = int.from_bytes(digest, "big")
    if profile.precision != "second":
        published = published.replace(second=0)
    return Entry(
        site=site,
        number=number,
        column=len(profile.columns) - 1 if number % 3 == 2 else 0,
        published=published.replace(microsecond=0).astimezone(UTC),
        kind=profile.kinds[drawn % len(profile.kinds)],
        seed=drawn,
    )


def holdings(
    size: int, seed: int, now: datetime, days: int, sites: Sequence[str] = ORDER
) -> dict[str, list[Entry]]:
    """The articles of all sites in the order of their publication."""
    share, rest = divmod(size, len(sites))
    stock = {
        site: list(_site(PROFILES[site], share + (index < rest), seed, now, days))
        for index, site in enumerate(sites)
    }
    site, number = PAGED
    if site in stock:
        stock[site][number - 1] = replace(stock[site][number - 1], kind="plan")
    for site, source in REPEATS.items():
        if site in stock and source in stock:
            stock[site] = list(_repeated(stock[site], stock[source]))
    if "hanweb" in stock and now > REFERENCE_MOMENT:
        entry = sprout(seed, "hanweb", 0, REFERENCE_MOMENT)
        stock["hanweb"].insert(0, replace(entry, kind="reference"))
    return stock


def _site(profile: Profile, count: int, seed: int, now: datetime, days: int) -> Iterator[Entry]:
    """Articles spread over the days before now, in office hours, each later than the one before."""
    step = timedelta(days=days) / count
    for number in range(1, count + 1):
        entry = sprout(seed, profile.id, number, now)
        local = (now - step * (count - number + entry.seed % 97 / 97)).astimezone(profile.clock)
        midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
        moment = midnight + timedelta(hours=8) + (local - midnight) * 0.45
        moment = min(moment, now - timedelta(seconds=61 * (count - number + 1)))
        seconds = 0 if profile.precision != "second" else moment.second
        moment = moment.replace(second=seconds, microsecond=0)
        yield replace(entry, published=moment.astimezone(UTC))


def _repeated(entries: list[Entry], sources: list[Entry]) -> Iterator[Entry]:
    for entry in entries:
        if entry.number % EVERY == FIRST:
            place = entry.number * len(sources) // len(entries) - 2
            source = sources[max(place, 0)]
            if source.copy_of is None and source.published < entry.published:
                exact = entry.number // EVERY % 2 == 0
                entry = replace(entry, kind="reprint", copy_of=source, exact=exact)
        yield entry
