"""What ``config/gazette.toml`` decides: frozen records with their defaults, nothing read here."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from crawler.records import REVISITS, Rhythm

MIB = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchSettings:
    """How sites are asked: who we say we are, and the limits no page can move."""

    #: product token of the User-Agent
    agent: str = "Gazette/0.1"
    #: address or e-mail a webmaster can write to; sent in the User-Agent
    contact: str = ""
    #: pause between two requests to one host, where the source says nothing else
    delay: timedelta = timedelta(seconds=2)
    connect_timeout: timedelta = timedelta(seconds=15)
    #: from the first byte sent to the last byte read, redirects included
    deadline: timedelta = timedelta(seconds=60)
    #: the same for an attachment or a picture
    file_deadline: timedelta = timedelta(minutes=3)
    #: bytes of a page after decoding
    max_page: int = 10 * MIB
    #: bytes of an attachment or a picture
    max_file: int = 50 * MIB
    max_redirects: int = 5
    #: networks (CIDR) that may be fetched although they are not public
    allow_networks: tuple[str, ...] = ()
    #: ports that may be asked; the replica adds its own
    ports: tuple[int, ...] = (80, 443, 8080, 8443)
    #: open connections to all hosts together
    connections: int = 64
    #: every k-th conditional request is made unconditionally, since validators lie
    full_every: int = 8
    #: longest a Retry-After is believed
    max_retry_after: timedelta = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxSettings:
    """Limits of the child processes that read pages."""

    #: 0 means one per core, less one for the crawler itself, at least one
    workers: int = 0
    #: per page
    deadline: timedelta = timedelta(seconds=10)
    #: address space of one child, bytes
    memory: int = 1024 * MIB
    #: larger pages are not read at all
    max_input: int = 5 * MIB


@dataclass(frozen=True, slots=True, kw_only=True)
class DaemonSettings:
    """How the background service runs."""

    #: how often the schedule looks for due sources
    tick: timedelta = timedelta(seconds=15)
    #: sources crawled at the same time
    concurrency: int = 256
    #: a pass that takes longer is stopped and goes on at the next visit
    pass_deadline: timedelta = timedelta(hours=2)
    #: time given to running work after SIGTERM
    grace: timedelta = timedelta(seconds=8)
    #: fetching pauses below this much free disk, bytes
    min_free: int = 200 * MIB
    #: where /healthz and /metrics are served, as ``host:port``; "" for nowhere
    listen: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingSettings:
    """How often listings are looked at that say no ``every``, where they say nothing else."""

    soonest: timedelta = timedelta(minutes=5)
    latest: timedelta = timedelta(days=1)
    #: most looks a day on the average
    looks: int = 48
    #: days on which offices are closed, where a source says nothing else
    holidays: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TakedownSettings:
    """When an article that is missing counts as gone."""

    #: it must have been missing for so long
    over: timedelta = timedelta(days=14)
    #: this share of the visits in that time must have failed
    share: float = 0.75
    #: and so many visits there must have been
    visits: int = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthSettings:
    """Who is told when the health of a source changes."""

    #: address that messages go to, secrets as ``${NAME}``; "" for none
    webhook: str = ""
    #: the service that it belongs to
    shape: str = "json"
    #: name of the environment variable that holds the signing secret, or ""
    secret_env: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MirrorSettings:
    """The folder of posts that is kept in step with the archive."""

    #: the folder, relative to where the command is started; "" for none
    posts: str = ""
    #: ``hexo`` or ``hugo``
    format: str = "hexo"
    #: only what a search for it finds
    query: str = ""
    #: ``mark``: a post says that its article is gone; ``remove``: it is taken out
    gone: str = "mark"


@dataclass(frozen=True, slots=True, kw_only=True)
class BrowserSettings:
    """The browser that listings with ``render = true`` are shown in."""

    #: its program: Debian's Chromium
    command: str = "chromium"
    #: its own sandbox, which it cannot have as root
    sandbox: bool = True
    #: most requests of one page that are answered
    requests: int = 30
    #: time for one page, that of waiting for a site left out
    deadline: timedelta = timedelta(seconds=20)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything ``gazette.toml`` says."""

    #: folder of archive.db, crawl.db and warc/, relative to where the command is started
    data: str = "data"
    #: what the ``author`` of an exported post says where a source has no name
    channel: str = "Gazette"
    #: sets of the catalogue whose sources are watched, beside those that are in none
    sets: tuple[str, ...] = ("start",)
    #: waits between the visits to an article, where its source says nothing else
    revisits: Rhythm = REVISITS
    #: a WARC file that has grown to so many bytes is followed by the next
    warc_size: int = 1024 * MIB
    fetch: FetchSettings = field(default_factory=FetchSettings)
    sandbox: SandboxSettings = field(default_factory=SandboxSettings)
    daemon: DaemonSettings = field(default_factory=DaemonSettings)
    listing: ListingSettings = field(default_factory=ListingSettings)
    takedown: TakedownSettings = field(default_factory=TakedownSettings)
    health: HealthSettings = field(default_factory=HealthSettings)
    mirror: MirrorSettings = field(default_factory=MirrorSettings)
    browser: BrowserSettings = field(default_factory=BrowserSettings)
