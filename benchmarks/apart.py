"""One extractor over pages of the corpus in a process of its own: its CPU and memory are its own.

    python -m benchmarks.apart NAME --set SET --out FILE

Writes one line a page, ``{"id", "seconds", "parse", …what was found}``, and a last one with the
peak of memory. ``seconds`` is CPU time of all threads for reading the page once, after a few pages
that nobody times; ``parse`` is the bare Lexbor parse of the same page a moment before, so that a
busy machine weighs on both alike. A page that makes an extractor fail has no findings.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from benchmarks.corpus import address_of, pages, source_for
from benchmarks.ours import Row
from benchmarks.peers import EXTRACTORS, Page, Reader, lexbor
from crawler.charset import decode

#: Pages read beforehand: libraries compile and load much of theirs on the first ones.
WARM_UP = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What one extractor made of some pages."""

    rows: tuple[Row, ...]
    #: id → CPU seconds
    seconds: dict[str, float]
    #: id → CPU seconds of the bare parse beside it
    parse: dict[str, float]
    #: most memory the process held, MB
    peak: float


def run(name: str, only: str) -> Run:
    """Read one set of the corpus with one extractor in a child process."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "found.jsonl"
        command = [sys.executable, "-m", "benchmarks.apart", name, "--set", only, "--out", str(out)]
        subprocess.run(
            command, check=True, cwd=Path(__file__).parents[1], stderr=subprocess.DEVNULL
        )
        with out.open(encoding="utf-8") as lines:
            *rows, last = map(json.loads, lines)
    return Run(
        rows=tuple(rows),
        seconds={row["id"]: row["seconds"] for row in rows},
        parse={row["id"]: row["parse"] for row in rows},
        peak=last["peak"],
    )


def page_of(truth: Row, body: bytes) -> Page:
    """Return a page of the corpus as extractors get it."""
    return Page(
        body=body,
        html=decode(body).text,
        url=address_of(truth),
        source=source_for(truth),
        chinese=str(truth["set"]).startswith("zh"),
    )


def found(reader: Reader, only: str) -> Iterator[Row]:
    """Yield what an extractor finds on every page, and what that cost."""
    parse = lexbor()
    for truth, body in islice(pages(only=only), WARM_UP):
        with suppress(Exception):
            reader(page_of(truth, body))
    for truth, body in pages(only=only):
        page, row = page_of(truth, body), {}
        # the first parse of a page finds cold memory; neither side shall pay for that
        parse(page)
        before = time.process_time()
        parse(page)
        start = time.process_time()
        # whatever a library raises, it has not read the page
        with suppress(Exception):
            row = reader(page)
        seconds = time.process_time() - start
        yield {**row, "id": truth["id"], "seconds": seconds, "parse": start - before}


def peak() -> float:
    """Return the most memory this process held, MB.

    Linux counts what the parent held before the child's program was loaded into ``ru_maxrss``;
    ``VmHWM`` does not.
    """
    status = Path("/proc/self/status")
    if status.exists():
        lines = dict(line.split(":", 1) for line in status.read_text().splitlines())
        return int(lines["VmHWM"].split()[0]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 20)


def main() -> None:
    """Write what the named extractor finds."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("name", choices=EXTRACTORS)
    options.add_argument("--set", required=True)
    options.add_argument("--out", type=Path, required=True)
    chosen = options.parse_args()
    with chosen.out.open("w", encoding="utf-8") as out:
        for row in found(EXTRACTORS[chosen.name](), chosen.set):
            out.write(json.dumps(row, ensure_ascii=False) + "\n")
        out.write(json.dumps({"peak": peak()}) + "\n")


if __name__ == "__main__":
    main()
