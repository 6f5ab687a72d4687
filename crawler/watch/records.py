"""A saved search, and what it has found."""

from dataclasses import dataclass
from datetime import datetime

from crawler.errors import CrawlError


class WatchError(CrawlError):
    """A saved search cannot be kept or delivered as it stands."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"watch {name}", reason)
        self.name = name


@dataclass(frozen=True, slots=True, kw_only=True)
class Hook:
    """Where messages go."""

    #: who speaks
    name: str
    #: the address, secrets as ``${NAME}``; "" for none
    webhook: str = ""
    #: key of ``messages.SHAPES``
    shape: str = "json"
    #: name of the environment variable that holds what messages are signed with, or ""
    secret_env: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """A saved search."""

    name: str
    query: str
    #: UUID that tells it from any other of the same name; its feed and hits are known by it
    key: str
    created: datetime
    #: only what was archived after this link of the chain is new
    start: int
    start_hash: str
    #: the last link that was looked at
    seen: int
    seen_hash: str
    #: file of its feed; "" for the one of its name in the data folder
    feed: str = ""
    #: address its hits are sent to, secrets as ``${NAME}``; "" for none
    webhook: str = ""
    #: key of ``messages.SHAPES``
    shape: str = "json"
    #: name of the environment variable that holds what messages are signed with, or ""
    secret_env: str = ""
    #: deliveries that failed, in a row
    failures: int = 0
    #: why the last one failed, or ""
    error: str = ""
    #: no delivery before this
    next_try: datetime | None = None
    last_sent: datetime | None = None
    #: hits found so far, and those of them that were not sent yet
    hits: int = 0
    unsent: int = 0

    @property
    def hook(self) -> Hook:
        """Return where its hits are sent to."""
        return Hook(
            name=self.name,
            webhook=self.webhook,
            shape=self.shape,
            secret_env=self.secret_env,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """An article that a watch found."""

    #: in the order in which they were found
    number: int
    url: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """What a message says of one article."""

    #: stays the same however often it is sent
    id: str
    article: int
    title: str
    url: str
    source: str
    origin: str
    published: datetime | None
    day: str
    archived: datetime
    snippet: str

    @property
    def about(self) -> str:
        """Return who published it, and when."""
        return " · ".join(filter(None, (self.origin or self.source, self.day)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What a message says of one source whose health changed, or of many."""

    #: "" where it is about none alone
    source: str
    name: str
    #: in one word, and the one before
    state: str
    was: str
    #: in English, for machines
    reason: str
    since: datetime
    #: the site's
    url: str
    #: for people, in their language
    title: str
    about: str

    @property
    def snippet(self) -> str:
        """Return what stands below the title where there is room."""
        return ""
