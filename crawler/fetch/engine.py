"""One request → its answer as it came: the HTTP client, and what is odd about it."""

import asyncio
import os
import ssl
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Self
from weakref import WeakSet

import aiohttp
import httpx
from aiohttp.abc import AbstractResolver
from httpx_aiohttp import AiohttpTransport
from yarl import URL

from archive import Capture
from crawler.asking import Ask, failure, unpacked
from crawler.errors import FetchError
from crawler.guard import Guard, PinnedResolver, Refused
from crawler.settings import FetchSettings

ACCEPT = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
LANGUAGES = "zh-CN,zh;q=0.9,en;q=0.8,*;q=0.5"

#: Bytes of one header field, and number of fields.
MAX_FIELD, MAX_FIELDS = 16 << 10, 256

#: What the engine raises → kind, the first that fits; the rest is ``protocol``.
KINDS: tuple[tuple[type[BaseException] | tuple[type[BaseException], ...], str], ...] = (
    (aiohttp.ClientConnectorDNSError, "dns"),
    ((aiohttp.ClientSSLError, ssl.SSLError), "tls"),
    ((aiohttp.ServerTimeoutError, TimeoutError), "timeout"),
    (aiohttp.ClientConnectorError, "connect"),
    (aiohttp.ClientPayloadError, "truncated"),
)


@dataclass(slots=True, kw_only=True)
class _Wire:
    """What the engine needs to know of one request, and tells us of it."""

    target: URL
    #: connections that have carried a request
    used: WeakSet[asyncio.Transport]
    ip: str = ""
    #: the request went out on a new connection
    fresh: bool = False


_wire: ContextVar[_Wire] = ContextVar("wire")


class _Request(aiohttp.ClientRequest):
    """A request for exactly the address it was given.

    The engine spells addresses its own way: ``%u4e2d`` would become ``%25u4e2d``, another page. It
    also asks again, at once, where a connection breaks; that is right only for a kept connection,
    which the server may have closed while we asked (RFC 9112, 9.3.1).
    """

    async def send(self, conn: aiohttp.connector.Connection) -> aiohttp.ClientResponse:
        wire, transport = _wire.get(), conn.transport
        if wire.fresh or transport is None:
            raise aiohttp.ServerDisconnectedError
        wire.fresh = transport not in wire.used
        wire.used.add(transport)
        peer = transport.get_extra_info("peername")
        wire.ip = peer[0] if peer else ""
        self.url = wire.target
        if self.headers.get("Connection") == "close" and conn.protocol is not None:
            conn.protocol.force_close()  # the server may close it without a word
        return await super().send(conn)


class _Response(aiohttp.ClientResponse):
    """An answer whose reason phrase is ASCII: the transport fails on one in GBK."""

    async def start(self, connection: aiohttp.connector.Connection) -> Self:
        await super().start(connection)
        self.reason = (self.reason or "").encode("ascii", "ignore").decode("ascii").strip()
        return self


async def _hide_location(response: httpx.Response) -> None:
    """Take the Location away before httpx sees it.

    It reads it even when told not to follow, and fails on those that only a browser can read.
    """
    response.extensions["received"] = tuple(response.headers.raw)
    if "location" in response.headers:
        del response.headers["location"]


class Engine:
    """Sends requests, one connection pool for all; an async context manager."""

    def __init__(
        self,
        settings: FetchSettings,
        guard: Guard,
        resolver: AbstractResolver | None,
        now: Callable[[], datetime],
    ) -> None:
        self._settings, self._guard, self._resolver, self._now = settings, guard, resolver, now
        self._used: WeakSet[asyncio.Transport] = WeakSet()

    async def __aenter__(self) -> Self:
        settings = self._settings
        who = f" (+{settings.contact})" if settings.contact else ""
        context = httpx.create_ssl_context(trust_env=False)
        # Asking for a name holds a thread for as long as a name server keeps silent, and the loop
        # has four more threads than the machine cores: a few dead names would stop all the others.
        threads = ThreadPoolExecutor(settings.connections, thread_name_prefix="names")
        asyncio.get_running_loop().set_default_executor(threads)
        session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                resolver=PinnedResolver(self._guard, self._resolver or aiohttp.ThreadedResolver()),
                use_dns_cache=False,
                ssl=context,
                limit=settings.connections,
            ),
            request_class=_Request,
            response_class=_Response,
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            max_line_size=MAX_FIELD,
            max_field_size=MAX_FIELD,
            max_headers=MAX_FIELDS,
        )
        self._client = httpx.AsyncClient(
            transport=AiohttpTransport(verify=context, client=session),
            headers={
                "User-Agent": settings.agent + who,
                "Accept": ACCEPT,
                "Accept-Language": LANGUAGES,
                "Accept-Encoding": "gzip, deflate",
            },
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
            timeout=httpx.Timeout(None, connect=settings.connect_timeout.total_seconds()),
            event_hooks={"response": [_hide_location]},
            follow_redirects=False,
            trust_env=False,
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._client.aclose()

    async def send(self, ask: Ask) -> Capture:
        """Send one request and read its answer, whatever its status. Raises FetchError, Refused."""
        try:
            _wire.set(wire := _Wire(target=URL(ask.url, encoded=True), used=self._used))
            request = self._client.build_request(
                ask.method, ask.url, headers=ask.headers(), content=ask.content()
            )
            response = await self._client.send(request, stream=True)
        except Refused:
            raise
        except Exception as error:
            raise _foreign(ask.url, error) from error
        try:
            payload = await _payload(response, ask)
        finally:
            await response.aclose()
        received = tuple(
            (name.decode("latin-1"), value.decode("latin-1"))
            for name, value in response.extensions["received"]
        )
        capture = Capture(
            url=ask.url,
            final_url=ask.url,
            status=response.status_code,
            reason=response.reason_phrase,
            headers=received,
            request_headers=tuple(request.headers.multi_items()),
            payload=payload,
            fetched_at=self._now(),
            ip=wire.ip,
        )
        return unpacked(capture, ask.limit)


async def _payload(response: httpx.Response, ask: Ask) -> bytes:
    """Read an answer's payload as it is on the wire, up to the limit."""
    declared = response.headers.get("content-length", "")
    if declared.isdecimal() and int(declared) > ask.limit:
        reason = f"{declared} bytes, {ask.limit} are read"
        raise failure(ask.url, "too_large", reason, status=response.status_code)
    chunks, size, parts = response.aiter_raw(), 0, list[bytes]()
    while True:
        try:
            chunk = await anext(chunks, None)
        except Exception as error:
            raise _foreign(ask.url, error) from error
        if chunk is None:
            return b"".join(parts)
        parts.append(chunk)
        size += len(chunk)
        if size > ask.limit:
            reason = f"more than {ask.limit} bytes"
            raise failure(ask.url, "too_large", reason, status=response.status_code)


def _foreign(url: str, error: Exception) -> FetchError:
    """Return what a library raised as ours; it raises much that is no error of its own tree."""
    cause = error
    while not isinstance(cause, aiohttp.ClientError) and isinstance(cause.__cause__, Exception):
        cause = cause.__cause__
    kind = next((kind for types, kind in KINDS if isinstance(cause, types)), "protocol")
    if isinstance(cause, aiohttp.ClientConnectorError) and kind in ("connect", "dns"):
        code, why = cause.os_error.errno, cause.os_error.strerror or str(cause.os_error)
        # The system's own words are shorter than the engine's; getaddrinfo counts below zero.
        why = os.strerror(code) if code and code > 0 else why
        return failure(url, kind, f"no connection to {cause.host}:{cause.port}: {why}"[:300])
    return failure(url, kind, f"{type(cause).__name__}: {cause}"[:300].rstrip(": "))
