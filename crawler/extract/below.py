"""What stands right below a title, where the weights point elsewhere.

A notice of two sentences, a poem or a table of names weighs less than the foot of its site, and a
picture weighs nothing: where it stands is then the better witness.
"""

from crawler.extract.around import BEHIND
from crawler.extract.labelline import find_hits
from crawler.extract.page import HEADINGS, Box, Line, Page
from crawler.extract.prune import is_all_furniture, is_header
from crawler.extract.title import is_dated_byline
from crawler.extract.weight import Scale

#: What the first line of such an article weighs at least, unless nothing else is there.
SOME = 20
#: Lines above a title in the box of its article.
HEAD = 2
#: What a text above a title weighs at least.
TEXT = 80
#: A text somewhat below a title is its own if it weighs so many times what stands between them.
FAR = 3
#: A page is one of pictures if no text on it weighs as much.
LITTLE = 300
#: How many lines below its title a short article begins.
NEAR = 20


def find_below(page: Page, scale: Scale, title: int, best: Box) -> Box:
    """Return the box of what stands right below the title where ``best`` is not about it.

    A notice of two sentences, a poem or a table of names weighs less than the foot of its site; a
    picture weighs nothing.
    """
    near = range(title + 1, min(title + NEAR, len(page.lines)))
    heavy = (i for i in near if scale.sums[i + 1] - scale.sums[i] >= SOME)
    first = next((i for i in heavy if not _heads(page, page.lines[i])), None)
    if first is not None and best.start <= first < best.end:
        return best
    # the title stands under a text once more, as that of its picture; a line of the day's weather
    # above a title is no text
    if 0 <= title - best.end <= 1 and scale.weight(best) >= TEXT and not _is_dated(page, title):
        return best
    if first is not None and not title < best.start <= first + NEAR:
        return _around(page, scale, title, first)
    own, end = _own(page, scale, title)
    if (
        not own
        and scale.weight(best) < LITTLE
        and (pictures := find_pictures(page, scale, title, end))
    ):
        return pictures
    if not own or own[0] > title + NEAR:
        return best
    whole = sum(scale.lines[i] for i in own)
    held = sum(scale.lines[i] for i in own if best.start <= i < best.end)
    if best.start >= title - HEAD and (best.start <= own[0] < best.end or 2 * held >= whole):
        return best
    far = FAR * whole < _text_weight(page, scale, best) - held
    if far and best.start <= own[0] + NEAR and not (best.end <= title and _is_dated(page, title)):
        return best
    return _holding(page, own)


def find_little(page: Page, scale: Scale, title: int) -> Box | None:
    """Return the box of what stands below a title on a page on which nothing weighs anything."""
    own, end = _own(page, scale, title)
    return _holding(page, own) if own else find_pictures(page, scale, title, end)


def _holding(page: Page, lines: list[int]) -> Box:
    """Return the innermost box that holds some lines."""
    box = page.boxes[page.lines[lines[0]].box]
    while box.parent >= 0 and box.end <= lines[-1]:
        box = page.boxes[box.parent]
    return box


def _is_dated(page: Page, title: int) -> bool:
    """Say whether the line of date and source stands right below a title."""
    return any(is_dated_byline(line.text) for line in page.lines[title + 1 : title + 5])


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
        # a list of other articles that is shut may stand in the midst of the text
        if len(line.text) <= 80 and BEHIND.fullmatch(line.text) and not _is_shut(page, scale, line):
            return i
    return end


def _is_shut(page: Page, scale: Scale, line: Line) -> bool:
    return any(index in scale.foreign for index in page.above(line.box))


def find_pictures(page: Page, scale: Scale, title: int, end: int) -> Box | None:
    """Return the box of the pictures below a title where no text stands there."""
    again = (i for i in range(title + 1, end) if page.lines[i].text == page.lines[title].text)
    end = next(again, end)
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
