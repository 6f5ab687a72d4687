"""Which boxes at the head of an article hold labels and their values, and nothing of its text."""

from collections.abc import Iterator

from crawler.extract.labelline import find_hits
from crawler.extract.page import Box, Page

_TAGS = frozenset(["table", "ul", "ol", "dl", "div", "section"])
#: How many lines into the article such a box may begin, and how many it may have.
_NEAR, _MOST = 16, 60
#: Labels it must show.
_LEAST = 3
#: Longest value; a summary of the matter may be one.
_LONGEST = 300


def find_label_boxes(page: Page, box: Box) -> Iterator[Box]:
    """Yield the outermost boxes of labels in the first lines of ``box``."""
    at = box.index + 1
    while at < box.after:
        part = page.boxes[at]
        if part.start > box.start + _NEAR:
            return
        own = part.tag in _TAGS and part.end < box.end and part.end - part.start <= _MOST
        if own and _is_labels(page, part):
            yield part
            at = part.after
        else:
            at += 1


def _is_labels(page: Page, part: Box) -> bool:
    """Say whether every line of a box is a label with its value, one of them, or an empty cell."""
    labels: set[str] = set()
    waiting = False
    for line in page.lines[part.start : part.end]:
        if len(line.text) > _LONGEST:
            return False
        hits = find_hits(line.text, True)
        if hits and not line.text[: hits[0].start].strip(" \x1f【["):
            labels.update(hit.word for hit in hits)
            waiting = not line.text[hits[-1].end :].strip(" \x1f】]")
        elif waiting:
            waiting = False
        else:
            return False
    return len(labels) >= _LEAST
