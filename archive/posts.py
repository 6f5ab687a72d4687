"""Files and folders of posts → articles in the archive, batch by batch.

A file that is no post is one failed outcome; the rest goes on. Importing again changes nothing.
"""

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from archive.errors import PostError
from archive.frontmatter import parse
from archive.records import Article, Filing, Receipt
from archive.store import Archive

#: what counts as a post in a folder; a file named by itself may end as it likes
SUFFIXES = (".md", ".markdown")
#: bytes a post may have; beyond this it is some other thing that ends in .md
LARGEST = 16 << 20
#: posts of one transaction
BATCH = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one file: a receipt, or the error that says why not."""

    path: Path
    receipt: Receipt | None = None
    error: PostError | None = None
    #: ``kind: detail``, on what could not be kept as it was
    notes: tuple[str, ...] = ()


def post_files(paths: Iterable[Path]) -> Iterator[Path]:
    """Yield every file named, and the posts below every folder named, in the order of their names.

    Hidden files and folders are passed over, and links to folders are not followed, so that a
    folder that holds a link to itself ends.
    """
    for path in paths:
        if not path.is_dir():
            yield path
            continue
        for folder, below, names in os.walk(path):
            below[:] = sorted(name for name in below if not name.startswith("."))
            for name in sorted(names):
                if name.lower().endswith(SUFFIXES) and not name.startswith("."):
                    yield Path(folder, name)


def read_post(path: Path) -> tuple[Article, tuple[str, ...]]:
    """Return the article of a file, and notes; PostError where it is no post or cannot be read."""
    try:
        content = _content(path)
    except OSError as error:
        raise PostError(str(path), 1, error.strerror or str(error)) from error
    text, notes = _decoded(content, str(path))
    article, more = parse(text, path=str(path))
    return article, notes + more


def import_posts(
    archive: Archive, files: Iterable[Path], *, now: datetime, batch: int = BATCH
) -> Iterator[Outcome]:
    """Put the posts of ``files`` into the archive and yield what became of each, batch by batch.

    Whatever was yielded is stored for good, whenever the caller stops.
    """
    waiting: list[tuple[Path, Article, tuple[str, ...]]] = []
    size = 0
    for path in files:
        try:
            article, notes = read_post(path)
        except PostError as error:
            yield Outcome(path=path, error=error)
            continue
        waiting.append((path, article, notes))
        size += len(article.html)
        if len(waiting) >= batch or size > LARGEST:
            yield from _put(archive, waiting, now)
            waiting, size = [], 0
    yield from _put(archive, waiting, now)


def _put(
    archive: Archive, waiting: Sequence[tuple[Path, Article, tuple[str, ...]]], now: datetime
) -> Iterator[Outcome]:
    receipts = archive.put_all([Filing(article=article) for _, article, _ in waiting], now=now)
    for (path, _, notes), receipt in zip(waiting, receipts, strict=True):
        yield Outcome(path=path, receipt=receipt, notes=notes)


def _content(path: Path) -> bytes:
    # Opening a named pipe would wait for its writer for ever.
    if path.exists() and not path.is_file():
        raise PostError(str(path), 1, "not a regular file")
    with path.open("rb") as file:
        content = file.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise PostError(str(path), 1, f"larger than {LARGEST >> 20} MiB")
    return content


def _decoded(content: bytes, path: str) -> tuple[str, tuple[str, ...]]:
    if b"\0" in content:
        line = content[: content.index(b"\0")].count(b"\n") + 1
        raise PostError(path, line, "not a text file: it holds a zero byte")
    try:
        return content.decode("utf-8-sig"), ()
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
    try:
        return content.decode("gb18030"), ("encoding: read as GB18030",)
    except UnicodeDecodeError as error:
        raise PostError(path, line, "neither UTF-8 nor GB18030") from error
