"""How values of the archive's tables look in Datasette's tables: short, marked, never as HTML."""

import re
from collections.abc import Mapping
from typing import Any

from markupsafe import Markup, escape

from archive.highlight import CUT, MARK, UNMARK

#: Characters of a long text that a table shows; the article's page has all of it.
LONGEST = 160
#: Columns of ``articles`` that can be long.
LONG = frozenset({"text", "html", "categories", "pictures", "attachments", "witnesses"})

_MARKED = re.compile(f"{MARK}([^{MARK}{UNMARK}]*){UNMARK}")

#: What a source is called: the name of its file.
_SOURCE = re.compile(r"[a-z0-9][a-z0-9_-]{0,80}")


def marked(text: str) -> Markup:
    """Return ``text`` as HTML: escaped, then its marks as ``<mark>``."""
    return Markup(_MARKED.sub(r"<mark>\1</mark>", str(escape(text))))  # noqa: S704 - is escaped


def cell(
    row: Mapping[str, Any], value: object, column: str, table: str | None, urls: Any
) -> Markup | None:
    """Return how a cell of an archive looks, or None where Datasette's own way will do.

    ``table`` is None for the rows of a query; only there are marks ours and not the article's own.
    """
    if not isinstance(value, str):
        return None
    if column == "title" and table in ("articles", None) and (page := article_path(row, urls)):
        shown = escape(value) if table else marked(value)
        return Markup('<a href="{}">{}</a>').format(page, shown or "—")
    if column == "source" and table in ("articles", None) and _SOURCE.fullmatch(value):
        page = str(urls.path(f"/-/gazette/source/{value}"))
        return Markup('<a href="{}">{}</a>').format(page, value)
    if table == "articles" and column in LONG:
        return escape(value if len(value) <= LONGEST else value[:LONGEST] + CUT)
    return marked(value) if table is None and MARK in value else None


def article_path(row: Mapping[str, Any], urls: Any) -> str | None:
    """Return the path of the article's page that a row is of, where the row tells."""
    id_ = row["id"] if "id" in row.keys() else None  # noqa: SIM118 - sqlite3.Row holds values
    return str(urls.path(f"/-/gazette/article/{id_}")) if isinstance(id_, int) else None
