"""A year of publication times: real ones, the replica's, and drawn ones of several kinds of sites.

Whatever is drawn is drawn by a seed, so that every run sees the same year.
"""

import json
import re
import subprocess
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

from crawler.replica.stock import holdings

SHANGHAI, NEW_YORK = ZoneInfo("Asia/Shanghai"), ZoneInfo("America/New_York")
START, END = datetime(2024, 1, 1, tzinfo=UTC), datetime(2025, 1, 1, tzinfo=UTC)
DAYS = [date(2024, 1, 1) + timedelta(days=n) for n in range(366)]

#: Weights of the hours of a day: an office with its noon break, a paper's desk that never sleeps.
OFFICE = (0,) * 8 + (3, 9, 12, 9, 2, 3, 8, 12, 11, 8, 2, 1) + (0,) * 4
DESK = (1, 1, 1, 1, 1, 2, 4, 7, 9, 10, 10, 8, 6, 6, 8, 9, 9, 8, 7, 6, 5, 4, 3, 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """When the articles of one listing appeared."""

    name: str
    #: where they are from: ``real``, ``replica``, ``drawn``, ``adverse``
    kind: str
    zone: ZoneInfo
    #: in order
    appeared: tuple[datetime, ...]
    #: the articles tell their minute, and not the day alone
    minutes: bool = True
    #: share of articles that say they are some days older than they are
    backdated: float = 0.0


def all_times(corpus: Path) -> Iterator[Times]:
    """Yield every source; the real ones as far as the corpus is there."""
    yield from _real(corpus)
    yield from _replica()
    yield from _drawn()
    yield from _adverse(corpus)


def _within(moments: Sequence[datetime]) -> tuple[datetime, ...]:
    return tuple(sorted(at for at in (m.astimezone(UTC) for m in moments) if START <= at < END))


def _real(corpus: Path) -> Iterator[Times]:
    programme = corpus / "text" / "cctv_xinwenlianbo.jsonl.zst"
    if programme.exists():
        moments = _evening_programme(programme)
        yield Times(name="evening programme", kind="real", zone=SHANGHAI, appeared=_within(moments))
    feed = next((corpus / "feeds").glob("*united_states__cafc_example.xml"), None)
    if feed is not None:
        # Seven weeks of a court's opinions, one after the other until the year is full.
        found = [parsedate_to_datetime(text) for text in _dates_of(feed)]
        weeks = timedelta(weeks=8)
        begin = START + (found[-1] - START) % weeks - (found[-1] - min(found))
        moved = [begin + (at - min(found)) + weeks * n for n in range(-1, 8) for at in found]
        appeared = _within(moved)
        yield Times(name="court's opinions", kind="real", zone=NEW_YORK, appeared=appeared)


def _evening_programme(packed: Path) -> list[datetime]:
    run = subprocess.run(["zstd", "-dc", "--long=27", packed], capture_output=True, check=True)
    told = [json.loads(line)["date"] for line in run.stdout.splitlines()]
    return [
        datetime.strptime(text, "%Y/%m/%d %H:%M:%S").replace(tzinfo=SHANGHAI)
        for text in told
        if text
    ]


def _dates_of(feed: Path) -> list[str]:
    return re.findall(r"<pubDate>([^<]+\d)</pubDate>", feed.read_text(errors="replace"))


def _replica() -> Iterator[Times]:
    """Yield the sites of the replica portal as it makes a year of them."""
    for site, entries in holdings(4000, 3, END, 366).items():
        zone = ZoneInfo("America/Phoenix") if site == "english" else SHANGHAI
        appeared = _within([entry.published for entry in entries])
        minutes = site != "county"
        yield Times(
            name=f"replica: {site}", kind="replica", zone=zone, appeared=appeared, minutes=minutes
        )


def _draw(
    seed: int,
    zone: ZoneInfo,
    hours: Sequence[int] | Callable[[date], Sequence[int]],
    workday: float,
    weekend: float,
) -> list[datetime]:
    """Draw so many articles a day on the average, by the hours of the day."""
    draw, moments = Random(seed), []
    for day in DAYS:
        weights = hours(day) if callable(hours) else hours
        mean = workday if day.weekday() < 5 else weekend
        for _ in range(_poisson(draw, mean)):
            hour = draw.choices(range(24), weights)[0]
            local = datetime(day.year, day.month, day.day, hour, draw.randrange(60), tzinfo=zone)
            moments.append(local + timedelta(seconds=draw.randrange(60)))
    return moments


def _poisson(draw: Random, mean: float) -> int:
    count, time = 0, draw.expovariate(1)
    while time < mean:
        count, time = count + 1, time + draw.expovariate(1)
    return count


def _county(seed: int) -> list[datetime]:
    return _draw(seed, SHANGHAI, OFFICE, 0.4, 0)


def _bulletins(seed: int) -> list[datetime]:
    draw = Random(seed)
    return [
        datetime(2024, month, 12 + draw.randrange(4), draw.randrange(9, 17), tzinfo=SHANGHAI)
        + timedelta(minutes=draw.randrange(60))
        for month in range(1, 13)
    ]


def _drawn() -> Iterator[Times]:
    ministry = _draw(1, SHANGHAI, OFFICE, 5, 0.1)
    department = _draw(2, SHANGHAI, OFFICE, 20, 1)
    portal = _draw(4, SHANGHAI, DESK, 220, 150)
    drawn = Random(5)
    bursts = [
        at + timedelta(minutes=30 * drawn.random())
        for at in _draw(6, SHANGHAI, OFFICE, 0.8, 0)
        for _ in range(drawn.randrange(1, 12))
    ]
    for name, moments, minutes in (
        ("ministry", ministry, True),
        ("ministry, days only", ministry, False),
        ("department, days only", department, False),
        *(("six counties, two a week", _county(seed), True) for seed in range(20, 26)),
        *(("six counties, days only", _county(seed), False) for seed in range(20, 26)),
        ("portal round the clock", portal, True),
        *(("ten monthly bulletins", _bulletins(seed), True) for seed in range(30, 40)),
        ("uploads in bursts", bursts, True),
    ):
        appeared = _within(moments)
        yield Times(name=name, kind="drawn", zone=SHANGHAI, appeared=appeared, minutes=minutes)


def _adverse(corpus: Path) -> Iterator[Times]:
    evening = (0,) * 18 + (2, 4, 4, 2) + (0,) * 2
    summer = date(2024, 7, 1)
    turned = _draw(7, SHANGHAI, lambda day: OFFICE if day < summer else evening, 5, 0.2)
    silent = [at for at in _draw(8, SHANGHAI, OFFICE, 5, 0.1) if at.month != 5]
    agency = _draw(9, NEW_YORK, (0,) * 9 + (4, 6, 2) + (0,) * 12, 5, 0)
    late = _draw(10, SHANGHAI, OFFICE, 5, 0.1)
    woken = [at for at in _draw(11, SHANGHAI, OFFICE, 30, 3) if at.month > 8]
    for name, zone, moments, backdated in (
        ("turns to evenings in July", SHANGHAI, turned, 0.0),
        ("silent in May", SHANGHAI, silent, 0.0),
        ("daylight saving, 9 to noon", NEW_YORK, agency, 0.0),
        ("every third backdated", SHANGHAI, late, 1 / 3),
        ("begins in September", SHANGHAI, woken, 0.0),
    ):
        appeared = _within(moments)
        yield Times(name=name, kind="adverse", zone=zone, appeared=appeared, backdated=backdated)
