"""Which box of a page holds the article.

Every line is weighed: prose counts for the box it lies in, links and the furniture of a site count
against it. The box with the greatest sum is the article's, wherever it stands and whatever it is
called. The containers of known systems are asked too, and win where the weights do not contradict.
"""

import re
from functools import lru_cache

from crawler.extract.around import BEHIND
from crawler.extract.labelline import find_hits
from crawler.extract.noise import is_byline
from crawler.extract.page import HEADINGS, Box, Line, Page
from crawler.extract.prune import has_file, is_all_furniture, is_header
from crawler.extract.weight import PROSE, Scale

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

#: Elements that hold a part of an article, never all of it if there is more.
PARTS = HEADINGS | frozenset(
    ["p", "li", "tr", "dt", "dd", "blockquote", "figure", "figcaption", "head"]
)
#: Elements that hold a whole article only where a page was laid out with them.
INSETS = frozenset(["ul", "ol", "dl", "table", "tbody"])
#: An article of this weight is one wherever it stands.
SURE = 1000
#: What the first line of such an article weighs at least, unless nothing else is there.
SOME = 20
#: Lines above a title in the box of its article.
HEAD = 2
#: A text somewhat below a title is its own if it weighs so many times what stands between them.
FAR = 3
#: A line that closes an article.
CLOSING = re.compile(r"[\s(（\[【]*(?:责任编辑|責任編輯|责编|编辑|来源|稿源|作者|审核|校对)\s*[:：]")
#: A paragraph that weighs so many times what any other box does is taken, and what is beside it.
PARTED = 4
#: A page is one of pictures if no text on it weighs as much.
LITTLE = 300
#: How many lines below its title a short article begins.
NEAR = 20


def find_body(page: Page, scale: Scale, title: int) -> tuple[Box, str] | None:
    """Return the box of the article and its witness, or None where no box holds text.

    ``title`` is the line of the heading, -1 where the page shows none.
    """
    best = _heaviest(page, scale)
    if best is None:
        pictures = _pictured(page, scale, title, len(page.lines)) if title >= 0 else None
        return (pictures, "pictures") if pictures else None
    known, known_most = None, 0
    for box in page.boxes:
        if _is_container(box.name) and scale.weight(box) > known_most:
            known, known_most = box, scale.weight(box)
    best = _descend(page, best, scale)
    if title >= 0 and scale.weight(best) < SURE:
        best = _below(page, scale, title, best)
    if known and known_most >= BELIEVED * scale.weight(best):
        return known, f"container:{known.name.strip()}"
    return _widened(page, _first_article(page, best, scale), scale, title), "density"


def _heaviest(page: Page, scale: Scale) -> Box | None:
    """Return the innermost box of the greatest weight; a paragraph only where others have little.

    One long paragraph of an article may weigh more than all of it with a menu.
    """
    whole: tuple[int, Box | None] = (0, None)
    part: tuple[int, Box | None] = (0, None)
    for box in page.boxes:
        weight = scale.weight(box)
        if box.tag in PARTS:
            part = (weight, box) if weight >= part[0] and weight > 0 else part
        elif weight >= whole[0] and weight > 0:
            whole = (weight, box)
    return whole[1] if PARTED * whole[0] >= part[0] and whole[1] else part[1]


def _descend(page: Page, box: Box, scale: Scale) -> Box:
    """Return the box in ``box`` that holds the article, where the rest is mostly other things.

    What lies around an inner box may be prose of its own, with menus between: it adds to the sum
    and is none of the article. A body split over several boxes has little between them.
    """
    while True:
        inner = [one for one in page.boxes[box.index + 1 : box.after] if not _is_part(one)]
        best = max(inner, key=scale.weight, default=None)
        if best is None or 2 * scale.weight(best) < scale.weight(box):
            return box
        outside = scale.gain(box) - scale.gain(best)
        if not outside or scale.weight(box) - scale.weight(best) >= WORTH * outside:
            return box
        box = best


def _below(page: Page, scale: Scale, title: int, best: Box) -> Box:
    """Return the box of what stands right below the title where ``best`` is not about it.

    A notice of two sentences, a poem or a table of names weighs less than the foot of its site; a
    picture weighs nothing.
    """
    near = range(title + 1, min(title + NEAR, len(page.lines)))
    heavy = (i for i in near if scale.sums[i + 1] - scale.sums[i] >= SOME)
    first = next((i for i in heavy if not _heads(page, page.lines[i])), None)
    if first is not None and best.start <= first < best.end:
        return best
    if first is not None and not title < best.start <= first + NEAR:
        return _around(page, scale, title, first)
    own, end = _own(page, scale, title)
    if not own and scale.weight(best) < LITTLE and (pictures := _pictured(page, scale, title, end)):
        return pictures
    if not own or own[0] > title + NEAR:
        return best
    whole = sum(scale.lines[i] for i in own)
    held = sum(scale.lines[i] for i in own if best.start <= i < best.end)
    if best.start >= title - HEAD and (best.start <= own[0] < best.end or 2 * held >= whole):
        return best
    if best.start <= own[0] + NEAR and FAR * whole < _text_weight(page, scale, best) - held:
        return best
    box = page.boxes[page.lines[own[0]].box]
    while box.parent >= 0 and box.end <= own[-1]:
        box = page.boxes[box.parent]
    return box


def _around(page: Page, scale: Scale, title: int, line: int) -> Box:
    """Return the heaviest box around a line that begins below the title."""
    box = page.boxes[page.lines[line].box]
    while box.parent >= 0 and page.boxes[box.parent].start > title:
        around = page.boxes[box.parent]
        if scale.weight(around) < scale.weight(box):
            break
        box = around
    return box


def _text_weight(page: Page, scale: Scale, box: Box) -> int:
    """Return what the text of a box weighs, labels and headings left out."""
    lines = range(box.start, box.end)
    return sum(scale.lines[i] for i in lines if _is_text(page, scale, i))


def _own(page: Page, scale: Scale, title: int) -> tuple[list[int], int]:
    """Return the lines of text that belong to a title, and the line at which they end.

    They are the run that weighs most of all that begin near it, before what leads to other articles
    if there is any.
    """
    behind = _first_behind(page, scale, title, len(page.lines))
    for end in (behind, len(page.lines)):
        first, last = _heaviest_run(scale, title + 1, end)
        own = [i for i in range(first, last) if scale.sums[i + 1] > scale.sums[i]]
        if own := [i for i in own if not _heads(page, page.lines[i])]:
            return own, behind
    return [], behind


def _heaviest_run(scale: Scale, start: int, end: int) -> tuple[int, int]:
    """Return the ends of the heaviest run of lines that begins near ``start``."""
    sums = scale.sums
    best, low = (0, start, start), start
    for at in range(start + 1, end + 1):
        if at <= start + NEAR and sums[at - 1] <= sums[low]:
            low = at - 1
        best = max(best, (sums[at] - sums[low], low, at))
    return best[1:]


def _heads(page: Page, line: Line) -> bool:
    """Say whether a line below a title is a heading, furniture, or of the article's header."""
    if page.boxes[line.box].tag in HEADINGS:
        return True
    if len(line.text) >= 80:
        return False
    if is_header(line.text) or is_all_furniture(line.text):
        return True
    hits = find_hits(line.text, True)
    return bool(hits) and hits[0].start == 0


def _first_behind(page: Page, scale: Scale, title: int, end: int) -> int:
    """Return the first line below a title that leads to other articles, else ``end``."""
    for i in range(title + 1, end):
        line = page.lines[i]
        if len(line.text) <= 80 and BEHIND.fullmatch(line.text):
            # a list of other articles that is shut may stand in the midst of the text
            if not any(index in scale.foreign for index in page.above(line.box)):
                return i
    return end


def _pictured(page: Page, scale: Scale, title: int, end: int) -> Box | None:
    """Return the box of the pictures below a title where no text stands there."""
    shown = [
        box
        for box in page.boxes
        if title < box.start and box.end <= end and box.pictures and box.index not in scale.foreign
        and not any(_is_text(page, scale, i) for i in range(box.start, box.end))
    ]  # fmt: skip
    if not shown:
        return None
    box = shown[0]
    while box.parent >= 0 and box.after <= shown[-1].index:
        box = page.boxes[box.parent]
    return box


def _is_text(page: Page, scale: Scale, number: int) -> bool:
    return scale.lines[number] > 0 and not _heads(page, page.lines[number])


def _widened(page: Page, box: Box, scale: Scale, title: int) -> Box:
    """Return the box around ``box`` where the article goes on outside it.

    Prose or a byline that stands right beside a box is of the same hand; links and comments behind
    them, for whose sake the inner box weighs more, are cut later.
    """
    tags = {box.tag}
    for index in page.above(box.parent):
        around = page.boxes[index]
        if around.start <= title < around.end and (
            title - around.start > HEAD or not _is_part(box)
        ):
            break
        if around.start == box.start and around.end == box.end:
            tags.add(around.tag)
            continue
        part = _is_part(box)
        behind = box.end < around.end and _goes_on(page, scale, box.end, part)
        before = (part or tags & INSETS) and box.start > around.start
        if part and _is_picture_beside(page, box, around, title):
            behind = True
        if not behind and not (before and _goes_on(page, scale, box.start - 1, part)):
            break
        box, tags = around, {around.tag}
    return box


def _is_picture_beside(page: Page, box: Box, around: Box, title: int) -> bool:
    """Say whether pictures without words stand right before or behind a paragraph."""
    return any(
        one.pictures and one.start == one.end and one.parent == around.index
        and title < one.start and one.start in (box.start, box.end)
        and one.index not in (box.index, around.index)
        for one in page.boxes[around.index : around.after]
    )  # fmt: skip


def _is_part(box: Box) -> bool:
    """Say whether a box holds a paragraph: by its name or, where sites write ``div``, its size."""
    return box.tag in PARTS or (box.tag == "div" and box.end - box.start == 1)


def _goes_on(page: Page, scale: Scale, number: int, part: bool) -> bool:
    """Say whether a line beside an article's box is the article's: prose, its file, its byline.

    Beside what is but a ``part`` of an article any line that is no furniture will do.
    """
    line = page.lines[number]
    weight = scale.sums[number + 1] - scale.sums[number]
    if weight > 0:
        return part or weight >= SOME
    if weight == 0:
        named = part and not is_byline(line.text) and "20" not in line.text
        return named or CLOSING.match(line.text) is not None
    return has_file(line) and not page.boxes[line.box].hidden


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
        prose = scale.sums[i + 1] - scale.sums[i] > 45 and len(line.text) > 30 and PROSE.search(line.text)
        if prose and page.boxes[line.box].tag not in HEADINGS:
            return i
    return max(box.start, title + 1)
