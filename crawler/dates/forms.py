"""The forms in which pages write a day and its clock, as one grammar for finder and reader.

``find`` returns the first date of a text with its parts; what they mean is not asked here. Every
gap is bounded, so that no line takes more than its length.
"""

import re
from collections.abc import Iterable
from typing import NamedTuple

from crawler.dates import names

#: What is written like these means these; one character for one, so that places stay the same.
SAME = str.maketrans(
    "０１２３４５６７８９٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹：∶︰﹕－‐‑‒–—−／．Ｔ○◯Ｏ⽉⽇號時點週國禮",
    "012345678901234567890123456789::::-------/.T〇〇〇月日号时点周国礼",
)

_GAP = r"\s{0,8}"
_YEAR = r"(?P<y>(?:19|20|21)\d\d)"
_MONTH = r"(?P<m>1[0-2]|0?[1-9])"
_DAY_NUMBER = r"3[01]|[12]\d|0?[1-9]"
#: A day whose figures end, or run into those of a clock where there are two of each.
_DAY = r"(?P<d>(?:3[01]|[12]\d|0[1-9])(?=\D|\Z|[012]\d:[0-5]\d)|[1-9](?!\d))"
_FREE = r"(?<!\d)(?<!\d[-/.])(?<![vV])(?<![A-Za-z\d]/)"
#: Behind a day in figures: no more figures of a version, a range or an address.
_ENDS = r"(?![-/.]\d(?!\d?:))(?!/[A-Za-z\d])"

_NUMBER = "一二三四五六七八九"
_HAN_YEAR = rf"[一二](?:\s?[〇零Oo0{_NUMBER}]){{3}}"
_HAN_MONTH = rf"十\s?[一二]?|[正元{_NUMBER}]"
_HAN_DAY = (
    rf"(?:三\s?十|卅)\s?一?|(?:二\s?十|廿|十)\s?[{_NUMBER}]?|初?[{_NUMBER}]"
)  # fmt: skip
_NIAN, _YUE = rf"{_GAP}[年년]{_GAP}", rf"{_GAP}[月월]{_GAP}"
#: 日 must end the day, or the white space behind it: 2019年3月15家企业 is no day.
_RI = rf"(?:{_GAP}[日일]|(?=[\s,，;；)）\]]|\Z))"
_ASIDE = r"(?:[(（]\w{2,8}[)）])?"
_HAN_MONTH_DAY = (
    rf"(?P<m>{_HAN_MONTH}|1[0-2]|0?[1-9]){_YUE}(?P<d>{_HAN_DAY}|{_DAY_NUMBER})(?!\d){_RI}"
)


def _any(words: Iterable[str]) -> str:
    """Return a pattern of words, by their first letters so that it fails early."""
    by_letter: dict[str, list[str]] = {}
    for word in sorted(words, key=lambda w: (-len(w), w)):
        by_letter.setdefault(word[0], []).append(re.escape(word[1:]).replace(r"\ ", r"\s"))
    return "|".join(
        f"{re.escape(letter)}(?:{'|'.join(rest)})" for letter, rest in by_letter.items()
    )


_FULL = names.months(names.MONTHS)
_ABBREVIATED = names.months(names.SHORT)
#: name of a month in any language → its number
MONTHS = _ABBREVIATED | _FULL
ENGLISH = frozenset(
    names.months({"en": names.MONTHS["en"]}) | names.months({"en": names.SHORT["en"]})
)
_UNMISTAKEN = {name for name in MONTHS if name not in names.WORDS | names.UNPOINTED}
MONTH_NAME = (
    rf"(?:{_any(_UNMISTAKEN)}|(?:{_any(names.WORDS)})(?=[./-]|\sde\s)"
    rf"|(?<!\.)(?<!\.\s)(?:{_any(names.UNPOINTED)}))(?![^\W\d_])"
)
#: every name of a month as a pattern
ALL_NAMES = _any(MONTHS)
_LEADING = {
    *ENGLISH,
    *names.months({lang: names.MONTHS[lang] for lang in names.MONTH_LEADS}),
}
MONTH_NAME_FIRST = _any(_LEADING)
_NTH = r"(?:st|nd|rd|th|er|re|ère|[º°ª.]|-?го)?"
_OF = r"(?:\s{1,3}(?:of|de|di|d[’'])(?=\s)|\s{1,3}d[’'])?"

_WEEKDAY = (
    r"(?:星期|周|礼拜)[一二三四五六日天]|[月火水木金土日](?:曜日?)?(?=\s?[)）\]])"
    r"|[월화수목금토일]요일|[월화수목금토일](?=[)\]])"
    r"|(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?\.?(?![A-Za-z])"
)
_HALF = "|".join(
    sorted((names.MORNING | names.AFTERNOON | names.EVENING | {names.NOON}) - {"a", "p"})
)
_ZONES = "|".join(sorted({*names.OFFSETS, *names.PLACES}, key=len, reverse=True))
_ZONE = (
    r"(?:(?P<gap>\s{0,3})[(（]?(?P<zone>Z|(?:GMT|UTC|UT)(?:\s?[+-]\d{1,2}(?::?\d\d)?)?|[+-]\d\d(?::?\d\d)?)"
    rf"(?![A-Za-z\d:])|\s{{0,3}}[(（]?(?P<name>(?-i:{_ZONES}))(?![A-Za-z]))?"
)
#: Figures end here, or another date runs on.
_STOP = r"(?=\D|\Z|(?:19|20|21)\d\d[-/.年])"
_AMPM = r"(?:\s{0,3}(?P<ap>[ap]\.?\s?m)(?![A-Za-z])\.?)?"
#: A clock behind its day.
_CLOCK = (
    r"(?P<link>T|[\s,，、،|｜·•_/-]{0,40})"
    rf"(?:[(（\[]?(?:{_WEEKDAY})\s?[)）\]]?[\s,，.|·-]{{0,8}})?"
    rf"(?:(?:(?:{_any(names.AT)})\s{{1,3}})?(?:(?P<half>{_HALF}|[ap]m(?=\s?\d)){_GAP})?"
    rf"(?P<H>\d{{1,2}})(?:\s{{0,2}}(?:[:时시]|点|h)\s{{0,2}}(?P<M>[0-5]\d{_STOP}|\d(?=\s?[分분]))"
    rf"|\.(?P<M3>[0-5]\d)(?=\s?(?:uhr|uur)))"
    rf"|(?:{_any(names.AT_DOTTED)})\s{{1,3}}(?P<H2>\d{{1,2}})\.(?P<M2>[0-5]\d)(?!\d))"
    rf"(?:\s{{0,2}}[:分분]\s{{0,2}}(?P<S>[0-5]\d{_STOP}|\d(?=\s?[秒초]))(?:[.,]\d{{1,9}})?)?"
    rf"(?:\s?[分秒분초])?{_AMPM}(?:\s{{0,3}}(?P<late>上午|下午)(?![\u4e00-\u9fff]))?"
    rf"(?:\s?(?:uhr|uur|hrs)(?![A-Za-z]))?{_ZONE}"
)
CLOCK = re.compile(_CLOCK, re.IGNORECASE)
#: A clock in front of its day: 15:05, 5 March 2026.
_BEFORE = re.compile(
    rf"(?<![\d/.~至到-])(?<!\d:)(?P<H>\d{{1,2}}):(?P<M>[0-5]\d)(?::(?P<S>[0-5]\d))?{_AMPM}"
    rf"(?:\s{{0,3}}(?P<zone>GMT|UTC)|\s{{0,3}}(?P<name>(?-i:{_ZONES})))?[)）]?[\s,|·]{{1,4}}(?:-\s)?(?:on\s)?(?:(?:{_WEEKDAY})[\s,]{{1,3}})?\Z",
    re.IGNORECASE,
)

_SEPARATORS = {"dashes": "-", "slashes": "/", "points": "[.。・]"}
#: form → how it is written: a day, and what may stand behind it
_DAYS = {
    **{
        form: rf"{_FREE}{_YEAR}{_GAP}{sep}{_GAP}{_MONTH}{_GAP}{sep}{_GAP}{_DAY}{_ENDS}"
        rf"(?:{_GAP}日|\s?\.(?=\s|\Z))?"
        for form, sep in _SEPARATORS.items()
    },
    "ideographs": rf"(?P<y>{_HAN_YEAR}|(?<!\d)(?:19|20|21)\d\d){_NIAN}{_ASIDE}{_HAN_MONTH_DAY}",
    "era": rf"(?P<era>{'|'.join(names.ERAS)}){_GAP}(?:"
    rf"(?P<y>元|[〇零百十{_NUMBER}]{{1,7}}|\d{{1,3}}){_NIAN}{_ASIDE}{_HAN_MONTH_DAY}"
    rf"|(?P<y2>\d{{2,3}})(?P<sep>[-/.])(?P<m2>1[0-2]|0?[1-9])[-/.](?P<d2>{_DAY_NUMBER})(?!\d){_ENDS})",
    "two blanks": rf"{_FREE}{_YEAR}\s{{1,4}}(?P<m>0[1-9]|1[0-2])\s?[-/]\s?"
    r"(?P<d>0[1-9]|[12]\d|3[01])(?=\s{1,8}\d\d:\d\d)",
    "month between": rf"{_FREE}{_YEAR}[\s/-]{{1,3}}(?P<m>{_any(ENGLISH)})\.?[\s/-]{{1,3}}"
    rf"(?P<d>{_DAY_NUMBER})(?!\d)",
    "named": rf"(?<![A-Za-z\d])(?<!\d[-/.,~])(?P<d>{_DAY_NUMBER}){_NTH}{_OF}[\s./-]{{0,4}}"
    rf"(?P<m>{MONTH_NAME})\.?(?:/[^\W\d_]{{3,10}})?[\s,،./-]{{0,4}}(?:(?:del?|of)\s{{1,3}})?{_YEAR}"
    r"(?!\d)(?:\s?(?:года|року|r\.|г\.|р\.|г\b|р\b))?",
    "month first": rf"(?<![^\W\d_])(?P<m>{MONTH_NAME_FIRST})(?![^\W\d_])\.?[\s-]{{1,4}}"
    rf"(?P<d>{_DAY_NUMBER})(?:st|nd|rd|th)?(?!\d)(?:[\s-]{{1,4}}|\s?[,.]\s{{0,8}}){_YEAR}(?!\d)",
    **{
        f"year last, {form}": rf"(?<![A-Za-z\d])(?<!\d[-/.])(?P<a>{_DAY_NUMBER}){gap}{sep}{gap}"
        rf"(?P<b>{_DAY_NUMBER}){gap}{sep}{gap}{_YEAR}(?!\d)(?![-/.]\d)(?!/[A-Za-z])"
        for form, sep, gap in (("dashes", "-", ""), ("slashes", "/", ""), ("points", r"\.", r"\s?"))
    },
}
_ALONE = {
    "compact": r"(?<!\d)(?P<y>(?:19|20|21)\d\d)(?P<m>0[1-9]|1[0-2])(?P<d>0[1-9]|[12]\d|3[01])"
    rf"(?:[T_ ]?(?P<H>[01]\d|2[0-3])(?P<M>[0-5]\d)(?:(?P<S>[0-5]\d)(?:\.?\d{{3}})?)?{_ZONE}"
    r"|(?P<link>[T_\s]{1,4})(?P<H2>\d{1,2}):(?P<M2>[0-5]\d)(?::(?P<S2>[0-5]\d))?)?(?![A-Za-z\d])",
    "machine": rf"(?<![A-Za-z])(?P<m>{_any(name[:3] for name in names.MONTHS['en'].split())})"
    rf"\s{{1,2}}(?P<d>{_DAY_NUMBER})\s(?P<H>\d\d):(?P<M>\d\d):(?P<S>\d\d){_ZONE}"
    rf"\s(?:[A-Z]{{2,5}}\s)?{_YEAR}(?!\d)",
}


def _unnamed(pattern: str) -> str:
    return re.sub(r"\(\?P<\w+>", "(?:", pattern)


#: form → its pattern, day and clock, every part with a name
FORMS = {
    **{form: re.compile(f"{day}(?:{_CLOCK})?", re.IGNORECASE) for form, day in _DAYS.items()},
    **{form: re.compile(whole, re.IGNORECASE) for form, whole in _ALONE.items()},
}
_WHOLE = {**_DAYS, **_ALONE}
_MARKED = {
    form: f"{_unnamed(pattern)}(?P<f{i}>)" for i, (form, pattern) in enumerate(_WHOLE.items())
}
#: A day with the clock behind it where there is one, in any form; the mark ends the day.
DATE = re.compile(
    # what any of them begins with, so that other places are passed over quickly
    rf"(?=[\da-z一二{''.join(era[0] for era in names.ERAS)}])"
    f"(?:(?:{'|'.join(_MARKED[form] for form in _DAYS)})(?:{_unnamed(_CLOCK)})?"
    f"|{'|'.join(_MARKED[form] for form in _ALONE)})",
    re.IGNORECASE,
)
_FORM = {f"f{i}": form for i, form in enumerate(_WHOLE)}
#: Where a year stands: every date has one, and few lines do.
_YEARS = re.compile(
    r"[12１２١٢۱۲一二令平昭大民](?:(?<=令)和|(?<=平)成|(?<=昭)和|(?<=大)正|(?<=民)[国國]"
    rf"|(?<=[一二])\s?[〇零○◯ＯOo0{_NUMBER}]\s?[〇零○◯ＯOo0{_NUMBER}]\s?[〇零○◯ＯOo0{_NUMBER}]"
    r"|(?<![一二])(?<!\d.)[901９０１٩٠١۹۰۱]\d\d)",
    re.DOTALL,
)
#: How far a date may reach before its year.
_AHEAD = 48
#: Eight figures are a day where they are all there is, or stand behind a word that says so.
_DATED = re.compile(
    r"(?:\A[\s\W]*|(?:[间期日时于]|date|time|published|posted|updated|issued|on|\bat)"
    r"[\s:='\"“(（\[【】]{0,6})\Z",
    re.IGNORECASE,
)


class Written(NamedTuple):
    """A date as it stands in a text."""

    #: the text with the same figures and marks throughout
    text: str
    #: where the date begins and ends, with the clock in front of it
    start: int
    end: int
    #: name of its form, and where that begins
    form: str
    day: int
    #: the clock that stands in front of it, where none stands behind
    before: re.Match[str] | None

    def parts(self) -> dict[str, str | None]:
        """Return the parts of the date by name."""
        found = FORMS[self.form].match(self.text, self.day)
        return found.groupdict() if found else {}


def find(text: str, start: int = 0) -> Written | None:
    """Return the first date of a text from ``start`` on, its clock with it, or None."""
    year = _YEARS.search(text, start)
    if year is None:
        return None
    if not text.isascii():
        text = text.translate(SAME)
    # most dates begin with their year
    at = year.start()
    found = DATE.match(text, at) or DATE.search(text, max(start, at - _AHEAD))
    while found:
        if written := _written(text, found, start):
            return written
        found = DATE.search(text, found.end())
    return None


def _written(text: str, found: re.Match[str], least: int) -> Written | None:
    """Return what was found as a date, None for eight figures that nothing calls one."""
    mark = found.lastgroup or ""
    form, day = _FORM[mark], found.start()
    if form == "compact" and not _DATED.search(text[max(0, day - 24) : day]):
        return None
    before, least = None, max(least, day - 40)
    if form in _DAYS and found.end() == found.end(mark) and day > least:
        before = _BEFORE.search(text[least:day])
    start = least + before.start() if before else day
    return Written(text, start, found.end(), form, day, before)
