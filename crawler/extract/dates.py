"""Finds strings that look like dates; what moment they mean is for ``crawler.dates``.

Both read the forms of ``crawler.dates.forms``, so what is found here can be read there.
"""

import re

from crawler.dates.forms import DATE, find

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
#: What says in front of a day that it is that of a change.
_CHANGED = re.compile(
    r"(?:updated?|modified|revised|reviewed|changed|corrected|mise? à jour|modifié|aktualisiert|"
    r"geändert|stand|actualizad[oa]|atualizad[oa]|aggiornat[oa]|bijgewerkt|обновлено|更新|수정|수정일)"
    r"(?:\s(?:on|at|le|am|el|em|il|op))?[\s:：|]{0,8}"
    r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?[\s,]{1,4})?\Z",
    re.IGNORECASE,
)
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
    """Return the date of a line that stands between a title and its text, or ``""``."""
    if len(text) > 160 or not (found := find(text)) or _ANOTHER.search(text):
        return ""
    if _LABELLED.search(text[: found.start]):
        return ""
    return text[found.start : found.end].strip()


def first_shown(text: str) -> str:
    """Return the date of such a line unless it is that of a change (Updated March 5, 2026)."""
    if not bare_date(text):
        return ""
    found = find(text)
    while found and _CHANGED.search(text, max(0, found.start - 40), found.start):
        found = find(text, found.end)
    return text[found.start : found.end].strip() if found else ""


def names_offset(text: str) -> bool:
    """Say whether a machine's moment ends in an offset from UTC, or in Z."""
    return _OFFSET.search(text) is not None


def url_date(url: str) -> str:
    """Return the day that stands in an address, or ``""``."""
    path = url.partition("?")[0].partition("#")[0]
    return next((found[1] for pattern in _URL_DAYS if (found := pattern.search(path))), "")
