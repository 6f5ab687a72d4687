"""Damages every page of the corpus many times over and reads the damaged copies.

    python -m benchmarks.mutations [--each 200] [--seed 0] [--set NAME]
    python -m benchmarks.mutations --page ID --number N [--seed 0] [--save FILE]

Decodes, extracts and normalises each copy on all cores. Nothing but ``CrawlError`` may be raised,
no process may die, and no copy may take longer than its deadline, which the kernel enforces: a
process that is over it is killed, reported, and the next copy read by a new one. Exit code 1 on
any of these. A failure names page, number and seed: the second form reads that copy alone and shows
what happens.
"""

import argparse
import multiprocessing
import os
import signal
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path

from archive import Article
from benchmarks.corpus import Truth, address_of, pages, source_for
from benchmarks.damage import damaged
from benchmarks.ours import read
from benchmarks.tables import table
from crawler.errors import CrawlError
from crawler.records import Source

#: Seconds after which a copy's reading is a failure: far more than the slowest needs.
DEADLINE = 10.0
_DEATHS = {-signal.SIGALRM: "over the deadline", -signal.SIGSEGV: "crashed"}

#: Reads a page, given its bytes, address and source.
Reader = Callable[[bytes, str, Source], Article]
Corpus = Sequence[tuple[Truth, bytes]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What is to be damaged and read."""

    corpus: Corpus
    #: copies of each page
    each: int
    seed: int = 0
    deadline: float = DEADLINE
    reader: Reader = read


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of reading one damaged copy."""

    page: str
    number: int
    damages: tuple[str, ...]
    seconds: float
    #: name of the typed error, or ""
    error: str = ""
    #: what should not have happened, or ""
    failure: str = ""


def copy_of(corpus: Corpus, index: int, number: int, seed: int) -> tuple[bytes, tuple[str, ...]]:
    """Return one damaged copy of a page, spliced with whichever page its number picks."""
    truth, body = corpus[index]
    other = corpus[(index * 31 + number * 17) % len(corpus)][1]
    return damaged(body, other, f"{seed}:{truth['id']}:{number}")


def outcome(corpus: Corpus, index: int, number: int, seed: int, reader: Reader = read) -> Outcome:
    """Read one damaged copy and return what came of it."""
    truth = corpus[index][0]
    copy, damages = copy_of(corpus, index, number, seed)
    error = failure = ""
    start = time.process_time()
    try:
        reader(copy, address_of(truth), source_for(truth))
    except CrawlError as expected:
        error = type(expected).__name__
    except Exception:
        failure = traceback.format_exc()
    seconds = time.process_time() - start
    return Outcome(
        page=str(truth["id"]), number=number, damages=damages, seconds=seconds,
        error=error, failure=failure,
    )  # fmt: skip


def _child(work: Work, index: int, numbers: range, out: Connection) -> None:
    """Send the number of each copy before reading it, and the outcome afterwards."""
    for number in numbers:
        out.send(number)
        signal.setitimer(signal.ITIMER_REAL, work.deadline)
        done = outcome(work.corpus, index, number, work.seed, work.reader)
        signal.setitimer(signal.ITIMER_REAL, 0)
        out.send(done)
    out.close()


def read_all(work: Work) -> Iterator[Outcome]:
    """Yield the outcome of every copy, read in a process for each page, one process a core."""
    context = multiprocessing.get_context("fork")
    waiting = [(index, range(work.each)) for index in range(len(work.corpus))]
    running: dict[Connection, tuple[BaseProcess, int, int]] = {}
    while waiting or running:
        while waiting and len(running) < (os.cpu_count() or 1):
            index, numbers = waiting.pop()
            here, there = context.Pipe(duplex=False)
            args = (work, index, numbers, there)
            child: BaseProcess = context.Process(target=_child, args=args)
            child.start()
            there.close()
            running[here] = child, index, numbers.start
        for ready in wait(list(running)):
            assert isinstance(ready, Connection)
            child, index, number = running[ready]
            try:
                told = ready.recv()
            except EOFError:
                del running[ready]
                child.join()
                if child.exitcode:
                    yield _dead(work, index, number, child.exitcode)
                    waiting.append((index, range(number + 1, work.each)))
                continue
            if isinstance(told, int):
                running[ready] = child, index, told
            else:
                yield told


def _dead(work: Work, index: int, number: int, code: int) -> Outcome:
    """Return the outcome of a copy at which a process died."""
    return Outcome(
        page=str(work.corpus[index][0]["id"]),
        number=number,
        damages=copy_of(work.corpus, index, number, work.seed)[1],
        seconds=work.deadline,
        failure=_DEATHS.get(code, f"the process died with code {code}"),
    )


def report(outcomes: list[Outcome], seed: int) -> str:
    """Return counts, kinds of typed error, the slowest, and how to see every failure again."""
    kinds = Counter(one.error or ("FAILED" if one.failure else "read") for one in outcomes)
    rows = [[kind, str(count)] for kind, count in kinds.most_common()]
    text = [table("", ["outcome", "copies"], [*rows, ["in all", str(len(outcomes))]])]
    slow = sorted(outcomes, key=lambda one: -one.seconds)[:8]
    rows = [[f"{one.page} --number {one.number}", f"{one.seconds:.2f}", " ".join(one.damages)]
            for one in slow]  # fmt: skip
    text.append(table("", ["the slowest, CPU seconds", "s", "damage"], rows))
    for one in outcomes:
        if one.failure:
            again = f"python -m benchmarks.mutations --page {one.page} --number {one.number}"
            text.append(f"{again} --seed {seed}  ({' '.join(one.damages)})\n{one.failure}")
    return "\n".join(text)


def again(corpus: Corpus, page: str, number: int, seed: int, save: Path | None) -> None:
    """Read one copy and let whatever is raised be seen."""
    index = next(i for i, (truth, _) in enumerate(corpus) if truth["id"] == page)
    copy, damages = copy_of(corpus, index, number, seed)
    print(" ".join(damages), f"{len(copy)} bytes")
    if save:
        save.write_bytes(copy)
    truth = corpus[index][0]
    article = read(copy, address_of(truth), source_for(truth))
    print(article.title, len(article.text), sep="\n")


def main() -> None:
    """Damage, read and report."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--each", type=int, default=200, help="damaged copies of each page")
    options.add_argument("--seed", type=int, default=0)
    options.add_argument("--set", default="", help="pages of one set alone")
    options.add_argument("--page", help="read one damaged copy of this page alone")
    options.add_argument("--number", type=int, default=0, help="which copy of --page")
    options.add_argument("--save", type=Path, help="write that copy to a file")
    chosen = options.parse_args()
    corpus = list(pages())
    if chosen.page:
        again(corpus, chosen.page, chosen.number, chosen.seed, chosen.save)
        return
    wanted = [one for one in corpus if chosen.set in ("", one[0]["set"])]
    outcomes = list(read_all(Work(corpus=wanted, each=chosen.each, seed=chosen.seed)))
    print(report(outcomes, chosen.seed))
    sys.exit(any(one.failure for one in outcomes))


if __name__ == "__main__":
    main()
