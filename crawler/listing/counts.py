"""Finds how many pages a listing has and how many entries, where the page says so.

Scripts tell it to a pager, the pager tells it to people, and the link to the last page has its
number in the address. Nothing is guessed: what is said twice differently counts as not said.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawler.listing.parsed import Parsed
from crawler.listing.rows import squeeze

#: No listing is longer; a larger number is one of something else.
_MOST_PAGES, _MOST_ENTRIES = 100_000, 10_000_000

_NUMBER = r"(\d{1,3}(?:,\d{3})+|\d{1,8})"
#: Numbers of pages in scripts: TRS, pagination plug-ins, attributes of a pager.
_SCRIPTS = (
    re.compile(rb"createpage(?:html)?\w*\s*\(\s*(?:['\"][^'\"]*['\"]\s*,\s*)?(\d{1,9})\s*,\s*\d"),
    re.compile(rb"countpage\s*=\s*['\"]?(\d{1,9})(?!\d)"),
    re.compile(rb"(?:total_?pages?|page_?count|pages_?total)['\"]?\s*[:=]\s*['\"]?(\d{1,9})(?!\d)"),
)
_TOTALS = (
    re.compile(rb"total_?(?:records?|count|rows|items)['\"]?\s*[:=]\s*['\"]?(\d{1,9})(?!\d)"),
)
#: One of these is in whatever the pattern finds; few pages have any, and looking is cheap.
_TELLING = {
    _SCRIPTS[0]: (b"createpage",),
    _SCRIPTS[1]: (b"countpage",),
    _SCRIPTS[2]: (b"totalpage", b"total_page", b"pagecount", b"page_count", b"pagestotal",
                  b"pages_total"),
    _TOTALS[0]: (b"totalrec", b"total_rec", b"totalcount", b"total_count", b"totalrows",
                 b"total_rows", b"totalitems", b"total_items"),
}  # fmt: skip
#: Numbers of pages in words.
_PAGES = (
    re.compile(rf"共\s*[:：]?\s*{_NUMBER}\s*页"),
    re.compile(rf"第\s*\d+\s*(?:页)?\s*/\s*(?:共\s*)?{_NUMBER}\s*页"),
    re.compile(rf"(?<![\d/])\d+\s*/\s*{_NUMBER}\s*页"),
    re.compile(rf"\bpage\s+\d+\s+(?:of|/)\s+{_NUMBER}\b", re.I),
    re.compile(rf"总页数\s*[:：]?\s*{_NUMBER}"),
    re.compile(rf"共\s*{_NUMBER}\s*頁|全\s*{_NUMBER}\s*ページ"),
)
#: Numbers of entries in words, and in scripts.
_ENTRIES = (
    re.compile(
        rf"共\s*(?:有|计|找到|检索到|查询到)?\s*[:：]?\s*{_NUMBER}\s*(?:条|篇|个?记录|个?结果|件)"
    ),
    re.compile(rf"总(?:记录|条)数?\s*[:：]?\s*{_NUMBER}"),
    re.compile(
        r"\b(?:displaying|showing|results?|items?|entries|records)\s+(?:\d[\d,]*\s*(?:to|-|–)\s*)?"
        rf"\d[\d,]*\s+(?:of|out of)\s+{_NUMBER}\b",
        re.I,
    ),
    re.compile(
        rf"(?:\A|[:：]\s*|\b(?:found|total(?: of)?)\s+){_NUMBER}"
        r"\s+(?:results?|entries|records)\s*(?:found)?(?:\s*[.:|]|\Z)",
        re.I,
    ),
    re.compile(rf"全\s*{_NUMBER}\s*件"),
)
#: Texts longer than this are prose.
_LONGEST = 120
_LAST = re.compile(r"\W*(?:尾页|末页|最后一页|last(?: page)?|»|>>)\W*", re.IGNORECASE)
_LAST_NUMBER = re.compile(r"(?:[_=/-]|\bindex|\blist)(\d{1,5})(?:\.\w+)?/?$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What a listing says of its own length."""

    pages: int | None = None
    total: int | None = None


def counts_of(page: Parsed) -> Counts:
    """Return how many pages and entries the listing has by its own word."""
    shown = _shown(page.tree)
    pages = _in_scripts(_SCRIPTS, page.low, _MOST_PAGES) or _agreed(_PAGES, shown, _MOST_PAGES)
    total = _agreed(_ENTRIES, shown, _MOST_ENTRIES)
    total = total or _in_scripts(_TOTALS, page.low, _MOST_ENTRIES)
    return Counts(pages=pages or _last_page(page.links), total=total)


def _shown(tree: LexborHTMLParser) -> list[str]:
    """Return the short texts of a page, those of one element as one."""
    if tree.body is None:
        return []
    text = tree.body.text(separator="\x00")
    pieces = [piece for said in text.split("\x00") if (piece := squeeze(said))]
    # 共<b>56</b>页 is one thing said in three texts.
    joined = [
        " ".join(pieces[at : at + 5])
        for at in _telling(pieces)
        if len(pieces[at]) <= _LONGEST and _BEGINS.search(pieces[at])
    ]
    return [piece for piece in joined if len(piece) <= 2 * _LONGEST]


_BEGINS = re.compile(
    r"[共第全总]|^\s*\d+\s*/|\bpage\b|displaying|showing|results?\b|entries\b|records?\b|items?\b",
    re.IGNORECASE,
)


#: One of these stands in each text in which such a thing begins.
_WORDS = [word.encode() for word in (*"共第全总/", "page", "displaying", "showing", "result",
                                     "entries", "record", "item")]  # fmt: skip


def _telling(pieces: list[str]) -> list[int]:
    """Return the numbers of the texts that hold one of the words, asked of all texts at once."""
    whole = "\x00".join(pieces).encode("utf-8", "ignore").lower()
    found: set[int] = set()
    for word in _WORDS:
        number = passed = 0
        at = whole.find(word)
        while at >= 0:
            number += whole.count(b"\x00", passed, at)
            found.add(number)
            passed = whole.find(b"\x00", at)
            at = whole.find(word, passed) if passed >= 0 else -1
    return sorted(found)


def _in_scripts(patterns: tuple[re.Pattern[bytes], ...], low: bytes, most: int) -> int | None:
    """Return the number that the first pattern finds in scripts, None where they differ."""
    for pattern in patterns:
        if any(word in low for word in _TELLING[pattern]):
            found = {int(match[1]) for match in pattern.finditer(low)}
            if found:
                return _only(found, most)
    return None


def _only(found: set[int], most: int) -> int | None:
    """Return the one number that was found, None where there are more or it is too large."""
    number = min(found)
    return number if len(found) == 1 and 0 < number <= most else None


def _agreed(patterns: tuple[re.Pattern[str], ...], texts: list[str], most: int) -> int | None:
    """Return the number that the first pattern finds, None where it finds different ones."""
    for pattern in patterns:
        found = {
            int(next(number for number in match.groups() if number).replace(",", ""))
            for text in texts
            for match in pattern.finditer(text)
        }
        if found:
            return _only(found, most)
    return None


def _last_page(links: Sequence[tuple[LexborNode, str]]) -> int | None:
    """Return the number in the address of the link to the last page, or the last one shown.

    Pages that begin at ``index.html`` and go on with ``index_1.html`` are one more than that.
    """
    for node, shown in links:
        if shown and len(shown) <= 12 and _LAST.fullmatch(shown):
            href = (node.attributes.get("href") or "").partition("#")[0]
            found = _LAST_NUMBER.search(href)
            if found:
                return _counted(links, href, int(found[1]))
    return None


def _counted(links: Sequence[tuple[LexborNode, str]], href: str, number: int) -> int | None:
    """Return how many pages there are when the last one has a number: they may begin at 0."""
    stem = _LAST_NUMBER.sub("", href)
    for node, shown in links:
        if shown.isdecimal() and len(shown) < 10 and int(shown) > 1:
            other = node.attributes.get("href") or ""
            found = _LAST_NUMBER.search(other)
            if found and _LAST_NUMBER.sub("", other) == stem:
                return _steps(number, int(shown), int(found[1]))
    return None


def _steps(last: int, shown: int, number: int) -> int | None:
    """Return which page has the number ``last`` where page ``shown`` has ``number``.

    Page 2 is index_2.html, or index_1.html, or begins at the entry 50.
    """
    if number in (shown, shown - 1):
        return last + shown - number
    step, rest = divmod(number, shown - 1)
    return last // step + 1 if step and not rest else None
