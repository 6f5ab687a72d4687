"""robots.txt as RFC 9309 has it."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive import Capture
from crawler.errors import FetchError
from crawler.records import Weight
from crawler.robots import LIFETIME, LONGEST_CLOSED, LONGEST_DELAY, MOST_BYTES, Robots, readable
from tests import test_fetch as real
from tests.hostile_server import Answer, Broken, answer, redirect, serve, silence

ROBOTS = "http://www.example.gov/robots.txt"


def said(body: bytes | str, status: int = 200) -> Capture:
    """Return an answer to a request for robots.txt."""
    raw = body.encode() if isinstance(body, str) else body
    return Capture(
        url=ROBOTS,
        final_url=ROBOTS,
        status=status,
        body=raw,
        payload=raw,
        fetched_at=datetime(2024, 3, 15, tzinfo=UTC),
    )


class Site:
    """A site whose robots.txt answers, or fails, as it is told, and counts."""

    def __init__(self, answer: Capture | FetchError) -> None:
        self.answer, self.asked, self.now = answer, list[str](), 0.0
        self.robots = Robots(self.ask, "Gazette", clock=lambda: self.now)

    async def ask(self, url: str, delay: float) -> Capture:
        self.asked.append(url)
        await asyncio.sleep(0)
        if isinstance(self.answer, FetchError):
            raise self.answer
        return self.answer

    async def allows(self, path: str = "/a") -> bool:
        try:
            await self.robots.check(f"http://www.example.gov{path}", 0.0)
        except FetchError:
            return False
        return True


RULES = [
    ("", "/a", True),
    ("User-agent: *\nDisallow: /", "/a", False),
    ("User-agent: *\nDisallow:", "/a", True),
    ("User-agent: *\nDisallow: /private/", "/private/a", False),
    ("User-agent: *\nDisallow: /private/", "/privateer", True),
    ("user-AGENT: *\r\ndisALLOW: /a\r\n", "/a", False),
    ("\ufeffUser-agent: *\nDisallow: /a", "/a", False),
    ("User-agent: *\rDisallow: /a", "/a", False),
    # The longest rule decides, and of two equal ones the milder (2.2.2).
    ("User-agent: *\nDisallow: /\nAllow: /a", "/a/b", True),
    ("User-agent: *\nAllow: /\nDisallow: /a/b", "/a/b/c", False),
    ("User-agent: *\nDisallow: /a\nAllow: /a", "/a", True),
    # Wildcards (2.2.3).
    ("User-agent: *\nDisallow: /*.pdf$", "/a/b.pdf", False),
    ("User-agent: *\nDisallow: /*.pdf$", "/a/b.pdf?x", True),
    ("User-agent: *\nDisallow: /a*c", "/abbbc/d", False),
    ("User-agent: *\nDisallow: /*?", "/a?b=1", False),
    ("User-agent: *\nDisallow: /a$", "/ab", True),
    # Escapes are compared as what they mean.
    ("User-agent: *\nDisallow: /就业/", "/%E5%B0%B1%E4%B8%9A/a", False),
    ("User-agent: *\nDisallow: /%e5%b0%b1", "/%E5%B0%B1", False),
    ("User-agent: *\nDisallow: /~a", "/%7Ea", False),
    # Groups (2.2.1): ours before the one for all; several of ours are one.
    ("User-agent: *\nDisallow: /\n\nUser-agent: gazette\nAllow: /", "/a", True),
    ("User-agent: Gazette\nDisallow: /a\n\nUser-agent: *\nAllow: /", "/a", False),
    ("User-agent: other\nUser-agent: GAZETTE\nDisallow: /a", "/a", False),
    ("User-agent: other\nDisallow: /a", "/a", True),
    ("User-agent: gazetteer\nDisallow: /a", "/a", True),
    ("User-agent: gazette\nDisallow: /a\nUser-agent: gazette\nDisallow: /b", "/a", False),
    ("User-agent: a\n\nUser-agent: *\n\nDisallow: /a", "/a", False),
    ("User-agent: Gazette # us\nDisallow: /a # all of it", "/a", False),
    ("User-agent: *\nSitemap: http://a.gov/s.xml\nDisallow: /a", "/a", False),
    ("Disallow: /a", "/a", True),
    # What is no robots.txt at all.
    ("<!DOCTYPE html><html><head><title>404</title></head><body>Gone</body></html>", "/", True),
    ("\0\0\0", "/a", True),
]  # fmt: skip


@pytest.mark.parametrize(("text", "path", "allowed"), RULES)
async def test_what_a_file_allows(text: str, path: str, allowed: bool) -> None:
    assert await Site(said(text)).allows(path) is allowed


async def test_a_file_in_another_charset_is_read_as_far_as_it_goes() -> None:
    body = "User-agent: *\n# 就业\nDisallow: /a".encode("gb18030")
    assert not await Site(said(body)).allows("/a")


FORBIDS = "User-agent: *\nDisallow: /"


@pytest.mark.parametrize(
    ("status", "allowed"),
    [(200, False), (204, False), (400, True), (401, True), (403, True), (404, True), (410, True),
     (429, False), (500, False), (503, False), (599, False), (304, True), (302, True)],
)  # fmt: skip
async def test_what_a_status_means(status: int, allowed: bool) -> None:
    assert await Site(said(FORBIDS, status)).allows() is allowed


@pytest.mark.parametrize(
    ("kind", "allowed", "told"),
    [
        ("timeout", False, "timeout"),
        ("dns", False, "dns"),
        ("connect", False, "connect"),
        ("tls", False, "tls"),
        ("protocol", False, "robots"),
        ("truncated", False, "robots"),
        ("too_large", False, "robots"),
        ("redirect", True, ""),
        ("guard", True, ""),
    ],
)
async def test_what_a_failure_means(kind: str, allowed: bool, told: str) -> None:
    site = Site(FetchError(ROBOTS, kind, "why", weight=Weight.SOFT))
    assert await site.allows() is allowed
    if not allowed:
        with pytest.raises(FetchError, match=r"robots\.txt: why") as caught:
            await site.robots.check("http://www.example.gov/b", 0.0)
        assert (caught.value.kind, caught.value.weight) == (told, Weight.SOFT)
        assert caught.value.retry_after is not None
        assert 0 < caught.value.retry_after <= LONGEST_CLOSED


async def test_a_pause_is_no_answer_and_is_not_remembered() -> None:
    site = Site(FetchError(ROBOTS, "paused", "why", retry_after=9.0))
    with pytest.raises(FetchError, match="why") as caught:
        await site.robots.check("http://www.example.gov/a", 0.0)
    assert (caught.value.kind, caught.value.retry_after) == ("paused", 9.0)
    site.answer = said("")
    assert await site.allows()


async def test_many_askers_cost_one_request() -> None:
    site = Site(said(""))
    assert all(await asyncio.gather(*(site.allows(f"/{n}") for n in range(50))))
    assert site.asked == [ROBOTS]


async def test_an_asker_that_gives_up_leaves_the_others_their_answer() -> None:
    site = Site(said(""))
    askers = [asyncio.create_task(site.allows()) for _ in range(5)]
    await asyncio.sleep(0)
    askers[0].cancel()
    assert await asyncio.gather(*askers[1:]) == [True] * 4
    assert len(site.asked) == 2


async def test_a_file_is_believed_for_a_day() -> None:
    site = Site(said(""))
    assert await site.allows()
    site.answer = said(FORBIDS)
    site.now = LIFETIME - 1
    assert await site.allows()
    site.now = LIFETIME
    assert not await site.allows()
    assert len(site.asked) == 2


async def test_a_file_that_cannot_be_had_is_asked_for_again_ever_more_rarely() -> None:
    site = Site(said("", 503))
    waits = []
    for _ in range(10):
        with pytest.raises(FetchError) as caught:
            await site.robots.check("http://www.example.gov/a", 0.0)
        assert caught.value.retry_after is not None
        waits.append(caught.value.retry_after)
        site.now += caught.value.retry_after
    assert waits[0] < 90
    assert waits[-1] == pytest.approx(LONGEST_CLOSED)
    assert len(site.asked) == 10
    site.answer = said("")
    assert await site.allows()


async def test_each_origin_has_its_own() -> None:
    site = Site(said(""))
    for url in ("http://a.gov/", "https://a.gov/", "http://a.gov:8080/", "http://a.gov/b"):
        await site.robots.check(url, 0.0)
    assert site.asked == [
        f"{o}/robots.txt" for o in ("http://a.gov", "https://a.gov", "http://a.gov:8080")
    ]


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("3", 3.0), ("0.5", 0.5), ("86400", LONGEST_DELAY), ("1e9", LONGEST_DELAY), ("nan", 0.0),
     ("-1", 0.0), ("inf", 0.0), ("soon", 0.0), ("", 0.0)],
)  # fmt: skip
async def test_a_crawl_delay_is_kept_up_to_a_minute(value: str, seconds: float) -> None:
    site = Site(said(f"User-agent: *\nCrawl-delay: {value}"))
    assert await site.robots.check("http://a.gov/", 0.0) == seconds


def test_500_kib_are_read_and_half_a_rule_is_none() -> None:
    begin = b"User-agent: *\nDisallow: /a\n"
    filler = b"#" * (MOST_BYTES - len(begin) - 13)
    text = readable(begin + filler + b"\nDisallow: /b/c\n", "gazette")
    assert "Disallow: /a" in text
    assert "Disallow: /b" not in text
    assert "Disallow: /b" in readable(begin + filler[40:] + b"\nDisallow: /b/c\n", "gazette")


async def test_a_file_of_agents_and_rules_without_end_is_read_quickly() -> None:
    agents = "".join(f"User-agent: a{n}\n" for n in range(12_000))
    rules = "".join(f"Disallow: /{n}$\n" for n in range(12_000))
    site = Site(said(f"{agents}User-agent: *\n{rules}"))
    assert not await site.allows("/7")
    assert await site.allows("/a")


LINES = st.sampled_from(
    "User-agent: * Gazette Disallow: Allow: / * $ # : \n \r \ufeff %E5 就 Crawl-delay 9".split(" ")
)


@settings(max_examples=200, deadline=None)
@given(
    st.one_of(
        st.binary(max_size=200), st.lists(LINES, max_size=30).map(lambda w: " ".join(w).encode())
    )
)
def test_any_bytes_are_rules(body: bytes) -> None:
    asyncio.run(Site(said(body)).allows("/a?b"))


FAULTS: dict[str, tuple[Answer, str]] = {
    "missing": (answer(status="404 Not Found"), ""),
    "forbidden": (answer(status="403 Forbidden"), ""),
    "a page": (answer(real.PAGE), ""),
    "to itself": (redirect("/robots.txt"), ""),
    "to the office": (redirect("http://10.0.0.1/404.html"), ""),
    "to nowhere": (redirect("http://[bad"), ""),
    "forbids": (answer(FORBIDS.encode()), "robots"),
    "broken": (answer(status="500 Oh"), "robots"),
    "garbage": (Broken(b"garbage\r\n\r\n"), "robots"),
    "bad coding": (answer(FORBIDS.encode(), "Content-Encoding: br"), "robots"),
    "silent": (silence, "timeout"),
}


@pytest.mark.parametrize("fault", FAULTS)
async def test_what_the_answer_of_a_server_means(fault: str) -> None:
    how, kind = FAULTS[fault]
    deadline = timedelta(seconds=0.3)
    async with (
        serve({"/robots.txt": how, "/a": answer(real.PAGE)}) as server,
        real.fetcher(server, deadline=deadline) as ours,
    ):
        if kind:
            assert (await real.failure(ours, server.url("/a"))).kind == kind
            assert server.targets() == []
        else:
            assert (await ours.fetch(server.url("/a"))).body == real.PAGE


@pytest.mark.parametrize(("hops", "allowed"), [(1, False), (5, False), (6, True)])
async def test_five_redirects_lead_to_the_rules(hops: int, allowed: bool) -> None:
    said: dict[str, Answer] = {f"/{n}": redirect(f"/{n + 1}") for n in range(1, hops)}
    said |= {"/robots.txt": redirect("/1"), f"/{hops}": answer(FORBIDS.encode())}
    said["/a"] = answer(real.PAGE)
    async with serve(said) as server, real.fetcher(server) as ours:
        if allowed:
            assert (await ours.fetch(server.url("/a"))).body == real.PAGE
        else:
            assert (await real.failure(ours, server.url("/a"))).kind == "robots"
