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
from crawler.extract.noise import is_noise_name
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
#: What the walk does at an element: step in, end the line, nothing, or what its name says. All
#: other elements are boxes.
_INLINE_, _LINK, _BREAK, _PASS, _TIME, _PICTURE, _META, _BARE, _BOX = range(9)
_KINDS = {
    **dict.fromkeys(_VOID.split(), _PASS),
    **dict.fromkeys(_INLINE.split(), _INLINE_),
    **dict.fromkeys(("br", "hr"), _BREAK),
    **dict.fromkeys(("meta", "title", "base"), _META),
    # elements that seldom carry a name; without one they end lines and are no box
    **dict.fromkeys(("tbody", "thead", "tfoot"), _BARE),
    "a": _LINK,
    "time": _TIME,
    "img": _PICTURE,
}
HEADINGS = frozenset(["h1", "h2", "h3", "h4", "h5", "h6"])
#: Tags whose text is never the article's.
FURNITURE = frozenset(["nav", "aside", "footer", "menu", "dialog", "search"])
#: Never passed over, whatever they are called.
WHOLE = frozenset(["html", "body", "main", "article"])
#: What a box of furniture must not hold to be passed over: labels and sentences, years.
_LABELLED = re.compile("[:：。]")
_TOLD = re.compile(r"\d{4}|[.!?]\s")
#: … and how long it may be, characters
LONG = 5000
#: Addresses that end so, or say so in their query, are files to keep beside the article.
FILES = frozenset(
    ["pdf", "doc", "docx", "xls", "xlsx", "wps", "et", "ofd", "zip", "rar", "ppt", "pptx"]
)


class Line(NamedTuple):
    """Text between two block boundaries, as a reader sees a line begin and end."""

    #: ``""`` for all that lies in a menu that was passed over; ``linked`` tells how much that is
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


#: Boxes whose words are not the text's, and whose pictures are.
PICTURED = re.compile(r"caption|credit|gallery|slide|photo|image|picture|figure")
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
        """Close the line."""
        text = "".join(self.parts).strip()
        if text:
            if "\n" in text or "\t" in text or "  " in text:
                text = _RUN.sub(BREAK, text)
            linked = self.linked
            if linked > len(text):
                linked = len(text)
            self.lines.append(Line(text, linked, self.box, self.nodes))
        self.nodes = []
        self.linked = 0
        self.parts.clear()

    def into(self, node: LexborNode, link: bool, depth: int) -> None:
        """Read what lies in ``node``; ``link`` tells whether an anchor is around it."""
        if depth > MAX_DEPTH:
            raise ExtractError(self.page.url, f"nested deeper than {MAX_DEPTH} levels")
        parts, depth = self.parts, depth + 1
        child = node.child
        while child is not None:
            tag = child.tag
            if tag == "-text":
                text = child.text_content or ""
                if not text.isspace():
                    parts.append(text)
                    self.nodes.append(child)
                    if link:
                        self.linked += len(text.strip())
                elif parts:
                    parts.append(" ")
            elif (kind := _KINDS.get(tag, _BOX)) <= _LINK:  # type: ignore[arg-type]
                if parts and parts[-1] is not SEAM:
                    parts.append(SEAM)
                linking = link or (kind == _LINK and bool(child.attrs.get("href")))
                self.into(child, linking, depth)
                if parts and parts[-1] is not SEAM:
                    parts.append(SEAM)
            elif kind >= _BARE:
                if parts:
                    self.end_line()
                # one element in five is there for its looks and holds nothing
                if child.child is not None:
                    attributes = child.attributes
                    if attributes or kind == _BOX:
                        self.block(child, tag or "", attributes, link, depth)
                    else:
                        self.into(child, link, depth)
                    if parts:
                        self.end_line()
            elif kind == _BREAK:
                if parts:
                    self.end_line()
            elif kind != _PASS:
                self.leaf(child, kind, link, depth)
            child = child.next

    def block(
        self,
        node: LexborNode,
        tag: str,
        attributes: dict[str, str | None],
        link: bool,
        depth: int,
    ) -> None:
        """Read a box."""
        name, hidden = "", False
        if attributes:
            name, hidden = _called(attributes), _is_hidden(attributes)
        boxes, outer, index = self.boxes, self.box, len(self.boxes)
        box = Box(node, tag, index, outer, name, hidden, len(self.lines))
        boxes.append(box)
        self.box = index
        idle = -1
        if tag not in WHOLE and (hidden or tag in FURNITURE or (name and is_noise_name(name))):
            idle = _idle(node, name, self.page.title[:8])
        if idle > 0:
            self.lines.append(Line("", idle, index, []))
        elif idle < 0:
            self.into(node, link, depth)
            if self.parts:
                self.end_line()
        box.end, box.after = len(self.lines), len(boxes)
        if box.pictures and outer >= 0:
            boxes[outer].pictures += box.pictures
        self.box = outer

    def leaf(self, node: LexborNode, kind: int, link: bool, depth: int) -> None:
        """Read an element that says something besides its text."""
        if kind == _PICTURE:
            if self.box >= 0:
                self.boxes[self.box].pictures += 1
        elif kind == _TIME:
            if moment := node.attributes.get("datetime"):
                self.page.times.append((moment, len(self.lines)))
            self.into(node, link, depth)
        else:
            _describe(self.page, node)


def _idle(node: LexborNode, name: str, title: str) -> int:
    """Return how many characters a box holds that tells no witness anything, -1 if it does.

    Half of a page's nodes lie in menus: their words together tell as much as each of them. One in
    which the ``title`` begins is asked for its heading.
    """
    if PICTURED.search(name):
        return -1
    text = node.text() or ""
    told = (
        len(text) > LONG
        or (title and title in text)
        or _LABELLED.search(text)
        or _TOLD.search(text)
    )
    return -1 if told else len(text)


def _called(attributes: dict[str, str | None]) -> str:
    """Return id, class and itemprop of an element, lower case, a blank between."""
    name = attributes.get("class") or ""
    if identity := attributes.get("id"):
        name = f"{identity} {name}"
    if "itemprop" in attributes:
        name = f"{name} {attributes['itemprop']}"
    return name.strip().lower()


def _is_hidden(attributes: dict[str, str | None]) -> bool:
    """Say whether an element is taken off the page by its own attributes."""
    style = attributes.get("style")
    hidden = style and "none" in style and "display:none" in style.replace(" ", "").lower()
    return bool(hidden) or "hidden" in attributes


def _describe(page: Page, node: LexborNode) -> None:
    """Note what a ``title``, ``base`` or ``meta`` element says of the page."""
    attributes = node.attributes
    if node.tag == "title":
        page.title = page.title or " ".join((node.text() or "").split())[:LONGEST]
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


def outermost(nodes: list[LexborNode]) -> list[LexborNode]:
    """Return those of the nodes that lie in none of the others, in the order of the tree.

    Once a node is taken out of the tree, what lay in it must not be touched.
    """
    known, found = {node.mem_id for node in nodes}, []
    for node in nodes:
        around = node.parent
        while around is not None and around.mem_id not in known:
            around = around.parent
        if around is None:
            found.append(node)
    return found


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
    _Walk(page).block(root, "html", root.attributes, False, 0)
    return page
