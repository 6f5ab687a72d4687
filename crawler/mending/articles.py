"""Pages of today and the articles stored of them → article rules that agree; in a sandbox."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from selectolax.lexbor import LexborHTMLParser, LexborNode

from archive import Article, Capture
from crawler.charset import decode
from crawler.errors import CrawlError
from crawler.mending.naming import exactly, selector_for
from crawler.mending.records import ArticleProposal
from crawler.reading import read_article
from crawler.records import ArticleRules, Source
from crawler.text import only_letters

#: Share of a stored text's lines that must stand in a text for it to be the same, and most of what
#: may stand in it besides, in characters of the stored text.
SAME, BESIDE = 0.9, 0.25
#: Share of the pages that rules must read as they are stored.
MOST = 0.6

#: A page of today, and the article that was stored of its address.
Pair = tuple[Capture, Article]
Finder = Callable[[LexborHTMLParser, Article], LexborNode | None]


def propose_article(
    pairs: tuple[Pair, ...], source: Source, now: datetime
) -> ArticleProposal | None:
    """Return the source whose article rules read the pages as they were stored.

    None where today's rules do, or none do better.
    """
    plainly = replace(source, listings=())
    today = _agreeing(pairs, plainly, now)
    if not pairs or today >= MOST * len(pairs):
        return None
    best, rules = today, source.article
    for tried in _ways(pairs, source):
        agreeing = _agreeing(pairs, replace(plainly, article=tried), now)
        if agreeing > best:
            best, rules = agreeing, tried
    if best < MOST * len(pairs) or best < min(2, len(pairs)):
        return None
    return ArticleProposal(source=replace(source, article=rules), tried=len(pairs), agreeing=best)


def agrees(article: Article, stored: Article) -> bool:
    """Tell whether an article reads as it is stored: its title, its text, and not much besides."""
    lines = [line for line in map(only_letters, stored.text.splitlines()) if line]
    said = only_letters(article.text)
    kept = sum(len(line) for line in lines if line in said)
    whole = sum(map(len, lines))
    return (
        only_letters(article.title) == only_letters(stored.title)
        and kept >= SAME * whole
        and len(said) <= (1 + BESIDE) * whole + 40
    )


def _agreeing(pairs: Sequence[Pair], source: Source, now: datetime) -> int:
    return sum(_reads(capture, stored, source, now) for capture, stored in pairs)


def _reads(capture: Capture, stored: Article, source: Source, now: datetime) -> bool:
    try:
        reading = read_article((capture,), source, "", None, now)
    except CrawlError:
        return False
    return agrees(reading.article, stored)


def _ways(pairs: Sequence[Pair], source: Source) -> Iterator[ArticleRules]:
    """Yield rules to try: fewer of them first, then others."""
    rules = source.article
    without = [replace(rules, body=()), replace(rules, title=()), replace(rules, body=(), title=())]
    yield from (one for one in without if one != rules)
    body = _rule(pairs, source, _holder)
    title = _rule(pairs, source, _headline)
    if body:
        yield replace(rules, body=(body,))
        yield replace(rules, body=(body,), title=())
    if title:
        yield replace(rules, title=(title,))
        yield replace(rules, body=(), title=(title,))
    if body and title:
        yield replace(rules, body=(body,), title=(title,))


def _rule(pairs: Sequence[Pair], source: Source, find: Finder) -> str:
    """Return the selector of one element on the first page that means the like on the others."""
    trees = [
        (LexborHTMLParser(decode(c.body, c.header("content-type"), source.charset).text), stored)
        for c, stored in pairs
    ]
    for tree, stored in trees:
        node = find(tree, stored)
        if node is None:
            continue
        selector = selector_for(tree, [node], exactly([node], lambda _: False))
        if selector and all(_means(other, selector, find, one) for other, one in trees):
            return selector
    return ""


def _means(tree: LexborHTMLParser, selector: str, find: Finder, stored: Article) -> bool:
    wanted, found = find(tree, stored), tree.css_first(selector)
    return wanted is not None and found is not None and wanted.mem_id == found.mem_id


def _holder(tree: LexborHTMLParser, stored: Article) -> LexborNode | None:
    """Return the smallest element that holds nearly all of a stored text."""
    lines = [line for line in map(only_letters, stored.text.splitlines()) if line]
    whole = sum(map(len, lines))
    node, found = tree.body, None
    while node is not None:
        found = node
        node = next((c for c in _children(node) if _holds(c, lines, whole)), None)
    return found if found is not None and found.tag != "body" and whole else None


def _headline(tree: LexborHTMLParser, stored: Article) -> LexborNode | None:
    """Return the innermost element in the page that says the stored title and nothing else."""
    title, found = only_letters(stored.title), None
    body = tree.body
    for node in body.css("*") if body is not None and title else []:
        if node.tag not in ("script", "style", "a") and only_letters(node.text() or "") == title:
            found = node
            break
    while found is not None:
        inner = next((c for c in _children(found) if only_letters(c.text() or "") == title), None)
        if inner is None:
            return found
        found = inner
    return None


def _children(node: LexborNode) -> list[LexborNode]:
    return [child for child in node.iter() if child.tag not in ("script", "style")]


def _holds(node: LexborNode, lines: Sequence[str], whole: int) -> bool:
    said = only_letters(node.text() or "")
    return sum(len(line) for line in lines if line in said) >= SAME * whole
