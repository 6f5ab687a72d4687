"""The page of one article; it works without JavaScript."""

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from markupsafe import Markup

from archive.clock import shown_time
from archive.datasette_plugin.layout import (
    answer,
    archive_of,
    may_be_seen,
    missing,
    no_archive,
    number_of,
    web_address,
)
from archive.diff.forms import how_much
from archive.errors import Deleted, UnknownArticle, UnknownRevision
from archive.following import Entry, History, history
from archive.records import Article, Stored
from archive.reprints.similar import Similar
from archive.sanitise import clean_html
from archive.store import Archive


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """All that the page of an article tells."""

    stored: Stored
    body: Markup
    past: History
    similar: Similar


async def article_page(datasette: Any, request: Any) -> Any:
    """Answer ``/-/gazette/article/ID``, and ``?revision=N`` for what it said before."""
    database = await archive_of(datasette)
    if database is None:
        return await missing(datasette, request, no_archive())
    await may_be_seen(datasette, request, database)
    revision = number_of(request.args.get("revision"))
    id_ = int(request.url_vars["id"])
    try:
        reading = await asyncio.to_thread(_read, Path(database.path), id_, revision)
    except Deleted as error:
        return await missing(datasette, request, str(error).capitalize(), status=410)
    except (UnknownArticle, UnknownRevision):
        return await missing(datasette, request, "The archive holds no such article")
    article = reading.stored.article
    shown = {
        "reading": reading,
        "stored": reading.stored,
        "article": article,
        "when": when(article),
        "revisions": [_revision(entry) for entry in reading.past.entries],
        "facts": facts(reading.stored),
        "url": web_address(article.url),
        "attachments": [
            (web_address(attached.url), attached.name or attached.url, attached.sha256[:12])
            for attached in article.attachments
        ],
        "row": datasette.urls.row(database.name, "articles", str(id_)),
    }
    return await answer(datasette, request, "gazette_article.html", shown)


def _read(path: Path, article_id: int, revision: int | None) -> Reading:
    with Archive.open(path, read_only=True) as archive:
        stored = archive.get(article_id, revision)
        # Cleaned when it was stored; once more, for a file that came from somebody else.
        body = Markup(clean_html(stored.article.html))  # noqa: S704
        return Reading(
            stored=stored,
            body=body,
            past=history(path, article_id),
            similar=archive.similar(article_id),
        )


def _revision(entry: Entry) -> dict[str, Any]:
    """Return what the table of revisions shows."""
    revision, edit = entry.revision, entry.edit
    return {
        "number": revision.number,
        "reading": revision.reading,
        "extractor": revision.extractor,
        "seen": f"{revision.fetched_at:%Y-%m-%d %H:%M}",
        "looked": entry.looked,
        "imported": not revision.status,
        "only_digests": entry.only_digests,
        "changed": ", ".join(revision.changed),
        "text": how_much(edit.added, edit.removed, edit.share),
    }


def when(article: Article) -> str:
    """Return the moment of publication by the article's own clock, as exactly as it is known."""
    if article.published is None:
        return ""
    return shown_time(article.published, article.precision, article.zone)


def facts(stored: Stored) -> list[tuple[str, str]]:
    """Return label and value of what is known of an article."""
    article = stored.article
    known = [
        ("Published", f"{when(article)} ({article.zone})" if article.published else ""),
        ("Written 成文日期", str(article.written or "")),
        ("Source", article.source),
        ("Channel", article.channel),
        ("Origin 来源", article.origin),
        ("Author 作者", article.author),
        ("Editor 责任编辑", article.editor),
        ("Issuer 发文机关", article.issuer),
        ("Document number 发文字号", article.doc_number),
        ("Index number 索引号", article.index_number),
        ("Category", " / ".join(article.categories)),
        ("Region", article.region),
        ("Language", article.lang),
        ("First seen", f"{stored.first_seen:%Y-%m-%d %H:%M} UTC"),
        ("Last seen", f"{stored.last_seen:%Y-%m-%d %H:%M} UTC"),
    ]
    return [(label, value) for label, value in known if value]
