"""Elements that are called what they hold: ``class="source"``, ``id="pubtime"``, ``itemprop``.

Weaker than a label a reader sees, since themes reuse names, so values must look the part.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from crawler.extract.dates import first_shown
from crawler.extract.labelline import find_hits
from crawler.extract.labels import value_of
from crawler.extract.labelwords import SPEAKS
from crawler.extract.page import Page, around_of
from crawler.extract.wording import plain
from crawler.records import Found

#: What names may begin with: the kind of page, or the letters of a theme.
_KIND = r"(?:news|article|art|info|post|entry|detail|story|content|show)"
_BEFORE = rf"(?:(?:[a-z]{{1,2}}|meta|header|byline|{_KIND})(?:--?|__?))*{_KIND}?"
#: … and end with.
_BEHIND = r"(?:(?:--?|__?)?(?:name|id|text|txt|left))?"
#: field → what ids, classes and item properties are called
_NAMES = {
    "published": rf"{_BEFORE}(?:(?:pub|publish|published|publication|release|date)?[-_]?"
    r"(?:time|date)s?|datetime|timestamp|pub(?:lish)?day|date-?published|published(?:-?(?:at|on))?|"
    r"fbsj|fbrq|shijian|riqi)(?:id)?",
    "origin": rf"{_BEFORE}(?:source|origin|laiyuan|media-?name){_BEHIND}|"
    rf"{_KIND}[-_]?(?:from|src)|ly",
    "author": rf"{_BEFORE}(?:authors?|zuozhe|writer){_BEHIND}|"
    rf"(?:{_KIND}[-_]+)?byline(?:__?name)?",
    "editor": rf"{_BEFORE}(?:ep-?)?(?:editors?|bianji|zebian){_BEHIND}|zrbj|operator",
    "title": r"itemprop=headline",
}
#: One of these stands in every such name, and in few others.
_TELLING = re.compile(
    "time|date|day|published|fbsj|fbrq|shijian|riqi|source|origin|laiyuan|media|from|src|ly|author|"
    "zuozhe|writer|byline|editor|bianji|zebian|zrbj|operator|headline"
)
_FIELDS = {field: re.compile(rf"(?:^|\s)(?:{names})(?=$|\s)") for field, names in _NAMES.items()}
#: Parts of a page that have writers, sources and days of their own.
_OTHER = re.compile(r"comment|reply|replies|related|recommend|sidebar|photo|image|video|guest")
_BY = re.compile(r"^by[\s\x1f]+", re.IGNORECASE)
#: Korean names stand in front of their trade, the place of the office in front of the name.
_KOREAN = re.compile(r"([\uac00-\ud7a3]{2,4})[\s\x1f]*기자(?![\uac00-\ud7a3])")
#: Longest text such an element may have.
_LONGEST = 60
#: Fields of which a page tells one; several below the text are those of other articles.
_LONE = ("published", "origin", "author")


class _Named(NamedTuple):
    name: str
    line: int
    text: str
    #: what it says to machines
    content: str


def find_named(page: Page, start: int, bottom: int, end: int) -> dict[str, list[Found]]:
    """Return field → the texts of what is called after it, between two lines, in order.

    ``bottom`` is the first line below the text.
    """
    found: dict[str, list[Found]] = {}
    below: dict[str, list[Found]] = {}
    every = (*_boxes(page, start, end), *_spans(page, start, end))
    for one in sorted(every, key=lambda one: one.line):
        for field in _fields(one.name):
            if value := _value(field, one):
                place = below if field in _LONE and one.line >= bottom else found
                witness = f"name:{one.name}"
                place.setdefault(field, []).append(Found(value=value, witness=witness))
    for field, others in below.items():
        if len({one.value for one in others}) == 1:
            found.setdefault(field, []).append(others[0])
    return found


def _spans(page: Page, start: int, end: int) -> Iterator[_Named]:
    """Yield every inline element with a telling name, between two lines."""
    seen: set[int] = set()
    for number, line in enumerate(page.lines[start:end], start):
        if len(line.text) > 5 * _LONGEST:
            continue
        for node in line.nodes:
            for around in around_of(node):
                attributes = around.attributes
                name = _called(attributes)
                if name and _fields(name) and around.mem_id not in seen:
                    seen.add(around.mem_id)
                    yield _Named(name, number, around.text() or "", _content(attributes))


def _boxes(page: Page, start: int, end: int) -> Iterator[_Named]:
    """Yield every small box with a telling name that begins between two lines."""
    for box in page.boxes:
        if box.name and start <= box.start < end and 1 <= box.end - box.start <= 3:
            if not _fields(box.name):
                continue
            attributes = box.node.attributes
            text = " ".join(line.text for line in page.lines[box.start : box.end])
            yield _Named(_called(attributes), box.start, text, _content(attributes))


def _called(attributes: dict[str, str | None]) -> str:
    """Return id, class and item property of an element, lower case, a blank between."""
    name = f"{attributes.get('id') or ''} {attributes.get('class') or ''}"
    if told := attributes.get("itemprop"):
        name = f"{name} {told} itemprop={told}"
    return name.strip().lower()


def _content(attributes: dict[str, str | None]) -> str:
    """Return what an element of microdata says to machines, ``""`` for any other."""
    if "itemprop" not in attributes:
        return ""
    return (attributes.get("content") or attributes.get("datetime") or "").strip()


@lru_cache(maxsize=8192)
def _fields(name: str) -> frozenset[str]:
    if not _TELLING.search(name) or _OTHER.search(name):
        return frozenset()
    return frozenset(field for field, pattern in _FIELDS.items() if pattern.search(name))


def _value(field: str, one: _Named) -> str:
    text = (one.content or one.text).strip()
    if not text or len(text) > (_LONGEST if field != "title" else 4 * _LONGEST):
        return ""
    if field == "title":
        return plain(text)
    if field == "published":
        return first_shown(text)
    if first_shown(text) or _is_labelled(text, field):
        return ""
    if field == "author":
        text = _BY.sub("", text)
        if found := _KOREAN.search(text):
            return found[1]
    return "" if "：" in plain(text)[6:] else value_of(text)


def _is_labelled(text: str, field: str) -> bool:
    """Say whether a text begins with the label of another field: 发布时间：10-08."""
    first = next(iter(find_hits(text, False)), None)
    return first is not None and all(told != field for told, _ in SPEAKS[first.word])
