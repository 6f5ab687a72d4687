"""Servers that stall and reset, and callers that give up, do not wear the connections out."""

import asyncio
import random
from datetime import timedelta

from crawler.errors import FetchError
from tests.hostile_server import Asked, answer, serve
from tests.test_fetch import PAGE, fetcher

HEAD = b"HTTP/1.1 200 OK\r\n"


async def test_the_pool_outlives_a_storm_of_faults_and_cancellations() -> None:
    dice = random.Random(4)

    async def storm(asked: Asked, writer: asyncio.StreamWriter) -> None:
        match dice.randrange(10):
            case 0:
                await asyncio.Event().wait()
            case 1:
                writer.transport.abort()
            case 2:
                writer.write(HEAD + b"Content-Length: 99\r\n\r\nabc")
                await asyncio.sleep(0.05)
            case 3:
                writer.write(answer(PAGE, length=4000))
                writer.transport.abort()
            case _:
                writer.write(answer(PAGE))

    hosts = [f"127.0.1.{n}" for n in range(1, 13)]
    ended: dict[str, int] = {}

    async def visit(url: str) -> None:
        try:
            async with asyncio.timeout(dice.choice([0.001, 0.01, 9])):
                await ours.fetch(url)
            how = "page"
        except FetchError as error:
            how = error.kind
        except (TimeoutError, asyncio.CancelledError) as error:
            how = type(error).__name__
        ended[how] = ended.get(how, 0) + 1

    async with serve({"*": storm, "/robots.txt": answer(b"")}, "0.0.0.0") as server:  # noqa: S104
        changes = {"deadline": timedelta(seconds=0.15), "connections": 8}
        async with fetcher(server, **changes) as ours:
            for host in hosts:
                await ours.fetch(f"http://{host}:{server.port}/robots.txt")
            for _ in range(15):
                urls = [f"http://{host}:{server.port}/{n}" for host in hosts for n in range(9)]
                visits = [asyncio.create_task(visit(url)) for url in urls]
                for _ in range(20):
                    await asyncio.sleep(0.002)
                    dice.choice(visits).cancel()
                await asyncio.wait(visits)
            for host in [*hosts, "127.0.2.1"]:
                healthy = await ours.fetch(f"http://{host}:{server.port}/robots.txt")
                assert healthy.status == 200
            assert server.open() <= 8 + 5
    assert sum(ended.values()) == 15 * 9 * len(hosts)
    assert {"page", "timeout", "TimeoutError", "CancelledError", "protocol"} <= set(ended)
