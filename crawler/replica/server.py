"""HTTP/1.1 for all sites at once.

One event loop in one thread serves all sites. An answer is made in place, without handing it to
another thread: it takes less time than the handing over.
"""

import asyncio
from collections.abc import Callable, Sequence
from email.utils import formatdate
from functools import lru_cache
from http import HTTPStatus
from threading import Event, Thread
from time import monotonic, time

from crawler.replica.answers import Answer, Request
from crawler.replica.places import Place
from crawler.replica.visits import Visit, Visits

LARGEST_HEAD = 65_536
LARGEST_BODY = 1_048_576
PHRASES = {status.value: status.phrase for status in HTTPStatus}


@lru_cache(maxsize=2)
def _date(second: int) -> str:
    return formatdate(second, usegmt=True)


#: What a site says to a request, after how many seconds.
Reply = Callable[[Request], tuple[Answer, float]]


class Connection(asyncio.Protocol):
    """One client: requests are answered one after the other."""

    def __init__(self, host: str, software: str, reply: Reply, server: "Server") -> None:
        self.host = host
        self.software = software
        self.reply = reply
        self.server = server
        self.received = bytearray()
        self.waiting = False
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.server.connections.add(transport)

    def connection_lost(self, exc: Exception | None) -> None:
        if self.transport is not None:
            self.server.connections.discard(self.transport)
        self.transport = None

    def data_received(self, data: bytes) -> None:
        self.received += data
        self._proceed()

    def _proceed(self) -> None:
        while not self.waiting and self.transport is not None:
            try:
                request = self._request()
            except ValueError:
                self._send(Answer(status=400), close=True, head=False)
                return
            if request is None:
                return
            self._answer(request)

    def _request(self) -> Request | None:
        """The next request that has arrived whole."""
        end = self.received.find(b"\r\n\r\n")
        if end < 0:
            if len(self.received) > LARGEST_HEAD:
                raise ValueError("head too large")
            return None
        lines = self.received[:end].decode("latin-1").split("\r\n")
        method, target, _ = lines[0].split(" ")
        headers: dict[str, str] = {}
        for line in lines[1:]:
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
        length = int(headers.get("content-length", "0"))
        if not 0 <= length <= LARGEST_BODY or "transfer-encoding" in headers:
            raise ValueError("body of unusable length")
        start, stop = end + 4, end + 4 + length
        if len(self.received) < stop:
            return None
        body = bytes(self.received[start:stop])
        del self.received[:stop]
        path, _, query = target.partition("?")
        return Request(method=method, path=path, query=query, headers=headers, body=body)

    def _answer(self, request: Request) -> None:
        at = monotonic()
        self.server.visits.begin(self.host)
        answer, delay = self.reply(request)
        visit = Visit(at, self.host, request.method, request.target, answer.status)
        close = request.headers.get("connection", "").lower() == "close"
        if not delay:
            self._finish(visit, answer, close)
            return
        self.waiting = True
        loop = asyncio.get_running_loop()
        loop.call_later(delay, self._resume, visit, answer, close)

    def _resume(self, visit: Visit, answer: Answer, close: bool) -> None:
        self.waiting = False
        self._finish(visit, answer, close)
        self._proceed()

    def _finish(self, visit: Visit, answer: Answer, close: bool) -> None:
        self.server.visits.end(visit)
        self._send(answer, close=close, head=visit.method == "HEAD")

    def _send(self, answer: Answer, *, close: bool, head: bool) -> None:
        if self.transport is None:
            return
        lines = [
            f"HTTP/1.1 {answer.status} {PHRASES[answer.status]}",
            f"Server: {self.software}",
            f"Date: {_date(int(time()))}",
            f"Connection: {'close' if close else 'keep-alive'}",
        ]
        if answer.status != 304:
            lines += [f"Content-Type: {answer.type}", f"Content-Length: {len(answer.body)}"]
        lines += [f"{name}: {value}" for name, value in answer.headers]
        written = "\r\n".join([*lines, "", ""]).encode("latin-1")
        self.transport.write(written if head else written + answer.body)
        if close:
            self.transport.close()


class Server:
    """Serves all places from one thread until it is stopped."""

    def __init__(self) -> None:
        self.visits = Visits()
        self.connections: set[asyncio.Transport] = set()
        self._thread: Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: asyncio.Event | None = None

    def start(self, places: Sequence[tuple[Place, str, Reply]]) -> None:
        """Serve; returns when all places listen."""
        ready = Event()
        self._thread = Thread(
            target=lambda: asyncio.run(self._serve(places, ready)), name="replica", daemon=True
        )
        self._thread.start()
        ready.wait()

    def stop(self) -> None:
        """Close every connection and wait for the thread."""
        if self._thread is None or self._loop is None or self._stop is None:
            return
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()
        self._thread = None

    async def _serve(self, places: Sequence[tuple[Place, str, Reply]], ready: Event) -> None:
        self._loop = asyncio.get_running_loop()
        self._stop = asyncio.Event()
        servers = [
            await self._loop.create_server(self._factory(place, software, reply), sock=place.socket)
            for place, software, reply in places
        ]
        ready.set()
        await self._stop.wait()
        for server in servers:
            server.close()
        for transport in tuple(self.connections):
            transport.abort()
        for server in servers:
            await server.wait_closed()

    def _factory(self, place: Place, software: str, reply: Reply) -> Callable[[], Connection]:
        return lambda: Connection(place.host, software, reply, self)
