"""Labels and what stands behind them: 来源：新华社, a row of the 信息公开 table, （责任编辑：…）.

Read from the page's lines, so it is the same whether a label is a cell, a span or part of a
sentence. A value may stand behind its label, in the next line, in the row below, or be missing;
then it is nothing.
"""

import re
from collections.abc import Iterator
from itertools import chain
from typing import NamedTuple

from crawler.extract.dates import find_date
from crawler.extract.labelline import Hit, find_hits
from crawler.extract.labelwords import SPEAKS
from crawler.extract.noise import is_disclaimer
from crawler.extract.page import SEAM, Box, Page
from crawler.extract.wording import plain
from crawler.records import Found

_CELLS = frozenset(["td", "th", "dt", "dd"])
_DAYS = frozenset(["published", "dated", "written"])
_NUMBERS = frozenset(["doc_number", "index_number", "title"])
#: Fields whose labels in a row make it the header row of a disclosure table.
_HEADERS = frozenset(["doc_number", "index_number", "issuer"])
#: A gap that parts two values. A piece in another element does too, unless a dash ties them.
_GAP = r"(?<=\S)(?:[ \xa0]{2,}|[\u3000\t\n])"
_SEAM = r"(?<![-—–－])\x1f(?!\x1f*[-—–－]\x1f*[^\s\d])"
#: Where the value of a name ends.
_END = re.compile(
    rf"{_SEAM}|[|｜【】〔〕\[\]<>]|{_GAP}|(?:(?<=\S)\s+)?(?:19|20)\d\d[-年/.]"
    r"|[（(](?=\s*$)|[)）](?![^()（）]*[)）])|[,，;；](?=\s*$)"
)
_NUMBER_END = re.compile(rf"[|｜]|{_GAP}")
#: Values that stand where nothing was filled in.
_EMPTY = frozenset(["", "无", "無", "暂无", "-", "--", "/", "—", "——", "— —", "null", "undefined",
                    "none", "n/a"])  # fmt: skip
#: Lines at both ends of the text in which labels are looked for: further in they are its matter.
_DEEP = 60
#: Little words that are labels with a colon only; what else they mean is for ``byline``.
_LITTLE = frozenset("by from par por von di door كتب 文 文字 记者 記者 通讯员 通訊員 기자".split())


class Region(NamedTuple):
    """Which lines are read: the head of the article and its foot, line numbers half open."""

    head: int
    top: int
    bottom: int
    foot: int


def find_labels(page: Page, region: Region) -> dict[str, list[Found]]:
    """Return field → what stands behind its labels, most trusted first."""
    found: dict[str, list[tuple[int, int, Found]]] = {}
    order = 0
    for number, hit, value in _labelled(page, region):
        text_proper = region.top <= number < region.bottom - 4
        for field, rank in SPEAKS[hit.word]:
            if text_proper and field == "dated":
                continue  # a day in the text is a meeting's
            if worth := _value(field, value, hit):
                order += 1
                cell = page.boxes[page.lines[number].box].tag in _CELLS
                witness = f"{'table' if cell else 'label'}:{hit.word}"
                found.setdefault(field, []).append(
                    (rank + 10 * text_proper, order, Found(value=worth, witness=witness))
                )
    return {field: [f for _, _, f in sorted(hits, key=lambda h: h[:2])]
            for field, hits in found.items()}  # fmt: skip


def _labelled(page: Page, region: Region) -> Iterator[tuple[int, Hit, str]]:
    """Yield every label of the region that speaks for a field, its line and what follows it."""
    deep = min(region.top + _DEEP, region.foot)
    for number in chain(
        range(region.head, deep), range(max(deep, region.bottom - _DEEP), region.foot)
    ):
        line = page.lines[number]
        text = line.text
        proper = region.top <= number < region.bottom - 3
        if len(text) > (60 if proper else 2000):
            continue
        hits = find_hits(text, proper, menu=line.linked * 2 > len(text))
        if not hits or (len(text) > 40 and is_disclaimer(text)):
            continue
        for i, hit in enumerate(hits):
            if not SPEAKS[hit.word]:
                continue
            last = i + 1 == len(hits)
            value = text[hit.end : len(text) if last else hits[i + 1].start].lstrip(
                " \x1f\xa0\u3000】]"
            )
            if not value and last:
                value = _beside(page, number, region.foot)
            yield number, hit, value


def _beside(page: Page, number: int, foot: int) -> str:
    """Return the value of a label that stands alone: the next cell, the next line, the row below.

    The next line counts where it stands in the box beside the label's, or in the same.
    """
    label = page.boxes[page.lines[number].box]
    row = next((page.boxes[b] for b in page.above(label.index) if page.boxes[b].tag == "tr"), None)
    if row is not None and label.tag in _CELLS:
        return _in_table(page, row, label)
    if number + 1 >= min(foot, len(page.lines)):
        return ""
    line = page.lines[number + 1]
    text = line.text.lstrip(":： \x1f\xa0\u3000")
    if len(text) > 200 or _lone(text):
        return ""
    around = set(list(page.above(label.index))[:3])
    return text if around & set(list(page.above(line.box))[:3]) else ""


def _lone(text: str) -> bool:
    """Say whether a line is nothing but the next label."""
    hits = find_hits(text, True)
    return bool(hits) and not text[: hits[0].start].strip(" \x1f【[")


def _in_table(page: Page, row: Box, label: Box) -> str:
    """Return the value of a cell's label: in the next cell, or below it in a table of two rows."""
    cells = _children(page, row)
    at = next((i for i, cell in enumerate(cells) if cell.index == label.index), -1)
    if at < 0:
        return ""
    beside = _text(page, cells[at + 1]) if at + 1 < len(cells) else ""
    words = [_word(page, cell) for cell in cells]
    if at + 1 < len(cells) and words[at + 1] is None:
        return beside.lstrip(":： \x1f") if len(beside) <= 200 else ""
    heads = [word for word in words if word]
    speaks = {field for word in heads for field, _ in SPEAKS[word]}
    if len(heads) < 2 or not speaks & _HEADERS:
        return ""
    below = _next_row(page, row)
    values = _children(page, below) if below else []
    if len(values) != len(cells) or any(_word(page, cell) for cell in values):
        return ""
    return _text(page, values[at])


def _next_row(page: Page, row: Box) -> Box | None:
    if row.after >= len(page.boxes):
        return None
    after = page.boxes[row.after]
    if after.tag in ("tbody", "tfoot") and row.after + 1 < after.after:
        after = page.boxes[row.after + 1]
    return after if after.tag == "tr" else None


def _children(page: Page, row: Box) -> list[Box]:
    cells, inner = [], row.index + 1
    while inner < row.after:
        cells.append(page.boxes[inner])
        inner = page.boxes[inner].after
    return cells


def _text(page: Page, cell: Box) -> str:
    return SEAM.join(line.text for line in page.lines[cell.start : cell.end])


def _word(page: Page, cell: Box) -> str | None:
    """Return the label that a cell is, ``None`` where it holds something else."""
    text = _text(page, cell)
    hits = find_hits(text, True) if 0 < len(text) < 30 else []
    if len(hits) == 1 and not text[hits[0].end :].strip():
        return hits[0].word
    return None


def _value(field: str, text: str, hit: Hit) -> str:
    """Return as much of ``text`` as is the value of ``field``, ``""`` where it is none."""
    if field in _DAYS:
        return _day(text, hit.weak)
    if field in _NUMBERS:
        value = value_of(text, _NUMBER_END)
        return "" if hit.weak not in ("", "line") and not re.search(r"\d", value) else value
    latin = hit.word < "\u2e80"
    if hit.weak and hit.word in _LITTLE and (latin or hit.weak != "line"):
        return ""
    if hit.weak == "blank" and latin:
        return ""  # source of all trouble
    if hit.weak in ("blank", "seam") and len(text) > 40:
        return ""
    return value_of(text)


def _day(text: str, weak: str) -> str:
    """Return the day at the beginning of ``text``, as it stands where its form is not known."""
    date = find_date(text[:60])
    at = text.find(date[:4]) if date else -1
    if 0 <= at < (4 if weak else 12):
        return date
    piece = re.split(rf"[|｜•]|{_GAP}|\x1f(?=\D)", text[:48])[0].strip()
    if date or not re.search(r"\d", piece) or (weak and not piece[:1].isdigit()):
        return ""
    return piece


def value_of(text: str, end: re.Pattern[str] = _END) -> str:
    """Return the value that ``text`` begins with, up to where something else begins."""
    found = end.search(text)
    value = plain(text[: found.start()] if found else text)
    return "" if value.lower() in _EMPTY or len(value) > 120 else value
