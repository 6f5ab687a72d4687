"""The search page and the page of one article; both work without JavaScript."""

import asyncio
import re
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self, get_args
from urllib.parse import urlencode

from datasette import Response  # type: ignore[import-untyped]
from datasette.utils import sqlite_timelimit  # type: ignore[import-untyped]
from markupsafe import Markup

from archive.clock import shown_time
from archive.datasette_plugin.cells import marked
from archive.diff.forms import how_much
from archive.errors import Deleted, UnknownArticle, UnknownRevision
from archive.following import Entry, History, history
from archive.records import Article, Filters, Hit, Results, Stored
from archive.reprints.similar import Similar
from archive.sanitise import clean_html
from archive.schema import APPLICATION_ID
from archive.search import Sort, search
from archive.store import Archive

#: Hits on a page.
PAGE = 20
#: The last page that can be asked for; a query can be made narrower.
LAST_PAGE = 500
#: Milliseconds that a search may take.
PATIENCE = 5_000

#: What is told where there is no archive.
NO_ARCHIVE = "None of the databases here is an archive"


async def archive_of(datasette: Any) -> Any:
    """Return the first database that is an archive, or None."""
    for database in datasette.databases.values():
        if database.path:
            mark = (await database.execute("PRAGMA application_id")).single_value()
            if mark == APPLICATION_ID:
                return database
    return None


async def may_be_seen(datasette: Any, request: Any, database: Any) -> None:
    """Raise Datasette's Forbidden where its configuration keeps the archive from this visitor."""
    await datasette.ensure_permissions(
        request.actor, [("view-database", database.name), "view-instance"]
    )


async def missing(datasette: Any, request: Any, what: str, status: int = 404) -> Any:
    """Return a page that says so; Datasette's NotFound would print a trace for each."""
    shown = {"ok": False, "error": what, "status": status, "title": None}
    page = await datasette.render_template("error.html", shown, request=request)
    return Response.html(page, status=status)


# --- searching ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the address of the search page asks for."""

    q: str
    sort: Sort
    title_only: bool
    all_reprints: bool
    page: int

    @classmethod
    def of(cls, args: Mapping[str, str]) -> Self:
        """Read the parameters of an address; what is odd counts as not given."""
        return cls(
            q=(args.get("q") or "").strip(),
            sort=next((sort for sort in get_args(Sort) if sort == args.get("sort")), "newest"),
            title_only=args.get("in") == "title",
            all_reprints=args.get("reprints") == "all",
            page=min(number_of(args.get("page")) or 1, LAST_PAGE),
        )

    def filters(self) -> Filters:
        """Return the limits besides those in the query itself."""
        columns = ("title",) if self.title_only else ()
        return Filters(columns=columns, all_reprints=self.all_reprints)

    def address(self, **changed: str | int) -> str:
        """Return the address's query string, with some parameters changed."""
        asked: dict[str, str | int] = {"q": self.q, "sort": self.sort}
        if self.title_only:
            asked["in"] = "title"
        if self.all_reprints:
            asked["reprints"] = "all"
        return urlencode({**asked, **changed})


async def search_page(datasette: Any, request: Any) -> Any:
    """Answer ``/-/gazette``."""
    database = await archive_of(datasette)
    if database is None:
        return await missing(datasette, request, NO_ARCHIVE)
    await may_be_seen(datasette, request, database)
    asked = Asked.of(request.args)
    results = await database.execute_fn(lambda conn: _search(conn, asked))
    shown = {
        "asked": asked,
        "results": results,
        "hits": [] if results is None else [_shown(hit) for hit in results.hits[:PAGE]],
        "more": results is not None and len(results.hits) > PAGE and asked.page < LAST_PAGE,
    }
    page = await datasette.render_template("gazette_search.html", shown, request=request)
    return Response.html(page, status=503 if results is None else 200)


def _search(conn: sqlite3.Connection, asked: Asked) -> Results | None:
    """Return the hits of a page and the one after them, or None where it takes too long."""
    try:
        with sqlite_timelimit(conn, PATIENCE):
            return search(
                conn,
                asked.q,
                filters=asked.filters(),
                sort=asked.sort,
                limit=PAGE + 1,
                offset=(asked.page - 1) * PAGE,
            )
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode != sqlite3.SQLITE_INTERRUPT:
            raise
        return None


def _shown(hit: Hit) -> dict[str, Any]:
    return {
        "id": hit.id,
        "title": marked(hit.title),
        "snippet": marked(hit.snippet),
        "day": hit.day,
        "source": hit.source,
        "origin": hit.origin,
        "reprints": hit.reprints,
        "url": _web_address(hit.url),
    }


def number_of(text: str | None) -> int | None:
    """Return a number out of an address, or None where it is none."""
    return int(text) if text and re.fullmatch(r"[0-9]{1,9}", text) else None


def _web_address(url: str) -> str:
    """Return ``url`` where following it is safe, else ""."""
    return url if url.startswith(("https://", "http://")) else ""


# --- one article --------------------------------------------------------------------------------


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
        return await missing(datasette, request, NO_ARCHIVE)
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
        "url": _web_address(article.url),
        "attachments": [
            (_web_address(attached.url), attached.name or attached.url, attached.sha256[:12])
            for attached in article.attachments
        ],
        "row": datasette.urls.row(database.name, "articles", str(id_)),
    }
    return Response.html(
        await datasette.render_template("gazette_article.html", shown, request=request)
    )


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
