"""Looks a page over: what it is, what it calls itself, and where on its site articles may be."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping

from selectolax.lexbor import LexborHTMLParser

from crawler.charset import decode
from crawler.discovery import addresses
from crawler.discovery.anchors import Anchor, address, anchors_of
from crawler.discovery.columns import columns_of
from crawler.discovery.family import Marked, marks_in
from crawler.discovery.naming import column_name, plain, site_name
from crawler.discovery.records import Candidate, Look, Nature
from crawler.discovery.words import is_home
from crawler.listing import nature
from crawler.listing.roots import root_of
from crawler.records import ListingKind
from crawler.urls import host_of

#: Feeds of one page that are looked at; some pages name one for each tag.
MOST_FEEDS = 8

#: Articles on another host of the site from which on it counts as the site's own.
_MANY = 4

_FEED_TYPES = re.compile(r"application/(?:rss|atom|rdf)\+xml|application/feed\+json", re.IGNORECASE)
_FEED_ADDRESS = re.compile(
    r"(?:^|[/_.-])(?:rss|atom|feed)(?:s|\d)?(?:$|[/_.?-])|\.(?:rss|atom|rdf)$", re.IGNORECASE
)
#: Comments and tags have feeds, too.
_NO_NEWS_FEED = re.compile(r"comment|/tag/|/author/|kommentar|评论", re.IGNORECASE)
_CRUMBS = (
    "[class*=crumb], [id*=crumb], [class*=position], [id*=position], [class*=location], "
    "[class*=dqwz], [class*=weizhi], [class*=wzdh], [aria-label*=readcrumb]"
)
_YOU_ARE_HERE = re.compile(
    r"(?:当前|现在|所在)的?位置|您?(?:的|所在)位置|當前位置|現在位置|you are here|vous êtes ici"
    r"|sie (?:sind|befinden sich) hier|está aquí|estás aquí|você está|вы здесь",
    re.IGNORECASE,
)
_ONWARD = re.compile(
    r"""(?:window|self|top|document)?\.?location(?:\.href)?\s*(?:=|\.replace\()"""
    r"""\s*["']([^"'<>\s]{1,300})["']"""
)
_REFRESH = re.compile(
    r"""^\s*[0-5](?:\.\d)?\s*;\s*url\s*=\s*["']?([^"'\s]{1,300})""", re.IGNORECASE
)


def look_over(
    body: bytes, content_type: str, url: str, marks: Mapping[str, tuple[str, ...]]
) -> tuple[Look, tuple[Marked, ...]]:
    """Return what a page says of the site around it, and the marks of families it bears."""
    text = decode(body, content_type).text
    root = root_of(text)
    if root in (ListingKind.FEED, ListingKind.SITEMAP):
        title = re.search(r"<title[^>]*>(?:<!\[CDATA\[)?([^<\]]{1,300})", text[:8000])
        name = plain(title[1]) if title else ""
        return Look(url=url, nature=Nature(root.value), title=name), marks_in(text, url, marks)
    tree = LexborHTMLParser(text)
    return _of_page(tree, text, url), marks_in(text, url, marks)


def _of_page(tree: LexborHTMLParser, text: str, url: str) -> Look:
    base_node = tree.css_first("base[href]")
    hung = (base_node.attributes.get("href") or "") if base_node is not None else ""
    base = address(hung, url) or url
    metas, seems = _metas(tree), nature.nature_of(text, url)
    said = _says_article(metas, url)
    anchors = list(anchors_of(tree, base))
    title_node = tree.css_first("title")
    title = plain(title_node.text(), 200) if title_node else ""
    site = site_name(metas.get("og:site_name") or metas.get("sitename") or "", "")
    html = tree.css_first("html")
    hosts = _hosts(anchors, url)
    columns, blocks = columns_of(anchors, url, frozenset({host_of(url), *hosts}))
    above = _above(tree, base, url)
    return Look(
        url=url,
        nature=_nature(said, seems, url),
        said=said,
        title=title,
        site=site,
        column=plain(metas.get("columnname") or "") or (above[0].name if above else ""),
        lang=plain((html.attributes.get("lang") or "") if html else "", 20)
        or metas.get("lang", ""),
        feeds=_feeds(tree, anchors, base),
        columns=columns,
        above=above,
        hosts=hosts,
        onward=_onward(tree, text, base, anchors),
        blocks=blocks,
        head=seems is nature.Nature.HOME,
        scripted=seems is nature.Nature.EMPTY_BY_SCRIPT,
        sample=_words(tree),
    )


def _words(tree: LexborHTMLParser) -> str:
    """Return how the words of a page begin; its scripts are taken out of the tree."""
    for node in tree.css("script, style, noscript, template"):
        node.decompose()
    return plain(tree.body.text(separator=" ")[:4000], 1000) if tree.body else ""


def _metas(tree: LexborHTMLParser) -> dict[str, str]:
    found: dict[str, str] = {}
    for node in tree.css("meta[content]")[:200]:
        name = node.attributes.get("name") or node.attributes.get("property") or ""
        found.setdefault(name.lower(), (node.attributes.get("content") or "").strip())
    return found


def _says_article(metas: Mapping[str, str], url: str) -> bool:
    """Tell whether a page calls itself an article, or its address does."""
    told = metas.get("og:type", "").lower() == "article" or metas.get("article:published_time")
    return bool(told or (metas.get("articletitle") and metas.get("pubdate"))) or (
        addresses.is_article(url)
    )


def _nature(said: bool, seems: nature.Nature, url: str) -> Nature:
    """Return what a page is: by what it says itself, else by how it reads."""
    if addresses.is_root(url):
        return Nature.HOME
    if said and not (addresses.is_article(url) and seems is nature.Nature.LISTING):
        return Nature.ARTICLE
    return Nature.ARTICLE if seems is nature.Nature.ARTICLE else Nature.PAGE


def _feeds(tree: LexborHTMLParser, anchors: Iterable[Anchor], base: str) -> tuple[Candidate, ...]:
    """Return the feeds a page announces, then those it links to, each once."""
    found: dict[str, Candidate] = {}
    for node in tree.css("link[rel~=alternate][href]"):
        if _FEED_TYPES.search(node.attributes.get("type") or ""):
            name, href = (
                plain(node.attributes.get("title") or ""),
                node.attributes.get("href") or "",
            )
            _add_feed(found, address(href, base), name, 6)
    for link in anchors:
        if _FEED_ADDRESS.search(link.url.partition("//")[2].partition("/")[2]):
            _add_feed(found, link.url, link.name, 4)
    return tuple(found.values())[:MOST_FEEDS]


def _add_feed(found: dict[str, Candidate], url: str, name: str, points: int) -> None:
    if url and not _NO_NEWS_FEED.search(f"{url} {name}"):
        feed = Candidate(url=url, name=name, points=points, kind=ListingKind.FEED)
        found.setdefault(url, feed)


def _above(tree: LexborHTMLParser, base: str, url: str) -> tuple[Candidate, ...]:
    """Return the steps of a page's breadcrumb, the nearest first, home left out."""
    places = tree.css(_CRUMBS)[:10]
    if not any(
        _YOU_ARE_HERE.search(place.text()[:200]) or len(place.css("a")) > 1 for place in places
    ):
        said = [n for n in tree.css("div, p, td, span, li") if _YOU_ARE_HERE.search(n.text()[:40])]
        places = [*places, *said[-1:]]
    for place in places:
        steps = [
            Candidate(url=to, name=plain(node.text()), points=6)
            for node in place.css("a[href]")[:12]
            if (to := address(node.attributes.get("href") or "", base)) and to != url
        ]
        steps = [s for s in steps if not addresses.is_root(s.url) and not is_home(s.name)]
        steps = [
            s for s in steps if host_of(s.url) == host_of(url) and not addresses.is_article(s.url)
        ]
        if steps:
            return tuple(reversed(steps))
    return ()


def _hosts(anchors: Iterable[Anchor], url: str) -> tuple[str, ...]:
    """Return other hosts of the same site that many articles of the page lie on."""
    here = host_of(url)
    domain = here.removeprefix("www.")
    counts = Counter(host_of(a.url) for a in anchors if addresses.is_article(a.url))
    return tuple(
        host
        for host, count in counts.most_common(5)
        if count >= _MANY and host != here and _related(host.removeprefix("www."), domain)
    )


def _related(one: str, two: str) -> bool:
    """Tell whether two hosts are of one site: one below the other, and below no mere suffix."""
    shorter, longer = sorted((one, two), key=len)
    return shorter.count(".") >= 1 and (longer == shorter or longer.endswith(f".{shorter}"))


def _onward(tree: LexborHTMLParser, text: str, base: str, anchors: list[Anchor]) -> str:
    """Return where a page leads that shows nothing itself, or ""."""
    for node in tree.css("meta[http-equiv][content]")[:5]:
        if (node.attributes.get("http-equiv") or "").lower() == "refresh":
            found = _REFRESH.search(node.attributes.get("content") or "")
            if found and (to := address(found[1], base)):
                return to
    if len(anchors) < 5 and (found := _ONWARD.search(text[:20_000])):
        return address(found[1], base)
    frame = tree.css_first("frame[src], iframe[src]") if len(anchors) < 2 else None
    return address(frame.attributes.get("src") or "", base) if frame is not None else ""


def named_column(look: Look, site: str) -> str:
    """Return what a listing's own page calls it: its meta, or its title without the site's name."""
    said = look.column or column_name(look.title, site)
    return "" if addresses.is_root(look.url) or is_home(said) else said
