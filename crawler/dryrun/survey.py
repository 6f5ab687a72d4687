"""A listing's page → what stands on it, whatever the source's rules make of it; runs in a sandbox.

Pure: asked only where the listing names nothing, or nothing that agrees with what is known.
"""

import re
from collections import Counter
from dataclasses import replace

from selectolax.lexbor import LexborHTMLParser, LexborNode

from archive import Capture
from crawler.charset import decode
from crawler.dryrun.records import Survey
from crawler.errors import ListingError
from crawler.listing import read_listing
from crawler.listing.nature import Nature, nature_of
from crawler.records import Link, Listing, ListingKind, ListingRules, Source
from crawler.selectors import split
from crawler.urls import address_of, host_of

#: Elements into which scripts put rows.
_HOLDERS = "ul, ol, tbody, dl, div[id], section[id], main"
#: What scripts ask for rows with, or are packed into.
_ASKS = re.compile(
    r"\$\.(?:ajax|get|post|getJSON)|XMLHttpRequest|\bfetch\s*\(|axios|\.load\s*\(|"
    r"new Vue|createApp|webpack|__NUXT__|__NEXT_DATA__|type=[\"']module[\"']|"
    r"(?:app|chunk|main|index|runtime)[.-][\w-]+\.js",
    re.IGNORECASE,
)
#: So many links with words of their own may stand in menus beside an empty list.
_MENU = 40


def survey(capture: Capture, listing: Listing, source: Source) -> Survey:
    """Return what stands on a listing's page. Never fails on what a page says."""
    decoded = decode(capture.body, capture.header("content-type"), source.charset)
    if listing.kind in (ListingKind.FEED, ListingKind.SITEMAP):
        return Survey(
            unlimited=_unlimited(capture, listing, source, decoded.text), replaced=decoded.replaced
        )
    tree = LexborHTMLParser(decoded.text)
    found = _unlimited(capture, listing, source, decoded.text)
    own = {host_of(source.address), host_of(listing.url), *source.hosts}
    others = Counter(host for link in found if (host := host_of(link.url)) not in own)
    nature = nature_of(decoded.text, capture.final_url)
    inside = [link.url for link in found if host_of(link.url) in own]
    return Survey(
        unlimited=found,
        host=others.most_common(1)[0][0] if others and not inside else "",
        excluded=_excluding(source.exclude, inside),
        dead=_dead(tree, listing.rules),
        scripted=nature is Nature.EMPTY_BY_SCRIPT or _scripted(tree, decoded.text),
        nature=nature,
        replaced=decoded.replaced,
    )


def _unlimited(capture: Capture, listing: Listing, source: Source, text: str) -> tuple[Link, ...]:
    """Return what the listing would name if no host and no pattern limited it."""
    free = replace(source, include=(), exclude=(), hosts=_hosts(text, capture.final_url))
    for one in (listing, replace(listing, rules=ListingRules())):
        try:
            return read_listing(
                capture.body,
                capture.header("content-type"),
                listing.request,
                one,
                source=free,
            ).links
        except ListingError:
            continue
    return ()


def _hosts(text: str, base: str) -> tuple[str, ...]:
    """Return the hosts that addresses in a text lead to."""
    named = re.findall(r"""https?://[^\s"'<>]{1,300}""", text)[:5000]
    hosts = {host_of(address) for href in named if (address := address_of(href, base))}
    return tuple(sorted(hosts - {""}))


def _excluding(patterns: tuple[str, ...], urls: list[str]) -> str:
    """Return the pattern that shuts out most of the addresses, "" where none shuts out any."""
    counts = {p: sum(bool(re.search(p, url)) for url in urls) for p in patterns}
    most = max(counts, key=counts.__getitem__, default="")
    return most if counts.get(most) else ""


def _dead(tree: LexborHTMLParser, rules: ListingRules) -> tuple[str, ...]:
    """Return the rules of which no selector finds anything, in the order they are tried."""
    for selectors in (rules.item, rules.link):
        if selectors and not any(tree.css(split(selector)[0]) for selector in selectors):
            return selectors
    return ()


def _scripted(tree: LexborHTMLParser, text: str) -> bool:
    """Tell whether a script is to fill the list: an empty place for it, and a script that asks."""
    if not _ASKS.search(text):
        return False
    links = sum(1 for a in tree.css("a[href]") if len((a.text() or "").strip()) > 1)
    return links <= _MENU and any(_is_bare(node) for node in tree.css(_HOLDERS))


def _is_bare(node: LexborNode) -> bool:
    """Tell whether an element has neither text nor anything that a reader sees."""
    return not (node.text() or "").strip() and node.css_first("img, iframe, svg, input, a") is None
