"""What a mending comes to."""

from dataclasses import dataclass

from crawler.records import Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Reappearing:
    """How many known articles a reading of a page names again."""

    #: by address, by the number within it, or by title; each once
    articles: int = 0
    #: of those, with the same address
    addresses: int = 0
    #: with the same title, one cut short counted as the same
    titles: int = 0
    #: with the same day
    days: int = 0
    #: known articles that stand on the page at all, whatever reads it
    there: int = 0
    #: links that are read and are none of them
    others: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A source with which a page of a listing can be read again."""

    source: Source
    #: position of the listing in the source
    position: int
    reappearing: Reappearing


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleProposal:
    """A source with which its articles can be read again."""

    source: Source
    #: articles that were read, and of those the ones that read as they are stored
    tried: int
    agreeing: int
