"""Whatever a server does, a fetch ends in time, as a FetchError that names what went wrong."""

import asyncio
import gc
import gzip
import socket
import ssl
import tracemalloc
import zlib
from datetime import timedelta

import pytest
from aiohttp import ThreadedResolver

from crawler.fetch import Fetcher
from crawler.records import Weight
from tests.hostile_server import (
    Answer,
    Asked,
    Broken,
    answer,
    drips,
    redirect,
    serve,
    silence,
    stalls,
)
from tests.test_fetch import NOW, PAGE, Names, failure, fetcher, settings

HARD, SOFT, TEMPORARY = Weight.HARD, Weight.SOFT, Weight.TEMPORARY
MIB = 1 << 20
PACKED = gzip.compress(PAGE * 50)
HEAD = b"HTTP/1.1 200 OK\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
RELOAD = b"<html><script>document.cookie='a=b';location.reload()</script></html>"


def bomb(window: int) -> bytes:
    squeezer = zlib.compressobj(9, wbits=window)
    return b"".join(squeezer.compress(bytes(MIB)) for _ in range(2)) + squeezer.flush()


FAULTS: dict[str, tuple[Answer, str, Weight]] = {
    "no answer": (silence, "timeout", TEMPORARY),
    "slow header": (drips(HEAD, b"X"), "timeout", TEMPORARY),
    "slow body": (drips(HEAD + b"Content-Length: 90000\r\n\r\n"), "timeout", TEMPORARY),
    "stalled body": (stalls(answer(PAGE, length=99)), "timeout", TEMPORARY),
    "slow redirect": (
        stalls(redirect("/x").replace(b"Length: 0", b"Length: 9")),
        "timeout",
        TEMPORARY,
    ),
    "endless body": (drips(CHUNKED, b"8000\r\n" + b"x" * 0x8000 + b"\r\n", 0), "too_large", HARD),
    "endless plain body": (drips(HEAD + b"\r\n", b"x" * 0x8000, 0), "too_large", HARD),
    "too large": (answer(b"x" * (MIB + 1)), "too_large", HARD),
    "gzip bomb": (answer(bomb(31), "Content-Encoding: gzip"), "bomb", HARD),
    "deflate bomb": (answer(bomb(-15), "Content-Encoding: deflate"), "bomb", HARD),
    "gzip cut": (answer(PACKED[:-20], "Content-Encoding: gzip"), "truncated", TEMPORARY),
    "not gzip": (answer(PAGE, "Content-Encoding: gzip"), "coding", SOFT),
    "brotli": (answer(PAGE, "Content-Encoding: br"), "coding", SOFT),
    "gzip of gzip": (answer(gzip.compress(PACKED), "Content-Encoding: gzip, gzip"), "coding", SOFT),
    "gzip twice": (
        answer(gzip.compress(PACKED), "Content-Encoding: gzip", "Content-Encoding: gzip"),
        "coding",
        SOFT,
    ),
    "longer by its head": (Broken(answer(PAGE, length=999)), "truncated", TEMPORARY),
    "bad chunk": (Broken(CHUNKED + b"zz\r\nabc\r\n0\r\n\r\n"), "protocol", TEMPORARY),
    "chunks cut": (Broken(CHUNKED + b"5\r\nhello\r\n"), "truncated", TEMPORARY),
    "two lengths": (Broken(answer(PAGE, "Content-Length: 3")), "protocol", TEMPORARY),
    "reset": (Broken(b"", reset=True), "protocol", TEMPORARY),
    "reset in the head": (Broken(HEAD + b"Server: x", reset=True), "protocol", TEMPORARY),
    "empty": (Broken(b""), "protocol", TEMPORARY),
    "garbage": (Broken(b"\x00\xff\x16\x03 hello\r\n\r\n"), "protocol", TEMPORARY),
    "tls alert": (Broken(b"\x15\x03\x01\x00\x02\x02\x28"), "protocol", TEMPORARY),
    "huge head": (Broken(HEAD + b"X: " + b"y" * 300_000 + b"\r\n\r\n"), "protocol", TEMPORARY),
    "many fields": (Broken(HEAD + b"X: y\r\n" * 60_000 + b"\r\n"), "protocol", TEMPORARY),
    "bad length": (Broken(HEAD + b"Content-Length: -1\r\n\r\n"), "protocol", TEMPORARY),
    "status 0": (Broken(b"HTTP/1.1 000 x\r\n\r\n"), "status", TEMPORARY),
    "status 20": (Broken(b"HTTP/1.1 20 OK\r\n\r\n"), "protocol", TEMPORARY),
    "only continues": (Broken(b"HTTP/1.1 100 Continue\r\n\r\n"), "protocol", TEMPORARY),
    "304 unasked": (b"HTTP/1.1 304 Not Modified\r\n\r\n", "protocol", TEMPORARY),
    "redirect to itself": (redirect("/page"), "redirect", SOFT),
    "redirect to a bad host": (redirect("http://[bad"), "redirect", SOFT),
    "redirect to a name that is none": (redirect("http://xn--/"), "robots", TEMPORARY),
    "redirect to a file": (redirect("file:///etc/passwd"), "redirect", SOFT),
    "redirect to a script": (redirect("javascript:alert(1)"), "redirect", SOFT),
    "redirect to nothing": (answer(b"", status="302 Found"), "status", TEMPORARY),
    "redirect to this machine": (redirect("http://[::1]/"), "guard", HARD),
    "redirect to the cloud": (redirect("http://169.254.169.254/latest"), "guard", HARD),
    "redirect to the office": (redirect("//10.1"), "guard", HARD),
    "redirect to ssh": (redirect("http://www.example.gov:22/"), "guard", HARD),
    "redirect with a name": (redirect("http://a:b@www.example.gov/"), "guard", HARD),
    "404": (answer(PAGE, status="404 Not Found"), "status", SOFT),
    "410": (answer(b"", status="410 Gone"), "status", SOFT),
    "204": (b"HTTP/1.1 204 No Content\r\n\r\n", "status", TEMPORARY),
    "206": (answer(b"abc", status="206 Partial Content"), "status", TEMPORARY),
    "500": (answer(PAGE, status="500 Oh"), "status", TEMPORARY),
    "endless error": (drips(b"HTTP/1.1 500 Oh\r\n\r\n", b"x" * 0x8000, 0), "too_large", HARD),
    "refused": (answer(b"", status="403 Forbidden"), "blocked", HARD),
    "challenge": (answer(RELOAD, status="412 Precondition Failed"), "blocked", HARD),
    "challenge as a page": (answer(RELOAD), "blocked", HARD),
    "packed challenge": (
        answer(gzip.compress(RELOAD), "Content-Encoding: gzip"),
        "blocked",
        HARD,
    ),
    "packed challenge, 202": (
        answer(gzip.compress(RELOAD), "Content-Encoding: gzip", status="202 Accepted"),
        "blocked",
        HARD,
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_fault_has_a_name_and_harms_nothing_else(fault: str) -> None:
    said, kind, weight = FAULTS[fault]
    changes = {"deadline": timedelta(seconds=0.3), "max_page": MIB}
    async with (
        serve({"/page": said, "/good": answer(PAGE)}) as server,
        fetcher(server, **changes) as ours,
    ):
        error = await failure(ours, server.url("/page"))
        assert (error.kind, error.weight) == (kind, weight), error
        assert (await ours.fetch(server.url("/good"))).body == PAGE


async def test_a_page_of_100_mb_takes_no_memory() -> None:
    said = drips(HEAD + b"Content-Length: 100000000\r\n\r\n", b"x" * 0x10000, 0)
    async with serve({"/": said}) as server, fetcher(server, max_page=MIB) as ours:
        tracemalloc.start()
        tracemalloc.reset_peak()
        before = tracemalloc.get_traced_memory()[0]
        try:
            error = await failure(ours, server.url())
            assert tracemalloc.get_traced_memory()[1] - before < 4 * MIB
        finally:
            tracemalloc.stop()
    assert error.kind == "too_large"


async def test_the_callers_limit_counts_on_the_wire_and_after_it() -> None:
    said = {"/plain": answer(b"x" * 101), "/packed": answer(PACKED, "Content-Encoding: gzip")}
    async with serve(said) as server, fetcher(server) as ours:
        assert (await failure(ours, server.url("/plain"), max_bytes=100)).kind == "too_large"
        assert (await failure(ours, server.url("/packed"), max_bytes=200)).kind == "too_large"
        assert len((await ours.fetch(server.url("/plain"), max_bytes=101)).body) == 101


async def test_a_reason_in_another_charset_is_no_fault() -> None:
    said = answer(PAGE, b"X-Name: \xb1\xbe", status=b"200 \xb3\xc9\xb9\xa6")
    async with serve({"/": said}) as server, fetcher(server) as ours:
        capture = await ours.fetch(server.url())
    assert capture.body == PAGE
    assert ("X-Name", "\xb1\xbe") in capture.headers


@pytest.mark.parametrize(
    ("status", "fields", "least", "most"),
    [
        ("503 Busy", ["Retry-After: 120"], 120, 120),
        ("429 Slow", ["Retry-After: Fri, 15 Mar 2024 02:11:30 GMT"], 90, 90),
        ("503 Busy", ["Retry-After: 1000000000"], 86400, 86400),
        ("503 Busy", ["Retry-After: soon"], 45, 90),
        ("429 Slow", [], 45, 90),
    ],
)
async def test_a_host_that_asks_for_silence_gets_it(
    status: str, fields: list[str], least: float, most: float
) -> None:
    async with (
        serve({"*": answer(PAGE)}, "127.0.0.2") as other,
        serve({"*": answer(b"", *fields, status=status)}) as server,
        fetcher(server, other) as ours,
    ):
        error = await failure(ours, server.url("/a"))
        assert (error.kind, error.status) == ("status", int(status[:3]))
        assert error.weight is TEMPORARY
        assert error.retry_after is not None
        assert least <= error.retry_after <= most
        again = await failure(ours, server.url("/b"))
        assert (again.kind, again.weight) == ("paused", TEMPORARY)
        assert again.retry_after == pytest.approx(error.retry_after, abs=5)
        assert (await ours.fetch(other.url("/c"))).body == PAGE
    assert server.targets() == ["/a"]


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://a.gov/", "http://a@b.gov/", "", "x",
                                 "http://a.gov:22/", "http://127.1/", "http://2130706433/",
                                 "http://a.gov:99999/", "http://[::1]/", "http://a.gov:0/",
                                 "http://\ud800/", "http://[bad",
                                 "http://10.0.0.1\\@a.gov/"])  # fmt: skip
async def test_what_may_not_be_asked_is_refused_unasked(url: str) -> None:
    names = Names(["10.0.0.1"])
    ours = Fetcher(settings(allow_networks=()), now=lambda: NOW, resolver=names)
    async with ours:
        error = await failure(ours, url)
    assert (error.kind, error.weight) == ("guard", HARD)
    assert names.asked == []
    assert ours.requests == 0


async def test_a_name_without_an_address() -> None:
    for names in (ThreadedResolver(), Names([])):
        async with Fetcher(settings(), now=lambda: NOW, resolver=names) as ours:
            error = await failure(ours, "http://nowhere.invalid/")
        assert (error.kind, error.weight) == ("dns", TEMPORARY)


async def test_a_closed_port() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
        async with Fetcher(settings(ports=(port,)), now=lambda: NOW) as ours:
            error = await failure(ours, f"http://127.0.0.1:{port}/")
    assert (error.kind, error.weight) == ("connect", TEMPORARY)


async def test_plain_http_on_a_secure_address() -> None:
    async def plain(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    listener = await asyncio.start_server(plain, "127.0.0.1", 0)
    port = listener.sockets[0].getsockname()[1]
    async with listener, Fetcher(settings(ports=(port,)), now=lambda: NOW) as ours:
        error = await failure(ours, f"https://127.0.0.1:{port}/")
    assert (error.kind, error.weight) == ("tls", SOFT)


async def test_redirects_share_one_deadline() -> None:
    async def slowly(asked: Asked, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.2)
        writer.write(redirect(asked.target + "x"))

    said: dict[str, Answer] = {"*": slowly}
    async with serve(said) as server, fetcher(server, deadline=timedelta(seconds=0.5)) as ours:
        assert (await failure(ours, server.url("/"))).kind == "timeout"
    assert len(server.targets()) <= 3


@pytest.mark.parametrize(("kept", "times"), [(False, 1), (True, 2)])
async def test_a_broken_request_is_repeated_only_on_a_kept_connection(
    kept: bool, times: int
) -> None:
    rules = answer(b"", "Connection: keep-alive" if kept else "Connection: close")
    said: dict[str, Answer] = {"/robots.txt": rules, "/a": Broken(b"", reset=True)}
    async with serve(said) as server, fetcher(server) as ours:
        assert (await failure(ours, server.url("/a"))).kind == "protocol"
    assert server.targets() == ["/a"] * times


async def test_an_error_met_before_does_not_colour_the_next() -> None:
    said: dict[str, Answer] = {"/a": Broken(b""), "/robots.txt": answer(b"")}
    async with serve(said) as server, fetcher(server) as ours:
        try:
            raise ssl.SSLError("an earlier one")
        except ssl.SSLError:
            assert (await failure(ours, server.url("/a"))).kind == "protocol"


async def test_cancellation_is_not_swallowed() -> None:
    async with serve({"*": silence, "/robots.txt": answer(b"")}) as server, fetcher(server) as ours:
        task = asyncio.create_task(ours.fetch(server.url()))
        await server.arrived.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.02):
                await ours.fetch(server.url())


async def test_closing_ends_what_is_still_asked() -> None:
    async with serve({"*": silence, "/robots.txt": silence}) as server:
        async with fetcher(server) as ours:
            task = asyncio.create_task(ours.fetch(server.url()))
            await server.arrived.wait()
            task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        gc.collect()
        names = [t.get_coro().__qualname__ for t in asyncio.all_tasks()]  # type: ignore[union-attr]
    assert not [name for name in names if name.startswith(("Robots", "Fetcher"))]
