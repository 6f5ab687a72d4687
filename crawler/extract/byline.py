"""Bylines within the text: （记者 张三）, 【编辑：李四】, (王五) behind the last sentence."""

import re

from crawler.extract.dates import find_date
from crawler.extract.page import Box, Page
from crawler.extract.wording import plain
from crawler.records import Found

_NAME = r"[\u4e00-\u9fff·]{2,4}"
_NAMES = rf"{_NAME}(?:[\s、，,/]+{_NAME}){{0,4}}"
_EDITOR = re.compile(
    rf"[（(【\[]\s*(?:本文)?(?:责任|网络|值班|执行)?编辑[\s:：]*(?P<name>{_NAMES})\s*[)）】\]]"
)
#: 记者 张三, also with 本报, 见习 and the like before it; in brackets or as a line of its own
_REPORTER = re.compile(
    rf"(?:^|[（(【\[])\s*[\u4e00-\u9fff]{{0,8}}(?:记者|通讯员|作者)[\s:：]*(?P<name>{_NAMES})"
    r"(?:\s*(?:摄影报道|报道|摄))?\s*(?:[)）】\]]|$)"
)
_LAST = re.compile(rf"[。！？”…]\s*[（(]\s*(?P<name>{_NAMES})\s*[)）]\s*$")
_CARRIER = re.compile(
    rf"(?:{_NAME}\s*/\s*)?(?P<name>[\u4e00-\u9fff]{{1,14}}(?:报|社|网|台|频道|周刊|杂志|客户端|之声))"
)
#: Lines at the beginning and the end of the text that may carry a byline.
ENDS = 4


def find_bylines(page: Page, box: Box) -> dict[str, list[Found]]:
    """Return what the first and last lines of the text say of author and editor."""
    found: dict[str, list[Found]] = {}
    numbers = range(box.start, box.end)
    tails = [plain(page.lines[i].text)[-80:] for i in reversed(numbers[-ENDS:])]
    heads = [plain(page.lines[i].text)[:80] for i in numbers[:ENDS]]
    for text in (*tails, *heads):
        for field, pattern in (("editor", _EDITOR), ("author", _REPORTER), ("author", _LAST)):
            if match := pattern.search(text):
                found.setdefault(field, []).append(Found(value=match["name"], witness="byline"))
    return found


def find_carrier(page: Page, title: int, top: int) -> list[Found]:
    """Return a paper's or station's name that stands alone between title and text."""
    lines = [plain(page.lines[i].text) for i in range(title + 1, min(top, title + 8))]
    named = (match["name"] for line in lines if (match := _CARRIER.fullmatch(line)))
    return [Found(value=name, witness="line") for name in named] if title >= 0 else []


def find_signature(page: Page, box: Box) -> list[Found]:
    """Return the day under the text, where the issuing body signs, if it is a line of its own."""
    for i in range(box.end - 1, max(box.start, box.end - 1 - 2 * ENDS), -1):
        text = plain(page.lines[i].text)
        date = find_date(text)
        if "年" in date and len(date) >= len(text) - 2:
            return [Found(value=date, witness="signature")]
    return []
