"""The pages of searches, articles and comparisons in Chromium: they fit, and nothing acts."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from archive import Archive, Article, Attachment, Filing, Precision
from tests.chromium import Chromium, Shown, chromium
from tests.holdings import miss
from tests.hostile_texts import HOSTILE
from tests.test_browse import browsing

NOW = datetime(2024, 6, 1, 8, tzinfo=UTC)
WORD = "恶意"
LONG = "W" * 300


def article(name: str, title: str, text: str, **more: Any) -> Article:
    plain = Article(
        source="gov-cn",
        url=f"https://gov.example/{name}.html",
        title=title,
        html=f"<p>{text}</p>",
        text=text,
        published=datetime(2024, 3, 4, 16, tzinfo=UTC),
        precision=Precision.DAY,
        zone="Asia/Shanghai",
        categories=("要闻",),
    )
    return replace(plain, **more)


def hostile(number: int, payload: str) -> Article:
    said = dict.fromkeys(("origin", "author", "editor", "issuer", "doc_number"), payload)
    return article(
        f"h{number}",
        f"{WORD}{payload}",
        f"第{number}篇{WORD}{payload}" * 5,
        html=f"<p>{WORD}</p>{payload}",
        categories=(payload,),
        attachments=(Attachment(url=f"https://gov.example/{number}.pdf", name=payload),),
        pictures=("https://evil.example/pixel.png",),
        **said,
    )


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("browser")
    first = [hostile(number, payload) for number, payload in enumerate(HOSTILE)]
    wide = f"<table><tr>{'<td>数字经济</td>' * 40}</tr></table><pre>{LONG}</pre>"
    plain = [
        article("a", f"稳就业{LONG}", "稳定就业岗位。", html=f"<p>稳定{LONG}</p>{wide}"),
        *(
            article(f"r{n}", "数字经济发展", "数字经济带动就业，各地加快建设算力网络。" * 9,
                    source=f"city-{n}", published=NOW - timedelta(hours=9 * n), origin="省政府网")
            for n in range(6)
        ),
        *(
            article(f"p{n}", f"就业第{n}期", f"就业第{n}期。" * 9, region="CN", source="us-ftc",
                    published=NOW - timedelta(days=20 * n))
            for n in range(60)
        ),
    ]  # fmt: skip
    with Archive.open(data / "archive.db") as archive:
        archive.put_all([Filing(article=each) for each in [*first, *plain]], now=NOW)
        again = [replace(each, title=f"{each.title}!", text=f"{each.text}改{each.title}")
                 for each in [*first, plain[0]]]  # fmt: skip
        archive.put_all([Filing(article=each) for each in again], now=NOW + timedelta(days=1))
        miss(archive, plain[0].url, NOW + timedelta(days=2))
    return data


@pytest.fixture(scope="module")
def ids(data: Path) -> dict[str, int]:
    """Return name → id of every article."""
    with Archive.open(data / "archive.db", read_only=True) as archive:
        return {s.article.url.rpartition("/")[2][:-5]: s.id for s in archive.articles()}


@pytest.fixture(scope="module")
def address(data: Path) -> Iterator[str]:
    with browsing(data) as (address, _):
        yield address


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chromium]:
    with chromium(tmp_path_factory.mktemp("chromium")) as started:
        yield started


def key(browser: Chromium, tab: Shown, name: str, text: str = "") -> None:
    """Press a key."""
    browser.ask("Input.dispatchKeyEvent", tab.session, type="keyDown", key=name, text=text,
                code=name, windowsVirtualKeyCode=13 if name == "Enter" else 0)  # fmt: skip
    browser.ask("Input.dispatchKeyEvent", tab.session, type="keyUp", key=name)


def asked_for(browser: Chromium, tab: Shown, address: str) -> list[str]:
    """Open a page in a tab that is there; return every address that was asked for."""
    browser.events.clear()
    browser.ask("Page.navigate", tab.session, url=address)
    browser.await_load(tab)
    return [
        event["params"]["request"]["url"]
        for event in browser.events
        if event.get("method") == "Network.requestWillBeSent"
    ]


@pytest.mark.parametrize("width", [360, 1280])
def test_every_page_fits_and_complains_of_nothing(
    browser: Chromium, address: str, ids: dict[str, int], width: int
) -> None:
    own = f"-/gazette/article/{ids['a']}"
    for place in (
        "-/gazette",
        f"-/gazette?q={quote('就业')}",
        f"-/gazette?q={quote('就业 source:us-ftc')}&sort=best&lang=zh",
        f"-/gazette?q={quote('无此词 source:us-ftc')}",
        f"-/gazette?q={LONG}",
        own,
        f"{own}?revision=1&lang=zh",
        f"{own}?pictures=remote",
        f"-/gazette/article/{ids['r2']}",
        f"{own}/diff/2",
        f"-/gazette/article/{ids['h3']}/diff/2?lang=zh",
    ):
        shown = browser.show(address + place, width=width, dark=width == 360)
        assert shown.sticking_out() == [], place
        assert shown.complaints == [], place
        assert shown.run("document.querySelectorAll('main').length") == 1
        assert shown.run("document.querySelectorAll('h1').length") == 1, place
    missing = browser.show(f"{address}-/gazette/article/7", width=width)
    assert missing.sticking_out() == []


def test_the_slash_leads_to_the_search_and_what_is_typed_is_found(
    browser: Chromium, address: str, ids: dict[str, int]
) -> None:
    tab = browser.show(f"{address}-/gazette/article/{ids['r1']}")
    key(browser, tab, "/", "/")
    assert tab.run("document.activeElement.name") == "q"
    browser.ask("Input.insertText", tab.session, text="算力网络")
    browser.events.clear()
    key(browser, tab, "Enter", "\r")
    browser.await_load(tab)
    assert tab.run("document.querySelector('[data-search]').value") == "算力网络"
    assert tab.run("document.querySelectorAll('.gazette-hits > li').length") == 1
    assert tab.run("document.querySelector('mark').textContent") == "算力网络"
    assert "5" in tab.run(
        "document.querySelector('.gazette-hits a[href$=\"#elsewhere\"]').innerText"
    )
    tab.click('.gazette-hits a[href$="#elsewhere"]')
    assert tab.run("document.querySelectorAll('.gazette-timeline > li').length") == 6
    assert tab.complaints == []


def test_a_slash_that_is_typed_stays_a_slash(browser: Chromium, address: str) -> None:
    tab = browser.show(f"{address}-/gazette")
    assert tab.run("document.activeElement.name") == "q"
    key(browser, tab, "/", "/")
    assert tab.run("document.activeElement.value") == "/"


def test_a_facet_narrows_the_search_and_is_taken_out_again(browser: Chromium, address: str) -> None:
    tab = browser.show(f"{address}-/gazette?q={quote('就业 | 经济')}")
    before = tab.run("document.querySelector('.gazette-tally').innerText")
    tab.click('.gazette-facet a[href*="us-ftc"]')
    assert tab.run("document.querySelector('[data-search]').value") == "(就业 | 经济) source:us-ftc"
    assert tab.run("document.querySelector('.gazette-count').innerText") == "60 articles"
    tab.click(".gazette-chosen a")
    assert tab.run("document.querySelector('.gazette-tally').innerText") == before
    assert tab.complaints == []


def test_every_page_of_a_long_search_is_one_click_away(browser: Chromium, address: str) -> None:
    tab = browser.show(f"{address}-/gazette?q=source:us-ftc")
    seen: list[str] = []
    for _ in range(3):
        seen += tab.run("[...document.querySelectorAll('.gazette-hits h2')].map(h => h.innerText)")
        if tab.run("!!document.querySelector('.gazette-next')"):
            tab.click(".gazette-next")
    assert len(seen) == len(set(seen)) == 60


def test_facets_open_on_a_small_screen_without_a_script(browser: Chromium, address: str) -> None:
    tab = browser.show("about:blank", width=360)
    browser.ask("Network.enable", tab.session)
    browser.ask("Network.setBlockedURLs", tab.session, urls=["*.js"])
    browser.ask("Page.navigate", tab.session, url=f"{address}-/gazette?q=source:us-ftc")
    browser.await_load(tab)
    height = "document.querySelector('.gazette-facets').offsetHeight"
    assert tab.run(height) == 0
    tab.run("document.querySelector('.gazette-facets-label').click()")
    assert tab.run(height) > 100


def test_a_comparison_is_opened_and_tells_edits_by_more_than_colour(
    browser: Chromium, address: str, ids: dict[str, int]
) -> None:
    tab = browser.show(f"{address}-/gazette/article/{ids['a']}")
    tab.click('.gazette-note a[href$="/diff/1.."]')
    drawn = "getComputedStyle(document.querySelector('.gazette-diff ins')).textDecorationLine"
    assert tab.run(drawn) == "underline"
    assert "改" in tab.run("document.querySelector('.gazette-diff').innerText")
    assert tab.complaints == []


def test_nothing_of_a_hundred_hostile_texts_acts_or_asks_for_anything(
    browser: Chromium, address: str, ids: dict[str, int]
) -> None:
    assert len(HOSTILE) >= 100
    tab = browser.show("about:blank")
    browser.ask("Network.enable", tab.session)
    places = [f"-/gazette?q={quote(WORD)}&reprints=all", "archive/articles?_size=200",
              f"archive/articles?_search={quote(WORD)}&_size=200",
              f"archive/found?query={quote(WORD)}", f"-/gazette.atom?q={quote(WORD)}"]  # fmt: skip
    places += [f"-/gazette?q={quote(payload)}" for payload in HOSTILE[::9]]
    for number in range(len(HOSTILE)):
        own = f"-/gazette/article/{ids[f'h{number}']}"
        places += [own, f"{own}/diff/2"] if number % 2 else [own]
    seen = 0
    while places:
        place = places.pop(0)
        asked = asked_for(browser, tab, address + place)
        strangers = [url for url in asked if not url.startswith((address, "data:,"))]
        assert strangers == [], place
        assert tab.complaints == [], place
        assert tab.run("typeof window.acted") == "undefined", place
        told = {event.get("method") for event in browser.events}
        assert "Page.javascriptDialogOpening" not in told, place
        seen += tab.run(f"document.body ? document.body.innerText.includes('{WORD}') : true")
        following = tab.run("document.querySelector('a.gazette-next')?.getAttribute('href')")
        if following and WORD in place + quote(WORD) and "reprints=all" in place:
            places.insert(0, following.lstrip("/"))
    assert seen > 1.5 * len(HOSTILE)


def test_pictures_come_from_the_publisher_only_where_a_reader_asks(
    browser: Chromium, address: str, ids: dict[str, int]
) -> None:
    number = next(n for n, payload in enumerate(HOSTILE) if payload.startswith("<img src='https:"))
    own = f"{address}-/gazette/article/{ids[f'h{number}']}"
    tab = browser.show("about:blank")
    browser.ask("Network.enable", tab.session)
    pixel = "https://evil.example/pixel.png"
    assert pixel not in asked_for(browser, tab, own)
    assert tab.run("document.querySelector('.gazette-no-picture').href") == pixel
    assert pixel in asked_for(browser, tab, f"{own}?pictures=remote")
