"""One walk over a parsed page → a ``Page``: its lines of text and the boxes they lie in.

The tree is walked once, however many witnesses there are.
"""

import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawler.errors import ExtractError
from crawler.extract.noise import is_noise_name
from crawler.extract.page import FURNITURE, INLINE, PICTURED, SEAM, Box, Line, Page
from crawler.extract.wording import BREAK

#: Deeper pages are refused: the walk is recursive, and no page made for people nests like this.
MAX_DEPTH = 300

#: Longest string kept of <title> and metas, characters.
LONGEST = 4000

_VOID = """
    input embed link param source track area -comment -doctype option optgroup keygen basefont
    bgsound command col frame
"""
#: What the walk does at an element: step in, end the line, nothing, or what its name says. All
#: other elements are boxes.
_INLINE, _LINK, _BREAK, _PASS, _TIME, _PICTURE, _META, _BARE, _BOX = range(9)
_KINDS: dict[str | None, int] = {
    **dict.fromkeys(_VOID.split(), _PASS),
    **dict.fromkeys(INLINE, _INLINE),
    **dict.fromkeys(("br", "hr"), _BREAK),
    **dict.fromkeys(("meta", "title", "base"), _META),
    # elements that seldom carry a name; without one they end lines and are no box
    **dict.fromkeys(("tbody", "thead", "tfoot"), _BARE),
    "a": _LINK,
    "time": _TIME,
    "img": _PICTURE,
}
#: Never passed over, whatever they are called.
WHOLE = frozenset(["html", "body", "main", "article"])
#: What a box of furniture must not hold to be passed over: labels, sentences, years.
_TOLD = re.compile(
    r"[:：。.!?12１２١٢۱۲](?:(?<=[:：。])|(?<=[.!?])\s|"
    r"(?<=[1１١۱])[9９٩۹]\d\d|(?<=[2２٢۲])[01０１٠١۰۱]\d\d)"
)
#: … and how long it may be, characters, white space left out
LONG = 5000
#: How the source is broken into lines means nothing; that there was a gap does.
_RUN = re.compile(r"[ \t\r\n\f]{2,}|[\t\r\n\f]")


def take_apart(tree: LexborHTMLParser, url: str) -> Page:
    """Return the lines and boxes of a parsed page. Raises ExtractError where it nests too deep."""
    page = Page(tree, url, base=url)
    root = tree.root
    if root is None:
        raise ExtractError(url, "no document")
    page.lang = root.attributes.get("lang") or ""
    _Walk(page).block(root, "html", root.attributes, False, 0)
    return page


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

    def into(self, child: LexborNode | None, link: bool, depth: int) -> None:
        """Read ``child`` and its siblings; ``link`` tells whether an anchor is around them."""
        if depth > MAX_DEPTH:
            raise ExtractError(self.page.url, f"nested deeper than {MAX_DEPTH} levels")
        parts, depth = self.parts, depth + 1
        while child is not None:
            text = child.text_content
            if text is not None:
                if not text.isspace():
                    parts.append(text)
                    self.nodes.append(child)
                    if link:
                        self.linked += len(text.strip())
                elif parts:
                    parts.append(" ")
            elif (kind := _KINDS.get(tag := child.tag, _BOX)) <= _LINK:
                if parts and parts[-1] is not SEAM:
                    parts.append(SEAM)
                if (inner := child.first_child) is not None:
                    linking = link or (kind == _LINK and bool(child.attrs.get("href")))
                    self.into(inner, linking, depth)
                    if parts and parts[-1] is not SEAM:
                        parts.append(SEAM)
            elif kind >= _BARE:
                if parts:
                    self.end_line()
                # one element in five is there for its looks and holds nothing
                if (inner := child.first_child) is not None:
                    attributes = child.attributes
                    if attributes or kind == _BOX:
                        self.block(child, tag or "", attributes, link, depth)
                    else:
                        self.into(inner, link, depth)
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
        noise = hidden or tag in FURNITURE or (name != "" and is_noise_name(name))
        box = Box(node, tag, index, outer, name, hidden, noise, len(self.lines))
        boxes.append(box)
        self.box = index
        idle = -1
        if noise and tag not in WHOLE:
            idle = _idle(node, name, self.page.title[:8])
        if idle > 0:
            self.lines.append(Line("", idle, index, []))
        elif idle < 0:
            self.into(node.first_child, link, depth)
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
            self.into(node.first_child, link, depth)
        else:
            _describe(self.page, node)


def _idle(node: LexborNode, name: str, title: str) -> int:
    """Return how many characters a box holds that tells no witness anything, -1 if it does.

    Half of a page's nodes lie in menus: their words together tell as much as each of them. One in
    which the ``title`` begins is asked for its heading.
    """
    if PICTURED.search(name):
        return -1
    text = node.text_lexbor()
    told = (title and title in text) or _TOLD.search(text) or len("".join(text.split())) > LONG
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
