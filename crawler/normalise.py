"""A draft → an article: strings become typed and clean. Selects nothing from a page.

Of several witnesses the first that can be read is believed; which one it was is written beside the
article, so that a wrong date can be explained.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from html import escape, unescape
from urllib.parse import urljoin, urlsplit

from archive import Article, Attachment, clean_html, text_of
from crawler.dates import Order, order_of
from crawler.errors import NormaliseError
from crawler.judging import judge
from crawler.moments import find_published, judge_days
from crawler.records import Draft, Findings, Judged, Link, Source
from crawler.text import UNSPEAKABLE, one_line

_ADDRESS = re.compile(r'(<(?:a|img)\b[^>]*?\s)(href|src)="([^"]*)"')
_PICTURE = re.compile(r'<img\b[^>]*?\ssrc="([^"]*)"')
_HOLLOW = re.compile(
    r"<(p|div|span|a|b|strong|em|i|u|font|li|ul|ol|section|h[1-6])\b[^>]*>(?:\s|&nbsp;|<br\s*/?>)*</\1>"
)
_IDEOGRAPHS = re.compile("[\u4e00-\u9fff]+")


@dataclass(slots=True)
class _Reading:
    """The witnesses believed so far."""

    witnesses: dict[str, str] = field(default_factory=dict)

    def first(self, name: str, judged: Iterable[Judged]) -> str:
        """Return the first value that is worth something, or ``""``."""
        for one in judged:
            if one.value:
                self.witnesses[name] = one.found.witness
                return one.value
        return ""


def normalise(
    draft: Draft, source: Source, *, now: datetime, category: str = "", link: Link | None = None
) -> Article:
    """Return the article a draft describes. Raises NormaliseError where it has no title or body."""
    read = _Reading()
    title = read.first("title", judge("title", draft, link=link))
    if not title:
        raise NormaliseError(draft.url, "the title holds no letter")
    base = _base(draft)
    body = read.first("body", (Judged(found=found, value=found.value) for found in draft.body))
    html = _html(body, base)
    text, pictures = text_of(html), _pictures(html)
    attachments = _attachments(draft, base)
    if not (text or pictures or attachments):
        raise NormaliseError(draft.url, "the body holds no text, picture or attachment")
    lang = source.lang or _lang(read, draft, text)
    order = order_of(lang, source.zone)
    published = find_published(draft.published, link, source.zone, now, order)
    if published.witness:
        read.witnesses["published"] = published.witness

    def named(name: str) -> str:
        return read.first(name, judge(name, draft, title))

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
        origin=named("origin"),
        author=named("author"),
        editor=named("editor"),
        issuer=named("issuer"),
        doc_number=named("doc_number"),
        index_number=named("index_number"),
        pictures=pictures,
        attachments=attachments,
        witnesses=tuple(sorted(read.witnesses.items())),
        extractor=draft.extractor,
    )


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
    for told in judge_days(findings, now, order):
        if told.moment:
            read.witnesses["written"] = told.found.witness
            return told.moment.day
    return None


def _lang(read: _Reading, draft: Draft, text: str) -> str:
    """Return the page's own word of its language, unless its letters deny it."""
    said = read.first("lang", judge("lang", draft))
    # templates are copied with lang="en" in them
    if said[:2].lower() in ("", "en") and _is_chinese(text[:2000]):
        read.witnesses["lang"] = "letters"
        return "zh"
    return said


def _is_chinese(sample: str) -> bool:
    return 4 * sum(map(len, _IDEOGRAPHS.findall(sample))) > len(sample) > 0
