"""The language of a page: as its address says, else as the reader chose, else as the browser asks.

Datasette's own pages stay English; ours, and what they share, are in both.
"""

import re
from collections.abc import MutableMapping
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qs, urlencode

from datasette import Response  # type: ignore[import-untyped]

from archive.datasette_plugin.policy import Asgi, Message, Receive, Send
from archive.language import (
    LANGUAGES,
    TAGS,
    _,
    language,
    ngettext,
    retold,
    shown_day,
    shown_month,
    speaking,
    wanted,
)

COOKIE = "gazette_language"
#: Seconds that a choice is remembered: a year.
REMEMBERED = 365 * 24 * 3600
#: How Datasette's pages begin, and with what in place of it: they are English.
_NAMELESS, _ENGLISH = b"<!DOCTYPE html>\n<html>", b'<html lang="en">'
#: A place on this site: one slash first, since browsers take // and /\ for another host.
_HERE = re.compile(r"/(?![/\\])[^\x00-\x20\x7f-\x9f\\]*")


def spoken(app: Asgi) -> Asgi:
    """Return ``app`` answering each request in the language that its reader wants."""

    async def speak(scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return

        async def send_varying(message: Message) -> None:
            if message["type"] == "http.response.start":
                vary = (b"vary", b"Accept-Language, Cookie")
                message = {**message, "headers": [*message.get("headers", ()), vary]}
            elif message.get("body", b"").startswith(_NAMELESS):
                # A page of Datasette's own. Readers read aloud in the language it names.
                message = {**message, "body": message["body"].replace(b"<html>", _ENGLISH, 1)}
            await send(message)

        with speaking(asked(scope)):
            await app(scope, receive, send_varying)

    return speak


def asked(scope: MutableMapping[str, Any]) -> str:
    """Return the language that a request wants: ``?lang=``, the cookie, Accept-Language."""
    headers = {
        name: value.decode("latin-1")
        for name, value in scope.get("headers", ())
        if name in (b"cookie", b"accept-language")
    }
    said = parse_qs(scope.get("query_string", b"").decode("latin-1"))
    try:
        cookie = SimpleCookie(headers.get(b"cookie", "")).get(COOKIE)
    except CookieError:
        cookie = None
    return wanted(
        headers.get(b"accept-language", ""),
        said.get("lang", [""])[0],
        cookie.value if cookie else "",
    )


async def language_page(datasette: Any, request: Any) -> Any:
    """Answer ``/-/gazette/language/zh?back=/path``: remember the language, go back there."""
    chosen = request.url_vars["language"]
    back = request.args.get("back") or ""
    place = back if _HERE.fullmatch(back) else datasette.urls.path("/-/gazette")
    response = Response.redirect(place)
    response.set_cookie(
        COOKIE, chosen, max_age=REMEMBERED, path=str(datasette.urls.path("/")), samesite="lax"
    )
    return response


def switch(datasette: Any, request: Any) -> list[dict[str, str]]:
    """Return the links that change the language of the page asked for: to each other one."""
    back = str(datasette.urls.path(request.path if request is not None else "/"))
    if request is not None:
        said = parse_qs(request.query_string, keep_blank_values=True)
        # A language in the address would go before the one chosen.
        said.pop("lang", None)
        back += f"?{urlencode(said, doseq=True)}" if said else ""
    return [
        {
            "href": datasette.urls.path(f"/-/gazette/language/{code}?{urlencode({'back': back})}"),
            "label": name,
            "lang": TAGS[code],
        }
        for code, name in LANGUAGES.items()
        if code != language()
    ]


def template_words(datasette: Any, request: Any) -> dict[str, Any]:
    """Return what templates speak with; ``page_language`` is for ``<html lang>``."""
    return {
        "_": _,
        "ngettext": ngettext,
        "retold": retold,
        "shown_day": shown_day,
        "shown_month": shown_month,
        "page_language": TAGS[language()],
        "language_switch": switch(datasette, request),
    }
