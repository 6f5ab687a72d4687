"""Boxes and spans that are called what they hold: ``class="source"``, ``id="pubtime"``.

Weaker than a label a reader sees, since themes reuse names, so values must look the part.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from crawler.extract.dates import find_date
from crawler.extract.labels import value_of
from crawler.extract.page import Page
from crawler.extract.wording import plain
from crawler.records import Found

#: field → what ids and classes are called, as parts between blanks, ``-`` and ``_``
_NAMES = {
    "published": r"(?:pub|publish|post|release|news|art|article|date)?-?_?(?:time|date)s?|fbsj|"
    r"pub(?:lish)?day|datetime|shijian|riqi",
    "origin": r"(?:news|art|article)?-?_?source|laiyuan|origin|media-?name|ly",
    "author": r"(?:show|art|article|news)?-?_?authors?|byline|zuozhe|writer",
    "editor": r"(?:ep|show|art|article|news|detail)?-?_?editors?|bianji|zebian|zrbj|operator",
}
_FIELDS = {
    field: re.compile(rf"(?:^|[\s])(?:{names})(?=$|[\s])") for field, names in _NAMES.items()
}
#: Longest text such an element may have.
_LONGEST = 60


def named(page: Page, field: str, start: int, end: int) -> Iterator[Found]:
    """Yield the texts of what is called after ``field``, between two lines, in order."""
    for name, node, line in page.spans:
        if not (start <= line < end and field in _fields(name)):
            continue
        if value := _value(field, node.text() or ""):
            yield Found(value=value, witness=f"name:{name}")
    for box in page.boxes:
        if not (start <= box.start < end and 1 <= box.end - box.start <= 3):
            continue
        if box.name and field in _fields(box.name):
            text = " ".join(line.text for line in page.lines[box.start : box.end])
            if value := _value(field, text):
                yield Found(value=value, witness=f"name:{box.name}")


@lru_cache(maxsize=8192)
def _fields(name: str) -> frozenset[str]:
    return frozenset(field for field, pattern in _FIELDS.items() if pattern.search(name))


def _value(field: str, text: str) -> str:
    text = text.strip()
    if not text or len(text) > _LONGEST:
        return ""
    if field == "published":
        return find_date(text)
    return "" if find_date(text) or "：" in plain(text)[6:] else value_of(text)
