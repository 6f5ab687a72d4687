"""Pages that misbehave hurt nobody but themselves."""

import asyncio
import os
import pickle
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from crawler.errors import (
    ConfigError,
    CrawlError,
    ExtractError,
    Fault,
    FetchError,
    GoneError,
    ListingError,
    NormaliseError,
    PoisonError,
    SourceError,
)
from crawler.records import Weight
from crawler.sandbox import Sandbox
from crawler.settings import SandboxSettings
from tests import hostile

URL = "https://www.example.gov/page.html"
ROOT = Path(__file__).parents[1]

ERRORS: tuple[CrawlError, ...] = (
    CrawlError(URL, "why"),
    SourceError(URL, "why"),
    FetchError(URL, "status", "503", status=503, retry_after=60.0, weight=Weight.HARD),
    ListingError(URL, "why"),
    ExtractError(URL, "why"),
    NormaliseError(URL, "why"),
    PoisonError(URL, "why"),
    GoneError(URL, "soft404"),
)


def attributes(error: Exception) -> dict[str, object]:
    """Return what an error says, for comparison."""
    return {"type": type(error), "text": str(error), "args": error.args} | vars(error)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    settings = SandboxSettings(
        workers=1, deadline=timedelta(seconds=1), memory=512 << 20, max_input=1 << 20
    )
    with Sandbox(settings) as sandbox:
        yield sandbox


async def test_a_result_comes_back_as_the_function_returned_it(sandbox: Sandbox) -> None:
    assert await sandbox.run(URL, hostile.echo, {"文": (1, None)}) == {"文": (1, None)}
    assert await sandbox.run(URL, hostile.divide, by=4) == 0.25


@pytest.mark.parametrize("kind", hostile.POISON)
async def test_a_poison_page_is_given_up_and_the_next_page_is_read(
    sandbox: Sandbox, kind: str
) -> None:
    began = time.monotonic()
    with pytest.raises(PoisonError, match="longer than 1 s") as caught:
        await sandbox.run(URL, hostile.parse, hostile.POISON[kind]())
    assert time.monotonic() - began < 2.5
    assert caught.value.url == URL
    assert caught.value.weight is Weight.HARD
    assert await sandbox.run(URL, hostile.parse, "<p>好</p>") == 1


@pytest.mark.parametrize(
    ("deed", "reason"),
    [
        (hostile.eat, "memory"),
        (hostile.recurse, "memory"),
        (hostile.crash, "SIGSEGV"),
        (hostile.leave, "exit code 3"),
    ],
)
async def test_a_child_that_dies_or_swells_is_a_poison_page_not_the_end(
    sandbox: Sandbox, deed: object, reason: str
) -> None:
    with pytest.raises(PoisonError, match=reason):
        await sandbox.run(URL, deed)  # type: ignore[arg-type]
    assert await sandbox.run(URL, hostile.echo, "still here") == "still here"


async def test_more_than_the_settings_allow_is_not_even_sent(sandbox: Sandbox) -> None:
    with pytest.raises(ExtractError, match="too large to read"):
        await sandbox.run(URL, hostile.parse, "x" * (1 << 20))


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
async def test_an_expected_error_crosses_whole(sandbox: Sandbox, error: CrawlError) -> None:
    with pytest.raises(type(error)) as caught:
        await sandbox.run(URL, hostile.fail, error)
    assert attributes(caught.value) == attributes(error)
    assert caught.value.weight is error.weight


def test_a_configuration_error_can_be_pickled_with_its_faults() -> None:
    error = ConfigError((Fault(file="a.toml", line=3, key="kind", what="unknown key"),))
    assert attributes(pickle.loads(pickle.dumps(error))) == attributes(error)  # noqa: S301


async def test_a_bug_is_loud_and_shows_the_line_in_the_child(sandbox: Sandbox) -> None:
    with pytest.raises(ZeroDivisionError) as caught:
        await sandbox.run(URL, hostile.divide, 0)
    assert "return 1 / by" in "".join(caught.value.__notes__)


async def test_a_bug_whose_exception_cannot_travel_is_still_told(sandbox: Sandbox) -> None:
    with pytest.raises(RuntimeError, match="StubbornError: no way"):
        await sandbox.run(URL, hostile.be_stubborn)
    assert await sandbox.run(URL, hostile.echo, 1) == 1


async def test_the_event_loop_goes_on_while_a_child_is_stuck(sandbox: Sandbox) -> None:
    gaps: list[float] = []

    async def watch() -> None:
        while True:
            before = time.monotonic()
            await asyncio.sleep(0.01)
            gaps.append(time.monotonic() - before)

    watcher = asyncio.create_task(watch())
    with pytest.raises(PoisonError):
        await sandbox.run(URL, hostile.spin)
    watcher.cancel()
    assert max(gaps) < 0.3


async def test_waiting_in_the_queue_does_not_count_against_the_deadline(sandbox: Sandbox) -> None:
    jobs = [sandbox.run(URL, hostile.sleep, 0.4) for _ in range(4)]
    assert len(await asyncio.gather(*jobs)) == 4


async def test_a_page_no_longer_wanted_is_dropped_at_once(sandbox: Sandbox) -> None:
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2):
            await sandbox.run(URL, hostile.spin)
    assert await sandbox.run(URL, hostile.echo, "next") == "next"


async def test_a_child_killed_between_two_pages_is_replaced(sandbox: Sandbox) -> None:
    for pause in (0.0, 0.3):  # before and after the pool takes note
        child = await sandbox.run(URL, hostile.sleep, 0)
        os.kill(child, signal.SIGKILL)
        await asyncio.sleep(pause)
        assert await sandbox.run(URL, hostile.sleep, 0) != child


async def test_children_ignore_the_signals_meant_for_their_parent(sandbox: Sandbox) -> None:
    assert await sandbox.run(URL, hostile.signals) == (True, True)


async def test_a_child_is_replaced_after_its_share_of_pages() -> None:
    with Sandbox(SandboxSettings(workers=1), pages_per_child=2) as sandbox:
        children = [await sandbox.run(URL, hostile.sleep, 0) for _ in range(4)]
    assert children[0] == children[1] != children[2] == children[3]


async def test_closing_does_not_wait_for_a_stuck_page() -> None:
    with Sandbox(SandboxSettings(workers=1)) as sandbox:
        stuck = asyncio.create_task(sandbox.run(URL, hostile.spin))
        await asyncio.sleep(0.5)
        stuck.cancel()
        began = time.monotonic()
    assert time.monotonic() - began < 1


PARENT = """
import asyncio
from datetime import timedelta
from crawler.sandbox import Sandbox
from crawler.settings import SandboxSettings
from tests import hostile

async def main():
    settings = SandboxSettings(workers=2, deadline=timedelta(seconds=0.9))
    with Sandbox(settings) as sandbox:
        pids = await asyncio.gather(*(sandbox.run("u", hostile.sleep, 0.3) for _ in "12"))
        busy = asyncio.create_task(sandbox.run("u", hostile.spin))
        await asyncio.sleep(0.2)
        print(*pids, flush=True)
        await asyncio.sleep(60)

if __name__ == "__main__":
    asyncio.run(main())
"""


def alive(pid: int) -> bool:
    """Tell whether a process runs; one that only waits to be reaped does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc")
def test_no_child_outlives_a_parent_that_was_killed(tmp_path: Path) -> None:
    script = tmp_path / "parent.py"
    script.write_text(PARENT)
    with subprocess.Popen(
        [sys.executable, str(script)],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    ) as parent:
        assert parent.stdout is not None
        children = [int(pid) for pid in parent.stdout.readline().split()]
        assert len(set(children)) == 2
        assert all(map(alive, children))
        parent.kill()
    until = time.monotonic() + 8
    while any(map(alive, children)) and time.monotonic() < until:
        time.sleep(0.05)
    assert [pid for pid in children if alive(pid)] == []
