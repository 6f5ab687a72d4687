"""What a site's robots.txt lets us fetch (RFC 9309), asked for once a day at most."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field

from protego import Protego

from archive import Capture
from crawler.errors import FetchError
from crawler.politeness import backoff
from crawler.records import Weight
from crawler.urls import origin_of

#: Seconds a file is believed (RFC 9309, 2.4).
LIFETIME = 24 * 3600.0
#: Longest until a file that could not be had is asked for again, seconds.
LONGEST_CLOSED = 3600.0
#: Bytes that are read (RFC 9309, 2.5: at least 500 KiB).
MOST_BYTES = 500 << 10
#: Longest Crawl-delay that is kept to, seconds; it is no part of the standard.
LONGEST_DELAY = 60.0

#: Failures that say nothing of robots.txt but of the site, and are told as such.
_OF_THE_SITE = frozenset({"dns", "connect", "tls", "timeout"})

_AGENT_LINE = re.compile(r"\s*user[-\s]*agent[\s:]+(.*)", re.IGNORECASE)

#: Gets /robots.txt of an origin at the given pause: url, delay → the answer, whatever its status.
Ask = Callable[[str, float], Awaitable[Capture]]


@dataclass(slots=True)
class _Site:
    renewing: asyncio.Lock = field(default_factory=asyncio.Lock)
    rules: Protego | None = None
    #: why nothing may be fetched for now, where ``rules`` is None
    closed: str = ""
    kind: str = "robots"
    weight: Weight = Weight.TEMPORARY
    #: monotonic seconds
    expires: float = float("-inf")
    #: times in a row that the file could not be had
    failures: int = 0


class Robots:
    """The robots.txt files of one run, each fetched once however many ask at the same time."""

    def __init__(self, ask: Ask, token: str, *, clock: Callable[[], float]) -> None:
        self._ask, self._token, self._clock = ask, token, clock
        self._sites: dict[str, _Site] = {}

    async def check(self, url: str, delay: float) -> float:
        """Return the Crawl-delay that a fetch of ``url`` has to keep, in seconds.

        Raises FetchError of kind ``robots`` where it is disallowed or the file cannot be had, or
        of the kind of the failure where the site as a whole cannot be reached.
        """
        origin = origin_of(url)
        site = self._sites.setdefault(origin, _Site())
        if self._clock() >= site.expires:
            async with site.renewing:
                if self._clock() >= site.expires:
                    await self._renew(site, f"{origin}/robots.txt", delay)
        if site.rules is None:
            wait = max(0.0, site.expires - self._clock())
            reason = f"robots.txt: {site.closed}"
            raise FetchError(url, site.kind, reason, retry_after=wait, weight=site.weight)
        if not site.rules.can_fetch(url, self._token):
            raise FetchError(url, "robots", "robots.txt disallows it", weight=Weight.SOFT)
        return min(site.rules.crawl_delay(self._token) or 0.0, LONGEST_DELAY)

    def sitemaps(self, url: str) -> tuple[str, ...]:
        """Return the sitemaps that an origin's file names, none before it was asked for."""
        site = self._sites.get(origin_of(url))
        return tuple(site.rules.sitemaps) if site and site.rules else ()

    async def _renew(self, site: _Site, url: str, delay: float) -> None:
        try:
            answer = await self._ask(url, delay)
        except FetchError as error:
            if error.kind == "paused":
                raise
            # RFC 9309, 2.3.1.2: one that leads too far, or nowhere, is as if there were none.
            if error.kind in ("redirect", "guard"):
                self._open(site, "")
            else:
                kind = error.kind if error.kind in _OF_THE_SITE else "robots"
                self._close(site, kind, error.reason, error.weight)
            return
        if answer.status >= 500 or answer.status == 429:
            self._close(site, "robots", f"status {answer.status}", Weight.TEMPORARY)
        else:
            # RFC 9309, 2.3.1.3: any other status than success means that there are no rules.
            self._open(site, readable(answer.body, self._token) if answer.status < 300 else "")

    def _open(self, site: _Site, text: str) -> None:
        site.rules, site.failures = Protego.parse(text), 0
        site.expires = self._clock() + LIFETIME

    def _close(self, site: _Site, kind: str, reason: str, weight: Weight) -> None:
        site.failures += 1
        site.rules, site.kind, site.closed, site.weight = None, kind, reason, weight
        site.expires = self._clock() + min(backoff(site.failures), LONGEST_CLOSED)


def readable(body: bytes, token: str) -> str:
    """Return the text of a robots.txt, cut to a size and folded to a shape that is cheap to parse.

    The parser keeps each rule once for every agent of its group: half a megabyte of agents and
    rules would become some hundred million. Agents that cannot be us are all called ``-``.
    """
    text = body[:MOST_BYTES].decode("utf-8-sig", "replace")
    if len(body) > MOST_BYTES:
        text = text.rpartition("\n")[0]  # half a rule is another rule
    return "\n".join(_folded(text.splitlines(), token.lower()))


def _folded(lines: list[str], token: str) -> Iterator[str]:
    for line in lines:
        agent = _AGENT_LINE.match(line)
        if agent is None:
            yield line
            continue
        value = agent[1].partition("#")[0].strip().lower()
        name = value.replace("*", "")
        yield f"User-agent: {(name if name in token else '-') if name else value[:1]}"
