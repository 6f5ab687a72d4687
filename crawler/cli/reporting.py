"""The report on all sources: which work, and why the others do not; as a table or in Markdown."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from archive.escapes import neutral
from archive.language import N_, _
from crawler.cli.findings import COLOURS, STATES, fix, gravest, row, what
from crawler.dryrun.records import Checked, State

#: What stands above the columns.
HEADINGS = (N_("source"), N_("state"), N_("listings"), N_("links"), N_("newest"), N_("finding"))


def summary(checked: Checked) -> dict[str, object]:
    """Return what a source came to as one JSON object."""
    home = checked.source.address
    return {
        "source": checked.source.id,
        "name": checked.source.name,
        "state": checked.state,
        "listings": len(checked.looks),
        "working": sum(not look.broken for look in checked.looks),
        "links": _links(checked),
        "newest": _newest(checked) or None,
        "findings": [
            {"listing": look.listing.url} | row(finding, home)
            for look in checked.looks
            for finding in look.findings
        ],
    }


def _links(checked: Checked) -> int:
    return sum(len(look.page.links) for look in checked.looks if look.page)


def _newest(checked: Checked) -> str:
    newest = max((look.newest for look in checked.looks if look.newest), default=None)
    return newest.isoformat() if newest else ""


def _cells(checked: Checked) -> tuple[str, str, str, str, str, str]:
    working = sum(not look.broken for look in checked.looks)
    found = gravest(checked)
    said = f"{what(found[1])} → {fix(found[1], checked.source.address)}" if found else ""
    return (
        checked.source.id,
        _(STATES[checked.state]),
        f"{working}/{len(checked.looks)}",
        str(_links(checked)),
        _newest(checked),
        neutral(said),
    )


def _in_order(results: Sequence[Checked]) -> list[Checked]:
    """Return the results, the worst states last, each by its name."""
    order = {state: rank for rank, state in enumerate(State)}
    return sorted(results, key=lambda one: (order[one.state], one.source.id))


def _tally(results: Sequence[Checked]) -> list[tuple[State, int]]:
    counted = Counter(one.state for one in results)
    return [(state, counted[state]) for state in State if counted[state]]


def print_report(results: Sequence[Checked], screen: Console) -> None:
    """Print a row for each source, and below it how many are in which state."""
    table = Table(box=None, padding=(0, 2, 0, 0))
    for heading in HEADINGS:
        right = heading in ("listings", "links")
        table.add_column(
            _(heading), no_wrap=heading != "finding", justify="right" if right else "left"
        )
    for one in _in_order(results):
        name, state, *others = _cells(one)
        table.add_row(name, Text(state, COLOURS.get(one.state, "red")), *map(Text, others))
    screen.print(table)
    told = "  ".join(f"{_(STATES[state])} {count}" for state, count in _tally(results))
    screen.print(f"\n{told}", markup=False)


def markdown(results: Sequence[Checked], now: datetime) -> str:
    """Return the report as a Markdown page to be shared."""
    title = _("{count} sources, checked {when} UTC")
    lines = [f"# {title.format(count=len(results), when=f'{now:%Y-%m-%d %H:%M}')}", ""]
    lines += [f"- {_(STATES[state])}: {count}" for state, count in _tally(results)]
    lines += ["", f"| {' | '.join(map(_, HEADINGS))} |", "|---|---|--:|--:|---|---|"]
    for one in _in_order(results):
        lines.append(f"| {' | '.join(map(_plain, _cells(one)))} |")
    for one in _in_order(results):
        found = [(look, finding) for look in one.looks for finding in look.findings]
        if len(found) > 1:
            lines += ["", f"## {one.source.id}", ""]
            lines += [
                f"- {_plain(look.listing.url)}: {_plain(what(finding))}"
                f" → {_plain(fix(finding, one.source.address))}"
                for look, finding in found
            ]
    return "\n".join(lines) + "\n"


def _plain(text: str) -> str:
    """Return text that Markdown shows as it stands: a page's words make no link and no tag."""
    special = {ord(sign): f"\\{sign}" for sign in "\\|*_[]<>#!"}
    return neutral(text).replace("\n", " ").translate(special)


def write_report(path: Path, results: Sequence[Checked], now: datetime) -> None:
    """Write the Markdown report; a reader never sees half of it."""
    unfinished = path.with_name(f".{path.name}.new")
    unfinished.write_text(markdown(results, now), encoding="utf-8")
    unfinished.replace(path)
