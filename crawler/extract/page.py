"""One walk over a parsed page → its lines of text and the boxes they lie in.

Everything the other rooms ask (which box holds the prose, what stands behind 来源, where the title
is) is answered from these two flat lists, so the tree is walked once however many witnesses there
are. Nothing here knows what a line means.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawler.errors import ExtractError
from crawler.extract.wording import BREAK
from crawler.records import Selectors

#: Deeper pages are refused: the walk is recursive, and no page made for people nests like this.
MAX_DEPTH = 300

#: Longest string kept of <title> and metas, characters.
LONGEST = 4000

#: Stands between two pieces of a line that lie in different inline elements. It counts as white
#: space, so patterns that allow white space allow it, and a value may end at it.
SEAM = "\x1f"

_INLINE = """
    a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark nobr o:p q
    ruby rb rt rp s samp small span st1:chsdate strike strong sub sup time tt u var wbr
"""
INLINE = frozenset(_INLINE.split())
#: Inline elements whose names may tell what they hold.
NAMED = frozenset(["a", "em", "font", "i", "span", "time"])
_UNSEEN = """
    script style noscript template svg math iframe object embed applet select option datalist
    textarea button input canvas audio video map link base head -comment -doctype
"""
#: Never text of the page. ``noscript`` holds what other readers see: counters and notices.
UNSEEN = frozenset(_UNSEEN.split())
HEADINGS = frozenset(["h1", "h2", "h3", "h4", "h5", "h6"])
#: Addresses that end so, or say so in their query, are files to keep beside the article.
FILES = frozenset(
    ["pdf", "doc", "docx", "xls", "xlsx", "wps", "et", "ofd", "zip", "rar", "ppt", "pptx"]
)


class Line(NamedTuple):
    """Text between two block boundaries, as a reader sees a line begin and end."""

    text: str
    #: how many of its characters are link text
    linked: int
    #: index of the innermost box around it
    box: int
    #: the text nodes it is made of
    nodes: tuple[LexborNode, ...]


@dataclass(slots=True, eq=False)
class Box:
    """A block element: which lines it spans and what its author called it."""

    node: LexborNode
    tag: str
    #: its own index
    index: int
    #: index of the box around it, -1 for the outermost
    parent: int
    #: id, class and itemprop, lower case, a blank between
    name: str
    #: not shown: ``hidden``, ``display:none``
    hidden: bool
    #: first line within it
    start: int
    #: first line behind it
    end: int = 0
    #: index of the first box behind it and everything in it
    after: int = 0
    #: pictures within it
    pictures: int = 0


#: How the source is broken into lines means nothing; that there was a gap does.
_RUN = re.compile(r"[ \t\r\n\f]{2,}|[\t\r\n\f]")


@dataclass(slots=True)
class Page:
    """A page taken apart."""

    tree: LexborHTMLParser
    url: str
    base: str = ""
    lang: str = ""
    #: text of <title>
    title: str = ""
    #: lower-case name → contents in order, empty ones left out
    metas: dict[str, list[str]] = field(default_factory=dict)
    #: texts of inline scripts
    scripts: list[str] = field(default_factory=list)
    #: texts of application/ld+json scripts
    jsonld: list[str] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    boxes: list[Box] = field(default_factory=list)
    #: links to files: the anchor and the line it stands in
    files: list[tuple[LexborNode, int]] = field(default_factory=list)
    #: every <time datetime>, and the line it stands in
    times: list[tuple[str, int]] = field(default_factory=list)
    #: inline elements that have a name: id and class, the element, the line it stands in
    spans: list[tuple[str, LexborNode, int]] = field(default_factory=list)

    def above(self, box: int) -> Iterator[int]:
        """Yield ``box`` and the boxes around it, inside out."""
        while box >= 0:
            yield box
            box = self.boxes[box].parent


class _Walk:
    """The state of the one walk: the line that is being put together, the box it lies in."""

    __slots__ = ("box", "depth", "linked", "nodes", "page", "parts", "url")

    def __init__(self, page: Page, url: str) -> None:
        self.page, self.url = page, url
        self.parts: list[str] = []
        self.nodes: list[LexborNode] = []
        self.linked = 0
        self.box = -1
        self.depth = 0

    def end_line(self) -> None:
        """Close the line, if there is anything on it."""
        if not self.parts:
            return
        text = "".join(self.parts).strip()
        if text:
            self.page.lines.append(Line(text, self.linked, self.box, tuple(self.nodes)))
        self.parts.clear()
        self.nodes.clear()
        self.linked = 0

    def children(self, node: LexborNode, link: bool) -> None:
        """Read what lies in ``node``; ``link`` tells whether an anchor is around it."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise ExtractError(self.url, f"nested deeper than {MAX_DEPTH} levels")
        parts, nodes = self.parts, self.nodes
        for child in node.iter(include_text=True):
            tag = child.tag or ""
            if tag == "-text":
                # half of all nodes: no call is made for them
                text = child.text_content or ""
                if not text or text.isspace():
                    if parts:
                        parts.append(" ")
                    continue
                if "\n" in text or "\t" in text or "  " in text:
                    text = _RUN.sub(BREAK, text)
                parts.append(text)
                nodes.append(child)
                if link:
                    self.linked += len(text.strip())
            elif tag in INLINE:
                self.inline(child, tag, link)
            elif tag == "br":
                self.end_line()
            elif tag == "img":
                if self.box >= 0:
                    self.page.boxes[self.box].pictures += 1
            elif tag in UNSEEN or tag == "meta" or tag == "title":
                self.unseen(child, tag)
            else:
                self.block(child, tag, link)
        self.depth -= 1

    def inline(self, node: LexborNode, tag: str, link: bool) -> None:
        if self.parts:
            self.parts.append(SEAM)
        attributes = node.attributes if tag in NAMED else None
        if attributes and ("class" in attributes or "id" in attributes):
            name = f"{attributes.get('id') or ''} {attributes.get('class') or ''}".strip().lower()
            self.page.spans.append((name, node, len(self.page.lines)))
        if tag == "a" and attributes:
            href = attributes.get("href") or ""
            if href:
                link = True
                if is_file(href):
                    self.page.files.append((node, len(self.page.lines)))
        elif tag == "time" and attributes:
            moment = attributes.get("datetime")
            if moment:
                self.page.times.append((moment, len(self.page.lines)))
        self.children(node, link)
        if self.parts:
            self.parts.append(SEAM)

    def block(self, node: LexborNode, tag: str, link: bool) -> None:
        self.end_line()
        page, outer = self.page, self.box
        index = len(page.boxes)
        attributes = node.attributes
        name = f"{attributes.get('id') or ''} {attributes.get('class') or ''}"
        if "itemprop" in attributes:
            name = f"{name} {attributes['itemprop']}"
        name = name.strip().lower()
        style = attributes.get("style") or ""
        hidden = "hidden" in attributes or ("none" in style and is_hidden(style))
        start = len(page.lines)
        box = Box(node, tag, index, outer, name, hidden, start)
        page.boxes.append(box)
        self.box = index
        self.children(node, link)
        self.end_line()
        box.end = len(page.lines)
        box.after = len(page.boxes)
        if box.pictures and outer >= 0:
            page.boxes[outer].pictures += box.pictures
        self.box = outer

    def unseen(self, node: LexborNode, tag: str) -> None:
        page = self.page
        if tag == "head":
            self.children(node, False)
        elif tag == "meta":
            _add_meta(page.metas, node.attributes)
        elif tag == "title":
            page.title = page.title or (node.text() or "").strip()[:LONGEST]
        elif tag == "base":
            page.base = (node.attributes.get("href") or "").strip() or page.base
        elif tag == "script":
            text = node.text()
            if text:
                kind = node.attributes.get("type") or ""
                (page.jsonld if "ld+json" in kind else page.scripts).append(text)


def _add_meta(metas: dict[str, list[str]], attributes: dict[str, str | None]) -> None:
    name = attributes.get("name") or attributes.get("property") or attributes.get("itemprop")
    content = attributes.get("content")
    if name and content and not content.isspace():
        metas.setdefault(name.strip().lower(), []).append(content.strip()[:LONGEST])


def is_hidden(style: str) -> bool:
    """Say whether an inline style takes the element off the page."""
    return "display:none" in style.replace(" ", "").lower()


def is_file(href: str) -> bool:
    """Say whether an address names a document to keep, by its ending or in its query."""
    if "." not in href:
        return False
    path = href.partition("#")[0].rstrip().lower()
    return path.rpartition(".")[2] in FILES or path.partition("?")[0].rpartition(".")[2] in FILES


def read_page(html: str, url: str, drop: Selectors = ()) -> Page:
    """Parse ``html``, take out what ``drop`` selects, and walk the rest once.

    Raises ExtractError where it nests too deep.
    """
    tree = LexborHTMLParser(html)
    for selector in drop:
        for node in tree.css(selector):
            node.decompose()
    page = Page(tree, url, base=url)
    root = tree.root
    if root is None:
        raise ExtractError(url, "no document")
    page.lang = root.attributes.get("lang") or ""
    walk = _Walk(page, url)
    walk.block(root, "html", False)
    return page
