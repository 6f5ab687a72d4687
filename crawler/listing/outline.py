"""A parsed page as flat lists in the page's order: what stands where, asked thousands of times.

One walk through the tree; after that no question about a place goes back to the parser.
"""

import re
from bisect import bisect_left
from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawler.listing.rows import squeeze

#: Elements whose insides nobody sees, or of which only one part is seen at a time.
UNSEEN = frozenset(
    "script style noscript template head select option textarea svg iframe object".split()
)
#: Elements that only colour words: rows that differ in them are alike.
INLINE = frozenset(
    "b strong em i font u big small center mark nobr tt strike s del ins sub sup span".split()
)
CELLS = frozenset(["td", "th"])

#: Parts of a class that tell one row of a list from its neighbours.
_STATE = re.compile(
    r"\d|(?:^|[-_])(?:odd|even|first|last|active|current|selected|alt|alternate|hover|on|cur|new"
    r"|hot|top|open|closed|visited|expanded|collapsed)(?:$|[-_])",
    re.IGNORECASE,
)
#: More elements, or a deeper place, than any list has a use for.
MOST, DEEPEST = 60_000, 200


@dataclass(slots=True)
class Outline:
    """Elements and texts of a page, numbered in the page's order."""

    #: the tag of each, "" for a text
    tags: list[str] = field(default_factory=list)
    #: the element around each, -1 for the outermost
    parents: list[int] = field(default_factory=list)
    #: the number after the last of what is inside each
    ends: list[int] = field(default_factory=list)
    #: what each text says
    words: list[str] = field(default_factory=list)
    nodes: list[LexborNode] = field(default_factory=list)
    #: the numbers of the texts
    texts: list[int] = field(default_factory=list)
    #: the numbers of what may be a link
    anchors: list[int] = field(default_factory=list)
    _looks: dict[int, str] = field(default_factory=dict)
    _names: dict[str, str] = field(default_factory=dict)
    _places: dict[int, int] = field(default_factory=dict)

    def between(self, start: int, end: int) -> list[int]:
        """Return the numbers of the texts from ``start`` up to ``end``."""
        return self.texts[bisect_left(self.texts, start) : bisect_left(self.texts, end)]

    def pieces(self, start: int, end: int) -> list[str]:
        """Return the texts from ``start`` up to ``end``."""
        return [self.words[at] for at in self.between(start, end)]

    def look(self, at: int) -> str:
        """Return what an element has in common with its like in the other rows."""
        known = self._looks.get(at)
        if known is None:
            tag = self.tags[at]
            said = self.nodes[at].attributes.get("class") or ""
            names = self._names.get(said)
            if names is None:
                lasting = (name for name in said.split() if not _STATE.search(name))
                names = self._names[said] = ".".join(lasting)
            place = str(self._place(at)) if tag in CELLS else ""
            known = self._looks[at] = f"{tag}{place}.{names}"
        return known

    def within(self, at: int, around: int) -> str:
        """Return the way from an element down to a place inside it."""
        way = []
        while at > around:
            at = self.parents[at]
            if at > around and self.tags[at] not in INLINE:
                way.append(self.look(at))
        return " ".join(reversed(way))

    def _place(self, at: int) -> int:
        """Return which cell of its row one is."""
        if at not in self._places:
            count, row = 0, self.parents[at]
            child = row + 1
            while 0 <= child < self.ends[row]:
                if self.tags[child] in CELLS:
                    self._places[child] = count
                    count += 1
                child = self.ends[child]
        return self._places.get(at, 0)


def outline(tree: LexborHTMLParser) -> Outline:
    """Return the outline of a page's body, as far as a list may reach."""
    found = Outline()
    node: LexborNode | None = tree.body
    #: the elements around the place of the walk, with their numbers
    around: list[tuple[LexborNode, int]] = []
    while node is not None and len(found.tags) < MOST:
        inside = None
        if node.is_text_node:
            if said := squeeze(node.text_content or ""):
                found.texts.append(_add(found, node, around, "", said))
        elif node.is_element_node and len(around) <= DEEPEST:
            tag = node.tag or ""
            if tag not in UNSEEN:
                at = _add(found, node, around, tag, "")
                inside = _inside(found, node, at)
                if inside is not None:
                    around.append((node, at))
        following = inside if inside is not None else node.next if around else None
        while following is None and around:
            over, at = around.pop()
            found.ends[at] = len(found.tags)
            following = over.next if around else None
        node = following
    for _, at in around:
        found.ends[at] = len(found.tags)
    return found


def _add(
    found: Outline, node: LexborNode, around: list[tuple[LexborNode, int]], tag: str, said: str
) -> int:
    """Put one node at the end of an outline and return its number."""
    at = len(found.tags)
    found.tags.append(tag)
    found.parents.append(around[-1][1] if around else -1)
    found.ends.append(at + 1)
    found.words.append(said)
    found.nodes.append(node)
    return at


def _inside(found: Outline, node: LexborNode, at: int) -> LexborNode | None:
    """Return the first node to look at inside an element that was put into an outline."""
    tag = found.tags[at]
    if tag in ("a", "area"):
        found.anchors.append(at)
    elif tag == "time" and (said := node.attributes.get("datetime")):
        # What the element says for machines stands for what it shows.
        if stamp := squeeze(said):
            found.words[at] = stamp
            found.texts.append(at)
        return None
    return node.first_child
