"""Takedowns: a verdict over many visits, told from edits, moves, failures and firewalls."""

import asyncio
import json
import re
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from archive import Archive, Stored, TakedownRule
from archive.ago import moment_since
from archive.takedown import Sighting, is_gone
from archive.verify import verify
from crawler import cadence, sources
from crawler.blank import is_front, nowhere
from crawler.cli import main
from crawler.crawl import crawl, opened
from crawler.pipeline.listings import left_out
from crawler.records import Report
from tests.site import Site, notice, serving

START = datetime(2026, 3, 10, 4, 0, tzinfo=UTC)
DAY = timedelta(days=1)
RULE = TakedownRule()
PATHS = [f"/n/{n}.html" for n in range(5, 0, -1)]


def sightings(word: str, every: timedelta = DAY) -> list[Sighting]:
    """Return a sighting a day: ``x`` where the article was absent, ``.`` where it stood."""
    return [
        Sighting(at=START + n * every, absence="404" if letter == "x" else "")
        for n, letter in enumerate(word)
    ]


@pytest.mark.parametrize(
    ("word", "gone"),
    [
        ("", False),
        ("x", False),
        (".", False),
        ("x" * 14, False),  # thirteen days
        ("x" * 15, True),
        ("x" * 15 + ".", False),  # it is back
        ("xxx.xxx.xxx.xxx", True),  # twelve of fifteen
        ("xx.xx.xx.xx.xxx", False),  # eleven of fifteen are less than three quarters
        ("x" + "." * 40 + "xxxxxxxx", False),  # a bad day long ago
        ("x" * 10 + "." * 40 + "x" * 10, False),
        ("." * 40 + "x" * 15, True),
    ],
)
def test_three_quarters_of_the_visits_over_two_weeks_are_a_takedown(word: str, gone: bool) -> None:
    assert is_gone(sightings(word), RULE) is gone


def test_a_few_visits_far_apart_are_enough_and_two_are_not() -> None:
    assert is_gone(sightings("xxx", 30 * DAY), RULE)
    assert not is_gone(sightings("xx", 30 * DAY), RULE)


@given(st.text(alphabet="x.", max_size=60), st.integers(1, 48))
def test_no_verdict_comes_before_its_time_or_against_the_last_visit(word: str, hours: int) -> None:
    seen = sightings(word, timedelta(hours=hours))
    if is_gone(seen, RULE):
        assert word.endswith("x")
        assert word.count("x") >= RULE.visits
        assert seen[-1].at - seen[word.index("x")].at >= RULE.over


@given(st.integers(0, 400))
def test_what_is_missing_is_looked_for_often_enough_for_a_verdict(minutes: int) -> None:
    seen = [Sighting(at=START, absence="404")]
    while not is_gone(seen, RULE):
        late = timedelta(minutes=minutes)
        seen.append(Sighting(at=cadence.next_search(START, seen[-1].at) + late, absence="404"))
    assert seen[-1].at - START <= timedelta(days=15)
    assert cadence.next_search(START, START + 365 * DAY) == START + (365 + 180) * DAY


@pytest.mark.parametrize(
    ("before", "now", "left"),
    [
        ("abcde", "abcde", ""),
        ("abcde", "abde", "c"),
        ("abcde", "nabcd", ""),  # e made room
        ("abcde", "nmabd", "c"),
        ("abcde", "xyz", ""),  # another listing altogether: nothing stays to tell by
        ("abcde", "eab", "cd"),
        ("", "abc", ""),
    ],
)
def test_what_leaves_a_listing_is_told_from_what_is_pushed_out(
    before: str, now: str, left: str
) -> None:
    assert "".join(left_out(before, now)) == left


def test_a_sitemap_of_fifty_thousand_is_compared_in_no_time() -> None:
    before = tuple(f"https://www.city.example/{n:06d}.html" for n in range(50_000))
    began = time.process_time()
    assert left_out(before, before[1:]) == [before[0]]
    assert time.process_time() - began < 1


@pytest.mark.parametrize(
    ("final", "url", "front"),
    [
        ("http://a.cn/", "http://a.cn/x/1.html", True),
        ("http://a.cn/x/", "http://a.cn/x/1.html", True),
        ("http://a.cn/x/index.shtml", "http://a.cn/x/y/1.html", True),
        ("http://a.cn/x/2.html", "http://a.cn/x/1.html", False),
        ("http://a.cn/y/", "http://a.cn/x/1.html", False),
        ("http://a.cn/x/1/", "http://a.cn/x/1", False),
        ("http://a.cn/x/", "http://a.cn/x/", False),
        ("http://a.cn/x/1/", "http://a.cn/x/1/index.html", False),
        ("http://a.cn/x/1/index.htm", "http://a.cn/x/1/index.html", False),
        ("http://a.cn/index.php?id=1", "http://a.cn/x/1.html", False),
        ("http://a.cn/?p=1", "http://a.cn/x/1.html", False),
        ("http://a.cn/", "http://a.cn/index.php?id=1", True),
        ("http://a.cn/x/", "http://a.cn/x/1/index.html", True),
    ],
)
def test_the_front_page_of_a_folder_is_no_article(final: str, url: str, front: bool) -> None:
    assert is_front(final, url) is front


# --- crawled ---


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as running:
        for n in range(1, 6):
            running.publish(f"/n/{n}.html", notice(n))
        running.list(*PATHS)
        yield running


@pytest.fixture
def folder(site: Site, tmp_path: Path) -> Path:
    site.configure(tmp_path)
    return tmp_path


def visit(folder: Path, now: datetime, *, deep: bool = False) -> Report:
    loaded = sources.load(folder / "config")

    async def once() -> list[Report]:
        async with opened(loaded.settings, folder, now=lambda: now) as stages:
            return await crawl(loaded.sources, stages, at_once=1, deep=deep)

    (report,) = asyncio.run(once())
    return report


def stored(folder: Path, site: Site, n: int) -> Stored:
    with Archive.open(folder / "archive.db", read_only=True) as archive:
        found = archive.find(f"{site.address}/n/{n}.html")
    assert found is not None
    return found


def visits(folder: Path, days: Sequence[float]) -> list[Report]:
    return [visit(folder, START + day * DAY) for day in days]


def test_a_404_is_missing_at_first_and_gone_after_two_weeks(site: Site, folder: Path) -> None:
    visit(folder, START)
    del site.pages["/n/3.html"]
    reports = visits(folder, [2, 3, 5, 9, 15, 16, 17])
    assert [(r.missing, r.gone) for r in reports] == [
        (1, 0), (1, 0), (1, 0), (1, 0), (0, 0), (0, 1), (0, 0),
    ]  # fmt: skip
    found = stored(folder, site, 3)
    assert (found.missing, found.gone) == (START + 2 * DAY, START + 2 * DAY)
    assert (found.gone_reason, found.last_seen) == ("404", START)
    assert found.article.text.endswith("这是第3号通告。")
    assert verify(folder / "archive.db", deep=True) == ()


def test_what_comes_back_stands_again(site: Site, folder: Path) -> None:
    visit(folder, START)
    del site.pages["/n/3.html"]
    visits(folder, [2, 3, 9, 16])
    assert stored(folder, site, 3).gone
    site.publish("/n/3.html", notice(3))
    report = visit(folder, START + 40 * DAY)
    found = stored(folder, site, 3)
    assert (found.missing, found.gone, found.gone_reason) == (None, None, "")
    assert (report.revised, found.revision) == (0, 1)


@pytest.mark.parametrize(
    "down",
    [
        (503, {}, "busy"),
        (500, {}, "<h1>not found</h1>"),
        (403, {}, "no"),
        (412, {"Set-Cookie": "wzws_sessionid=1"}, "<script>go()</script>"),
    ],
    ids=["busy", "broken", "forbidden", "challenge"],
)
def test_a_site_that_is_down_or_shuts_us_out_takes_nothing_down(
    site: Site, folder: Path, down: tuple[int, dict[str, str], str]
) -> None:
    visit(folder, START)
    site.down = down
    for report in visits(folder, [2, 4, 8, 20, 40]):
        assert (report.missing, report.gone) == (0, 0)
    assert all(stored(folder, site, n).missing is None for n in range(1, 6))


@pytest.mark.parametrize("to", ["/", "/n/", "/list/"])
def test_a_redirect_to_a_front_page_or_a_listing_is_no_article(
    site: Site, folder: Path, to: str
) -> None:
    visit(folder, START)
    site.publish("/", "<html><body><h1>市政府</h1></body></html>")
    site.publish("/n/", "<html><body><h1>通告</h1></body></html>")
    site.move("/n/3.html", to)
    assert visit(folder, START + 2 * DAY).missing == 1
    assert stored(folder, site, 3).gone_reason == "redirect"


def test_a_page_that_the_site_shows_for_no_page_is_no_edit(site: Site, folder: Path) -> None:
    visit(folder, START)
    lost = "<html><body><h1>欢迎访问</h1>" + "".join(
        f"<p>市政府网站于2026年完成改版，栏目{n}已经迁移，请从首页进入查询相关的公开信息。</p>"
        for n in range(5)
    )
    site.blank = (200, {}, lost)
    del site.pages["/n/3.html"], site.pages["/n/4.html"]
    asked = len(site.asked)
    assert visit(folder, START + 2 * DAY).missing == 2
    found = stored(folder, site, 3)
    assert (found.gone_reason, found.revision) == ("soft404", 1)
    made_up = [path for path in site.asked[asked:] if "no-such-page" in path]
    assert len(made_up) == 1


LOST = "<html><body><h1>欢迎访问</h1>" + "".join(
    f"<p>市政府网站已经完成改版，{part}的内容已经迁移，请从首页进入查询相关的公开信息。</p>"
    for part in ("要闻", "公告", "政策")
)


def test_a_script_that_is_asked_for_nothing_is_known_again(site: Site, folder: Path) -> None:
    paths = [f"/n/show.php?id={n}" for n in (1, 2)]
    rows = "".join(f'<li><a href="{p}">第{p[-1]}号防汛工作通告</a>2026-03-01</li>' for p in paths)
    site.publish("/list/", f"<html><body><ul>{rows}</ul></body></html>")
    for path in paths:
        site.publish(path, notice(int(path[-1])))
    assert visit(folder, START).new == 2
    site.publish(paths[0], LOST)
    site.publish("/n/show.php?id=" + nowhere(f"{site.address}{paths[0]}")[-9:], LOST)
    report = visit(folder, START + 2 * DAY)
    assert (report.missing, report.revised) == (1, 0)


def test_a_host_that_does_not_say_what_it_shows_is_asked_once_a_pass(
    site: Site, folder: Path
) -> None:
    visit(folder, START)
    site.publish("/robots.txt", "User-agent: *\nAllow: /")
    site.blank = (500, {}, "oops")
    for path in PATHS:
        site.publish(path, LOST)
    visit(folder, START + 2 * DAY)
    assert sum("no-such-page" in path for path in site.asked) == 1


@pytest.mark.parametrize(
    ("url", "made_up"),
    [
        ("http://a.cn/x/1.html", r"http://a\.cn/x/no-such-page-\w{12}\.html"),
        ("http://a.cn/x/1", r"http://a\.cn/x/no-such-page-\w{12}"),
        ("http://a.cn/x.jsp?c=7&id=1", r"http://a\.cn/x\.jsp\?c=(9\d{8})&id=\1"),
        ("http://a.cn/x.jsp?id=a1b", r"http://a\.cn/x\.jsp\?id=no-such-page-\w{12}"),
        (
            "http://a.cn/x.jsp?id=a&page=2",
            r"http://a\.cn/x\.jsp\?id=no-such-page-\w{12}&page=9\d{8}",
        ),
        ("http://a.cn/x.jsp?1", r"http://a\.cn/x\.jsp\?no-such-page-\w{12}"),
    ],
)
def test_an_address_that_no_page_has_is_made_up_beside_one_that_had(url: str, made_up: str) -> None:
    assert re.fullmatch(made_up, nowhere(url))


def test_a_takedown_is_seen_though_the_crawler_s_memory_was_lost(site: Site, folder: Path) -> None:
    visit(folder, START)
    for memory in folder.glob("crawl.db*"):
        memory.unlink()
    lost = "<h1>欢迎访问</h1>" + "<p>本栏目的内容已经迁移，请从首页进入查询相关的公开信息。</p>" * 3
    site.blank = (200, {}, f"<html><body>{lost}</body></html>")
    site.pages["/n/3.html"] = (404, {}, "nothing")
    del site.pages["/n/4.html"]
    assert [r.missing for r in visits(folder, [2, 4])] == [2, 2]
    assert stored(folder, site, 3).gone_reason == "404"
    assert (stored(folder, site, 4).gone_reason, stored(folder, site, 4).revision) == ("soft404", 1)
    assert [r.gone for r in visits(folder, [9, 17])] == [0, 2]


def test_an_article_that_is_rewritten_from_end_to_end_is_a_revision(
    site: Site, folder: Path
) -> None:
    visit(folder, START)
    site.publish(
        "/n/3.html",
        notice(3, "经研究，原通告内容全部作废，现将新的安排公布如下，请各单位遵照执行。")
        .replace("第3号防汛工作通告", "关于更正的公告"),
    )  # fmt: skip
    report = visit(folder, START + 2 * DAY)
    assert (report.revised, report.missing) == (1, 0)


def test_what_leaves_its_listing_is_looked_at_at_once(site: Site, folder: Path) -> None:
    visit(folder, START)
    visits(folder, [2, 10])
    site.list(*(path for path in PATHS if path != "/n/3.html"))
    asked = len(site.asked)
    visit(folder, START + 10.1 * DAY)
    assert [path for path in site.asked[asked:] if path.startswith("/n/")] == ["/n/3.html"]
    found = stored(folder, site, 3)
    assert (found.unlisted, found.missing) == (START + 10.1 * DAY, None)
    site.list(*PATHS)
    visit(folder, START + 10.2 * DAY)
    assert stored(folder, site, 3).unlisted is None


def test_gone_lists_what_is_missing_gone_and_unlisted(site: Site, folder: Path) -> None:
    visit(folder, START)
    del site.pages["/n/2.html"]
    visits(folder, [2, 3, 9, 16])
    del site.pages["/n/4.html"]
    visit(folder, START + 60 * DAY)
    site.list(*(path for path in PATHS if path != "/n/3.html"))
    visit(folder, START + 61 * DAY)

    def ask(*options: str) -> list[dict[str, str]]:
        told = CliRunner().invoke(main, ["gone", "--json", "--data", str(folder), *options])
        return [json.loads(line) for line in told.stdout.splitlines()]

    assert [(r["title"][1], r["state"], r["how"]) for r in ask("--unlisted")] == [
        ("4", "missing", "404"), ("2", "gone", "404"), ("3", "unlisted", ""),
    ]  # fmt: skip
    assert [r["since"][:10] for r in ask("--since", "2026-03-20")] == ["2026-05-09"]
    assert ask("--source", "other") == []


def test_times_are_read_as_people_name_them() -> None:
    assert moment_since("7d", START) == START - 7 * DAY
    assert moment_since("2024-03-15", START) == datetime(2024, 3, 15, tzinfo=UTC)
    for odd in ("", "7", "d", "2024-13-01", "99999w99", "-3d", "９天"):
        with pytest.raises(ValueError, match="neither"):
            moment_since(odd, START)


def test_a_clock_that_was_set_back_takes_nothing_down_and_stops_nothing(
    site: Site, folder: Path
) -> None:
    visit(folder, START + 40 * DAY)
    del site.pages["/n/3.html"]
    for file in folder.glob("crawl.db*"):
        file.unlink()
    report = visit(folder, START)
    found = stored(folder, site, 3)
    assert (report.missing, found.gone, found.last_seen) == (1, None, START + 40 * DAY)
    for day in (1, 3, 7, 15):
        visit(folder, START + day * DAY)
    assert stored(folder, site, 3).gone is None
    assert verify(folder / "archive.db", deep=True) == ()
