"""All that is known of one source's health, for ``gazette status SOURCE``."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from archive.language import _, retold
from crawler.cli.ago import ago
from crawler.cli.watching import plain_markup
from crawler.frontier import Frontier
from crawler.health.filling import fill
from crawler.health.listings import dated_share, usual_links
from crawler.health.silence import explained
from crawler.records import READ, Attempt, History, Looks, Report, Standing

#: Passes and failures that are shown, and how many days back failures are looked for.
PASSES, FAILURES = 5, 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """What was observed of a source."""

    source: str
    history: History
    passes: tuple[Report, ...]
    failures: tuple[Attempt, ...]


def read(frontier: Frontier, source: str, now: datetime) -> Details:
    """Return what is remembered of a source."""
    passes = frontier.sources.passes(source, limit=PASSES)
    since = passes[-1].started if passes else now
    return Details(
        source=source,
        history=frontier.observed.history(source, frontier.observed.listings(source)),
        passes=tuple(passes),
        failures=tuple(frontier.attempts.failed(source, since=since, limit=FAILURES)),
    )


def lines(found: Details, standing: Standing, now: datetime) -> Iterator[str]:
    """Yield them as lines, with mark-up for a terminal."""
    for reason in standing.more:
        yield _("  also: {reason}").format(reason=plain_markup(retold(reason)))
    yield from _rhythm(found.history, standing, now)
    for url, runs in found.history.looks.items():
        if runs:
            yield _listing(url, runs, now)
    yield from _filled(found.history)
    for one in found.passes:
        yield _pass(one, now)
    for failure in found.failures:
        why = f"{failure.kind}: {plain_markup(retold(failure.reason))}"
        yield f"  [yellow]{ago(failure.at, now)}[/] {plain_markup(failure.url)} {why}"


def _rhythm(history: History, standing: Standing, now: datetime) -> Iterator[str]:
    longest = explained(history.days)
    if longest is None:
        yield _("  rhythm: too few days of publication are known to expect any")
        return
    last = max(history.days)
    yield _("  rhythm: published on {count} days, last on {day}; a silence of {days} days is usual"
            " at most").format(
        count=len(history.days), day=last.isoformat(), days=f"{longest:.0f}"
    )  # fmt: skip
    if standing.quiet_at:
        when = ago(standing.quiet_at, now)
        yield _("  quiet: {when}, unless something new comes").format(when=when)


def _listing(url: str, runs: tuple[Looks, ...], now: datetime) -> str:
    last, read_ = runs[-1], [run for run in runs if run.outcome == READ]
    links, dated = usual_links(read_), dated_share(read_)
    told = _("  {url}: {links} links, {usual} are usual, {dated} of them dated; looked at {when}")
    if last.outcome != READ:
        told = _("  {url}: fails ({why}); {usual} links are usual; looked at {when}")
    return told.format(
        url=plain_markup(url),
        links=last.links,
        usual=f"{links:.0f}",
        dated=f"{dated:.0%}",
        why=plain_markup(retold(last.reason)),
        when=ago(last.last, now),
    )


def _filled(history: History) -> Iterator[str]:
    fresh = [one for one in history.filled if one.fresh]
    if fresh:
        counts = fill(fresh)
        yield _("  of the last {count} new articles {date} have a date, {origin} an origin").format(
            count=counts["articles"], date=counts["date"], origin=counts["origin"]
        )


def _pass(one: Report, now: datetime) -> str:
    told = _("  visited {when}: {found} named, {new} new, {revised} revised, {failed} failed")
    said = told.format(
        when=ago(one.started, now),
        found=one.found,
        new=one.new + one.reprints,
        revised=one.revised,
        failed=one.failed,
    )
    return f"{said}; [red]{plain_markup(retold(one.error))}[/]" if one.error else said
