"""Elements of a page → the smallest selector that means exactly them.

What a person wrote is preferred to what a tool numbered: ``.news-list li`` to ``.css-1x2y3z``.
"""

import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from selectolax.lexbor import LexborHTMLParser, LexborNode

#: Names that can be written without an escape.
_PLAIN = re.compile(r"-?[A-Za-z_][\w-]*", re.ASCII)
#: Names of the odd row, the last one, or the one under the mouse.
_PASSING = re.compile(
    r"(?i)(?:^|[-_])(?:odd|even|first|last|active|on|hover|current|cur|selected|top|new|hot)"
    r"(?:$|[-_])"
)

#: What is to be avoided, in order of cost.
_PART, _NUMBERED, _BARE, _COUNTED, _PASSES = 10, 40, 25, 60, 30
#: Elements above a row that may be named.
_ABOVE = 8
#: Names of one element that are tried.
_NAMES = 6

Selected = Callable[[Sequence[LexborNode]], bool]


def selector_for(
    root: LexborHTMLParser | LexborNode, nodes: Sequence[LexborNode], fits: Selected
) -> str:
    """Return the cheapest selector that ``fits``, given what it selects, or "".

    ``nodes`` are alike: they have the same ancestors, or ancestors of the same look.
    """
    for _cost, selector in sorted(_candidates(nodes)):
        if fits(root.css(selector)):
            return selector
    return ""


def _candidates(nodes: Sequence[LexborNode]) -> Iterator[tuple[int, str]]:
    own = list(_names(nodes))
    yield from own
    above = list(_ancestors(nodes))
    for distance, ancestors in enumerate(above, 1):
        joint = " > " if distance == 1 else " "
        for (cost, name), (more, inner) in itertools.product(_names(ancestors), own):
            yield cost + more + distance, f"{name}{joint}{inner}"
    for outer, middle in itertools.combinations(reversed(above[:4]), 2):
        for (a, name), (b, between), (c, inner) in itertools.product(
            list(_names(outer))[:3], list(_names(middle))[:3], own[:3]
        ):
            yield a + b + c + 2, f"{name} {between} {inner}"
    yield from _counted(above, own)


def _ancestors(nodes: Sequence[LexborNode]) -> Iterator[list[LexborNode]]:
    """Yield the parents of all nodes, then their parents, as far as all have one."""
    level: list[LexborNode] = list(nodes)
    for _ in range(_ABOVE):
        parents = [node.parent for node in level]
        level = [parent for parent in parents if parent is not None and parent.tag != "html"]
        if len(level) < len(parents):
            return
        yield level


def _names(nodes: Sequence[LexborNode]) -> Iterator[tuple[int, str]]:
    """Yield what all nodes can be called, with what it costs."""
    tags = {node.tag for node in nodes}
    if len(tags) > 1:
        return
    (tag,) = tags
    assert tag is not None
    ids = {node.attributes.get("id") or "" for node in nodes}
    if len(ids) == 1 and _PLAIN.fullmatch(name := ids.pop()):
        yield _PART + _worth(name), f"#{name}"
    classes = set.intersection(*(set(_classes(node)) for node in nodes))
    for name in sorted(classes, key=lambda one: (_worth(one), one))[:_NAMES]:
        yield _PART + _worth(name) + 1, f"{tag}.{name}"
    yield _PART + _BARE, tag


def _classes(node: LexborNode) -> list[str]:
    names = (node.attributes.get("class") or "").split()
    return [name for name in names if _PLAIN.fullmatch(name)]


def _worth(name: str) -> int:
    """Return what it costs to rely on a name."""
    return _NUMBERED * bool(re.search(r"\d", name)) + _PASSES * bool(_PASSING.search(name))


def _counted(
    above: Sequence[Sequence[LexborNode]],
    own: Sequence[tuple[int, str]],
) -> Iterator[tuple[int, str]]:
    """Yield selectors that count elements: for pages on which nothing has a name."""
    if not above or len({node.mem_id for node in above[0]}) > 1:
        return
    steps: list[str] = []
    node: LexborNode | None = above[0][0]
    while node is not None and node.tag not in ("html", None):
        if node.tag == "body":
            steps.append("body")
            break
        steps.append(f"{node.tag}:nth-of-type({rank(node)})")
        node = node.parent
    for cost, inner in own:
        for depth in range(1, len(steps) + 1):
            path = " > ".join(reversed(steps[:depth]))
            yield cost + _COUNTED + depth * _PART, f"{path} > {inner}"


def rank(node: LexborNode) -> int:
    """Return which child of its kind an element is, from 1."""
    rank, before = 1, node.prev
    while before is not None:
        rank += before.tag == node.tag
        before = before.prev
    return rank


def exactly(nodes: Iterable[LexborNode], harmless: Callable[[LexborNode], bool]) -> Selected:
    """Return the test that a selection holds these nodes, and beyond them nothing that counts."""
    wanted = {node.mem_id for node in nodes}

    def fits(selected: Sequence[LexborNode]) -> bool:
        if len(selected) < len(wanted) or len(selected) > 3 * len(wanted) + 10:
            return False
        found = {node.mem_id for node in selected}
        return wanted <= found and all(node.mem_id in wanted or harmless(node) for node in selected)

    return fits
