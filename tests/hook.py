"""A receiver of messages on 127.0.0.1 that answers as a test tells it to."""

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any


@dataclass(slots=True)
class Hook:
    """What was received, and what is answered."""

    port: int
    #: status, header fields, body of the next answers; the last one stays
    answers: list[tuple[int, dict[str, str], str]] = field(
        default_factory=lambda: [(200, {}, '{"errcode":0,"code":0}')]
    )
    #: path, header fields, body of what was received
    got: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    #: no answer before this is set
    go: Event = field(default_factory=Event)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def said(self) -> list[Any]:
        return [json.loads(body) for _path, _fields, body in self.got]

    def titles(self) -> list[str]:
        return [hit["title"] for message in self.said() for hit in message["hits"]]


@contextmanager
def listening() -> Iterator[Hook]:
    """Receive until the end of the block."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            hook.got.append((self.path, dict(self.headers.items()), body))
            hook.go.wait(60)
            status, fields, text = hook.answers[0]
            if len(hook.answers) > 1:
                hook.answers.pop(0)
            self.send_response(status)
            for name, value in fields.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(text.encode())))
            with suppress(BrokenPipeError):  # who asked may have given up
                self.end_headers()
                self.wfile.write(text.encode())

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    hook = Hook(port=server.server_port)
    hook.go.set()
    Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield hook
    finally:
        hook.go.set()
        server.shutdown()
        server.server_close()
