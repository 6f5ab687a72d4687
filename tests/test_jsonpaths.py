"""Paths into JSON and templates of them: what they find, and what is refused."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.jsonpaths import check, check_template, fill, pick

TOLD = {
    "data": {
        "list": [{"id": 1, "t": {"cn": "甲"}}, {"id": 2}],
        "text": '{"rows": [{"id": 3}]}',
    },
    "a.b": 7,
}


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("data.list[*].id", [1, 2]),
        ("data.list.id", [1, 2]),
        ("$.data.list[1].id", [2]),
        ("data.list[*].t.cn", ["甲"]),
        ("data.text.rows[*].id", [3]),
        ('["a.b"]', [7]),
        ("*.text", [TOLD["data"]["text"]]),  # type: ignore[index]
        ("data.list[7]", []),
        ("data.none.at.all", []),
    ],
)
def test_a_path_finds_what_stands_there(path: str, found: list[Any]) -> None:
    assert check(path) is None
    assert pick(TOLD, path) == found


@pytest.mark.parametrize("path", ["", " ", "a..b", "a[", "a[x]", ".a", "a]", "a{b}"])
def test_what_is_no_path_is_refused(path: str) -> None:
    assert check(path) is not None


def test_a_template_is_filled_whole_or_not_at_all() -> None:
    told = {"id": "7", "year": "2024", "none": ""}
    assert fill("/{year}/{id}.html", told.__getitem__) == "/2024/7.html"
    assert fill("/{year}/{none}.html", told.__getitem__) == ""
    assert check_template("/{year}/{id.html") is not None
    assert check_template("/{}/x") is not None
    assert check_template("/{data.id}/x") is None


@given(st.text(alphabet="ab.[]*$\"'0 {}", max_size=12))
def test_any_text_is_a_path_or_is_refused(text: str) -> None:
    if check(text) is None:
        assert isinstance(pick(TOLD, text), list)


@given(st.lists(st.text(alphabet="abc名-_", min_size=1, max_size=5), min_size=1, max_size=5))
def test_a_value_is_found_under_the_names_above_it(names: list[str]) -> None:
    value: Any = 42
    for name in reversed(names):
        value = {name: value}
    assert pick(value, ".".join(names)) == [42]
