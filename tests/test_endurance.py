"""The real command killed again and again: what was reported stored is there once, without help."""

from pathlib import Path

from benchmarks.endurance import endure


def test_a_crawl_killed_fifty_times_loses_and_doubles_nothing(tmp_path: Path) -> None:
    endured = endure(tmp_path, kills=50, size=250, seed=1)
    assert endured.lost == []
    assert endured.astray == []
    assert endured.findings == ()
    # Only what was under way when a kill came is fetched once more.
    assert endured.asked_again == []
    assert endured.in_flight > 0
    assert endured.orphans == 0
    assert endured.reported > 50
