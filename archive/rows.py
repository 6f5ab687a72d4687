"""Article ⇄ the columns of its row, so that any article comes back exactly as it was put. Pure.

Times are written to the second; a store holds neither NUL (SQLite's ``length`` stops at it) nor
lone surrogates (no UTF-8), so both are dropped on the way in.
"""

import hashlib
import json
import re
from dataclasses import fields, replace
from datetime import UTC, date, datetime
from functools import lru_cache
from operator import attrgetter
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from archive.records import Article, Attachment, Precision, Revision, Stored


class Row(Protocol):
    """A row of a table, or a dict that stands for one."""

    def __getitem__(self, name: str, /) -> Any: ...


#: The columns that hold an article, in the order of the table.
COLUMNS = (
    "title", "published", "day", "precision", "zone", "source", "category", "region", "lang",
    "channel", "origin", "author", "editor", "issuer", "doc_number", "index_number", "written",
    "url", "text", "html", "categories", "pictures", "attachments", "witnesses", "extractor",
)  # fmt: skip

_PLAIN = (
    "title", "source", "region", "lang", "channel", "origin", "author", "editor", "issuer",
    "doc_number", "index_number", "url", "text", "html", "zone", "extractor",
)  # fmt: skip
_plain_of = attrgetter(*_PLAIN)
_FORBIDDEN = re.compile("[\0\ud800-\udfff]")

_zone = lru_cache(maxsize=64)(ZoneInfo)


def stamp(moment: datetime) -> str:
    """Return an aware moment as ``2024-03-15T02:10:00Z``; ValueError for one without a zone."""
    if moment.tzinfo is None:
        raise ValueError(f"{moment} has no zone")
    return moment.astimezone(UTC).isoformat(timespec="seconds")[:19] + "Z"


def moment(text: str) -> datetime:
    """Return the moment that ``stamp`` wrote."""
    return datetime.fromisoformat(text)


def local_day(article: Article) -> date | None:
    """Return the day of publication by the clock of the article's own zone, or None."""
    if article.published is None:
        return None
    return article.published.astimezone(_zone(article.zone)).date()


def storable(article: Article) -> Article:
    """Return the article without NUL and lone surrogates, in whatever field they stand."""
    found = "\n".join(
        (
            *_plain_of(article),
            *article.categories,
            *article.pictures,
            *(f"{attached.url}\n{attached.name}" for attached in article.attachments),
            *map("\n".join, article.witnesses),
        )
    )
    # Encoding is faster by far than a search by pattern, and nearly every article is clean.
    try:
        found.encode()
    except UnicodeEncodeError:
        return _scrubbed(article)
    return _scrubbed(article) if "\0" in found else article


def _scrubbed(article: Article) -> Article:
    return replace(article, **{f.name: _scrub(getattr(article, f.name)) for f in fields(article)})


def _scrub(value: Any) -> Any:
    if type(value) is str:
        return _FORBIDDEN.sub("", value)
    if isinstance(value, tuple):
        return tuple(map(_scrub, value))
    if isinstance(value, Attachment):
        return replace(value, url=_scrub(value.url), name=_scrub(value.name))
    return value


def columns(article: Article) -> dict[str, str | None]:
    """Return the article as values of ``COLUMNS``."""
    day = local_day(article)
    row: dict[str, str | None] = dict(zip(_PLAIN, _plain_of(article), strict=True))
    row["published"] = None if article.published is None else stamp(article.published)
    row["day"] = None if day is None else day.isoformat()
    row["precision"] = article.precision.value
    row["written"] = None if article.written is None else article.written.isoformat()
    row["category"] = " / ".join(article.categories)
    row["categories"] = _json(article.categories)
    row["pictures"] = _json(article.pictures)
    row["attachments"] = _json([attached_as_json(a) for a in article.attachments])
    row["witnesses"] = _json(article.witnesses)
    return row


def attached_as_json(attached: Attachment) -> dict[str, str]:
    """Return an attachment as a JSON object, with its digest once that is known."""
    known = {"sha256": attached.sha256} if attached.sha256 else {}
    return {"url": attached.url, "name": attached.name} | known


def row_digest(row: Row) -> str:
    """Return the sha256 over all ``COLUMNS`` of a row, as one compact JSON array."""
    held = json.dumps([row[name] for name in COLUMNS], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(held.encode()).hexdigest()


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")) if value else "[]"


def article_of(row: Row) -> Article:
    """Return the article whose columns a row holds."""
    return Article(
        **{name: row[name] for name in _PLAIN},
        published=moment(row["published"]) if row["published"] else None,
        precision=Precision(row["precision"]),
        written=date.fromisoformat(row["written"]) if row["written"] else None,
        categories=tuple(_read(row["categories"])),
        pictures=tuple(_read(row["pictures"])),
        attachments=tuple(Attachment(**found) for found in _read(row["attachments"])),
        witnesses=tuple((field, witness) for field, witness in _read(row["witnesses"])),
    )


def _read(text: str) -> Any:
    return () if text == "[]" else json.loads(text)


def stored_of(row: Row) -> Stored:
    """Return a row of the articles as the record that leaves the archive."""
    return Stored(
        id=row["id"],
        article=article_of(row),
        revision=row["revision"],
        cluster=row["cluster"],
        first_seen=moment(row["first_seen"]),
        last_seen=moment(row["last_seen"]),
        missing=moment(row["missing"]) if row["missing"] else None,
        gone=moment(row["gone"]) if row["gone"] else None,
        gone_reason=row["gone_reason"],
        unlisted=moment(row["unlisted"]) if row["unlisted"] else None,
    )


def revision_of(row: Row) -> Revision:
    """Return a row of the revisions as the record that leaves the archive."""
    return Revision(
        seq=row["seq"],
        article_id=row["article_id"],
        number=row["number"],
        reading=row["reading"],
        url=row["url"],
        fetched_at=moment(row["fetched_at"]),
        status=row["status"],
        changed=tuple(json.loads(row["changed"])),
        raw_sha256=row["raw_sha256"],
        content_sha256=row["content_sha256"],
        extractor=row["extractor"],
        prev_hash=row["prev_hash"],
        hash=row["hash"],
        imported=row["imported"],
    )


def delta(old: Row, new: Row) -> dict[str, str | None]:
    """Return the values of ``old`` where ``new`` has others: what turns ``new`` back into it."""
    return {name: old[name] for name in COLUMNS if old[name] != new[name]}
