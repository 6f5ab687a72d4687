"""What a source's own rules select; they come before every other witness."""

from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawler.extract.wording import plain
from crawler.records import Found, Selectors
from crawler.selectors import split


def by_rule(tree: LexborHTMLParser, selectors: Selectors) -> Iterator[Found]:
    """Yield text or attribute of what each selector finds first, in the selectors' order."""
    for selector in selectors:
        css, attribute = split(selector)
        for node in tree.css(css):
            value = node.attributes.get(attribute) if attribute else plain(node.text() or "")
            if value and value.strip():
                yield Found(value=value.strip(), witness=f"rule:{selector}")
                break


def nodes_by_rule(tree: LexborHTMLParser, selectors: Selectors) -> Iterator[tuple[LexborNode, str]]:
    """Yield every element that a selector finds, with the selector."""
    for selector in selectors:
        for node in tree.css(split(selector)[0]):
            yield node, selector
