"""Asks whether extraction is general: every site one vote, and each site judged by the others.

    python -m benchmarks.generality [--worst N] [--grid]

The first table counts every site once, however many of its pages there are, and tells the third of
the sites that is held back from the others. The second leaves one site out at a time: the numeric
settings of the body finder are chosen from a small grid on all other sites, and the site left out
is read with them; ``chosen on the others`` is the mean over all sites. If it stays close to the
settings as shipped, those fit no site in particular; ``best for all at once`` is what tuning to the
very pages could reach. ``--grid`` shows every choice, on sites that are not held back.
"""

import argparse
import itertools
import multiprocessing
import os
from collections import defaultdict
from collections.abc import Callable, Iterable
from statistics import mean

from benchmarks.apart import found
from benchmarks.corpus import Truth, address_of, pages, site_of, source_for, truths
from benchmarks.ours import read as read_page
from benchmarks.peers import gazette
from benchmarks.scoring import THIRDS, Figures, Marks, figures, judge, scorer
from benchmarks.settings import Setting, changed, shipped
from benchmarks.tables import figure, table
from crawler.errors import CrawlError

#: The numeric settings of the body finder, and values to choose from beside the shipped one.
GRID: dict[Setting, tuple[float, ...]] = {
    ("crawler.extract.body", "BELIEVED"): (0.4, 0.8),
    ("crawler.extract.body", "ARTICLE"): (200, 800),
    ("crawler.extract.prune", "_LINKED"): (0.55, 0.85),
}
#: One value for each setting of the grid, in its order.
Choice = tuple[object, ...]
#: Site → mean body of its pages.
BySite = dict[str, float]


def by_site(known: list[Truth], marks: dict[str, Marks]) -> dict[str, Marks]:
    """Return the mean marks of every site."""
    sites: dict[str, list[Marks]] = defaultdict(list)
    for truth in known:
        sites[site_of(truth)].append(marks.get(str(truth["id"]), {}))
    means = {site: figures(members) for site, members in sites.items()}
    return {site: {name: value for name, (value, _) in row.items()} for site, row in means.items()}


def votes(known: list[Truth], marks: dict[str, Marks]) -> list[tuple[str, Figures]]:
    """Return the figures with a vote a page, and with a vote a site, of all and of each third."""
    sites = by_site(known, marks)
    rows: list[tuple[str, Figures]] = []
    for third, belongs in THIRDS.items():
        members = [truth for truth in known if belongs(truth)]
        names = dict.fromkeys(map(site_of, members))
        rows.append((f"{third}, a vote a page", figures(marks[str(t["id"])] for t in members)))
        rows.append((f"{third}, a vote a site", figures(sites[name] for name in names)))
    return rows


def choices(grid: dict[Setting, tuple[float, ...]]) -> list[Choice]:
    """Return every combination of values, the shipped one first."""
    return list(itertools.product(*((shipped(one), *values) for one, values in grid.items())))


def bodies(grid: dict[Setting, tuple[float, ...]], choice: Choice) -> BySite:
    """Return the mean body of every site with the settings of a choice."""
    sites: dict[str, list[float]] = defaultdict(list)
    with changed(dict(zip(grid, choice, strict=True))):
        for truth, body in pages():
            try:
                text = read_page(body, address_of(truth), source_for(truth)).text
            except CrawlError:
                text = ""
            mark = scorer().body_score(truth, text)
            if mark is not None:
                sites[site_of(truth)].append(mark)
    return {site: mean(marks) for site, marks in sites.items()}


def left_out(scores: dict[Choice, BySite]) -> BySite:
    """Return for every site its body with the choice that is best for all the other sites."""
    sites = list(next(iter(scores.values())))
    totals = {choice: sum(row.values()) for choice, row in scores.items()}

    def others(site: str) -> Callable[[Choice], float]:
        return lambda choice: totals[choice] - scores[choice][site]

    return {site: scores[max(scores, key=others(site))][site] for site in sites}


def search(grid: dict[Setting, tuple[float, ...]]) -> dict[Choice, BySite]:
    """Return choice → site → body, read on all cores."""
    every = choices(grid)
    with multiprocessing.get_context("fork").Pool(os.cpu_count()) as pool:
        return dict(zip(every, pool.starmap(bodies, [(grid, one) for one in every]), strict=True))


def show_left_out(scores: dict[Choice, BySite], held: frozenset[str]) -> str:
    """Return the table of the settings as shipped beside those chosen on other sites."""
    shipped_scores = next(iter(scores.values()))
    best = max(scores.values(), key=lambda row: sum(row.values()))
    rows = []
    for label, row in (
        ("as shipped", shipped_scores),
        ("chosen on the others", left_out(scores)),
        ("best for all at once", best),
    ):
        own = [value for site, value in row.items() if site not in held]
        other = [value for site, value in row.items() if site in held]
        rows.append([label, *(figure(mean(part), 4) for part in ([*own, *other], own, other))])
    header = ["body, a vote a site", f"all {len(best)}", "tuned on", f"held back {len(held)}"]
    return table(f"settings of the body finder, {len(scores)} combinations", header, rows)


def show_grid(
    grid: dict[Setting, tuple[float, ...]], scores: dict[Choice, BySite], held: frozenset[str]
) -> str:
    """Return the table of every combination, on sites that may be tuned to."""
    rows = [
        [", ".join(map(str, choice)), figure(mean(v for s, v in row.items() if s not in held), 4)]
        for choice, row in sorted(scores.items(), key=lambda item: -sum(item[1].values()))
    ]
    return table("", [", ".join(name for _, name in grid), "tuned on"], rows)


def worst(known: Iterable[Truth], marks: dict[str, Marks], count: int) -> str:
    """Return the sites with the worst bodies, of those that may be looked at."""
    own = [truth for truth in known if THIRDS["tuned on"](truth)]
    rows = sorted((row["body"], site) for site, row in by_site(own, marks).items() if "body" in row)
    return "\n".join(f"{figure(mark)}  {site}" for mark, site in rows[:count])


def main() -> None:
    """Print both tables and the worst sites."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--worst", type=int, default=10, help="sites to list, none held back")
    options.add_argument("--grid", action="store_true", help="show every combination of settings")
    chosen = options.parse_args()
    known = list(truths())
    marks = judge(known, found(gazette(), ""))
    rows = votes(known, marks)
    fields = list(rows[0][1])
    cells = [
        [label, *(figure(row[name][0] if name in row else None) for name in fields)]
        for label, row in rows
    ]
    print(table("", [f"{len(by_site(known, marks))} sites", *fields], cells))
    print(worst(known, marks, chosen.worst), "\n")
    grid = {setting: values for setting, values in GRID.items() if shipped(setting) is not None}
    for module, name in GRID.keys() - grid.keys():
        print(f"no {module}.{name}: left out of the grid")
    scores = search(grid)
    held = frozenset(site_of(truth) for truth in known if THIRDS["held back"](truth))
    print(show_left_out(scores, held & next(iter(scores.values())).keys()))
    if chosen.grid:
        print(show_grid(grid, scores, held))


if __name__ == "__main__":
    main()
