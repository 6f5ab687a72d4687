"""Saved searches → what is new → feeds and webhooks, after every pass.

What is found is noted first, then the feed is written and messages are sent, then it is noted that
they were. A crash between a message and its note repeats that one message; its hits have the ids
that they had. Searching is done beside the event loop, sending in the turns of the fetcher.
"""

import asyncio
import fcntl
import os
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from archive import (
    ArchiveError,
    Arrival,
    Stored,
    arrivals,
    hash_of_link,
    local_day,
    newest_link,
    passage,
    sample,
    standing,
)
from crawler.errors import FetchError, FrontierError
from crawler.fetch import Fetcher
from crawler.frontier import Frontier
from crawler.watch import feed
from crawler.watch.memory import Memory
from crawler.watch.messages import SHAPES, Talk, fitting
from crawler.watch.records import Item, Noted, Watch, WatchError
from crawler.watch.sending import next_try, say, without_secrets

#: An article that a backfill named is news all the same while it is so young.
NEWS = timedelta(days=7)
#: Messages that one watch sends in one run; the rest follows with the next.
MESSAGES = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a run came to for one watch."""

    name: str
    new: int = 0
    sent: int = 0
    #: what could not be done, or ""
    error: str = ""


async def run(
    data: Path,
    fetcher: Fetcher,
    *,
    now: Callable[[], datetime],
    environ: Mapping[str, str] = os.environ,
) -> list[Outcome]:
    """Find and deliver what is new for every watch of a data folder; return those with anything.

    Nothing is done where there is no watch, no archive, or another process is at it; nothing is
    sent before its next try, whoever asks.
    """
    path, archive = data / "watch.db", data / "archive.db"
    if not path.exists() or not archive.exists():
        return []
    outcomes = []
    with _alone(data) as ours:
        if not ours:
            return []
        watches = await asyncio.to_thread(_watches, path)
        for watch in watches:
            new, error = 0, ""
            try:
                new = await asyncio.to_thread(_gather, data, watch.name, now())
            except (ArchiveError, WatchError, OSError) as problem:
                error = str(problem)
            sent, failed = 0, ""
            try:
                with Memory(path) as memory:
                    sent, failed = await _send(memory, archive, watch.name, fetcher, now, environ)
            except (ArchiveError, WatchError) as problem:
                failed = str(problem)
            if new or sent or error or failed:
                outcomes.append(Outcome(name=watch.name, new=new, sent=sent, error=error or failed))
    return outcomes


async def send_sample(
    data: Path,
    watch: Watch,
    fetcher: Fetcher,
    *,
    now: datetime,
    environ: Mapping[str, str] = os.environ,
) -> None:
    """Send one hit marked as a test, noting nothing. Raises WatchError."""
    found = sample(data / "archive.db", watch.query)
    if found is None:
        raise WatchError(watch.name, "nothing in the archive matches, so there is nothing to send")
    item = _item(watch, found.stored)
    talk = Talk(watch=watch.name, query=watch.query, items=(item,), test=True)
    try:
        await say(watch.hook, talk, fetcher, now, environ)
    except FetchError as error:
        # Not as it is: it names the address, secrets filled in.
        why = without_secrets(error.reason, watch.hook, environ)
        raise WatchError(watch.name, why) from None


def feed_of(data: Path, watch: Watch) -> Path:
    """Return where the feed of a watch lies."""
    return Path(watch.feed) if watch.feed else data / "watch" / f"{watch.name}.atom"


@contextmanager
def _alone(data: Path) -> Iterator[bool]:
    """Tell whether this process alone delivers for the folder; the kernel lets go by itself."""
    with (data / "watch.lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True


def _watches(path: Path) -> list[Watch]:
    with Memory(path) as memory:
        return memory.watches()


def _gather(data: Path, name: str, now: datetime) -> int:
    """Note what is new for one watch and write its feed; return how many are new."""
    archive, new = data / "archive.db", 0
    with Memory(data / "watch.db") as memory:
        watch = memory.watch(name)
        if hash_of_link(archive, watch.seen) != watch.seen_hash:
            watch = _gone_back(memory, archive, watch)
        seen, newest = watch.seen, newest_link(archive)
        while seen < newest:
            found = arrivals(archive, watch.query, start=watch.start, after=seen)
            upto = hash_of_link(archive, found.upto)
            news = _news(data, found.found)
            new += memory.note(watch, news, found.upto, upto, now=now)
            seen, newest = found.upto, found.newest
        _feed(memory, archive, watch, feed_of(data, watch))
    return new


def _news(data: Path, found: Sequence[Arrival]) -> list[Arrival]:
    """Return what is no history: all but old articles that a backfill dug up.

    An old date alone is no history: sites slip articles in with one, which people want to know of.
    """
    if not found or not (path := data / "crawl.db").exists():
        return list(found)
    old: dict[str, list[str]] = defaultdict(list)
    for stored in (arrival.stored for arrival in found):
        published = stored.article.published
        if published is None or stored.first_seen - published > NEWS:
            old[stored.article.source].append(stored.article.url)
    try:
        with Frontier(path, read_only=True) as frontier:
            named = [frontier.backfills.named(source, urls) for source, urls in old.items()]
    except FrontierError:
        return list(found)
    history = set[str]().union(*named)
    return [arrival for arrival in found if arrival.stored.article.url not in history]


def _gone_back(memory: Memory, archive: Path, watch: Watch) -> Watch:
    """Return a watch as it goes on where another archive stands in the place of the last one.

    One that was brought back from a backup has other links since then: all of those after the
    first are looked at again, and what was found before is not found twice. In the place of an
    archive that has not even that one, everything counts as known, so that nobody is flooded.
    """
    if hash_of_link(archive, watch.start) == watch.start_hash:
        return replace(watch, seen=watch.start, seen_hash=watch.start_hash)
    newest = newest_link(archive)
    memory.begin_anew(watch.name, newest, hash_of_link(archive, newest))
    return memory.watch(watch.name)


def _feed(memory: Memory, archive: Path, watch: Watch, path: Path) -> None:
    newest = memory.newest_hits(watch.name, feed.MOST)
    by_url = {stored.article.url: stored for stored in standing(archive, [n.url for n in newest])}
    entries = [(noted, by_url[noted.url]) for noted in newest if noted.url in by_url]
    # Also where an article says something else by now, or is deleted for good.
    digest = feed.digest_of(watch, entries)
    if memory.fed(watch.name) != digest or not path.exists():
        feed.write(path, feed.as_atom(watch, entries))
        memory.note_fed(watch.name, digest)


async def _send(
    memory: Memory,
    archive: Path,
    name: str,
    fetcher: Fetcher,
    now: Callable[[], datetime],
    environ: Mapping[str, str],
) -> tuple[int, str]:
    """Send what is due of one watch; return how many hits were sent, and what failed."""
    watch, sent = memory.watch(name), 0
    if not watch.webhook or (watch.next_try and now() < watch.next_try):
        return 0, ""
    for _message in range(MESSAGES):
        waiting = memory.unsent(name, 10)
        if not waiting:
            break
        items = _items(watch, archive, waiting)
        # Deleted for good meanwhile: not to be told any more.
        if gone := [noted.number for noted in waiting if noted.number not in items]:
            memory.note_sent(name, gone, now=now())
        if not items:
            continue
        talk = Talk(watch=name, query=watch.query, items=tuple(items.values()))
        taken = fitting(talk, SHAPES[watch.shape])
        try:
            talk = Talk(watch=name, query=watch.query, items=taken)
            await say(watch.hook, talk, fetcher, now(), environ)
        except (FetchError, WatchError) as error:
            why = without_secrets(error.reason, watch.hook, environ)
            memory.note_failed(name, why, next_try(watch.hook, error, watch.failures + 1, now()))
            return sent, why
        memory.note_sent(name, list(items)[: len(taken)], now=now())
        sent += len(taken)
    return sent, ""


def _items(watch: Watch, archive: Path, waiting: Sequence[Noted]) -> dict[int, Item]:
    """Return number of the hit → what is said of it, for those that still stand."""
    by_url = {s.article.url: s for s in standing(archive, [noted.url for noted in waiting])}
    return {
        noted.number: _item(watch, by_url[noted.url]) for noted in waiting if noted.url in by_url
    }


def _item(watch: Watch, stored: Stored) -> Item:
    article = stored.article
    day = local_day(article)
    return Item(
        id=f"urn:uuid:{uuid.uuid5(uuid.UUID(watch.key), article.url)}",
        article=stored.id,
        title=article.title,
        url=article.url,
        source=article.source,
        origin=article.origin,
        published=article.published,
        day=day.isoformat() if day else "",
        archived=stored.first_seen,
        snippet=passage(stored, watch.query),
    )
