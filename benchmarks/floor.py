"""The floor under extraction: figures pinned in ``tests/extraction_floor.json``.

A change may raise a figure and pin it anew; what drops by more than ``SLACK`` fails the suite.
"""

import hashlib
import json
from collections import Counter
from pathlib import Path

from benchmarks import languages
from benchmarks.apart import found
from benchmarks.corpus import CORPUS, Truth, pages, truths
from benchmarks.kept import KINDS, OUTSIDE, bodies, tallies
from benchmarks.ours import Row
from benchmarks.peers import gazette
from benchmarks.scoring import THIRDS, figures, groups_of, judge

FILE = Path(__file__).parents[1] / "tests" / "extraction_floor.json"
#: Figures may drop by this much: one page of the smaller sets more or less is not noise, but
#: rounding is.
SLACK = 0.005

#: Which pages → group → field → figure.
Floor = dict[str, dict[str, dict[str, float]]]


def digest(corpus: Path = CORPUS) -> str:
    """Return what tells one truth from another."""
    return hashlib.sha256((corpus / "truth.jsonl").read_bytes()).hexdigest()


def reached() -> Floor:
    """Return today's figures of all sets, of what is kept in the HTML, and of other countries."""
    known = list(truths())
    sets = dict.fromkeys(str(truth["set"]) for truth in known)
    rows = {str(row["id"]): row for only in sets for row in found(gazette(), only)}
    marks = judge(known, rows.values())
    floor: Floor = {}
    for third, belongs in THIRDS.items():
        groups: dict[str, list[Truth]] = {}
        for truth in filter(belongs, known):
            for group in groups_of(truth):
                groups.setdefault(group, []).append(truth)
        floor[third] = {
            group: _rounded(figures(marks.get(str(t["id"]), {}) for t in members))
            for group, members in sorted(groups.items())
        }
    _add_kept(floor, rows)
    _add_languages(floor)
    return floor


def _rounded(reached: dict[str, tuple[float, int]]) -> dict[str, float]:
    return {field: round(value, 4) for field, (value, _) in reached.items()}


def _add_kept(floor: Floor, rows: dict[str, Row]) -> None:
    located = list(bodies(pages()))
    every = tallies(located, rows)
    for third, belongs in THIRDS.items():
        total: Counter[str] = Counter()
        for truth, _ in located:
            if belongs(truth):
                total.update(every[str(truth["id"])])
        floor[third]["kept"] = shares(total)


def shares(total: Counter[str]) -> dict[str, float]:
    """Return which share was kept of every kind, and which share of what is brought belongs."""
    kept = {kind: total[f"{kind} kept"] / total[kind] for kind in KINDS if total[kind]}
    for kind in OUTSIDE:
        if brought := total[f"{kind} brought"]:
            foreign = total[f"{kind} outside named"] + total[f"{kind} outside fitted"]
            kept[f"{kind} own"] = 1 - foreign / brought
    return {name: round(share, 4) for name, share in kept.items()}


def _add_languages(floor: Floor) -> None:
    if not languages.FUNDUS.exists():
        return
    reader = gazette()
    marked = [
        (one.held_back, languages.judge(one.expected, languages.read(reader, one)))
        for one in languages.fixtures()
    ]
    for third, wanted in (("all", None), ("tuned on", False), ("held back", True)):
        marks = [mark for held, mark in marked if wanted in (None, held)]
        floor[third]["fundus"] = _rounded(languages.figures(marks))


def dropped(floor: Floor, now: Floor, slack: float = SLACK) -> list[str]:
    """Return a line for every figure that fell by more than ``slack``, or is gone."""
    lines = []
    for third, groups in floor.items():
        for group, fields in groups.items():
            for field, least in fields.items():
                figure = now.get(third, {}).get(group, {}).get(field, 0.0)
                if figure < least - slack:
                    lines.append(
                        f"{third} · {group} · {field}: {least:.4f} → {figure:.4f}"
                        f" ({figure - least:+.4f})"
                    )
    return lines


def pin(now: Floor, *, allow_drop: bool, file: Path = FILE) -> list[str]:
    """Write today's figures down; return those that fell, and write nothing if that is refused."""
    fell: list[str] = []
    if file.exists():
        fell = dropped(json.loads(file.read_text(encoding="utf-8"))["figures"], now, slack=0.0)
    if not fell or allow_drop:
        told = {"truth": digest(), "figures": now}
        text = json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True)
        file.write_text(text + "\n", encoding="utf-8")
    return fell
