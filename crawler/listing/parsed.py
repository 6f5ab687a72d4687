"""A page of HTML with what several readers ask of it, each made once."""

from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawler.listing.rows import squeeze


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """A parsed page."""

    tree: LexborHTMLParser
    text: str
    #: the text in UTF-8 with small ASCII letters, in which words of scripts are found quickly
    low: bytes
    #: the address that its references hang on
    base: str
    #: its links with the texts they show
    links: tuple[tuple[LexborNode, str], ...]


def parsed(tree: LexborHTMLParser, text: str, base: str) -> Parsed:
    """Return a page with what is asked of it."""
    links = tuple((node, squeeze(node.text())) for node in tree.css("a[href]"))
    low = text.encode("utf-8", "ignore").lower()
    return Parsed(tree=tree, text=text, low=low, base=base, links=links)
