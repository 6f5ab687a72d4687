"""A page taken apart: its lines of text, the boxes they lie in, and what it says of itself.

Everything the other rooms ask (which box holds the prose, what stands behind 来源, where the title
is) is answered from these flat lists. ``walk`` makes them. Nothing here knows what a line means.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from selectolax.lexbor import LexborHTMLParser, LexborNode

#: Stands between two pieces of a line that lie in different inline elements. It counts as white
#: space, so patterns that allow white space allow it, and a value may end at it.
SEAM = "\x1f"

_INLINE = """
    a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark nobr o:p q
    ruby rb rt rp s samp small span st1:chsdate strike strong sub sup time tt u var wbr
"""
#: Elements that stand within a line.
INLINE = frozenset(_INLINE.split())
HEADINGS = frozenset(["h1", "h2", "h3", "h4", "h5", "h6"])
#: Tags whose text is never the article's.
FURNITURE = frozenset(["nav", "aside", "footer", "menu", "dialog", "search"])
#: Boxes whose words are not the text's, and whose pictures are.
PICTURED = re.compile(r"caption|credit|gallery|slide|photo|image|picture|figure")
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
    #: not shown, or called something other than an article
    noise: bool
    #: first line within it
    start: int
    #: first line behind it
    end: int = 0
    #: index of the first box behind it and everything in it
    after: int = 0
    #: pictures within it
    pictures: int = 0


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
    while parent is not None and parent.tag in INLINE:
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
