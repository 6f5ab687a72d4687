"""Boxes and spans that are called what they hold: ``class="source"``, ``id="pubtime"``.

Weaker than a label a reader sees, since themes reuse names, so values must look the part.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from crawler.extract.dates import find_date
from crawler.extract.labels import value_of
from crawler.extract.page import Page, around_of
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
_BY = re.compile(r"^by[\s\x1f]+", re.IGNORECASE)
#: Longest text such an element may have.
_LONGEST = 60


def find_named(page: Page, start: int, end: int) -> dict[str, list[Found]]:
    """Return field → the texts of what is called after it, between two lines, in order."""
    found: dict[str, list[Found]] = {}
    for name, text in _spans(page, start, end):
        for field in _fields(name):
            if value := _value(field, text):
                found.setdefault(field, []).append(Found(value=value, witness=f"name:{name}"))
    for box in page.boxes:
        if box.name and start <= box.start < end and 1 <= box.end - box.start <= 3:
            for field in _fields(box.name):
                text = " ".join(line.text for line in page.lines[box.start : box.end])
                if value := _value(field, text):
                    witness = f"name:{box.name}"
                    found.setdefault(field, []).append(Found(value=value, witness=witness))
    return found


def _spans(page: Page, start: int, end: int) -> Iterator[tuple[str, str]]:
    """Yield name and text of every inline element with a telling name, between two lines."""
    seen: set[int] = set()
    for line in page.lines[start:end]:
        if len(line.text) > 5 * _LONGEST:
            continue
        for node in line.nodes:
            for around in around_of(node):
                attributes = around.attributes
                name = f"{attributes.get('id') or ''} {attributes.get('class') or ''}".strip()
                if name and _fields(name.lower()) and around.mem_id not in seen:
                    seen.add(around.mem_id)
                    yield name.lower(), around.text() or ""


@lru_cache(maxsize=8192)
def _fields(name: str) -> frozenset[str]:
    return frozenset(field for field, pattern in _FIELDS.items() if pattern.search(name))


def _value(field: str, text: str) -> str:
    text = text.strip()
    if not text or len(text) > _LONGEST:
        return ""
    if field == "published":
        return find_date(text)
    if field == "author":
        text = _BY.sub("", text)
    return "" if find_date(text) or "：" in plain(text)[6:] else value_of(text)
