"""Runs the reading of pages in child processes that can be killed.

Parsing is hostile work: a page can keep a parser busy for minutes, eat all memory, or crash the
process outright, and no ``except`` catches that. Each page gets a deadline, each child a limit of
memory and of CPU time; a child that goes over is killed and replaced, and the page is poison. The
room knows nothing of pages: it runs any function of an importable module.
"""

import asyncio
import contextlib
import os
import pickle
import resource
import signal
import sys
import time
import traceback
from collections.abc import Callable
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.context import ForkServerContext, ForkServerProcess
from types import TracebackType
from typing import ParamSpec, Self, TypeVar

from pebble import ProcessExpired, ProcessPool

from crawler.errors import CrawlError, ExtractError, PoisonError
from crawler.settings import SandboxSettings

P = ParamSpec("P")
T = TypeVar("T")

#: Pages a child reads before it is replaced, so that what a parser leaks cannot pile up.
PAGES_PER_CHILD = 5000

#: Seconds beyond the deadline after which the pool itself is taken for dead: a child was killed
#: from outside in the very moment in which it held the pool's lock.
POOL_GRACE = 30.0
#: Pages sent to the pool beyond those in hand, for each child.
AHEAD = 2

#: The kernel counts CPU time in whole seconds.
CPU_GRACE = 2


class _Child(ForkServerProcess):
    """A child that is stopped by SIGKILL: a parser deep in C does not answer SIGTERM."""

    def terminate(self) -> None:
        self.kill()


class _Context(ForkServerContext):
    """Children forked from a clean server process: safe beside threads, and quick to start."""

    Process = _Child


class Sandbox:
    """Child processes that read pages, started with the first page; a context manager."""

    def __init__(
        self, settings: SandboxSettings, *, pages_per_child: int = PAGES_PER_CHILD
    ) -> None:
        self._settings = settings
        self._pages_per_child = pages_per_child
        self._deadline = settings.deadline.total_seconds()
        self._workers = settings.workers or max(1, (os.cpu_count() or 1) - 1)
        # Pages wait here, not in the pool, but for a few: so the pool's silence can be told from a
        # long queue, and a child has its next page before anyone has looked at its last.
        self._free = asyncio.Semaphore(self._workers * (1 + AHEAD))
        self._pool: ProcessPool | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Kill the children, whatever they are at."""
        pool, self._pool = self._pool, None
        if pool is not None:
            pool.stop()  # type: ignore[no-untyped-call]  # pebble leaves it unannotated
            pool.join()

    async def run(self, url: str, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Return what ``function`` returns for these arguments; ``url`` is named in errors.

        Raises PoisonError where reading took too long, too much memory or the child's life,
        ExtractError where there is more to read than the settings allow, and whatever the
        function itself raises; a bug carries the child's traceback as a note. BrokenProcessPool
        means that children cannot be started here at all.
        """
        job = pickle.dumps((function, args, kwargs), pickle.HIGHEST_PROTOCOL)
        if len(job) > self._settings.max_input:
            raise ExtractError(url, f"too large to read ({len(job)} bytes)")
        async with self._free:
            try:
                answer = await self._ask(url, function.__module__, job)
            except BrokenProcessPool:
                # A child died between two pages: not this page's fault, and a new pool cures it.
                answer = await self._ask(url, function.__module__, job)
        result: T
        result, error = pickle.loads(answer)  # noqa: S301 - written by our own child
        if isinstance(error, MemoryError | RecursionError):
            raise PoisonError(url, "took too much memory") from error
        if error is not None:
            raise error
        return result

    async def _ask(self, url: str, module: str, job: bytes) -> bytes:
        """Send one job to a child; raises PoisonError, or BrokenProcessPool where none is left."""
        pool = self._ready(module)
        try:
            future = pool.schedule(_work, args=(job, self._deadline), timeout=self._deadline)
        except RuntimeError as error:
            raise BrokenProcessPool from error
        try:
            patience = self._deadline * (1 + AHEAD) + POOL_GRACE
            return await asyncio.wait_for(asyncio.wrap_future(future), patience)
        except ProcessExpired as error:
            raise PoisonError(url, f"the child process died ({_cause(error.exitcode)})") from error
        except TimeoutError as error:
            if not future.done() or future.cancelled():
                if self._pool is pool:
                    self.close()
                raise BrokenProcessPool from error
            raise PoisonError(url, f"took longer than {self._deadline:g} s") from error

    def _ready(self, module: str) -> ProcessPool:
        """Return a pool that works, a new one where there is none."""
        if self._pool is not None and not self._pool.active:
            self.close()
        if self._pool is None:
            context = _Context()
            # Every child begins by importing the main program's modules, a second of work, unless
            # the server it is forked from has done so: all that is loaded of our own package.
            package = module.partition(".")[0]
            own = [name for name in sys.modules if name.partition(".")[0] == package]
            context.set_forkserver_preload(own)
            self._pool = ProcessPool(
                max_workers=self._workers,
                max_tasks=self._pages_per_child,
                initializer=_limit,
                initargs=(self._settings.memory,),
                context=context,
            )
        return self._pool


def _limit(memory: int) -> None:
    """Set a new child's limits; runs there."""
    # Ctrl-C reaches the whole process group, a service manager's SIGTERM often too: the parent
    # alone decides what to finish. Children end when it kills them or its pipe closes.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with contextlib.suppress(ValueError):  # a system that cannot, or is limited further already
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))


def _work(job: bytes, deadline: float) -> bytes:
    """Do one job and return the pickled pair of its result and its error; runs in a child."""
    # Ends a child whose parent was killed and can no longer hold it to its deadline.
    seconds = int(time.process_time() + deadline) + CPU_GRACE
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    if hard == resource.RLIM_INFINITY or seconds < hard:
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, hard))
    try:
        function, args, kwargs = pickle.loads(job)  # noqa: S301 - written by our own parent
        return pickle.dumps((function(*args, **kwargs), None), pickle.HIGHEST_PROTOCOL)
    except CrawlError as error:
        return pickle.dumps((None, error), pickle.HIGHEST_PROTOCOL)
    except Exception as error:
        return _bug(error)


def _bug(error: Exception) -> bytes:
    """Return an unexpected error ready to travel, with its traceback as a note."""
    trace = traceback.format_exc()
    try:
        error.add_note(trace)
        sent = pickle.dumps((None, error), pickle.HIGHEST_PROTOCOL)
        pickle.loads(sent)  # noqa: S301 - written one line above
    except Exception:  # an exception class may do anything in its constructor
        sent = pickle.dumps((None, RuntimeError(trace)), pickle.HIGHEST_PROTOCOL)
    return sent


def _cause(exitcode: int) -> str:
    """Return the signal's name for the exit code of a killed process."""
    with contextlib.suppress(ValueError):
        return signal.Signals(-exitcode).name
    return f"exit code {exitcode}"
