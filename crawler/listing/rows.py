"""Reads one row of a listing: the element around a link, with its title, date and summary."""

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborNode

from crawler.listing.dates import find_date, whole_date

_CUT = re.compile(r"(?:\.{2,}|…+)\s*$")
_BULLETS = " ·•●▪■◆>»-"

#: Words of links that stand beside an article's own.
MORE = frozenset(
    {
        "更多",
        "查看",
        "查看更多",
        "查看详情",
        "查看全文",
        "点击查看",
        "详情",
        "详细",
        "详细信息",
        "全文",
        "阅读全文",
        "下载",
        "more",
        "read more",
        "details",
        "view",
        "download",
    }
)

_HEADINGS = "h1, h2, h3, h4, h5, h6"

#: Characters a paragraph needs to count as a summary.
_SUMMARY_LEAST = 15


def squeeze(text: str) -> str:
    """Return ``text`` with every run of blanks as one."""
    return " ".join(text.split())


def pieces(node: LexborNode) -> list[str]:
    """Return the texts inside an element, one for each text node that says something."""
    return [text for part in _texts(node) if (text := squeeze(part))]


def _texts(node: LexborNode) -> Iterator[str]:
    for part in node.traverse(include_text=True):
        inside = part.parent
        if part.is_text_node and (inside is None or inside.tag not in ("script", "style")):
            yield part.text_content or ""


def is_more(text: str) -> bool:
    """Tell whether a link's text only says that there is more to read."""
    return text.strip(_BULLETS + "[]【】()（）…。").casefold() in MORE


def link_title(anchor: LexborNode) -> str:
    """Return the title a link shows, whole even where the page cuts it short."""
    only = anchor.first_child
    if only is not None and only.is_text_node and only.next is None:
        # Most links hold one text, and that needs no search.
        shown = squeeze(only.text_content or "").lstrip(_BULLETS)
    else:
        heading = anchor.css_first(_HEADINGS)
        shown = _shown(heading if heading is not None else anchor)
    full = squeeze(anchor.attributes.get("title") or "")
    # Only then: elsewhere the attribute may hold a label, the author, or the site's name.
    if full and (not shown or _CUT.search(shown) or full in shown or is_more(shown)):
        return full
    return shown


def row_title(row: LexborNode, anchor: LexborNode) -> str:
    """Return the title of a row: what its link shows, or its longest words beside a bare link."""
    title = link_title(anchor)
    if title and not is_more(title):
        return title
    beside = [text for text in pieces(row) if not whole_date(text) and not is_more(text)]
    return max(beside, key=len, default=title)


def _shown(node: LexborNode) -> str:
    """Return the text of an element, without the dates and bullets that stand beside the words."""
    parts = list(_texts(node))
    if len(parts) > 1:
        parts = [part for part in parts if not whole_date(part)]
    return squeeze("".join(parts)).lstrip(_BULLETS)


def row_date(row: LexborNode, anchor: LexborNode) -> str:
    """Return the date that a row shows, as found, or ""."""
    stamped = row.css_first("time[datetime]")
    if stamped is not None and (stamp := squeeze(stamped.attributes.get("datetime") or "")):
        return stamp
    inside = pieces(anchor)
    beside = [text for text in pieces(row) if text not in inside]
    own = [date for text in inside if len(inside) > 1 and (date := whole_date(text))]
    return find_date(beside) or "".join(own[:1]) or find_date(_following(row))


def _following(row: LexborNode) -> list[str]:
    """Return the texts between a row and the next link: where there is no element around both."""
    found: list[str] = []
    node = row.next
    while node is not None and len(found) < 4:
        if node.is_element_node and (node.tag == row.tag or node.css_first("a") is not None):
            break
        found += pieces(node) if node.is_element_node else [squeeze(node.text_content or "")]
        node = node.next
    return [text for text in found if text]


def row_summary(row: LexborNode, title: str) -> str:
    """Return the first paragraph of a row that is no title and no date, or ""."""
    for paragraph in row.css("p"):
        text = squeeze(paragraph.text())
        if len(text) >= _SUMMARY_LEAST and text not in title and not paragraph.css("a[href]"):
            return text
    return ""
