"""What a pass shows of a source's health, noted as it goes, and judged at its end."""

import hashlib
import re
from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from archive import Article, Receipt, Verdict
from crawler.errors import ChallengeError, CrawlError, FetchError
from crawler.health import LATELY, OWN_NETWORK, UNREACHABLE, judge, network
from crawler.health.damage import damage
from crawler.moments import judge_moments
from crawler.pipeline.state import Pass
from crawler.reading import Reading
from crawler.records import (
    NO_ROBOTS,
    Due,
    Filled,
    Listing,
    ListingPage,
    Looks,
    Outcome,
    State,
    Visited,
)
from crawler.urls import host_of

#: What tells two notices of one series apart, and two copies of one page of errors.
_COUNTERS = re.compile(r"[\s0-9０-９〇零一二三四五六七八九十百千]+")
_DAY = timedelta(days=1)
#: What was published so long before the newest says nothing of how its source does today: old
#: pages, which a first pass or a walk through the past finds, are filled otherwise.
OLD = timedelta(days=180)


def page(this: Pass, listing: Listing, found: ListingPage, new: int) -> None:
    """Note a page of a listing; the first one says what the listing names, all what is new."""
    if (seen := this.observed.get(listing.url)) is None:
        now = this.stages.now()
        dated = sum(bool(link.date or link.modified) for link in found.links)
        this.observed[listing.url] = Looks(
            listing=listing.url, first=now, last=now, links=len(found.links), dated=dated, new=new
        )
    else:
        this.observed[listing.url] = Looks(
            listing=seen.listing, first=seen.first, last=seen.last, links=seen.links,
            dated=seen.dated, new=seen.new + new,
        )  # fmt: skip


def looked(this: Pass, listing: Listing) -> None:
    """Note a listing that was read to its end, or was found as it was."""
    observed = this.stages.frontier.observed
    if seen := this.observed.get(listing.url):
        observed.look(this.source.id, seen)
    else:
        observed.same(this.source.id, listing.url, now=this.stages.now())


def failed(this: Pass, listing: Listing, error: CrawlError) -> None:
    """Note a listing that could not be read, or was not asked for since the site is shut."""
    kind, now = kind_of(error), this.stages.now()
    if kind == "paused":  # another source's doing, that has the same host
        return
    this.stages.frontier.observed.look(
        this.source.id,
        Looks(listing=listing.url, first=now, last=now, outcome=kind, reason=error.reason),
    )


def kind_of(error: CrawlError) -> str:
    """Return the kind of a failure in one word."""
    if isinstance(error, ChallengeError):
        return "blocked"
    if not isinstance(error, FetchError):
        return type(error).__name__
    # Of a robots.txt that could not be had we are told when it is asked for again.
    return NO_ROBOTS if error.kind == "robots" and error.retry_after is not None else error.kind


def visited(this: Pass, due: Due) -> None:
    """Note a visit that tells something: links that fail again and again are known to be dead."""
    if due.visited is None:
        this.firsts.add(due.link.url)
    elif due.article_id is not None:
        this.helds.add(due.link.url)


def article(this: Pass, due: Due, reading: Reading, receipt: Receipt) -> None:
    """Note what of an article was filled in, where it is new or says something else."""
    if this.historical:
        return
    fresh = receipt.verdict in (Verdict.NEW, Verdict.REPRINT)
    if not fresh and receipt.verdict is not Verdict.REVISED:
        return
    now, observed, read = this.stages.now(), this.stages.frontier.observed, reading.article
    day, today = _days(read, now)
    newest = observed.newest_day(this.source.id)
    if fresh:
        observed.heard(this.source.id, min(day, today))
    if newest and day < newest - OLD:
        return
    lag = None
    if (
        fresh
        and read.published
        and newest
        and day >= newest
        and observed.was_passed(this.source.id)
    ):
        lag = (now - read.published) / _DAY
    observed.article(
        this.source.id,
        Filled(
            url=due.link.url,
            at=now,
            fresh=fresh,
            day=min(day, today) if read.published else None,
            origin=bool(read.origin or read.issuer),
            length=len(read.text),
            print=_print(read.text),
            listed=_print(due.link.title),
            damage=damage(f"{read.title}\n{read.text}"),
            ahead=read.published is None and _is_ahead(reading, due, now),
            lag=lag,
        ),
    )


def _days(read: Article, now: datetime) -> tuple[date, date]:
    zone = ZoneInfo(read.zone)
    return (read.published or now).astimezone(zone).date(), now.astimezone(zone).date()


def _print(text: str) -> str:
    kept = _COUNTERS.sub("", text)
    return hashlib.sha256(kept.encode("utf-8", "replace")).hexdigest()[:16] if kept else ""


def _is_ahead(reading: Reading, due: Due, now: datetime) -> bool:
    """Tell whether a page has no date since it names one that is still to come."""
    told = judge_moments(reading.draft.published, due.link, reading.article.zone, now, "")
    return any(one.refused == "in the future" for one in told)


def finish(this: Pass, error: CrawlError | None, of_articles: Sequence[CrawlError]) -> None:
    """Note what a pass says as a whole, and judge how its source stands by now.

    Where it seems to be our own network that fails, no source is judged by that.
    """
    source, now, frontier = this.source, this.stages.now(), this.stages.frontier
    passed = _passed(this, error, of_articles)
    counts = this.stages.counts
    counts["pass", passed.kind or "done"] += 1
    counts.update(("article", outcome.value) for outcome in this.outcomes.values())
    frontier.observed.passed(source.id, passed)
    standings = frontier.standings
    standings.asked(source.id, host_of(source.address), passed.kind, now=now)
    ours = standings.of(OWN_NETWORK)
    if passed.kind in UNREACHABLE or (ours is not None and ours.state is State.BROKEN):
        failing, asked = standings.reached(UNREACHABLE, since=now - LATELY)
        ours = network(failing, asked, ours, now)
        standings.note([ours])
        if ours.state is State.BROKEN and passed.kind in UNREACHABLE:
            standings.take_back(UNREACHABLE, since=ours.since - LATELY)
            return
    history = frontier.observed.history(source.id, (one.url for one in source.listings))
    standings.note([judge(source.id, history, standings.of(source.id), now)])


def _passed(this: Pass, error: CrawlError | None, of_articles: Sequence[CrawlError]) -> Visited:
    known = this.outcomes.keys()
    told = this.firsts & known or this.helds & known
    failures = [one for one in of_articles if one.url in told] or of_articles
    kinds = Counter(map(kind_of, failures))
    frequent = kinds.most_common(1)[0][0] if kinds else ""
    kind = kind_of(error) if error else ""
    paused = kind == "paused"
    return Visited(
        at=this.stages.now(),
        kind="" if paused else kind,
        reason="" if paused or error is None else error.reason,
        visited=len(told),
        failed=sum(this.outcomes[url] is Outcome.FAILED for url in told),
        failed_kind=frequent,
        failed_reason=next((e.reason for e in failures if kind_of(e) == frequent), ""),
    )
