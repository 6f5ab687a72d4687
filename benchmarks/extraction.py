"""Measures extraction on the real pages of the shared corpus, ours beside its peers, in one run.

    python -m benchmarks.extraction [--set NAME] [--only NAME,…] [--worst N] [--json]
    python -m benchmarks.extraction --pin [--allow-drop]

Each extractor reads each set in a process of its own; a page is decoded, extracted and normalised
by ours with a neutral source and no rules. The corpus's ``score.py`` judges. ``author`` is the
writer, and the responsible editor where a page names no writer; ``undated`` is the share of pages
without a date for which none was invented. ms is CPU a page, pages/s its inverse on one core;
``× parse`` compares with the bare Lexbor parse, page by page in the same process; MB is the peak of
the process, interpreter and libraries included. The rows below ours split the same run: pages that
were at hand while rules were written, and the third of all sites that nobody looked at.

The last table tells what is kept of the elements of a body; ``kept`` says what counts. ``--pin``
writes today's figures of ours into the floor that the suite holds them against.
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass

from benchmarks.apart import Run, run
from benchmarks.corpus import Truth, pages, truths
from benchmarks.floor import FILE, pin, reached
from benchmarks.kept import KINDS, OUTSIDE, Body, bodies, tallies
from benchmarks.peers import EXTRACTORS, installed
from benchmarks.scoring import FIELDS, THIRDS, Figures, Marks, figures, groups_of, judge
from benchmarks.tables import figure, table

#: Whose rows are split.
OURS = "gazette"


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One row of a table: what an extractor reached on some pages."""

    extractor: str
    pages: str
    figures: Figures
    #: CPU milliseconds a page
    ms: float
    #: the same as a multiple of the bare parse
    times_parse: float
    #: MB; None where the pages were read by several processes
    peak: float | None


def measure(names: Iterable[str], sets: Iterable[str]) -> dict[str, dict[str, Run]]:
    """Return extractor → set → what it made of it."""
    return {name: {only: run(name, only) for only in sets} for name in names}


def results(
    name: str, runs: dict[str, Run], known: list[Truth], marks: dict[str, Marks]
) -> dict[str, list[Result]]:
    """Return table → rows of one extractor."""
    seconds = {page: spent for one in runs.values() for page, spent in one.seconds.items()}
    parse = {page: spent for one in runs.values() for page, spent in one.parse.items()}
    offered = {key for one in runs.values() for row in one.rows for key in row}
    tables: dict[str, list[Result]] = {}
    for group in dict.fromkeys(group for truth in known for group in groups_of(truth)):
        for third, belongs in THIRDS.items() if name == OURS else [("all", THIRDS["all"])]:
            ids = [str(t["id"]) for t in known if group in groups_of(t) and belongs(t)]
            if not ids:
                continue
            spent = sum(seconds[page] for page in ids)
            tables.setdefault(group, []).append(
                Result(
                    extractor=name,
                    pages=third,
                    figures=figures((marks.get(page, {}) for page in ids), offered),
                    ms=1000 * spent / len(ids),
                    times_parse=spent / sum(parse[page] for page in ids),
                    peak=_peak(group, runs) if third == "all" else None,
                )
            )
    return tables


def _peak(group: str, runs: dict[str, Run]) -> float | None:
    """Return the most memory that reading a table's pages took; GOV is read in pieces."""
    if group == "ALL":
        return max(one.peak for one in runs.values())
    return runs[group].peak if group in runs else None


def show(group: str, rows: list[Result]) -> str:
    """Return one table; the first row tells how many pages show a field."""
    most = max(rows, key=lambda row: sum(n for _, n in row.figures.values())).figures
    fields = [name for name in FIELDS.values() if name in most]
    header = [group, *fields, "pages/s", "ms", "× parse", "MB"]
    lines = [["pages", *(str(most[name][1]) for name in fields), "", "", "", ""]]
    for row in rows:
        label = row.extractor if row.pages == "all" else f"  {row.pages}"
        cells = [figure(row.figures[name][0] if name in row.figures else None) for name in fields]
        cost = [f"{1000 / row.ms:.0f}", f"{row.ms:.2f}", f"{row.times_parse:.2f}"]
        peak = "" if row.peak is None else f"{row.peak:.0f}"
        lines.append([label, *cells, *cost, peak])
    return table("", header, lines)


def show_kept(located: list[tuple[Truth, Body | None]], measured: dict[str, dict[str, Run]]) -> str:
    """Return the table of what is kept in the HTML, of extractors that give any."""
    lines = []
    for name, runs in measured.items():
        rows = {str(row["id"]): row for one in runs.values() for row in one.rows if "html" in row}
        every = tallies(located, rows) if rows else {}
        for third, belongs in THIRDS.items() if name == OURS else [("all", THIRDS["all"])]:
            total = sum((every.get(str(t["id"]), Counter()) for t, _ in located if belongs(t)),
                        Counter())  # fmt: skip
            if rows and total["pages named"] + total["pages fitted"]:
                lines.append([name if third == "all" else f"  {third}", *_kept_cells(total)])
    header = ["kept in the HTML", "pages", *KINDS, "counted", *(f"{k} outside" for k in OUTSIDE)]
    return table("", header, lines) if lines else ""


def _kept_cells(total: Counter[str]) -> list[str]:
    """Return a row: pages with a named and a fitted body, shares kept, numbers from outside."""
    cells = [f"{total['pages named']}+{total['pages fitted']}"]
    for kind in (*KINDS, "counted"):
        share = f"{total[kind + ' kept'] / total[kind]:.3f} ({total[kind]})" if total[kind] else "–"
        cells.append(share)
    where = ("named", "fitted")
    return cells + ["+".join(str(total[f"{kind} outside {w}"]) for w in where) for kind in OUTSIDE]


def chosen_extractors(only: str) -> list[str]:
    """Return who takes part; say who cannot."""
    wanted = [name for name in EXTRACTORS if not only or name in only.split(",")]
    here = [name for name in wanted if installed(name)]
    if missing := [name for name in wanted if name not in here]:
        print(f"left out, not installed (make bench installs them): {', '.join(missing)}")
    return here


def worst(known: list[Truth], marks: dict[str, Marks], count: int) -> str:
    """Return the worst bodies of ours, of pages that may be looked at."""
    shown = [t for t in known if THIRDS["tuned on"](t) and "body" in marks.get(str(t["id"]), {})]
    shown.sort(key=lambda t: marks[str(t["id"])]["body"])
    return "\n".join(
        f"{figure(marks[str(t['id'])]['body'])}  {t['set']}  {t['id']}" for t in shown[:count]
    )


def pin_floor(*, allow_drop: bool) -> int:
    """Pin today's figures of ours; refuse where one fell. Return the exit code."""
    fell = pin(reached(), allow_drop=allow_drop)
    print("\n".join(fell))
    if fell and not allow_drop:
        print("nothing pinned: these figures fell; --allow-drop pins them all the same")
        return 1
    print(f"pinned in {FILE}")
    return 0


def main() -> None:
    """Measure, judge and print."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--set", default="", help="one set of the corpus alone")
    options.add_argument("--only", default="", help="these extractors alone, by comma")
    options.add_argument(
        "--worst", type=int, default=0, help="list our worst bodies, not held back"
    )
    options.add_argument("--json", action="store_true")
    options.add_argument("--pin", action="store_true", help="write the floor of ours anew")
    options.add_argument("--allow-drop", action="store_true", help="pin lower figures too")
    chosen = options.parse_args()
    if chosen.pin:
        sys.exit(pin_floor(allow_drop=chosen.allow_drop))
    known = [truth for truth in truths() if chosen.set in ("", truth["set"])]
    sets = dict.fromkeys(str(truth["set"]) for truth in known)
    measured = measure(chosen_extractors(chosen.only), sets)
    tables: dict[str, list[Result]] = {}
    marks: dict[str, Marks] = {}
    for name, runs in measured.items():
        marks = judge(known, (row for one in runs.values() for row in one.rows))
        for group, rows in results(name, runs, known, marks).items():
            tables.setdefault(group, []).extend(rows)
        if name == OURS:
            ours = marks
    if chosen.json:
        told = {group: [asdict(row) for row in rows] for group, rows in tables.items()}
        versions = {name: installed(name) for name in measured}
        print(json.dumps({"versions": versions, "tables": told}, ensure_ascii=False))
        return
    print("  ".join(f"{name} {installed(name)}" for name in measured))
    for group in sorted(tables, key=lambda name: (name.isupper(), name)):
        print(show(group, tables[group]))
    located = [one for one in bodies(pages()) if chosen.set in ("", one[0]["set"])]
    print(show_kept(located, measured))
    if chosen.worst and OURS in measured:
        print(worst(known, ours, chosen.worst))


if __name__ == "__main__":
    main()
