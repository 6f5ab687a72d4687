"""Starts Debian's Chromium and speaks to it over its debugging pipe (the DevTools protocol).

The browser has no way to the network: every name resolves to nothing, and all that it would ask by
itself goes to a proxy that is not there.
"""

import asyncio
import contextlib
import json
import os
import signal
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

#: Bytes of one message: a whole page as the browser shows it.
_LONGEST = 64 << 20

#: Seconds that the browser may take to answer an order.
_PATIENCE = 20

_FLAGS = (
    "--headless=new", "--remote-debugging-pipe", "--disable-gpu", "--no-first-run", "--mute-audio",
    # nothing of its own on the wire, whatever a page tries
    "--proxy-server=http://127.0.0.1:1", "--proxy-bypass-list=<-loopback>", "--disable-quic",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--disable-domain-reliability", "--disable-breakpad", "--disable-crash-reporter",
    "--disable-client-side-phishing-detection", "--no-pings", "--disable-extensions",
    "--renderer-process-limit=2", "--js-flags=--max-old-space-size=256",
    "--disable-features=ServiceWorker,DialMediaRouteProvider,OptimizationHints",
)  # fmt: skip

#: It reads orders from 3 and writes to 4, whatever our pipes are called.
_LAUNCH = """
import fcntl, os, sys
reads, writes = (fcntl.fcntl(int(n), fcntl.F_DUPFD, 10) for n in sys.argv[1:3])
os.dup2(reads, 3)
os.dup2(writes, 4)
os.execvp(sys.argv[3], sys.argv[3:])
"""


class Gone(Exception):  # noqa: N818 - reads as what happened
    """The browser ended, refused an order or did not answer."""


class Pipe:
    """Orders to a browser, its answers, and what it tells by itself."""

    def __init__(self, reader: asyncio.StreamReader, out: asyncio.WriteTransport) -> None:
        self._reader, self._out = reader, out
        self._answers: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._events: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._number = 0

    async def listen(self) -> None:
        """Sort what the browser says until it ends."""
        with contextlib.suppress(
            asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError
        ):
            while True:
                message = json.loads((await self._reader.readuntil(b"\0"))[:-1])
                waiting = self._answers.pop(message.get("id", 0), None)
                if waiting is None:
                    self._events.put_nowait(message)
                elif not waiting.done():
                    waiting.set_result(message)
        for waiting in self._answers.values():
            waiting.cancel()
        self._events.put_nowait({"method": "gone"})

    async def ask(self, method: str, session: str = "", **parameters: Any) -> dict[str, Any]:
        """Return what the browser answers to an order. Raises Gone."""
        self._number += 1
        order: dict[str, Any] = {"id": self._number, "method": method, "params": parameters}
        if session:
            order["sessionId"] = session
        answer = asyncio.get_running_loop().create_future()
        self._answers[self._number] = answer
        self._out.write(json.dumps(order).encode() + b"\0")
        try:
            async with asyncio.timeout(_PATIENCE):
                message = await asyncio.shield(answer)
        except (TimeoutError, asyncio.CancelledError) as error:
            if isinstance(error, asyncio.CancelledError) and not answer.cancelled():
                raise
            raise Gone(f"no answer to {method}") from None
        if "error" in message:
            raise Gone(f"{method}: {message['error'].get('message', '')}")
        return dict(message.get("result", {}))

    async def event(self, patience: float) -> dict[str, Any] | None:
        """Return what the browser tells next, None where it is quiet. Raises Gone."""
        try:
            async with asyncio.timeout(patience):
                event = await self._events.get()
        except TimeoutError:
            return None
        if event["method"] in ("gone", "Inspector.targetCrashed"):
            raise Gone("the browser ended")
        return event


@asynccontextmanager
async def browser(program: str, *, sandbox: bool) -> AsyncIterator[Pipe]:
    """Start a browser with nothing remembered; it ends with the block, and so do its children."""
    orders, ours = os.pipe()
    theirs, answers = os.pipe()
    flags = _FLAGS if sandbox else (*_FLAGS, "--no-sandbox")
    with tempfile.TemporaryDirectory(prefix="gazette-", ignore_cleanup_errors=True) as profile:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-I", "-c", _LAUNCH, str(orders), str(answers),
            program, *flags, f"--user-data-dir={profile}",
            pass_fds=(orders, answers), start_new_session=True,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        os.close(orders)
        os.close(answers)
        loop = asyncio.get_running_loop()
        reader = asyncio.StreamReader(limit=_LONGEST)
        inward, _ = await loop.connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(theirs, "rb", 0)
        )
        out, _ = await loop.connect_write_pipe(asyncio.BaseProtocol, os.fdopen(ours, "wb", 0))
        pipe = Pipe(reader, out)
        listening = asyncio.create_task(pipe.listen())
        try:
            yield pipe
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            listening.cancel()
            inward.close()
            out.abort()
            await process.wait()
