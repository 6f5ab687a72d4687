"""Listings that are shown in a browser first: real Chromium, which gets to no network by itself."""

import json
import os
import shutil
import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crawler.crawl import crawl, opened
from crawler.errors import PoisonError, SourceError
from crawler.fetch import Fetcher
from crawler.records import Listing, PageRequest
from crawler.rendering import Browser
from crawler.settings import BrowserSettings
from tests.small_site import SmallSite, plain

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
#: The tests may run as root.
SHOWN = BrowserSettings(sandbox=os.geteuid() != 0)
needs_chromium = pytest.mark.skipif(
    shutil.which("chromium") is None, reason="needs Chromium: apt-get install chromium"
)

HEAD = """<html><head><meta charset="utf-8"><title>通知公告</title><link rel=stylesheet href=/a.css>
<script src="/list.js"></script></head><body><img src="/a.png"><ul id="list"></ul>"""
SCRIPT = """
window.addEventListener("load", async () => {
  const answer = await fetch("/rows?page=" + 1);
  for (const [n, title] of Object.entries(await answer.json()))
    document.querySelector("#list").insertAdjacentHTML("beforeend",
      `<li><a href="/doc/${n}.html">${title}</a><span>2026-03-01</span></li>`);
});
"""
ROWS = json.dumps({n: f"第{n}号民生实事项目推进情况" for n in range(1, 5)})


@pytest.fixture
def site() -> Iterator[SmallSite]:
    with SmallSite() as site:
        site.pages |= {f"/doc/{n}.html": plain(n) for n in range(1, 5)}
        site.pages |= {"/news/": HEAD, "/list.js": SCRIPT, "/rows?page=1": ROWS}
        yield site


async def rendered(site: SmallSite, settings: BrowserSettings = SHOWN) -> str:
    """Return the page as the browser shows it."""
    async with Fetcher(site.settings().fetch, now=lambda: NOW) as fetcher:

        async def ask(request: PageRequest) -> object:
            return await fetcher.fetch(
                request.url, method=request.method, form=request.form, delay=timedelta(0)
            )

        first = await fetcher.fetch(f"{site.address}/news/")
        shown = await Browser(settings, longest=1 << 20).render(first, ask)  # type: ignore[arg-type]
    return shown.body.decode()


@needs_chromium
async def test_a_listing_that_a_script_fills_is_crawled_once_it_is_rendered(
    site: SmallSite, tmp_path: Path
) -> None:
    listing = Listing(url=f"{site.address}/news/", render=True)
    source = replace(site.source(), listings=(listing,))
    settings = replace(site.settings(), browser=SHOWN)
    async with opened(settings, tmp_path, now=lambda: NOW) as stages:
        (report,) = await crawl([source], stages, at_once=1)
    assert (report.found, report.new, report.error) == (4, 4, "")
    assert site.asked[:4] == ["/robots.txt", "/news/", "/list.js", "/rows?page=1"]
    assert not {"/a.css", "/a.png", "/favicon.ico"} & set(site.asked)


@needs_chromium
async def test_what_a_page_asks_is_held_to_the_rules_of_a_crawl(site: SmallSite) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        other.settimeout(0.1)
        port = other.getsockname()[1]
        site.pages["/robots.txt"] = "User-agent: *\nDisallow: /secret/"
        site.pages["/secret/1"] = "x"
        site.pages["/news/"] = (
            HEAD
            + f"""<script>
            fetch("/secret/1").then(() => document.title = "told");
            fetch("http://127.0.0.1:{port}/").catch(() => 0);
            new WebSocket("ws://127.0.0.1:{port}/");
            navigator.sendBeacon("/beacon", "x");
            new Image().src = "http://127.0.0.1:{port}/a.png";
            fetch("http://10.0.0.1/").catch(() => document.body.dataset.guarded = "yes");
        </script><iframe src="/frame"></iframe>"""
        )
        html = await rendered(site)
        with pytest.raises(TimeoutError):
            other.accept()
    assert 'data-guarded="yes"' in html
    assert "第4号民生实事项目推进情况" in html
    assert "<title>told" not in html
    assert set(site.asked) == {"/robots.txt", "/news/", "/list.js", "/rows?page=1"}


@needs_chromium
async def test_a_page_that_never_rests_is_taken_as_it_is_when_its_time_is_over(
    site: SmallSite,
) -> None:
    busy = """<script>
        alert("你好"); confirm("?");
        let n = 0; setInterval(() => fetch("/tick?" + n++), 50);
    </script>"""
    site.pages["/news/"] = HEAD + busy
    few = replace(SHOWN, deadline=timedelta(seconds=1), requests=5)
    assert "第1号民生实事项目推进情况" in await rendered(site, few)
    assert len([path for path in site.asked if path not in ("/robots.txt", "/news/")]) <= 5


@needs_chromium
async def test_a_page_whose_scripts_never_end_is_given_up(site: SmallSite) -> None:
    site.pages["/news/"] = HEAD + "<script>for (;;) document.title += 'x'.repeat(1e6)</script>"
    with pytest.raises(PoisonError, match="cannot be rendered"):
        await rendered(site, replace(SHOWN, deadline=timedelta(seconds=1)))


async def test_without_a_browser_the_way_out_is_told(site: SmallSite) -> None:
    with pytest.raises(SourceError, match=r"no nothing-here: install Debian's chromium"):
        await rendered(site, BrowserSettings(command="nothing-here"))


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has no sandbox")
async def test_root_has_to_say_that_it_wants_no_sandbox(site: SmallSite) -> None:
    with pytest.raises(SourceError, match="sandbox = false"):
        await rendered(site, BrowserSettings(command="sh"))
