"""Gazette as the benchmarks call it: bytes of a page → an article → what the scorers ask for."""

from zoneinfo import ZoneInfo

from archive import Article, Precision
from benchmarks.corpus import NOW
from crawler.charset import decode
from crawler.extract import extract
from crawler.normalise import normalise
from crawler.records import Source

Row = dict[str, object]


def read(body: bytes, url: str, source: Source) -> Article:
    """Return the article of a page. Raises CrawlError."""
    return normalise(extract(decode(body).text, url), source, now=NOW)


def prediction(article: Article) -> Row:
    """Return what the scorers want to know, times as the page's zone shows them.

    ``author`` is the writer, and the editor where the page names no writer: so does the truth.
    """
    published = ""
    if article.published:
        local = article.published.astimezone(ZoneInfo(article.zone))
        day_only = article.precision is Precision.DAY
        published = local.date().isoformat() if day_only else local.isoformat()
    return {
        "title": article.title,
        "published": published,
        "written": article.written.isoformat() if article.written else "",
        "origin": article.origin,
        "author": article.author or article.editor,
        "editor": article.editor,
        "issuer": article.issuer,
        "doc_number": article.doc_number,
        "index_number": article.index_number,
        "text": article.text,
        "html": article.html,
        "pictures": article.pictures,
        "attachments": [attachment.url for attachment in article.attachments],
        "witnesses": dict(article.witnesses),
    }
