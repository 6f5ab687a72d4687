"""A page of HTML and known articles → the rows of its listing, whatever they look like.

A row is the largest element around a known article that holds no other one; what looks like the
most of them, and stands where they stand, is a row too, with an article that is not known yet.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawler.listing.html import base_of
from crawler.listing.page import Page
from crawler.listing.rows import link_title
from crawler.mending.reappear import Recogniser

#: How far up the element may lie that holds one row.
_CLIMB = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One entry of a listing."""

    node: LexborNode
    #: the link to its article: the known one's, else the one with the longest title
    anchor: LexborNode
    #: every address in it
    urls: frozenset[str]
    #: which known article it is, or None
    place: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The rows of a listing."""

    rows: tuple[Row, ...]
    #: which known articles stand anywhere on the page
    everywhere: frozenset[int]

    @property
    def places(self) -> frozenset[int]:
        """Return which known articles stand in it."""
        return frozenset(row.place for row in self.rows if row.place is not None)

    @property
    def urls(self) -> frozenset[str]:
        """Return the addresses its rows lead to."""
        return frozenset(url for row in self.rows for url in row.urls)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Anchor:
    node: LexborNode
    url: str
    place: int | None
    #: by its address, not only by its number or title
    exact: bool


def find_group(page: Page, tree: LexborHTMLParser, recogniser: Recogniser) -> Group | None:
    """Return the rows that hold most known articles, None where none holds any."""
    anchors = list(_anchors(page, tree, recogniser))
    inside: dict[int, set[int]] = defaultdict(set)
    for anchor in anchors:
        if anchor.place is not None:
            for element in (anchor.node, *above(anchor.node)):
                inside[element.mem_id].add(anchor.place)
    held: dict[tuple[str, ...], set[int]] = defaultdict(set)
    for anchor in anchors:
        if anchor.place is not None:
            held[_look(_largest(anchor, inside))].add(anchor.place)
    if not held:
        return None
    # Of two as good the one that stands nearer to the link: a box for each day is no row.
    look = max(held, key=lambda one: (len(held[one]), len(one)))
    everywhere = frozenset(one.place for one in anchors if one.place is not None)
    return Group(rows=tuple(_rows(tree, look, anchors)), everywhere=everywhere)


def _anchors(page: Page, tree: LexborHTMLParser, recogniser: Recogniser) -> Iterator[_Anchor]:
    """Yield the links that lead away from the page, and which known article each means."""
    base = base_of(page, tree)
    here = {page.address(page.request.url), page.address(page.source.address)}
    for node in tree.css("a[href]"):
        url = page.address(node.attributes.get("href") or "", base)
        if url and url not in here:
            titles = (link_title(node), node.attributes.get("title") or "")
            place = recogniser.place(url, *titles)
            exact = place is not None and recogniser.known[place].url == url
            yield _Anchor(node=node, url=url, place=place, exact=exact)


def _largest(anchor: _Anchor, inside: dict[int, set[int]]) -> LexborNode:
    """Return the largest element around a known article that holds no other one."""
    row = anchor.node
    for element in above(anchor.node):
        if len(inside[element.mem_id]) > 1:
            break
        row = element
    return row


def _rows(tree: LexborHTMLParser, look: tuple[str, ...], anchors: list[_Anchor]) -> Iterator[Row]:
    """Yield every element that looks like the rows and leads somewhere."""
    found: dict[int, list[_Anchor]] = defaultdict(list)
    for anchor in anchors:
        for element in (anchor.node, *above(anchor.node)):
            found[element.mem_id].append(anchor)
    for node in tree.css(look[0].partition(".")[0]):
        links = found.get(node.mem_id)
        if not links or _look(node) != look:
            continue
        known = [link for link in links if link.place is not None]
        best = max(known or links, key=lambda link: (link.exact, len(link_title(link.node))))
        yield Row(
            node=node,
            anchor=best.node,
            urls=frozenset(link.url for link in links),
            place=best.place,
        )


def above(node: LexborNode) -> list[LexborNode]:
    """Return the elements around one, nearest first, as far as they may belong to a row."""
    found: list[LexborNode] = []
    element = node.parent
    while element is not None and len(found) < _CLIMB and element.tag not in ("body", "html"):
        found.append(element)
        element = element.parent
    return found


def _look(node: LexborNode) -> tuple[str, ...]:
    """Return what rows of one listing have in common: their tag, and the look of all above."""
    around = (f"{one.tag}.{one.attributes.get('class') or ''}" for one in above(node))
    return (f"{node.tag}.", *around)
