"""Finds strings that look like dates; what moment they mean is for ``crawler.dates``."""

import re

#: White space may stand anywhere in a date, and elements may begin there.
_GAP = r"[\s\x1f]*"
_YEAR = r"(?<!\d)(?:19|20|１９|２０)\d\d"
_DAY = (
    rf"{_YEAR}{_GAP}(?:年|[-/.－／．]){_GAP}\d{{1,2}}{_GAP}(?:月|[-/.－／．]){_GAP}\d{{1,2}}"
    rf"(?!\d*[-/.]\d){_GAP}[日号]?"
)
_CLOCK = (
    rf"(?:[T\s\x1f]*(?:上午|下午)?{_GAP}\d{{1,2}}{_GAP}[:：∶时點点]{_GAP}\d{{2}}"
    rf"(?:分|{_GAP}[:：∶分]{_GAP}\d{{2}}秒?)?(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?)?"
)
_HAN_DAY = "[一二三四五六七八九十廿卅]{1,3}"
_HAN = rf"[〇○零oO一二三四五六七八九Ｏ０]{{4}}年[元正一二三四五六七八九十]{{1,3}}月{_HAN_DAY}日"
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_NTH = r"\d{1,2}(?:st|nd|rd|th)?"
_ENGLISH = (
    rf"(?:{_MONTH}\s+{_NTH},?\s+{_YEAR}|{_NTH}\s+{_MONTH},?\s+{_YEAR})"
    r"(?:,?\s+(?:at\s+)?\d{1,2}:\d\d(?::\d\d)?\s*(?:[ap]\.?m\.?)?"
    r"(?:\s*(?:gmt|utc|z|[+-]\d{4}))?)?"
)

#: A day with the clock behind it where there is one.
DATE = re.compile(f"{_DAY}{_CLOCK}|{_HAN}|{_ENGLISH}", re.IGNORECASE)

#: Lines whose day is not the article's: the reader's own, or a meeting's.
_ANOTHER = re.compile(
    r"今天|今日|现在|当前|today|通过|批准|修[订正]|施行|会议|截至|截止", re.IGNORECASE
)
#: A label in front of a day: it has been asked what it means.
_LABELLED = re.compile(r"[\u4e00-\u9fff]{2}[\s\x1f]*[:：][\s\x1f]*\Z")
_OFFSET = re.compile(r"\d\d:\d\d\S*(?:Z|[+-]\d\d:?\d\d)\s*$", re.IGNORECASE)
#: How addresses carry a day, for pages that show none.
_URL_DAYS = (
    re.compile(r"/t((?:19|20)\d{6})_\d+"),
    re.compile(r"/((?:19|20)\d\d/\d{1,2}/\d{1,2})/"),
    re.compile(r"/((?:19|20)\d\d-\d\d/\d\d)/"),
    re.compile(r"/((?:19|20)\d\d/\d\d-\d\d)/"),
    re.compile(r"/((?:19|20)\d\d/(?:0\d|1[0-2])(?:[0-2]\d|3[01]))/"),
    re.compile(r"/((?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]))/"),
)


def find_date(text: str) -> str:
    """Return the first date in ``text`` with its clock, or ``""``."""
    found = DATE.search(text)
    return found[0].strip() if found else ""


def bare_date(text: str) -> str:
    """Return the date of a line that stands between a title and its text, or ``""``."""
    if len(text) > 160 or _ANOTHER.search(text):
        return ""
    found = DATE.search(text)
    return found[0].strip() if found and not _LABELLED.search(text[: found.start()]) else ""


def names_offset(text: str) -> bool:
    """Say whether a machine's moment ends in an offset from UTC, or in Z."""
    return _OFFSET.search(text) is not None


def url_date(url: str) -> str:
    """Return the day that stands in an address, or ``""``."""
    path = url.partition("?")[0].partition("#")[0]
    return next((found[1] for pattern in _URL_DAYS if (found := pattern.search(path))), "")
