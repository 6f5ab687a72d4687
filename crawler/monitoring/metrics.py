"""Figures in the text format that Prometheus reads. Pure.

Made anew for each question from one overview, so that figures of one answer fit together.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from crawler.monitoring.overview import Overview
from crawler.records import State


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    """What only the daemon itself knows, since it began."""

    #: (``request``, ``article`` or ``pass``; how it ended) → how many
    counts: Mapping[tuple[str, str], int]
    #: longest that the event loop kept anybody waiting in the last minute, seconds
    lag: float
    #: passes under way
    running: int


def metrics_text(overview: Overview, process: Process | None = None) -> tuple[bytes, str]:
    """Return the text and its content type; counters only where a daemon's process is given."""
    registry = CollectorRegistry()
    registry.register(_Figures(overview, process))
    return generate_latest(registry), CONTENT_TYPE_LATEST


class _Figures(Collector):
    def __init__(self, overview: Overview, process: Process | None) -> None:
        self._overview, self._process = overview, process

    def collect(self) -> Iterator[Metric]:
        """Yield the families of figures."""
        yield from _of_overview(self._overview)
        if self._process is not None:
            yield from _of_process(self._process)


def _of_overview(overview: Overview) -> Iterator[Metric]:
    counts = Counter(overview.states.values())
    states = GaugeMetricFamily("gazette_sources", "Sources by state.", labels=["state"])
    for each in State:
        states.add_metric([each.value], counts[each.value])
    yield states
    unwell = GaugeMetricFamily(
        "gazette_source_unwell", "1 for each source that is neither new nor healthy.",
        labels=["source", "state"],
    )  # fmt: skip
    for source, state in overview.states.items():
        if state not in (State.NEW, State.HEALTHY):
            unwell.add_metric([source, state], 1)
    yield unwell
    successes = GaugeMetricFamily(
        "gazette_source_last_success_timestamp_seconds", "When the last pass over it succeeded.",
        labels=["source"],
    )  # fmt: skip
    for source, moment in overview.successes.items():
        successes.add_metric([source], moment.timestamp())
    yield successes
    sizes = GaugeMetricFamily("gazette_file_bytes", "Size of what is kept.", labels=["file"])
    for name, size in overview.sizes.items():
        sizes.add_metric([name], size)
    yield sizes
    beat = overview.heartbeat.timestamp() if overview.heartbeat else 0
    for name, said, value in (
        ("gazette_up", "1 where a daemon is at work.", overview.alive),
        ("gazette_paused", "1 where nothing is fetched.", bool(overview.paused)),
        ("gazette_network_down", "1 where our own network seems down.", bool(overview.network)),
        ("gazette_queue_links", "Links that are due.", overview.queue),
        ("gazette_heartbeat_timestamp_seconds", "When the daemon was last alive.", beat),
    ):
        yield GaugeMetricFamily(name, said, value=float(value))


def _of_process(process: Process) -> Iterator[Metric]:
    for kind, name, said in (
        ("request", "gazette_requests", "Addresses asked for, by how that ended."),
        ("article", "gazette_articles", "Visits to articles, by what became of them."),
        ("pass", "gazette_passes", "Passes over sources, by how they ended."),
    ):
        family = CounterMetricFamily(name, said, labels=["outcome"])
        for (of, outcome), count in sorted(process.counts.items()):
            if of == kind:
                family.add_metric([outcome], count)
        yield family
    yield GaugeMetricFamily(
        "gazette_loop_lag_seconds", "Longest wait for the event loop in the last minute.",
        value=process.lag,
    )  # fmt: skip
    yield GaugeMetricFamily("gazette_passes_running", "Passes under way.", value=process.running)
