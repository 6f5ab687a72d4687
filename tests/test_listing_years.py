"""Short dates get the year that the order of their list tells."""

from datetime import UTC, datetime

import pytest

from crawler.listing.years import by_order, with_year
from crawler.records import Link

SEEN = datetime(2026, 3, 20, tzinfo=UTC)


def told(*dates: str) -> list[str]:
    """Return the dates of a list read on 20 March 2026, completed."""
    links = [Link(url=f"https://example.gov.cn/{n}", date=date) for n, date in enumerate(dates)]
    return [link.date for link in by_order(links, SEEN)]


def test_a_list_that_comes_around_to_this_month_is_in_the_year_before() -> None:
    assert told("03-10", "01-15", "11-20", "08-02", "05-30", "03-18", "02-01") == [
        "03-10", "01-15", "11-20", "08-02", "05-30", "2025-03-18", "2025-02-01",
    ]  # fmt: skip


def test_it_may_come_around_more_than_once() -> None:
    year = ["02-10", "10-10", "06-10", "03-30"]
    assert told("03-10", *year, *year)[5:] == [
        "2025-02-10", "2024-10-10", "2024-06-10", "2024-03-30",
    ]  # fmt: skip


def test_old_rows_pinned_on_top_move_nothing() -> None:
    assert told("05-01", "03-15", "03-10", "02-02") == ["05-01", "03-15", "03-10", "02-02"]
    assert told("03-19", "05-01", "03-15", "03-10") == ["03-19", "05-01", "03-15", "03-10"]


def test_a_row_put_in_late_moves_nothing() -> None:
    assert told("03-10", "02-01", "02-25", "01-10") == ["03-10", "02-01", "02-25", "01-10"]


def test_whole_and_relative_dates_stay() -> None:
    assert told("3小时前", "2026-03-01", "2024-05-01", "") == [
        "3小时前",
        "2026-03-01",
        "2024-05-01",
        "",
    ]


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("03-15", "2025-03-15"),
        ("3月15日", "2025年3月15日"),
        ("Mar 15", "Mar 15, 2025"),
        ("15 March", "15 March 2025"),
        ("3/15", "3/15/2025"),
        ("昨天 10:20", "昨天 10:20"),
        ("3小时前", "3小时前"),
    ],
)
def test_a_year_is_put_where_it_is_read(text: str, whole: str) -> None:
    assert with_year(text, 2025) == whole
