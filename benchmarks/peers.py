"""The extractors that are measured, each called the way its own manual says, behind one face.

Peers get the page as text, decoded by us and not on their account: an encoding that they would
have guessed wrong is no fault of theirs here. Gazette and nobody else decodes its bytes itself.
Settings were chosen on pages that are not held back, for the best body.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from zoneinfo import ZoneInfo

from benchmarks.ours import Row, prediction, read
from crawler.records import Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page as an extractor gets it."""

    body: bytes
    html: str
    url: str
    source: Source
    #: whether its words stand without gaps between them
    chinese: bool = False


#: Reads a page; raises whatever the extractor raises.
Reader = Callable[[Page], Row]


def gazette() -> Reader:
    """Return ours: decoded, extracted, normalised."""
    return lambda page: prediction(read(page.body, page.url, page.source))


def lexbor() -> Reader:
    """Return the floor: the page parsed by the parser that ours uses, and nothing read from it."""
    from selectolax.lexbor import LexborHTMLParser

    def parse(page: Page) -> Row:
        LexborHTMLParser(page.html)
        return {}

    return parse


def trafilatura() -> Reader:
    """Return trafilatura in its fast mode, with metadata; its thorough one reads hardly better."""
    from trafilatura import bare_extraction

    def extract(page: Page) -> Row:
        found = bare_extraction(
            page.html, url=page.url, fast=True, with_metadata=True, include_comments=False
        )
        if found is None:
            return {}
        said = found.as_dict()  # type: ignore[union-attr]
        return {
            "title": said["title"],
            "published": _local(said["date"], page),
            "author": said["author"],
            "text": said["text"],
        }

    return extract


def readability() -> Reader:
    """Return readability-lxml: its summary as text, and its short title, the better of its two."""
    from lxml.html import document_fromstring
    from readability import Document

    def extract(page: Page) -> Row:
        document = Document(page.html, url=page.url)
        summary = document.summary(html_partial=True)
        return {
            "title": document.short_title(),
            "text": document_fromstring(summary).text_content(),
            "html": summary,
        }

    return extract


def gne() -> Reader:
    """Return GNE; a moment with an offset is told in the page's own zone."""
    from gne import GeneralNewsExtractor

    extractor = GeneralNewsExtractor()

    def extract(page: Page) -> Row:
        found = extractor.extract(page.html, host=page.url, with_body_html=True)
        return {
            "title": found["title"],
            "published": _local(found["publish_time"], page),
            "author": found["author"],
            "text": found["content"],
            "html": found["body_html"],
        }

    return extract


def justext() -> Reader:
    """Return jusText: its English stop words, and none for Chinese, as its manual advises.

    Chinese says more in fewer characters: the lengths are cut accordingly, and news articles have
    shorter paragraphs than its defaults expect.
    """
    from justext import get_stoplist, justext

    english = get_stoplist("English")
    without = {"length_low": 30, "length_high": 60, "stopwords_low": 0, "stopwords_high": 0}

    def extract(page: Page) -> Row:
        if page.chinese:
            paragraphs = justext(page.html, frozenset(), **without)
        else:
            paragraphs = justext(page.html, english, length_low=50, length_high=140)
        return {"text": "\n".join(p.text for p in paragraphs if not p.is_boilerplate)}

    return extract


def resiliparse() -> Reader:
    """Return resiliparse's main content as plain text."""
    from resiliparse.extract.html2text import extract_plain_text

    def extract(page: Page) -> Row:
        text = extract_plain_text(
            page.html,
            main_content=True,
            list_bullets=False,
            alt_texts=False,
            comments=False,
            post_meta=False,
        )
        return {"text": text}

    return extract


#: Name → how to get its reader; loading a library is on nobody's account.
EXTRACTORS: dict[str, Callable[[], Reader]] = {
    "gazette": gazette,
    "trafilatura": trafilatura,
    "readability-lxml": readability,
    "gne": gne,
    "justext": justext,
    "resiliparse": resiliparse,
    "lexbor": lexbor,
}
#: In whose package an extractor comes where it bears another name.
PACKAGES = {"lexbor": "selectolax"}


def installed(name: str) -> str:
    """Return the version of an extractor, ``""`` where it is not installed."""
    try:
        return version(PACKAGES.get(name, name))
    except PackageNotFoundError:
        return ""


def _local(moment: str | None, page: Page) -> str:
    """Return a moment with an offset as the page's zone shows it, anything else as it is."""
    try:
        aware = datetime.fromisoformat((moment or "").strip())
    except ValueError:
        return moment or ""
    if aware.tzinfo is None:
        return moment or ""
    return aware.astimezone(ZoneInfo(page.source.zone)).isoformat()
