"""Finds the entries of a listing on a page that nobody described.

Links that stand at the same place of rows that look alike are a column. Of all columns the one is
taken whose links look most like articles: with a date, a numbered address, a long title. Navigation
has short words, addresses of folders, and no dates. Columns of the same make elsewhere on the page
belong to it, those that stand in the same rows do not.
"""

import re
from bisect import bisect_right, insort
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser

from crawler.dates import Order, order_of
from crawler.listing.columns import Anchor, Column, Row, anchors, columns, is_code, untitled
from crawler.listing.dating import dates_of
from crawler.listing.outline import Outline, outline
from crawler.listing.page import Page
from crawler.listing.shown import Dates
from crawler.listing.titling import nameless, titles_of

#: Points of a row: a date is worth two, an address or a title like an article's one each. From
#: here on it counts as an article.
_ENOUGH = 2

#: A row with nothing like it must have all of them.
_ALONE = 4

#: Share of articles from which on a column as a whole is a listing.
_MOST = 0.5

#: Share of addresses of one make from which on another one needs to look like an article.
_NEARLY = 0.8

#: What is left of a column's worth where its links say nothing themselves: their like with words
#: stands beside them.
_UNTITLED = 0.75
#: … and where they lead to another owner's site: partners, shares, sites of the same state.
_ABROAD = 0.7
#: … and where all of them say the same.
_SHARED = 0.8

#: What is left of a column's worth where pages lead around the site, and the points from which on
#: another column is the listing whatever stands there.
_FURNITURE, _SURE = 0.2, 20

#: Of the formats of one document, which is taken: the one that stays as it is.
_FORMATS = {".pdf": 0, ".doc": 2, "docx": 2, ".wpd": 2, ".rtf": 2, ".wps": 2}

#: Characters of a title that navigation seldom has; a CJK character says as much as two others.
_LONG_TITLE = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry of a listing."""

    row: Row
    date: str
    title: str
    points: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scored:
    column: Column
    entries: tuple[Entry, ...]
    score: float


_NOTHING = _Scored(column=Column(look="", rows=()), entries=(), score=0.0)


def find_entries(page: Page, tree: LexborHTMLParser, base: str) -> tuple[Outline, list[Entry]]:
    """Return the outline of a page and the entries of its listing, in the page's order."""
    said = outline(tree)
    dates = Dates(said)
    order = order_of("", page.source.zone)
    found = columns(said, list(anchors(page, said, base)))
    home = _owner(page.listing.url)
    matter, around = _by_furniture(found)
    scored = [_score(said, dates, column, order, home) for column in matter]
    best = max(scored, key=lambda one: one.score, default=_NOTHING)
    if best.score < _SURE:
        # What leads around the site is often most of a page: read only where it may matter.
        for column in around:
            one = _score(said, dates, column, order, home)
            scored.append(replace(one, score=one.score * _FURNITURE))
        best = max(scored, key=lambda one: one.score, default=_NOTHING)
    if best.score <= 0:
        return said, []
    chosen = list(best.entries)
    taken = sorted({(entry.row.start, entry.row.end) for entry in chosen})
    for other in _of_the_same_make(said, best, scored):
        free = [entry for entry in other.entries if not _inside(entry.row, taken)]
        chosen += free
        for span in {(entry.row.start, entry.row.end) for entry in free}:
            insort(taken, span)
    return said, sorted(chosen, key=lambda entry: entry.row.anchor.at)


def _by_furniture(found: list[Column]) -> tuple[list[Column], list[Column]]:
    """Return the columns that stand in the page's matter, and those in its furniture."""
    matter: list[Column] = []
    around: list[Column] = []
    for column in found:
        count = sum(row.anchor.furniture for row in column.rows)
        (around if count > _MOST * len(column.rows) else matter).append(column)
    return matter, around


def _of_the_same_make(said: Outline, best: _Scored, scored: list[_Scored]) -> Iterator[_Scored]:
    """Return the other columns that belong to the best one.

    Their rows look like its, or they stand among them and lead to addresses of the same make.
    """
    worth = best.score / len(best.entries)
    makes = Counter(entry.row.anchor.make for entry in best.entries)
    make = makes.most_common(1)[0][0]
    around = _around(best)
    first, last = (around, said.ends[around]) if around >= 0 else (0, len(said.tags))
    rows, best_dated = _bare(best), all(entry.date for entry in best.entries)
    for other in scored:
        if other is best or not other.entries:
            continue
        alike = sum(e.row.anchor.make == make for e in other.entries)
        same_make = alike > _MOST * len(other.entries)
        if rows == _bare(other):
            dated = best_dated and all(entry.date for entry in other.entries)
            if (same_make or dated) and other.score / len(other.entries) >= _MOST * worth:
                yield other
        elif same_make and all(first <= e.row.start < last for e in other.entries):
            yield other


def _bare(one: _Scored) -> list[str]:
    """Return the elements of the rows of a column and around them."""
    return [part.partition(".")[0] for part in one.column.look.split()[-3:]]


def _around(one: _Scored) -> int:
    """Return the smallest element around all rows of a column, -1 for the whole page."""
    chains = [entry.row.anchor.chain for entry in one.entries]
    shared = -1
    for level in zip(*chains, strict=True):
        if len(set(level)) > 1:
            break
        shared = level[0]
    return shared


def _inside(row: Row, taken: list[tuple[int, int]]) -> bool:
    """Tell whether a row lies in one that is taken, or around one; ``taken`` is sorted."""
    at = bisect_right(taken, (row.start, row.end))
    before = at > 0 and taken[at - 1][1] > row.start
    return before or (at < len(taken) and taken[at][0] < row.end)


def _score(said: Outline, shown: Dates, column: Column, order: Order, home: str) -> _Scored:
    """Return the rows of a column that look like articles, and how good the column is."""
    rows: dict[str, Entry] = {}
    beside = _beside(column)
    dates = dates_of(said, shown, column, order)
    titles = titles_of(said, shown, list(column.rows))
    for row, date, title in zip(column.rows, dates, titles, strict=True):
        if row.anchor.at in beside:
            continue
        entry = Entry(row=row, date=date, title=title, points=_points(row, date))
        known = rows.get(row.anchor.url)
        # A picture and a title often lead to the same article.
        if known is None or len(row.anchor.title) > len(known.row.anchor.title):
            rows[row.anchor.url] = entry
    entries = list(rows.values())
    if len(entries) == 1 and entries[0].points < _ALONE:
        return _Scored(column=column, entries=(), score=0.0)
    worth = [entry.points + _told(said, entry.row) for entry in entries]
    share = sum(points >= _ENOUGH for points in worth) / len(entries)
    score = share * sum(
        e.points for e, points in zip(entries, worth, strict=True) if points >= _ENOUGH
    )
    # Links that many rows share lead to what the rows have in common.
    score *= len(entries) / max(1, len({(entry.row.start, url) for url, entry in rows.items()}))
    if sum(untitled(entry.row.anchor) for entry in entries) > _MOST * len(entries):
        score *= _UNTITLED
    if sum(_owner(entry.row.anchor.url) != home for entry in entries) > _MOST * len(entries):
        score *= _ABROAD
    # Of two links to one article the one that says its name.
    score *= _SHARED + (1 - _SHARED) * len({entry.title for entry in entries}) / len(entries)
    # Among articles a short title or a missing date is forgiven.
    least = 1 if share >= _MOST else _ENOUGH
    kept = tuple(e for e in _of_a_make(entries) if e.points + _told(said, e.row) >= least)
    if len(kept) == 1 and kept[0].points < _ENOUGH + 1:
        return _Scored(column=column, entries=(), score=0.0)
    return _Scored(column=column, entries=kept, score=score)


def _of_a_make(entries: list[Entry]) -> list[Entry]:
    """Return the entries without strangers, where nearly all addresses are of one make.

    Another one must look like an article; where nearly all have a date, it must have one as well,
    or a title besides: the years of an archive stand in rows like those of its articles.
    """
    makes = Counter(entry.row.anchor.make for entry in entries if entry.row.anchor.article)
    make, count = makes.most_common(1)[0] if makes else ("", 0)
    if count < _NEARLY * len(entries):
        return entries
    dated = sum(bool(entry.date) for entry in entries) >= _NEARLY * len(entries)
    return [
        entry
        for entry in entries
        if entry.row.anchor.make == make
        or (entry.row.anchor.article and not (dated and entry.points < _ENOUGH))
    ]


def _beside(column: Column) -> set[int]:
    """Return the links that only stand beside the one that is the entry of their row.

    Those that lead to what several rows share, or to no article beside one; an icon, a 下载 or a
    file beside a link with words; but where those are a mere number of a file, what leads to a page
    about the document beside the document.
    """
    by_row: dict[int, list[Anchor]] = defaultdict(list)
    for row in column.rows:
        by_row[row.start].append(row.anchor)
    shared = Counter(url for links in by_row.values() for url in {link.url for link in links})
    beside: set[int] = set()
    for links in by_row.values():
        if len({link.url for link in links}) < 2:
            continue
        entries = _entries(links, shared)
        beside.update(link.at for link in links if link not in entries)
        beside.update(_copies(entries))
    return beside


def _entries(links: list[Anchor], shared: Counter[str]) -> list[Anchor]:
    """Return those of a row's links that may be its entry."""
    own = [link for link in links if shared[link.url] == 1] or links
    own = [link for link in own if link.article or link.document] or own
    titled = [link for link in own if not untitled(link)]
    documents = [link for link in own if link.document]
    if documents and all(is_code(link.title) for link in titled):
        return documents
    return [link for link in titled if not link.document] or titled or own


def _copies(links: list[Anchor]) -> Iterator[int]:
    """Return the links of a row that lead to what another one leads to, in another format."""
    best: dict[tuple[str, str], Anchor] = {}
    for link in sorted(links, key=lambda link: _FORMATS.get(link.url[-4:].lower(), 1)):
        parts = urlsplit(link.url)
        name = parts.path.rstrip("/").rpartition("/")[2].rpartition(".")
        first = best.setdefault((name[0] or name[2], re.sub(r"\D+", " ", parts.query)), link)
        if first.url != link.url:
            yield link.at


def _points(row: Row, date: str) -> int:
    anchor = row.anchor
    return 2 * bool(date) + anchor.article + anchor.document + _is_long(anchor.title)


def _owner(url: str) -> str:
    """Return the last two names of an address's host."""
    host = url.partition("://")[2].partition("/")[0]
    return ".".join(host.split(".")[-2:])


def _told(said: Outline, row: Row) -> bool:
    """Tell whether a row says much where its link says nothing; a column of titles is better."""
    if not nameless(row):
        return False
    words = " ".join(said.pieces(row.start, row.end))
    return len(words) - len(row.anchor.title) >= _LONG_TITLE


def _is_long(title: str) -> bool:
    if title.isascii():
        return len(title) >= _LONG_TITLE
    return len(title) + sum(ord(character) > 0x2E7F for character in title) >= _LONG_TITLE
