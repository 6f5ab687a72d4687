"""Says what a page is: a listing, a home page, an article, a feed, a sitemap, or a mere frame.

A listing has rows that lead to articles and little prose besides; an article has prose and few such
rows; a home page has several lists side by side. A page filled by a script says next to nothing
until the script has run.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser

from crawler.listing.groups import Entry, find_entries
from crawler.listing.outline import Outline, outline
from crawler.listing.page import Page, hosts_named
from crawler.listing.roots import root_of
from crawler.listing.rows import is_more
from crawler.records import Listing, ListingKind, PageRequest, Source
from crawler.text import weight_of


class Nature(StrEnum):
    """What a page is."""

    LISTING = "listing"
    HOME = "home"
    ARTICLE = "article"
    FEED = "feed"
    SITEMAP = "sitemap"
    #: its words are put in by a script
    EMPTY_BY_SCRIPT = "empty_by_script"
    OTHER = "other"


#: Characters, a CJK one counted twice: of a text that is prose, of an article's prose in all, of
#: the words of a page that says something.
_PROSE, _ARTICLE, _SAYS = 100, 400, 600
#: Rows of a list; lists of a home page, and its links to more of each.
_FEW, _LISTS, _MORE = 3, 3, 4
#: How much longer prose must be than a list with dates beside it to be the page's matter.
_LONGER = 1.5
#: Share of rows with a date from which on they are news.
_MOST = 0.5

_ROOT = re.compile(r"/?(?:(?:index|default|main|home)\.\w+)?$", re.IGNORECASE)
#: What a script finds where it will put something.
_HOLE = re.compile(
    r"\{\{[^{}]{1,80}\}\}|\$\{[^{}]{1,80}\}|<%=?|\bv-for=|\bng-repeat=|正在加载|加载中"
    r"|\$\.(?:ajax|getJSON|post|get)\(|\bfetch\(|\baxios\b|XMLHttpRequest"
)
_ARTICLE_META = re.compile(
    r"""<meta[^>]+(?:name|property)=["'](?:ArticleTitle|article:published_time|firstpublishedtime)""",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """What was counted on a page."""

    entries: list[Entry]
    #: how many lists the entries stand in
    lists: int
    #: weighted characters of prose outside of the entries, and of all words
    prose: int
    words: int
    #: … of the words of the entries
    listed: int
    #: links that promise more of a list
    more: int

    @property
    def dated(self) -> float:
        """Return the share of entries with a date."""
        return sum(bool(e.date) for e in self.entries) / len(self.entries) if self.entries else 0.0


def nature_of(page: str | LexborHTMLParser, url: str) -> Nature:
    """Return what a page is, by its text or its parsed tree, and its address."""
    text = page if isinstance(page, str) else page.html or ""
    root = root_of(text)
    if root in (ListingKind.FEED, ListingKind.SITEMAP):
        return Nature(root.value)
    if root is None and text.lstrip("\ufeff \r\n\t")[:1] in ("{", "["):
        return Nature.OTHER
    tree = LexborHTMLParser(page) if isinstance(page, str) else page
    return _judge(_seen(text, tree, url), text, url)


def _judge(seen: _Seen, text: str, url: str) -> Nature:
    """Return what the counts of a page speak for."""
    count = len(seen.entries)
    dated = seen.dated >= _MOST
    listed = count >= _FEW and (dated or count >= 2 * _FEW)
    root = _is_root(url)
    # Beside an article stand lists of others: the longer of the two is the page.
    enough = max(_ARTICLE, seen.listed * (_LONGER if dated else 1) if listed else 0)
    if seen.prose >= enough or (seen.prose >= _ARTICLE // 2 and _ARTICLE_META.search(text)):
        return Nature.HOME if listed and root else Nature.ARTICLE
    if listed:
        several = seen.lists >= _LISTS and seen.more >= _MORE
        return Nature.HOME if root or several else Nature.LISTING
    if count and seen.dated == 1.0:
        return Nature.LISTING
    if "<script" in text and (seen.words < _SAYS or _HOLE.search(text)):
        return Nature.EMPTY_BY_SCRIPT
    return Nature.OTHER


def _is_root(url: str) -> bool:
    parts = urlsplit(url)
    return bool(_ROOT.fullmatch(parts.path)) and not parts.query


def _seen(text: str, tree: LexborHTMLParser, url: str) -> _Seen:
    listing = Listing(url=url)
    source = Source(id="page", name="", address=url, hosts=hosts_named(text), listings=(listing,))
    page = Page(
        body=b"", content_type="", request=PageRequest(url=url), listing=listing, source=source
    )
    said, entries = find_entries(page, tree, url)
    if not said.tags:
        said = outline(tree)
    rows = {at for entry in entries for at in said.between(entry.row.start, entry.row.after)}
    links = {at for link in said.anchors for at in said.between(link, said.ends[link])}
    weights = {at: weight_of(said.words[at]) for at in said.texts}
    return _Seen(
        entries=entries,
        lists=len({_list_of(said, entry) for entry in entries}),
        prose=sum(
            weight
            for at, weight in weights.items()
            if weight >= _PROSE and at not in rows and at not in links
        ),
        words=sum(weights.values()),
        listed=sum(weights[at] for at in rows),
        more=sum(_promises(said, link) for link in said.anchors),
    )


def _list_of(said: Outline, entry: Entry) -> int:
    """Return the element around the row of an entry, rows of its own kind inside it."""
    return said.parents[entry.row.start]


def _promises(said: Outline, link: int) -> bool:
    return is_more("".join(said.pieces(link, said.ends[link])))
