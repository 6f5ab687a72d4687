"""A data folder → how the whole does: small, and no word of any article."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from crawler.errors import FrontierError, FrontierFull
from crawler.frontier import Frontier
from crawler.frontier.health import HEARTBEAT
from crawler.health import OWN_NETWORK, standing_of
from crawler.lock import worker

#: A daemon that has not written its heartbeat for so long is not healthy.
SILENT = timedelta(seconds=120)


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """How the whole does at a moment."""

    at: datetime
    #: when the daemon was last alive, None where none ever ran
    heartbeat: datetime | None = None
    #: why nothing is fetched, or ""
    paused: str = ""
    #: our own network fails
    network: str = ""
    #: source → its state, and when its last pass succeeded
    states: Mapping[str, str] = field(default_factory=dict)
    successes: Mapping[str, datetime] = field(default_factory=dict)
    #: links that are due
    queue: int = 0
    #: file → bytes
    sizes: Mapping[str, int] = field(default_factory=dict)

    @property
    def alive(self) -> bool:
        """Tell whether a daemon is at work."""
        return is_alive(self.heartbeat, self.at)


def is_alive(heartbeat: datetime | None, now: datetime) -> bool:
    """Tell whether a daemon with this last heartbeat is at work."""
    return heartbeat is not None and now - heartbeat < SILENT


def look(data: Path, now: datetime, sources: Collection[str] | None = None) -> Overview:
    """Return how the whole does, of all sources or those given.

    What cannot be read is told as the reason of a pause.
    """
    sizes = {name: _size(data / name) for name in ("archive.db", "crawl.db", "warc")}
    path = data / "crawl.db"
    if not path.exists():
        return Overview(at=now, sizes=sizes)
    try:
        with Frontier(path, read_only=True) as frontier:
            rounds = [
                one for one in frontier.sources.rounds(now) if sources is None or one.id in sources
            ]
            standings = frontier.standings.all()
            network = standings.get(OWN_NETWORK)
            return Overview(
                at=now,
                heartbeat=frontier.health.heartbeat(HEARTBEAT),
                paused=worker(data).paused,
                network=network.reason if network else "",
                states={one.id: standing_of(one, standings, now).state for one in rounds},
                successes={one.id: one.last_success for one in rounds if one.last_success},
                queue=frontier.links.count_all_due(now),
                sizes=sizes,
            )
    except (FrontierError, FrontierFull) as error:
        return Overview(at=now, paused=str(error), sizes=sizes)


def _size(path: Path) -> int:
    """Return the bytes of a file with its log, or of the files of a folder."""
    files = path.iterdir() if path.is_dir() else (path, path.with_name(f"{path.name}-wal"))
    sizes = 0
    for file in files:
        try:
            sizes += file.stat().st_size
        except OSError:
            continue
    return sizes


def report(overview: Overview) -> tuple[bool, dict[str, object]]:
    """Return whether articles are being looked for, and a few words about it for machines.

    Sources that fail, or our network, are for alerts: to start the daemon anew would not help.
    """
    status = "paused" if overview.paused else "ok" if overview.alive else "no daemon"
    told: dict[str, object] = {"status": status}
    if overview.heartbeat:
        told["heartbeat"] = overview.heartbeat.isoformat(timespec="seconds")
    if overview.paused:
        told["paused"] = overview.paused
    if overview.network:
        told["network"] = overview.network
    told["sources"] = dict(sorted(Counter(map(str, overview.states.values())).items()))
    return status == "ok", told
