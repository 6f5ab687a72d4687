"""What a source's own rules select; they come before every other witness."""

from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawler.extract.page import outermost
from crawler.extract.wording import plain
from crawler.records import ArticleRules, Findings, Found, Selectors
from crawler.selectors import split

#: The fields of a draft for which a source may have rules.
RULED = (
    "title", "published", "written", "origin", "author", "editor", "issuer", "doc_number",
    "index_number",
)  # fmt: skip


def read_rules(tree: LexborHTMLParser, rules: ArticleRules) -> dict[str, Findings]:
    """Return field → what the rules select; takes out of the tree what is to be dropped."""
    for selector in rules.drop:
        for node in outermost(tree.css(split(selector)[0])):
            node.decompose()
    return {field: tuple(_by_rule(tree, getattr(rules, field))) for field in RULED}


def files_by_rule(tree: LexborHTMLParser, rules: ArticleRules) -> tuple[tuple[str, str], ...]:
    """Return address and name of every link that the rules call an attachment."""
    return tuple(
        (href, (node.text() or "").strip())
        for node, _ in nodes_by_rule(tree, rules.attachments)
        if (href := (node.attributes.get("href") or "").strip())
    )


def _by_rule(tree: LexborHTMLParser, selectors: Selectors) -> Iterator[Found]:
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
