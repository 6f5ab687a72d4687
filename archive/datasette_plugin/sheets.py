"""CSV that no spreadsheet takes for formulas: a cell that would act gets an apostrophe before it.

Datasette writes its CSV row by row and asks no plugin. So the bytes are read again on their way
out, cell by cell, and passed on as they are but for those that begin like a formula (OWASP, "CSV
Injection"). Numbers stay numbers. JSON needs nothing of the kind.
"""

import re
from typing import Any

from archive.datasette_plugin.policy import Asgi, Message, Receive, Send

#: A cell and what ends it. Commas, quotes and line ends are the same in UTF-8 as in ASCII.
_CELL = re.compile(rb'("(?:[^"]++|"")*+"|[^",\r\n][^,\r\n]*|)(,|\r\n|\n|\r)')
_NUMBER = re.compile(rb"[-+]?[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")
#: = + - @ tab and line ends, and the full-width forms of the signs.
_ACTS = re.compile(rb"[=+\-@\t\r\n]|\xef\xbc[\x9d\x8b\x8d\xa0]")


class Harmless:
    """Passes CSV on in pieces of any size, its cells harmless."""

    def __init__(self) -> None:
        self._rest = b""

    def pass_on(self, piece: bytes, *, last: bool) -> bytes:
        """Return what can be told of all pieces so far and was not returned yet."""
        text = self._rest + piece
        done, out = 0, []
        while found := _CELL.match(text, done):
            out.append(harmless(found[1]) + found[2])
            done = found.end()
        self._rest = text[done:]
        if last:
            out.append(harmless(self._rest))
            self._rest = b""
        return b"".join(out)


def harmless(cell: bytes) -> bytes:
    """Return a cell as it stands in CSV, with an apostrophe where it would act."""
    quoted = cell.startswith(b'"')
    inside = cell[1:] if quoted else cell
    if not _ACTS.match(inside) or _NUMBER.fullmatch(inside.removesuffix(b'"') if quoted else cell):
        return cell
    return (b"\"'" if quoted else b"'") + inside


def harmless_sheets(app: Asgi) -> Asgi:
    """Return ``app`` whose CSV does nothing in a spreadsheet."""

    async def answer(scope: Any, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].endswith(".csv"):
            await app(scope, receive, send)
            return
        cells: list[Harmless] = []

        async def send_harmless(message: Message) -> None:
            if message["type"] == "http.response.start" and _is_sheet(message):
                cells.append(Harmless())
                kept = [h for h in message["headers"] if h[0].lower() != b"content-length"]
                message = {**message, "headers": kept}
            elif message["type"] == "http.response.body" and cells:
                last = not message.get("more_body", False)
                body = cells[0].pass_on(message.get("body", b""), last=last)
                message = {**message, "body": body}
            await send(message)

        await app(scope, receive, send_harmless)

    return answer


def _is_sheet(message: Message) -> bool:
    """Tell whether an answer is CSV: Datasette calls what is to be looked at text/plain."""
    return message["status"] == 200 and any(
        name.lower() == b"content-type" and value.startswith((b"text/csv", b"text/plain"))
        for name, value in message["headers"]
    )
