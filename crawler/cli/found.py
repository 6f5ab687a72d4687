"""What was found at a site, for people as a table and for machines as one object."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.table import Table
from rich.text import Text

from archive.escapes import one_line
from archive.language import _, ngettext, retold
from crawler.discovery import Discovery, Sample, Tried

#: Columns of a name and its address that stand in one line.
_BOTH = 45
#: Columns of an address or of the first words of an article that are shown.
_LONGEST = 120


def print_found(found: Discovery, screen: Console) -> None:
    """Print the site and a row for each listing that was tried, those worth keeping first."""
    site = found.site
    screen.print(Text.assemble((one_line(site.name), "bold"), f"  {one_line(site.address)}"))
    asked = ngettext("{count} request", "{count} requests", found.requests)
    facts = [
        _("family {name}").format(name=site.family) if site.family else _("no family recognised"),
        site.zone,
        site.lang,
        asked.format(count=found.requests),
    ]
    screen.print(Text(" · ".join(fact for fact in facts if fact), "dim"))
    screen.print()
    if not found.tried:
        return
    table = Table(box=None, padding=(0, 1, 0, 0), expand=screen.is_terminal, pad_edge=False)
    table.add_column("")
    table.add_column("", justify="right", no_wrap=True)
    table.add_column(_("listing"), ratio=1, overflow="fold")
    table.add_column(_("type"), no_wrap=True)
    table.add_column(_("links"), justify="right", no_wrap=True)
    table.add_column(_("newest"), no_wrap=True)
    for number, one in enumerate(found.tried, 1):
        mark = Text("✓", "green") if one.good else Text("")
        links = str(len(one.page.links)) if one.page else ""
        newest = one.newest.isoformat() if one.newest else ""
        style = "" if one.good else "dim"
        about = _about(one, found.site.address)
        table.add_row(mark, str(number), about, one.listing.kind, links, newest, style=style)
    screen.print(table)


def _about(one: Tried, home: str) -> Text:
    """Return the cell of a listing: its name, address and first article, or what is wrong."""
    parts = urlsplit(one.listing.url)
    same = parts.netloc == urlsplit(home).netloc
    address = (
        one.listing.url[len(f"{parts.scheme}://{parts.netloc}") :] if same else one.listing.url
    )
    name, address = one_line(one.listing.category), one_line(address)[:_LONGEST]
    lines = [(f"{name}  ", "bold"), (f"{address}\n", "cyan")]
    if cell_len(name + address) > _BOTH:
        lines[0] = (f"{name}\n", "bold")
    if one.why:
        lines.append((one_line(retold(one.why))[: 2 * _LONGEST], "yellow"))
    if one.sample and one.good:
        lines += [(f"{line}\n", "") for line in _sample(one.sample)]
    shown = Text()
    for text, style in [line for line in lines if line[0].strip()]:
        shown.append(text, style)
    shown.rstrip()
    return shown


def _sample(sample: Sample) -> list[str]:
    facts = [sample.title, sample.date, sample.origin]
    lines = [" · ".join(one_line(fact) for fact in facts if fact)]
    if sample.words:
        words = one_line(sample.words)
        cut = set_cell_size(words, _LONGEST).rstrip()
        lines.append(f"{cut}…" if cut != words else cut)
    if sample.error:
        lines.append(one_line(retold(sample.error.reason)))
    return lines


def print_nothing(found: Discovery, screen: Console) -> None:
    """Say why nothing was found, and what to do next."""
    screen.print(Text(one_line(retold(found.why)), "red"))
    for endpoint in found.endpoints:
        screen.print(Text(f"  {one_line(endpoint)}", "cyan"))
    if found.hint:
        screen.print(Text("→ " + retold(found.hint)))


def as_object(found: Discovery, text: str, file: str | None) -> dict[str, object]:
    """Return the finding as one JSON object; ``text`` is the source file, ``file`` where it is."""
    site = found.site
    facts: Mapping[str, object] = {
        "id": site.id,
        "name": site.name,
        "address": site.address,
        "family": site.family or None,
        "zone": site.zone,
        "lang": site.lang or None,
    }
    return {
        "url": found.url,
        "source": facts,
        "listings": [_listing(one) for one in found.tried],
        "requests": found.requests,
        "endpoints": list(found.endpoints),
        "error": found.why or None,
        "hint": found.hint or None,
        "toml": text or None,
        "file": file,
    }


def _listing(one: Tried) -> dict[str, object]:
    return {
        "url": one.listing.url,
        "kind": one.listing.kind.value,
        "category": one.listing.category or None,
        "links": len(one.page.links) if one.page else 0,
        "newest": one.newest.isoformat() if one.newest else None,
        "good": one.good,
        "why": one.why or None,
        "samples": [
            {
                "url": sample.url,
                "title": sample.title or None,
                "date": sample.date or None,
                "origin": sample.origin or None,
                "words": sample.words or None,
                "error": str(sample.error) if sample.error else None,
            }
            for sample in one.samples
        ],
    }
