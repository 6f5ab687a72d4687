"""Serve thousands of replica sites from one process: each an address of 127/8, all on one port.

    python -m benchmarks.many_sites COUNT LOG [--per-day 12] [--held 8] [--seed 1]

Prints the port, then serves until killed. Sites publish by the clock, each at its own rate. A line
of LOG is one request: when it came and when it was answered (seconds since the epoch), host, path,
status. Answers take 30 to 300 ms, so that two requests at a time to one host would show.
"""

import argparse
import asyncio
import socket
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import TextIO, cast

from crawler.replica import desk
from crawler.replica.answers import Answer, Request
from crawler.replica.portal import FAMILIES
from crawler.replica.profiles import PROFILES
from crawler.replica.server import Connection, Server
from crawler.replica.shelf import Shelf
from crawler.replica.stock import sprout

#: Profiles that the sites take in turn, with the kind of their first listing.
TURNS = tuple(PROFILES)
#: Seconds an answer takes: from, to.
SLOW = 0.03, 0.3


def host_of(index: int) -> str:
    """Return the address of a site by its number."""
    return f"127.{1 + index // 62500}.{index // 250 % 250}.{index % 250 + 1}"


def listing_of(index: int, port: int) -> tuple[str, str]:
    """Return the address and kind of the listing of a site by its number."""
    profile = PROFILES[TURNS[index % len(TURNS)]]
    family = FAMILIES[profile.family](profile)
    listing = family.listings(f"http://{host_of(index)}:{port}")[0]
    return listing.url, listing.kind


class Site:
    """One site: what it holds, and when it publishes next."""

    def __init__(self, index: int, address: str, *, per_day: float, held: int, seed: int) -> None:
        self.random = Random(f"{seed}:{index}")
        self.profile = PROFILES[TURNS[index % len(TURNS)]]
        self.seed, self.index = seed, index
        # A few publish a hundred times as often as others, as sites do.
        self.wait = 86400 / (per_day * self.random.paretovariate(1.2) / 6)
        now = datetime.now(UTC).replace(microsecond=0)
        self.shelf = Shelf(FAMILIES[self.profile.family](self.profile), now)
        self.shelf.address = address
        for number in range(held):
            self.publish(now - timedelta(hours=7 * (held - number)))
        self.due = time.time() + self.random.expovariate(1 / self.wait)

    def publish(self, moment: datetime) -> None:
        """Add an article."""
        number = self.shelf.next_number
        entry = sprout(self.seed * 1_000_000 + self.index, self.profile.id, number, moment)
        self.shelf.add(replace(entry, column=0))
        self.shelf.changed = moment

    def answer(self, request: Request) -> tuple[Answer, float]:
        """Publish what is due by now, and answer."""
        while self.due < time.time():
            self.publish(datetime.fromtimestamp(self.due, UTC))
            self.due += self.random.expovariate(1 / self.wait)
        answer = desk.settled(desk.answer(request, self.shelf), request)
        return answer, self.random.uniform(*SLOW)


class Logged(Connection):
    """A connection whose site is told by the address it was made to."""

    def __init__(self, sites: dict[str, Site], log: TextIO, server: Server) -> None:
        super().__init__("", "nginx", self._of_host, server)
        self.sites, self.log = sites, log

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.host = transport.get_extra_info("sockname")[0]
        super().connection_made(transport)

    def _of_host(self, request: Request) -> tuple[Answer, float]:
        answer, delay = self.sites[self.host].answer(request)
        began = time.time()
        line = f"{self.host} {request.target} {answer.status}\n"
        # Written when the answer leaves: a log tells of whole requests.
        asyncio.get_running_loop().call_later(
            delay, lambda: self.log.write(f"{began:.3f} {time.time():.3f} {line}")
        )
        return answer, delay


async def serve(count: int, log: Path, *, per_day: float, held: int, seed: int) -> None:
    """Serve so many sites until killed."""
    listening = socket.create_server(("0.0.0.0", 0), backlog=4096)  # noqa: S104 - all of 127/8
    port = listening.getsockname()[1]
    sites = {
        host_of(index): Site(
            index, f"http://{host_of(index)}:{port}", per_day=per_day, held=held, seed=seed
        )
        for index in range(count)
    }
    server = Server()
    with log.open("w", encoding="utf-8", buffering=1 << 16) as told:
        made = cast("Callable[[], asyncio.Protocol]", lambda: Logged(sites, told, server))
        await asyncio.get_running_loop().create_server(made, sock=listening)
        print(port, flush=True)
        while True:
            await asyncio.sleep(1)
            told.flush()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", type=int)
    parser.add_argument("log", type=Path)
    parser.add_argument("--per-day", type=float, default=12)
    parser.add_argument("--held", type=int, default=8)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    asyncio.run(
        serve(given.count, given.log, per_day=given.per_day, held=given.held, seed=given.seed)
    )
