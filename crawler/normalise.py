"""A draft → an article: strings become typed and clean. Selects nothing from a page.

Of several witnesses the first that can be read is believed; which one it was is written beside the
article, so that a wrong date can be explained.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from html import escape, unescape
from urllib.parse import urljoin, urlsplit
from zoneinfo import ZoneInfo

from archive import Article, Attachment, Precision, clean_html, text_of
from crawler.dates import Moment, Order, order_of, read_moment
from crawler.errors import NormaliseError
from crawler.names import authors, clean_name, clean_number, people
from crawler.records import Draft, Findings, Found, Link, Source
from crawler.text import UNSPEAKABLE, one_line

#: A page may be dated ahead of our clock by as much as this; beyond it the date is wrong.
AHEAD = timedelta(hours=48)
#: Minutes between two clocks that may show the same moment: zones run from -12:00 to +14:00.
MOST_APART = 26 * 60
#: Longest title kept.
LONGEST_TITLE = 500

_ADDRESS = re.compile(r'(<(?:a|img)\b[^>]*?\s)(href|src)="([^"]*)"')
_PICTURE = re.compile(r'<img\b[^>]*?\ssrc="([^"]*)"')
_HOLLOW = re.compile(
    r"<(p|div|span|a|b|strong|em|i|u|font|li|ul|ol|section|h[1-6])\b[^>]*>(?:\s|&nbsp;|<br\s*/?>)*</\1>"
)
_IDEOGRAPH = re.compile("[\u4e00-\u9fff]")
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
#: Clocks that systems fill in where they have none, and the witnesses of whom that is believed.
_FILLERS = (time(), time(23, 59, 59))
_MACHINES = ("meta:", "json-ld:", "time", "script")


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
    published, precision = _published(read, draft, source.zone, link, now, order)
    categories = (*source.categories, category) if category else source.categories
    return Article(
        source=source.id,
        url=draft.url,
        title=title,
        html=html,
        text=text,
        published=published,
        precision=precision,
        zone=source.zone,
        written=_written(read, draft.written, now, order),
        lang=lang,
        region=source.region,
        categories=categories,
        channel=source.name,
        origin=read.first("origin", draft.origin, lambda s: _not_title(clean_name(s), title)),
        author=read.first(
            "author",
            authors(draft.author, draft.editor, text),
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


def _published(
    read: _Reading, draft: Draft, zone: str, link: Link | None, now: datetime, order: Order
) -> tuple[datetime | None, Precision]:
    """Return the moment of publication and how exactly it is known.

    The first witness that can be read gives the day. Where it shows no clock, a later one that
    agrees about the day gives the hour; where it shows one but no offset, a later one may tell
    whose clock it is. What the listing says comes last.
    """
    chosen: Moment | None = None
    for found, moment in _believed(draft.published, link, zone, now, order):
        if chosen is None:
            chosen, read.witnesses["published"] = moment, found.witness
        elif _adds(chosen, moment, zone):
            read.witnesses["published"] += f" {found.witness}"
            chosen = moment
    if chosen is None:
        if draft.published:
            read.witnesses["published"] = f"unread {one_line(draft.published[0].value)[:80]}"
        return None, Precision.SECOND
    return chosen.at(zone), chosen.precision


def _adds(chosen: Moment, moment: Moment, zone: str) -> bool:
    """Say whether ``moment`` is the chosen one, told more exactly.

    A clock with an offset that shows the same minute, or the same moment some whole hours away, is
    that of the page's own zone. One in UTC with the very figures of the page is its local clock
    with a Z behind it, as many systems write it.
    """
    if chosen.clock is None:
        return moment.clock is not None and _local_day(moment, zone) == chosen.day
    if chosen.offset or not moment.offset or moment.clock is None:
        return False
    same = (moment.day, moment.clock.replace(second=0)) == (
        chosen.day,
        chosen.clock.replace(second=0),
    )
    if same:
        return zone == "UTC" or bool(moment.offset.utcoffset(None))
    own = moment.at(zone).astimezone(ZoneInfo(zone)).utcoffset()
    if zone != "UTC" and own == moment.offset.utcoffset(None):
        return False  # another clock in the same zone: 06:51 for 18:51
    apart = (moment.at(zone) - chosen.at(zone)).total_seconds() // 60
    return abs(apart) <= MOST_APART and apart % 60 == 0


def _local_day(moment: Moment, zone: str) -> date:
    return moment.at(zone).astimezone(ZoneInfo(zone)).date()


def _believed(
    findings: Findings, link: Link | None, zone: str, now: datetime, order: Order
) -> Iterator[tuple[Found, Moment]]:
    """Yield every witness that names a possible moment, with it; weak ones only in company.

    A variable of a script may hold any date, and a machine that had no clock filled in the day's
    last second: alone they are no word on when an article appeared.
    """
    moments = list(_moments(findings, link, zone, now, order))
    for found, moment in moments:
        weak = found.witness == "script" or moment.clock == _FILLERS[1]
        if not weak or any(
            other.day == moment.day and one.witness != found.witness for one, other in moments
        ):
            bare = found.witness.startswith(_MACHINES) and moment.clock in _FILLERS
            yield found, Moment(day=moment.day) if bare and not moment.offset else moment


def _moments(
    findings: Findings, link: Link | None, zone: str, now: datetime, order: Order
) -> Iterator[tuple[Found, Moment]]:
    """Yield every witness that names a possible moment, with it."""
    today = now.astimezone(ZoneInfo(zone)).date()
    listed = [Found(value=link.date, witness="listing")] if link and link.date else []
    for found in (*findings, *listed):
        moment = read_moment(
            found.value, today if found.witness == "listing" else None, order=order
        )
        if moment is not None and moment.at(zone) <= now + AHEAD:
            yield found, moment


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
    sample = text[:2000]
    chinese = 4 * len(_IDEOGRAPH.findall(sample)) > len(sample) > 0
    if chinese and said[:2].lower() in ("", "en"):
        # templates are copied with lang="en" in them
        read.witnesses["lang"] = "letters"
        return "zh"
    return said
