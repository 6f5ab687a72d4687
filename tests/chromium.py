"""A real browser for the tests of pages, spoken to over its debugging pipe (Chromium's CDP)."""

import base64
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

_FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--hide-scrollbars", "--lang=en-US", "--remote-debugging-pipe",
)  # fmt: skip
#: How far the page is wider than its window, and what sticks out.
_WIDER = """
(() => {
  const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  const out = [...document.querySelectorAll("body *")].filter(
    (each) => each.getBoundingClientRect().right > document.documentElement.clientWidth + 1);
  return JSON.stringify([wide, wide > 0 ? out.slice(0, 5).map((each) => each.outerHTML.slice(0, 120)) : []]);
})()
"""  # noqa: E501


@dataclass(slots=True)
class Shown:
    """A page as the browser shows it."""

    browser: "Chromium"
    session: str
    #: what was said in the console, and errors of scripts
    complaints: list[str] = field(default_factory=list)

    def run(self, script: str) -> Any:
        """Return what a script, run in the page, comes to."""
        found = self.browser.ask(
            "Runtime.evaluate", self.session, expression=script, returnByValue=True,
            awaitPromise=True,
        )  # fmt: skip
        assert "exceptionDetails" not in found, found
        return found["result"].get("value")

    def sticking_out(self) -> list[str]:
        """Return what makes the page wider than its window."""
        _, out = json.loads(self.run(_WIDER))
        return list(out)

    def click(self, selector: str) -> None:
        """Click on what is there, and wait for the page that comes of it."""
        self.browser.events.clear()
        self.run(f"document.querySelector({json.dumps(selector)}).click()")
        self.browser.await_load(self)

    def picture(self, path: Path) -> None:
        """Write the whole page as a picture."""
        found = self.browser.ask(
            "Page.captureScreenshot", self.session, captureBeyondViewport=True, format="png"
        )
        path.write_bytes(base64.b64decode(found["data"]))


class Chromium:
    """One browser; it ends with the test."""

    def __init__(self, reads: int, writes: int) -> None:
        self._in, self._out = os.fdopen(reads, "rb", 0), os.fdopen(writes, "wb", 0)
        self._number = 0
        self._rest = b""
        self.events: list[dict[str, Any]] = []

    def _message(self) -> dict[str, Any]:
        while b"\0" not in self._rest:
            piece = self._in.read(1 << 16)
            assert piece, "the browser has ended"
            self._rest += piece
        text, _, self._rest = self._rest.partition(b"\0")
        return dict(json.loads(text))

    def ask(self, method: str, session: str = "", **parameters: Any) -> Any:
        """Return the browser's answer to an order."""
        self._number += 1
        order: dict[str, Any] = {"id": self._number, "method": method, "params": parameters}
        if session:
            order["sessionId"] = session
        self._out.write(json.dumps(order).encode() + b"\0")
        while (message := self._message()).get("id") != self._number:
            self.events.append(message)
        assert "error" not in message, (method, message["error"])
        return message["result"]

    def show(self, address: str, *, width: int = 1280, dark: bool = False) -> Shown:
        """Return a page, loaded, in a window of its own."""
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        shown = Shown(self, session)
        self.ask(
            "Emulation.setDeviceMetricsOverride", session, width=width, height=900,
            deviceScaleFactor=1, mobile=False,
        )  # fmt: skip
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.ask("Emulation.setEmulatedMedia", session, features=[scheme])
        for domain in ("Page", "Runtime", "Log"):
            self.ask(f"{domain}.enable", session)
        self.events.clear()
        self.ask("Page.navigate", session, url=address)
        self.await_load(shown)
        return shown

    def await_load(self, shown: Shown) -> None:
        """Wait until a page is there, and note what it complains of."""
        while not any(
            event.get("method") == "Page.loadEventFired" and event["sessionId"] == shown.session
            for event in self.events
        ):
            self.events.append(self._message())
        # Whatever the page still had to say has come before this answer.
        shown.run("new Promise((done) => setTimeout(done, 50))")
        for event in self.events:
            told = event.get("params", {})
            if event.get("method") == "Log.entryAdded" and told["entry"]["level"] == "error":
                shown.complaints.append(told["entry"]["text"])
            elif event.get("method") == "Runtime.exceptionThrown":
                shown.complaints.append(str(told["exceptionDetails"]))
            elif event.get("method") == "Runtime.consoleAPICalled" and told["type"] == "error":
                shown.complaints.append(str(told["args"]))


@contextmanager
def chromium(folder: Path) -> Iterator[Chromium]:
    """Start Debian's Chromium, ``folder`` its own; without one the test is skipped."""
    if (program := shutil.which("chromium")) is None:
        pytest.skip("needs Chromium: apt-get install chromium")
    orders, ours = os.pipe()
    answers, theirs = os.pipe()
    # It reads orders from 3 and writes to 4, whatever these pipes are called here.
    start = f'exec "$0" "$@" 3<&{orders} 4>&{theirs}'
    command = ["bash", "-c", start, program, *_FLAGS, f"--user-data-dir={folder}"]
    with subprocess.Popen(
        command, pass_fds=(orders, theirs), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        os.close(orders)
        os.close(theirs)
        browser = Chromium(answers, ours)
        try:
            yield browser
        finally:
            process.kill()
            browser._in.close()
            browser._out.close()
