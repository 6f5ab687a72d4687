"""Which box of a page holds the article.

Every line is weighed: prose counts for the box it lies in, links and the furniture of a site count
against it. The box with the greatest sum is the article's, wherever it stands and whatever it is
called. The containers of known systems are asked too, and win where the weights do not contradict.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate

from crawler.extract.noise import is_byline, is_disclaimer, is_furniture, is_noise_name
from crawler.extract.page import HEADINGS, Box, Line, Page

_CONTAINERS = """
    trs_editor trs_ueditor trs_editor_view trs_paper_default ucap-content pages_content zoom zoomcon
    ivs_content article_content content_area endtext fontzoom wp_articlecontent textbody
    easysitetext bodylabel js_content xxgk_content con_con
    articlebody entry-content post-content article-content article-body story-body
"""
#: Ids and classes in which the systems behind government sites put the article and nothing else:
#: TRS, UCAP, Hanweb, Shanghai's, and what editors' tools and themes of the rest of the web use.
CONTAINERS = frozenset(_CONTAINERS.split())
#: A known container is believed if it holds this share of the weight of the best box.
BELIEVED = 0.6

#: What surrounds an inner box belongs to the article if this share of its prose is left once
#: links and furniture among it are counted against it.
WORTH = 0.65
#: Least weight of an ``article`` element that is the page's own and no teaser.
ARTICLE = 400

#: Marks that stand in prose and hardly in menus.
PROSE = re.compile(r"[，。；！？、：,;!?]|\. |\.$")
#: Tags of boxes that may announce an article.
TEASERS = frozenset(["div", "li", "article", "section", "dl", "dd", "figure"])
#: Tags whose text is never the article's.
FURNITURE = frozenset(["nav", "aside", "footer", "menu", "dialog", "search"])


@dataclass(frozen=True, slots=True)
class Scale:
    """What the lines of a page weigh."""

    #: weight of each line for itself
    lines: list[int]
    #: sum of the weights above 0 of all lines before line i
    gains: list[int]
    #: sum of the weights of all lines before line i, boxes of furniture shut
    sums: list[int]

    def weight(self, box: Box) -> int:
        """Return how much speaks for ``box`` being the article's."""
        return self.sums[box.end] - self.sums[box.start]

    def gain(self, box: Box) -> int:
        """Return how much prose lies in ``box``, whatever stands beside it."""
        return self.gains[box.end] - self.gains[box.start]


def weigh(page: Page) -> Scale:
    """Weigh every line of a page.

    A box whose name says menu or comments is shut only while the bulk of the page lies elsewhere:
    themes name the whole page after its sidebar.
    """
    # the title repeated over a player or a print view says nothing of where the text stands
    lines = [
        0 if len(line.text) > 5 and line.text in page.title else weight(line) for line in page.lines
    ]
    gains = list(accumulate((max(gain, 0) for gain in lines), initial=0))
    bulk = list(accumulate((gain if gain > 20 else 0 for gain in lines), initial=0))
    shut, weights = 0, lines[:]
    quoting = quotes(page)
    for box in sorted([*filter(is_noise, page.boxes), *teasers(page)], key=lambda box: box.index):
        if box.index in quoting or box.end <= shut or 2 * (bulk[box.end] - bulk[box.start]) > bulk[-1]:
            continue
        for i in range(box.start, box.end):
            weights[i] = min(weights[i], -4)
        shut = box.end
    _weigh_once(page, weights)
    return Scale(lines, gains, list(accumulate(weights, initial=0)))


def _weigh_once(page: Page, weights: list[int]) -> None:
    """Let a line count where it stands first: pages carry copies for printers and telephones."""
    seen = set()
    for i, line in enumerate(page.lines):
        if weights[i] > 40:
            if line.text in seen:
                weights[i] = -20
            seen.add(line.text)


def teasers(page: Page) -> list[Box]:
    """Return the boxes that announce other articles: siblings of one name, each with a headline.

    A headline is a line that is a link as a whole. One such box proves nothing, three of a kind do.
    """
    kinds: dict[tuple[int, str, str], list[Box]] = {}
    for box in page.boxes:
        if box.end > box.start and box.tag in TEASERS:
            kinds.setdefault((box.parent, box.tag, box.name), []).append(box)
    found: list[Box] = []
    for boxes in kinds.values():
        if len(boxes) >= 3:
            headed = [box for box in boxes if _is_headed(page, box)]
            if 3 * len(headed) >= 2 * len(boxes) and len(headed) >= 3:
                found += boxes
    return found


def quotes(page: Page) -> set[int]:
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


def _is_headed(page: Page, box: Box) -> bool:
    lines = page.lines[box.start : min(box.end, box.start + 3)]
    return len(lines) > 1 and any(
        2 * line.linked > len(line.text) and len(line.text) > 7 for line in lines
    )


def is_noise(box: Box) -> bool:
    """Say whether a box calls itself something other than an article, or is not shown."""
    return box.hidden or box.tag in FURNITURE or is_noise_name(box.name)


def weight(line: Line) -> int:
    """Return what one line says for (or, below 0, against) the box it lies in."""
    text, linked = line.text, line.linked
    size = len(text)
    if linked * 2 > size:
        # an anchor somebody forgot to close makes links of whole paragraphs
        if size > 40 and len(PROSE.findall(text)) > 1:
            return size // 2
        return -min(size, 30) - 6
    if size < 400 and is_byline(text) and "。" not in text:
        return 0
    if size < 80 and is_furniture(text):
        return -10
    if size < 400 and is_disclaimer(text):
        return -20
    size -= linked
    marks = len(PROSE.findall(text)) if size > 15 else 0
    if marks == 0:
        return size if size > 60 else size // 4
    return size + 8 * marks


def find_body(page: Page, scale: Scale) -> tuple[Box, str] | None:
    """Return the box of the article and its witness, or None where no box holds text."""
    best, most, known, known_most = None, 0, None, 0
    for box in page.boxes:
        sum_ = scale.weight(box)
        if sum_ >= most and sum_ > 0:
            best, most = box, sum_
        if sum_ > known_most and _is_container(box.name):
            known, known_most = box, sum_
    if best is None:
        return None
    best = _descend(page, best, scale)
    if known and known_most >= BELIEVED * scale.weight(best):
        return known, f"container:{known.name.strip()}"
    return _first_article(page, best, scale), "density"


def _descend(page: Page, box: Box, scale: Scale) -> Box:
    """Return the box in ``box`` that holds the article, where the rest is mostly other things.

    What lies around an inner box may be prose of its own, with menus between: it adds to the sum
    and is none of the article. A body split over several boxes has little between them.
    """
    while True:
        inner = page.boxes[box.index + 1 : box.after]
        best = max(inner, key=scale.weight, default=None)
        if best is None or 2 * scale.weight(best) < scale.weight(box):
            return box
        outside = scale.gain(box) - scale.gain(best)
        if not outside or scale.weight(box) - scale.weight(best) >= WORTH * outside:
            return box
        box = best


def _first_article(page: Page, best: Box, scale: Scale) -> Box:
    """Return the first of several ``article`` elements in ``best``: the others are teasers."""
    articles, inner = [], best.index + 1
    while inner < best.after:
        box = page.boxes[inner]
        inner = box.after if box.tag == "article" else inner + 1
        if box.tag == "article":
            articles.append(box)
    if len(articles) > 1 and scale.weight(articles[0]) > ARTICLE:
        return articles[0]
    return best


@lru_cache(maxsize=4096)
def _is_container(name: str) -> bool:
    return not CONTAINERS.isdisjoint(name.split())


def first_prose(page: Page, box: Box, scale: Scale, title: int = -1) -> int:
    """Return the line at which the text of ``box`` begins, behind a title and a byline in it."""
    for i in range(max(box.start, title + 1), box.end):
        line = page.lines[i]
        prose = scale.lines[i] > 45 and len(line.text) > 30 and PROSE.search(line.text)
        if prose and page.boxes[line.box].tag not in HEADINGS:
            return i
    return max(box.start, title + 1)
