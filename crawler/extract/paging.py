"""Finds the further pages of an article that is shown in several.

Strict, since what stands below an article mostly leads away from it: an address counts only where
it is the article's own with a page number put in, and only behind the words of a pager. The next
article (下一篇) and the pages of a list never do.
"""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple
from urllib.parse import urlsplit

from crawler import urls

#: Most pages of one article, the first included.
MOST = 30

_NEXT_WORDS = """
    下一页 下一頁 下页 下頁 后一页 後一頁 后页 下一页阅读 next next_page nextpage continue_reading
"""
NEXT = frozenset(word.replace("_", " ") for word in _NEXT_WORDS.split())
_LAST_WORDS = "尾页 尾頁 末页 末頁 最后一页 最後一頁 最末页 last last_page"
LAST = frozenset(word.replace("_", " ") for word in _LAST_WORDS.split())
_BACK_WORDS = (
    "1 首页 首頁 第一页 第1页 上一页 上一頁 上页 前一页 前页 first prev previous previous_page"
)
BACK = frozenset(word.replace("_", " ") for word in _BACK_WORDS.split())
#: What pagers draw around their words; alone, an arrow is a word.
_DECORATION = " \t\r\n\xa0\u3000[]()（）【】<>«»‹›→·|.…-"
_ARROWS = frozenset([">", "›", "»", ">>", "→", "[>]"])
#: What a line says in which a pager may stand.
TURN = re.compile(r"[下后後]一?[页頁]|[尾末][页頁]|next|\b2\b", re.IGNORECASE)
_NUMBER = re.compile(r"第?\s*(\d{1,3})\s*[页頁]?")

#: ``x_2.html``, ``x-2.html``, ``x_p2.html``, ``x_01.shtml``
_NAME = re.compile(
    r"(?P<head>.*/[^/]+?)(?P<join>[_-](?:p(?:age)?[_-]?)?)(?P<raw>\d{1,3})(?P<tail>\.\w{1,6})"
)
#: ``x/2``, ``x/2/``, ``x/page/2/``
_FOLDER = re.compile(r"(?P<head>/.+?)/(?P<join>page/)?(?P<raw>\d{1,3})(?P<tail>/?)")
_PARAMETER = re.compile(
    r"(?P<join>(?:cur(?:rent)?_?|now)?p(?:ages?(?:_?(?:no|num|number|index|id))?|n|g)?=)"
    r"(?P<raw>\d{1,3})",
    re.IGNORECASE,
)
_INDEX = re.compile(r"/(?:index|default)\.\w+$")

#: ``createPageHTML(3, 0, "t20190918_693227", "html")``, in older versions a box's id before
_CALL = re.compile(r"(?<!function )\bcreatePage(?:HTML)?\w*\s*\(([^()]{3,200})\)", re.IGNORECASE)
_ARGUMENT = re.compile(r"""\s*(?:"([^"]*)"|'([^']*)'|([^,'"]*))\s*(?:,|$)""")


class _Spot(NamedTuple):
    """An address read as a page of something: of what, which, and how the number is put in."""

    #: the address without the number
    root: str
    #: the number as it stands there, -1 without one; TRS counts from 0
    raw: int
    #: text before and behind the number
    before: str = ""
    behind: str = ""
    #: digits it is filled up to
    width: int = 0

    def at(self, raw: int) -> str:
        """Return the address of another page."""
        return f"{self.before}{raw:0{self.width}d}{self.behind}"


class _Pager(NamedTuple):
    """What the links of one pager say."""

    #: (number a reader sees, address)
    numbered: list[tuple[int, _Spot]]
    after: list[_Spot]
    last: list[_Spot]
    #: a link back leads to the address without a number
    home: bool


def find_further(
    anchors: Iterable[tuple[str, str]], scripts: Iterable[str], url: str, base: str = ""
) -> tuple[str, ...]:
    """Return the addresses of an article's further pages in order, its first page left out.

    ``anchors`` are address and text of the links in the article and just below it, ``scripts`` the
    texts of inline scripts, ``url`` the page's own address, which may itself be a further page;
    then it is left out too. Relative addresses hang on ``base``, if the page names one. A lone
    下一页 gives one address, to be asked for the next in turn.
    """
    try:
        own = _readings(urls.absolute(url))
        base = urls.absolute(base, url) if base else url
    except ValueError:
        return ()
    if called := _called("\n".join(scripts), url):
        return called
    turning = (anchor for anchor in anchors if _is_turn(anchor[1]))
    links = [(text, spots) for href, text in turning if (spots := _spots(href, base))]
    for here in own:
        if found := _pages(here, _pager(here, links)):
            return found
    return ()


def _is_turn(text: str) -> bool:
    """Say whether the words of a link are a pager's: most links need not be read any further."""
    word = text.strip(_DECORATION).casefold()
    words = word in BACK or word in NEXT or word in LAST or text.strip() in _ARROWS
    return words or _NUMBER.fullmatch(word) is not None


def _spots(href: str, base: str) -> tuple[_Spot, ...]:
    """Return how a link can be read, nothing where it leads to no page or to a comment."""
    if not href or href.startswith(("#", "javascript:")) or "#comment" in href.lower():
        return ()
    try:
        return _readings(urls.absolute(href, base))
    except ValueError:
        return ()


def _readings(address: str) -> tuple[_Spot, ...]:
    """Return an address as a first page and as every numbered page that it can be."""
    parts = urlsplit(address)
    origin, path, query = f"{parts.scheme}://{parts.netloc}", parts.path, parts.query
    found = [_Spot(_root(parts.netloc, path, query), -1)]
    tail = f"?{query}" if query else ""
    for pattern in (_NAME, _FOLDER):
        if match := pattern.fullmatch(path):
            whole = match["head"] + (match["tail"] if pattern is _NAME else "")
            before = origin + path[: match.start("raw")]
            behind = path[match.end("raw") :] + tail
            found.append(_spot(_root(parts.netloc, whole, query), match["raw"], before, behind))
    pieces = query.split("&")
    for i, piece in enumerate(pieces):
        if path == "/" and len(pieces) == 1:
            break  # ``/?p=5`` is an article, not the fifth page of the home page
        if match := _PARAMETER.fullmatch(piece):
            others = [*pieces[:i], *pieces[i + 1 :]]
            before = f"{origin}{path}?" + "".join(f"{p}&" for p in pieces[:i]) + match["join"]
            behind = "".join(f"&{p}" for p in pieces[i + 1 :])
            root = _root(parts.netloc, path, "&".join(others))
            found.append(_spot(root, match["raw"], before, behind))
    return tuple(found)


def _root(host: str, path: str, query: str) -> str:
    return f"{host}{_INDEX.sub('/', path).rstrip('/')}?{'&'.join(sorted(query.split('&')))}"


def _spot(root: str, raw: str, before: str, behind: str) -> _Spot:
    return _Spot(root, int(raw), before, behind, len(raw) if raw.startswith("0") else 0)


def _pager(here: _Spot, links: list[tuple[str, tuple[_Spot, ...]]]) -> _Pager:
    """Return what those links say that lead to pages of the same article as ``here``."""
    numbered, after, last, home = [], [], [], False
    for text, spots in links:
        word = text.strip(_DECORATION).casefold()
        home = home or (word in BACK and spots[0].root == here.root)
        for spot in spots[1:]:
            if spot.root != here.root:
                continue
            if number := _NUMBER.fullmatch(word):
                numbered.append((int(number[1]), spot))
            elif word in NEXT or text.strip() in _ARROWS:
                after.append(spot)
            elif word in LAST:
                last.append(spot)
    return _Pager(numbered, after, last, home)


def _pages(here: _Spot, pager: _Pager) -> tuple[str, ...]:
    """Return the further pages that a pager names, those between two that it names too."""
    if not (pager.numbered or pager.after):
        return ()
    form = (pager.numbered[0][1] if pager.numbered else pager.after[0])[2:]
    if not pager.after and here.root.endswith("?") and form[0].endswith("="):
        return ()  # bare numbers that put a query behind a plain address turn over comments
    shift = _shift(here, pager)
    if shift is None:
        return ()
    mine = 1 if here.raw < 0 else here.raw + shift
    pages = [number for number, _ in pager.numbered]
    pages += [spot.raw + shift for spot in (*pager.after, *pager.last) if spot[2:] == form]
    if here.raw >= 0 and mine > 1 and not pager.home and 1 not in pages:
        return ()  # a number that only looks like a page's: the next article counts one up
    spot = _Spot("", 0, *form)
    first = 2 if pager.numbered or pager.last else max(2, min(pages))
    wanted = (n for n in range(first, min(max(pages), MOST) + 1) if n != mine)
    return tuple(spot.at(n - shift) for n in wanted)


def _shift(here: _Spot, pager: _Pager) -> int | None:
    """Return what a page's number has ahead of the one in its address: 0, or 1 where TRS counts.

    None where the links contradict each other.
    """
    said = {number - spot.raw for number, spot in pager.numbered}
    if not said and here.raw < 0:
        said = {2 - spot.raw for spot in pager.after}
    elif not said:
        if any(spot.raw != here.raw + 1 for spot in pager.after) or not pager.home:
            return None
        said = {0 if here.raw else 1}
    return said.pop() if len(said) == 1 and said <= {0, 1} else None


def _called(script: str, url: str) -> tuple[str, ...]:
    """Return the pages that a TRS script counts for this very address."""
    folder, _, name = urlsplit(url).path.rpartition("/")
    origin = urls.origin_of(url)
    for count, stem, ending in _calls(script):
        pages = [f"{stem}.{ending}", *(f"{stem}_{n}.{ending}" for n in range(1, min(count, MOST)))]
        if name in pages and stem not in ("index", "list"):
            further = (page for page in pages[1:] if page != name)
            return tuple(f"{origin}{folder}/{page}" for page in further)
    return ()


def _calls(script: str) -> Iterator[tuple[int, str, str]]:
    """Yield count, stem and ending of every call that has them."""
    for call in _CALL.finditer(script):
        arguments = [a or b or c.strip() for a, b, c in _ARGUMENT.findall(call[1])]
        numbers = [_integer(script, argument) for argument in arguments]
        at = next((i for i, number in enumerate(numbers) if number is not None), len(numbers))
        match numbers[at : at + 2], arguments[at + 2 : at + 4]:
            case [int(count), int()], [stem, ending] if stem and ending:
                yield count, stem, ending


def _integer(script: str, argument: str) -> int | None:
    """Return the value of a number or of a variable that the script sets to one."""
    if argument.isdecimal():
        return int(argument[:4])
    if argument.isidentifier():
        found = re.search(rf"\b{argument}\s*=\s*(\d{{1,4}})\s*[;/\n]", script)
        return int(found[1]) if found else None
    return None
