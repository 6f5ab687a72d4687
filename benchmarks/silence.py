"""Measures on real days of publication how often a source would be called quiet without cause.

``python -m benchmarks.silence``. Each series of the shared corpus (laws, policy documents, CCTV,
listings of American courts) is walked day by day: after each day of publication the rule says how
long a silence the history so far explains, and the pause that really followed is held against it.
Listings are short pieces of a site's history: they say more of rare publishers than of busy ones.
"""

import json
import os
import re
import subprocess
import sys
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from statistics import median

from crawler.frontier.observed import DAYS
from crawler.health.silence import FEWEST, explained

SHARED = Path(os.environ.get("GAZETTE_SHARED", Path(__file__).parents[2] / "shared"))
TEXTS = ("cctv_xinwenlianbo", "laws", "policy_documents")
_DAY = re.compile(r"(\d{4})[-/](\d\d)[-/](\d\d)")
_KEYS = ("date", "published", "publish_date", "pub_date", "case_dates", "date_filed")


def day_of(row: object) -> date | None:
    """Return the day that a row of the corpus names."""
    said = [row.get(key) for key in _KEYS] if isinstance(row, dict) else []
    for value in said:
        if isinstance(value, str) and (found := _DAY.match(value)):
            try:
                return date(*map(int, found.groups()))
            except ValueError:
                continue
    return None


def series(corpus: Path) -> Iterator[tuple[str, list[date]]]:
    """Yield name and days of publication of each source."""
    for name in TEXTS:
        packed = corpus / "text" / f"{name}.jsonl.zst"
        text = subprocess.run(["zstd", "-dc", "--long=27", packed], capture_output=True, check=True)
        rows = map(json.loads, text.stdout.decode("utf-8").splitlines())
        yield name, sorted({day for row in rows if (day := day_of(row))})
    for path in sorted((corpus / "lists" / "us_courts").glob("*.compare.json")):
        rows = json.loads(path.read_text(encoding="utf-8"))
        days = sorted({day for row in rows if (day := day_of(row))}) if rows else []
        if len(days) > FEWEST:
            yield f"court {path.name.removesuffix('.compare.json')}", days


def walked(days: Sequence[date]) -> Iterator[tuple[int, float]]:
    """Yield each pause that followed, and the longest that was explained before it."""
    for at in range(FEWEST + 1, len(days)):
        longest = explained(days[max(0, at - DAYS) : at])
        if longest is not None:
            # Silence is counted from the end of the last day.
            yield (days[at] - days[at - 1]).days - 1, longest


def main() -> None:
    """Print a row for the long series, and one for all courts."""
    corpus = SHARED / "corpus"
    if not corpus.exists():
        sys.exit(f"{corpus} is missing: this benchmark needs the shared folder")
    rows: dict[str, list[tuple[list[date], list[tuple[int, float]]]]] = {}
    for name, days in series(corpus):
        group = "courts" if name.startswith("court ") else name
        rows.setdefault(group, []).append((days, list(walked(days))))
    print("| series | sources | pauses | called quiet | of them | a source-year | alarm after |")
    print("|---|--:|--:|--:|--:|--:|--:|")
    for group, found in rows.items():
        pauses = [pair for _, pairs in found for pair in pairs]
        false = sum(pause >= longest for pause, longest in pauses)
        years = sum((days[-1] - days[0]).days for days, _ in found) / 365.25
        ends = sorted(longest for days, _ in found if (longest := explained(days[-DAYS:])))
        fast = bisect_left(ends, 30.5)
        print(
            f"| {group} | {len(found)} | {len(pauses):,} | {false} | {false / len(pauses):.2%} "
            f"| {false / years:.2f} | {median(ends):.0f} d (within 30 d: {fast} of {len(ends)}) |"
        )


if __name__ == "__main__":
    main()
