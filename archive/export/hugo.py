"""An article as a page of Hugo: front matter in YAML, and the body as HTML.

A file ``.html`` and not ``.md``: Hugo's reader of Markdown drops HTML unless a site says that it is
safe, and takes lines between tags for text of its own. Braces are entities, so that no text is run
as a shortcode.
"""

from archive.escapes import json_line
from archive.export.rows import plain
from archive.fingerprint import fingerprint
from archive.records import Stored

SUFFIX = ".html"


def as_page(stored: Stored) -> str:
    """Return a stored article as a page; ``date`` is left out where the day is not known.

    What Hugo has no key for stands under ``params.gazette``. Lone surrogates become question marks.
    """
    article = stored.article
    keys: dict[str, object] = {"title": article.title}
    if article.published:
        keys["date"] = plain(article.published)
    keys |= {
        # The id: unlike a title, it stays and leads nowhere else.
        "slug": str(stored.id),
        "draft": False,
        # Every article is published, one that is dated ahead too.
        "publishDate": "0001-01-01T00:00:00Z",
        "categories": list(article.categories),
        "authors": [name for name in (article.author or article.channel,) if name],
        "images": list(article.pictures[:1]),
        "params": {"gazette": _own(stored)},
    }
    lines = "".join(f"{name}: {json_line(value)}\n" for name, value in keys.items())
    html = article.html.replace("{", "&#123;").replace("}", "&#125;")
    return f"---\n{lines}---\n{html}\n".encode("utf-8", "replace").decode()


def _own(stored: Stored) -> dict[str, object]:
    article = stored.article
    own = {
        name: getattr(article, name)
        for name in ("source", "url", "lang", "region", "origin", "author", "editor", "issuer",
                     "channel", "doc_number", "index_number")
    }  # fmt: skip
    own |= {
        "precision": article.precision.value,
        "zone": article.zone,
        "written": plain(article.written),
        "attachments": [{"url": held.url, "name": held.name} for held in article.attachments],
        "id": stored.id,
        "revision": stored.revision,
        "digest": fingerprint(article).content,
        "first_seen": plain(stored.first_seen),
        "gone": plain(stored.gone),
        "gone_reason": stored.gone_reason,
    }
    return {name: value for name, value in own.items() if value}
