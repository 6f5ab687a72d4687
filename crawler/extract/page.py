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

#: Deeper pages are refused: the walk is recursive, and no page made for people nests like this.
MAX_DEPTH = 300

#: Longest string kept of <title> and metas, characters.
LONGEST = 4000

#: Stands between two pieces of a line that lie in different inline elements. It counts as white
#: space, so patterns that allow white space allow it, and a value may end at it.
SEAM = "\x1f"

_INLINE = """
    abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark nobr o:p q
    ruby rb rt rp s samp small span st1:chsdate strike strong sub sup tt u var wbr
"""
_VOID = """
    input embed link param source track area -comment -doctype option optgroup keygen basefont
    bgsound command col frame
"""
#: What the walk does at an element: nothing, step in, end the line, or what its name says. All
#: other elements are boxes.
_PASS, _INLINE_, _LINK, _TIME, _BREAK, _PICTURE, _META, _BARE, _BOX = range(9)
_KINDS = {
    **dict.fromkeys(_VOID.split(), _PASS),
    **dict.fromkeys(_INLINE.split(), _INLINE_),
    **dict.fromkeys(("br", "hr"), _BREAK),
    **dict.fromkeys(("meta", "title", "base"), _META),
    # elements that seldom carry a name; without one they end lines and are no box
    **dict.fromkeys(("p", "tr", "tbody", "thead", "tfoot"), _BARE),
    "a": _LINK,
    "time": _TIME,
    "img": _PICTURE,
}
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
    nodes: list[LexborNode]


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
    #: every <time datetime>, and the line it stands in
    times: list[tuple[str, int]] = field(default_factory=list)

    def above(self, box: int) -> Iterator[int]:
        """Yield ``box`` and the boxes around it, inside out."""
        while box >= 0:
            yield box
            box = self.boxes[box].parent


class _Walk:
    """The state of the one walk: the line that is being put together, the box it lies in.

    A page has thousands of nodes, so each is asked for as little as will do.
    """

    __slots__ = ("box", "boxes", "lines", "linked", "nodes", "page", "parts")

    def __init__(self, page: Page) -> None:
        self.page, self.lines, self.boxes = page, page.lines, page.boxes
        self.parts: list[str] = []
        self.nodes: list[LexborNode] = []
        self.linked = 0
        self.box = -1

    def end_line(self) -> None:
        """Close the line, if there is anything on it."""
        text = "".join(self.parts).strip()
        if text:
            if "\n" in text or "\t" in text or "  " in text:
                text = _RUN.sub(BREAK, text)
            linked = self.linked
            self.lines.append(
                Line(text, linked if linked < len(text) else len(text), self.box, self.nodes)
            )
            self.nodes = []
        elif self.nodes:
            self.nodes = []
        self.parts = []
        self.linked = 0

    def into(self, node: LexborNode, link: bool, depth: int) -> None:
        """Read what lies in ``node``; ``link`` tells whether an anchor is around it."""
        if depth > MAX_DEPTH:
            raise ExtractError(self.page.url, f"nested deeper than {MAX_DEPTH} levels")
        child = node.child
        while child is not None:
            tag = child.tag or ""
            if tag == "-text":
                text = child.text_content or ""
                self.parts.append(text)
                if not text.isspace():
                    self.nodes.append(child)
                    if link:
                        self.linked += len(text.strip())
            else:
                kind = _KINDS.get(tag, _BOX)
                if kind >= _BARE:
                    self.block(child, tag, link, depth + 1)
                elif kind == _INLINE_:
                    self.inline(child, link, depth + 1)
                elif kind == _LINK:
                    self.inline(child, link or bool(child.attributes.get("href")), depth + 1)
                elif kind == _BREAK:
                    if self.parts:
                        self.end_line()
                elif kind != _PASS:
                    self.leaf(child, kind, link, depth + 1)
            child = child.next

    def inline(self, node: LexborNode, link: bool, depth: int) -> None:
        if self.parts:
            self.parts.append(SEAM)
        self.into(node, link, depth)
        if self.parts:
            self.parts.append(SEAM)

    def block(self, node: LexborNode, tag: str, link: bool, depth: int) -> None:
        if self.parts:
            self.end_line()
        attributes = node.attributes
        if not attributes and _KINDS.get(tag) == _BARE:
            self.into(node, link, depth)
            if self.parts:
                self.end_line()
            return
        name, hidden = "", False
        if attributes:
            name = f"{attributes.get('id') or ''} {attributes.get('class') or ''}"
            if "itemprop" in attributes:
                name = f"{name} {attributes['itemprop']}"
            name = name.strip().lower()
            style = attributes.get("style") or ""
            hidden = "hidden" in attributes or ("none" in style and is_hidden(style))
        boxes, outer = self.boxes, self.box
        index = len(boxes)
        box = Box(node, tag, index, outer, name, hidden, len(self.lines))
        boxes.append(box)
        self.box = index
        self.into(node, link, depth)
        if self.parts:
            self.end_line()
        box.end, box.after = len(self.lines), len(boxes)
        if box.pictures and outer >= 0:
            boxes[outer].pictures += box.pictures
        self.box = outer

    def leaf(self, node: LexborNode, kind: int, link: bool, depth: int) -> None:
        if kind == _PICTURE:
            if self.box >= 0:
                self.boxes[self.box].pictures += 1
        elif kind == _TIME:
            if moment := node.attributes.get("datetime"):
                self.page.times.append((moment, len(self.lines)))
            self.inline(node, link, depth)
        else:
            _describe(self.page, node)


def _describe(page: Page, node: LexborNode) -> None:
    """Note what a ``title``, ``base`` or ``meta`` element says of the page."""
    attributes = node.attributes
    if node.tag == "title":
        page.title = page.title or (node.text() or "").strip()[:LONGEST]
    elif node.tag == "base":
        page.base = (attributes.get("href") or "").strip() or page.base
    else:
        name = attributes.get("name") or attributes.get("property") or attributes.get("itemprop")
        content = attributes.get("content")
        if name and content and not content.isspace():
            page.metas.setdefault(name.strip().lower(), []).append(content.strip()[:LONGEST])


def anchors_of(line: Line) -> Iterator[LexborNode]:
    """Yield the links that a line's words stand in."""
    for node in line.nodes:
        for around in around_of(node):
            if around.tag == "a":
                yield around
                break


def around_of(node: LexborNode) -> Iterator[LexborNode]:
    """Yield the inline elements around a text node, inside out."""
    parent = node.parent
    while parent is not None and _KINDS.get(parent.tag or "", _BOX) in (_INLINE_, _LINK, _TIME):
        yield parent
        parent = parent.parent


def is_hidden(style: str) -> bool:
    """Say whether an inline style takes the element off the page."""
    return "display:none" in style.replace(" ", "").lower()


def is_file(href: str) -> bool:
    """Say whether an address names a document to keep, by its ending or in its query."""
    if "." not in href:
        return False
    path = href.partition("#")[0].rstrip().lower()
    return path.rpartition(".")[2] in FILES or path.partition("?")[0].rpartition(".")[2] in FILES


def take_apart(tree: LexborHTMLParser, url: str) -> Page:
    """Return the lines and boxes of a parsed page. Raises ExtractError where it nests too deep."""
    page = Page(tree, url, base=url)
    root = tree.root
    if root is None:
        raise ExtractError(url, "no document")
    page.lang = root.attributes.get("lang") or ""
    _Walk(page).block(root, "html", False, 0)
    return page
