"""How the sources do: the word of ``gazette status``, and all that the browsing shows of it."""

from collections.abc import Collection
from datetime import datetime, timedelta
from pathlib import Path

from archive.health import Exposed, Pass, SourceHealth, Trouble, Visits, Watching
from crawler.errors import FrontierError, FrontierFull
from crawler.frontier import Frontier
from crawler.frontier.health import HEARTBEAT
from crawler.health import OWN_NETWORK, is_late, standing_of, unwatched
from crawler.lock import worker
from crawler.monitoring import is_alive, look, metrics_text, report
from crawler.records import Round, Standing, State

#: Visits and failures of a source that are shown, and how far back failures are looked for.
PASSES, TROUBLES, TROUBLES_SINCE = 12, 12, timedelta(days=30)


class CrawlWatch:
    """Tells the browsing how the watching goes, from ``crawl.db``, opened anew at each question.

    So it needs no crawl to have been there when the browsing began.
    """

    def __init__(self, data: Path, watched: Collection[str] | None = None) -> None:
        self._data = data
        #: the sources that are watched, where that is known
        self._watched = watched

    def watching(self, now: datetime) -> Watching | None:
        """Return how the sources do, or None where nothing was ever crawled."""
        if not (path := self._data / "crawl.db").exists():
            return None
        working = worker(self._data)
        try:
            with Frontier(path, read_only=True) as frontier:
                beat = frontier.health.heartbeat(HEARTBEAT)
                rounds = frontier.sources.rounds(now - timedelta(days=1))
                standings = frontier.standings.all()
        except (FrontierError, FrontierFull) as error:
            return Watching(heartbeat=None, alive=False, paused=str(error), sources=())
        network = standings.get(OWN_NETWORK)
        out = unwatched(rounds, self._watched, now)
        return Watching(
            heartbeat=beat,
            alive=is_alive(beat, now),
            paused=working.paused,
            network=network.reason if network else "",
            sources=tuple(_health(one, standings, now) for one in rounds if one.id not in out),
        )

    def visits(self, source: str, now: datetime) -> Visits | None:
        """Return how the visits to a source went, or None where it was never visited."""
        if not (path := self._data / "crawl.db").exists():
            return None
        try:
            with Frontier(path, read_only=True) as frontier:
                passes = frontier.sources.passes(source, limit=PASSES)
                failed = frontier.attempts.failed(
                    source, since=now - TROUBLES_SINCE, limit=TROUBLES
                )
        except (FrontierError, FrontierFull):
            return None
        return Visits(
            passes=tuple(
                Pass(
                    started=each.started,
                    found=each.found,
                    new=each.new + each.reprints,
                    revised=each.revised,
                    missing=each.missing + each.gone,
                    failed=each.failed,
                    seconds=each.seconds,
                    error=each.error,
                )
                for each in passes
            ),
            troubles=tuple(
                Trouble(at=each.at, url=each.url, kind=each.kind, reason=each.reason)
                for each in failed
            ),
        )

    def exposed(self, now: datetime) -> Exposed:
        """Return what monitoring asks for."""
        overview = look(self._data, now)
        text, content_type = metrics_text(overview)
        well, told = report(overview)
        return Exposed(well=well, told=told, metrics=text, content_type=content_type)


def _health(each: Round, standings: dict[str, Standing], now: datetime) -> SourceHealth:
    standing = standing_of(each, standings, now)
    return SourceHealth(
        id=each.id,
        name=each.name,
        state=standing.state.value,
        reason=standing.reason,
        since=None if standing.state is State.NEW else standing.since,
        more=standing.more,
        late=is_late(each, now),
        last_visit=each.last_visit,
        last_success=each.last_success,
        next_visit=each.next_visit,
        error=each.error,
        new=each.new,
    )
