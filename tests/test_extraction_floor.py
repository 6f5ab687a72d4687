"""Real pages are read no worse than before: figures may rise, and a drop is told by its name."""

import json
from pathlib import Path

import pytest

from benchmarks.floor import FILE, SLACK, Floor, digest, dropped, pin, reached
from tests.shared import shared

BEFORE: Floor = {"all": {"ALL": {"body": 0.96, "title": 1.0}}, "held back": {"ALL": {"body": 0.9}}}


@pytest.fixture(scope="module")
def now() -> Floor:
    """Return today's figures, read once for all tests."""
    pinned = json.loads(FILE.read_text(encoding="utf-8"))
    if digest(shared("corpus/truth.jsonl").parent) != pinned["truth"]:
        pytest.skip("the truth of the corpus is another one than the figures were pinned with")
    return reached()


@pytest.mark.parametrize("third", ["all", "tuned on", "held back"])
def test_no_figure_of_the_real_pages_has_dropped(now: Floor, third: str) -> None:
    pinned = json.loads(FILE.read_text(encoding="utf-8"))["figures"]
    fell = dropped({third: pinned[third]}, now)
    assert fell == [], "\n".join(
        [f"{len(fell)} figures dropped by more than {SLACK}:", *fell,
         "if that is meant: python -m benchmarks.extraction --pin --allow-drop"]
    )  # fmt: skip


def changed(third: str, field: str, figure: float) -> Floor:
    after = {
        name: {group: dict(row) for group, row in rows.items()} for name, rows in BEFORE.items()
    }
    after[third]["ALL"][field] = figure
    return after


def test_a_small_drop_is_borne_and_a_greater_one_is_told_by_name() -> None:
    assert dropped(BEFORE, changed("all", "body", 0.956)) == []
    assert dropped(BEFORE, changed("held back", "body", 0.89)) == [
        "held back · ALL · body: 0.9000 → 0.8900 (-0.0100)"
    ]


def test_a_figure_that_is_no_longer_measured_counts_as_dropped() -> None:
    assert len(dropped(BEFORE, {"all": BEFORE["all"]})) == 1


def test_pinning_refuses_to_lower_a_figure_unless_told_to(tmp_path: Path) -> None:
    shared("corpus/truth.jsonl")
    file = tmp_path / "floor.json"
    assert pin(BEFORE, allow_drop=False, file=file) == []
    first = file.read_text(encoding="utf-8")
    lower = changed("all", "title", 0.999)
    assert pin(lower, allow_drop=False, file=file) != []
    assert file.read_text(encoding="utf-8") == first
    assert pin(lower, allow_drop=True, file=file) != []
    assert json.loads(file.read_text(encoding="utf-8"))["figures"] == lower
