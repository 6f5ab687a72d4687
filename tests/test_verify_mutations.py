"""Whatever is changed behind Gazette's back and can be seen is found."""

from collections import Counter
from pathlib import Path

from archive.verify import verify
from benchmarks.tampering import CHANGES, make, run


def test_nothing_is_found_in_the_archive_that_is_tampered_with(tmp_path: Path) -> None:
    make(tmp_path / "archive.db")
    remarks: list[str] = []
    assert verify(tmp_path / "archive.db", deep=True, remark=remarks.append) == ()
    assert remarks == []


def test_every_change_that_can_be_seen_is_found(tmp_path: Path) -> None:
    outcomes = list(run(200, 26, tmp_path))
    assert [found for found in outcomes if found.visible and not found.findings] == []
    seen = Counter(found.kind for found in outcomes if found.visible)
    assert set(seen) >= set(CHANGES) - {"drop a table"}
