"""A year of looks at listings: how long an article waits until it is found.

    python -m benchmarks.cadence [--corpus DIR] [--only NAME]

The rule that the daemon looks by is driven through a year of publication times, from knowing
nothing on. Beside it stand a fixed interval with the same number of requests, and Media Cloud's
plain overlap rule (a page of twenty entries; sooner by a third where under a third of them are
known, later by half where over two thirds are, from an hour on, between five minutes and a day)
with as many requests as it makes. Exits 1 where the median of all articles is more than a third of
what they wait under one fixed interval for all sources with the same number of requests.
"""

import argparse
import sys
from bisect import bisect_right
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from statistics import geometric_mean, mean, median

from archive import Precision
from benchmarks.corpus import CORPUS
from benchmarks.publication_times import END, START, Times, all_times
from benchmarks.tables import table
from crawler import rhythm
from crawler.records import Habit, Listing

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
YEAR = (END - START) / DAY
#: Entries of a page.
ROWS = 20
GOAL = 1 / 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What a way of looking came to: minutes that each article waited, and looks."""

    waits: tuple[float, ...]
    looks: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One source under every way of looking."""

    times: Times
    ours: Run
    fixed: Run
    overlap: Run


def ours(times: Times, listing: Listing) -> Run:
    """Look as the daemon does."""
    draw, habit, looks = Random(times.name), Habit(), 0
    before, now, waits = None, START, list[float]()
    place = 0
    while now < END:
        end = bisect_right(times.appeared, now)
        new, place = times.appeared[place:end], end
        waits += ((now - at) / MINUTE for at in new)
        spans = [rhythm.span_of(_dated(times, at, draw), before, now) for at in new]
        found = [span for span in spans if span]
        habit = rhythm.learned(habit, found, now, listing, times.zone)
        share = max(0.0, 1 - len(new) / ROWS)
        most = rhythm.hastened(share, now - before) if before else None
        before, looks = now, looks + 1
        now = rhythm.next_look(habit, now, listing, times.zone, most)
    return Run(waits=tuple(waits), looks=looks)


def _dated(times: Times, appeared: datetime, draw: Random) -> rhythm.Dated:
    """Return what the article says of when it was published."""
    told = appeared.astimezone(times.zone)
    if draw.random() < times.backdated:
        told -= timedelta(days=draw.randrange(1, 20), hours=draw.randrange(24))
    if times.minutes:
        return rhythm.Dated(published=told, precision=Precision.MINUTE)
    day = told.replace(hour=0, minute=0, second=0, microsecond=0)
    return rhythm.Dated(published=day, precision=Precision.DAY)


def fixed(times: Times, looks: float) -> Run:
    """Look so many times a year, at even distances."""
    step = (END - START) / looks
    waits = tuple((step - (at - START) % step) / MINUTE for at in times.appeared)
    return Run(waits=waits, looks=round(looks))


def overlap(times: Times) -> Run:
    """Look by the plain overlap rule."""
    wait, now, looks, place = timedelta(hours=1), START, 0, 0
    waits: list[float] = []
    while now < END:
        end = bisect_right(times.appeared, now)
        new, place = times.appeared[place:end], end
        waits += ((now - at) / MINUTE for at in new)
        known = max(0.0, 1 - len(new) / ROWS)
        if known < 1 / 3:
            wait *= 2 / 3
        elif known > 2 / 3:
            wait *= 3 / 2
        wait = min(max(wait, timedelta(minutes=5)), DAY)
        looks, now = looks + 1, now + wait
    return Run(waits=tuple(waits), looks=looks)


def measure(times: Times) -> Result:
    """Run one source under every way of looking."""
    own = ours(times, Listing(url=f"https://a.example/{times.name}/{times.appeared[0]}"))
    return Result(times=times, ours=own, fixed=fixed(times, own.looks), overlap=overlap(times))


def _minutes(waits: Sequence[float]) -> list[str]:
    ranked = sorted(waits)
    return [f"{x:,.1f}" for x in (median(waits), mean(waits), ranked[len(ranked) * 9 // 10])]


def joined(results: Sequence[Result]) -> list[Result]:
    """Return the results, those of one name as one with the middle number of looks."""
    named: dict[str, list[Result]] = {}
    for one in results:
        named.setdefault(one.times.name, []).append(one)
    return [
        replace(
            some[0],
            times=replace(some[0].times, appeared=sum((r.times.appeared for r in some), ())),
            ours=_join([r.ours for r in some]),
            fixed=_join([r.fixed for r in some]),
            overlap=_join([r.overlap for r in some]),
        )
        for some in named.values()
    ]


def _join(runs: Sequence[Run]) -> Run:
    waits = tuple(wait for run in runs for wait in run.waits)
    return Run(waits=waits, looks=round(mean(run.looks for run in runs)))


def _row(result: Result) -> list[str]:
    own, even, plain = result.ours, result.fixed, result.overlap
    return [
        result.times.name,
        result.times.kind,
        f"{len(result.times.appeared):,}",
        f"{own.looks / YEAR:.1f}",
        *_minutes(own.waits),
        *_minutes(even.waits),
        f"{median(own.waits) / median(even.waits):.2f}",
        f"{plain.looks / YEAR:.1f}",
        *_minutes(plain.waits),
    ]


HEADER = ["source", "", "articles", "looks/day", "median", "mean", "p90", "fixed: median", "mean",
          "p90", "ratio", "overlap: looks/day", "median", "mean", "p90"]  # fmt: skip


def pooled(results: Sequence[Result], name: str) -> tuple[list[str], float]:
    """Return the row of several sources, one fixed interval for all of them, and the ratio."""
    looks = sum(one.ours.looks for one in results)
    own = [wait for one in results for wait in one.ours.waits]
    even = [w for one in results for w in fixed(one.times, looks / len(results)).waits]
    plain = [wait for one in results for wait in one.overlap.waits]
    asked = sum(one.overlap.looks for one in results)
    ratio = median(own) / median(even)
    per_source = len(results) * YEAR
    return [
        name, "", f"{len(own):,}", f"{looks / per_source:.1f}", *_minutes(own), *_minutes(even),
        f"{ratio:.2f}", f"{asked / per_source:.1f}", *_minutes(plain),
    ], ratio  # fmt: skip


def main() -> None:
    """Print a line a source, and what all of them come to."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--corpus", type=Path, default=CORPUS)
    parser.add_argument("--only", default="", help="sources whose name holds this")
    options = parser.parse_args()
    chosen = [times for times in all_times(options.corpus) if options.only in times.name]
    with ProcessPoolExecutor() as pool:
        results = list(pool.map(measure, chosen))
    rows = [_row(one) for one in joined(results)]
    kinds = dict.fromkeys(one.times.kind for one in results)
    groups = {f"all {kind}": [r for r in results if r.times.kind == kind] for kind in kinds}
    groups["real and replica"] = [r for r in results if r.times.kind in ("real", "replica")]
    quiet = [r for r in results if not r.times.name.startswith("portal")]
    groups["all but the portal"] = quiet
    rows += [pooled(some, name)[0] for name, some in groups.items() if some]
    row, ratio = pooled(results, "all")
    print(table("Minutes from appearing to being found, a year", HEADER, [*rows, row]))
    ratios = [median(one.ours.waits) / median(one.fixed.waits) for one in joined(results)]
    print(
        f"Source by source, each beside a fixed interval with its own number of looks: ratio of "
        f"medians {geometric_mean(ratios):.2f} on the geometric mean, "
        f"{sum(one <= GOAL for one in ratios)} of {len(ratios)} within a third.\n"
        f"All articles, one fixed interval for all sources with as many looks in all: {ratio:.2f}."
    )
    sys.exit(ratio > GOAL)


if __name__ == "__main__":
    main()
