"""url → capture: the only room that speaks HTTP.

Whatever a server says, a fetch stays within its limits: addresses that may be asked, robots.txt,
one request at a time per host, bytes, redirects, seconds. httpx's own connection pool dies after
cancellations (httpcore #1093), so the client runs over aiohttp's, which does not.
"""

import asyncio
import http.cookiejar
import socket
import ssl
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

import aiohttp
import httpx
from httpx_aiohttp import AiohttpTransport

from archive import Capture
from crawler import guard
from crawler.blocked import gate
from crawler.errors import FetchError
from crawler.inflate import CodingError, inflate
from crawler.politeness import Hosts, Paused
from crawler.records import Validators, Weight
from crawler.robots import Robots
from crawler.settings import FetchSettings
from crawler.urls import canonical

REDIRECTS = frozenset({301, 302, 303, 307, 308})
#: Of an error's page nothing is needed, of a gate's the beginning.
ERROR_BYTES = 20_000

_ACCEPT = (
    ("Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"),
    ("Accept-Language", "zh-CN,zh;q=0.9,en;q=0.8,*;q=0.5"),
    ("Accept-Encoding", "gzip, deflate"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    """One response, body still content-coded."""

    url: str
    status: int
    reason: str
    headers: tuple[tuple[str, str], ...]
    raw_location: bytes
    sent: tuple[tuple[str, str], ...]
    payload: bytes

    def header(self, name: str) -> str:
        return next((v for k, v in reversed(self.headers) if k.lower() == name), "")


class Fetcher:
    """Asks servers, politely and within limits; one for all sources."""

    def __init__(
        self,
        settings: FetchSettings,
        *,
        now: Callable[[], datetime],
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        lookup: guard.Lookup = guard.system_lookup,
    ) -> None:
        """``clock`` and ``sleep`` are those of politeness; ``lookup`` resolves names."""
        self._settings, self._now, self._clock = settings, now, clock
        self._allowed = guard.networks(settings.allow_networks)
        self._resolver = guard.PinnedResolver(self._allowed, lookup)
        longest = settings.max_retry_after.total_seconds()
        self._hosts = Hosts(longest_pause=longest, clock=clock, sleep=sleep)
        self._robots = Robots(self._get_robots, clock=clock)
        contact = f" (+{settings.contact})" if settings.contact else ""
        self._headers = (("User-Agent", settings.agent + contact), *_ACCEPT)
        #: requests sent so far, redirects and robots.txt included
        self.requests = 0
        self._client: httpx.AsyncClient

    async def __aenter__(self) -> Self:
        connector = aiohttp.TCPConnector(
            resolver=self._resolver,
            use_dns_cache=False,
            limit=self._settings.connections,
            ssl=ssl.create_default_context(),
        )
        session = aiohttp.ClientSession(
            connector=connector, auto_decompress=False, cookie_jar=aiohttp.DummyCookieJar()
        )
        no_cookies = http.cookiejar.DefaultCookiePolicy(allowed_domains=[])
        self._client = httpx.AsyncClient(
            transport=AiohttpTransport(client=session),
            trust_env=False,
            cookies=http.cookiejar.CookieJar(policy=no_cookies),
            timeout=httpx.Timeout(None, connect=self._settings.connect_timeout.total_seconds()),
        )
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._client.aclose()

    async def fetch(
        self,
        url: str,
        *,
        method: str = "GET",
        form: tuple[tuple[str, str], ...] = (),
        validators: Validators = Validators(),  # noqa: B008 - frozen
        delay: timedelta | None = None,
        max_bytes: int | None = None,
    ) -> Capture:
        """Return what an address answers, redirects followed: status 200, or 304 if asked for.

        ``delay`` is the pause after each request to a host (default: the settings'), ``max_bytes``
        bounds the body on the wire and decoded. Raises FetchError for everything else.
        """
        limit = max_bytes or self._settings.max_page
        pause = (self._settings.delay if delay is None else delay).total_seconds()
        conditions = tuple(
            (name, value)
            for name, value in (
                ("If-None-Match", validators.etag),
                ("If-Modified-Since", validators.last_modified),
            )
            if value
        )
        left, here, seen = self._settings.deadline.total_seconds(), url, {url}
        while True:
            rules_delay = await self._permission(url, here)
            began = self._clock()
            answer = await self._ask(
                url, here, method, form, conditions,
                limit=limit, pause=max(pause, rules_delay), seconds=left,
            )  # fmt: skip
            left -= self._clock() - began
            if answer.status not in REDIRECTS:
                return self._capture(url, answer, conditions, limit)
            if answer.status != 307 and answer.status != 308:
                method, form = "GET", ()
            here = self._target(url, answer)
            if here in seen or len(seen) > self._settings.max_redirects:
                why = "in a circle" if here in seen else f"more than {len(seen) - 1} times"
                raise FetchError(url, "redirect", f"redirected {why}", weight=Weight.SOFT)
            seen.add(here)

    def _target(self, url: str, answer: _Answer) -> str:
        location = answer.raw_location
        for charset in ("utf-8", "gb18030", "latin-1"):
            try:
                return canonical(location.decode(charset), answer.url)
            except UnicodeDecodeError:
                continue
            except ValueError:
                break
        shown = location[:200].decode("latin-1")
        raise FetchError(
            url, "redirect", f"redirected to no address: {shown!r}", weight=Weight.SOFT
        )

    async def _permission(self, url: str, here: str) -> float:
        """Return the host's Crawl-delay. Raises FetchError where robots.txt says no."""
        self._guard(url, here)
        rules = await self._robots.rules(here)
        agent = self._settings.agent
        if not rules.allow(here, agent):
            if rules.unreachable:
                raise FetchError(url, "robots", "robots.txt cannot be had, so nothing is asked")
            raise FetchError(url, "robots", "robots.txt forbids it", weight=Weight.HARD)
        return rules.delay(agent)

    def _guard(self, url: str, here: str) -> None:
        try:
            guard.check(here, ports=self._settings.ports, allowed=self._allowed)
        except (guard.Refused, ValueError) as error:
            raise FetchError(url, "guard", str(error), weight=Weight.HARD) from error

    async def _get_robots(self, url: str) -> tuple[int, bytes]:
        """Ask for a robots.txt; RFC 9309, 2.3.1.2: five redirects are followed."""
        here = url
        try:
            for _ in range(6):
                self._guard(url, here)
                seconds = self._settings.deadline.total_seconds()
                answer = await self._ask(
                    url, here, "GET", (), (), limit=self._settings.max_page, pause=0,
                    seconds=seconds,
                )  # fmt: skip
                if answer.status not in REDIRECTS:
                    body = inflate(
                        answer.payload,
                        answer.header("content-encoding"),
                        limit=self._settings.max_page,
                    )
                    return answer.status, body
                here = self._target(url, answer)
        except FetchError as error:
            # A robots.txt that leads into a private network forbids nothing: it is not there.
            return (404 if error.kind in ("guard", "redirect") else 599), b""
        except CodingError:
            return 599, b""
        return 404, b""

    async def _ask(
        self,
        url: str,
        here: str,
        method: str,
        form: tuple[tuple[str, str], ...],
        conditions: tuple[tuple[str, str], ...],
        *,
        limit: int,
        pause: float,
        seconds: float,
    ) -> _Answer:
        """Send one request in its host's turn. Raises FetchError."""
        host = urlsplit(here).netloc
        try:
            async with self._hosts.turn(host, pause):
                with _translated(url):
                    async with asyncio.timeout(max(0.0, seconds)):
                        answer = await self._send(url, here, method, form, conditions, limit)
        except Paused as wish:
            raise FetchError(
                url, "paused", f"{host} wants no request for {wish.seconds:.0f} s",
                retry_after=wish.seconds,
            ) from wish  # fmt: skip
        if answer.status in (429, 503):
            after = self._hosts.pause(host, answer.header("retry-after"), self._now())
            raise FetchError(
                url, "status", f"status {answer.status}, asked to wait {after:.0f} s",
                status=answer.status, retry_after=after,
            )  # fmt: skip
        self._hosts.answered(host)
        return answer

    async def _send(
        self,
        url: str,
        here: str,
        method: str,
        form: tuple[tuple[str, str], ...],
        conditions: tuple[tuple[str, str], ...],
        limit: int,
    ) -> _Answer:
        self.requests += 1
        request = self._client.build_request(
            method, here, headers=[*self._headers, *conditions], data=dict(form) or None
        )
        async with _open(self._client, request) as response:
            most = limit if response.status_code in (200, 304) else ERROR_BYTES
            parts, size = [], 0
            async for chunk in response.aiter_raw():
                size += len(chunk)
                if size > most:
                    if response.status_code == 200:
                        reason = f"more than {limit} bytes"
                        raise FetchError(url, "too_large", reason, weight=Weight.HARD)
                    break
                parts.append(chunk)
            raw = response.headers.raw
            return _Answer(
                url=here,
                status=response.status_code,
                reason=response.reason_phrase,
                headers=tuple((k.decode("latin-1"), v.decode("latin-1")) for k, v in raw),
                raw_location=next((v for k, v in raw if k.lower() == b"location"), b""),
                sent=tuple(request.headers.items()),
                payload=b"".join(parts),
            )

    def _capture(
        self, url: str, answer: _Answer, conditions: tuple[tuple[str, str], ...], limit: int
    ) -> Capture:
        """Judge a final answer. Raises FetchError unless it is a page, or not modified."""
        blocked = gate(answer.status, answer.header("set-cookie"), answer.payload)
        if blocked:
            raise FetchError(url, "blocked", blocked, status=answer.status, weight=Weight.HARD)
        if answer.status == 304 and not conditions:
            raise FetchError(url, "protocol", "status 304 without a condition", status=304)
        if answer.status not in (200, 304):
            weight = Weight.TEMPORARY if answer.status >= 500 else Weight.SOFT
            reason = f"status {answer.status} {answer.reason}".strip()
            raise FetchError(url, "status", reason, status=answer.status, weight=weight)
        try:
            body = inflate(answer.payload, answer.header("content-encoding"), limit=limit)
        except CodingError as error:
            weight = Weight.TEMPORARY if error.kind == "truncated" else Weight.HARD
            raise FetchError(url, error.kind, error.reason, weight=weight) from error
        return Capture(
            url=url,
            final_url=answer.url,
            status=answer.status,
            reason=answer.reason,
            headers=answer.headers,
            request_headers=answer.sent,
            payload=answer.payload,
            body=body,
            fetched_at=self._now(),
            ip=self._resolver.address_of(urlsplit(answer.url).hostname or ""),
        )


@asynccontextmanager
async def _open(client: httpx.AsyncClient, request: httpx.Request) -> AsyncIterator[httpx.Response]:
    response = await client.send(request, stream=True)
    try:
        yield response
    finally:
        await response.aclose()


#: What the libraries below raise when a server or the network misbehaves.
_EXPECTED = (httpx.HTTPError, httpx.InvalidURL, aiohttp.ClientError, OSError, UnicodeError,
             asyncio.LimitOverrunError, ValueError)  # fmt: skip


@contextmanager
def _translated(url: str) -> Iterator[None]:
    """Turn what the network and the libraries raise into FetchError."""
    try:
        yield
    except FetchError:
        raise
    except _EXPECTED as error:
        kind, reason, weight = _kind(error)
        raise FetchError(url, kind, reason, weight=weight) from error


def _kind(error: BaseException) -> tuple[str, str, Weight]:
    """Return kind, reason and weight of an error, by the most telling cause of it."""
    chain: list[BaseException] = []
    cause: BaseException | None = error
    while cause is not None and cause not in chain:
        chain.append(cause)
        cause = cause.__cause__ or cause.__context__
    for kind, causes, weight in _KINDS:
        for one in chain:
            if isinstance(one, causes):
                return kind, f"{_SAID[kind]}: {one}".removesuffix(": "), weight
    return "protocol", f"{type(error).__name__}: {error}", Weight.TEMPORARY


_KINDS: tuple[tuple[str, tuple[type[BaseException], ...], Weight], ...] = (
    ("guard", (guard.Refused,), Weight.HARD),
    ("dns", (socket.gaierror, aiohttp.ClientConnectorDNSError), Weight.TEMPORARY),
    ("tls", (ssl.SSLError, aiohttp.ClientConnectorCertificateError), Weight.SOFT),
    ("truncated", (aiohttp.ClientPayloadError,), Weight.TEMPORARY),
    ("connect", (aiohttp.ClientConnectorError, ConnectionRefusedError), Weight.TEMPORARY),
    ("timeout", (TimeoutError,), Weight.TEMPORARY),
)
_SAID = {
    "guard": "refused",
    "dns": "its name cannot be resolved",
    "tls": "no secure connection",
    "truncated": "the body ends too early",
    "connect": "no connection",
    "timeout": "no answer in time",
}
