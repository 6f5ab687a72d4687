"""Serve a folder as a website on 127.0.0.1, cheaply: ``python -m benchmarks.site_server DIR``.

Prints the port, answers GET with ETag and 304, and replaces one address in listings by its own, so
that a copy of a site names pages of the copy.
"""

import argparse
import asyncio
import hashlib
from pathlib import Path


class Site(asyncio.Protocol):
    """One connection; requests of a few hundred bytes, HTTP/1.1 keep-alive."""

    def __init__(self, root: Path, replaced: bytes, port: int) -> None:
        self.root, self.replaced, self.port = root, replaced, port
        self.buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        while b"\r\n\r\n" in self.buffer:
            head, self.buffer = self.buffer.split(b"\r\n\r\n", 1)
            self.transport.write(self.answer(head))  # type: ignore[attr-defined]

    def answer(self, head: bytes) -> bytes:
        """Return the whole response to a request."""
        lines = head.split(b"\r\n")
        path = lines[0].split(b" ")[1].decode("ascii")
        file = self.root / Path(path).name
        if "/robots.txt" in path or not file.is_file():
            return b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
        body = file.read_bytes()
        if self.replaced and not file.name.startswith("VIDE"):
            body = body.replace(self.replaced, b"http://127.0.0.1:%d" % self.port)
        etag = b'"%s"' % hashlib.md5(body, usedforsecurity=False).hexdigest().encode()
        if any(line.lower() == b"if-none-match: " + etag for line in lines):
            return b"HTTP/1.1 304 Not Modified\r\nETag: %s\r\n\r\n" % etag
        return (
            b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nETag: %s\r\nContent-Length: %d\r\n\r\n"
            % (etag, len(body))
            + body
        )


async def serve(root: Path, replaced: str) -> None:
    """Serve until killed."""
    loop, ports = asyncio.get_running_loop(), [0]
    server = await loop.create_server(
        lambda: Site(root, replaced.encode(), ports[0]), "127.0.0.1", 0
    )
    ports[0] = server.sockets[0].getsockname()[1]
    print(ports[0], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("root", type=Path)
    parser.add_argument("--replace", default="", help="address to replace by the server's own")
    given = parser.parse_args()
    asyncio.run(serve(given.root, given.replace))
