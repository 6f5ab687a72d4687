"""Which box of a page holds the article.

Every line is weighed: prose counts for the box it lies in, links and the furniture of a site count
against it. The box with the greatest sum is the article's, wherever it stands and whatever it is
called. The containers of known systems are asked too, and win where the weights do not contradict.
"""

from functools import lru_cache

from crawler.extract.below import SOME, find_below, find_little
from crawler.extract.page import HEADINGS, Box, Page
from crawler.extract.weight import PROSE, Scale
from crawler.extract.widen import PARTS, is_part, widen

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

#: An article of this weight is one wherever it stands.
SURE = 1000
#: A paragraph that weighs so many times what any other box does is taken, and what is beside it.
PARTED = 4


def find_body(page: Page, scale: Scale, title: int) -> tuple[Box, str] | None:
    """Return the box of the article and its witness, or None where no box holds text.

    ``title`` is the line of the heading, -1 where the page shows none.
    """
    best = _heaviest(page, scale)
    if best is None:
        little = find_little(page, scale, title) if title >= 0 else None
        return (widen(page, little, scale, title), "title") if little else None
    known, known_most = None, 0
    for box in page.boxes:
        if _is_container(box.name) and scale.weight(box) > known_most:
            known, known_most = box, scale.weight(box)
    best = _descend(page, best, scale)
    if title >= 0 and scale.weight(best) < SURE:
        best = find_below(page, scale, title, best)
    if known and known_most >= BELIEVED * scale.weight(best):
        return known, f"container:{known.name.strip()}"
    return widen(page, _first_article(page, best, scale, title), scale, title), "density"


def _heaviest(page: Page, scale: Scale) -> Box | None:
    """Return the innermost box of the greatest weight; a paragraph only where others have little.

    One long paragraph of an article may weigh more than all of it with a menu.
    """
    whole: tuple[int, Box | None] = (0, None)
    part: tuple[int, Box | None] = (0, None)
    sums = scale.sums
    for box in page.boxes:
        weight = sums[box.end] - sums[box.start]
        if weight <= 0:
            continue
        if box.tag in PARTS:
            part = (weight, box) if weight >= part[0] else part
        elif weight >= whole[0]:
            whole = (weight, box)
    return whole[1] if PARTED * whole[0] >= part[0] and whole[1] else part[1]


def _descend(page: Page, box: Box, scale: Scale) -> Box:
    """Return the box in ``box`` that holds the article, where the rest is mostly other things.

    What lies around an inner box may be prose of its own, with menus between: it adds to the sum
    and is none of the article. A body split over several boxes has little between them.
    """
    while True:
        inner = [one for one in page.boxes[box.index + 1 : box.after] if not is_part(one)]
        best = max(inner, key=scale.weight, default=None)
        if best is None or 2 * scale.weight(best) < scale.weight(box):
            return box
        outside = scale.gain(box) - scale.gain(best)
        if not outside or scale.weight(box) - scale.weight(best) >= WORTH * outside:
            return box
        if _is_split(page, scale, best):
            return box
        box = best


def _is_split(page: Page, scale: Scale, box: Box) -> bool:
    """Say whether a box has siblings of its kind with prose: a body is split over them.

    Where each has a title of its own they are articles one below the other.
    """
    index = page.boxes[box.parent].index + 1
    while index < page.boxes[box.parent].after:
        other = page.boxes[index]
        index = other.after
        alike = other.tag == box.tag and other.name.partition(" ")[0] == box.name.partition(" ")[0]
        prose = other is not box and alike and scale.weight(other) > SOME
        if prose and not _is_titled(page, other):
            return True
    return False


def _is_titled(page: Page, box: Box) -> bool:
    return any(part.tag == "h1" for part in page.boxes[box.index : box.after])


def _first_article(page: Page, best: Box, scale: Scale, title: int) -> Box:
    """Return the first of several ``article`` elements in ``best``: the others are teasers.

    Where a page has a ``title`` of its own and each of them another they are its parts.
    """
    articles, inner = [], best.index + 1
    while inner < best.after:
        box = page.boxes[inner]
        inner = box.after if box.tag == "article" else inner + 1
        if box.tag == "article":
            articles.append(box)
    if len(articles) > 1 and scale.weight(articles[0]) > ARTICLE:
        return best if _are_parts(page, articles, title) else articles[0]
    return best


def _are_parts(page: Page, articles: list[Box], title: int) -> bool:
    """Say whether a heading, no link, stands between a title and an article, and before each."""
    if not 0 <= title < articles[0].start - 1:
        return False
    headed = 0
    for article in articles:
        before = page.lines[article.start - 1]
        headed += page.boxes[before.box].tag in HEADINGS and not before.linked
    return page.boxes[page.lines[articles[0].start - 1].box].tag in HEADINGS and (
        2 * headed > len(articles)
    )


@lru_cache(maxsize=4096)
def _is_container(name: str) -> bool:
    return not CONTAINERS.isdisjoint(name.split())


def first_prose(page: Page, box: Box, scale: Scale, title: int = -1) -> int:
    """Return the line at which the text of ``box`` begins, behind a title and a byline in it."""
    for i in range(max(box.start, title + 1), box.end):
        line = page.lines[i]
        prose = (
            scale.sums[i + 1] - scale.sums[i] > 45
            and len(line.text) > 30
            and PROSE.search(line.text)
        )
        if prose and page.boxes[line.box].tag not in HEADINGS:
            return i
    return max(box.start, title + 1)
