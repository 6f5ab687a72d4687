"""A page of HTML and known articles → the rows of its listing, whatever they look like.

A row is the largest element around a link that leads nowhere else; the rows of a listing stand in
elements of the same look. Of all such groups the one counts that holds most known articles.
"""

from collections import defaultdict
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawler.listing.html import base_of
from crawler.listing.page import Page
from crawler.listing.rows import is_more, link_title
from crawler.mending.reappear import Recogniser

_CLIMB = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One entry of a listing."""

    node: LexborNode
    anchor: LexborNode
    url: str
    title: str
    #: which known article it is, or None
    place: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The rows of a listing."""

    rows: tuple[Row, ...]

    @property
    def places(self) -> frozenset[int]:
        """Return which known articles stand in it."""
        return frozenset(row.place for row in self.rows if row.place is not None)

    @property
    def urls(self) -> frozenset[str]:
        """Return the addresses its rows lead to."""
        return frozenset(row.url for row in self.rows)


def find_group(page: Page, tree: LexborHTMLParser, recogniser: Recogniser) -> Group | None:
    """Return the group of rows that holds most known articles, None where none holds any."""
    base = base_of(page, tree)
    anchors: list[tuple[LexborNode, str]] = []
    inside: dict[int, set[str]] = defaultdict(set)
    here = {page.address(page.request.url), page.address(page.source.address)}
    for anchor in tree.css("a[href]"):
        url = page.address(anchor.attributes.get("href") or "", base)
        if not url or url in here:
            continue
        anchors.append((anchor, url))
        if not is_more(link_title(anchor)):
            for element in _above(anchor):
                inside[element.mem_id].add(url)
    groups: dict[tuple[str, ...], dict[str, Row]] = defaultdict(dict)
    for anchor, url in anchors:
        row = _row(anchor, url, inside, recogniser)
        known = groups[_look(row.node)].setdefault(url, row)
        if len(row.title) > len(known.title):
            groups[_look(row.node)][url] = row
    found = [Group(rows=tuple(rows.values())) for rows in groups.values()]
    best = max(found, key=lambda one: (len(one.places), -len(one.rows)), default=None)
    return best if best is not None and best.places else None


def _row(anchor: LexborNode, url: str, inside: dict[int, set[str]], recogniser: Recogniser) -> Row:
    node = anchor
    for element in _above(anchor):
        if inside[element.mem_id] - {url}:
            break
        node = element
    title = link_title(anchor)
    whole = anchor.attributes.get("title") or ""
    place = recogniser.place(url, title, whole)
    return Row(node=node, anchor=anchor, url=url, title=title, place=place)


def _above(node: LexborNode) -> list[LexborNode]:
    found: list[LexborNode] = []
    element = node.parent
    while element is not None and len(found) < _CLIMB and element.tag not in ("body", "html"):
        found.append(element)
        element = element.parent
    return found


def _look(node: LexborNode) -> tuple[str, ...]:
    """Return what rows of one listing have in common: their tag, and the look of all above."""
    above = (f"{one.tag}.{one.attributes.get('class') or ''}" for one in _above(node))
    return (str(node.tag), *above)
