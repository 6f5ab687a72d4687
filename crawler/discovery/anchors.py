"""The links of a page, each with where it leads, what it says and what it stands under."""

from collections.abc import Iterator
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawler.discovery.words import is_more
from crawler.text import one_line
from crawler.urls import address_of

#: Links that are looked at, in the page's order; a menu comes first, a trap goes on for ever.
MOST_LINKS = 3000

#: Characters of a name that are kept.
LONGEST_NAME = 120

#: How far up a block's heading may stand from its link to more.
_CLIMB = 5
#: What stands around a name for the eye.
_EDGES = " \t>›»«·•|▪■◆→[]【】"
_HEADINGS = (
    "h1, h2, h3, h4, h5, h6, dt, caption, legend, [class*=title], [class*=tit], [class*=head], "
    "[class*=name], b, strong"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """One link."""

    url: str
    name: str
    #: it leads from a block to all of what the block shows some of
    more: bool


def anchors_of(tree: LexborHTMLParser, base: str) -> Iterator[Anchor]:
    """Yield the links of a page to other pages, a bounded number of them."""
    for number, node in enumerate(tree.css("a[href], area[href]")):
        if number >= MOST_LINKS:
            return
        url = address(node.attributes.get("href") or "", base)
        if not url:
            continue
        name = _name(node)
        if not name or is_more(name):
            yield Anchor(url=url, name=_heading(node), more=True)
        else:
            yield Anchor(url=url, name=name, more=_heads(node))


def address(href: str, base: str) -> str:
    """Return the canonical form of a reference, "" where it leads to no page."""
    href = href.strip()
    if not href or href.startswith("#") or (":" in href[:12] and not href.startswith("http")):
        return ""
    return address_of(href, base)


def _name(node: LexborNode) -> str:
    shown = one_line(node.text())[:LONGEST_NAME].strip(_EDGES)
    if shown:
        return shown
    image = node.css_first("img[alt]")
    said = node.attributes.get("title") or (image.attributes.get("alt") if image else "") or ""
    return one_line(said)[:LONGEST_NAME]


def _heads(node: LexborNode) -> bool:
    """Tell whether a link is the heading of a block."""
    parent = node.parent
    return parent is not None and parent.tag in ("h2", "h3", "h4", "dt", "caption")


def _heading(node: LexborNode) -> str:
    """Return the words at the head of the block that a bare link stands in, or ""."""
    element = node.parent
    for _ in range(_CLIMB):
        if element is None or element.tag in ("body", "html"):
            break
        for heading in element.css(_HEADINGS)[:3]:
            said = one_line(heading.text())
            if said and not is_more(said) and len(said) <= LONGEST_NAME // 2:
                return _without_more(said)
        element = element.parent
    return ""


def _without_more(text: str) -> str:
    """Return a heading without the 更多 that stands in it."""
    words = [word for word in text.split(" ") if not is_more(word)]
    return " ".join(words) or text
