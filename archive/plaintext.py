"""Clean HTML → text, one paragraph a line; and the byline that stands in such a text. Pure."""

import re
from html import unescape

#: marks that pages are set with and no reader sees: soft hyphens, places where a line may break
_MARKS = ("\u00ad", "\u200b", "\u2060", "\ufeff")
# The serialiser writes < and > in attribute values as entities, so a tag ends at the first >.
_TOKEN = re.compile(r"<(/?)([a-z][^\s/>]*)[^>]*>|([^<]+)")
_PICTURE = re.compile(r"<img\b[^>]*?\ssrc=\"([^\"]*)\"")
_INLINE = frozenset((
    "a", "abbr", "b", "cite", "code", "del", "em", "i", "img", "ins", "q", "s", "small", "span",
    "strong", "sub", "sup", "time", "u",
))  # fmt: skip
#: characters beyond which a cell is no cell but layout: the row's cells are read one by one
_CELL = 400

# A label counts at the start of a line or after a bracket, bar or blank: in running text
# (资金来源：财政) it is no byline.
_NAME = r"(?:[^\s】|｜。；]{0,6}(?:记者|通讯员)\s)?[^\s】）)|｜。；;]{1,40}"
_ORIGIN, _AUTHOR, _EDITOR = (
    re.compile(rf"(?:^|[【(（|｜\s])(?:{label})\s?[：:]\s?({_NAME})", re.MULTILINE)
    for label in (r"(?:信息|文章|稿件|新闻)?来源|稿源", "作者|撰稿", "责任编辑|责编|编辑")
)


def text_of(html: str) -> str:
    """Return the text of HTML that ``clean_html`` made: a line for each paragraph, item or row.

    The cells of a row stand between tabs.
    """
    lines = _Lines()
    for mark in _MARKS:
        html = html.replace(mark, "")
    for closing, name, text in _TOKEN.findall(html):
        if text:
            lines.parts.append(unescape(text) if "&" in text else text)
        elif name not in _INLINE:
            lines.end()
            if name == "tr":
                lines.close_row() if closing else lines.open_row()
            elif closing and name in ("td", "th"):
                lines.close_cell()
    lines.end()
    while lines.rows:
        lines.close_row()
    return "\n".join(lines.done)


class _Lines:
    """Lines as they come about; the rows of open tables, one in another, wait for their end."""

    def __init__(self) -> None:
        #: of the line at hand
        self.parts: list[str] = []
        self.done: list[str] = []
        #: of each open row: the lines before it, and the lines of its cells so far
        self.rows: list[tuple[list[str], list[list[str]]]] = []

    def end(self) -> None:
        if line := " ".join("".join(self.parts).split()):
            self.done.append(line)
        self.parts = []

    def open_row(self) -> None:
        self.rows.append((self.done, []))
        self.done = []

    def close_cell(self) -> None:
        if self.rows:
            self.rows[-1][1].append(self.done)
            self.done = []

    def close_row(self) -> None:
        if not self.rows:
            return
        before, cells = self.rows.pop()
        cells.append(self.done)
        filled = [cell for cell in cells if cell]
        if len(filled) > 1 and all(sum(map(len, cell)) <= _CELL for cell in filled):
            before.append("\t".join(map(" ".join, cells)).strip())
        else:
            before += [line for cell in filled for line in cell]
        self.done = before


def pictures_of(html: str) -> tuple[str, ...]:
    """Return the addresses of the pictures in HTML that ``clean_html`` made, in order."""
    return tuple(dict.fromkeys(unescape(found) for found in _PICTURE.findall(html)))


def byline_of(text: str) -> tuple[str, str, str]:
    """Return what a text says of itself: origin (来源), author (作者), editor (责任编辑), or "".

    The first mention of each counts.
    """
    origin, author, editor = (
        found[1] if (found := label.search(text)) else "" for label in (_ORIGIN, _AUTHOR, _EDITOR)
    )
    return origin, author, editor
