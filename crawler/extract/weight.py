"""How much each line of a page speaks for the box it lies in being the article's.

Prose counts for it; links and the furniture of a site count against it, and so does everything in a
box that calls itself a menu, shows comments or announces other articles.
"""

import re
from dataclasses import dataclass
from itertools import accumulate

from crawler.extract.noise import is_byline, is_consent, is_disclaimer, is_furniture
from crawler.extract.page import Box, Line, Page

#: Marks that stand in prose and hardly in menus.
PROSE = re.compile(r"[，。；！？、：,;!?.](?:(?<!\.)|(?= |$))")
#: A line that tells when and by whom: it stands with an article and is none.
_HEADER = re.compile(
    r"(?:19|20)\d\d\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}(?:\W{0,3}\W*$|.*(?:来源|來源|字号|字體|作者|"
    r"编辑|編輯|浏览|点击|记者|記者|评论|評論|责编))|(?:来源|來源|作者|编辑).{0,30}(?:19|20)\d\d[-/.年]\d"
)
#: Addresses written out: what scripts read, left in the text.
_ADDRESSES = re.compile(r"https?://|/\w+/[\w/]*\w\.\w+")
#: What a menu that was passed over says against the box it lies in, at most.
IDLE = 150
#: Tags of boxes that may announce an article.
TEASERS = frozenset(["div", "li", "article", "section", "dl", "dd", "figure"])


@dataclass(frozen=True, slots=True)
class Scale:
    """What the lines of a page weigh."""

    #: weight of each line for itself
    lines: list[int]
    #: sum of the weights above 0 of all lines before line i
    gains: list[int]
    #: sum of the weights of all lines before line i, boxes of furniture shut
    sums: list[int]
    #: the boxes that are furniture or announce other articles
    foreign: frozenset[int]

    def weight(self, box: Box) -> int:
        """Return how much speaks for ``box`` being the article's."""
        return self.sums[box.end] - self.sums[box.start]

    def gain(self, box: Box) -> int:
        """Return how much prose lies in ``box``, whatever stands beside it."""
        return self.gains[box.end] - self.gains[box.start]


def weigh(page: Page, heading: int = -1) -> Scale:
    """Weigh every line of a page, whose ``heading`` stands on that line, if on any.

    A box whose name says menu or comments is shut only while the bulk of the page lies elsewhere:
    themes name the whole page after its sidebar. One that asks for consent is shut without the
    heading in it, however much it has to say.
    """
    title = page.title
    # the title repeated over a player or a print view says nothing of where the text stands
    lines = [
        0 if len(line.text) > 5 and line.text in title else weight(line) for line in page.lines
    ]
    gains = [0, *accumulate([gain if gain > 0 else 0 for gain in lines])]
    bulk = [0, *accumulate([gain if gain > 20 else 0 for gain in lines])]
    foreign = foreign_boxes(page)
    shut, weights = 0, lines[:]
    for index in sorted(foreign):
        box = page.boxes[index]
        if box.end <= shut:
            continue
        most = 2 * (bulk[box.end] - bulk[box.start]) > bulk[-1]
        asks = heading >= 0 and not box.start <= heading < box.end and is_consent(box.name)
        if most and not asks:
            continue
        for i in range(box.start, box.end):
            weights[i] = min(weights[i], -4)
        shut = box.end
    _weigh_once(page, weights)
    return Scale(lines, gains, [0, *accumulate(weights)], foreign)


def _weigh_once(page: Page, weights: list[int]) -> None:
    """Let a line count where it stands first: pages carry copies for printers and telephones."""
    seen = set()
    for i, line in enumerate(page.lines):
        if weights[i] > 40:
            if line.text in seen:
                weights[i] = -20
            seen.add(line.text)


def foreign_boxes(page: Page) -> frozenset[int]:
    """Return the boxes that say they hold no article, and those that announce other ones."""
    quoting = _quotes(page)
    return frozenset(
        [box.index for box in page.boxes if box.noise and box.index not in quoting]
        + [box.index for box in _teasers(page) if box.index not in quoting]
    )


def _teasers(page: Page) -> list[Box]:
    """Return the boxes that announce other articles: siblings of one name, each with a headline.

    A headline is a line that is a link as a whole. One such box proves nothing, three of a kind do.
    """
    kinds: dict[tuple[int, str], list[Box]] = {}
    for box in page.boxes:
        if box.end - box.start > 1 and box.tag in TEASERS:
            kinds.setdefault((box.parent, box.name), []).append(box)
    found: list[Box] = []
    for boxes in kinds.values():
        if len(boxes) >= 3:
            headed = sum(_is_headed(page, box) for box in boxes)
            if headed >= 3 and 3 * headed >= 2 * len(boxes):
                found += boxes
    return found


def _is_headed(page: Page, box: Box) -> bool:
    return any(
        2 * line.linked > len(line.text) and len(line.text) > 7
        for line in page.lines[box.start : min(box.end, box.start + 3)]
    )


def _quotes(page: Page) -> set[int]:
    """Return the boxes that hold a quotation and little else: what a network said is no menu."""
    found = set()
    for quote in page.boxes:
        if quote.tag == "blockquote":
            most = quote.end - quote.start + 2
            for around in page.above(quote.index):
                if page.boxes[around].end - page.boxes[around].start > most:
                    break
                found.add(around)
    return found


def weight(line: Line) -> int:
    """Return what one line says for (or, below 0, against) the box it lies in."""
    text, linked = line.text, line.linked
    size = len(text)
    if not size:
        return -min(linked, IDLE)
    if linked * 2 > size:
        # an anchor somebody forgot to close makes links of whole paragraphs
        if size > 40 and len(PROSE.findall(text)) > 1:
            return size // 2
        return -min(size, 30) - 6
    if size < 400 and (said := _said(text, size)) is not None:
        return said
    size -= linked
    marks = len(PROSE.findall(text)) if size > 15 else 0
    if marks == 0:
        return size if size > 60 else size // 4
    return size + 8 * marks


def _said(text: str, size: int) -> int | None:
    """Return the weight of a line that is not of the matter, None for any other."""
    if "。" not in text and (is_byline(text) or (size < 120 and _is_header(text))):
        return 0
    if size < 80 and is_furniture(text):
        return -10
    if size > 5 and is_disclaimer(text):
        return -20
    if "/" in text and 60 * len(_ADDRESSES.findall(text)) > size:
        return -20
    return None


def _is_header(text: str) -> bool:
    return ("20" in text or "19" in text) and _HEADER.search(text) is not None
