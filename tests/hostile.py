"""What a page can do to the process that reads it; run in the sandbox's children by its tests."""

import os
import signal
import time
from collections.abc import Callable

from selectolax.lexbor import LexborHTMLParser

from crawler.errors import CrawlError

#: Pages that keep Lexbor busy for a minute and more: it is quadratic on each of these.
POISON: dict[str, Callable[[], str]] = {
    "nested": lambda: "<div>" * 100_000,
    "options": lambda: "<select>" + "<option>x" * 100_000 + "</select>",
    "attributes": lambda: "<p " + " ".join(f"a{n}=1" for n in range(100_000)) + ">text",
}


def parse(html: str) -> int:
    """Return how many characters of text a page has."""
    return len(LexborHTMLParser(html).text() or "")


def echo(value: object) -> object:
    return value


def sleep(seconds: float) -> int:
    """Return the child's process id, after a while."""
    time.sleep(seconds)
    return os.getpid()


def spin() -> None:
    while True:
        pass


def eat() -> int:
    return len(bytearray(1 << 34))


def recurse(depth: int = 0) -> int:
    return recurse(depth + 1) + 1


def crash() -> None:
    os.kill(os.getpid(), signal.SIGSEGV)


def leave() -> None:
    os._exit(3)


def divide(by: int) -> float:
    return 1 / by


def fail(error: CrawlError) -> None:
    raise error


class StubbornError(Exception):
    """An exception that cannot be unpickled."""

    def __init__(self, one: str, two: str) -> None:
        super().__init__(one + two)


def be_stubborn() -> None:
    raise StubbornError("no ", "way")


def signals() -> tuple[bool, bool]:
    """Tell whether Ctrl-C and SIGTERM are ignored."""
    ignored = signal.SIG_IGN
    return signal.getsignal(signal.SIGINT) is ignored, signal.getsignal(signal.SIGTERM) is ignored
