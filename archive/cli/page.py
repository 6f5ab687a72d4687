"""An article on a terminal as it reads: title, facts, headings, tables, links as footnotes."""

from collections.abc import Iterator
from dataclasses import replace

from rich import box
from rich.cells import cell_len
from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from archive.clock import shown_time
from archive.diff.edits import attached
from archive.escapes import neutral, one_line
from archive.language import _
from archive.readable import Block, Readable, readable
from archive.records import Stored
from archive.terminal import filled_text

#: Columns beyond which a line is tiring to read, whatever the terminal's width.
WIDEST = 88
#: Columns that a cell of a table needs at least.
_CELL = 8


def print_article(stored: Stored, remarks: list[str], screen: Console) -> None:
    """Print an article for reading; ``remarks`` stand below its facts."""
    width = min(screen.width, WIDEST)
    article = stored.article
    _print(screen, Text(one_line(article.title) or "—", "bold"), width)
    _print(screen, Text(one_line(" · ".join(_about(stored))), "dim"), width)
    for label, value in _facts(stored):
        _print(screen, Text.assemble((f"{label}{_(': ')}", "dim"), one_line(value)), width, "  ")
    for remark in remarks:
        _print(screen, Text(one_line(remark), "yellow"), width, "  ")
    screen.print()
    body = readable(article.html)
    for shown in _body(_without_title(body, article.title), width):
        screen.print(shown)
    _print_links(body, screen, width)
    if article.attachments:
        screen.print()
    for file in article.attachments:
        told = _("attachment: {file}").format(file=attached(file))
        _print(screen, Text(one_line(told)), width, "  ")


def _print(screen: Console, text: Text, width: int, hanging: str = "") -> None:
    screen.print(filled_text(text, width, hanging=hanging))


def _about(stored: Stored) -> Iterator[str]:
    article = stored.article
    when = shown_time(article.published, article.precision, article.zone)
    yield when if article.published else _("undated")
    yield article.source
    if article.origin:
        yield article.origin
    if article.author:
        yield article.author
    yield _("id {id}").format(id=stored.id)


def _facts(stored: Stored) -> Iterator[tuple[str, str]]:
    article = stored.article
    known = (
        (_("document number"), article.doc_number),
        (_("index number"), article.index_number),
        (_("issuer"), article.issuer),
        (_("written"), article.written.isoformat() if article.written else ""),
        (_("editor"), article.editor),
        (_("channel"), article.channel),
        (_("categories"), " / ".join(article.categories)),
        (_("address"), "" if article.url.startswith("urn:") else article.url),
    )
    yield from ((label, value) for label, value in known if value)


def _body(body: Readable, width: int) -> Iterator[RenderableType]:
    before: Block | None = None
    for block in body.blocks:
        # Items of one list stand close together; all else is set apart.
        if before is not None and not (block.kind == before.kind == "item"):
            yield ""
        yield _shown(block, width)
        before = block


def _without_title(body: Readable, title: str) -> Readable:
    """Return ``body`` without the title that many pages repeat on top of their text."""
    first = body.blocks[0] if body.blocks else Block(kind="rule")
    same = "".join(first.text.split()) == "".join(title.split())
    if same and first.kind in ("heading", "paragraph"):
        return replace(body, blocks=body.blocks[1:])
    return body


def _shown(block: Block, width: int) -> RenderableType:
    text = neutral(block.text)
    match block.kind:
        case "heading":
            return filled_text(Text(text, "bold" if block.depth > 2 else "bold underline"), width)
        case "item":
            lead = "  " * (block.depth - 1) + (f"{block.bullet} " if block.bullet else "  ")
            return filled_text(Text(text), width, indent=lead, hanging=" " * cell_len(lead))
        case "quote":
            return filled_text(Text(text, "italic"), width, indent="│ ", hanging="│ ")
        case "code":
            return Text(text, no_wrap=True, overflow="fold")
        case "rule":
            return Text("─" * min(width, 20), "dim")
        case "table":
            return _table(block, width)
        case _:
            return filled_text(Text(text), width)


def _table(block: Block, width: int) -> RenderableType:
    rows = [[neutral(cell) for cell in row] for row in block.rows]
    columns = len(rows[0])
    if columns * (_CELL + 3) > width:
        return _as_lists(rows, width, headed=block.headed)
    shown = Table(box=box.SIMPLE_HEAD if block.headed else box.SIMPLE, show_edge=False)
    shown.show_header = block.headed
    for head in rows[0]:
        shown.add_column(Text(head) if block.headed else "", overflow="fold")
    for row in rows[1:] if block.headed else rows:
        shown.add_row(*(Text(cell) for cell in row))
    room = Table.grid()
    room.add_column(max_width=width)
    room.add_row(shown)
    return room


def _as_lists(rows: list[list[str]], width: int, *, headed: bool) -> RenderableType:
    """Return a table too wide for the screen row by row, each cell under its heading."""
    lines = Text()
    head = rows[0] if headed else [""] * len(rows[0])
    for row in rows[1:] if headed else rows:
        for label, cell in zip(head, row, strict=True):
            if cell:
                told = f"{label}{_(': ')}{cell}" if label else cell
                lines.append_text(filled_text(Text(told), width, hanging="  "))
                lines.append("\n")
        lines.append("\n")
    lines.rstrip()
    return lines


def _print_links(body: Readable, screen: Console, width: int) -> None:
    if body.links:
        screen.print()
    for number, address in enumerate(body.links, 1):
        _print(screen, Text(one_line(f"[{number}] {address}"), "dim"), width, "    ")
