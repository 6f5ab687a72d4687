"""Articles out of the archive → files that other programs read, a room for each format.

A new format is one function, ``(walk, job) -> Iterator[bool]``, and one line in ``EXPORTERS``. A
file is written beside its place and moved there whole.
"""

from collections.abc import Iterator
from pathlib import Path

from archive.export.atom import atom
from archive.export.hexo import as_post
from archive.export.job import Exporter, Job, Walk
from archive.export.posts import FORMS, folder_of, post_path, slug
from archive.export.rows import COLUMNS, as_json, jsonl, table
from archive.export.warc import warc
from archive.store import Archive

__all__ = [
    "COLUMNS",
    "EXPORTERS",
    "Exporter",
    "Job",
    "Walk",
    "as_json",
    "as_post",
    "export_posts",
    "post_path",
    "slug",
]


def _parquet(walk: Walk, job: Job) -> Iterator[bool]:
    # Here, for only this format needs what it loads.
    from archive.export.parquet import parquet

    return parquet(walk, job)


EXPORTERS: dict[str, Exporter] = {
    "hexo": folder_of(FORMS["hexo"], "posts"),
    "hugo": folder_of(FORMS["hugo"], "pages"),
    "jsonl": jsonl,
    "csv": table,
    "parquet": _parquet,
    "atom": atom,
    "warc": warc,
}


def export_posts(archive: Archive, folder: Path) -> int:
    """Write every article as a post below ``folder`` and return how many there are."""
    return sum(1 for _ in EXPORTERS["hexo"](lambda _: archive.articles(), Job(out=folder)))
