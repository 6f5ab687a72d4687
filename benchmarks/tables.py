"""Tables for a terminal."""

from collections.abc import Sequence


def table(title: str, header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table in plain text: the first column to the left, the others to the right."""
    widths = [max(len(row[i]) for row in (header, *rows)) for i in range(len(header))]
    lines = [title, _line(header, widths), "  ".join("-" * width for width in widths)]
    lines += [_line(row, widths) for row in rows]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    first, *rest = zip(row, widths, strict=True)
    return "  ".join([first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in rest)])


def figure(value: float | None, digits: int = 3) -> str:
    """Return a figure between 0 and 1 (or any other) as short as it can be read."""
    return "–" if value is None else f"{value:.{digits}f}".removeprefix("0" if value < 1 else "")
