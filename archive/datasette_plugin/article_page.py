"""The page of one article: as it reads, what is known of it, what became of it; no JavaScript."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from archive.datasette_plugin.article_facts import known, utc, when
from archive.datasette_plugin.asked import Asked
from archive.datasette_plugin.layout import (
    answer,
    archive_of,
    may_be_seen,
    missing,
    no_archive,
    number_of,
    web_address,
)
from archive.datasette_plugin.pictures import shown_body
from archive.datasette_plugin.policy import policy
from archive.datasette_plugin.timeline import timeline
from archive.diff.edits import named
from archive.diff.forms import how_much
from archive.errors import Deleted, UnknownArticle, UnknownRevision
from archive.following import Entry, History, history
from archive.language import _, retold
from archive.query import field_term
from archive.records import KeptFile, Stored
from archive.reprints.similar import Similar
from archive.store import Archive


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """All that the page of an article tells."""

    stored: Stored
    files: tuple[KeptFile, ...]
    past: History
    similar: Similar


async def article_page(datasette: Any, request: Any) -> Any:
    """Answer ``/-/gazette/article/ID``, and ``?revision=N`` for what it said before.

    ``?pictures=remote`` asks the publisher for those that we have no copy of.
    """
    database = await archive_of(datasette)
    if database is None:
        return await missing(datasette, request, no_archive())
    await may_be_seen(datasette, request, database)
    revision = number_of(request.args.get("revision"))
    id_ = int(request.url_vars["id"])
    try:
        reading = await asyncio.to_thread(_read, Path(database.path), id_, revision)
    except Deleted as error:
        told = retold(str(error))
        return await missing(datasette, request, told[:1].upper() + told[1:], status=410)
    except (UnknownArticle, UnknownRevision):
        return await missing(datasette, request, _("The archive holds no such article"))
    remote = request.args.get("pictures") == "remote"
    shown = _shown(reading, datasette.urls.path(f"/-/gazette/article/{id_}"), remote=remote)
    shown["row"] = datasette.urls.row(database.name, "articles", str(id_))
    headers = {"content-security-policy": policy(remote_pictures=remote)}
    return await answer(datasette, request, "gazette_article.html", shown, headers=headers)


def _read(path: Path, article_id: int, revision: int | None) -> Reading:
    with Archive.open(path, read_only=True) as archive:
        return Reading(
            stored=archive.get(article_id, revision),
            files=tuple(archive.files(article_id, revision)),
            past=history(path, article_id),
            similar=archive.similar(article_id),
        )


def _shown(reading: Reading, page: str, *, remote: bool) -> dict[str, Any]:
    stored, article = reading.stored, reading.stored.article
    body, lacking = shown_body(article.html, reading.files, page, stored.revision, remote=remote)
    revisions = [_revision(entry) for entry in reading.past.entries]
    return {
        "page": page,
        "stored": stored,
        "article": article,
        "body": body,
        "lacking": lacking,
        "remote": remote,
        "when": when(article),
        "signed": article.origin or article.issuer or article.channel or article.source,
        "of_source": Asked.of({"q": field_term("source", article.source)}).address(),
        "states": list(_states(stored)),
        "newest": revisions[-1]["number"],
        "revisions": revisions,
        "known": known(stored),
        "url": web_address(article.url),
        "attachments": [
            _attachment(file, number)
            for number, file in enumerate(reading.files, 1)
            if file.role == "attachment"
        ],
        "captured": any(not each["imported"] for each in revisions if not each["reading"]),
        "timeline": timeline(reading.similar),
        "why_origin": retold(reading.similar.origin.why),
        "linked": reading.similar.linked,
    }


def _states(stored: Stored) -> Iterator[str]:
    """Yield what a reader should know before reading on."""
    if stored.gone:
        told = _("Gone from the web: first missed {moment} ({reason}).")
        yield told.format(moment=utc(stored.gone), reason=stored.gone_reason)
    elif stored.missing:
        told = _("Not found when it was last looked for: missed since {moment} ({reason}).")
        yield told.format(moment=utc(stored.missing), reason=stored.gone_reason)
    elif stored.unlisted:
        told = _("Left its listing: since {moment} the list that named it goes on without it.")
        yield told.format(moment=utc(stored.unlisted))


def _revision(entry: Entry) -> dict[str, Any]:
    """Return what the table of revisions shows."""
    revision, edit = entry.revision, entry.edit
    return {
        "number": revision.number,
        "reading": revision.reading,
        "extractor": revision.extractor,
        "seen": utc(revision.fetched_at),
        "looked": entry.looked,
        "imported": not revision.status,
        "only_digests": entry.only_digests,
        "changed": named(revision.changed),
        "text": how_much(edit.added, edit.removed, edit.share),
    }


def _attachment(file: KeptFile, number: int) -> dict[str, Any]:
    return {
        "url": web_address(file.url),
        "name": file.name or file.url,
        "number": number,
        "kept": file.sha256[:12],
        "size": _size(file.size),
        "type": file.type,
    }


def _size(size: int) -> str:
    """Return a number of bytes as people say it."""
    amount, units = float(size), ["B", "KB", "MB", "GB"]
    while amount >= 1000 and len(units) > 1:
        amount /= 1000
        units.pop(0)
    return f"{amount:.0f} {units[0]}" if amount >= 10 or size < 1000 else f"{amount:.1f} {units[0]}"
