"""The floor under listings: figures pinned in ``tests/listings_floor.json``, as for extraction."""

import hashlib
import json
from pathlib import Path

from benchmarks.floor import Floor, dropped
from benchmarks.listing_pages import LISTS

FILE = Path(__file__).parents[1] / "tests" / "listings_floor.json"


def digest(lists: Path = LISTS) -> str:
    """Return what tells one truth about listings from another."""
    total = hashlib.sha256((lists / "zh_truth.json").read_bytes())
    for truth in sorted((lists / "us_courts").glob("*.compare.json")):
        total.update(truth.name.encode() + truth.read_bytes())
    return total.hexdigest()


def pin(now: Floor, *, allow_drop: bool, file: Path = FILE) -> list[str]:
    """Write today's figures down; return those that fell, and write nothing if that is refused."""
    fell: list[str] = []
    if file.exists():
        fell = dropped(json.loads(file.read_text(encoding="utf-8"))["figures"], now, slack=0.0)
    if not fell or allow_drop:
        text = json.dumps({"truth": digest(), "figures": now}, indent=1, sort_keys=True)
        file.write_text(text + "\n", encoding="utf-8")
    return fell
