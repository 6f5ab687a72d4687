"""Which line of a page is the article's title.

``<title>`` carries the name of the site with it or nothing else; a heading may be the column's.
What both say is the title. Order of trust: a heading or line that ``<title>`` or a meta confirms ·
``ArticleTitle`` · ``og:title`` and its like · the heading nearest above the text · ``<title>``.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from crawler.extract.dates import find_date
from crawler.extract.metadata import metas
from crawler.extract.noise import is_byline
from crawler.extract.page import HEADINGS, SEAM, Box, Page
from crawler.extract.wording import BREAK, letters, plain
from crawler.records import Found

_NAMED = re.compile(
    r"(?:^|[\s_-])(?:[a-z]*(?:title|headline|biaoti)|tit|bt|headline)(?=$|[\s_\d-])|title"
)
_SEPARATOR = re.compile(r"\s*[_|｜]+\s*|\s+[-–—·»>]+\s+|--+|[-–—](?=[^-–—]*$)")
#: Longest title people write; a whole text in a heading is none.
LONGEST = 200
#: how many lines above the text a title may stand
_ABOVE = 40
#: how many lines below a title its date may stand
_RIGHT_BELOW = 4
#: What stands between a title and the name of its site.
_AFTER = re.compile(r"\s*[-_|｜–—·»>]|\s+")
#: A line may end at a colon in the middle of a title; a heading does not.
_AFTER_HEADING = re.compile(r"\s*[-_|｜–—·»>:：]|\s+")
#: How the heading of a part begins.
_PART = re.compile(
    r"[（(]?[一二三四五六七八九十]+[)）、.．]|第[一二三四五六七八九十]+[章节条部]|\d{1,2}[、.．]"
)
_TAG = re.compile(r"<[^<>]*>")


@dataclass(frozen=True, slots=True)
class _Candidate:
    text: str
    witness: str
    #: the line it begins on
    line: int
    #: how much its element looks like a heading; 0 for a plain line
    rank: int


def find_heading(page: Page) -> int:
    """Return the line of the first heading that <title> or a meta confirms, -1 where none does.

    A plain line will do where no heading element says the same; where nothing is confirmed, the
    heading right above a line that tells when and whence.
    """
    values = [*(meta.value for meta in metas(page, "title")), cut_site(page.title)]
    values = [_TAG.sub("", value) for value in values]
    said = [key for key in map(letters, values) if len(key) > 4]
    raw, plainly = " ".join(values), -1
    for i, line in enumerate(page.lines):
        text = line.text
        # what is not even begun there need not be compared
        if len(text) < 3 or text[:3] not in raw:
            continue
        if _heads(box := page.boxes[line.box]) and box.start == i:
            text = "".join(part.text for part in page.lines[i : box.end])
        if not 5 <= len(text) < LONGEST:
            continue
        key = letters(text)
        if any(key == one or (len(key) > 7 and one.startswith(key)) for one in said):
            if _heads(page.boxes[line.box]):
                return i
            if plainly < 0 and not line.linked:
                plainly = i
    if plainly < 0 and (plainly := _dated_heading(page)) < 0:
        return _lone_heading(page)
    return plainly


def _dated_heading(page: Page) -> int:
    """Return the line of the first heading with a date and a byline right below it, else -1."""
    heading = -1
    for i, line in enumerate(page.lines):
        if _heads(box := page.boxes[line.box]):
            if not line.linked and 4 <= len(line.text) < LONGEST:
                heading = box.start
        elif 0 <= heading >= i - _RIGHT_BELOW and is_dated_byline(line.text):
            return heading
        elif "。" in line.text:
            heading = -1
    return -1


def _lone_heading(page: Page) -> int:
    """Return the line of the one ``h1`` of a page that does not name its site, else -1."""
    tops = [box for box in page.boxes if box.tag == "h1" and box.end > box.start]
    if len(tops) != 1 or tops[0].hidden:
        return -1
    line = page.lines[tops[0].start]
    named = letters(line.text) in letters(page.title) or len(letters(line.text)) < 4
    return -1 if line.linked or named else tops[0].start


def is_dated_byline(text: str) -> bool:
    """Say whether a line tells when an article appeared, and begins with a label or the date."""
    if len(text) > 120 or "。" in text:
        return False
    date = find_date(text)
    return bool(date) and (is_byline(text) or text.startswith(date))


def find_title(page: Page, top: int) -> tuple[list[Found], int]:
    """Return what speaks for the title, most trusted first, and the line it stands on (or -1).

    ``top`` is the line at which the text begins; titles stand above it.
    """
    sites = {letters(name) for name in page.metas.get("sitename", ())}
    columns = {letters(name) for name in page.metas.get("columnname", ())}
    said = [
        Found(value=_TAG.sub("", meta.value).strip(), witness=meta.witness)
        for meta in metas(page, "title")
    ]
    said = [meta for meta in said if letters(meta.value) not in sites | columns | {""}]
    raw = " ".join([page.title, *(meta.value for meta in said)])
    candidates = [c for c in _candidates(page, top, raw) if letters(c.text) not in sites | columns]
    found, line = [], -1
    if confirmed := _confirmed(candidates, [*said, Found(value=page.title, witness="title")]):
        line = confirmed.line
        found.append(Found(value=confirmed.text, witness=confirmed.witness))
    # ArticleTitle is written for the article alone; <title> may confirm the name of a site
    contradicted = (
        found
        and said
        and said[0].witness == "meta:articletitle"
        and not _agree(found[0].value, said[0].value)
    )
    found = [*said, *found] if contradicted else [*found, *said]
    headings = [c for c in candidates if c.rank and c.line <= top]
    # 公告 alone may be a title where nothing longer is
    headings = [c for c in headings if len(letters(c.text)) > 3] or headings[:1]
    if headings:
        # the heading of a first part stands below the title
        nearest = next((c for c in reversed(headings) if not _PART.match(c.text)), headings[-1])
        line = nearest.line if line < 0 and not said else line
        found.append(Found(value=nearest.text, witness=nearest.witness))
    if page.title:
        found.append(Found(value=cut_site(page.title, sites), witness="title"))
    return found, line


def _candidates(page: Page, top: int, said: str) -> Iterator[_Candidate]:
    """Yield everything above the text that might be the title: headings, then single lines.

    A line that is no heading counts only if it is ``said`` elsewhere.
    """
    low, high = max(0, top - _ABOVE), min(top + 3, len(page.lines))
    for box in page.boxes:
        if low <= box.start < high and box.end > box.start and not box.hidden and _heads(box):
            rank = 30 if box.tag == "h1" else 20 if box.tag in HEADINGS else 10
            witness = f"heading:{box.tag}" if rank > 10 else "heading:name"
            raw = BREAK.join(line.text for line in page.lines[box.start : box.end])
            for text in dict.fromkeys((plain(raw), plain(raw.partition(SEAM)[0]))):
                if 1 < len(text) < LONGEST and not is_byline(text):
                    yield _Candidate(text, witness, box.start, rank)
    for i in range(low, high):
        line = page.lines[i]
        text = line.text
        # what is not even begun there need not be compared
        if text[:2] not in said and text[2:4] not in said:
            continue
        if 5 < len(text) < LONGEST and line.linked == 0 and not is_byline(text):
            text = plain(text)
            yield _Candidate(text, "heading:line", i, 0)
            # a title broken over two or three lines
            for after in page.lines[i + 1 : min(i + 3, high)]:
                text = plain(f"{text}{BREAK}{after.text}")
                if len(text) > LONGEST or after.linked or is_byline(after.text):
                    break
                yield _Candidate(text, "heading:lines", i, 0)


def _heads(box: Box) -> bool:
    if box.tag in HEADINGS:
        return True
    return box.name != "" and box.end - box.start <= 4 and _NAMED.search(box.name) is not None


def _confirmed(candidates: list[_Candidate], said: list[Found]) -> _Candidate | None:
    """Return the candidate that metas and <title> confirm best, None where they confirm none."""
    others = [(letters(one.value), one) for one in said]
    best, most = None, 0
    for candidate in candidates:
        key = letters(candidate.text)
        if len(key) < 4:
            continue
        worth = max(_worth(key, other, one, candidate.rank) for other, one in others)
        if worth and worth + candidate.rank > most:
            best, most = candidate, worth + candidate.rank
    return best


def _worth(key: str, other: str, said: Found, rank: int) -> int:
    """Return how well what is ``said`` elsewhere confirms a candidate; 0 is not at all."""
    if key == other:
        return 2000 if said.witness != "title" else 1500
    if other.startswith(key):
        # the candidate may stop only where the site's name begins, not in the middle of a title
        return 500 + 4 * len(key) if _ends_part(said.value, key, rank) else 0
    if len(key) > 7 and key in other:
        return 4 * len(key)
    if len(other) > 7 and key.startswith(other):
        # the heading is whole where <title> was cut short
        return 400 + len(other) - (len(key) - len(other))
    return 0


def _ends_part(said: str, key: str, rank: int) -> bool:
    """Say whether the part of ``said`` that spells ``key`` ends at a separator."""
    left, after = len(key), _AFTER_HEADING if rank else _AFTER
    for i, character in enumerate(said):
        size = len(letters(character))
        if left <= 0 and (size or after.match(said, i)):
            return size == 0
        left -= size
    return True


def _agree(one: str, other: str) -> bool:
    one, other = letters(one), letters(other)
    return one in other or other in one


def cut_site(title: str, sites: Collection[str] = ()) -> str:
    """Return the text of ``<title>`` without the names of site and column behind it."""
    parts = [part for part in _SEPARATOR.split(title) if part and part.strip()]
    if len(parts) < 2:
        return title.strip()
    kept = [part for part in parts if letters(part) not in sites] or parts
    if len(kept[0]) >= 6:
        return title[: title.index(kept[0]) + len(kept[0])].strip()
    return max(kept[:2], key=len).strip()
