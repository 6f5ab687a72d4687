"""Outside text → a terminal: nothing in it acts, hits stand out."""

import re

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.text import Text

from archive.escapes import one_line
from archive.records import Hit, Results

_MARKED = re.compile("\ue000([^\ue001]*)\ue001?")
_HIT = "bold red"
_INDENT = 4


def unmarked(text: str) -> str:
    """Return ``text`` without the marks round its hits."""
    return text.replace("\ue000", "").replace("\ue001", "")


def marked(text: str, style: str = "") -> Text:
    """Return ``text`` with the pieces between U+E000 and U+E001 standing out."""
    shown = Text(style=style)
    last = 0
    for found in _MARKED.finditer(text):
        shown.append(unmarked(text[last : found.start()]))
        shown.append(found[1], _HIT)
        last = found.end()
    shown.append(unmarked(text[last:]))
    return shown


def print_results(results: Results, screen: Console) -> None:
    """Print a page of hits for people: title, when and where, the piece that shows the hits."""
    for hit in results.hits:
        screen.print(marked(one_line(hit.title), "bold"))
        screen.print(_below(Text(_about(hit), "dim"), screen))
        if hit.snippet:
            screen.print(_below(marked(one_line(hit.snippet)), screen))
        if not hit.url.startswith("urn:"):
            screen.print(_below(Text(one_line(hit.url), "blue"), screen))
        screen.print()
    if results.hits:
        total = f"{results.total:,}{' or more' if results.capped else ''}"
        screen.print(Text(f"{len(results.hits)} shown of {total} that match", "dim"))


def _about(hit: Hit) -> str:
    parts = [
        hit.day.isoformat() if hit.day else "undated",
        hit.source,
        f"来源 {hit.origin}" if hit.origin else "",
        f"id {hit.id}",
        f"另有 {hit.reprints} 处转载" if hit.reprints else "",
    ]
    return one_line(" · ".join(part for part in parts if part))


def _below(text: Text, screen: Console) -> RenderableType:
    """Indent; a terminal breaks long lines at its width, a pipe gets each whole."""
    if screen.is_terminal:
        return Padding(text, (0, 0, 0, _INDENT), expand=False)
    return Text(" " * _INDENT) + text
