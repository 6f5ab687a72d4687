"""``gazette status``: what the crawler says of itself."""

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
from rich.table import Table
from rich.text import Text

from archive.cli.options import json_option, note
from archive.escapes import neutral
from archive.health import STATES
from archive.language import _, retold
from crawler import cadence
from crawler.cli import standing as details
from crawler.cli.ago import ago
from crawler.cli.options import console, data_folder, folders, watched
from crawler.cli.watching import plain_markup
from crawler.frontier import Frontier
from crawler.frontier.health import HEARTBEAT
from crawler.health import OWN_NETWORK, is_late, standing_of, unwatched
from crawler.lock import Worker, worker
from crawler.monitoring import is_alive
from crawler.records import Restless, SourceState, Standing, State

#: Restless articles named by ``gazette status``.
MOST_RESTLESS = 5


@click.command()
@click.argument("names", metavar="[SOURCE]...", nargs=-1)
@click.option("--check", is_flag=True, help="Exit 1 unless a daemon is alive (for HEALTHCHECK).")
@json_option
@folders
@click.pass_context
def status(
    ctx: click.Context,
    names: tuple[str, ...],
    check: bool,
    as_json: bool,
    config: Path | None,
    data: Path | None,
) -> None:
    """Show every source: how it does, why and since when; of those named all that is known."""
    folder, now = data_folder(config, data), datetime.now(UTC)
    if not (folder / "crawl.db").exists():
        note(f"{folder}: nothing crawled yet; start with `gazette crawl`")
        ctx.exit(1)
    working = worker(folder)
    if working.paused:
        click.secho(pausing(working), fg="red", err=True)
    with Frontier(folder / "crawl.db", read_only=True) as frontier:
        beat = frontier.health.heartbeat(HEARTBEAT)
        # A health check asks every minute; counting a million links for it helps nobody.
        asked = names or as_json or not check
        seen = _seen(frontier, names, now, watched(config)) if asked else None
    alive = is_alive(beat, now)
    if seen and as_json:
        for state in seen.states:
            row = _row(state, seen.standings, now, working)
            row["watched"] = state.id not in seen.unwatched
            click.echo(json.dumps(row, ensure_ascii=False))
    else:
        screen = console()
        for line in _lines(seen, now, terse=screen.is_terminal) if seen else ():
            screen.print(line)
        told = (
            _("daemon: alive, last heartbeat {when}")
            if alive
            else _("daemon: not running, last heartbeat {when}")
        )
        screen.print(told.format(when=ago(beat, now)))
    if check and not alive:
        ctx.exit(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """What is shown of the sources."""

    states: list[SourceState]
    standings: dict[str, Standing]
    #: those of them that nobody looks at any more
    unwatched: frozenset[str]
    restless: list[Restless]
    details: list[details.Details]
    #: why so many fail at once, and why no message of it arrives, or ""
    network: str
    untold: str


def _seen(
    frontier: Frontier, names: Sequence[str], now: datetime, watched: Collection[str] | None
) -> _Seen:
    """Return what is known of the sources named, or of all. Raises UsageError."""
    known = frontier.standings.all()
    states, restless = _chosen(
        frontier.sources.states(now - timedelta(days=1), cadence.RESTLESS),
        frontier.links.restless(cadence.RESTLESS, limit=MOST_RESTLESS),
        names,
    )
    ours, telling = known.get(OWN_NETWORK), frontier.standings.telling()
    return _Seen(
        states=states,
        standings={state.id: standing_of(state, known, now) for state in states},
        unwatched=unwatched(states, watched, now),
        restless=restless,
        details=[details.read(frontier, name, now) for name in names],
        network=ours.reason if ours else "",
        untold=telling.error if telling else "",
    )


def _lines(seen: _Seen, now: datetime, *, terse: bool) -> Iterator[str | Table]:
    """Yield the table of the sources, and what is to be said of them."""
    out = seen.unwatched
    yield status_table(seen.states, seen.standings, now, unwatched=out, terse=terse)
    yield from reasons(seen.states, seen.standings, unwatched=out)
    for one in seen.details:
        yield from details.lines(one, seen.standings[one.source], now)
    yield from restless_lines(seen.restless, now)
    if seen.network:
        yield f"[red]{plain_markup(retold(seen.network))}[/]"
    if seen.untold:
        told = _("no message of health is delivered: {why}").format(why=retold(seen.untold))
        yield f"[yellow]{plain_markup(told)}[/]"


def _chosen(
    states: Sequence[SourceState], restless: Sequence[Restless], names: Sequence[str]
) -> tuple[list[SourceState], list[Restless]]:
    """Return what belongs to the sources named, or all of it. Raises UsageError."""
    known = {state.id for state in states}
    for name in names:
        if name not in known:
            raise click.UsageError(
                _("no source {name} was ever crawled here").format(name=neutral(name))
            )
    return (
        [state for state in states if not names or state.id in names],
        [one for one in restless if not names or one.source in names],
    )


def _row(
    state: SourceState, standings: dict[str, Standing], now: datetime, working: Worker
) -> dict[str, object]:
    """Return the documented JSON object of a source."""
    row = {k: v.isoformat() if isinstance(v, datetime) else v for k, v in asdict(state).items()}
    standing = standings[state.id]
    return row | {
        "state": standing.state.value,
        "reason": standing.reason,
        "since": None if standing.state is State.NEW else standing.since.isoformat(),
        "more": list(standing.more),
        "late": is_late(state, now),
        "paused": working.paused,
    }


def pausing(working: Worker) -> str:
    """Return in words why nothing is fetched."""
    if working.alive:
        told = _("paused: {reason}; it goes on by itself when that is mended")
    else:
        told = _("the last crawl stopped: {reason}")
    return told.format(reason=neutral(retold(working.paused)))


COLOURS = {
    State.NEW: "",
    State.HEALTHY: "green",
    State.QUIET: "cyan",
    State.DEGRADED: "yellow",
    State.BROKEN: "red",
    State.BLOCKED: "magenta",
}


#: What to type next where a source is in this state.
NEXT = {
    State.QUIET: "gazette check {source}",
    State.DEGRADED: "gazette check {source}",
    State.BROKEN: "gazette check {source} --fix",
}


def reasons(
    states: Sequence[SourceState],
    standings: dict[str, Standing],
    *,
    unwatched: Collection[str] = (),
) -> Iterator[str]:
    """Yield a line for each source that is not healthy: why, since when, and the next step."""
    for state in states:
        if state.id in unwatched:
            continue
        standing = standings[state.id]
        word, colour = STATES[standing.state], COLOURS[standing.state]
        if not standing.reason:
            continue
        why = plain_markup(retold(standing.reason))
        since = _("since {when}").format(when=f"{standing.since:%Y-%m-%d %H:%M} UTC")
        step = NEXT.get(standing.state, "").format(source=state.id)
        yield f"[{colour}]{state.id}[/] {_(word)}: {why} ({since})" + (step and f" → `{step}`")


def restless_lines(restless: Sequence[Restless], now: datetime) -> Iterator[str]:
    """Yield a line for each article that changes at every visit, and what is done about it."""
    for one in restless:
        told = (
            _("restless, next to nothing changed at each of the last {count} visits;"
              " next look {when}")
            if one.slight
            else _("restless, something changed at each of the last {count} visits;"
                   " next look {when}")
        ).format(count=one.moved, when=ago(one.next_visit, now))  # fmt: skip
        what = f"{plain_markup(one.title)} {plain_markup(one.url)}"
        yield f"[yellow]{one.source}[/]: {told}: {what}"


def status_table(
    states: Sequence[SourceState],
    standings: dict[str, Standing],
    now: datetime,
    *,
    unwatched: Collection[str] = (),
    terse: bool = False,
) -> Table:
    """Return every source as a row, its state in colour; ``terse`` leaves out what is all zeros."""
    table = Table(box=None, padding=(0, 2, 0, 0))
    # Where there is no room, a long id is folded before any word of the others is cut.
    table.add_column(_("source"), overflow="fold")
    for heading in (_("health"), _("since"), _("last success"), _("next visit")):
        table.add_column(heading, no_wrap=True)
    counts = {"new_today": _("new/day"), "links": _("links"), "waiting": _("waiting"),
              "failing": _("failing"), "restless": _("restless")}  # fmt: skip
    seldom = ("waiting", "failing", "restless") if terse else ()
    shown = [key for key in counts if key not in seldom or any(getattr(s, key) for s in states)]
    for key in shown:
        table.add_column(counts[key], justify="right", no_wrap=True)
    for s in states:
        if s.id in unwatched:
            cells = (s.id, _("not watched"), "", ago(s.last_success, now), "")
            table.add_row(*cells, *(str(getattr(s, key)) for key in shown), style="dim")
            continue
        standing = standings[s.id]
        word, colour = STATES[standing.state], COLOURS[standing.state]
        since = "" if standing.state is State.NEW else ago(standing.since, now)
        late = "yellow" if is_late(s, now) else ""
        table.add_row(
            s.id, Text(_(word), colour), since,
            ago(s.last_success, now), Text(ago(s.next_visit, now), late),
            *(str(getattr(s, key)) for key in shown),
        )  # fmt: skip
    return table
