"""The pictures of an article: our kept copies, or in their place what leads to the publisher's.

Reading an article here tells nobody that it is read. A picture of ours is sent under a type told by
its own first bytes, and only if that type cannot act: no SVG, which may hold scripts.
"""

import asyncio
import re
from collections.abc import Sequence
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from datasette import Response  # type: ignore[import-untyped]
from markupsafe import Markup

from archive.datasette_plugin.layout import (
    archive_of,
    may_be_seen,
    missing,
    no_archive,
    number_of,
    web_address,
)
from archive.errors import ArchiveError
from archive.language import _
from archive.records import KeptFile
from archive.sanitise import clean_html
from archive.store import Archive

#: How a picture that may be shown begins, and its type.
SAFE = (
    (re.compile(rb"\x89PNG\r\n\x1a\n"), "image/png"),
    (re.compile(rb"\xff\xd8\xff"), "image/jpeg"),
    (re.compile(rb"GIF8[79]a"), "image/gif"),
    (re.compile(rb"RIFF....WEBP", re.DOTALL), "image/webp"),
    (re.compile(rb"....ftypavi[fs]", re.DOTALL), "image/avif"),
    (re.compile(rb"BM.{4}\0\0\0\0", re.DOTALL), "image/bmp"),
)
#: What a server may have called a file that is worth a try; its first bytes decide.
_PERHAPS = re.compile(r"image/(?!svg).*|application/octet-stream|binary/octet-stream|")

# Sanitised HTML spells < and > in values as entities, so a tag ends at the first >.
_PICTURE = re.compile(r"<img\b([^>]*)>")
_ATTRIBUTE = re.compile(r'([a-z]+)="([^"]*)"')
_SIZE = re.compile(r"[0-9]{1,5}")


def type_of(content: bytes) -> str:
    """Return the media type of a picture that is safe to show, or ""."""
    return next((kind for begin, kind in SAFE if begin.match(content)), "")


async def picture_page(datasette: Any, request: Any) -> Any:
    """Answer ``/-/gazette/article/ID/picture/N``, N counting as the article's files do."""
    database = await archive_of(datasette)
    if database is None:
        return await missing(datasette, request, no_archive())
    await may_be_seen(datasette, request, database)
    id_, place = int(request.url_vars["id"]), int(request.url_vars["number"])
    revision = number_of(request.args.get("revision"))
    try:
        content = await asyncio.to_thread(_read, Path(database.path), id_, revision, place)
    except ArchiveError:
        return await missing(datasette, request, _("The archive holds no such picture"))
    headers = {"content-disposition": "inline", "cache-control": "private, max-age=86400"}
    return Response(content, headers=headers, content_type=type_of(content))


def _read(path: Path, article_id: int, revision: int | None, place: int) -> bytes:
    with Archive.open(path, read_only=True) as archive:
        found = archive.files(article_id, revision)[place - 1 : place] if place else []
        if found and found[0].role == "picture" and found[0].sha256:
            content = archive.file(found[0].sha256)
            if type_of(content):
                return content
    raise ArchiveError(f"article {article_id} has no picture {place}")


def shown_body(
    html: str, files: Sequence[KeptFile], page: str, revision: int, *, remote: bool
) -> tuple[Markup, int]:
    """Return an article's HTML to be shown, and how many pictures in it we have no copy of.

    ``page`` is the path of the article's own page. Where ``remote``, those are asked of the
    publisher; else a link stands in their place.
    """
    ours = {
        file.url: f"{page}/picture/{number}?revision={revision}"
        for number, file in enumerate(files, 1)
        if file.role == "picture" and file.sha256 and _PERHAPS.fullmatch(file.type)
    }
    lacking = 0

    def put(found: re.Match[str]) -> str:
        nonlocal lacking
        said = {name: unescape(value) for name, value in _ATTRIBUTE.findall(found[1])}
        address = said.get("src", "")
        if address in ours:
            return str(_picture(ours[address], said))
        if not web_address(address):
            return ""
        lacking += 1
        return str(_picture(address, said) if remote else _place(address, said))

    # Cleaned when it was stored; once more, for a file that came from somebody else.
    return Markup(_PICTURE.sub(put, clean_html(html))), lacking  # noqa: S704 - is clean


def _picture(address: str, said: dict[str, str]) -> Markup:
    size = Markup("").join(
        Markup(' {}="{}"').format(name, said[name])
        for name in ("width", "height")
        if _SIZE.fullmatch(said.get(name, ""))
    )
    return Markup('<img src="{}" alt="{}" loading="lazy"{}>').format(
        address, said.get("alt") or said.get("title") or "", size
    )


def _place(address: str, said: dict[str, str]) -> Markup:
    """Return what stands for a picture that we have no copy of."""
    name = (
        said.get("alt") or said.get("title") or unquote(urlsplit(address).path).rpartition("/")[2]
    )
    return Markup(
        '<a class="gazette-no-picture" href="{}" rel="noopener noreferrer"><span>{}</span> {}</a>'
    ).format(address, _("Picture, not kept"), name[:120])
