"""Outside text → a terminal: nothing in it acts, hits stand out, lines break where they may."""

import re

from rich.console import Console
from rich.style import Style
from rich.text import Text

from archive.escapes import one_line
from archive.facets import Facets
from archive.language import _, ngettext
from archive.records import Hit, Results
from archive.wrapping import breaks

_MARKED = re.compile("\ue000([^\ue001]*)\ue001?")
_HIT = "bold red"
_INDENT = "  "
#: Columns of the longest bar of counts.
_BAR = 24


def unmarked(text: str) -> str:
    """Return ``text`` without the marks round its hits."""
    return text.replace("\ue000", "").replace("\ue001", "")


def marked(text: str, style: str | Style = "") -> Text:
    """Return ``text`` with the pieces between U+E000 and U+E001 standing out."""
    shown = Text(style=style)
    last = 0
    for found in _MARKED.finditer(text):
        shown.append(unmarked(text[last : found.start()]))
        shown.append(found[1], _HIT)
        last = found.end()
    shown.append(unmarked(text[last:]))
    return shown


def filled_text(text: Text, width: int, *, indent: str = "", hanging: str = "") -> Text:
    """Return ``text`` in lines of ``width`` columns, after ``indent`` and then ``hanging``."""
    room = max(10, width - max(len(indent), len(hanging)))
    lines = text.divide(breaks(text.plain, room))
    shown = Text(indent, style=text.style, no_wrap=True, overflow="fold")
    for number, line in enumerate(lines):
        line.rstrip()
        if number:
            shown.append(f"\n{hanging}")
        shown.append_text(line)
    return shown


def print_results(results: Results, screen: Console, *, all_hits: bool) -> None:
    """Print a page of hits for people: title, when and where, the piece that shows the hits.

    ``all_hits``: nothing else was found that could be shown.
    """
    for hit in results.hits:
        # A terminal that knows OSC 8 opens the page; one that does not shows the title alone.
        link = None if hit.url.startswith("urn:") else one_line(hit.url)
        title = marked(one_line(hit.title) or "—", Style(bold=True, link=link))
        screen.print(filled_text(title, screen.width))
        about = Text(_about(hit), "dim")
        screen.print(filled_text(about, screen.width, indent=_INDENT, hanging=_INDENT))
        if hit.snippet:
            snippet = marked(one_line(hit.snippet))
            screen.print(filled_text(snippet, screen.width, indent=_INDENT, hanging=_INDENT))
        screen.print()
    screen.print(Text(_summary(results, all_hits=all_hits), "dim"))


def _about(hit: Hit) -> str:
    others = ngettext("and {count} reprint", "and {count} reprints", hit.reprints)
    parts = [
        hit.day.isoformat() if hit.day else _("undated"),
        hit.source,
        hit.origin,
        _("id {id}").format(id=hit.id),
        others.format(count=hit.reprints) if hit.reprints else "",
    ]
    return one_line(" · ".join(part for part in parts if part))


def _summary(results: Results, *, all_hits: bool) -> str:
    if results.capped:
        return _("{shown} shown; more than {count} articles match").format(
            shown=len(results.hits), count=f"{results.total:,}"
        )
    found = ngettext("{count} article matches", "{count} articles match", results.total)
    found = found.format(count=f"{results.total:,}")
    if all_hits:
        return found
    return _("{shown} shown; {found}").format(shown=len(results.hits), found=found)


def print_facets(found: Facets, screen: Console) -> None:
    """Print how many matches there are of each source, region, month and category."""
    names = {
        "source": _("source"),
        "region": _("region"),
        "month": _("month"),
        "category": _("category"),
    }
    for name, counts in found.counts.items():
        if not counts:
            continue
        screen.print(Text(names[name], "bold"))
        most = max(count for _value, count in counts)
        room = max(len(f"{count:,}") for _value, count in counts)
        for value, count in counts:
            bar = "█" * max(1, round(_BAR * count / most))
            screen.print(
                Text.assemble(
                    f"{_INDENT}{count:>{room},} ", (f"{bar:<{_BAR}} ", "cyan"), one_line(value)
                )
            )
        screen.print()
    if found.of:
        told = _("counted among the newest {count}").format(count=f"{found.of:,}")
        screen.print(Text(told, "dim"))
