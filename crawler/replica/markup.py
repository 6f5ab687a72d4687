"""HTML that several families share: sheets to fill, bodies, lists of links."""

import re
from collections.abc import Callable, Iterable
from html import escape
from pathlib import Path

from crawler.replica.records import Document, Picture, Profile, Table
from crawler.replica.shelf import Row, Shelf

PAGES = Path(__file__).with_name("pages")
MARK = re.compile(r"«(!?)(\w+)»")
INCLUDE = re.compile(r"«\+(\w+)»")


class Sheet:
    """A page with marks to be filled: «name» takes text, «!name» takes markup."""

    def __init__(self, source: str) -> None:
        pieces = MARK.split(source)
        self._first = pieces[0]
        self._slots = tuple(zip(pieces[1::3], pieces[2::3], pieces[3::3], strict=True))

    def fill(self, **values: str) -> str:
        """The page; a mark without a value is an error."""
        written = [self._first]
        for raw, name, after in self._slots:
            value = values[name]
            written.append(value if raw else escape(value))
            written.append(after)
        return "".join(written)


def sheets(folder: str, profile: Profile, menu: str, *, beneath: str = "") -> dict[str, Sheet]:
    """The pages of a family by name, parts and the site's own facts put in.

    What the family has no page of its own for is taken from the folder ``beneath``.
    """
    found = {
        file.stem: file.read_text(encoding="utf-8")
        for each in filter(None, (beneath, folder))
        for file in (PAGES / each).glob("*.html")
    }
    facts = {"«site»": escape(profile.name), "«domain»": profile.domain, "«!menu»": menu}
    pages: dict[str, Sheet] = {}
    for name, source in found.items():
        whole = INCLUDE.sub(lambda part: found[part[1]], source)
        for mark, fact in facts.items():
            whole = whole.replace(mark, fact)
        pages[name] = Sheet(whole)
    return pages


def menu(profile: Profile, item: str, joint: str = "") -> str:
    """Links to the columns; item is a format of path and name."""
    links = (item.format(path=column.path, name=column.name) for column in profile.columns)
    return joint.join(links)


def attribute(value: str) -> str:
    """A string as the value of an attribute."""
    return escape(value)


def text(value: str) -> str:
    """A string as text of a page."""
    return escape(value, quote=False)


def table(block: Table, opening: str) -> str:
    """A table whose cells are plain text."""
    rows = (
        "<tr>" + "".join(f"<td>{text(cell)}</td>" for cell in row) + "</tr>" for row in block.rows
    )
    return f"{opening}<tbody>{''.join(rows)}</tbody></table>"


def body(
    document: Document,
    *,
    paragraph: Callable[[str], str],
    picture: Callable[[Picture], str],
    tables: str,
) -> str:
    """A document's blocks in a family's dress, or the HTML it came with."""
    if document.markup:
        return document.markup
    pieces: list[str] = []
    for block in document.blocks:
        if isinstance(block, str):
            pieces.append(paragraph(block))
        elif isinstance(block, Table):
            pieces.append(table(block, tables))
        else:
            pieces.append(picture(block))
    return "\n".join(pieces)


def summary(document: Document, length: int) -> str:
    """The beginning of the text in one line."""
    return str(document.blocks[0])[:length]


def items(rows: Iterable[Row], line: Callable[[Row], str]) -> str:
    """Rows of a list, one a line."""
    return "\n".join(line(row) for row in rows)


def blocks(shelf: Shelf, head: str, line: Callable[[Row], str], foot: str) -> str:
    """The newest of each column, as home pages have them."""
    return "\n".join(
        head.format(path=column.path, name=column.name)
        + items(shelf.rows(index, 0, 8), line)
        + foot
        for index, column in enumerate(shelf.profile.columns)
    )


def cut(title: str, length: int) -> str:
    """A title as lists show it that have no room."""
    return title if len(title) <= length else f"{title[:length]}..."


def stamp(row: Row) -> str:
    """A row's day as most lists write it."""
    local = row.local
    return f"{local.year}-{local.month:02d}-{local.day:02d}"
