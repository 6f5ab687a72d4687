"""What is known of an article, for people: each with where it was read, and what finds its like.

Pure.
"""

from dataclasses import dataclass
from datetime import datetime

from archive.clock import shown_time
from archive.datasette_plugin.asked import Asked
from archive.language import _
from archive.query import field_term
from archive.records import Article, Stored


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Something that is known of an article."""

    label: str
    value: str
    #: where on the page it was read: ``label:来源``, ``meta:author``; "" where it was not read
    witness: str = ""
    #: query string of the search for all that say the same; "" where that makes no sense
    like: str = ""


def when(article: Article) -> str:
    """Return the moment of publication by the article's own clock, as exactly as it is known."""
    if article.published is None:
        return ""
    return shown_time(article.published, article.precision, article.zone)


def known(stored: Stored) -> list[Known]:
    """Return what is known of an article; what is not is left out."""
    article, witnesses = stored.article, dict(stored.article.witnesses)

    def read(label: str, name: str, value: str, field: str = "") -> Known:
        like = _search(field, value) if field and value else ""
        return Known(label=label, value=value, witness=witnesses.get(name, ""), like=like)

    published = f"{when(article)} ({article.zone})" if article.published else ""
    found = [
        read(_("Published"), "published", published),
        read(_("Written"), "written", str(article.written or "")),
        read(_("Source"), "source", article.source, "source"),
        read(_("Channel"), "channel", article.channel, "author"),
        read(_("Origin"), "origin", article.origin, "origin"),
        read(_("Author"), "author", article.author, "author"),
        read(_("Editor"), "editor", article.editor, "editor"),
        read(_("Issuer"), "issuer", article.issuer, "issuer"),
        read(_("Document number"), "doc_number", article.doc_number, "number"),
        read(_("Index number"), "index_number", article.index_number, "number"),
        *(read(_("Category"), "categories", each, "category") for each in article.categories),
        read(_("Region"), "region", article.region, "region"),
        read(_("Language"), "lang", article.lang, "lang"),
        # The title and the text stand above; here is where they were read.
        *(
            Known(label=label, value="", witness=witnesses[name])
            for label, name in ((_("Title"), "title"), (_("Text"), "body"))
            if witnesses.get(name)
        ),
        Known(label=_("First seen"), value=utc(stored.first_seen)),
        Known(label=_("Last seen"), value=utc(stored.last_seen)),
    ]
    return [each for each in found if each.value or each.witness]


def utc(moment: datetime) -> str:
    """Return a moment of ours to the minute."""
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def _search(field: str, value: str) -> str:
    return Asked.of({"q": field_term(field, value)}).address()
