"""A draft → an article: strings become typed and clean. Selects nothing from a page.

Of several witnesses the first that can be read is believed; which one it was is written beside the
article, so that a wrong date can be explained.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from html import escape, unescape
from urllib.parse import urljoin, urlsplit

from archive import Article, Attachment, clean_html, text_of
from crawler.dates import Order, order_of, read_moment
from crawler.errors import NormaliseError
from crawler.moments import AHEAD, find_published
from crawler.names import authors, clean_name, clean_number, people
from crawler.records import Draft, Findings, Found, Link, Source
from crawler.text import UNSPEAKABLE, one_line

#: Longest title kept.
LONGEST_TITLE = 500

_ADDRESS = re.compile(r'(<(?:a|img)\b[^>]*?\s)(href|src)="([^"]*)"')
_PICTURE = re.compile(r'<img\b[^>]*?\ssrc="([^"]*)"')
_HOLLOW = re.compile(
    r"<(p|div|span|a|b|strong|em|i|u|font|li|ul|ol|section|h[1-6])\b[^>]*>(?:\s|&nbsp;|<br\s*/?>)*</\1>"
)
_IDEOGRAPHS = re.compile("[\u4e00-\u9fff]+")
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")


@dataclass(slots=True)
class _Reading:
    """The witnesses believed so far."""

    witnesses: dict[str, str] = field(default_factory=dict)

    def first(self, name: str, findings: Findings, clean: Callable[[str], str]) -> str:
        """Return the first value that is still something when it is clean, or ``""``."""
        for found in findings:
            if value := clean(found.value):
                self.witnesses[name] = found.witness
                return value
        return ""


def normalise(
    draft: Draft, source: Source, *, now: datetime, category: str = "", link: Link | None = None
) -> Article:
    """Return the article a draft describes. Raises NormaliseError where it has no title or body."""
    read = _Reading()
    listed = (Found(value=link.title, witness="listing"),) if link and link.title else ()
    title = _title(read, draft.title + listed)
    if not title:
        raise NormaliseError(draft.url, "the title holds no letter")
    base = _base(draft)
    html = _html(read.first("body", draft.body, str), base)
    text, pictures = text_of(html), _pictures(html)
    attachments = _attachments(draft, base)
    if not (text or pictures or attachments):
        raise NormaliseError(draft.url, "the body holds no text, picture or attachment")
    lang = _lang(read, source.lang, draft.lang, text)
    order = order_of(lang, source.zone)
    published = find_published(draft.published, link, source.zone, now, order)
    if published.witness:
        read.witnesses["published"] = published.witness
    categories = (*source.categories, category) if category else source.categories
    return Article(
        source=source.id,
        url=draft.url,
        title=title,
        html=html,
        text=text,
        published=published.at,
        precision=published.precision,
        zone=published.zone,
        written=_written(read, draft.written, now, order),
        lang=lang,
        region=source.region,
        categories=categories,
        channel=source.name,
        origin=read.first("origin", draft.origin, lambda s: _not_title(clean_name(s), title)),
        author=read.first(
            "author",
            authors(draft.author, draft.editor),
            lambda s: _nobodys(_not_title(s, title), draft),
        ),
        editor=read.first("editor", people(draft.editor), str),
        issuer=read.first("issuer", draft.issuer, clean_name),
        doc_number=read.first("doc_number", draft.doc_number, clean_number),
        index_number=read.first("index_number", draft.index_number, clean_number),
        pictures=pictures,
        attachments=attachments,
        witnesses=tuple(sorted(read.witnesses.items())),
        extractor=draft.extractor,
    )


def _title(read: _Reading, findings: Findings) -> str:
    """Return the title; one cut short with … gives way to a witness that has it whole."""
    title = read.first("title", findings, _clean_title)
    stem = re.sub(r"\s*(?:…+|\.{3,})$", "", title)
    if stem != title:
        for found in findings:
            whole = _clean_title(found.value)
            if whole.startswith(stem) and not whole.endswith(("…", "...")):
                read.witnesses["title"] = found.witness
                return whole
    return title


def _clean_title(text: str) -> str:
    title = one_line(_TAG.sub("", unescape(text)))[:LONGEST_TITLE]
    return title if re.search(r"\w", title) else ""


def _not_title(name: str, title: str) -> str:
    # some systems write the title into ContentSource
    return "" if name == title else name


def _nobodys(name: str, draft: Draft) -> str:
    # sites write their own name, or the agency's, where the author should stand
    bodies = {clean_name(found.value) for found in draft.origin}
    return "" if name in bodies else name


def _base(draft: Draft) -> str:
    """Return what relative addresses hang on: ``<base>``, itself perhaps relative, or the page."""
    return _absolute(draft.base, draft.url) or draft.url


def _absolute(address: str, base: str) -> str:
    """Return an http(s) address in full, ``""`` for anything else."""
    address = address.strip()
    if not address.startswith(("http://", "https://")):
        try:
            address = urljoin(base, address)
        except ValueError:
            return ""
        if not address.startswith(("http://", "https://")):
            return ""
    try:
        return address if urlsplit(address).hostname else ""
    except ValueError:
        return ""


def _html(body: str, base: str) -> str:
    """Return the body as safe HTML with absolute addresses, hollow elements gone."""

    def absolute(found: re.Match[str]) -> str:
        address = _absolute(unescape(found[3]), base)
        return f'{found[1]}{found[2]}="{escape(address)}"' if address else found[1]

    html = _ADDRESS.sub(absolute, UNSPEAKABLE.sub("", body))
    html = clean_html(html).strip()
    for _ in range(4):
        html, emptied = _HOLLOW.subn("", html)
        if not emptied:
            break
    return html


def _pictures(html: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(unescape(src) for src in _PICTURE.findall(html) if src))


def _attachments(draft: Draft, base: str) -> tuple[Attachment, ...]:
    found: dict[str, Attachment] = {}
    for href, name in draft.attachments:
        if url := _absolute(href, base):
            name = one_line(name) or urlsplit(url).path.rpartition("/")[2]
            found.setdefault(url, Attachment(url=url, name=name))
    return tuple(found.values())


def _written(read: _Reading, findings: Findings, now: datetime, order: Order) -> date | None:
    for found in findings:
        moment = read_moment(found.value, order=order)
        if moment and moment.day <= (now + AHEAD).astimezone(UTC).date():
            read.witnesses["written"] = found.witness
            return moment.day
    return None


def _lang(read: _Reading, source: str, findings: Findings, text: str) -> str:
    """Return the source's language, else the page's own word unless its letters deny it."""
    if source:
        return source
    said = read.first("lang", findings, lambda s: one_line(s).replace("_", "-")[:35])
    # templates are copied with lang="en" in them
    if said[:2].lower() in ("", "en") and _is_chinese(text[:2000]):
        read.witnesses["lang"] = "letters"
        return "zh"
    return said


def _is_chinese(sample: str) -> bool:
    return 4 * sum(map(len, _IDEOGRAPHS.findall(sample))) > len(sample) > 0
