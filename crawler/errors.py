"""What can go wrong between a site and an article and is expected to.

Caught in one place, ``pipeline``, where each becomes a row; anything else is a bug and crashes.
"""

from dataclasses import dataclass
from pathlib import Path

from crawler.records import Weight


class CrawlError(Exception):
    """Something expected went wrong at one address."""

    weight = Weight.SOFT

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(url, reason)
        self.url, self.reason = url, reason

    def __str__(self) -> str:
        return f"{self.url}: {self.reason}"


class SourceError(CrawlError):
    """A source as a whole cannot be crawled."""


class FrontierError(CrawlError):
    """The crawler's own memory cannot be read; nothing archived depends on it."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(
            str(path),
            f"{reason}; delete the file: nothing archived is lost, the next crawl asks again",
        )


class FrontierFull(Exception):  # noqa: N818 - reads as the sentence a user sees
    """The disk has no room for the crawler's memory; like a full archive it ends the pass."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path}: {reason}; free some space, nothing is lost")
        self.path, self.reason = path, reason


class FrontierBusy(FrontierFull):
    """Another program holds the crawler's memory for longer than can be waited for."""

    def __init__(self, path: Path, reason: str) -> None:
        Exception.__init__(self, f"{path}: {reason} by another program; nothing is lost")
        self.path, self.reason = path, reason


class FetchError(CrawlError):
    """No usable answer came from an address.

    ``kind`` is a stable word for rows and metrics: ``timeout``, ``dns``, ``tls``, ``connect``,
    ``protocol``, ``redirect``, ``guard``, ``robots``, ``too_large``, ``truncated``, ``bomb``,
    ``coding``, ``blocked``, ``paused``, ``status``, ``page``, ``spent``.
    """

    def __init__(
        self,
        url: str,
        kind: str,
        reason: str,
        *,
        status: int | None = None,
        retry_after: float | None = None,
        weight: Weight = Weight.TEMPORARY,
    ) -> None:
        super().__init__(url, reason)
        self.kind, self.status, self.retry_after = kind, status, retry_after
        self.weight = weight
        #: the Capture of the answer, where one came; it does not travel between processes
        self.answer: object = None

    def __reduce__(self) -> tuple[object, ...]:
        return (
            _fetch_error,
            (self.url, self.kind, self.reason, self.status, self.retry_after, self.weight),
        )


def _fetch_error(
    url: str, kind: str, reason: str, status: int | None, after: float | None, weight: Weight
) -> FetchError:
    return FetchError(url, kind, reason, status=status, retry_after=after, weight=weight)


class ListingError(CrawlError):
    """A listing names no article, or cannot be read.

    ``endpoints`` are the addresses that its page's scripts ask for data, the likeliest first.
    """

    def __init__(self, url: str, reason: str, endpoints: tuple[str, ...] = ()) -> None:
        super().__init__(url, reason)
        self.endpoints = endpoints

    def __reduce__(self) -> tuple[object, ...]:
        return (ListingError, (self.url, self.reason, self.endpoints))


class ExtractError(CrawlError):
    """A page holds no article that can be found."""


class ChallengeError(ExtractError):
    """A page is shown to programs in place of the article."""


class NormaliseError(CrawlError):
    """What was found on a page cannot be read as an article."""


class PoisonError(CrawlError):
    """Reading a page took too long, too much memory, or killed the child process."""

    weight = Weight.HARD


class GoneError(CrawlError):
    """An article is gone from its address: ``404``, ``410``, ``redirect`` or ``soft404``."""

    def __init__(self, url: str, how: str) -> None:
        super().__init__(url, f"gone ({how})")
        self.how = how

    def __reduce__(self) -> tuple[object, ...]:
        return (GoneError, (self.url, self.how))


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing wrong with the configuration: where, what, and the likely mend."""

    file: str
    #: line from 1, or None where the parser cannot tell
    line: int | None = None
    #: dotted key, for example ``listings[2].kind``, or ""
    key: str = ""
    what: str
    #: the nearest right key, or what to write instead
    hint: str = ""

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        key = f" {self.key}:" if self.key else ""
        hint = f" ({self.hint})" if self.hint else ""
        return f"{place}:{key} {self.what}{hint}"


class ConfigError(Exception):
    """The configuration cannot be used; every fault of every file at once. Nothing was fetched."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = faults

    def __reduce__(self) -> tuple[object, ...]:
        return (ConfigError, (self.faults,))
