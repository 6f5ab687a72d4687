"""How feeds, sitemaps and pages begin: what an answer is, whatever it was asked for as. Pure."""

import re

from crawler.records import ListingKind

#: Where the root of a document may begin, behind declarations and comments.
_HEAD = 2000
_ROOTS = re.compile(
    r"<(?:(?:\w+:)?(?:(?P<feed>rss|feed|rdf)|(?P<sitemap>urlset|sitemapindex))"
    r"|(?P<html>!doctype html|html|head|body))\b",
    re.IGNORECASE,
)


def root_of(text: str) -> ListingKind | None:
    """Return the kind of listing as which a text begins: feed, sitemap or HTML; None for others."""
    found = _ROOTS.search(text[:_HEAD])
    return ListingKind(found.lastgroup or "") if found else None
