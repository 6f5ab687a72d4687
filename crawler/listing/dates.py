"""Finds the date in the words of a listing's row, as it stands there; what it means is not asked.

Dates with a year are those of ``crawler.dates.forms``; besides, after the listings of some 60
government sites: ``[03-15]`` without a year, ``3小时前``, a big day beside a small month.
"""

import re
from collections.abc import Sequence

from crawler.dates.forms import ALL_NAMES, SAME, Written, find
from crawler.dates.relative import RELATIVE

_YEAR = r"(?:19|20)\d\d"
_MONTH = r"(?:1[0-2]|0?[1-9])"
_DAY = r"(?:3[01]|[12]\d|0?[1-9])"
_CLOCK = (
    r"(?:[T\s,]{0,3}\d{1,2}(?:[:：∶]\d{2}(?:[:：∶]\d{2})?|\s?[时時시点]\s?\d{1,2}\s?[分분])"
    r"(?:\s?[ap]\.?m\.?)?)?"
)

#: A date that says nothing unless it stands alone.
SHORT = re.compile(
    rf"(?:{_MONTH}\s?[-./月월]\s?{_DAY}|(?:3[01]|[12]\d)[./]{_MONTH})\s?[日일.]?{_CLOCK}"
    rf"|(?:{ALL_NAMES})\.?\s{_DAY}(?:st|nd|rd|th)?{_CLOCK}|{_DAY}\.?\s(?:{ALL_NAMES})\.?{_CLOCK}"
    rf"|(?:{RELATIVE})\s?(?:at\s)?{_CLOCK}",
    re.IGNORECASE,
)

_YEAR_MONTH = re.compile(rf"({_YEAR})\s?[-./年]\s?({_MONTH})月?")
_NAMED_MONTH = re.compile(rf"({ALL_NAMES})\.?,?\s({_YEAR})", re.IGNORECASE)
_DAY_ALONE = re.compile(rf"({_DAY})日?")
_MONTH_DAY = re.compile(rf"({_MONTH})\s?[-./月]\s?({_DAY})日?")
_YEAR_ALONE = re.compile(rf"({_YEAR})年?")

#: What stands around a date that has a place of its own.
_WRAPPING = " \t\r\n\xa0\u3000[]()（）【】〔〕|·•:：-"
_LABEL = re.compile(r"(?:发布|更新|发文|生成|公开)?(?:日期|时间)\s?[:：]\s?")


def whole_date(text: str) -> str:
    """Return the date that is all a piece of text says, brackets and label aside, or ""."""
    bare = bared(text)
    return bare if is_date(bare, find(bare)) else ""


def bared(text: str) -> str:
    """Return a piece of text without the brackets and the label around a date."""
    if not text.isascii():
        text = _LABEL.sub("", text, count=1)
    return text.strip(_WRAPPING)


def is_date(bare: str, found: Written | None) -> bool:
    """Tell whether a text says nothing but the date that was found in it, or a short one."""
    if found and found.start == 0 and found.end == len(bare):
        return True
    return bool(SHORT.fullmatch(bare if bare.isascii() else bare.translate(SAME)))


def find_date(pieces: Sequence[str]) -> str:
    """Return the date that a row's pieces of text show, or "".

    A piece that is nothing but a date goes before a date inside a sentence.
    """
    for piece, after in zip(pieces, [*pieces[1:], ""], strict=False):
        if date := split_date(piece, after) or whole_date(piece):
            return date
    for piece in pieces:
        if found := find(piece):
            return piece[found.start : found.end].strip()
    return ""


def split_date(one: str, two: str) -> str:
    """Return the date whose day and month, or whose year, stand in two pieces side by side."""
    if not ("20" in one or "20" in two or "19" in one or "19" in two):
        return ""
    one, two = one.strip(_WRAPPING), two.strip(_WRAPPING)
    for month, day in ((one, two), (two, one)):
        if (ym := _YEAR_MONTH.fullmatch(month)) and (d := _DAY_ALONE.fullmatch(day)):
            return f"{ym[1]}-{ym[2]}-{d[1]}"
        if (named := _NAMED_MONTH.fullmatch(month)) and (d := _DAY_ALONE.fullmatch(day)):
            return f"{d[1]} {named[1]} {named[2]}"
        if (y := _YEAR_ALONE.fullmatch(month)) and (md := _MONTH_DAY.fullmatch(day)):
            return f"{y[1]}-{md[1]}-{md[2]}"
    return ""
