"""From the bytes of a page to an article, or to the links of a listing; runs in the sandbox.

The stages know nothing of each other; this is the order in which a page passes them.
"""

from dataclasses import replace
from datetime import datetime

from archive import Article, Capture
from crawler.charset import decode
from crawler.extract import extract
from crawler.listing import read_listing
from crawler.normalise import normalise
from crawler.records import Draft, Link, Listing, ListingPage, PageRequest, Source


def read_draft(capture: Capture, source: Source) -> Draft:
    """Read a page but interpret nothing. Raises ExtractError or GoneError."""
    page = decode(capture.body, capture.header("content-type"), source.charset)
    return extract(page.text, capture.final_url, source.article)


def read_article(
    capture: Capture, source: Source, category: str, link: Link | None, now: datetime
) -> Article:
    """Turn the answer of an article's address into an article.

    Raises ExtractError, NormaliseError or GoneError.
    """
    draft = read_draft(capture, source)
    article = normalise(draft, source, now=now, category=category, link=link)
    return replace(article, url=capture.url)


def read_links(
    capture: Capture, request: PageRequest, listing: Listing, source: Source
) -> ListingPage:
    """Turn the answer of a listing's address into its links. Raises ListingError."""
    content_type = capture.header("content-type")
    return read_listing(capture.body, content_type, request, listing, source=source)
