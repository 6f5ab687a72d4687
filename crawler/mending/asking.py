"""Asks a site that was rebuilt what its listings and articles look like now; nothing is stored.

What to make of the pages is decided in the sandbox (``propose``). Here is only what has to be
asked: the listing, where it redirects to, the home page and the columns it names, and a few
articles that are known.
"""

from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from archive import Article, Capture
from crawler.dryrun.records import MENDABLE, Checked, Known, Looked
from crawler.dryrun.visit import Visitor
from crawler.errors import CrawlError, FetchError, ListingError
from crawler.mending.articles import Pair, propose_article
from crawler.mending.propose import columns_of, propose, with_listing
from crawler.mending.records import ArticleProposal, Proposal
from crawler.records import ListingKind, ListingRules, PageRequest, Source

#: Articles that are read to see whether article rules still hold.
ARTICLES = 3

#: Addresses of data that are asked for where a script fills a list.
ENDPOINTS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Mended:
    """What was found out about a source that needs mending."""

    checked: Checked
    #: the source as it should be; the same as before where nothing was found
    source: Source
    #: by position of the listing; None where nothing was found for it
    listings: tuple[tuple[int, Proposal | None], ...] = ()
    articles: ArticleProposal | None = None

    @property
    def found(self) -> bool:
        """Tell whether there is anything to propose."""
        return self.source != self.checked.source


def needs_mending(look: Looked) -> bool:
    """Tell whether other rules or another address may help a listing."""
    return any(finding.trouble in MENDABLE for finding in look.findings)


async def mend(visitor: Visitor, checked: Checked, stored: dict[str, Article]) -> Mended:
    """Find out how to read a source again; ``stored`` holds articles by address.

    A site that turns us away is not asked further.
    """
    source = checked.source
    asked = _Asked(visitor)
    found: list[tuple[int, Proposal | None]] = []
    for position, look in enumerate(checked.looks):
        if not needs_mending(look):
            continue
        proposal = await _listing(asked, source, position, look)
        found.append((position, proposal))
        if proposal is not None:
            source = proposal.source
    articles = None
    if found:
        articles = await _articles(asked, source, checked, stored)
        source = articles.source if articles else source
    return Mended(checked=checked, source=source, listings=tuple(found), articles=articles)


class _Asked:
    """Answers of one site, each address asked once."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor = visitor
        self._answers: dict[str, tuple[Capture, bool] | None] = {}
        #: the site turned us away, or is down
        self.shut = False

    async def page(self, url: str, source: Source) -> tuple[Capture, bool] | None:
        """Return what an address answers and whether its redirects are for good, or None."""
        if url not in self._answers:
            self._answers[url] = None
            if not self.shut:
                try:
                    capture, for_good = await self.visitor.page(PageRequest(url=url), source)
                    self._answers[url] = replace(capture, payload=b""), for_good
                except FetchError as error:
                    self.shut = error.kind != "status" and error.kind != "redirect"
        return self._answers[url]


async def _listing(asked: _Asked, source: Source, position: int, look: Looked) -> Proposal | None:
    """Return a way to read one listing: where it is, or where it has gone."""
    known, listing = look.held.known, source.listings[position]
    if answer := await asked.page(listing.url, source):
        capture, for_good = answer
        there = _moved(source, position, capture.final_url) if for_good else source
        if proposal := await _on(asked, capture, there, position, known):
            return proposal
    home = await asked.page(source.address, source)
    if home is None:
        return None
    try:
        columns = await asked.visitor.sandbox.run(
            source.address, columns_of, home[0], source, position
        )
    except CrawlError:
        return None
    for url in columns:
        if answer := await asked.page(url, source):
            there = _moved(source, position, url)
            if proposal := await _on(asked, answer[0], there, position, known):
                return proposal
    return None


async def _on(
    asked: _Asked, capture: Capture, source: Source, position: int, known: tuple[Known, ...]
) -> Proposal | None:
    """Return a way to read a listing on a page, or in the data that its scripts ask for."""
    visitor, rendered = asked.visitor, source.listings[position].render
    if rendered:
        try:
            capture = await visitor.shown(capture, source)
        except CrawlError:
            return None
    proposal = await _proposed(asked, capture, source, position, known)
    if proposal is not None or rendered:
        return proposal
    bare = replace(source.listings[position], kind=ListingKind.HTML, rules=ListingRules())
    try:
        await visitor.links(capture, bare, source)
        return None
    except ListingError as error:
        endpoints = error.endpoints[:ENDPOINTS]
    except CrawlError:
        return None
    for url in endpoints:
        if answer := await asked.page(url, source):
            there = _moved(source, position, url)
            if proposal := await _proposed(asked, answer[0], there, position, known):
                return proposal
    return None


def _moved(source: Source, position: int, url: str) -> Source:
    return with_listing(source, position, replace(source.listings[position], url=url))


async def _proposed(
    asked: _Asked, capture: Capture, source: Source, position: int, known: tuple[Known, ...]
) -> Proposal | None:
    visitor = asked.visitor
    try:
        return await visitor.sandbox.run(
            capture.url, propose, capture, source, position, known, visitor.now()
        )
    except CrawlError:
        return None


async def _articles(
    asked: _Asked, source: Source, checked: Checked, stored: dict[str, Article]
) -> ArticleProposal | None:
    """Return article rules with which known articles read as they are stored, if any are better."""
    pairs: list[Pair] = []
    for known in _some(checked):
        article = stored.get(known.url)
        # Of an article of several pages the first alone does not read as the whole.
        if article is None or not article.text:
            continue
        answer = await asked.page(known.url, source)
        if answer is not None and urlsplit(answer[0].final_url).path not in ("", "/"):
            pairs.append((answer[0], article))
    visitor = asked.visitor
    if not pairs:
        return None
    try:
        return await visitor.sandbox.run(
            source.address, propose_article, tuple(pairs), source, visitor.now()
        )
    except CrawlError:
        return None


def _some(checked: Checked) -> list[Known]:
    """Return a few known articles, of every listing that is mended the newest."""
    known = [look.held.known for look in checked.looks if needs_mending(look)]
    each = max(1, ARTICLES // max(1, len(known)))
    return [one for some in known for one in some[:each]][:ARTICLES]
