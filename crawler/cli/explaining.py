"""What the witnesses of a page said, field by field, for people."""

from collections.abc import Sequence
from typing import Any

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.text import Text

from archive.escapes import one_line
from archive.language import retold

#: Cells of the field's name, of a witness, and the narrowest screen that is written for.
NAME, WITNESS, NARROWEST = 13, 24, 60
#: Marks before a value: believed, lent a part of what is believed, said in vain, refused.
WON, PART, SAID, REFUSED = "✓", "+", " ", "✗"


def print_explained(row: dict[str, Any], screen: Console) -> None:
    """Print one article's row: each field's value and witness, below it what the others said."""
    screen.print(Text(_cut(one_line(str(row["id"])), screen.width), "bold"))
    if "error" in row:
        screen.print(Text(f"  {row['error']}: {one_line(retold(row['reason']))}", "red"))
        return
    print_fields(row, screen)


def print_fields(row: dict[str, Any], screen: Console) -> None:
    """Print the fields of an article's row that anybody says something of."""
    for field, said in row["explain"].items():
        value, witness = row.get(field), row["witnesses"].get(field, "")
        if field == "text":
            value, witness = said[0]["value"], said[0]["witness"]
        if value:
            _line(screen, field, WON, str(value), witness, "bold")
        elif said:
            _line(screen, field, SAID, "–", "", "")
        for one in _dissenting(said, str(value or ""), witness):
            mark = REFUSED if one.get("refused") else PART if one["won"] else SAID
            style = "yellow" if mark == REFUSED else "dim"
            why = f" ({retold(one['refused'])})" if one.get("refused") else ""
            _line(screen, "", mark, one["value"], one["witness"] + why, style)


def _dissenting(said: Sequence[dict[str, Any]], value: str, witness: str) -> list[dict[str, Any]]:
    """Return what is not the winning line said again."""
    return [
        one for one in said
        if not (one["won"] and (one["value"] == value or one["witness"] == witness))
    ]  # fmt: skip


def _line(screen: Console, name: str, mark: str, value: str, witness: str, style: str) -> None:
    """Print one line: name, mark, as much of the value as fits, witness."""
    width = max(screen.width if screen.is_terminal else 80, NARROWEST)
    witness = _cut(one_line(witness), width // 2 - NAME // 2)
    room = width - NAME - 4 - max(WITNESS, cell_len(witness))
    shown = Text(f"  {set_cell_size(name, NAME - 2)}", "cyan")
    shown.append(f"{mark} ", "green" if mark == WON else style)
    shown.append(set_cell_size(_cut(one_line(value), room), room), style)
    shown.append(f"  {witness}", "dim" if style != "yellow" else style)
    screen.print(shown, soft_wrap=True)


def _cut(text: str, cells: int) -> str:
    """Return as much of ``text`` as fits; a wide character is never halved."""
    return text if cell_len(text) <= cells else set_cell_size(text, cells - 1).rstrip() + "…"
