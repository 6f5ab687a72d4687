"""An address → a Capture: asked for politely, within limits that no page can move.

The only room that knows HTTP. Everything expected that can go wrong comes out as FetchError.
"""

import asyncio
import ssl
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Self
from weakref import WeakSet

import aiohttp
import httpx
from aiohttp.abc import AbstractResolver
from httpx_aiohttp import AiohttpTransport
from yarl import URL

from archive import Capture
from crawler.asking import Ask, accepted, failure, redirected, unpacked, usable
from crawler.errors import FetchError
from crawler.guard import Guard, PinnedResolver, Refused
from crawler.politeness import Hosts, Paused, retry_after
from crawler.records import Validators
from crawler.robots import Robots
from crawler.settings import FetchSettings
from crawler.urls import canonical, host_of

ACCEPT = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
LANGUAGES = "zh-CN,zh;q=0.9,en;q=0.8,*;q=0.5"
#: Statuses that tell us to stay away for a while.
OVERLOADED = frozenset({429, 503})

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


class Fetcher:
    """Asks for addresses; made once, an async context manager, shared by all sources."""

    def __init__(
        self,
        settings: FetchSettings,
        *,
        now: Callable[[], datetime],
        resolver: AbstractResolver | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        most: int | None = None,
    ) -> None:
        """Take the limits, the wall clock, and for tests the name server and the passing of time.

        ``clock`` is monotonic, in seconds; ``sleep`` waits until it has moved on. ``most`` is how
        many requests may be sent in all; the next one fails as ``spent``.
        """
        self.most = most
        self._settings, self._now, self._resolver = settings, now, resolver
        self._guard = Guard(ports=settings.ports, allow_networks=settings.allow_networks)
        self._hosts = Hosts(settings.connections, clock=clock, sleep=sleep)
        self._robots = Robots(self._ask_robots, settings.agent.partition("/")[0], clock=clock)
        self._used: WeakSet[asyncio.Transport] = WeakSet()
        #: requests sent so far, redirects and robots.txt counted
        self.requests = 0

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

    async def fetch(
        self,
        url: str,
        *,
        method: str = "GET",
        form: tuple[tuple[str, str], ...] = (),
        body: bytes = b"",
        validators: Validators = Validators(),  # noqa: B008 - frozen
        delay: timedelta | None = None,
        max_bytes: int | None = None,
        deadline: timedelta | None = None,
        hops: list[Capture] | None = None,
    ) -> Capture:
        """Return what an address answers: status 200, or 304 where validators were given.

        Follows redirects, and puts them into ``hops``. ``body`` is JSON to post in the place of a
        form. ``delay``, ``max_bytes`` and ``deadline`` stand in for the settings' ``delay``,
        ``max_page`` and ``deadline``. Raises FetchError for everything else, at the address where
        it happened.
        """
        settings = self._settings
        try:
            address = canonical(url)
        except ValueError as error:
            raise failure(url, "guard", str(error)) from error
        ask = Ask(
            url=address,
            method=method,
            form=form,
            body=body,
            validators=validators,
            delay=(settings.delay if delay is None else delay).total_seconds(),
            limit=settings.max_page if max_bytes is None else max_bytes,
            deadline=(deadline or settings.deadline).total_seconds(),
        )
        capture, wait = await self._follow(ask, heed_robots=True, hops=hops)
        return usable(capture, ask, wait)

    async def post(
        self,
        url: str,
        body: bytes,
        *,
        headers: tuple[tuple[str, str], ...] = (),
        delay: timedelta,
        deadline: timedelta,
    ) -> Capture:
        """Hand JSON to an address its owner gave us for that; return the answer, of status 2xx.

        Guarded and in turn as all else, but robots.txt, which is for crawlers, is not asked, and a
        redirect is a failure: a message is for nobody else. Raises FetchError.
        """
        self.check(url)
        ask = Ask(
            url=url,
            method="POST",
            body=body,
            extra=headers,
            delay=delay.total_seconds(),
            limit=self._settings.max_page,
            deadline=min(deadline, self._settings.deadline).total_seconds(),
        )
        capture, wait, _ = await self._hop(ask, ask.deadline, heed_robots=False)
        return accepted(capture, wait)

    def check(self, url: str) -> None:
        """Check all that is known of an address without asking for it. Raises FetchError."""
        try:
            self._guard.check(url)
        except Refused as error:
            raise failure(url, "guard", str(error)) from error

    def sitemaps(self, url: str) -> tuple[str, ...]:
        """Return the sitemaps that the robots.txt of an address names, where it was asked for."""
        return self._robots.sitemaps(url)

    async def _ask_robots(self, url: str, delay: float) -> Capture:
        settings = self._settings
        deadline = settings.deadline.total_seconds()
        ask = Ask(url=url, delay=delay, limit=settings.max_page, deadline=deadline)
        capture, _ = await self._follow(ask, heed_robots=False)
        return capture

    async def _follow(
        self, ask: Ask, *, heed_robots: bool, hops: list[Capture] | None = None
    ) -> tuple[Capture, float | None]:
        """Ask, and ask on where a redirect leads; every hop is checked like the first."""
        first, left = ask.url, ask.deadline
        asked = {(ask.method, first)}
        while True:
            capture, wait, seconds = await self._hop(ask, left, heed_robots=heed_robots)
            left -= seconds
            onward = redirected(ask, capture)
            if onward is None:
                final = first if ask.url == first else canonical(ask.url)
                return replace(capture, url=first, final_url=final), wait
            if (onward.method, onward.url) in asked:
                raise failure(ask.url, "redirect", f"redirects in a circle, to {onward.url}")
            if len(asked) > self._settings.max_redirects:
                most = self._settings.max_redirects
                raise failure(ask.url, "redirect", f"redirects more than {most} times")
            asked.add((onward.method, onward.url))
            if hops is not None:
                hops.append(capture)
            ask = onward

    async def _hop(
        self, ask: Ask, left: float, *, heed_robots: bool
    ) -> tuple[Capture, float | None, float]:
        """Ask one address in its host's turn.

        Returns the answer, the seconds its host wants to be left alone, and those it took.
        """
        try:
            self._guard.check(ask.url)
            delay = ask.delay
            if heed_robots:
                delay = max(delay, await self._robots.check(ask.url, delay))
            host, loop = host_of(ask.url), asyncio.get_running_loop()
            async with self._hosts.turn(host, delay):
                began = loop.time()
                capture = await self._within(ask, left)
                return capture, self._heed(host, capture), loop.time() - began
        except Refused as error:
            raise failure(ask.url, "guard", str(error)) from error
        except Paused as error:
            raise failure(ask.url, "paused", str(error), retry_after=error.seconds) from error

    def _heed(self, host: str, capture: Capture) -> float | None:
        """Note what an answer says about when to come back; return the seconds."""
        stay_away = capture.header("retry-after")
        if capture.status not in OVERLOADED and not (capture.status >= 400 and stay_away):
            self._hosts.answered(host)
            return None
        longest = self._settings.max_retry_after.total_seconds()
        return self._hosts.refused(host, retry_after(stay_away, self._now()), longest)

    async def _within(self, ask: Ask, left: float) -> Capture:
        if left <= 0:
            raise failure(ask.url, "timeout", "the deadline passed between two redirects")
        try:
            async with asyncio.timeout(left):
                return await self._exchange(ask)
        except TimeoutError:
            reason = f"no whole answer within {ask.deadline:g} s"
            raise failure(ask.url, "timeout", reason) from None

    async def _exchange(self, ask: Ask) -> Capture:
        """Send one request and read its answer, whatever its status."""
        if self.most is not None and self.requests >= self.most:
            raise failure(ask.url, "spent", f"all {self.most} requests are spent")
        self.requests += 1
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
    return failure(url, kind, f"{type(cause).__name__}: {cause}"[:300].rstrip(": "))
