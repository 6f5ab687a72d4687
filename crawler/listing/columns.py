"""Sorts the links of a page into columns: links at the same place of rows that look alike.

A column knows its rows: for each link the largest element around it that holds no other link of
the column, or, where links stand in one row together, the row.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from crawler.listing.outline import INLINE, Outline
from crawler.listing.page import Page
from crawler.listing.rows import is_more, link_title

#: Elements that are a row by their nature.
_ROWS = frozenset(["tr", "li", "article", "dd"])
#: What tells the cells of a row apart in the look of a column.
_CELL = re.compile(r"(?<=\bt[dh])\d+(?=\.)")
#: So many links of a column may stand in one row.
_TOGETHER = 4

_FOLDER = re.compile(r"/(?:(?:index|list|default|main|home)(?:_\d+)?\.\w+)?$", re.IGNORECASE)
_NUMBERED = re.compile(
    r"/[^/]*\d{4,}[^/]*$"  # t20240315_1234.html, art_17_98.html, 005391cf8de3….html
    r"|/(?:19|20)\d\d[-/]?(?:0?[1-9]|1[0-2])[-/]"  # /2024/3/15/, /202403/, /2024-03/15/
    r"|/[^/]*\d[^/]*\.(?:s?html?|jhtml|pdf|docx?|wps|mp3|rtf|wpd)$"
    r"|/[^/]+(?:-[^/]+){3,}/?$"  # /budget-speech-by-the-minister
    r"|/\d+/[a-z]+(?:\.\w+)?$",  # /doc/522671/document.do
    re.IGNORECASE,
)
_QUERY_NUMBER = re.compile(r"(?:id|no|key|code|file|doc|f)\w*=[^&]*\d|^[^=]*\d{4}", re.IGNORECASE)

#: What tells addresses of one make apart.
_VALUE, _FIGURES = re.compile(r"=[^&]*"), re.compile("[0-9]+")

_DOCUMENT = re.compile(r"\.(?:pdf|docx?|wpd|rtf|mp3|wma|ofd|wps)$", re.IGNORECASE)
#: An address where a link keeps it for a script: in an attribute, in what opens a window.
_ADDRESS = re.compile(r"https?://|/[\w-]+/")
_OPENED = re.compile(
    r"""(?:window\.open|location(?:\.href)?)\s*[(=]\s*['"]([^'"]{2,500})['"]""", re.IGNORECASE
)

#: What the links of a pager say.
_PAGER = re.compile(
    r"\W*(?:\d{0,3}|首页|第一页|第?\d+页|[上下前后][一1]?[页頁]|[尾末]页|最后一页|prev(?:ious)?|next"
    r"|first|last)(?: page)?\W*",
    re.IGNORECASE,
)

#: Elements and names of the parts of a page that lead around the site.
_FURNITURE_TAGS = frozenset(["nav", "footer"])
_FURNITURE = re.compile(
    r"(?:^|[\s_-])(?:nav(?:bar|igation|i)?|mega-?menu|menu|submenu|breadcrumbs?|crumbs?|pager"
    r"|pagination|foot(?:er)?|share|social|languages?|toolbar|skip)(?:$|[\s_-])",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """A link of the page."""

    at: int
    url: str
    title: str
    #: the elements around it that do not only colour, outermost first, and itself
    chain: tuple[int, ...]
    #: how all of them look
    look: str
    #: what its address has in common with others of its kind
    make: str
    #: it looks like the address of an article or a document
    article: bool
    #: it is the address of a file
    document: bool
    #: it stands where pages lead around the site
    furniture: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One link of a column with the part of the page that is its own."""

    anchor: Anchor
    #: what is surely its own
    start: int
    end: int
    #: as far as no other row begins
    before: int
    after: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """Links at the same place of rows that look alike."""

    look: str
    rows: tuple[Row, ...]


def anchors(page: Page, said: Outline, base: str) -> Iterator[Anchor]:
    """Return the links of a page that lead away from it to what may be an article."""
    here = set(map(page.address, (page.request.url, page.listing.url, page.source.address)))
    known = {-1: _Around(chain=(), look="", furniture=False)}
    built: dict[str, _Address] = {}
    for at in said.anchors:
        node = said.nodes[at]
        url = page.address(_reference(node.attributes), base)
        if not url or url in here or not page.admits(url):
            continue
        title = link_title(node)
        if title and _PAGER.fullmatch(title) and not _numbers_document(page, title, url):
            continue
        around = _around(said, said.parents[at], known)
        address = built.get(url) or built.setdefault(url, _address(url))
        yield Anchor(
            at=at,
            url=url,
            title=title,
            chain=(*around.chain, at),
            look=around.look + said.look(at),
            make=address.make,
            article=address.article,
            document=address.document,
            furniture=around.furniture,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Around:
    """What all links in one element have in common."""

    chain: tuple[int, ...]
    look: str
    furniture: bool


def _around(said: Outline, at: int, known: dict[int, _Around]) -> _Around:
    """Return what is around the links in an element, itself counted in unless it only colours."""
    found = known.get(at)
    if found is None:
        found = _around(said, said.parents[at], known)
        if said.tags[at] not in INLINE:
            found = _Around(
                chain=(*found.chain, at),
                look=f"{found.look}{said.look(at)} ",
                furniture=found.furniture or _is_furniture(said, at),
            )
        known[at] = found
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class _Address:
    """What an address is like, however often a page names it."""

    make: str
    article: bool
    document: bool


def _address(url: str) -> _Address:
    """Return what a canonical address is like."""
    before, _, query = url.partition("?")
    host, _, rest = before.partition("://")[2].partition("/")
    path = f"/{rest}"
    return _Address(
        make=_make(host, path, query),
        article=_is_article(path, query),
        document=bool(_DOCUMENT.search(path)),
    )


def _reference(attributes: Mapping[str, str | None]) -> str:
    """Return where a link leads: what its other attributes name, where it only runs a script."""
    href = (attributes.get("href") or "").strip()
    if href and not href.startswith(("#", "javascript:")):
        return href
    for name, value in attributes.items():
        if name.startswith("data-") and value and _ADDRESS.match(value):
            return value
    opened = _OPENED.search(attributes.get("onclick") or href)
    return opened[1] if opened else ""


def _numbers_document(page: Page, title: str, url: str) -> bool:
    """Tell whether a number is that of a document: not of another page of the same address."""
    parts = urlsplit(url)
    if not title.isdecimal() or parts.path == urlsplit(page.request.url).path:
        return False
    return bool(_DOCUMENT.search(parts.path) or _QUERY_NUMBER.search(parts.query))


def _is_article(path: str, query: str) -> bool:
    """Tell whether an address is built like that of an article."""
    numbered = bool(_NUMBERED.search(path) or (query and _QUERY_NUMBER.search(query)))
    return numbered and bool(query or not _FOLDER.search(path))


def _make(host: str, path: str, query: str) -> str:
    """Return what addresses of one kind have in common: figures and the last name left out."""
    folder, _, name = path.rpartition("/")
    keys = _VALUE.sub("", query) if "=" in query else ""
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    return f"{host}{_FIGURES.sub('0', folder)}/{ending}?{keys}"


def _is_furniture(said: Outline, at: int) -> bool:
    """Tell whether an element is a part of the page that leads around the site."""
    if said.tags[at] in _FURNITURE_TAGS:
        return True
    # An element around half of the page is its matter, whatever its name.
    if (said.ends[at] - at) * 2 >= len(said.tags):
        return False
    attributes = said.nodes[at].attributes
    names = f"{attributes.get('class') or ''} {attributes.get('id') or ''}"
    return len(names) > 1 and bool(_FURNITURE.search(names))


def columns(said: Outline, found: list[Anchor]) -> list[Column]:
    """Return the columns of a page's links."""
    alike: dict[str, list[Anchor]] = defaultdict(list)
    for anchor in found:
        alike[anchor.look].append(anchor)
    return [
        Column(look=look, rows=tuple(_rows(said, members))) for look, members in _with_grids(alike)
    ]


def _with_grids(alike: dict[str, list[Anchor]]) -> Iterator[tuple[str, list[Anchor]]]:
    """Return the columns with those made one that are the cells of a grid.

    In a grid of entries each cell holds one; their links lead to addresses of the same make.
    """
    grids: dict[tuple[str, str, bool], list[list[Anchor]]] = defaultdict(list)
    for look, members in alike.items():
        make = Counter(anchor.make for anchor in members).most_common(1)[0][0]
        bare = sum(map(untitled, members)) * 2 > len(members)
        grids[_CELL.sub("", look), make, bare].append(members)
    for (look, _, _), parts in grids.items():
        yield look, sorted((a for part in parts for a in part), key=lambda anchor: anchor.at)


def _rows(said: Outline, members: list[Anchor]) -> Iterator[Row]:
    """Return the rows of a column; several links to one address are one row."""
    level = _level(said, members)
    starts = [anchor.chain[level] for anchor in members]
    edges = sorted(set(starts))
    follows = dict(zip(edges, [*edges[1:], len(said.tags)], strict=True))
    ends_before = dict(zip(edges[1:], (said.ends[edge] for edge in edges), strict=False))
    for anchor, start in zip(members, starts, strict=True):
        around = said.parents[start]
        while around >= 0 and said.tags[around] in INLINE:
            around = said.parents[around]
        first, last = (around + 1, said.ends[around]) if around >= 0 else (0, len(said.tags))
        yield Row(
            anchor=anchor,
            start=start,
            end=said.ends[start],
            before=max(first, ends_before.get(start, 0)),
            after=min(last, follows[start]),
        )


def _level(said: Outline, members: list[Anchor]) -> int:
    """Return how deep in the links' chains the elements stand that are the rows."""
    deepest = len(members[0].chain) - 1
    single = len({anchor.url for anchor in members})
    if single == 1:
        tags = [said.tags[at] for at in members[0].chain]
        return max((n for n, tag in enumerate(tags) if tag in _ROWS), default=max(deepest - 1, 0))
    level = deepest
    for depth in range(deepest - 1, -1, -1):
        count = len({anchor.chain[depth] for anchor in members})
        if count < single:
            break
        level = depth
    if any(_says_more(said, anchor, level) for anchor in members):
        return level
    for depth in range(level - 1, -1, -1):
        count = len({anchor.chain[depth] for anchor in members})
        if count < 2 or count * _TOGETHER < single:
            break
        if said.tags[members[0].chain[depth]] in _ROWS:
            return depth
    return level


def _says_more(said: Outline, anchor: Anchor, level: int) -> bool:
    """Tell whether an element around a link has words besides the link's."""
    around = anchor.chain[level]
    own = len(said.between(anchor.at, said.ends[anchor.at]))
    return len(said.between(around, said.ends[around])) > own


_WORD = re.compile(r"[^\W\d_]{4,}|[\u2e80-\uffef]")


_FORMAT = re.compile(r"\W*[A-Z]{1,4}\W*")


def is_code(title: str) -> bool:
    """Tell whether a title is a number of a file or a format, and no word of its subject."""
    if _WORD.search(title):
        return False
    return any(map(str.isdecimal, title)) or bool(_FORMAT.fullmatch(title)) or not title.strip()


def untitled(anchor: Anchor) -> bool:
    """Tell whether a link has no words of its own: an icon, a 详情."""
    return not anchor.title or is_more(anchor.title)
