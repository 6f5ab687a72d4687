"""The HTML of a body → its text: one paragraph a line, cells of a table row between tabs."""

import re
from html import unescape

#: What U+3000 runs, U+00A0 and zero-width marks are on a page: layout.
LAYOUT = re.compile(r"[\s\u00a0\u3000\u200b\u2060\ufeff]+")
#: What no text may hold: controls but tab and newline, lone surrogates, non-characters.
UNSPEAKABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")

#: A tag, a comment, or text; attribute values may hold ``>``.
_TOKEN = re.compile(
    r"<!--.*?-->|<(/?)([a-zA-Z][^\s/>]*)(?:[^\"'>]|\"[^\"]*\"|'[^']*')*>|([^<]+|<)", re.DOTALL
)
_INLINE = """
    a abbr b bdi bdo big cite code data del dfn em font i img ins kbd label mark q rb rp rt ruby s
    samp small span strike strong sub sup time tt u var wbr
"""
INLINE = frozenset(_INLINE.split())
#: Never text; captions belong to their pictures and stay in the HTML.
_SILENT = frozenset(
    ["figcaption", "script", "style", "noscript", "template", "svg", "iframe", "object"]
)
#: A row whose cells are longer than this is layout: its cells are read one after the other.
_CELL = 400


class _Reader:
    """Lines as they are put together; rows and cells of open tables lie on a stack."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.parts: list[str] = []
        #: lines outside, and the finished cells, of every open row
        self.rows: list[tuple[list[str], list[list[str]]]] = []

    def end_line(self) -> None:
        if self.parts:
            if line := LAYOUT.sub(" ", "".join(self.parts)).strip():
                self.lines.append(line)
            self.parts = []

    def open_row(self) -> None:
        self.end_line()
        self.rows.append((self.lines, []))
        self.lines = []

    def close_cell(self) -> None:
        self.end_line()
        if self.rows:
            self.rows[-1][1].append(self.lines)
            self.lines = []

    def close_row(self) -> None:
        self.end_line()
        if not self.rows:
            return
        stray, (outside, cells) = self.lines, self.rows.pop()
        if stray:
            cells.append(stray)
        self.lines = outside
        filled = [cell for cell in cells if cell]
        if len(filled) > 1 and all(sum(map(len, cell)) <= _CELL for cell in filled):
            self.lines.append("\t".join(" ".join(cell) for cell in cells).strip())
        else:
            for cell in filled:
                self.lines += cell

    def tag(self, name: str, closing: bool) -> None:
        if name in INLINE:
            return
        if name == "tr":
            self.close_row() if closing else self.open_row()
        elif name in ("td", "th") and closing:
            self.close_cell()
        elif name == "br":
            self.end_line()
        else:
            self.end_line()


def text_of(html: str) -> str:
    """Return the text of clean, well-formed HTML as a reader sees it, layout white space gone."""
    reader, silent = _Reader(), ""
    for closing, name, text in _TOKEN.findall(html):
        if silent:
            silent = "" if closing and name.lower() == silent else silent
        elif text:
            reader.parts.append(unescape(text) if "&" in text else text)
        elif name:
            name = name.lower()
            if name in _SILENT and not closing:
                silent = name
            else:
                reader.tag(name, bool(closing))
    reader.end_line()
    while reader.rows:
        reader.close_row()
    return "\n".join(reader.lines)


def one_line(text: str) -> str:
    """Return a title or name on one line: entities read, controls and layout white space gone."""
    if "&" in text:
        text = unescape(text)
    return LAYOUT.sub(" ", UNSPEAKABLE.sub("", text)).strip()
