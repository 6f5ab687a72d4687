"""The clean HTML of an article → blocks to be read: headings, paragraphs, tables. Pure.

Links become numbers in the text and footnotes below it, pictures a word in brackets.
"""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Literal

from archive.language import _

Kind = Literal["heading", "paragraph", "item", "quote", "code", "table", "rule"]

_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_BLOCKS = (
    frozenset(
        "p div section figure figcaption ul ol li dl dt dd blockquote pre table caption hr".split()
    )
    | _HEADINGS.keys()
)
_FOLLOWED = ("http://", "https://", "mailto:")


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A piece that stands on lines of its own."""

    kind: Kind
    text: str = ""
    #: of a heading 1 to 6, of an item how many lists it lies in, else 0
    depth: int = 0
    #: what stands before an item: a dot, or its number
    bullet: str = ""
    #: of a table
    rows: tuple[tuple[str, ...], ...] = ()
    #: the first row of the table says what its columns are
    headed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Readable:
    """An article to be read, and where the numbers in it lead."""

    blocks: tuple[Block, ...]
    #: addresses; the first is number 1
    links: tuple[str, ...]


def readable(html: str) -> Readable:
    """Return the blocks of HTML that ``clean_html`` made; of any other, what can be made of it."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    reader.end()
    while reader.tables:
        reader.close_table()
    return Readable(blocks=tuple(reader.blocks), links=tuple(reader.links))


@dataclass(slots=True)
class _Table:
    rows: list[list[str]] = field(default_factory=list)
    headed: bool = False
    #: columns that the cell at hand covers
    span: int = 1


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[Block] = []
        self.links: list[str] = []
        self.tables: list[_Table] = []
        self._parts: list[str] = []
        #: for each list we are in, the number of its next item; 0 where it has none
        self._lists: list[int] = []
        self._opened: list[tuple[str, int]] = []
        self._kind: Kind = "paragraph"
        self._depth = 0
        self._bullet = ""
        self._quotes = 0
        self._pictures = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag in _BLOCKS:
            self.end()
        if tag in _HEADINGS:
            self._kind, self._depth = "heading", _HEADINGS[tag]
        elif tag in ("ul", "ol"):
            start = given.get("start", "1")
            first = int(start) if start.isascii() and start.isdigit() and len(start) < 9 else 1
            self._lists.append(first if tag == "ol" else 0)
        elif tag == "li":
            self._begin_item()
        elif tag == "blockquote":
            self._quotes += 1
        elif tag == "pre":
            self._kind = "code"
        elif tag == "br":
            self._parts.append("\n")
        elif tag == "hr":
            self.blocks.append(Block(kind="rule"))
        elif tag == "img":
            self._picture(given.get("alt", ""))
        elif tag == "a":
            self._opened.append((given.get("href", ""), len(self._parts)))
        elif tag == "table":
            self.tables.append(_Table())
        elif self.tables:
            self._begin_cell(tag, given.get("colspan", ""))

    def _begin_item(self) -> None:
        number = self._lists[-1] if self._lists else 0
        if number:
            self._lists[-1] += 1
        self._kind, self._depth = "item", max(1, len(self._lists))
        self._bullet = f"{number}." if number else "•"

    def _begin_cell(self, tag: str, span: str) -> None:
        table = self.tables[-1]
        if tag == "tr":
            table.rows.append([])
        elif tag in ("td", "th"):
            if not table.rows:
                table.rows.append([])
            if tag == "th" and len(table.rows) == 1:
                table.headed = True
            # A page may claim any number; wider than that is no table to be read here.
            covered = int(span) if span.isascii() and span.isdigit() and len(span) < 3 else 1
            table.span = max(1, covered)
            self._parts = []

    def _picture(self, words: str) -> None:
        self._pictures += 1
        told = _("[picture {number}: {words}]") if words.strip() else _("[picture {number}]")
        self._parts.append(told.format(number=self._pictures, words=" ".join(words.split())))

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self._opened:
            self._footnote(*self._opened.pop())
        elif tag in ("td", "th") and self.tables and self.tables[-1].rows:
            table = self.tables[-1]
            table.rows[-1].append(" ".join("".join(self._parts).split()))
            table.rows[-1] += [""] * (table.span - 1)
            table.span = 1
            self._parts = []
        elif tag == "table" and self.tables:
            self.close_table()
        elif tag in _BLOCKS:
            self.end()
        if tag in ("ul", "ol") and self._lists:
            self._lists.pop()
        elif tag == "blockquote":
            self._quotes = max(0, self._quotes - 1)

    def _footnote(self, address: str, began: int) -> None:
        words = "".join(self._parts[began:]).strip()
        if not words or words == address or not address.startswith(_FOLLOWED):
            return
        if address not in self.links:
            self.links.append(address)
        self._parts.append(f"[{self.links.index(address) + 1}]")

    def handle_data(self, data: str) -> None:
        self._parts.append(data if self._kind == "code" else " ".join(f".{data}.".split())[1:-1])

    def close_table(self) -> None:
        """Take a table that ended; one in a cell of another becomes text of that cell."""
        table = self.tables.pop()
        rows = [row for row in table.rows if any(row)]
        if self.tables:
            self._parts.append(" ".join(cell for row in rows for cell in row if cell))
            return
        self._parts = []
        if all(len(row) == 1 for row in rows):
            self.blocks += (Block(kind="paragraph", text=row[0]) for row in rows)
            return
        columns = max(len(row) for row in rows)
        whole = tuple(tuple(row + [""] * (columns - len(row))) for row in rows)
        headed = table.headed or _names_columns(whole)
        self.blocks.append(Block(kind="table", rows=whole, headed=headed))

    def end(self) -> None:
        """Take what stands on lines of its own and has ended; in a cell it goes on."""
        if self.tables:
            self._parts.append(" ")
            return
        text = "".join(self._parts)
        lines = [text.strip("\n")] if self._kind == "code" else text.split("\n")
        kind: Kind = "quote" if self._quotes and self._kind == "paragraph" else self._kind
        for line in lines:
            if shown := line if kind == "code" else line.strip():
                self.blocks.append(
                    Block(kind=kind, text=shown, depth=self._depth, bullet=self._bullet)
                )
                if kind == "item":
                    self._bullet = ""  # what goes on in an item stands under it
        self._parts = []
        if kind != "item" or text.strip():
            self._kind, self._depth, self._bullet = "paragraph", 0, ""


def _names_columns(rows: tuple[tuple[str, ...], ...]) -> bool:
    """Tell whether the first row names the columns though no tag says so: words over figures."""
    first, *rest = rows
    words = all(first) and not any(c.isdigit() for cell in first for c in cell)
    return words and any(c.isdigit() for row in rest for cell in row for c in cell)
