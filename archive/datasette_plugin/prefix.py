"""A path before all others, where a reverse proxy has the archive under one.

Datasette puts its ``base_url`` before every link, and twice before some where the proxy passes the
path on whole (0.65 and 1.0 both: the links to CSV, JSON and the next page). So it is taken off
before Datasette sees the request, and proxies that take it off themselves are as welcome.
"""

from typing import Any

from archive.datasette_plugin.policy import Asgi, Receive, Send


def without_prefix(app: Asgi, datasette: Any) -> Asgi:
    """Return ``app`` that is never shown the path it is under."""
    base = datasette.setting("base_url")
    if base == "/":
        return app

    async def answer(scope: Any, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].startswith(base):
            scope = {**scope, "path": "/" + scope["path"][len(base) :]}
            raw = scope.get("raw_path")
            if raw and raw.startswith(base.encode()):
                scope["raw_path"] = b"/" + raw[len(base) :]
        await app(scope, receive, send)

    return answer
