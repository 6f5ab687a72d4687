"""What is asked of a server, and what comes back when all goes well."""

import asyncio
import gzip
import socket
import zlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult

from crawler.errors import FetchError
from crawler.fetch import Fetcher
from crawler.records import Validators, Weight
from crawler.settings import FetchSettings
from tests.hostile_server import Asked, Server, answer, redirect, serve

NOW = datetime(2024, 3, 15, 2, 10, tzinfo=UTC)
PAGE = "<html><p>关于做好就业工作的通知</p></html>".encode()


def settings(*servers: Server, **changes: object) -> FetchSettings:
    """Return settings that let these servers be asked, without a pause."""
    values: dict[str, object] = {
        "allow_networks": ("127.0.0.0/8",),
        "ports": (80, *(server.port for server in servers)),
        "delay": timedelta(0),
        "deadline": timedelta(seconds=5),
        "contact": "https://www.example.gov/about",
    }
    return FetchSettings(**{**values, **changes})  # type: ignore[arg-type]


def fetcher(*servers: Server, **changes: object) -> Fetcher:
    return Fetcher(settings(*servers, **changes), now=lambda: NOW)


async def failure(asked: Fetcher, url: str, **how: object) -> FetchError:
    with pytest.raises(FetchError) as caught:
        await asked.fetch(url, **how)  # type: ignore[arg-type]
    assert caught.value.reason
    return caught.value


async def test_a_page_comes_back_as_the_server_sent_it() -> None:
    packed = gzip.compress(PAGE)
    said = answer(packed, "Content-Encoding: gzip", "X-Twice: a", "Server: ngx", "x-twice: b")
    async with serve({"/a.html": said}) as server, fetcher(server) as ours:
        capture = await ours.fetch(server.url("/a.html"))
    assert (capture.status, capture.reason) == (200, "OK")
    assert (capture.payload, capture.body) == (packed, PAGE)
    assert capture.headers == (
        ("Content-Length", str(len(packed))),
        ("Content-Encoding", "gzip"),
        ("X-Twice", "a"),
        ("Server", "ngx"),
        ("x-twice", "b"),
    )
    assert capture.url == capture.final_url == server.url("/a.html")
    assert (capture.fetched_at, capture.ip) == (NOW, "127.0.0.1")


@pytest.mark.parametrize(
    ("coding", "payload"),
    [("deflate", zlib.compress(PAGE)), ("deflate", zlib.compress(PAGE)[2:-4]), ("identity", PAGE)],
)
async def test_codings_are_undone(coding: str, payload: bytes) -> None:
    said = answer(payload, f"Content-Encoding: {coding}")
    async with serve({"/": said}) as server, fetcher(server) as ours:
        assert (await ours.fetch(server.url())).body == PAGE


async def test_a_server_learns_who_asks_and_nothing_it_could_not_send() -> None:
    async with serve({"*": answer(PAGE)}) as server, fetcher(server) as ours:
        capture = await ours.fetch(server.url())
    for asked in server.asked:
        assert asked.fields("user-agent") == ["Gazette/0.1 (+https://www.example.gov/about)"]
        assert asked.fields("accept-encoding") == ["gzip, deflate"]
        assert asked.fields("host") == [f"127.0.0.1:{server.port}"]
        assert not asked.fields("cookie")
    sent = {name.lower(): value for name, value in capture.request_headers}
    for name in ("user-agent", "accept", "accept-language", "accept-encoding"):
        assert server.asked[-1].fields(name) == [sent[name]]


@pytest.mark.parametrize(
    "target",
    [
        "/search?word=%B1%BE%CA%D0+%BE%CD%D2%B5",
        "/a?to=http%3A%2F%2Fb.gov%2F&x=1%2B1%3D2%26",
        "/a?to=http://b.gov/?x=y&s=a;b,c!d%27e(f)*g@h:i$j",
        "/a?q=%E5%B0%B1%E4%B8%9A&r=%00%20%22%3C",
        "/a/%E5%B0%B1%E4%B8%9A/t%20b%2Fc;v=1,2@:!$&'()*+=.html",
        "/%7Ba%7D|b%5Ec/%5B1%5D?x={1}|[2]^`",
        "/a?100%&%zz=%u4e2d",
        "/a//b/?&&=",
    ],
)
async def test_the_address_goes_out_as_it_was_given(target: str) -> None:
    # A page known by one spelling must be asked for by that one: an address may carry a signature.
    async with serve({"*": answer(PAGE)}) as server, fetcher(server) as ours:
        await ours.fetch(server.url(target))
    assert server.targets() == [target]


async def test_validators_go_out_verbatim_and_304_comes_back() -> None:
    held = Validators(etag='W/"65f3-ab,c"', last_modified="Fri, 15 Mar 2024 10:10:00 +0800")
    said = b'HTTP/1.1 304 Not Modified\r\nETag: W/"65f3-ab,c"\r\n\r\n'
    async with serve({"/": said}) as server, fetcher(server) as ours:
        capture = await ours.fetch(server.url(), validators=held)
    assert (capture.status, capture.body) == (304, b"")
    assert server.asked[-1].fields("if-none-match") == [held.etag]
    assert server.asked[-1].fields("if-modified-since") == [held.last_modified]


@pytest.mark.parametrize("etag", ['"\xb1\xbe"', '"a\r\nX: y"', '"就业"'])
async def test_validators_that_cannot_be_sent_verbatim_are_not_sent(etag: str) -> None:
    async with serve({"/": answer(PAGE)}) as server, fetcher(server) as ours:
        await ours.fetch(server.url(), validators=Validators(etag=etag))
    assert server.asked[-1].fields("if-none-match") == []


async def test_a_form_is_posted_with_all_its_fields() -> None:
    form = (("col", "1"), ("word", "就业 & 民生"), ("col", "2"))
    async with serve({"/data.jsp": answer(b"<record/>")}) as server, fetcher(server) as ours:
        capture = await ours.fetch(server.url("/data.jsp?page=2"), method="POST", form=form)
    asked = server.asked[-1]
    assert capture.body == b"<record/>"
    assert (asked.method, asked.target) == ("POST", "/data.jsp?page=2")
    assert asked.fields("content-type") == ["application/x-www-form-urlencoded; charset=UTF-8"]
    assert asked.body == b"col=1&word=%E5%B0%B1%E4%B8%9A+%26+%E6%B0%91%E7%94%9F&col=2"


async def test_cookies_are_neither_kept_nor_sent_back() -> None:
    said = {
        "/a": redirect("/b").replace(b"\r\n\r\n", b"\r\nSet-Cookie: visit=1; Path=/\r\n\r\n"),
        "/b": answer(PAGE, "Set-Cookie: other=2"),
    }
    async with serve(said) as server:
        names = Names(["127.0.0.1"])
        async with Fetcher(settings(server), now=lambda: NOW, resolver=names) as ours:
            # By name: cookies of bare addresses are kept by nobody.
            for path in ("/a", "/b"):
                await ours.fetch(f"http://www.example.gov:{server.port}{path}")
    assert server.targets() == ["/a", "/b", "/b"]
    assert [asked.fields("cookie") for asked in server.asked] == [[]] * len(server.asked)


@pytest.mark.parametrize(
    ("status", "method", "after"),
    [(301, "POST", "GET"), (302, "POST", "GET"), (303, "POST", "GET"), (307, "POST", "POST"),
     (308, "POST", "POST"), (302, "GET", "GET")],
)  # fmt: skip
async def test_redirects_keep_or_change_the_method(status: int, method: str, after: str) -> None:
    said = {"/a": redirect("b?x=1#top", f"{status} Moved"), "/b": answer(PAGE)}
    async with serve(said) as server, fetcher(server) as ours:
        capture = await ours.fetch(server.url("/a"), method=method, form=(("k", "v"),))
    assert (capture.url, capture.final_url) == (server.url("/a"), server.url("/b?x=1"))
    assert server.asked[-1].method == after
    assert server.asked[-1].body == (b"k=v" if after == "POST" else b"")


async def test_a_form_may_lead_back_to_its_own_address() -> None:
    async def either(asked: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(redirect("/a", "303 See Other") if asked.method == "POST" else answer(PAGE))

    async with serve({"/a": either}) as server, fetcher(server) as ours:
        assert (await ours.fetch(server.url("/a"), method="POST")).body == PAGE


async def test_five_redirects_are_followed_and_the_sixth_is_not() -> None:
    said = {f"/{n}": redirect(f"/{n + 1}") for n in range(6)} | {"/6": answer(PAGE)}
    async with serve(said) as server, fetcher(server) as ours:
        assert (await ours.fetch(server.url("/1"))).final_url == server.url("/6")
        error = await failure(ours, server.url("/0"))
    assert (error.kind, error.weight) == ("redirect", Weight.SOFT)


async def test_a_redirect_is_read_in_the_charset_of_its_bytes() -> None:
    said = {
        "/gbk": redirect("/就业.html".encode("gb18030")),
        "/utf-8": redirect("/就业.html".encode()),
        "/%E5%B0%B1%E4%B8%9A.html": answer(PAGE),
    }
    async with serve(said) as server, fetcher(server) as ours:
        for path in ("/gbk", "/utf-8"):
            assert (await ours.fetch(server.url(path))).body == PAGE


async def test_a_redirect_to_another_host_asks_that_hosts_rules_first() -> None:
    rules = answer(b"User-agent: *\nDisallow: /private/\n")
    async with (
        serve({"/robots.txt": rules, "*": answer(PAGE)}, "127.0.0.2") as other,
        serve({"/a": redirect(other.url("/a")), "/b": redirect(other.url("/private/b"))}) as server,
        fetcher(server, other) as ours,
    ):
        assert (await ours.fetch(server.url("/a"))).final_url == other.url("/a")
        error = await failure(ours, server.url("/b"))
    assert (error.kind, error.weight) == ("robots", Weight.SOFT)
    assert [asked.target for asked in other.asked] == ["/robots.txt", "/a"]


async def test_a_host_is_asked_one_thing_at_a_time_and_others_meanwhile() -> None:
    async def slowly(asked: Asked, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.02)
        writer.write(answer(PAGE))

    async with (
        serve({"*": slowly}, "127.0.0.2") as other,
        serve({"*": slowly}) as server,
        fetcher(server, other) as ours,
    ):
        wanted = [one.url(f"/{n}") for n in range(4) for one in (server, other)]
        await asyncio.gather(*map(ours.fetch, wanted))
    assert (server.most_busy, other.most_busy) == (1, 1)
    assert ours.requests == 10


async def test_the_pause_lies_between_two_requests() -> None:
    pauses: list[float] = []

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)
        clock[0] += seconds

    clock = [1000.0]
    async with serve({"*": answer(PAGE)}) as server:
        ours = Fetcher(settings(server), now=lambda: NOW, clock=lambda: clock[0], sleep=sleep)
        async with ours:
            for n in range(3):
                await ours.fetch(server.url(f"/{n}"), delay=timedelta(seconds=7))
    assert pauses == [7.0] * 3  # the first after robots.txt


async def test_waiting_for_a_turn_is_not_held_against_a_redirect() -> None:
    async def sleep(seconds: float) -> None:
        clock[0] += seconds

    clock = [1000.0]
    said = {"/a": redirect("/b"), "/b": answer(PAGE)}
    async with serve(said) as server:
        ours = Fetcher(settings(server), now=lambda: NOW, clock=lambda: clock[0], sleep=sleep)
        async with ours:
            for _ in range(2):
                capture = await ours.fetch(server.url("/a"), delay=timedelta(seconds=90))
    assert capture.body == PAGE


class Names(AbstractResolver):
    """A name server that gives one answer after another, the last for ever."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self.answers, self.asked = answers, list[str]()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        self.asked.append(host)
        found = self.answers[min(len(self.asked), len(self.answers)) - 1]
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=socket.AF_INET6 if ":" in address else socket.AF_INET,
                proto=0,
                flags=socket.AI_NUMERICHOST,
            )
            for address in found
        ]

    async def close(self) -> None:
        pass


@pytest.mark.parametrize(
    "found",
    [["10.0.0.7"], ["93.184.216.34", "10.0.0.7"], ["::1"], ["fe80::1%eth0"], ["169.254.169.254"]],
)
async def test_a_name_with_any_private_address_is_not_asked(found: list[str]) -> None:
    ours = Fetcher(settings(allow_networks=()), now=lambda: NOW, resolver=Names(found))
    async with ours:
        error = await failure(ours, "http://www.example.gov/")
    assert (error.kind, error.weight) == ("guard", Weight.HARD)


async def test_a_name_that_turns_private_later_is_refused_then() -> None:
    said = {"*": answer(PAGE, "Connection: close")}
    names = Names(["127.0.0.1"], ["10.0.0.7"])
    async with serve(said) as server:
        ours = Fetcher(settings(server), now=lambda: NOW, resolver=names)
        async with ours:
            url = f"http://www.example.gov:{server.port}/"
            capture = await ours.fetch(url)
            error = await failure(ours, url)
    assert capture.ip == "127.0.0.1"
    assert (error.kind, names.asked) == ("guard", ["www.example.gov"] * 2)
