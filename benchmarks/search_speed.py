"""How quick searches of a real archive are: warm, cold, filtered, counted, in facets.

A search is what the command and the pages do: the hits with their marks and snippets, reprints
folded, and the count. ``statement`` is what the index alone takes, for comparison with peers.
Cold: a fresh process, after the pages of the file were dropped from the cache of the system
(``posix_fadvise``), the start of Python not counted; by the clock, like commits. Warm figures are
CPU time, which on a machine of one's own is the time, the better of two; they are of queries of two
and more characters, those of one character stand apart.
"""

import json
import os
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from archive.facets import facets
from archive.query import compile_query
from archive.records import Filters
from archive.schema import open_archive
from archive.scope import scope_of
from archive.search import COUNTED, search
from benchmarks.search_archive import Text, row_of

#: Beside queries that are drawn: words that stand in a tenth to a half of all texts.
FREQUENT = (
    "发展",
    "国家",
    "经济",
    "工作",
    "中国",
    "发展 经济",
    "高质量发展",
    "2022年",
    "中国 OR 国家",
)
#: Asked after the first, cold.
_OTHER = "上海"
_FILTERS = ("source:source-00", "region:CN-SH", "category:政策", "date:2024-03", "is:gone")


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """How long something took, in milliseconds."""

    name: str
    values: tuple[float, ...]

    @property
    def row(self) -> list[str]:
        """Name, median, 95th of a hundred, longest."""
        ranked = sorted(self.values)
        at95 = ranked[min(len(ranked) - 1, int(len(ranked) * 0.95))]
        return [self.name, *(f"{x:.2f}" for x in (statistics.median(ranked), at95, ranked[-1]))]


def measured(path: Path, queries: Sequence[str]) -> list[Times]:
    """Return the times of all that is asked of an archive, warm."""
    day = date(2026, 1, 1)
    everywhere = Filters(all_reprints=True)
    with closing(open_archive(path, read_only=True)) as conn:

        def page(query: str) -> object:
            scope = scope_of(conn, compile_query(query, today=day).match, Filters())
            rest = f"ORDER BY {scope.id} DESC LIMIT 20"
            return conn.execute(scope.select(scope.id, rest), scope.values).fetchall()

        def count(query: str) -> object:
            match = compile_query(query, today=day).match
            return scope_of(conn, match, Filters()).count(conn, COUNTED + 1)

        def newest(query: str) -> object:
            return search(conn, query, today=day)

        def unfolded(query: str) -> object:
            return search(conn, query, filters=everywhere, today=day)

        def best(query: str) -> object:
            return search(conn, query, sort="best", today=day)

        def spread(query: str) -> object:
            return facets(conn, query, today=day)

        longer = [query for query in queries if len(query) > 1]
        plain = [query for query in longer if " " not in query]
        asks = {
            "statement, newest 20": page, "count, capped": count, "newest": newest,
            "newest, every reprint": unfolded, "best": best, "facets": spread,
        }  # fmt: skip
        found = [_timed(name, ask, longer) for name, ask in asks.items()]
        filtered = [
            _timed(f"statement, {one}", page, [f"{query} {one}" for query in plain])
            for one in _FILTERS
        ]
        together = tuple(value for times in filtered for value in times.values)
        found += [*filtered, Times(name="statement, all of these filters", values=together)]
        every = [f"{query} {one}" for query in plain for one in _FILTERS]
        found.append(_timed("newest, all of these filters", newest, every))
        single = [query for query in queries if len(query) == 1]
        for what, some in (
            ("frequent words", FREQUENT), ("no words", [""]), ("one character", single),
        ):  # fmt: skip
            for name in ("newest", "best", "facets"):
                found.append(_timed(f"{name}, {what}", asks[name], some))
    return found


def _timed(name: str, ask: Callable[[str], object], queries: Sequence[str]) -> Times:
    """Ask everything once to have it in memory, then take the better of two."""
    values = []
    for query in queries:
        ask(query)
        two = []
        for _turn in range(2):
            start = time.process_time()
            ask(query)
            two.append(time.process_time() - start)
        values.append(min(two) * 1e3)
    return Times(name=name, values=tuple(values))


def inserted(path: Path, texts: Sequence[Text], count: int) -> list[Times]:
    """Add articles, each in a transaction of its own; return how long the row and commit take."""
    chance = random.Random(1)
    rows, commits = [], []
    with closing(open_archive(path)) as conn:
        (last,) = conn.execute("SELECT max(id) FROM articles").fetchone()
        for number in range(count):
            text = texts[number % len(texts)]
            row = row_of(last + 1 + number, date(2025, 12, 31), last + 1 + number, 3, chance)
            row |= {"title": text.title, "text": text.text}
            names, marks = ", ".join(row), ", ".join(f":{name}" for name in row)
            start = time.perf_counter()
            conn.execute("BEGIN IMMEDIATE")
            conn.execute(f"INSERT INTO articles ({names}) VALUES ({marks})", row)  # noqa: S608
            middle = time.perf_counter()
            conn.execute("COMMIT")
            rows.append((middle - start) * 1e3)
            commits.append((time.perf_counter() - middle) * 1e3)
    return [
        Times(name="one more article: row and index", values=tuple(rows)),
        Times(name="one more article: commit", values=tuple(commits)),
    ]


def cold(path: Path, queries: Sequence[str]) -> list[Times]:
    """Return what the first search of a fresh process takes, and the second, nothing in memory."""
    first, second = [], []
    for query in queries:
        _drop(path)
        told = json.loads(_child(path, query, _OTHER))
        first.append(told["first"])
        second.append(told["second"])
    return [
        Times(name="cold: opening and first search", values=tuple(first)),
        Times(name="cold: the next, another word", values=tuple(second)),
    ]


def peak(path: Path, queries: Sequence[str]) -> float:
    """Return the megabytes that a process needs at most for all these searches and facets."""
    return float(json.loads(_child(path, *queries))["peak"])


def _drop(path: Path) -> None:
    for part in (path, path.with_name(f"{path.name}-wal")):
        if part.exists():
            with part.open("rb") as file:
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def _child(path: Path, *queries: str) -> str:
    command = [sys.executable, "-m", "benchmarks.search_speed", str(path), *queries]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def _main(path: Path, *queries: str) -> None:
    """Search, and tell in JSON what it took."""
    times = []
    start = time.perf_counter()
    with closing(open_archive(path, read_only=True)) as conn:
        for query in queries:
            search(conn, query)
            times.append((time.perf_counter() - start) * 1e3)
            start = time.perf_counter()
        for query in queries[2:]:
            search(conn, query, sort="best")
            facets(conn, query)
    # What getrusage tells is that of the parent where it was larger, before the child was loaded.
    status = Path("/proc/self/status").read_text()
    used = int(status.partition("VmHWM:")[2].split()[0]) / 1024
    print(json.dumps({"first": times[0], "second": times[1], "peak": used}))


if __name__ == "__main__":
    _main(Path(sys.argv[1]), *sys.argv[2:])
