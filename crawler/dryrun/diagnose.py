"""What was seen of a listing, and what is known of it → what is wrong with it. Pure."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from crawler.dryrun.records import Finding, Looked, Trouble
from crawler.errors import CrawlError, FetchError, ListingError
from crawler.listing.nature import Nature
from crawler.moments import listed_days
from crawler.records import Source

#: Fewer than a third of the links it had, and it had at least so many, is worth a word.
LEAST, PART = 6, 3

#: A listing whose newest link is older than the newest article by more than this is another list.
OLDER = timedelta(days=45)

#: So many known articles at least must be missed before the links count as other ones.
MISSED = 3

#: What went wrong on the way → what it is called; every other kind is UNREACHABLE.
_KINDS = {
    "blocked": Trouble.BLOCKED,
    "robots": Trouble.ROBOTS,
    "paused": Trouble.BUSY,
    "tls": Trouble.TLS,
    "dns": Trouble.DNS,
}
_GONE = frozenset({404, 410})
#: What the system says where the name server did not answer (EAI_AGAIN).
_FOR_NOW = "Temporary failure"
#: The engine puts what the system said into brackets, at the end.
_INNERMOST = re.compile(r"\[([^\[\]]{3,})\]$")
_BUSY = frozenset({429, 503})


def diagnose(look: Looked, source: Source) -> Looked:
    """Return the look with its findings, the gravest first, and the newest day its links show."""
    links = look.page.links if look.page else ()
    days = listed_days(links, source, look.at)
    newest = max(days.values(), default=None)
    found = sorted(_findings(look, source, days), key=lambda finding: not finding.broken)
    return replace(look, newest=newest, findings=tuple(found))


def _findings(look: Looked, source: Source, days: dict[str, date]) -> Iterator[Finding]:
    if look.page is None:
        if look.error is not None:
            yield _unread(look, look.error, source)
    else:
        yield from _disagreement(look, days)
        yield from _articles(look)
        dated = look.reading is not None and look.reading.article.published is not None
        if look.page.links and not days and look.reading is not None and not dated:
            yield Finding(trouble=Trouble.NO_DATES)
    if look.final_url and look.final_url != look.listing.url:
        trouble = Trouble.MOVED if look.for_good else Trouble.REDIRECTED
        yield Finding(trouble=trouble, facts=(("url", look.final_url),))
    if look.survey is not None and look.survey.replaced:
        yield Finding(trouble=Trouble.CHARSET, facts=(("count", look.survey.replaced),))


def _unread(look: Looked, error: CrawlError, source: Source) -> Finding:
    """Return why a listing gave nothing."""
    if isinstance(error, FetchError):
        return of_failure(error)
    if look.survey is None or not isinstance(error, ListingError):
        return Finding(trouble=Trouble.UNREADABLE, facts=(("reason", error.reason),))
    there = look.survey
    if there.host:
        facts = (("count", len(there.unlimited)), ("host", there.host))
        return Finding(trouble=Trouble.HOSTS, facts=facts)
    if there.unlimited and there.excluded:
        example = there.unlimited[0].url
        return Finding(
            trouble=Trouble.EXCLUDE, facts=(("pattern", there.excluded), ("url", example))
        )
    if there.unlimited and source.include:
        pattern, example = " ".join(source.include), there.unlimited[0].url
        return Finding(trouble=Trouble.INCLUDE, facts=(("pattern", pattern), ("url", example)))
    if there.scripted:
        return Finding(trouble=Trouble.SCRIPT)
    if there.dead:
        return Finding(trouble=Trouble.SELECTORS, facts=(("selector", " ".join(there.dead)),))
    if there.nature in (Nature.HOME, Nature.ARTICLE):
        return Finding(trouble=Trouble.NO_LISTING, facts=(("nature", there.nature.value),))
    if "names no" in error.reason:
        return Finding(trouble=Trouble.EMPTY)
    return Finding(trouble=Trouble.UNREADABLE, facts=(("reason", error.reason),))


def of_failure(error: FetchError) -> Finding:
    """Return what a failure to get an answer is called."""
    reason = error.reason
    if error.kind not in ("blocked", "robots", "status") and (inner := _INNERMOST.search(reason)):
        reason = inner[1]
    facts = (("reason", reason), ("url", error.url))
    if error.kind == "status" and error.status in _GONE:
        return Finding(trouble=Trouble.GONE, facts=(("status", error.status or 0),))
    if error.kind == "status":
        trouble = Trouble.BUSY if error.status in _BUSY else Trouble.STATUS
        return Finding(trouble=trouble, facts=facts)
    if error.kind == "dns" and _FOR_NOW in reason:
        return Finding(trouble=Trouble.UNREACHABLE, facts=facts)
    return Finding(trouble=_KINDS.get(error.kind, Trouble.UNREACHABLE), facts=facts)


def _disagreement(look: Looked, days: dict[str, date]) -> Iterator[Finding]:
    """Yield what does not fit to what is known of the listing."""
    assert look.page is not None
    held, links = look.held, {link.url for link in look.page.links}
    newest, known = max(days.values(), default=None), held.newest
    if newest and known and newest + OLDER < known:
        facts = (("listed", newest.isoformat()), ("known", known.isoformat()))
        yield Finding(trouble=Trouble.OLD, facts=facts)
    elif (missed := _missed(look, days)) >= MISSED:
        yield Finding(trouble=Trouble.STRANGERS, facts=(("count", missed),))
    elif held.named >= LEAST and len(links) * PART < held.named:
        yield Finding(trouble=Trouble.FEW, facts=(("count", len(links)), ("before", held.named)))


def _missed(look: Looked, days: dict[str, date]) -> int:
    """Return how many known articles ought to stand on a page that names none of them.

    Those ought to that are younger than the oldest link; one that does stand there clears it.
    """
    assert look.page is not None
    links = {link.url for link in look.page.links}
    if any(known.url in links for known in look.held.known):
        return 0
    if look.held.named and not days:
        return min(len(look.held.known), look.held.named)
    oldest = min(days.values(), default=date.max)
    return sum(1 for known in look.held.known if known.day and known.day > oldest)


def _articles(look: Looked) -> Iterator[Finding]:
    """Yield why no article could be read; one that could is enough."""
    if look.reading is not None or look.error is None:
        return
    if isinstance(look.error, FetchError) and look.error.kind != "status":
        yield of_failure(look.error)
        return
    facts = (("count", look.tried), ("url", look.error.url), ("reason", look.error.reason))
    yield Finding(trouble=Trouble.BODY, facts=facts)
