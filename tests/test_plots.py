"""Plots are drawn on the server, as bars that say what they show."""

import re
import xml.etree.ElementTree as ET
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.datasette_plugin.plots import Bar, bars, scale

SVG = "{http://www.w3.org/2000/svg}"


def drawn(counts: list[Bar], **more: Any) -> ET.Element:
    """Return a plot, read as a browser reads it."""
    text = str(bars(counts, name="p", title="Per day", description="all of it", **more))
    return ET.fromstring(text.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1))  # noqa: S314 - our own


def heights(plot: ET.Element) -> list[float]:
    found = [each for each in plot.iter(f"{SVG}rect") if "h-bar" in each.attrib["class"]]
    for each in found:
        assert float(each.attrib["y"]) + float(each.attrib["height"]) == pytest.approx(100)
    return [float(each.attrib["height"]) for each in found]


def test_a_bar_is_as_high_as_its_count_and_none_has_no_height() -> None:
    assert heights(drawn([Bar(label="", count=n) for n in (0, 5, 10)])) == [0, 50, 100]


def test_a_scale_gives_the_height_its_meaning() -> None:
    assert heights(drawn([Bar(label="", count=5)], top=20)) == [25]


def test_one_among_thousands_is_still_seen() -> None:
    few, many = heights(drawn([Bar(label="", count=1), Bar(label="", count=100_000)]))
    assert 2 <= few < many == 100


def test_a_plot_tells_readers_of_the_screen_what_it_is() -> None:
    plot = drawn([Bar(label="1 May: 3 articles", count=3)])
    named = {each.attrib["id"]: each.text for each in plot if "id" in each.attrib}
    told = [named[name] for name in plot.attrib["aria-labelledby"].split()]
    assert (plot.attrib["role"], told) == ("img", ["Per day", "all of it"])
    (group,) = plot.iter(f"{SVG}g")
    assert group[0].text == "1 May: 3 articles"


def test_a_bar_that_leads_somewhere_is_a_link_outside_the_order_of_the_keyboard() -> None:
    plot = drawn([Bar(label="a", count=1, address="/?q=a&b"), Bar(label="b", count=1)])
    (link,) = plot.iter(f"{SVG}a")
    assert (link.attrib["href"], link.attrib["tabindex"]) == ("/?q=a&b", "-1")


@pytest.mark.parametrize("odd", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>'])
def test_no_label_becomes_markup(odd: str) -> None:
    text = bars([Bar(label=odd, count=1, address=odd)], name="p", title=odd, description=odd)
    assert set(re.findall(r"<(\w+)", text)) == {"svg", "title", "desc", "a", "g", "rect"}


def test_nothing_at_all_can_be_drawn() -> None:
    assert heights(drawn([])) == []
    assert heights(drawn([Bar(label="", count=0)])) == [0]


@given(st.integers(min_value=0, max_value=10**9))
def test_a_scale_holds_the_most_in_few_even_round_steps(most: int) -> None:
    lines = scale(most)
    step = lines[1]
    assert list(lines) == list(range(0, lines[-1] + 1, step))
    assert 2 <= len(lines) <= 6
    assert lines[-1] >= most
    assert most <= 1 or lines[-1] < 2 * most + 2
    assert str(step).rstrip("0") in ("1", "2", "5")
