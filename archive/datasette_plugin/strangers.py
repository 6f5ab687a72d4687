"""What strangers are let in to, where the archive is open to the public: pages, tables, no more.

SQL is kept from them by Datasette's own setting ``default_allow_sql``. This closes the doors at
which Datasette tells of itself and of the machine: where the file lies, settings, versions.
"""

from typing import Any
from urllib.parse import unquote

from archive.datasette_plugin.policy import Asgi, Message, Receive, Send

#: What below ``/-/`` is open: style sheets and scripts, and our own pages.
_OPEN = ("static/", "static-plugins/", "gazette")

_SHUT = b"403: this archive is open to the public, and that page of Datasette is not part of it\n"
_ONLY_READ = b"405: nothing can be written here\n"


def is_public(datasette: Any) -> bool:
    """Tell whether the plugin's setting ``public`` is on."""
    return bool((datasette.plugin_config("gazette") or {}).get("public"))


def is_shut(path: str, base: str = "/") -> bool:
    """Tell whether strangers are not let in at a path."""
    path = unquote(path)
    if base != "/" and path.startswith(base):
        path = "/" + path[len(base) :]
    place = path.lstrip("/")
    if not place.startswith("-/"):
        # Of a database or table: 1.0 has forms for queries, schemas and permissions there.
        return "/-/" in path and "/-/blob/" not in path
    below = place.removeprefix("-/")
    return bool(below) and not below.startswith(_OPEN)


def for_strangers(app: Asgi, datasette: Any) -> Asgi:
    """Return ``app`` without what Datasette tells of itself, where it is open to the public."""
    if not is_public(datasette):
        return app

    async def let_in(scope: Any, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] not in ("GET", "HEAD"):
            await _refuse(send, 405, _ONLY_READ)
        elif scope["type"] == "http" and is_shut(scope["path"], datasette.setting("base_url")):
            await _refuse(send, 403, _SHUT)
        else:
            await app(scope, receive, send)

    return let_in


async def _refuse(send: Send, status: int, why: bytes) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"allow", b"GET, HEAD")]
    start: Message = {"type": "http.response.start", "status": status, "headers": headers}
    await send(start)
    await send({"type": "http.response.body", "body": why})
