"""The home page and the pages of sources, of edits, of what was taken down."""

import json
import re
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from datasette.app import Datasette

from archive import Archive, Article, Filing, Precision, overview, vanished
from archive.browse import application
from archive.datasette_plugin.source_page import rhythm
from archive.health import Exposed, Pass, SourceHealth, Trouble, Visits, Watching
from archive.schema import open_archive
from tests.chromium import chromium
from tests.holdings import capture, miss
from tests.test_browse import METADATA, browsing

NOW = datetime.now(UTC).replace(microsecond=0)
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"


def article(name: str, source: str = "cn-gov", days: float = 0, **more: object) -> Article:
    plain = Article(
        source=source,
        url=f"https://{source}.example/{name}.html",
        title=f"{name}的通知",
        html=f"<p>{name}，就业</p>",
        text=f"{name}，就业。" * 9,
        published=NOW - timedelta(days=days),
        precision=Precision.DAY,
        zone="UTC",
    )
    return replace(plain, **more)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("home")
    with Archive.open(data / "archive.db") as archive:
        many = [article(f"第{n}号", days=n * 1.5) for n in range(80)]
        many += [article(f"n{n}", "us-ftc", days=n * 20) for n in range(12)]
        many += [article(f"edited {HOSTILE}", url="https://cn-gov.example/e.html", days=3)]
        many += [article(f"gone{n}", "cn-old", days=400 + n) for n in range(60)]
        archive.put_all([Filing(article=each) for each in many], now=NOW - timedelta(days=30))
        edited = article(f"edited {HOSTILE}", url="https://cn-gov.example/e.html", days=3)
        seen = capture(1, url=edited.url, final_url=edited.url, fetched_at=NOW - timedelta(hours=2))
        archive.put(replace(edited, text="另一回事。" * 9), seen, now=NOW - timedelta(hours=2))
        for n in range(60):
            miss(archive, f"https://cn-old.example/gone{n}.html", NOW - timedelta(days=1, hours=n))
    return data


class Told:
    """A watch that tells what it was told to."""

    def watching(self, now: datetime) -> Watching:
        def source(name: str, state: str, error: str = "") -> SourceHealth:
            return SourceHealth(
                id=name, name=f"Name of {name}", state=state, error=error, new=3,
                reason=error, since=now - timedelta(hours=2),
                last_visit=now - timedelta(minutes=7), last_success=now - timedelta(hours=5),
                next_visit=now + timedelta(minutes=20),
            )  # fmt: skip

        sources = (source("cn-gov", "healthy"), source("us-ftc", "broken", f"down {HOSTILE}"),
                   source("gb-new", "new"))  # fmt: skip
        return Watching(heartbeat=now, alive=True, paused="", sources=sources)

    def visits(self, source: str, now: datetime) -> Visits:
        troubles = Trouble(at=now, url="javascript:alert(1)", kind="FetchError", reason=HOSTILE)
        one = Pass(started=now, found=40, new=2, revised=1, missing=0, failed=1, seconds=1.5,
                   error="")  # fmt: skip
        return Visits(passes=(one,), troubles=(troubles,))

    def exposed(self, now: datetime) -> Exposed:
        return Exposed(well=True, told={"status": "ok"}, metrics=b"", content_type="text/plain")


@pytest.fixture
def plain(data: Path) -> Iterator[Datasette]:
    found = application(data / "archive.db", {})
    yield found
    for database in found.databases.values():
        database.close()


@pytest.fixture
def watched(data: Path) -> Iterator[Datasette]:
    found = application(data / "archive.db", {}, watch=Told())
    yield found
    for database in found.databases.values():
        database.close()


async def page(datasette: Datasette, address: str, *, status: int = 200) -> str:
    answer = await datasette.client.get(address)
    assert answer.status_code == status, answer.text
    return str(answer.text)


# --- home ---


async def test_the_home_page_says_what_the_archive_is_and_what_is_new(plain: Datasette) -> None:
    shown = await page(plain, "/")
    assert "153 articles of 3 sources" in shown
    assert "第0号的通知" in shown
    assert re.search(r'href="/-/gazette/article/\d+/diff/2">edited', shown)
    assert 'datetime="' in shown
    assert "2 hours ago" in shown
    assert "gone0的通知" in shown


async def test_the_home_page_owns_that_it_knows_no_health(plain: Datasette) -> None:
    shown = await page(plain, "/")
    assert "their health is not known here" in shown
    assert "home-broken" not in shown


async def test_the_home_page_tells_how_the_watching_goes(watched: Datasette) -> None:
    shown = await page(watched, "/")
    assert "7 minutes ago" in shown
    assert "the daemon is at work" in shown
    assert "1 healthy, 1 broken, 1 not visited yet" in shown
    assert "Name of us-ftc" in shown
    assert 'href="/-/gazette/source/gb-new"' in shown


async def test_the_plot_has_a_bar_for_each_of_ninety_days_and_the_same_as_a_table(
    plain: Datasette,
) -> None:
    shown = await page(plain, "/")
    plot = re.search(r'<svg class="h-plot"[^>]*per-day-title.*?</svg>', shown, re.DOTALL)
    assert plot is not None
    assert plot[0].count("h-bar") == 90
    day = f"{NOW:%Y-%m-%d}"
    assert f"q=date%3A{day}" in plot[0]
    # 60 of the 80 that come every 36 hours, 5 of the 12 that come every 20 days, and the edited one
    table = shown[shown.index("home-rows") :]
    table = table[: table.index("</table>")]
    counts = [int(n) for n in re.findall(r'gazette-number">(\d+)<', table)]
    assert sum(counts) == 66
    assert f">{day}</a>" in table


async def test_an_archive_of_old_posts_is_plotted_up_to_its_last(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    with Archive.open(path) as archive:
        archive.put(article("a", published=datetime(2019, 5, 6, 8, tzinfo=UTC)), None, now=NOW)
        archive.put(article("b", published=None), None, now=NOW)
    datasette = application(path, {})
    shown = await page(datasette, "/")
    assert "1 article from 6 February 2019 to 6 May 2019" in shown
    assert "June 2017 – May 2019" in shown
    assert "2 articles of 1 source" in shown
    datasette.databases["archive"].close()


async def test_an_empty_archive_says_how_to_fill_it(tmp_path: Path) -> None:
    Archive.open(tmp_path / "archive.db").close()
    datasette = application(tmp_path / "archive.db", {})
    for address in ("/", "/-/gazette/sources", "/-/gazette/gone", "/-/gazette/changes"):
        shown = await page(datasette, address)
        assert ("gazette crawl" in shown) == (address == "/")
    datasette.databases["archive"].close()


async def test_what_is_put_is_on_the_home_page_at_once(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    with Archive.open(path) as archive:
        archive.put(article("a"), None, now=NOW)
        datasette = application(path, {})
        assert "1 article of 1 source" in await page(datasette, "/")
        archive.put(article("b"), None, now=NOW)
        assert "2 articles of 1 source" in await page(datasette, "/")
    datasette.databases["archive"].close()


async def test_a_visitor_who_may_not_see_the_archive_sees_nothing_of_it(data: Path) -> None:
    hidden = {"databases": {"archive": {"allow": False}}}
    datasette = application(data / "archive.db", hidden)
    assert "第0号" not in await page(datasette, "/")
    for address in ("sources", "source/cn-gov", "gone", "changes"):
        await page(datasette, f"/-/gazette/{address}", status=403)
    datasette.databases["archive"].close()


# --- sources ---


async def test_a_source_page_tells_health_rhythm_and_what_it_gave(watched: Datasette) -> None:
    shown = await page(watched, "/-/gazette/source/us-ftc")
    assert "Name of us-ftc" in shown
    assert "12 articles" in shown
    assert "Typically the next such day comes after 20 days." in shown
    assert "down &lt;script&gt;" in shown
    assert "FetchError" in shown
    assert 'href="javascript:' not in shown
    assert "n0的通知" in shown
    assert "source%3Aus-ftc" in shown


async def test_a_source_page_shows_its_own_edits_and_takedowns(plain: Datasette) -> None:
    shown = await page(plain, "/-/gazette/source/cn-gov")
    assert "diff/2" in shown
    assert "Nothing of it was missed." in shown
    shown = await page(plain, "/-/gazette/source/cn-old")
    assert "No longer found <small>60</small>" in shown
    assert "diff/2" not in shown


async def test_a_source_not_visited_yet_has_a_page(watched: Datasette) -> None:
    shown = await page(watched, "/-/gazette/source/gb-new")
    assert "Nothing of it is archived yet." in shown


@pytest.mark.parametrize("odd", ["nobody", quote(HOSTILE, ""), "%2E%2E", "%00"])
async def test_a_source_that_is_not_there_is_a_404(plain: Datasette, odd: str) -> None:
    assert "<script>alert" not in await page(plain, f"/-/gazette/source/{odd}", status=404)


def test_a_rhythm_is_told_by_the_middle_gap_and_not_by_a_long_holiday() -> None:
    first = date(2024, 1, 1)
    days = {first + timedelta(days=n): int(n in (0, 7, 14, 21, 90)) * 2 for n in range(120)}
    found = rhythm(days)
    assert (found.days, found.articles, found.interval) == (5, 10, 7)
    assert found.week == (8, 0, 0, 0, 0, 0, 2)
    assert rhythm({first: 0}).interval is None


# --- counting ---


def test_counts_per_day_and_month_are_those_of_the_rows(data: Path) -> None:
    conn = open_archive(data / "archive.db", read_only=True)
    held = overview.held(conn)
    sources = [each.source for each in held]
    assert {each.source: each.articles for each in held} == dict(
        conn.execute("SELECT source, count(*) FROM articles GROUP BY source").fetchall()
    )
    last = NOW.date()
    days = overview.per_day(conn, sources, last - timedelta(days=99), last)
    rows = dict(conn.execute("SELECT day, count(*) FROM articles GROUP BY day").fetchall())
    assert days == {day: rows.get(day.isoformat(), 0) for day in days}
    months = [overview.following(last.replace(day=1), -back) for back in range(20)]
    assert all(month.day == 1 for month in months)
    for source, counts in overview.per_month(conn, sources, months).items():
        sql = "SELECT substr(day, 1, 7), count(*) FROM articles WHERE source = ? GROUP BY 1"
        rows = dict(conn.execute(sql, (source,)).fetchall())
        assert counts == tuple(rows.get(f"{month:%Y-%m}", 0) for month in months)
    conn.close()


def test_an_article_whose_day_was_corrected_counts_for_the_right_day(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    with Archive.open(path) as archive:
        wrong = article("a", published=datetime(2024, 3, 1, 8, tzinfo=UTC))
        archive.put(wrong, None, now=NOW)
        right = replace(wrong, published=datetime(2024, 4, 2, 8, tzinfo=UTC))
        archive.put(right, capture(1, url=wrong.url, final_url=wrong.url), now=NOW)
    conn = open_archive(path, read_only=True)
    days = overview.per_day(conn, ["cn-gov"], date(2024, 3, 1), date(2024, 4, 30))
    assert {day: count for day, count in days.items() if count} == {date(2024, 4, 2): 1}
    months = [date(2024, 3, 1), date(2024, 4, 1)]
    assert overview.per_month(conn, ["cn-gov"], months) == {"cn-gov": (0, 1)}
    conn.close()


@pytest.mark.parametrize("source", ["", "cn-gov"])
def test_no_question_of_the_home_page_reads_all_articles(data: Path, source: str) -> None:
    """The plan of each: a walk over the table of articles would show as a SCAN of it."""
    conn = sqlite3.connect(data / "archive.db")
    asked: list[str] = []
    conn.row_factory = sqlite3.Row
    conn.set_trace_callback(asked.append)
    last, months = NOW.date(), [NOW.date().replace(day=1)]
    overview.held(conn)
    overview.held_of(conn, source)
    overview.per_day(conn, ["cn-gov"], last - timedelta(days=9), last)
    overview.per_month(conn, ["cn-gov"], months)
    overview.newest(conn, 5, source)
    overview.newest_visit(conn)
    overview.latest_changes(conn, 5, source)
    overview.count_changes(conn, NOW - timedelta(days=7), source)
    for state in ("gone", "missing", "unlisted"):
        vanished.vanished(conn, state, source=source)
        vanished.count(conn, state, source=source, since=None)
    conn.set_trace_callback(None)
    assert len(asked) >= 12
    for sql in asked:
        plan = [row["detail"] for row in conn.execute(f"EXPLAIN QUERY PLAN {sql}")]
        slow = [
            step
            for step in plan
            if re.match(r"SCAN (articles|captures|revisions)\b", step) and "INDEX" not in step
        ]
        # By their ids from the newest on, and no further than the limit.
        assert not slow or "ORDER BY id DESC" in sql, (sql, plan)
    conn.close()


# --- what is gone ---


async def test_the_page_of_takedowns_leads_through_all_of_them(plain: Datasette) -> None:
    address, seen = "/-/gazette/gone", []
    while address:
        shown = await page(plain, address)
        seen += re.findall(r"gone(\d+)的通知", shown)
        following = re.search(r'rel="next" href="([^"]+)"', shown)
        address = "/-/gazette/gone" + following[1].replace("&amp;", "&") if following else ""
    assert seen == [str(n) for n in range(60)]
    assert "not found (404)" in shown


async def test_takedowns_are_narrowed_down_by_source_time_and_state(plain: Datasette) -> None:
    assert "Gone <b>60</b>" in await page(plain, "/-/gazette/gone?source=cn-old")
    assert "Gone <b>0</b>" in await page(plain, "/-/gazette/gone?source=cn-gov")
    assert "Gone <b>24</b>" in await page(plain, "/-/gazette/gone?since=2d")
    assert "nothing of that kind" in await page(plain, "/-/gazette/gone?state=unlisted")


@pytest.mark.parametrize(
    "odd", ["after=x", "after=~", "after=2024-01-01~99999999999999999999", "since=x", "state=x"]
)
async def test_odd_parameters_count_as_not_given(plain: Datasette, odd: str) -> None:
    assert "gone0的通知" in await page(plain, f"/-/gazette/gone?{odd}")


# --- in a browser ---

PAGES = (
    "", "-/gazette/sources", "-/gazette/source/cn-gov", "-/gazette/source/cn-old",
    "-/gazette/gone", "-/gazette/changes", "?lang=zh", "-/gazette/source/us-ftc?lang=zh",
)  # fmt: skip


def test_the_pages_fit_narrow_and_wide_screens_and_complain_of_nothing(
    data: Path, tmp_path: Path
) -> None:
    with browsing(data) as (address, _), chromium(tmp_path) as browser:
        for place in PAGES:
            for width, dark in ((360, True), (1280, False)):
                shown = browser.show(address + place, width=width, dark=dark)
                assert shown.sticking_out() == [], (place, width)
                assert shown.complaints == [], (place, width)
                assert shown.run("document.querySelectorAll('script:not([src])').length") == 0
        home = browser.show(address)
        assert home.run("document.querySelector('.h-plot').getBoundingClientRect().height") > 80
        home.run("document.querySelector('.home-hero input').value = '就业'")
        home.click(".home-hero button")
        assert home.run("new URL(location).searchParams.get('q')") == "就业"
        assert home.complaints == []


def test_the_metadata_file_names_no_query_twice() -> None:
    text = METADATA.read_text(encoding="utf-8")
    names = re.findall(r"^      (\w+):$", text, re.MULTILINE)
    assert len(names) == len(set(names)), json.dumps(names)


async def test_edits_of_long_ago_are_listed_and_not_counted_for_the_week(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    with Archive.open(path) as archive:
        archive.put(article("a", days=40), None, now=NOW - timedelta(days=40))
        edited = article("a", days=40, text="另一回事。" * 9)
        archive.put(edited, None, now=NOW - timedelta(days=20))
    datasette = application(path, {})
    shown = await page(datasette, "/")
    assert "20 days ago" in shown
    assert "<dt>Edited silently</dt><dd>0</dd>" in shown
    datasette.databases["archive"].close()
