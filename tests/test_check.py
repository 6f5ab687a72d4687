"""``gazette check``: every trouble a listing can have is named, with its likely fix."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from crawler.cli import main
from tests.site import Site, notice, serving

EMPTY = "<html><body><h1>栏目</h1><p>暂无内容</p></body></html>"


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as running:
        for n in range(1, 7):
            running.publish(f"/n/{n}.html", notice(n))
        listed(running, range(6, 0, -1))
        yield running


@pytest.fixture
def folder(site: Site, tmp_path: Path) -> Path:
    site.configure(tmp_path)
    return tmp_path


def listed(site: Site, numbers: "range | list[int]", *, date: str = "2026-03-0{n}") -> None:
    rows = "".join(
        f'<li><a href="/n/{n}.html">第{n}号防汛工作通告</a><span>{date.format(n=n)}</span></li>'
        for n in numbers
    )
    site.publish("/list/", f"<html><body><ul>{rows}</ul></body></html>")


def gazette(folder: Path, *words: str) -> Result:
    at = ("--config", str(folder / "config"), "--data", str(folder / "data"))
    return CliRunner().invoke(main, [*words, *at])


def add(folder: Path, text: str) -> None:
    path = folder / "config/sources/city.toml"
    path.write_text(path.read_text() + text)


def head(folder: Path, text: str) -> None:
    path = folder / "config/sources/city.toml"
    path.write_text(text + path.read_text())


def findings(folder: Path) -> tuple[int, list[dict[str, str]]]:
    done = gazette(folder, "check", "city", "--json")
    (row,) = map(json.loads, done.stdout.splitlines())
    return done.exit_code, row["findings"]


def test_a_listing_that_works_has_no_finding_and_nothing_is_stored(folder: Path) -> None:
    assert findings(folder) == (0, [])
    assert not (folder / "data").exists()


def gone(site: Site, folder: Path) -> None:
    del site.pages["/list/"]


def moved(site: Site, folder: Path) -> None:
    site.pages["/news/"] = site.pages["/list/"]
    site.pages["/list/"] = (301, {"Location": "/news/"}, "")


def elsewhere(site: Site, folder: Path) -> None:
    moved(site, folder)
    site.move("/list/", "/news/")


def selectors(site: Site, folder: Path) -> None:
    site.publish("/list/", EMPTY)
    add(folder, '[listings.rules]\nitem = "ul.news > li"\n')


def empty(site: Site, folder: Path) -> None:
    site.publish("/list/", EMPTY)


def article(site: Site, folder: Path) -> None:
    paragraphs = [
        f"会议第{n}项议程研究了今年防汛抗旱工作的总体部署和各项准备情况。" * 3 for n in range(9)
    ]
    site.publish("/list/", notice(3, *paragraphs).replace("发布时间：2026-03-03 10:00", ""))


def script(site: Site, folder: Path) -> None:
    page = '<ul id="rows"></ul><script>$.ajax({url: "/api/rows"});</script>'
    site.publish("/list/", f"<html><body>{page}</body></html>")


def hosts(site: Site, folder: Path) -> None:
    page = site.pages["/list/"][2].replace('href="/n/', 'href="http://news.example.gov/n/')
    site.publish("/list/", page)


def include(site: Site, folder: Path) -> None:
    head(folder, "include = ['/art/']\n")


def exclude(site: Site, folder: Path) -> None:
    head(folder, "exclude = ['/x/', '/n/']\n")


def challenge(site: Site, folder: Path) -> None:
    site.pages["/list/"] = (412, {}, "<html><script>go()</script></html>")


def robots(site: Site, folder: Path) -> None:
    site.pages["/robots.txt"] = (
        200, {"Content-Type": "text/plain"}, "User-agent: *\nDisallow: /",
    )  # fmt: skip


def articles(site: Site, folder: Path) -> None:
    for n in range(1, 7):
        site.publish(f"/n/{n}.html", "<html><body></body></html>")


def busy(site: Site, folder: Path) -> None:
    site.pages["/list/"] = (503, {"Retry-After": "600"}, "")


def failing(site: Site, folder: Path) -> None:
    site.pages["/list/"] = (500, {}, "")


def dateless(site: Site, folder: Path) -> None:
    listed(site, range(6, 0, -1), date="")
    add(folder, '[listings.rules]\nitem = "li"\n')
    for n in range(1, 7):
        page = notice(n).replace(f"发布时间：2026-03-0{n} 10:00", "")
        site.publish(f"/n/{n}.html", page)


def no_feed(site: Site, folder: Path) -> None:
    add(folder, 'kind = "feed"\n')


@pytest.mark.parametrize(
    ("happens", "trouble", "broken", "what", "fix"),
    [
        (gone, "gone", True, "is not there (404)", "`gazette add` http://127.0.0.1"),
        (moved, "moved", False, "moved for good to http://127.0.0.1", "as `url`"),
        (elsewhere, "redirected", False, "for now", "if it stays so"),
        (selectors, "selectors", True, "select nothing: ul.news > li", "check --fix"),
        (empty, "empty", True, "names no article", "check --fix"),
        (article, "no_listing", True, "is no list of articles but an article", "check --fix"),
        (script, "script", True, "until a script fills it", "the data that it asks for"),
        (hosts, "hosts", True, "all 6 links lead to another host", 'hosts = ["news.example.gov"]'),
        (include, "include", True, "/art/", "widen the pattern"),
        (exclude, "exclude", True, ": /n/", "narrow the pattern"),
        (challenge, "blocked", True, "status 412", "ask the webmaster"),
        (robots, "robots", True, "robots.txt forbids it", "ask the webmaster"),
        (articles, "articles", True, "none of 3 articles can be read", "`body` of [article]"),
        (busy, "busy", True, "to be left alone", "later"),
        (failing, "status", True, "answers status 500", "later"),
        (dateless, "no_dates", False, "neither the listing nor", "`published` of [article]"),
        (no_feed, "unreadable", True, "no RSS or Atom feed", "`kind`"),
    ],
)
def test_a_trouble_is_named_with_its_likely_fix(
    site: Site,
    folder: Path,
    happens: Callable[[Site, Path], None],
    trouble: str,
    broken: bool,
    what: str,
    fix: str,
) -> None:
    happens(site, folder)
    code, (found, *more) = findings(folder)
    assert (found["trouble"], found["broken"], code) == (trouble, broken, int(broken))
    assert what in found["what"]
    assert fix in found["fix"]
    assert more == []


def test_a_host_that_is_not_there_and_a_port_that_speaks_no_tls_are_told_apart(
    site: Site, folder: Path
) -> None:
    path = folder / "config/sources/city.toml"
    path.write_text(path.read_text().replace("http:", "https:"))
    code, (found,) = findings(folder)
    assert (code, found["trouble"]) == (1, "tls")
    port = site.address.rpartition(":")[2]
    path.write_text(path.read_text().replace("https://127.0.0.1", "http://nowhere.invalid"))
    code, (found,) = findings(folder)
    assert port in path.read_text()
    assert (code, found["trouble"]) == (1, "dns")


@pytest.fixture
def crawled(site: Site, folder: Path) -> Path:
    done = gazette(folder, "crawl")
    assert done.exit_code == 0, done.output
    return folder


def test_a_listing_that_names_far_fewer_links_than_before_is_doubtful(
    site: Site, crawled: Path
) -> None:
    listed(site, [6])
    add(crawled, '[listings.rules]\nitem = "li"\n')
    code, (found,) = findings(crawled)
    assert (code, found["trouble"]) == (0, "few_links")
    assert "names 1 links, 6 at the last visit" in found["what"]


def test_a_listing_of_old_things_is_not_the_one_it_was(site: Site, crawled: Path) -> None:
    for n in (7, 8, 9):
        site.publish(f"/n/{n}.html", notice(n))
    listed(site, [7, 8, 9], date="2019-03-0{n}")
    code, (found,) = findings(crawled)
    assert (code, found["trouble"]) == (1, "old_links")
    assert "2019-03-09" in found["what"]
    assert "2026-03-06" in found["what"]


def test_a_listing_that_passes_over_all_its_articles_lists_something_else(
    site: Site, crawled: Path
) -> None:
    for n in (7, 8, 9):
        site.publish(f"/n/{n}.html", notice(n))
    listed(site, [7, 8, 9], date="2026-02-2{n}")
    code, (found,) = findings(crawled)
    assert (code, found["trouble"]) == (1, "other_links")


def test_a_page_full_of_new_articles_is_no_other_list(site: Site, crawled: Path) -> None:
    for n in (7, 8, 9):
        site.publish(f"/n/{n}.html", notice(n))
    listed(site, [9, 8, 7])
    assert findings(crawled) == (0, [])


def test_the_report_has_a_row_a_source_in_table_json_and_markdown(
    site: Site, folder: Path, tmp_path: Path
) -> None:
    with serving("127.0.0.2") as other:
        text = (folder / "config/sources/city.toml").read_text()
        (folder / "config/sources/town.toml").write_text(
            text.replace(site.address, other.address).replace("市政府", "镇|政府")
        )
        settings = folder / "config/gazette.toml"
        ports = [int(one.address.rpartition(":")[2]) for one in (site, other)]
        settings.write_text(settings.read_text().replace(f"[{ports[0]}]", str(ports)))
        shown = gazette(folder, "check", "--all", "--report")
        assert shown.exit_code == 1
        assert "works 1  dead 1" in " ".join(shown.output.split(" ")).replace("\n", "")
        rows = gazette(folder, "check", "--all", "--report", "--json").stdout.splitlines()
        states = {row["source"]: row["state"] for row in map(json.loads, rows)}
        assert states == {"city": "works", "town": "dead"}
        page = tmp_path / "report.md"
        gazette(folder, "check", "--all", "--markdown", str(page))
        lines = page.read_text().splitlines()
        assert "- dead: 1" in lines
        assert any(line.startswith("| town | dead | 0/1 | 0 |") for line in lines)
        assert list(tmp_path.glob(".report*")) == []


def test_a_title_that_would_speak_to_the_terminal_is_shown_as_it_stands(
    site: Site, folder: Path
) -> None:
    page = site.pages["/list/"][2].replace("第6号", "[red]\x1b[2J")
    site.publish("/list/", page)
    shown = gazette(folder, "check", "city")
    assert "\x1b[2J" not in shown.output
    assert "[red]" in shown.output
