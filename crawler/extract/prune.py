"""Takes out of the article's box what does not belong to the article.

Share bars, counters, menus and related lists inside it, the repeated title and its byline above the
text, everything behind 相关阅读.
"""

import re

from crawler.extract.around import BEHIND
from crawler.extract.dates import bare_date
from crawler.extract.labelbox import find_label_boxes
from crawler.extract.noise import is_byline, is_disclaimer, is_furniture
from crawler.extract.page import FILES, PICTURED, SEAM, Box, Line, Page, anchors_of, is_file
from crawler.extract.weight import PROSE, Scale
from crawler.extract.wording import letters

#: The editor's line closes an article.
_EDITED = re.compile(r"[\s(（\[【]*(?:责任编辑|責任編輯|责编|编辑)\s*[:：]")
#: An English byline or a reading time.
_BY = re.compile(
    r"(?:by|reporting by|written by)\s+[A-Z][^.]{2,50}$|\d+ min(?:ute)?s? read", re.IGNORECASE
)
#: What invites to scan a picture, and how many lines stand with it at most.
_SCAN, _FEW = re.compile("扫|二维码|掃|QR"), 4
_SCAN_LINE = re.compile(r"\W*.{0,8}扫一扫.{0,24}")
#: Longest byline without a date between title and text.
_SHORT = 40
#: Parts of a line that were made by different hands.
_PART = re.compile(r"[\s\x1f|｜【】\[\]]+")
#: What a line weighs that ends an article; behind it disclaimers stand.
_SAID = 20
#: A box of links is a menu from this share of link text on.
_LINKED = 0.7


def prune(page: Page, box: Box, title: str, top: int, scale: Scale) -> list[int]:
    """Return the lines of ``box`` that are the article's; the others are taken out of the tree.

    ``title`` is taken out where it heads the box, ``""`` leaves what heads it; the text itself
    begins at line ``top``.
    """
    keep = [True] * len(page.lines)
    shut = _drop_boxes(page, box, keep, scale)
    for part in find_label_boxes(page, box):
        keep[part.start : part.end] = [False] * (part.end - part.start)
        shut.append(part)
    among = keep[:]
    _drop_lines(page, box, keep, scale)
    _drop_head(page, box, keep, letters(title), top)
    _drop_behind(page, box, keep, scale)
    emptied = {page.lines[i].box for i in range(box.start, box.end) if among[i] and not keep[i]}
    shut += [
        _emptied(page, box, i, keep)
        for i in emptied
        if i > box.index and _is_empty(page.boxes[i], keep)
    ]
    _take_out(page, box, keep, shut)
    return [i for i in range(box.start, box.end) if keep[i]]


def _is_empty(part: Box, keep: list[bool]) -> bool:
    """Say whether nothing is left of a box, which goes with its icons then."""
    return part.tag not in ("figure", "td", "th") and not any(keep[part.start : part.end])


def _emptied(page: Page, box: Box, index: int, keep: list[bool]) -> Box:
    """Return a box of which nothing is left, or the box around it that is empty for it.

    The code to be scanned stands beside what says so.
    """
    part = page.boxes[index]
    said = " ".join(line.text for line in page.lines[part.start : part.end])
    if _SCAN.search(said) and part.parent > box.index:
        around = page.boxes[part.parent]
        if around.pictures == 1 and around.end - around.start <= _FEW and _is_empty(around, keep):
            return around
    return part


def _take_out(page: Page, box: Box, keep: list[bool], shut: list[Box]) -> None:
    """Take dropped lines and shut boxes out of the tree.

    A node must not be touched once what it lies in is gone: words go first, then the outermost of
    the boxes.
    """
    shut.sort(key=lambda part: part.index)
    behind, outermost = -1, []
    for part in shut:
        if part.index >= behind:
            outermost.append(part)
            behind = part.after
    inside: set[int] = set()
    for part in outermost:
        inside.update(range(part.start, part.end))
    for i in range(box.start, box.end):
        if not keep[i] and i not in inside:
            for node in page.lines[i].nodes:
                node.decompose()
    for part in outermost:
        part.node.decompose()


def _drop_boxes(page: Page, box: Box, keep: list[bool], scale: Scale) -> list[Box]:
    """Mark the lines of inner boxes that are furniture, unless half the article lies in them.

    Returns those of the boxes that hold nothing else of worth, such as pictures.
    """
    inner, whole, shut = box.index + 1, scale.gain(box), []
    while inner < box.after:
        part = page.boxes[inner]
        inner += 1
        if 2 * scale.gain(part) > whole:
            continue
        if part.index in scale.foreign or _is_menu(page, part):
            keep[part.start : part.end] = [False] * (part.end - part.start)
            inner = part.after
            if not part.pictures or (part.end > part.start and not PICTURED.search(part.name)):
                shut.append(part)
    return shut


def _is_menu(page: Page, part: Box) -> bool:
    """Say whether a box is a list of links to other pages."""
    lines = page.lines[part.start : part.end]
    if part.tag not in ("ul", "ol", "div", "table", "section", "dl") or len(lines) < 2:
        return False
    size = sum(len(line.text) for line in lines)
    linked = sum(line.linked for line in lines)
    if linked < _LINKED * size or any(has_file(line) for line in lines):
        return False
    return not any(len(PROSE.findall(line.text)) > 2 and len(line.text) > 60 for line in lines)


def has_file(line: Line) -> bool:
    """Say whether a line names or links a file that belongs to the article."""
    if any(f".{ending}" in line.text.lower() for ending in FILES):
        return True
    if not line.linked:
        return False
    return any(is_file(a.attributes.get("href") or "") for a in anchors_of(line))


def _drop_lines(page: Page, box: Box, keep: list[bool], scale: Scale) -> None:
    """Mark furniture wherever it stands, and what sites say of their rights behind the text."""
    ended = False
    for i in range(box.end - 1, box.start - 1, -1):
        text = page.lines[i].text
        if not keep[i]:
            continue
        furniture = len(text) < 80 and is_all_furniture(text) and not _is_among(page, box, i)
        if furniture or (not ended and len(text) < 400 and is_disclaimer(text)):
            keep[i] = False
        elif scale.lines[i] > _SAID:
            ended = True


def _is_among(page: Page, box: Box, number: int) -> bool:
    """Say whether a line stands between two others of its kind that are text: a verse, an item."""
    if not box.start < number < box.end - 1 or page.lines[number].linked:
        return False
    own = page.boxes[page.lines[number].box]
    for line in (page.lines[number - 1], page.lines[number + 1]):
        beside = page.boxes[line.box]
        alike = (beside.parent, beside.tag, beside.name) == (own.parent, own.tag, own.name)
        if not (alike or beside is own) or line.linked or (own is box and beside is not own):
            return False
        if is_all_furniture(line.text) or is_byline(line.text) or is_header(line.text):
            return False
    return True


def is_all_furniture(text: str) -> bool:
    """Say whether a line, or each of its parts, is nothing but furniture."""
    if is_furniture(text) or ("扫" in text and _SCAN_LINE.fullmatch(text)):
        return True
    if SEAM not in text and " " not in text and "|" not in text and "】" not in text:
        return False
    parts = [part for part in _PART.split(text) if part]
    return len(parts) > 1 and all(map(is_furniture, parts))


def _drop_head(page: Page, box: Box, keep: list[bool], title: str, top: int) -> None:
    """Mark what stands between the box's beginning and the text: the title again, the byline."""
    after = box.start
    for i in range(box.start, min(box.end, box.start + 20)):
        text = page.lines[i].text
        key = letters(text)
        # the rest of a broken title may stand where the text is thought to begin
        if i > after + 3 or len(text) > 120 or (i >= top and not (i == after and key in title)):
            break
        if len(key) > 3 and (key == title or (len(title) > 12 and i <= after and key in title)):
            after = i + 1
    for i in range(after, min(top, after + 12)):
        text = page.lines[i].text
        if len(text) > 160:
            break
        if is_header(text) or (after == i > box.start and is_byline(text) and len(text) < _SHORT):
            after = i + 1
    keep[box.start : after] = [False] * (after - box.start)


def is_header(text: str) -> bool:
    """Say whether a line above the text tells who and when, and nothing of the matter."""
    if _BY.match(text):
        return True
    date = bare_date(text)
    return bool(date) and (is_byline(text) or len(text) - len(date) < 40) and "。" not in text


def _drop_behind(page: Page, box: Box, keep: list[bool], scale: Scale) -> None:
    """Mark everything behind the line that names the editor or announces other articles."""
    little = scale.gains[box.end] - scale.gain(box) // 4
    for i in range(box.start + 1, box.end):
        text = page.lines[i].text
        if len(text) > 60 or scale.gains[i] < little:
            continue
        if BEHIND.fullmatch(text):
            keep[i : box.end] = [False] * (box.end - i)
            return
        if _EDITED.match(text):
            for j in range(i + 1, box.end):
                keep[j] = keep[j] and (has_file(page.lines[j]) or is_byline(page.lines[j].text))
            return
