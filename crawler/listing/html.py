"""Reads a listing that is a plain HTML page: by the source's rules, or finding the rows itself."""

from collections.abc import Iterator
from dataclasses import replace

from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawler.listing.counts import counts_of
from crawler.listing.endpoints import endpoints_of
from crawler.listing.groups import find_entries
from crawler.listing.islands import island_links, with_islands
from crawler.listing.page import Page
from crawler.listing.paging import next_page
from crawler.listing.parsed import parsed
from crawler.listing.rows import link_title, pieces, row_date, row_summary, row_title, squeeze
from crawler.records import Link, ListingPage, Selectors
from crawler.selectors import split


def read_html(page: Page) -> ListingPage:
    """Return the links of an HTML listing and the page after it."""
    text = page.text()
    tree = LexborHTMLParser(text)
    base = base_of(page, tree)
    rules = page.listing.rules
    by_rule = rules.item or rules.link
    links = tuple(_ruled(page, tree, base) if by_rule else _found(page, tree, base))
    whole = parsed(tree, text, base)
    counts = counts_of(whole)
    found = ListingPage(
        links=links,
        next=next_page(page, whole),
        total=counts.total,
        pages=counts.pages,
    )
    if by_rule or (len(links) > 2 and any(link.date for link in links)):
        return found
    found = with_islands(page, found, island_links(page, tree, base, _found))
    return found if found.links else replace(found, endpoints=endpoints_of(text, base))


def base_of(page: Page, tree: LexborHTMLParser) -> str:
    """Return the address that the page's references hang on."""
    element = tree.css_first("base[href]")
    href = (element.attributes.get("href") or "") if element is not None else ""
    return page.address(href) or page.request.url


def _found(page: Page, tree: LexborHTMLParser, base: str) -> Iterator[Link]:
    said, entries = find_entries(page, tree, base)
    for entry in entries:
        row = said.nodes[entry.row.start]
        yield Link(
            url=entry.row.anchor.url,
            title=entry.title,
            date=entry.date,
            summary=row_summary(row, entry.title),
        )


def _ruled(page: Page, tree: LexborHTMLParser, base: str) -> Iterator[Link]:
    """Return the links that the rules select; an item without an address is left out."""
    rules = page.listing.rules
    for selector in rules.item or rules.link:
        if items := tree.css(split(selector)[0]):
            found = (read_item(page, item, base) for item in items)
            yield from (link for link in found if link is not None)
            return


def read_item(page: Page, item: LexborNode, base: str) -> Link | None:
    """Return the link of one item: by the rules, and by itself where they say nothing."""
    rules = page.listing.rules
    anchors = [a for a in item.css("a[href]") if page.address(a.attributes.get("href") or "", base)]
    anchor = max(anchors, key=lambda a: len(link_title(a)), default=item)
    href = _select(item, rules.link, "href") if rules.link else anchor.attributes.get("href") or ""
    url = page.address(href, base)
    if not url:
        return None
    title = _select(item, rules.title) or row_title(item, anchor)
    return Link(
        url=url,
        title=title,
        date=_select(item, rules.date) if rules.date else row_date(item, anchor),
        summary=_select(item, rules.summary) if rules.summary else row_summary(item, title),
    )


def _select(item: LexborNode, selectors: Selectors, default: str | None = None) -> str:
    """Return the first value that a selector finds within an item, or "".

    The value is what the selector names, else the attribute ``default``, else the text.
    """
    for selector in selectors:
        css, named = split(selector)
        attribute = named or default
        for node in item.css(css):
            found = node.attributes.get(attribute) if attribute else " ".join(pieces(node))
            if value := squeeze(found or ""):
                return value
    return ""
