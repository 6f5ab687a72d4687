"""A page as a browser shows it once its scripts have run: for lists that nothing else tells.

Off unless a listing says ``render = true``. The browser has no network; each request of the page is
held and answered by whoever fetches for us, so guard, robots.txt, pauses and limits are those of a
crawl. Pictures, styles, fonts and frames are never asked for.
"""

import asyncio
import base64
import os
import shutil
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qsl

from archive import Capture
from crawler.errors import CrawlError, PoisonError, SourceError
from crawler.records import PageRequest
from crawler.rendering.pipe import Gone, Pipe, browser
from crawler.settings import BrowserSettings

#: Asks for an address, politely. Raises CrawlError.
Ask = Callable[[PageRequest], Awaitable[Capture]]

#: Seconds without a word from the browser after which a page counts as done.
_QUIET = 0.5

#: Seconds for one page at most, our own waiting for the site's turn included.
_LONGEST = 300

#: Seconds in which a page that is done tells what it shows; one whose scripts go round never does.
_TELLING = 5

#: What is asked for; documents only for the page itself.
_WANTED = frozenset({"Document", "Script", "XHR", "Fetch"})

_HEADERS = frozenset({"content-type", "access-control-allow-origin"})

_SHOWN = "document.documentElement.outerHTML"


class Browser:
    """Shows pages one at a time, each in a browser of its own."""

    def __init__(self, settings: BrowserSettings, *, longest: int) -> None:
        """Take the settings, and how many characters of a page are of use."""
        self._settings, self._longest = settings, longest
        self._one = asyncio.Lock()

    async def render(self, capture: Capture, ask: Ask, charset: str = "") -> Capture:
        """Return an answer with the page that its scripts make of it, in ``charset`` or UTF-8.

        Raises SourceError where there is no browser, PoisonError where the page is too much for it.
        """
        program = self._program(capture.final_url)
        async with self._one:
            try:
                async with (
                    asyncio.timeout(_LONGEST),
                    browser(program, sandbox=self._settings.sandbox) as pipe,
                ):
                    visit = _Visit(pipe=pipe, capture=capture, ask=ask, settings=self._settings)
                    html = await visit.html()
            except (Gone, TimeoutError, OSError) as error:
                reason = f"cannot be rendered: {error or 'took too long'}"
                raise PoisonError(capture.final_url, reason) from error
        if len(html) > self._longest:
            raise PoisonError(capture.final_url, f"renders to {len(html)} characters")
        encoded = html.encode(charset or "utf-8-sig", "xmlcharrefreplace")
        headers = (("Content-Type", f"text/html; charset={charset or 'utf-8'}"),)
        return replace(capture, headers=headers, payload=b"", body=encoded)

    def _program(self, url: str) -> str:
        """Return the browser's program. Raises SourceError."""
        command = self._settings.command
        program = shutil.which(command)
        if program is None:
            raise SourceError(
                url,
                f"render = true needs a browser, and there is no {command}: install Debian's "
                "chromium, or name another by command under [browser] in gazette.toml",
            )
        if self._settings.sandbox and os.geteuid() == 0:
            raise SourceError(
                url,
                "render = true does not start a browser as root, where it has no sandbox: run "
                "Gazette as another user, or say sandbox = false under [browser] in gazette.toml",
            )
        return program


@dataclass(slots=True, kw_only=True)
class _Visit:
    """One page in the browser."""

    pipe: Pipe
    capture: Capture
    ask: Ask
    settings: BrowserSettings
    session: str = ""
    frame: str = ""
    #: requests of the page that were answered by asking
    asked: int = 0
    answering: set[asyncio.Task[None]] = field(default_factory=set)

    async def html(self) -> str:
        """Return the page once it is quiet, or its time is over. Raises Gone."""
        await self._open()
        loop = asyncio.get_running_loop()
        left, loaded = self.settings.deadline.total_seconds(), False
        going = asyncio.create_task(self._order("Page.navigate", url=self.capture.final_url))
        try:
            # The clock stands still while a request waits for its host's turn.
            while left > 0:
                began, waiting = loop.time(), bool(self.answering)
                event = await self.pipe.event(_QUIET)
                left -= 0 if waiting else loop.time() - began
                if event is None and loaded and not self.answering:
                    break
                loaded = loaded or (event or {}).get("method") == "Page.loadEventFired"
                self._heed(event or {})
            async with asyncio.timeout(_TELLING):
                shown = await self._order("Runtime.evaluate", expression=_SHOWN, returnByValue=True)
        finally:
            for task in (going, *self.answering):
                task.cancel()
            await asyncio.gather(going, *self.answering, return_exceptions=True)
        return str(shown.get("result", {}).get("value", ""))

    async def _open(self) -> None:
        target = await self.pipe.ask("Target.createTarget", url="about:blank")
        self.frame = target["targetId"]
        attached = await self.pipe.ask("Target.attachToTarget", targetId=self.frame, flatten=True)
        self.session = attached["sessionId"]
        await self.pipe.ask("Browser.setDownloadBehavior", behavior="deny")
        await self._order("Page.enable")
        await self._order("Network.enable")
        await self._order("Network.setBypassServiceWorker", bypass=True)
        await self._order("Fetch.enable", patterns=[{"urlPattern": "*"}])

    async def _order(self, method: str, **parameters: Any) -> dict[str, Any]:
        return await self.pipe.ask(method, self.session, **parameters)

    def _heed(self, event: dict[str, Any]) -> None:
        """Answer what the browser wants to know."""
        match event.get("method"):
            case "Fetch.requestPaused":
                self._start(self._answer(event["params"]))
            case "Page.javascriptDialogOpening":
                self._start(self._close_dialog())

    def _start(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self.answering.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        """Forget an answer; a request that the page itself gave up takes none, and that is fine."""
        self.answering.discard(task)
        if not task.cancelled():
            task.exception()

    async def _close_dialog(self) -> None:
        await self._order("Page.handleJavaScriptDialog", accept=False)

    async def _answer(self, paused: dict[str, Any]) -> None:
        """Answer one request of the page: with the page itself, with what was asked for, or not."""
        try:
            capture = await self._sought(paused)
        except CrawlError:
            capture = None
        number = paused["requestId"]
        if capture is None:
            await self._order("Fetch.failRequest", requestId=number, errorReason="BlockedByClient")
            return
        headers = [{"name": n, "value": v} for n, v in capture.headers if n.lower() in _HEADERS]
        await self._order(
            "Fetch.fulfillRequest",
            requestId=number,
            responseCode=capture.status,
            responseHeaders=headers,
            body=base64.b64encode(capture.body).decode(),
        )

    async def _sought(self, paused: dict[str, Any]) -> Capture | None:
        """Return the answer to a request of the page, None where it is not to have one."""
        request, kind = paused["request"], paused.get("resourceType")
        url = request["url"]
        if kind == "Document" and paused.get("frameId") != self.frame:
            return None
        if kind == "Document" and url.partition("#")[0] == self.capture.final_url:
            return self.capture
        wanted = kind in _WANTED and url.startswith(("http://", "https://"))
        asked = _request(request) if wanted else None
        if asked is None or self.asked >= self.settings.requests:
            return None
        self.asked += 1
        return await self.ask(asked)


def _request(told: dict[str, Any]) -> PageRequest | None:
    """Return a request of the page as we ask it, None for a kind that we never send."""
    url, method, posted = told["url"], told["method"], told.get("postData", "")
    if method == "GET":
        return PageRequest(url=url)
    if method != "POST":
        return None
    if posted.lstrip().startswith(("{", "[")):
        return PageRequest(url=url, method="POST", body=posted)
    return PageRequest(
        url=url, method="POST", form=tuple(parse_qsl(posted, keep_blank_values=True))
    )
