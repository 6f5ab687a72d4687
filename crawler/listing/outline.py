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
    _places: dict[int, int] = field(default_factory=dict)

    def between(self, start: int, end: int) -> list[int]:
        """Return the numbers of the texts from ``start`` up to ``end``."""
        return self.texts[bisect_left(self.texts, start) : bisect_left(self.texts, end)]

    def pieces(self, start: int, end: int) -> list[str]:
        """Return the texts from ``start`` up to ``end``."""
        return [self.words[at] for at in self.between(start, end)]

    def above(self, at: int) -> list[int]:
        """Return the elements around a place, outermost first; those that only colour left out."""
        found = []
        at = self.parents[at]
        while at >= 0:
            if self.tags[at] not in INLINE:
                found.append(at)
            at = self.parents[at]
        return found[::-1]

    def look(self, at: int) -> str:
        """Return what an element has in common with its like in the other rows."""
        known = self._looks.get(at)
        if known is None:
            tag = self.tags[at]
            said = self.nodes[at].attributes.get("class") or ""
            names = [name for name in said.split() if not _STATE.search(name)]
            place = str(self._place(at)) if tag in CELLS else ""
            known = self._looks[at] = f"{tag}{place}.{'.'.join(names)}"
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
    if tree.body is None:
        return found
    numbers: dict[int, int] = {}
    unseen: set[int] = set()
    open_: list[int] = []
    for node in tree.body.traverse(include_text=True):
        parent = node.parent
        around = parent.mem_id if parent is not None else -1
        if around in unseen:
            unseen.add(node.mem_id)
            continue
        number = numbers.get(around, -1)
        tag, said = "", ""
        if node.is_element_node:
            tag = node.tag or ""
            if tag in UNSEEN or len(open_) > DEEPEST:
                unseen.add(node.mem_id)
                continue
            if tag == "time" and node.attributes.get("datetime"):
                unseen.add(node.mem_id)
        elif node.is_text_node:
            said = squeeze(node.text_content or "")
            if not said:
                continue
        else:
            continue
        _add(found, node, number, tag, said, open_)
        if tag:
            numbers[node.mem_id] = len(found.tags) - 1
        if len(found.tags) >= MOST:
            break
    for at in open_:
        found.ends[at] = len(found.tags)
    return found


def _add(
    found: Outline, node: LexborNode, parent: int, tag: str, said: str, open_: list[int]
) -> None:
    """Put one node at the end of an outline; whatever it does not lie in ends before it."""
    at = len(found.tags)
    while open_ and open_[-1] != parent:
        found.ends[open_.pop()] = at
    found.tags.append(tag)
    found.parents.append(parent)
    found.ends.append(at + 1)
    found.words.append(said)
    found.nodes.append(node)
    if not tag:
        found.texts.append(at)
        return
    if tag == "time" and (stamp := squeeze(node.attributes.get("datetime") or "")):
        # What the element says for machines stands for what it shows.
        found.words[at] = stamp
        found.texts.append(at)
    open_.append(at)
    if tag in ("a", "area"):
        found.anchors.append(at)
