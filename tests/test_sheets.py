"""CSV on its way out: what a spreadsheet would take for a formula is text to it, all else as is."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.datasette_plugin.sheets import Harmless


def passed(text: str, size: int = 1 << 20) -> str:
    """Return CSV as it comes out, sent in pieces of ``size`` bytes."""
    sheet, data = Harmless(), text.encode()
    pieces = [data[at : at + size] for at in range(0, len(data), size)] or [b""]
    out = [sheet.pass_on(piece, last=False) for piece in pieces]
    return b"".join([*out, sheet.pass_on(b"", last=True)]).decode()


def written(rows: list[list[str]]) -> str:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue()


def read(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline="")))


@pytest.mark.parametrize(
    "cell",
    [
        "=1+1", "=cmd|' /C calc'!A0", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "\n=1",
        "＝1+1", "＋1", "－1", "＠x", '=HYPERLINK("http://x","就业")', "=a,b",
    ],
)  # fmt: skip
def test_what_would_act_gets_an_apostrophe(cell: str) -> None:
    rows = read(passed(written([["id", cell], [cell, "就业"]])))
    assert rows == [["id", f"'{cell}"], [f"'{cell}", "就业"]]


@pytest.mark.parametrize("cell", ["1", "-1", "+2.5", "-1e-7", "", "就业", "a=b", "'=x", "—", '"'])
def test_numbers_and_plain_text_stay_as_they_are(cell: str) -> None:
    text = written([[cell, cell]])
    assert passed(text) == text


CELLS = st.text(
    st.one_of(st.sampled_from("=+-@,\"\r\n\t'＝0 就"), st.characters(codec="utf-8")), max_size=12
)


@given(st.lists(st.lists(CELLS, min_size=2, max_size=3), max_size=4), st.integers(1, 9))
def test_however_it_is_cut_no_cell_acts_and_none_is_lost(rows: list[list[str]], size: int) -> None:
    out = read(passed(written(rows), size))
    assert [[cell.removeprefix("'") for cell in row] for row in out] == [
        [cell.removeprefix("'") for cell in row] for row in rows
    ]
    numbers = set("0123456789.eE+-")
    for cell in (cell for row in out for cell in row):
        acts = cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"))
        assert not acts or set(cell) <= numbers, cell
