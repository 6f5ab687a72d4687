"""Articles as a Parquet file: typed columns, in groups of rows that are written one at a time.

The list of what a Parquet file holds stands at its end, so one that was half written is of no use:
it is begun anew.
"""

import sys
from collections.abc import Iterator
from itertools import islice
from typing import Any

from archive.errors import ArchiveError
from archive.export.growing import growing
from archive.export.job import Job, Walk
from archive.records import Stored

#: Articles in a group of rows at most, and characters after which one is full.
_ROWS, _CHARACTERS = 1_000, 8 << 20
_MISSING = "parquet needs pyarrow: pip install 'gazette[parquet]'"

_TEXTS = (
    "title", "source", "zone", "region", "lang", "channel", "origin", "author", "editor", "issuer",
    "doc_number", "index_number", "url", "text", "html", "extractor",
)  # fmt: skip
_MOMENTS = ("first_seen", "last_seen", "missing", "gone", "unlisted")


def parquet(walk: Walk, job: Job) -> Iterator[bool]:
    """Write a table; ArchiveError where pyarrow is not installed."""
    try:
        import pyarrow as pa
        from pyarrow import parquet as pq
    except ImportError as error:
        raise ArchiveError(_MISSING) from error
    schema = _schema(pa)
    # Begun anew whatever stands there: nothing of it is ever noted as whole.
    with growing(job.out, job.asked) as file:
        sink = pa.PythonFile(file.file, mode="w")
        with pq.ParquetWriter(sink, schema, compression="zstd") as writer:
            articles = iter(walk(sys.maxsize))
            while group := list(_group(articles)):
                rows = [_row(stored) for stored in group]
                writer.write_table(pa.Table.from_pylist(rows, schema), row_group_size=len(rows))
                yield from (True for _ in group)


def _group(articles: Iterator[Stored]) -> Iterator[Stored]:
    held = 0
    for stored in islice(articles, _ROWS):
        yield stored
        held += len(stored.article.html) + len(stored.article.text)
        if held > _CHARACTERS:
            return


def _schema(pa: Any) -> Any:
    moment, text = pa.timestamp("ms", tz="UTC"), pa.string()
    pairs = [
        ("id", pa.int64()),
        *((name, text) for name in _TEXTS),
        ("published", moment),
        ("precision", text),
        ("written", pa.date32()),
        ("categories", pa.list_(text)),
        ("pictures", pa.list_(text)),
        ("attachments", pa.list_(pa.struct([(name, text) for name in ("url", "name", "sha256")]))),
        ("witnesses", pa.list_(pa.struct([("field", text), ("witness", text)]))),
        ("revision", pa.int32()),
        ("cluster", pa.int64()),
        *((name, moment) for name in _MOMENTS),
        ("gone_reason", text),
    ]
    return pa.schema(pairs)


def _row(stored: Stored) -> dict[str, object]:
    article = stored.article
    row: dict[str, object] = {name: getattr(article, name) for name in _TEXTS}
    row |= {name: getattr(stored, name) for name in _MOMENTS}
    return row | {
        "id": stored.id,
        "published": article.published,
        "precision": article.precision.value,
        "written": article.written,
        "categories": list(article.categories),
        "pictures": list(article.pictures),
        "attachments": [
            {"url": held.url, "name": held.name, "sha256": held.sha256}
            for held in article.attachments
        ],
        "witnesses": [{"field": name, "witness": told} for name, told in article.witnesses],
        "revision": stored.revision,
        "cluster": stored.cluster,
        "gone_reason": stored.gone_reason,
    }
