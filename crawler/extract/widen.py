"""Where an article goes on beside the box that weighs most."""

import re

from crawler.extract.below import HEAD, SOME
from crawler.extract.noise import is_byline
from crawler.extract.page import HEADINGS, Box, Page
from crawler.extract.prune import has_file
from crawler.extract.weight import Scale

#: Elements that hold a part of an article, never all of it if there is more.
PARTS = HEADINGS | frozenset(
    ["p", "li", "tr", "dt", "dd", "blockquote", "figure", "figcaption", "head"]
)
#: Elements that hold a whole article only where a page was laid out with them.
INSETS = frozenset(["ul", "ol", "dl", "table", "tbody"])
#: A line that closes an article.
CLOSING = re.compile(
    r"[\s(（\[【]*(?:责任编辑|責任編輯|责编|编辑|来源|稿源|作者|审核|校对)\s*[:：]"
)


def widen(page: Page, box: Box, scale: Scale, title: int) -> Box:
    """Return the box around ``box`` where the article goes on outside it.

    Prose or a byline that stands right beside a box is of the same hand; links and comments behind
    them, for whose sake the inner box weighs more, are cut later.
    """
    tags = {box.tag}
    for index in page.above(box.parent):
        around = page.boxes[index]
        if around.start <= title < around.end and (
            title - around.start > HEAD or not (is_part(box) or box.tag in INSETS)
        ):
            break
        if around.start == box.start and around.end == box.end:
            tags.add(around.tag)
            continue
        part = is_part(box)
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


def is_part(box: Box) -> bool:
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
