"""A listing's page of today and the articles known of it → a source that reads it; in a sandbox.

Tried in this order: the source as it is, no rules at all, another kind of listing, rules derived
from the rows in which known articles stand. Each is read by the reader itself, and the first counts
that does about as well as the best.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import combinations

from selectolax.lexbor import LexborHTMLParser

from archive import Capture
from crawler.dryrun.records import Known
from crawler.errors import ListingError
from crawler.listing import READERS, read_listing
from crawler.listing.html import base_of
from crawler.listing.page import Page
from crawler.mending.addresses import admitting
from crawler.mending.derive import date_rule, item_rule, link_rule, title_rule, with_rules
from crawler.mending.reappear import Recogniser, reappearing
from crawler.mending.records import Proposal, Reappearing
from crawler.mending.rows import Group, find_group
from crawler.moments import listed_days
from crawler.records import Listing, ListingKind, ListingRules, PageRequest, Source
from crawler.text import only_letters

#: Known articles that must reappear, at least, and of those that stand on the page.
LEAST, SHARE = 3, 0.6
#: Share of the known articles on a page that rows must hold to be the listing's.
MOST = 0.8
#: Share of a reading's links that may stand outside the rows of the known articles.
STRAY = 0.2
#: A simpler reading is taken that does so nearly as well as the best.
NEARLY = 0.95
#: Addresses of columns that are tried.
COLUMNS = 5

#: How a page announces its feeds (RFC 4287 and the RSS Advisory Board's autodiscovery).
_FEEDS = "link[rel~=alternate][type*=rss], link[rel~=alternate][type*=atom]"

#: Kinds that need to be told nothing but their name.
_PLAIN_KINDS = (
    ListingKind.HTML,
    ListingKind.HANWEB,
    ListingKind.FEED,
    ListingKind.SITEMAP,
    ListingKind.JSON,
)


def propose(
    capture: Capture, source: Source, position: int, known: tuple[Known, ...], now: datetime
) -> Proposal | None:
    """Return the source with which its listing names known articles again, None where none does."""
    sight = _seen(capture, source, position, known, now)
    read = [
        (Proposal(source=tried, position=position, reappearing=score), strays)
        for tried in _ways(sight, source)
        if (found := _score(sight, tried))
        for score, strays in (found,)
    ]
    best = max((_worth(one.reappearing) for one, _strays in read), default=0)
    good = [pair for pair in read if _worth(pair[0].reappearing) >= NEARLY * best]
    # Of those that do as well, the one that names least besides; of several such, the plainest.
    return min(good, key=lambda pair: pair[1], default=(None, 0))[0]


def columns_of(capture: Capture, source: Source, position: int) -> tuple[str, ...]:
    """Return where a home page's links lead that bear a listing's name, or end in its folder.

    For a feed, first what the page announces as one.
    """
    listing = source.listings[position]
    page = _page(capture, source, position, url=capture.final_url)
    tree = LexborHTMLParser(page.text())
    base, name, folder = base_of(page, tree), only_letters(listing.category), _folder(listing.url)
    named: dict[str, bool] = {}
    if listing.kind is ListingKind.FEED:
        feeds = [node.attributes.get("href") or "" for node in tree.css(_FEEDS)]
        named = {url: True for href in feeds if (url := page.address(href, base))}
    for anchor in tree.css("a[href]"):
        url = page.address(anchor.attributes.get("href") or "", base)
        if not url or url == listing.url or not page.own(url):
            continue
        words = (anchor.text() or "", anchor.attributes.get("title") or "")
        if name and name in map(only_letters, words):
            named[url] = True
        elif folder and _folder(url) == folder:
            named.setdefault(url, False)
    return tuple(sorted(named, key=lambda url: not named[url])[:COLUMNS])


def _folder(url: str) -> str:
    """Return the last folder of an address."""
    folders = [part for part in url.split("?")[0].split("/")[3:-1] if part]
    return folders[-1] if folders else ""


def _page(capture: Capture, source: Source, position: int, url: str = "") -> Page:
    listing = source.listings[position]
    return Page(
        body=capture.body,
        content_type=capture.header("content-type"),
        request=PageRequest(url=url) if url else listing.request,
        listing=listing,
        source=source,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sight:
    """A page of today, and where on it known articles stand."""

    capture: Capture
    position: int
    recogniser: Recogniser
    now: datetime
    page: Page
    tree: LexborHTMLParser
    #: None on what is no page of HTML, or holds no known article
    group: Group | None

    @property
    def there(self) -> int:
        """Return how many known articles stand on the page."""
        return len(self.group.everywhere) if self.group else 0

    @property
    def rows(self) -> Group | None:
        """Return the rows, where most of the known articles on the page stand in them."""
        whole = self.group is not None and len(self.group.places) >= MOST * self.there
        return self.group if whole and self.there >= LEAST else None


def _seen(
    capture: Capture, source: Source, position: int, known: tuple[Known, ...], now: datetime
) -> _Sight:
    page, recogniser = _page(capture, source, position), Recogniser(known)
    text = page.text()
    tree = LexborHTMLParser(text)
    html = text.lstrip()[:5].lower() != "<?xml" or "<html" in text[:1000].lower()
    return _Sight(
        capture=capture,
        position=position,
        recogniser=recogniser,
        now=now,
        page=page,
        tree=tree,
        group=find_group(page, tree, recogniser) if html else None,
    )


def _ways(sight: _Sight, source: Source) -> Iterator[Source]:
    """Yield sources to try, the plainest change first."""
    position, group = sight.position, sight.rows
    yield source
    if group is not None:
        source = admitting(source, position, group.urls)
        yield source
    listing = source.listings[position]
    rules = ListingRules(next=listing.rules.next)
    for kind in dict.fromkeys((listing.kind, *_PLAIN_KINDS)):
        if kind in READERS:
            yield _with(source, position, kind=kind, rules=rules)
            if rules.next:
                yield _with(source, position, kind=kind, rules=ListingRules())
    if group is not None:
        yield from _derived(sight, source, group)


def _derived(sight: _Sight, source: Source, group: Group) -> Iterator[Source]:
    """Yield the source with rules of its rows, then with more of them where those fall short."""
    base = base_of(sight.page, sight.tree)
    item = item_rule(sight.page, sight.tree, base, group)
    if not item:
        return
    rules = with_rules(ListingRules(), item=item)
    yield _with(source, sight.position, kind=ListingKind.HTML, rules=rules)
    more = {
        "link": link_rule(group),
        "title": title_rule(group, sight.recogniser),
        "date": date_rule(group, sight.recogniser, sight.now),
    }
    more = {name: rule for name, rule in more.items() if rule}
    for many in range(1, len(more) + 1):
        for some in combinations(more, many):
            found = with_rules(rules, **{name: more[name] for name in some})
            yield _with(source, sight.position, kind=ListingKind.HTML, rules=found)


def _with(source: Source, position: int, *, kind: ListingKind, rules: ListingRules) -> Source:
    listing = replace(source.listings[position], kind=kind, rules=rules)
    return with_listing(source, position, listing)


def with_listing(source: Source, position: int, listing: Listing) -> Source:
    """Return the source with another listing at a position."""
    before, after = source.listings[:position], source.listings[position + 1 :]
    return replace(source, listings=(*before, listing, *after))


def _score(sight: _Sight, source: Source) -> tuple[Reappearing, int] | None:
    """Return how well a source reads the page and how many links it names that are no row's.

    None where it does not do.
    """
    capture, listing = sight.capture, source.listings[sight.position]
    try:
        page = read_listing(
            capture.body,
            capture.header("content-type"),
            listing.request,
            listing,
            source=source,
        )
    except ListingError:
        return None
    links = tuple(replace(link, seen=capture.fetched_at) for link in page.links)
    days = listed_days(links, source, sight.now)
    score = reappearing(links, days, sight.recogniser, sight.there)
    enough = score.articles >= max(LEAST, SHARE * sight.there)
    named = 2 * score.titles >= score.articles or 2 * score.addresses >= score.articles
    if not enough or not named:
        return None
    rows = sight.rows
    if rows is None:
        # Where the articles stand in several boxes, at least half of what is read must be known.
        sure = sight.group is None or score.others <= score.articles
        return (score, 0) if sure else None
    outside = sum(link.url not in rows.urls for link in links)
    # A row is one article, however many links it has.
    beyond = max(outside, len(links) - len(rows.rows))
    return (score, beyond) if beyond <= STRAY * len(links) + 1 else None


def _worth(score: Reappearing) -> int:
    return 2 * score.articles + score.addresses + score.titles + score.days
