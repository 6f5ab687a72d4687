"""What a page may load: our own style sheets and scripts, and our copies of pictures.

Only where a reader asks for a publisher's own pictures may a page load them from elsewhere.

Datasette's pages carry a few scripts of their own inside the HTML. They are let through by their
digests, taken from Datasette's templates, so that no other script in a page ever runs.
"""

import re
from base64 import b64encode
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Asgi = Callable[[MutableMapping[str, Any], Receive, Send], Awaitable[None]]

POLICY = b"content-security-policy"

_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)
_VARIABLE = re.compile(r"\{\{.*?\}\}")


@cache
def policy(*, remote_pictures: bool = False) -> str:
    """Return the value of Content-Security-Policy."""
    scripts = " ".join(["'self'", *sorted({f"'sha256-{digest}'" for digest in _own_scripts()})])
    pictures = "'self' data: http: https:" if remote_pictures else "'self' data:"
    return (
        f"default-src 'self'; script-src {scripts}; style-src 'self' 'unsafe-inline'; "
        f"img-src {pictures}; object-src 'none'; base-uri 'none'; form-action 'self'; "
        "frame-ancestors 'none'"
    )


def _own_scripts() -> Iterator[str]:
    """Yield the digests of the scripts in Datasette's templates."""
    for template in (files("datasette") / "templates").iterdir():
        if template.name.endswith(".html"):
            for script in _SCRIPT.findall(template.read_text(encoding="utf-8")):
                # The only variable in any of them is a boolean.
                for value in ("true", "false"):
                    text = _VARIABLE.sub(value, script)
                    yield b64encode(sha256(text.encode()).digest()).decode()


def guarded(app: Asgi) -> Asgi:
    """Return ``app`` with the policy in the head of every answer.

    A page may choose between the policies that there are, and nothing else.
    """
    with_pictures = policy(remote_pictures=True).encode()
    ours = {
        POLICY: policy().encode(),
        # Publishers learn from no request for a picture what is being read here.
        b"referrer-policy": b"no-referrer",
        b"x-content-type-options": b"nosniff",
    }

    async def guard(scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = message.get("headers", ())
                kept = [header for header in given if header[0].lower() not in ours]
                chosen = {POLICY: with_pictures} if (POLICY, with_pictures) in given else {}
                message = {**message, "headers": [*kept, *(ours | chosen).items()]}
            await send(message)

        await app(scope, receive, send_guarded)

    return guard
