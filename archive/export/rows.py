"""An article as one row: a JSON object, a line of JSON, a line of a table."""

import csv
import io
from collections.abc import Iterator
from dataclasses import fields
from datetime import date, datetime
from itertools import repeat

from archive.escapes import json_line, neutral
from archive.export.growing import growing
from archive.export.job import Job, Walk
from archive.records import Article, Stored
from archive.rows import attached_as_json, stamp

_FORMULA = tuple("=+-@\t\r＝＋－＠")

#: of CSV, in this order
COLUMNS = (
    "id", "title", "published", "precision", "zone", "source", "categories", "region", "lang",
    "channel", "origin", "author", "editor", "issuer", "doc_number", "index_number", "written",
    "url", "text", "revision", "cluster", "first_seen", "last_seen", "gone", "gone_reason",
)  # fmt: skip


def as_json(stored: Stored) -> dict[str, object]:
    """Return a stored article as one JSON object: times ISO 8601 in UTC, unknown ones null."""
    article = stored.article
    row = {field.name: plain(getattr(article, field.name)) for field in fields(Article)}
    row["attachments"] = [attached_as_json(a) for a in article.attachments]
    row["witnesses"] = dict(article.witnesses)
    for name in ("revision", "cluster", "first_seen", "last_seen", "gone", "gone_reason"):
        row[name] = plain(getattr(stored, name))
    return {"id": stored.id, "title": article.title} | row


def plain(value: object) -> object:
    """Return a moment or a day as text, and anything else as it is."""
    if isinstance(value, datetime):
        return stamp(value)
    return value.isoformat() if isinstance(value, date) else value


def jsonl(walk: Walk, job: Job) -> Iterator[bool]:
    """Write a JSON object a line."""
    with growing(job.out, job.asked) as file:
        yield from repeat(False, file.count)
        for stored in walk(file.below):
            file.write((json_line(as_json(stored)) + "\n").encode())
            if file.done(stored.id):
                file.remember()
            yield True


def table(walk: Walk, job: Job) -> Iterator[bool]:
    """Write a CSV table: unless ``raw`` for a spreadsheet, which knows UTF-8 by its mark."""
    with growing(job.out, job.asked) as file:
        if file.fresh:
            file.write((b"" if job.raw else b"\xef\xbb\xbf") + _line(COLUMNS))
        yield from repeat(False, file.count)
        for stored in walk(file.below):
            row = as_json(stored) | {"categories": " / ".join(stored.article.categories)}
            file.write(_line([row[name] if job.raw else _defused(row[name]) for name in COLUMNS]))
            if file.done(stored.id):
                file.remember()
            yield True


def _line(cells: object) -> bytes:
    line = io.StringIO()
    csv.writer(line).writerow(cells)  # type: ignore[arg-type]
    return line.getvalue().encode()


def _defused(value: object) -> object:
    if not isinstance(value, str):
        return value
    return neutral(f"'{value}" if value.startswith(_FORMULA) else value)
