"""A server on 127.0.0.x that answers byte for byte what a test tells it to, however wrong."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it came in."""

    method: str
    target: str
    head: bytes
    body: bytes

    def fields(self, name: str) -> list[str]:
        """Return the values of a header field, in order."""
        lines = [line.partition(": ") for line in self.head.decode("latin-1").split("\r\n")[1:]]
        return [value for key, _, value in lines if key.lower() == name]


@dataclass(frozen=True, slots=True)
class Broken:
    """Bytes after which the connection is closed, or reset."""

    answer: bytes
    reset: bool = False


#: an answer in bytes leaves the connection open; a function that wrote its answer closes it
Answer = bytes | Broken | Callable[[Asked, asyncio.StreamWriter], Awaitable[None]]


def answer(
    body: bytes = b"",
    *fields: str | bytes,
    status: str | bytes = "200 OK",
    length: int | None = None,
) -> bytes:
    """Return an HTTP answer; ``length`` is what it says of its body, if not the truth."""
    lines = [f"Content-Length: {len(body) if length is None else length}", *fields]
    head = [b"HTTP/1.1 " + _raw(status), *map(_raw, lines)]
    return b"\r\n".join(head) + b"\r\n\r\n" + body


def redirect(to: str | bytes, status: str = "302 Found") -> bytes:
    return answer(b"", b"Location: " + _raw(to), status=status)


def _raw(text: str | bytes) -> bytes:
    return text if isinstance(text, bytes) else text.encode()


@dataclass(slots=True)
class Server:
    """What was asked, and the connections."""

    address: str
    port: int
    answers: Mapping[str, Answer]
    asked: list[Asked] = field(default_factory=list)
    readers: set[asyncio.StreamReader] = field(default_factory=set)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    #: requests being answered, now and at most
    busy: int = 0
    most_busy: int = 0

    def url(self, path: str = "/") -> str:
        return f"http://{self.address}:{self.port}{path}"

    def targets(self) -> list[str]:
        """Return what was asked for, robots.txt aside."""
        return [one.target for one in self.asked if one.target != "/robots.txt"]

    def open(self) -> int:
        """Return how many connections the other side has not closed."""
        return sum(not (one.at_eof() or one.exception()) for one in self.readers)

    async def connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.readers.add(reader)
        try:
            with suppress(OSError, asyncio.IncompleteReadError):
                while await self._turn(reader, writer):
                    pass
        finally:
            self.readers.discard(reader)
            writer.close()

    async def _turn(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n"))[:-4]
        method, target, _ = head.split(b"\r\n", 1)[0].decode("latin-1").split(" ", 2)
        one = Asked(method, target, head, b"")
        for length in one.fields("content-length"):
            one = Asked(method, target, head, await reader.readexactly(int(length)))
        self.asked.append(one)
        self.arrived.set()
        self.busy += 1
        self.most_busy = max(self.busy, self.most_busy)
        try:
            return await self._answer(one, writer)
        finally:
            self.busy -= 1

    async def _answer(self, one: Asked, writer: asyncio.StreamWriter) -> bool:
        path = one.target.partition("?")[0]
        said = self.answers.get(path) or self.answers.get("*") or answer(status="404 Not Found")
        if one.target == "/robots.txt" and "/robots.txt" not in self.answers:
            said = answer(status="404 Not Found")
        if callable(said):
            await said(one, writer)
            return False
        writer.write(said.answer if isinstance(said, Broken) else said)
        await writer.drain()
        if isinstance(said, Broken) and said.reset:
            writer.transport.abort()
        return isinstance(said, bytes)


@asynccontextmanager
async def serve(answers: Mapping[str, Answer], address: str = "127.0.0.1") -> AsyncIterator[Server]:
    """Serve answers by path; "*" stands for all others, and whatever has none is not found."""
    server = Server(address, 0, answers)
    running: set[asyncio.Task[None]] = set()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(server.connected(reader, writer))
        running.add(task)
        task.add_done_callback(running.discard)

    listener = await asyncio.start_server(accept, address, 0, limit=1 << 20)
    server.port = listener.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        listener.close()
        await stop(running)


async def stop(tasks: Iterable[asyncio.Task[None]]) -> None:
    """Cancel tasks and wait for their end."""
    ended = list(tasks)
    for task in ended:
        task.cancel()
    await asyncio.gather(*ended, return_exceptions=True)


async def silence(asked: Asked, writer: asyncio.StreamWriter) -> None:
    """Never answer."""
    await asyncio.Event().wait()


def stalls(begin: bytes) -> Answer:
    """Answer with a beginning and nothing more."""

    async def write(asked: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(begin)
        await writer.drain()
        await asyncio.Event().wait()

    return write


def drips(begin: bytes, drop: bytes = b"x", pause: float = 0.01) -> Answer:
    """Answer with a beginning, then one drop after another for ever."""

    async def write(asked: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(begin)
        while True:
            writer.write(drop)
            await writer.drain()
            await asyncio.sleep(pause)

    return write
