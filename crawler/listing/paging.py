"""Finds the page after a page of an HTML listing: the mechanisms that sites use.

TRS numbers its pages from 0 (page 2 is ``index_1.html``) and tells their count to a script, so
there is no link to follow; pagination plug-ins number from 1; other sites have a link.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from selectolax.lexbor import LexborNode

from crawler.listing.page import Page
from crawler.listing.parsed import Parsed
from crawler.listing.rows import squeeze
from crawler.records import PageRequest
from crawler.selectors import split

#: ``createPageHTML(24, 0, "index", "html")``, also ``createPage('page', 24, 0, 'index', 'htm')``
_CALL = re.compile(r"(?<!function )\bcreatePage(?:HTML)?\w*\s*\(([^()]{3,200})\)", re.IGNORECASE)
_TRS_COUNT = re.compile(r"\bcountPage\s*=\s*(\d{1,9})(?!\d)")
_PLUGIN_COUNT = re.compile(r"\btotalPages?['\"]?\s*:\s*['\"]?(\d{1,9})(?!\d)")
_ARGUMENT = re.compile(r"""\s*(?:"([^"]*)"|'([^']*)'|([^,'"]*))\s*(?:,|$)""")

#: The last part of a static listing's path: ``index.html``, ``index_3.shtml``, ``list.htm``.
_STATIC = re.compile(r"(?P<stem>[A-Za-z]\w*?)(?:_(?P<number>\d{1,9}))?\.(?P<ending>s?html?|jhtml)")

_NEXT_WORDS = frozenset(
    {
        "下一页",
        "下一頁",
        "下页",
        "后一页",
        "后页",
        "next",
        "next page",
        "older",
        "older posts",
        "›",
        "»",
        ">",
    }
)
#: The address of a page has its number in it.
_PAGED = re.compile(r"\d")
_DECORATION = " \t\xa0[]()<>«»‹›→·|"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where the search takes place."""

    page: Page
    parsed: Parsed
    #: the page's own address
    here: str


def next_page(page: Page, parsed: Parsed) -> PageRequest | None:
    """Return what to ask for after this page, or None on the last.

    The listing's rule names a mechanism or selects the link; without one all are tried.
    """
    here = page.address(page.request.url)
    place = _Place(page=page, parsed=parsed, here=here)
    rule = page.listing.rules.next
    if not rule:
        tried = list(MECHANISMS.values())
    elif rule in MECHANISMS:
        tried = [MECHANISMS[rule]]
    else:
        tried = [lambda place: _selected(place, rule)]
    for mechanism in tried:
        url = page.address(mechanism(place), parsed.base)
        if url and url != here and page.own(url):
            return PageRequest(url=url)
    return None


def _none(place: _Place) -> str:
    return ""


def _trs(place: _Place) -> str:
    """Return the page after the one that a TRS script counts, pages numbered from 0."""
    text = place.parsed.text
    for call in _CALL.finditer(text) if b"createpage" in place.parsed.low else ():
        arguments = [a or b or c.strip() for a, b, c in _ARGUMENT.findall(call[1])]
        numbers = [_number(place, argument) for argument in arguments]
        at = next((i for i, number in enumerate(numbers) if number is not None), len(numbers))
        match numbers[at : at + 2], arguments[at + 2 : at + 4]:
            case [int(count), int(current)], [stem, ending] if stem and ending:
                return f"{stem}_{current + 1}.{ending}" if current + 1 < count else ""
    count_stated = _TRS_COUNT.search(text) if "countPage" in text else None
    return _numbered(place, int(count_stated[1]) - 1, 0) if count_stated else ""


def _number(place: _Place, argument: str) -> int | None:
    """Return the value of a number or of a variable that the page sets to one."""
    if argument.isdecimal() and len(argument) < 10:
        return int(argument)
    if argument.isidentifier():
        found = re.search(rf"\b{argument}\s*=\s*(\d{{1,9}})\s*[;/\n]", place.parsed.text)
        return int(found[1]) if found else None
    return None


def _plugin(place: _Place) -> str:
    """Return the page after the one that a pagination plug-in counts, numbered from 1."""
    text = place.parsed.text
    count = _PLUGIN_COUNT.search(text) if "totalPage" in text else None
    return _numbered(place, int(count[1]), 1) if count else ""


def _numbered(place: _Place, last: int, first: int) -> str:
    """Return the name of the next static page, its number after this page's, up to ``last``."""
    parts = urlsplit(place.page.request.url)
    name = parts.path.rpartition("/")[2] or "index.html"
    found = _STATIC.fullmatch(name)
    if found is None or parts.query:
        return ""
    number = int(found["number"] or first) + 1
    return f"{found['stem']}_{number}.{found['ending']}" if number <= last else ""


def _link(place: _Place) -> str:
    """Return where the page's own link to the next one leads."""
    said = [node for node, shown in place.parsed.links if _says_next(node, shown)]
    for node in [*place.parsed.tree.css("link[rel~=next], a[rel~=next]"), *said]:
        href = node.attributes.get("href") or ""
        if place.page.address(href, place.parsed.base) not in ("", place.here):
            return href
    return ""


def _numbers(place: _Place) -> str:
    """Return where the link leads that shows the number after this page's."""
    numbered: dict[int, tuple[LexborNode, str]] = {}
    for node, said in place.parsed.links:
        shown = said.strip(_DECORATION)
        if len(shown) <= 4 and shown.isdecimal():
            href = node.attributes.get("href") or ""
            numbered.setdefault(int(shown), (node, href))
    if not numbered.keys() & {2, 3}:
        return ""
    current = _current(place, numbered)
    following = numbered.get(current + 1) if current else None
    if following is None or not _PAGED.search(following[1]):
        return ""
    return following[1]


def _current(place: _Place, numbered: dict[int, tuple[LexborNode, str]]) -> int:
    """Return this page's number: of the link to itself, or the one between them that is none."""
    for number, (_, href) in numbered.items():
        if place.page.address(href, place.parsed.base) == place.here:
            return number
    pager = next(iter(numbered.values()))[0].parent
    for _ in range(2):
        if pager is None:
            break
        # Of a row of numbers the page's own is the only one without a link.
        plain = {int(word) for word in _plain_numbers(pager)} - numbered.keys()
        if len(plain) == 1:
            return plain.pop()
        pager = pager.parent
    return 1 if place.page.first and 1 not in numbered else 0


def _plain_numbers(pager: LexborNode) -> list[str]:
    """Return the numbers in a pager that stand alone in a text."""
    words = (squeeze(part) for part in pager.text(separator="\n").split("\n"))
    return [word for word in words if word.isdecimal() and len(word) <= 4]


def _says_next(node: LexborNode, shown: str) -> bool:
    said = shown or node.attributes.get("title") or ""
    return said in _NEXT_WORDS or said.strip(_DECORATION).casefold() in _NEXT_WORDS


def _selected(place: _Place, selector: str) -> str:
    css, attribute = split(selector)
    node = place.parsed.tree.css_first(css)
    return (node.attributes.get(attribute or "href") or "") if node is not None else ""


#: What a listing's rule ``next`` may name; without a rule all are tried in this order.
MECHANISMS: dict[str, Callable[[_Place], str]] = {
    "trs": _trs,
    "link": _link,
    "plugin": _plugin,
    "numbers": _numbers,
    "none": _none,
}
