"""Finds strings that look like dates; what moment they mean is for ``crawler.dates``.

Both read the forms of ``crawler.dates.forms``, so what is found here can be read there.
"""

import re

from crawler.dates.forms import DATE, find
from crawler.extract.labelline import label_before
from crawler.extract.labelwords import CHANGES, SPEAKS

__all__ = ["DATE", "bare_date", "find_date", "first_shown", "names_offset", "url_date"]

#: Lines whose day is not the article's: the reader's own, or a meeting's.
_ANOTHER = re.compile(
    r"今天|今日|现在|当前|today|通过|批准|修[订正]|施行|会议|截至|截止", re.IGNORECASE
)
#: A label in front of a day: it has been asked what it means.
_LABELLED = re.compile(r"[\u4e00-\u9fff]{2}[\s\x1f]*[:：][\s\x1f]*\Z")
_OFFSET = re.compile(
    r"\d\d:\d\d\S*\s?(?:Z|GMT|UTC|(?:GMT|UTC)?[+-]\d\d:?\d\d)(?:\s?\([\w ]+\))?\s*$", re.IGNORECASE
)
#: What ties a label to its day: a sign, a little word, the day of the week.
_TIE = re.compile(
    r"[\s\x1f]{0,4}(?P<sign>[:：∶﹕︰])?[\s\x1f|(（]{0,8}(?:\b(?:on|at|le|am|el|em|il|op|den|à)\s{1,3})?"
    r"(?:\b(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?[\s,]{1,4})?\Z",
    re.IGNORECASE,
)
#: Words in front of a day that make its line a caption, unless it speaks of publishing.
_SENTENCE = re.compile(r"(?:[a-z'’]+\W+){10}", re.IGNORECASE)
_PUBLISHED = re.compile(r"publish|posted|updated|issued|released|\bby\b", re.IGNORECASE)
_MONTHS = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
#: How addresses carry a day, for pages that show none.
_URL_DAYS = (
    re.compile(r"/t((?:19|20)\d{6})_\d+"),
    re.compile(r"/((?:19|20)\d\d/\d{1,2}/\d{1,2})/"),
    re.compile(r"/((?:19|20)\d\d-\d\d/\d\d)/"),
    re.compile(r"/((?:19|20)\d\d-\d\d-\d\d)(?=[/_.-])"),
    re.compile(rf"/((?:19|20)\d\d/(?:{_MONTHS})/\d\d?)/", re.IGNORECASE),
    re.compile(r"/((?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]))_\d"),
    re.compile(r"/((?:19|20)\d\d/\d\d-\d\d)/"),
    re.compile(r"/((?:19|20)\d\d/(?:0\d|1[0-2])(?:[0-2]\d|3[01]))/"),
    re.compile(r"/((?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]))/"),
)


def find_date(text: str) -> str:
    """Return the first date in ``text`` with its clock, or ``""``."""
    found = find(text)
    return text[found.start : found.end].strip() if found else ""


def bare_date(text: str) -> str:
    """Return the date of a line that stands between a title and its text, or ``""``.

    It may be that of a change, never one that its label gives to another field.
    """
    if len(text) > 160 or not (found := find(text)) or _ANOTHER.search(text):
        return ""
    if _LABELLED.search(text[: found.start]) or _meant(text, found.start) == "another":
        return ""
    return text[found.start : found.end].strip()


def first_shown(text: str) -> str:
    """Return the first date of such a line that is not that of a change or a caption, or ``""``."""
    found = find(text) if len(text) <= 160 else None
    if not found or _ANOTHER.search(text) or _LABELLED.search(text[: found.start]):
        return ""
    before = text[: found.start]
    if _SENTENCE.search(before) and not _PUBLISHED.search(before):
        return ""
    while found and _meant(text, found.start):
        found = find(text, found.end)
    return text[found.start : found.end].strip() if found else ""


def _meant(text: str, start: int) -> str:
    """Return what the label in front of a day makes of it: a ``change``, ``another``, or ``""``."""
    before = text[max(0, start - 60) : start]
    tie = _TIE.search(before)
    word = label_before(before, tie.start()) if tie else ""
    if not tie or not word:
        return ""
    fields = dict(SPEAKS[word])
    if word in CHANGES or fields.get("dated"):
        return "change"
    if "published" in fields or "dated" in fields:
        return ""
    return "another" if tie["sign"] or "written" in fields else ""


def names_offset(text: str) -> bool:
    """Say whether a machine's moment ends in an offset from UTC, or in Z."""
    return _OFFSET.search(text[-60:]) is not None


def url_date(url: str) -> str:
    """Return the day that stands in an address, or ``""``."""
    path = url.partition("?")[0].partition("#")[0]
    return next((found[1] for pattern in _URL_DAYS if (found := pattern.search(path))), "")
