"""The kept files of articles, to be saved: a browser never shows them, whatever they are."""

import asyncio
import re
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import quote, urlsplit

from datasette import Response  # type: ignore[import-untyped]

from archive.datasette_plugin.layout import (
    archive_of,
    may_be_seen,
    missing,
    no_archive,
    number_of,
)
from archive.errors import ArchiveError
from archive.records import KeptFile
from archive.store import Archive

#: What no name of a file may hold, on some system or other.
_NO_NAME = re.compile(r'[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069/\\:*?"<>|]')


async def file_download(datasette: Any, request: Any) -> Any:
    """Answer ``/-/gazette/article/ID/file/N``, and ``?revision=N`` for the file it was then."""
    database = await archive_of(datasette)
    if database is None:
        return await missing(datasette, request, no_archive())
    await may_be_seen(datasette, request, database)
    asked = int(request.url_vars["id"]), number_of(request.args.get("revision"))
    try:
        place = int(request.url_vars["number"])
        file, content = await asyncio.to_thread(_read, Path(database.path), *asked, place)
    except ArchiveError:
        return await missing(datasette, request, "The archive holds no such file")
    headers = {"content-disposition": f"attachment; filename*=UTF-8''{quote(name_of(file), '')}"}
    return Response(content, headers=headers, content_type="application/octet-stream")


def _read(path: Path, article_id: int, revision: int | None, place: int) -> tuple[KeptFile, bytes]:
    with Archive.open(path, read_only=True) as archive:
        found = archive.files(article_id, revision)[place - 1 : place] if place else []
        if not found or not found[0].sha256:
            raise ArchiveError(f"article {article_id} has no file {place}")
        return found[0], archive.file(found[0].sha256)


def name_of(file: KeptFile) -> str:
    """Return the name to save a file under: its own, with the ending that its address has."""
    ending = PurePosixPath(urlsplit(file.url).path).suffix
    name = _NO_NAME.sub("", file.name).strip(" .")[:100]
    return name if name.lower().endswith(ending.lower()) and name else f"{name or 'file'}{ending}"
