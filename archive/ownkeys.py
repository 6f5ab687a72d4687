"""Our own keys of a post: what an article says beyond the format, written and read back. Pure."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from archive.escapes import json_line
from archive.records import Article, Attachment, Precision

#: the key of the format's map under which they stand
OWN = "gazette"

_ADDRESS = re.compile(r"(?:https?://|urn:)[^\s\x00-\x20\x7f]+", re.IGNORECASE)
_TEXTS = (
    "lang", "region", "origin", "author", "editor", "issuer", "doc_number", "index_number",
    "extractor",
)  # fmt: skip


def write_own(article: Article, plain: Article, more: Mapping[str, object]) -> str:
    """Return the map of our own keys, then those in ``more``, as lines of front matter.

    ``plain`` is what a reader makes of the format's keys and the body alone; only what it has
    wrong is written.
    """
    known: dict[str, object] = {"url": article.url, "source": article.source}
    if article.published and article.published != plain.published:
        known["published"] = article.published.isoformat()
    if article.precision is not plain.precision:
        known["precision"] = article.precision
    if article.zone != plain.zone:
        known["zone"] = article.zone
    if article.written:
        known["written"] = article.written.isoformat()
    known |= {name: value for name in _TEXTS if (value := getattr(article, name))}
    if article.pictures != plain.pictures:
        known["pictures"] = article.pictures
    if article.attachments:
        known["attachments"] = [{"url": a.url, "name": a.name} for a in article.attachments]
    if article.text != plain.text:
        known["text"] = article.text
    if article.witnesses:
        known["witnesses"] = article.witnesses
    lines = (f"  {key}: {json_line(value)}\n" for key, value in (known | dict(more)).items())
    return f"{OWN}:\n" + "".join(lines)


def read_own(plain: Article, own: Mapping[str, object], notes: list[str]) -> Article:
    """Return ``plain`` with what our own keys say; one that says nonsense adds a note instead."""
    found: dict[str, object] = {}
    for name, read in _READERS.items():
        if name in own:
            try:
                found[name] = read(own[name])
            except (ValueError, TypeError, KeyError, OverflowError):
                notes.append(f"own key not understood: {name}")
    return replace(plain, **found)  # type: ignore[arg-type]  # each reader gives its field's type


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _address(value: object) -> str:
    address = _text(value)
    if not _ADDRESS.fullmatch(address):
        raise ValueError(address)
    return address


def _moment(value: object) -> datetime:
    moment = datetime.fromisoformat(_text(value))
    if moment.tzinfo is None:
        raise ValueError("a moment without a zone")
    return moment.astimezone(UTC)


def _zone(value: object) -> str:
    try:
        return ZoneInfo(_text(value)).key
    except (ZoneInfoNotFoundError, OSError) as error:
        raise ValueError(value) from error


def _list(value: object) -> list[object]:
    if not isinstance(value, list):
        raise TypeError
    return value


def _attachment(value: object) -> Attachment:
    if not isinstance(value, dict):
        raise TypeError
    return Attachment(url=_address(value["url"]), name=_text(value["name"]))


def _witness(value: object) -> tuple[str, str]:
    name, witness = _list(value)
    return _text(name), _text(witness)


_READERS: dict[str, Callable[[object], object]] = {
    "url": _address,
    "source": _text,
    "published": _moment,
    "precision": lambda value: Precision(_text(value)),
    "zone": _zone,
    "written": lambda value: date.fromisoformat(_text(value)),
    **dict.fromkeys(_TEXTS, _text),
    "pictures": lambda value: tuple(map(_address, _list(value))),
    "attachments": lambda value: tuple(map(_attachment, _list(value))),
    "text": _text,
    "witnesses": lambda value: tuple(map(_witness, _list(value))),
}
