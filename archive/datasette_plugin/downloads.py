"""What can be saved of an article: its files, what the server answered, and the article itself.

A browser never shows any of it, whatever it is.
"""

import asyncio
import hashlib
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import quote, urlsplit

from datasette import Response  # type: ignore[import-untyped]

from archive.datasette_plugin.layout import archive_of, may_be_seen, missing, no_archive, number_of
from archive.errors import ArchiveError, Deleted, UnknownArticle
from archive.export import as_json, as_post
from archive.language import _, retold
from archive.records import Capture, KeptFile, Stored
from archive.rows import stamp
from archive.store import Archive
from archive.warc.record import opening, pack

#: What no name of a file may hold, on some system or other.
_NO_NAME = re.compile(r'[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069/\\:*?"<>|]')

_Reading = Callable[[Archive], tuple[str, bytes]]


async def file_download(datasette: Any, request: Any) -> Any:
    """Answer ``/-/gazette/article/ID/file/N``, and ``?revision=N`` for the file it was then."""
    id_, revision = int(request.url_vars["id"]), number_of(request.args.get("revision"))
    place = int(request.url_vars["number"])

    def read(archive: Archive) -> tuple[str, bytes]:
        found = archive.files(id_, revision)[place - 1 : place] if place else []
        if not found or not found[0].sha256:
            raise ArchiveError(f"article {id_} has no file {place}")
        return name_of(found[0]), archive.file(found[0].sha256)

    return await _saved(datasette, request, read, _("The archive holds no such file"))


async def capture_download(datasette: Any, request: Any) -> Any:
    """Answer ``/-/gazette/article/ID/capture``: what the server answered last, as a WARC file."""
    id_ = int(request.url_vars["id"])

    def read(archive: Archive) -> tuple[str, bytes]:
        pages = archive.pages(id_)
        if not pages:
            raise ArchiveError(f"article {id_} was imported")
        name = f"gazette-{id_}.warc.gz"
        return name, b"".join([opening(name, stamp(datetime.now(UTC))), *map(_record, pages)])

    return await _saved(datasette, request, read, _("The archive holds no capture of this article"))


async def article_download(datasette: Any, request: Any) -> Any:
    """Answer ``/-/gazette/article/ID.md``, ``.txt`` and ``.json``, also with ``?revision=N``."""
    id_, revision = int(request.url_vars["id"]), number_of(request.args.get("revision"))
    form = request.url_vars["form"]

    def read(archive: Archive) -> tuple[str, bytes]:
        if form not in FORMS:
            raise UnknownArticle(id_)
        return f"gazette-{id_}.{form}", FORMS[form](archive.get(id_, revision)).encode()

    return await _saved(datasette, request, read, _("The archive holds no such article"))


async def _saved(datasette: Any, request: Any, read: _Reading, lacking: str) -> Any:
    """Return what ``read`` finds as a file to save, or a page that says that it is not there."""
    database = await archive_of(datasette)
    if database is None:
        return await missing(datasette, request, no_archive())
    await may_be_seen(datasette, request, database)

    def open_and_read() -> tuple[str, bytes]:
        with Archive.open(Path(database.path), read_only=True) as archive:
            return read(archive)

    try:
        name, content = await asyncio.to_thread(open_and_read)
    except Deleted as error:
        told = retold(str(error))
        return await missing(datasette, request, told[:1].upper() + told[1:], status=410)
    except ArchiveError:
        return await missing(datasette, request, lacking)
    headers = {"content-disposition": f"attachment; filename*=UTF-8''{quote(name, '')}"}
    return Response(content, headers=headers, content_type="application/octet-stream")


def _record(page: Capture) -> bytes:
    return pack(page, hashlib.sha256(page.payload).hexdigest(), None)


def _text(stored: Stored) -> str:
    article = stored.article
    return "\n".join([article.title, article.url, "", article.text, ""])


def _json(stored: Stored) -> str:
    return json.dumps(as_json(stored), ensure_ascii=False, indent=2) + "\n"


#: Ending → the article in that form.
FORMS: dict[str, Callable[[Stored], str]] = {"md": as_post, "txt": _text, "json": _json}


def name_of(file: KeptFile) -> str:
    """Return the name to save a file under: its own, with the ending that its address has."""
    ending = PurePosixPath(urlsplit(file.url).path).suffix
    name = _NO_NAME.sub("", file.name).strip(" .")[:100]
    return name if name.lower().endswith(ending.lower()) and name else f"{name or 'file'}{ending}"
