"""Does the search find exactly what is there, and how quick is it? Ours beside the peers.

    python -m benchmarks.search [--texts N] [--articles N] [--each N] [--folder DIR]

The peers and ours answer the same queries over the same N texts; then an archive of so many
articles is made of the same texts by repetition, and searched. Both are deleted at the end unless
``--folder`` says where they are to stay (an archive that is there already is searched as it is).
"""

import argparse
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.search_archive import Text, index_size, make, texts
from benchmarks.search_engines import Engine, engines
from benchmarks.search_queries import CHINESE_CLASSES, MIXED_CLASSES, Asked, Scan, draw
from benchmarks.search_speed import FREQUENT, Times, cold, inserted, measured, peak
from benchmarks.tables import table

_SEED = 11


def compare(folder: Path, held: Sequence[Text], asked: Sequence[Asked]) -> None:
    """Print how exact and how quick everyone is."""
    scan = Scan(held)
    start = time.perf_counter()
    truth = [scan.of(one) for one in asked]
    took = (time.perf_counter() - start) / len(asked)
    text_bytes = sum(text.size for text in held)
    kinds = (*CHINESE_CLASSES, *MIXED_CLASSES)
    exact: list[list[str]] = [[kind, str(sum(a.kind == kind for a in asked))] for kind in kinds]
    quick, names = [], []
    for make_engine in engines():
        engine = make_engine(folder, held)
        names.append(engine.name)
        chosen = range(0, len(asked), engine.every)
        found = {number: engine.find(asked[number]) for number in chosen}
        for row, kind in zip(exact, kinds, strict=True):
            of_kind = [(truth[n], found[n]) for n in chosen if asked[n].kind == kind]
            row.append(_shares(of_kind))
        quick.append(_quickness(engine, [asked[n] for n in chosen], text_bytes))
    print(table(
        f"Recall · precision over {len(held):,} texts, {len(asked):,} queries"
        f" (the scan took {took * 1e3:.0f} ms a query)",
        ["class", "queries", *names], exact,
    ))  # fmt: skip
    header = ["engine", "texts/s", "index/text", "newest 20: p50 ms", "p95", "longest"]
    print(table("The same texts: build, size, statements", header, quick))


def _shares(pairs: Sequence[tuple[set[int], set[int]]]) -> str:
    """Return recall and precision, each the mean over queries."""
    recalls = [len(true & found) / len(true) for true, found in pairs if true]
    precisions = [len(true & found) / len(found) for true, found in pairs if found]
    return " · ".join(
        f"{sum(shares) / len(shares):.3f}" if shares else "–" for shares in (recalls, precisions)
    )


def _quickness(engine: Engine, asked: Sequence[Asked], text_bytes: int) -> list[str]:
    times = []
    for one in asked:
        engine.newest(one)
        start = time.process_time()
        engine.newest(one)
        times.append((time.process_time() - start) * 1e3)
    _name, *figures = Times(name="", values=tuple(times)).row
    speed, size = len(engine.texts) / engine.seconds, engine.size() / text_bytes
    return [engine.name, f"{speed:,.0f}", f"{size:.2f}" if size else "–", *figures]


def scale(path: Path, count: int, queries: Sequence[str], held: Sequence[Text]) -> None:
    """Print what an archive of ``count`` articles takes to make and to search."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        made = make(path, count)
        print(
            f"{count:,} articles, {made.text / 1e9:.2f} GB of text: index filled at"
            f" {count / made.seconds:,.0f} articles/s, {index_size(path) / made.text:.3f} × text\n"
        )
    longer = [query for query in queries if len(query) > 1]
    single = [query for query in queries if len(query) == 1]
    header = ["", "p50 ms", "p95", "longest"]
    rows = [times.row for times in cold(path, longer[:: max(1, len(longer) // 12)])]
    rows += [times.row for times in measured(path, queries)]
    rows += [times.row for times in inserted(path, held, 300)]
    print(table(f"{count:,} articles, {len(queries)} queries", header, rows))
    print(
        f"memory of a search process, at most: {peak(path, [*longer, *FREQUENT]):.0f} MB;"
        f" with one character {peak(path, [*longer[:2], *single]):.0f} MB"
    )


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--texts", type=int, default=4_000, help="texts that all engines search")
    parser.add_argument("--articles", type=int, default=20_000, help="articles of ours; 0: none")
    parser.add_argument("--each", type=int, default=100, help="queries of each class")
    parser.add_argument("--folder", type=Path, help="keep what is made here")
    args = parser.parse_args()
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(TemporaryDirectory()))
        held = texts()[: args.texts or None]
        asked = draw(held, args.each, _SEED)
        if args.texts:
            compare(scratch, held, asked)
        if args.articles:
            queries = [one.text for one in draw(texts(), max(2, args.each // 10), _SEED)]
            folder = args.folder or scratch / "scale"
            scale(folder / "archive.db", args.articles, queries, held)


if __name__ == "__main__":
    main()
