"""What a source file says of the site itself: read off its pages, its domain and its marks."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from crawler.discovery import addresses
from crawler.discovery.asking import Pages, Seen
from crawler.discovery.family import best_family
from crawler.discovery.judging import is_good
from crawler.discovery.naming import id_of, plain, site_name
from crawler.discovery.records import Candidate, Site, Tried
from crawler.discovery.writing import as_toml
from crawler.errors import CrawlError
from crawler.records import Listing, Source
from crawler.settings import Settings
from crawler.sources import load_source
from crawler.sources.answers import LANGUAGE_TAG
from crawler.urls import host_of, origin_of
from crawler.zones import zone_of


async def site_of(start: Seen, pages: Pages) -> Site:
    """Return what a site says of itself; its home page is asked for where its name is not known."""
    home = f"{origin_of(start.url)}/"
    if not any(seen.look.site for seen in pages.seen.values()) and pages.left(1):
        # A site whose front page cannot be had still has its columns.
        with suppress(CrawlError):
            await pages.page(home)
    looks = {s.url: s.look for s in pages.seen.values() if host_of(s.url) == host_of(home)}
    front = next((look for url, look in looks.items() if addresses.is_root(url)), start.look)
    said = next((look.site for look in (front, *looks.values()) if look.site), "")
    return Site(
        id=id_of(start.url),
        name=site_name(said, front.title) or plain(start.look.title) or host_of(start.url),
        address=home,
        zone=zone_of(start.url, front.sample or start.look.sample),
        lang=language_of(front.lang or start.look.lang),
    )


def with_family(site: Site, pages: Pages) -> Site:
    """Return the site with the family whose marks its pages bear, if any."""
    family, found = best_family(pages.marked)
    return replace(site, family=family, marks=(found, len(pages.marks.get(family, ()))))


def source_of(site: Site, families: Path, settings: Settings) -> Source:
    """Return the source that a file about the site describes, checked like any other.

    Raises ConfigError where the family it names has faults.
    """
    one = Tried(candidate=Candidate(url=site.address), listing=Listing(url=site.address))
    with TemporaryDirectory(prefix="gazette-") as folder:
        path = Path(folder) / "site.toml"
        path.write_text(as_toml(site, [one], told=""), encoding="utf-8")
        return load_source(path, families, settings)


def language(said: str, read: Sequence[str]) -> str:
    """Return the language of a site: what its home page says, unless its articles say otherwise.

    ``<html lang="en">`` stands on many a page in another language, as its template came.
    """
    found = next((lang for lang in read if lang), "")
    alike = said.partition("-")[0].lower() == found.partition("-")[0].lower()
    return said if said and (alike or not found) else found


def language_of(said: str) -> str:
    """Return a language tag as a source file takes it, "" for what is none."""
    tag = said.replace("_", "-").strip()
    return tag if LANGUAGE_TAG.fullmatch(tag) else ""


def hosts_of(tried: Mapping[str, Tried], site: Site) -> tuple[str, ...]:
    """Return the other hosts on which articles of good listings lie."""
    own = host_of(site.address)
    good = [one for one in tried.values() if is_good(one) and not one.head]
    hosts = {host_of(url) for one in good for url in one.urls}
    return tuple(sorted(hosts - {own, ""}))
