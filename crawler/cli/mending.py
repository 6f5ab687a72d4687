"""``gazette check --fix``: new rules for sites that were rebuilt, as a diff, applied on consent."""

import asyncio
import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
from rich.progress import Progress as Bars

from archive.cli.options import complain
from archive.escapes import json_line
from archive.language import _
from crawler.cli.findings import what
from crawler.cli.watching import plain_markup
from crawler.dryrun.held import articles_of
from crawler.dryrun.records import Checked
from crawler.dryrun.visit import visiting
from crawler.mending.asking import Mended, mend, needs_mending
from crawler.mending.records import Reappearing
from crawler.mending.rewriting import EditError, Rewriting, rewriting
from crawler.sources import Config


def fix(
    results: Sequence[Checked],
    loaded: Config,
    data: Path,
    screen: Console,
    *,
    yes: bool,
    as_json: bool,
    now: Callable[[], datetime],
) -> bool:
    """Propose new rules for what needs them; return whether anything stays broken."""
    broken = False
    for mended in _mended_all(results, loaded, data, screen, quiet=as_json, now=now):
        applied, change = False, None
        if mended.found:
            try:
                change = rewriting(loaded.folder, mended.source, loaded.settings)
            except EditError as error:
                complain(f"{mended.source.id}: {error}")
        if not as_json:
            _show(mended, change, screen)
        if change is not None and _agreed(change, yes=yes, as_json=as_json):
            applied = _apply(change, screen, quiet=as_json)
        if as_json:
            click.echo(json_line(_row(mended, change, applied=applied)))
        left = [p for p, proposal in mended.listings if proposal is None]
        looks = mended.checked.looks
        broken |= not applied and mended.checked.broken
        broken |= any(looks[position].broken for position in left)
    return broken


def _mended_all(
    results: Sequence[Checked],
    loaded: Config,
    data: Path,
    screen: Console,
    *,
    quiet: bool,
    now: Callable[[], datetime],
) -> list[Mended]:
    """Find out how to mend the sources that need it, side by side, in the order given."""
    needy = [one for one in results if any(map(needs_mending, one.looks)) or one.broken]
    urls = {known.url for one in needy for look in one.looks for known in look.held.known[:3]}
    stored = articles_of(urls, data)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    hidden = quiet or not screen.is_terminal
    with Bars(*columns, console=screen, disable=hidden, transient=True) as bars:
        task = bars.add_task(_("looking for new rules"), total=len(needy))

        async def work() -> list[Mended]:
            places = asyncio.Semaphore(loaded.settings.daemon.concurrency)
            async with visiting(loaded.settings, now) as visitor:

                async def one(checked: Checked) -> Mended:
                    async with places:
                        found = await mend(visitor, checked, stored)
                        bars.update(task, advance=1)
                        return found

                return await asyncio.gather(*map(one, needy))

        return asyncio.run(work()) if needy else []


def _show(mended: Mended, change: Rewriting | None, screen: Console) -> None:
    """Print what was found for a source, and the change it comes to."""
    screen.print(f"[bold]{mended.source.id}[/]")
    listings = dict(mended.listings)
    for position, look in enumerate(mended.checked.looks):
        if not look.findings:
            continue
        screen.print(f"  {plain_markup(look.listing.url)}")
        for finding in look.findings:
            screen.print(f"    [red]✗[/] {plain_markup(what(finding))}")
        proposal = listings.get(position)
        if proposal is not None:
            screen.print(f"    [green]→[/] {told(proposal.reappearing)}")
        elif position not in listings:
            screen.print(f"    {_('no rule can mend that')}")
        elif len(look.held.known) < 3:
            screen.print(f"    {_('too few articles of it are archived to tell its rows by')}")
        else:
            screen.print(f"    {_('no rules were found with which known articles reappear')}")
    if mended.articles is not None:
        said = _("articles: {count} of {tried} read as they are stored")
        count, tried = mended.articles.agreeing, mended.articles.tried
        screen.print(f"  [green]→[/] {said.format(count=count, tried=tried)}")
    if change is not None:
        for line in change.diff.splitlines():
            colour = {"+": "green", "-": "red", "@": "cyan"}.get(line[:1], "")
            text = plain_markup(line)
            screen.print(f"[{colour}]{text}[/]" if colour else text)
    elif not mended.found and any(proposal for _position, proposal in mended.listings):
        screen.print(f"  {_('the source reads as well as any rules would: nothing to change')}")


def told(score: Reappearing) -> str:
    """Return how well a reading finds known articles again."""
    said = _(
        "{count} of {there} known articles on the page reappear: {addresses} by address, "
        "{titles} titles, {days} days; {others} other links"
    )
    return said.format(
        count=score.articles,
        there=score.there,
        addresses=score.addresses,
        titles=score.titles,
        days=score.days,
        others=score.others,
    )


def _agreed(change: Rewriting, *, yes: bool, as_json: bool) -> bool:
    """Ask whether to write; where nobody can answer only ``--yes`` says so."""
    if yes:
        return True
    if as_json or not sys.stdin.isatty():
        return False
    return click.confirm(_("write {file}?").format(file=change.path), default=False)


def _apply(change: Rewriting, screen: Console, *, quiet: bool) -> bool:
    try:
        change.write()
    except EditError as error:
        complain(str(error))
        return False
    if not quiet:
        screen.print(_("wrote {file}").format(file=change.path), markup=False)
    return True


def _row(mended: Mended, change: Rewriting | None, *, applied: bool) -> dict[str, object]:
    """Return what was found for a source as one JSON object."""
    return {
        "source": mended.source.id,
        "file": str(change.path) if change else None,
        "diff": change.diff if change else None,
        "applied": applied,
        "listings": [
            {
                "listing": mended.checked.looks[position].listing.url,
                "url": proposal.source.listings[position].url if proposal else None,
                "reappear": proposal.reappearing.articles if proposal else 0,
                "there": proposal.reappearing.there if proposal else 0,
            }
            for position, proposal in mended.listings
        ],
    }
