"""Refuses pages that would hurt the parser, before the parser sees them.

Lexbor takes time quadratic in the depth of nesting (100,000 nested ``div``: more than a minute;
5,000: 27 ms), so depth is counted here first, in one pass over the tags, without building anything.
"""

import re

from crawler.errors import ExtractError

#: characters; the crawler's own limit on pages lies below in bytes
MAX_SIZE = 20_000_000
MAX_TAGS = 400_000
#: Fewer tags cannot nest deep enough to hurt; most pages need no counting.
HARMLESS = 16_000
#: open elements of tags that nest; real pages reach some sixty
MAX_DEPTH = 500
#: attributes of one tag: Lexbor compares each with each (80,000 of them: 13 s)
MAX_ATTRIBUTES = 10_000

#: Tags that never hold their like: void ones, and those a second one of their kind closes.
_FLAT = (
    "area|base|br|col|embed|hr|img|input|link|meta|param|source|track|wbr|p|li|td|th|tr|dd|dt|"
    "option|optgroup|a|script|style|html|head|body|title|textarea|button"
)
_TAG = re.compile(rf"<(/?(?!(?:{_FLAT})[\s/>])[a-z][^\s/>]*)", re.IGNORECASE)


def refuse_poison(html: str, url: str) -> None:
    """Raise ExtractError where parsing ``html`` could take far longer than a page may."""
    if len(html) > MAX_SIZE:
        raise ExtractError(url, f"{len(html):,} characters is more than a page may have")
    tags = html.count("<")
    if tags > MAX_TAGS:
        raise ExtractError(url, f"{tags:,} tags are more than a page may have")
    if len(html) > 2 * MAX_ATTRIBUTES and _attributes(html) > MAX_ATTRIBUTES:
        raise ExtractError(url, f"one tag has more than {MAX_ATTRIBUTES:,} attributes")
    if tags > HARMLESS and _depth(html) > MAX_DEPTH:
        raise ExtractError(url, f"nests deeper than {MAX_DEPTH} levels")


def _attributes(html: str) -> int:
    """Return about how many attributes the fullest tag has, 0 where none is long."""
    most = at = 0
    while at < len(html):
        if html.find(">", at, at + MAX_ATTRIBUTES) < 0:
            opened, closed = html.rfind("<", 0, at + MAX_ATTRIBUTES), html.find(">", at)
            closed = closed if closed >= 0 else len(html)
            most = max(most, len(html[max(opened, 0) : closed].split()))
            at = closed
        at += MAX_ATTRIBUTES
    return most


def _depth(html: str) -> int:
    """Return the greatest number of elements that can be open at once."""
    still_open: dict[str, int] = {}
    depth = deepest = 0
    for name in _TAG.findall(html):
        if name[0] != "/":
            still_open[name] = still_open.get(name, 0) + 1
            depth += 1
            deepest = max(deepest, depth)
        elif still_open.get(name[1:]):
            # a stray closing tag closes nothing, or it could hide any depth
            still_open[name[1:]] -= 1
            depth -= 1
    return deepest
