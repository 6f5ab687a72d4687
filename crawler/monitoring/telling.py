"""Tells a webhook of every source whose health changed: each change once, at least.

A change is noted as told after its message was taken, so that a crash between the two repeats one
message and loses none. Many changes at once become one message.
"""

import os
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from archive.health import STATES
from archive.language import _, language, retold
from crawler.errors import FetchError, SourceError
from crawler.fetch import Fetcher
from crawler.frontier import Frontier
from crawler.frontier.standings import Change, Telling
from crawler.health import OWN_NETWORK
from crawler.settings import HealthSettings
from crawler.watch.messages import MOST, SHAPES, Talk, fitting
from crawler.watch.records import Hook, Notice, WatchError
from crawler.watch.sending import check_address, next_try, say, without_secrets

#: A change is told once it has stood for so long: when our own network fails, the first sources
#: seem broken before it is plain that all are.
SETTLED = timedelta(minutes=2)
#: Changes that machines are told in one message; people get one line for more than ``MOST``.
MOST_ROWS = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a try to tell came to."""

    changes: int = 0
    #: why nothing could be delivered, or ""
    error: str = ""


def hook_of(settings: HealthSettings) -> Hook:
    """Return where changes are sent to."""
    return Hook(
        name="health",
        webhook=settings.webhook,
        shape=settings.shape,
        secret_env=settings.secret_env,
    )


def check(
    settings: HealthSettings, fetcher: Fetcher, environ: Mapping[str, str] = os.environ
) -> None:
    """Check what can be known of the webhook before it is used. Raises SourceError."""
    if settings.webhook:
        try:
            check_address(hook_of(settings), fetcher, environ)
        except WatchError as error:
            raise SourceError("[health] webhook", error.reason) from None


async def tell(
    frontier: Frontier,
    settings: HealthSettings,
    fetcher: Fetcher,
    addresses: Mapping[str, str],
    *,
    now: datetime,
    settled: timedelta = SETTLED,
    environ: Mapping[str, str] = os.environ,
) -> Told:
    """Send what changed since the last message; ``addresses``: source → its home page.

    Nothing is sent before the next try is due, whoever asks.
    """
    before = frontier.standings.telling()
    if not settings.webhook or (before is not None and now < before.next_try):
        return Told()
    changes = [c for c in frontier.standings.untold() if c.standing.since <= now - settled]
    if not changes:
        return Told()
    hook = hook_of(settings)
    talk, covered = _talk(changes, hook, addresses)
    try:
        await say(hook, talk, fetcher, now, environ)
    except (FetchError, WatchError) as error:
        why = without_secrets(error.reason, hook, environ)
        failures = (before.failures if before else 0) + 1
        frontier.standings.note_untold(
            Telling(failures=failures, next_try=next_try(hook, error, failures, now), error=why)
        )
        return Told(error=why)
    frontier.standings.note_told((c.standing.source, c.standing.state) for c in covered)
    return Told(changes=len(covered))


def _talk(
    changes: Sequence[Change], hook: Hook, addresses: Mapping[str, str]
) -> tuple[Talk, Sequence[Change]]:
    """Return a message, and the changes that it tells."""
    if hook.shape == "json":
        covered = changes[:MOST_ROWS]
        items = tuple(_notice(change, addresses) for change in covered)
        return Talk(watch=hook.name, query="", items=items), covered
    if len(changes) > MOST:
        return Talk(watch=hook.name, query="", items=(_summary(changes),)), changes
    talk = Talk(
        watch=hook.name,
        query="",
        items=tuple(_notice(change, addresses) for change in changes),
    )
    taken = fitting(talk, SHAPES[hook.shape])
    return Talk(watch=hook.name, query="", items=taken), changes[: len(taken)]


def _notice(change: Change, addresses: Mapping[str, str]) -> Notice:
    standing = change.standing
    name = change.name or standing.source or _("our own network")
    word, was = _(STATES[standing.state]), _(STATES[change.was])
    about = retold(standing.reason) or _("it was {state}").format(state=was)
    return Notice(
        source=standing.source,
        name=change.name,
        state=standing.state.value,
        was=change.was.value,
        reason=standing.reason,
        since=standing.since,
        url=addresses.get(standing.source, ""),
        title=_("{name}: {state}").format(name=name, state=word),
        about=about,
    )


def _summary(changes: Sequence[Change]) -> Notice:
    """Return many changes as one: how many of each state, and the names of the first."""
    counts = Counter(change.standing.state for change in changes)
    sign = "、" if language() == "zh" else ", "
    states = sign.join(f"{count} {_(STATES[state])}" for state, count in counts.most_common())
    network = next((c for c in changes if c.standing.source == OWN_NETWORK), None)
    names = sign.join(change.name or change.standing.source for change in changes if change.name)
    return Notice(
        source="",
        name="",
        state="",
        was="",
        reason=network.standing.reason if network else "",
        since=changes[-1].standing.since,
        url="",
        title=_("{count} sources changed: {states}").format(count=len(changes), states=states),
        about=f"{retold(network.standing.reason)} · {names}" if network else names,
    )
