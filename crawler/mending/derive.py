"""The rows of a listing and what is known of its articles → the rules that read them.

As few as will do: without a rule for it, the reader finds address, title and date of a row itself.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawler.dates import read_moment
from crawler.listing.page import Page
from crawler.listing.rows import pieces, squeeze
from crawler.mending.naming import exactly, rank, selector_for
from crawler.mending.reappear import Recogniser
from crawler.mending.rows import Group, Row, above
from crawler.records import ListingRules

#: Rows that are looked into for the place of a title or a date.
_SAMPLE = 12
#: Share of them that a rule must be right in.
_MOST = 0.8
_ATTRIBUTES = ("title", "datetime", "data-date", "data-time", "data-title")


def item_rule(page: Page, tree: LexborHTMLParser, base: str, group: Group) -> str:
    """Return the selector that means exactly the rows of a group, or ""."""
    nodes = [row.node for row in group.rows]

    def harmless(node: LexborNode) -> bool:
        """Tell whether an element would name nothing: the head of a table, a rule between rows."""
        links = [node] if node.tag == "a" else node.css("a[href]")
        return not any(page.address(a.attributes.get("href") or "", base) for a in links)

    return selector_for(tree, nodes, exactly(nodes, harmless))


def link_rule(group: Group) -> str:
    """Return the selector of the link within a row, or ""."""
    inner = [(row.node, row.anchor) for row in group.rows if row.place is not None]
    if any(node.mem_id == anchor.mem_id for node, anchor in inner):
        return ""
    names = [set(_links(node, anchor)) for node, anchor in inner]
    for selector in sorted(set.intersection(*names), key=_cost) if names else ():
        if all(_first(node, selector) == anchor.mem_id for node, anchor in inner):
            return f"{selector}@href"
    return ""


def title_rule(group: Group, recogniser: Recogniser) -> str:
    """Return the selector of the title within a row, or ""."""

    def says(row: Row, text: str) -> bool:
        return row.place is not None and recogniser.same_title(row.place, text)

    return _value_rule(group, says)


def date_rule(group: Group, recogniser: Recogniser, now: datetime) -> str:
    """Return the selector of the day within a row, or ""."""

    def says(row: Row, text: str) -> bool:
        day = recogniser.known[row.place].day if row.place is not None else None
        if day is None or len(text) > 60:
            return False
        moment = read_moment(text, now.date(), seen=now)
        return moment is not None and moment.day == day

    return _value_rule(group, says)


def with_rules(rules: ListingRules, **found: str) -> ListingRules:
    """Return rules with those that were found; what is "" is left to the reader."""
    changes: dict[str, Any] = {name: (rule,) if rule else () for name, rule in found.items()}
    return replace(rules, **changes)


def _value_rule(group: Group, says: Callable[[Row, str], bool]) -> str:
    """Return the selector whose first value says, in most rows, what is known of them."""
    rows = [row for row in group.rows if row.place is not None][:_SAMPLE]
    found: Counter[str] = Counter()
    for row in rows:
        found.update(set(_saying(row, says)))
    most = sorted(found.items(), key=lambda pair: (-pair[1], _cost(pair[0])))
    return most[0][0] if most and most[0][1] >= _MOST * len(rows) else ""


def _saying(row: Row, says: Callable[[Row, str], bool]) -> Iterator[str]:
    """Yield the selectors whose first value in a row is what is known of it."""
    for node in row.node.css("*"):
        values = {"": " ".join(pieces(node))} | {
            f"@{name}": squeeze(node.attributes.get(name) or "") for name in _ATTRIBUTES
        }
        for suffix, value in values.items():
            if value and says(row, value):
                for selector in _within(node):
                    if _first(row.node, selector) == node.mem_id:
                        yield selector + suffix


def _within(node: LexborNode) -> Iterator[str]:
    """Yield what an element may be called within its row."""
    names = [name for name in (node.attributes.get("class") or "").split() if name.isidentifier()]
    names += [n for n in (node.attributes.get("class") or "").split() if "-" in n and _plain(n)]
    for name in dict.fromkeys(names):
        if name.isascii() and not any(c.isdigit() for c in name):
            yield f".{name}"
    yield str(node.tag)
    if node.parent is not None:
        yield f"{node.parent.tag} > {node.tag}"


def _plain(name: str) -> bool:
    return name.replace("-", "_").isidentifier() and not name.startswith("-")


def _links(row: LexborNode, anchor: LexborNode) -> Iterator[str]:
    """Yield what a link may be called among the others of its row."""
    yield from _within(anchor)
    path, _, query = (anchor.attributes.get("href") or "").partition("?")
    folder, _, name = path.rpartition("/")
    _, dot, ending = name.rpartition(".")
    if dot and ending.isalpha():
        yield f'a[href$=".{ending}"]'
    if query and name.replace(".", "").isalpha():
        yield f'a[href*="{name}?"]'
    last = folder.rpartition("/")[2]
    if last.replace("-", "").isalpha():
        yield f'a[href*="/{last}/"]'
    for element in above(anchor):
        if element.parent is not None and element.parent.mem_id == row.mem_id:
            yield f"{element.tag}:nth-of-type({rank(element)}) a"
            return


def _cost(selector: str) -> tuple[int, int, str]:
    """Order names: what people wrote, what an address says, what only counts."""
    kind = 0 if selector[0] == "." else 3 if "nth-" in selector else 2 if "[" in selector else 1
    return kind, len(selector), selector


def _first(node: LexborNode, selector: str) -> int | None:
    found = node.css_first(selector)
    return found.mem_id if found is not None else None
