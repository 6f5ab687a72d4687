"""Real listings are read no worse than before: figures may rise, and a drop is told by its name."""

import json

import pytest

from benchmarks.floor import SLACK, Floor, dropped
from benchmarks.listing_floor import FILE, digest
from benchmarks.listing_replica import walks
from benchmarks.listings import reached
from tests.shared import shared


@pytest.fixture(scope="module")
def now() -> Floor:
    """Return today's figures, read once for all tests."""
    pinned = json.loads(FILE.read_text(encoding="utf-8"))
    if digest(shared("corpus/lists/us_courts").parent) != pinned["truth"]:
        pytest.skip("the truth of the corpus is another one than the figures were pinned with")
    return reached()


@pytest.mark.parametrize("third", ["all", "tuned on", "held back"])
def test_no_figure_of_the_real_listings_has_dropped(now: Floor, third: str) -> None:
    pinned = json.loads(FILE.read_text(encoding="utf-8"))["figures"]
    fell = dropped({third: pinned[third]}, now)
    assert fell == [], "\n".join(
        [f"{len(fell)} figures dropped by more than {SLACK}:", *fell,
         "if that is meant: python -m benchmarks.listings --pin --allow-drop"]
    )  # fmt: skip


def test_every_listing_of_the_replica_is_walked_to_its_end_without_rules() -> None:
    for walk in walks(size=240):
        where = f"{walk.family} {walk.column}"
        assert (walk.found, walk.named, walk.dated) == (walk.expected,) * 3, where
        assert walk.stated in (None, walk.pages), where
        assert walk.total in (None, walk.expected), where
