"""An archived article that is not at its address: told from one that was edited, and noted.

The verdict whether it is gone is the archive's, over many visits; here one answer is judged.
"""

from dataclasses import replace
from datetime import timedelta

from archive import Article, Capture
from crawler import cadence
from crawler.blank import alike, is_front, nowhere, place_of, texts_of
from crawler.errors import CrawlError, FetchError, GoneError
from crawler.pipeline.state import Pass, log
from crawler.records import Attempt, Blank, Due, Outcome, PageRequest, Source, Validators

#: A site is asked so often at most what it shows where nothing is.
KEPT = timedelta(days=30)


def moved_away(capture: Capture, source: Source) -> bool:
    """Tell whether an article's address led to the home page or a listing instead of an article."""
    if capture.final_url == capture.url:
        return False
    known = {source.address, *(listing.url for listing in source.listings)}
    return capture.final_url in known or is_front(capture.final_url, capture.url)


def absence(error: CrawlError) -> str:
    """Return how an error says that an article is not at its address, or ""."""
    if isinstance(error, GoneError):
        return error.how
    if isinstance(error, FetchError) and error.status in (404, 410):
        return str(error.status)
    return ""


async def refuse_blank(this: Pass, due: Due, capture: Capture, read: Article | None) -> None:
    """Raise GoneError where an archived article's page is what its site shows for no page at all.

    Asked only of a page that has nothing in common with what is archived, or that holds no article
    (``read`` is None): that costs its host one request a month, or a script that is asked by query.
    """
    stored = await this.stages.writer.find(due.link.url)
    if stored is None or (read is not None and _in_common(stored.article, read)):
        return
    blank = await _blank(this, capture)
    if blank is None:
        return
    if capture.final_url == blank.final_url:
        raise GoneError(due.link.url, "redirect")
    if alike(texts_of(capture), blank.shown):
        raise GoneError(due.link.url, "soft404")


def _in_common(stored: Article, read: Article) -> bool:
    lines = set(stored.text.split("\n"))
    return stored.title == read.title or not lines.isdisjoint(read.text.split("\n"))


async def _blank(this: Pass, capture: Capture) -> Blank | None:
    """Return what a host shows for an address that never was; None where it did not say.

    One that did not is asked once in a pass.
    """
    frontier, place, now = this.stages.frontier, place_of(capture.url), this.stages.now()
    async with this.turn:
        known = frontier.blanks.of(place)
        if known is not None and known.asked + KEPT > now:
            return known
        if place in this.silent_on_blanks or not this.going:
            return None
        try:
            answer = await this.fetch(PageRequest(url=nowhere(capture.url)), Validators())
        except FetchError as error:
            if not absence(error):
                this.silent_on_blanks.add(place)
                return None
            blank = Blank(asked=now)
        else:
            moved = answer.final_url if answer.final_url != answer.url else ""
            blank = Blank(asked=now, final_url=moved, shown=texts_of(answer))
        frontier.blanks.note(place, blank)
        return blank


async def settle(this: Pass, due: Due, attempt: Attempt, answer: Capture, how: str) -> None:
    """Note that an archived article was not found, and when to look for it again."""
    url, now = due.link.url, this.stages.now()
    noted = await this.stages.writer.absent(url, answer, how, this.stages.takedown)
    if noted is None:
        outcome, missing = Outcome.FAILED, now
    elif noted.gone:
        outcome, missing = Outcome.GONE if noted.first else Outcome.UNCHANGED, noted.missing
    else:
        outcome, missing = Outcome.MISSING, noted.missing
    this.outcomes[url] = outcome
    log.info("%s source=%s url=%s how=%s", outcome, this.source.id, url, how)
    this.stages.frontier.links.settle(
        replace(attempt, outcome=outcome, kind="absent", article_id=noted.id if noted else None),
        next_visit=cadence.next_search(missing, now),
        seen=Validators(),
    )
