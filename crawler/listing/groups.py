"""Finds the rows of a listing on a page that nobody described.

The rows of a listing look alike: the same elements inside the same element, each around one
address. Of all such groups the one is taken whose rows look most like articles: with a date, a
numbered address, a long title. Navigation has short words, addresses of folders, and no dates.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawler.listing.page import Page
from crawler.listing.rows import is_more, link_title, row_date, row_title

#: How far up the element may lie that holds one row.
_CLIMB = 8

#: Points of a row: a date is worth two, an address or a title like an article's one each. From
#: here on it counts as an article.
_ENOUGH = 2

#: A row with nothing like it must have all of them.
_ALONE = 4

#: Share of articles from which on a group as a whole is a listing.
_MOST = 0.5

#: Characters of a title that navigation seldom has; a CJK character says as much as two others.
_LONG_TITLE = 20

_FOLDER = re.compile(r"/(?:(?:index|list|default|main|home)(?:_\d+)?\.\w+)?$", re.IGNORECASE)
_NUMBERED = re.compile(
    r"/[^/]*\d{4,}[^/]*$"  # t20240315_1234.html, art_17_98.html, 005391cf8de3….html
    r"|/(?:19|20)\d\d[-/]?(?:0?[1-9]|1[0-2])[-/]"  # /2024/3/15/, /202403/, /2024-03/15/
    r"|/[^/]*\d[^/]*\.(?:s?html?|jhtml|pdf|docx?|wps)$"
    r"|/[^/]+(?:-[^/]+){3,}/?$",  # /budget-speech-by-the-minister
    re.IGNORECASE,
)
_QUERY_NUMBER = re.compile(r"(?:id|no|key|code)=[^&]*\d", re.IGNORECASE)

#: What the links of a pager say.
_PAGER = re.compile(
    r"\W*(?:\d*|首页|第一页|[上下前后][一1]?[页頁]|[尾末]页|最后一页|prev(?:ious)?|next|first|last)"
    r"(?: page)?\W*",
    re.IGNORECASE,
)

Row = tuple[LexborNode, LexborNode, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Anchor:
    node: LexborNode
    url: str
    #: the link has words of its own; an icon or a 详情 has none
    titled: bool
    #: the elements around it, nearest first
    above: tuple[LexborNode, ...]


def find_rows(page: Page, tree: LexborHTMLParser, base: str) -> list[Row]:
    """Return the rows of a page's listing, each with its link and the link's address."""
    anchors = list(_anchors(page, tree, base))
    inside: dict[tuple[int, bool], set[str]] = defaultdict(set)
    for anchor in anchors:
        for element in anchor.above:
            inside[element.mem_id, False].add(anchor.url)
            if anchor.titled:
                inside[element.mem_id, True].add(anchor.url)
    groups: dict[tuple[str | None, ...], dict[str, Row]] = defaultdict(dict)
    for anchor in anchors:
        if page.admits(anchor.url):
            row = _row(anchor, inside)
            rows = groups[_likeness(row)]
            known = rows.get(anchor.url)
            # A picture and a title often lead to the same article.
            if known is None or len(link_title(anchor.node)) > len(link_title(known[1])):
                rows[anchor.url] = (row, anchor.node, anchor.url)
    scored = [_articles(list(rows.values())) for rows in groups.values()]
    return max(scored, key=lambda group: group[0], default=(0.0, []))[1]


def _anchors(page: Page, tree: LexborHTMLParser, base: str) -> Iterator[_Anchor]:
    """Return the links of a page that lead away from it."""
    here = set(map(page.address, (page.request.url, page.listing.url, page.source.address)))
    for node in tree.css("a[href]"):
        url = page.address(node.attributes.get("href") or "", base)
        title = link_title(node)
        if url and url not in here and not (title and _PAGER.fullmatch(title)):
            titled = bool(title) and not is_more(title)
            yield _Anchor(node=node, url=url, titled=titled, above=tuple(_above(node)))


def _above(node: LexborNode) -> Iterator[LexborNode]:
    element = node.parent
    for _ in range(_CLIMB):
        if element is None or element.tag in ("body", "html"):
            return
        yield element
        element = element.parent


def _row(anchor: _Anchor, inside: dict[tuple[int, bool], set[str]]) -> LexborNode:
    """Return the largest element around a link that leads nowhere else, icons aside."""
    row = anchor.node
    for element in anchor.above:
        if len(inside[element.mem_id, anchor.titled]) > 1:
            break
        row = element
    return row


def _likeness(row: LexborNode) -> tuple[str | None, ...]:
    """Return what rows of one listing have in common, whatever marks the odd or the last one."""
    parent = row.parent
    above = parent.parent if parent is not None else None
    return (row.tag, *_look(parent), *_look(above))


def _look(element: LexborNode | None) -> tuple[str | None, ...]:
    if element is None:
        return (None, None)
    return (element.tag, element.attributes.get("class"))


def _articles(rows: list[Row]) -> tuple[float, list[Row]]:
    """Return the rows of a group that look like articles, and how good the group is."""
    points = [_points(*row) for row in rows]
    if len(rows) == 1 and points[0] < _ALONE:
        return 0.0, []
    share = sum(worth >= _ENOUGH for worth in points) / len(rows)
    score = share * sum(worth for worth in points if worth >= _ENOUGH)
    # Among articles a short title or a missing date is forgiven.
    least = 1 if share >= _MOST else _ENOUGH
    return score, [row for row, worth in zip(rows, points, strict=True) if worth >= least]


def _points(row: LexborNode, anchor: LexborNode, url: str) -> int:
    title = row_title(row, anchor)
    parts = urlsplit(url)
    numbered = bool(_NUMBERED.search(parts.path) or _QUERY_NUMBER.search(parts.query))
    article = numbered and not (_FOLDER.search(parts.path) and not parts.query)
    long = len(title) + sum(ord(character) > 0x2E7F for character in title) >= _LONG_TITLE
    return 2 * bool(row_date(row, anchor)) + article + long
