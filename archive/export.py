"""Articles out of the archive → files that other programs read, one function for each format.

A new format is one function and one line in ``EXPORTERS``. A file is written beside its place and
moved there whole. Posts are not forced to the disk one by one: that would cost more than writing
them, and what a power cut takes the next export writes again.
"""

import csv
import os
import re
import shutil
import sys
import unicodedata
from codecs import StreamWriter, getwriter
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import fields
from datetime import UTC, date, datetime
from pathlib import Path
from secrets import token_hex
from tempfile import TemporaryFile
from typing import IO
from xml.sax.saxutils import escape, quoteattr

from archive.errors import ArchiveError
from archive.escapes import json_line, neutral
from archive.fingerprint import fingerprint
from archive.frontmatter import render
from archive.ids import FIRST_DATED, SLOTS_PER_DAY
from archive.records import Article, Stored
from archive.rows import attached_as_json
from archive.store import Archive

#: Takes articles, a place (None: standard output), and whether to leave values as they are rather
#: than make them safe for a spreadsheet. Yields for each article whether it was written (True) or
#: stood there already just so (False); a single file is in its place when the last was yielded.
Exporter = Callable[[Iterable[Stored], Path | None, bool], Iterator[bool]]

_DROPPED = frozenset('/\\:*?"<>|')
_SLUG_BYTES = 180
_POST_NAME = re.compile(r"([0-9]+)-.*\.md", re.DOTALL)
_FORMULA = tuple("=+-@\t\r＝＋－＠")
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

#: of CSV, in this order
COLUMNS = (
    "id", "title", "published", "precision", "zone", "source", "categories", "region", "lang",
    "channel", "origin", "author", "editor", "issuer", "doc_number", "index_number", "written",
    "url", "text", "revision", "cluster", "first_seen", "last_seen", "gone", "gone_reason",
)  # fmt: skip


def export_posts(archive: Archive, folder: Path) -> int:
    """Write every article as a post below ``folder`` and return how many there are."""
    return sum(1 for _ in _hexo(archive.articles(), folder, False))


def as_post(stored: Stored) -> str:
    """Return a stored article as a post, with what the archive knows of it among its own keys."""
    own: dict[str, object] = {
        "revision": stored.revision,
        "digest": fingerprint(stored.article).content,
        "first_seen": _plain(stored.first_seen),
    }
    if stored.gone:
        own |= {"gone": _plain(stored.gone), "gone_reason": stored.gone_reason}
    return render(stored.article, own)


def as_json(stored: Stored) -> dict[str, object]:
    """Return a stored article as one JSON object: times ISO 8601 in UTC, unknown ones null."""
    article = stored.article
    row = {field.name: _plain(getattr(article, field.name)) for field in fields(Article)}
    row["attachments"] = [attached_as_json(a) for a in article.attachments]
    row["witnesses"] = dict(article.witnesses)
    for name in ("revision", "cluster", "first_seen", "last_seen", "gone", "gone_reason"):
        row[name] = _plain(getattr(stored, name))
    return {"id": stored.id, "title": article.title} | row


def post_path(stored: Stored) -> Path:
    """Return where a post goes below its folder: ``2024/03/15/<id>-<slug>.md``, or ``undated/…``.

    The day is that of the id, so that a corrected date moves no file.
    """
    name = f"{stored.id}-{slug(stored.article.title)}.md"
    if stored.id < FIRST_DATED:
        return Path("undated", name)
    day = date.fromordinal(stored.id // SLOTS_PER_DAY)
    return Path(*day.isoformat().split("-"), name)


def slug(title: str) -> str:
    """Return ``title`` as part of a file name that every file system and shell takes.

    At most 180 bytes of UTF-8, without controls, blanks and ``/\\:*?"<>|``, no dot or hyphen at
    either end. Names that Windows keeps for itself cannot arise: an id stands in front.
    """
    kept = (
        "-" if character.isspace() else character
        for character in unicodedata.normalize("NFC", title)
        if character not in _DROPPED
        and (character.isspace() or not unicodedata.category(character).startswith("C"))
    )
    short = re.sub("-+", "-", "".join(kept)).strip(".-").encode()[:_SLUG_BYTES]
    return short.decode("utf-8", "ignore").strip(".-") or "post"


def _hexo(articles: Iterable[Stored], out: Path | None, raw: bool) -> Iterator[bool]:
    """Write one post a file; a post whose title has changed takes the place of the old file."""
    if out is None:
        raise ArchiveError("posts are many files: name a folder to write them to")
    root = out.resolve()
    folder = root
    names: dict[str, list[Path]] = {}
    for stored in articles:
        path = root / post_path(stored)
        if path.parent != folder:
            folder = path.parent
            if not folder.resolve().is_relative_to(root):
                raise ArchiveError(f"{folder} leads out of {root}")
            folder.mkdir(parents=True, exist_ok=True)
            names = _posts_by_id(folder)
        yield _put(path, as_post(stored).encode())
        for before in names.get(str(stored.id), ()):
            if before != path:
                before.unlink()


def _posts_by_id(folder: Path) -> dict[str, list[Path]]:
    found: dict[str, list[Path]] = defaultdict(list)
    for path in folder.iterdir():
        if name := _POST_NAME.fullmatch(path.name):
            found[name[1]].append(path)
    return found


def _put(path: Path, content: bytes) -> bool:
    if path.is_file() and not path.is_symlink() and path.read_bytes() == content:
        return False
    with _beside(path) as file:
        file.write(content)
    return True


def _jsonl(articles: Iterable[Stored], out: Path | None, raw: bool) -> Iterator[bool]:
    with _stream(out) as file:
        for stored in articles:
            file.write(json_line(as_json(stored)) + "\n")
            yield True


def _csv(articles: Iterable[Stored], out: Path | None, raw: bool) -> Iterator[bool]:
    """Write a table: unless ``raw`` for a spreadsheet, which knows UTF-8 by its mark."""
    with _stream(out, "utf-8" if raw else "utf-8-sig") as file:
        table = csv.writer(file)
        table.writerow(COLUMNS)
        for stored in articles:
            row = as_json(stored) | {"categories": " / ".join(stored.article.categories)}
            table.writerow([row[name] if raw else _defused(row[name]) for name in COLUMNS])
            yield True


def _atom(articles: Iterable[Stored], out: Path | None, raw: bool) -> Iterator[bool]:
    # The head says when the newest entry changed, so the entries wait in a file of their own.
    newest = datetime.min.replace(tzinfo=UTC)
    with TemporaryFile("w+", encoding="utf-8") as entries, _stream(out) as file:
        for stored in articles:
            newest = max(newest, stored.article.published or stored.first_seen)
            entries.write(_entry(stored))
            yield True
        entries.seek(0)
        file.write(
            '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">\n'
            "<title>Gazette</title>\n<id>urn:gazette:archive</id>\n"
            f"<updated>{_rfc3339(newest)}</updated>\n<author><name>Gazette</name></author>\n"
        )
        shutil.copyfileobj(entries, file)
        file.write("</feed>\n")


EXPORTERS: dict[str, Exporter] = {"hexo": _hexo, "jsonl": _jsonl, "csv": _csv, "atom": _atom}


def _entry(stored: Stored) -> str:
    article = stored.article
    moment = _rfc3339(article.published or stored.first_seen)
    language = f" xml:lang={quoteattr(_xml(article.lang))}" if article.lang else ""
    lines = [
        f"<entry{language}>",
        f"<title>{_escaped(article.title)}</title>",
        f"<id>{_escaped(article.url)}</id>",
        f"<updated>{moment}</updated>",
        f"<author><name>{_escaped(_signed(article))}</name></author>",
        *(f"<category term={quoteattr(_xml(category))}/>" for category in article.categories),
        f'<content type="html">{_escaped(article.html)}</content>',
    ]
    if article.published:
        lines.append(f"<published>{moment}</published>")
    if article.url.startswith("http"):
        lines.append(f'<link rel="alternate" href={quoteattr(_xml(article.url))}/>')
    return "\n".join([*lines, "</entry>\n"])


def _signed(article: Article) -> str:
    return article.author or article.origin or article.issuer or article.channel or article.source


def _escaped(text: str) -> str:
    return escape(_xml(text))


def _xml(text: str) -> str:
    return _NO_XML.sub("", text)


def _rfc3339(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")[:19] + "Z"


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return _rfc3339(value)
    return value.isoformat() if isinstance(value, date) else value


def _defused(value: object) -> object:
    if not isinstance(value, str):
        return value
    return neutral(f"'{value}" if value.startswith(_FORMULA) else value)


@contextmanager
def _stream(out: Path | None, encoding: str = "utf-8") -> Iterator[StreamWriter]:
    """Open a text file that is in its place, and on the disk, if all goes well; or the output."""
    if out is None:
        yield getwriter(encoding)(sys.stdout.buffer)
        sys.stdout.buffer.flush()
        return
    out.parent.mkdir(parents=True, exist_ok=True)
    with _beside(out) as file:
        yield getwriter(encoding)(file)
        file.flush()
        os.fsync(file.fileno())


@contextmanager
def _beside(path: Path) -> Iterator[IO[bytes]]:
    """Open a file beside ``path`` that takes its place if all goes well, and else is gone."""
    waiting = path.with_name(f".{token_hex(8)}.tmp")
    try:
        with waiting.open("xb") as file:
            yield file
        waiting.replace(path)
    except BaseException:
        waiting.unlink(missing_ok=True)
        raise
