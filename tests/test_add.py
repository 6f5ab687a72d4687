"""``gazette add`` on the replica portal: any address of a site becomes a source that is crawled."""

import json
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from crawler.cli import main
from crawler.cli.adding import chosen
from crawler.cli.demo import configure
from crawler.replica import Portal

SHIPPED = Path(__file__).parents[1] / "config"
SYSTEMS = ("trs", "hanweb", "policy", "county", "english")


def run(*words: str | Path, **rest: str) -> Result:
    return CliRunner().invoke(main, [str(w) for w in words], **rest)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def portal() -> Iterator[Portal]:
    with Portal(size=60, seed=5, now=datetime.now(UTC) - timedelta(days=1)) as running:
        yield running


@pytest.fixture
def folder(portal: Portal, tmp_path: Path) -> Path:
    configure(portal, tmp_path / "config", SHIPPED / "families")
    for source in (tmp_path / "config" / "sources").iterdir():
        source.unlink()
    return tmp_path


def add(folder: Path, url: str, *words: str, **rest: str) -> Result:
    return run("add", url, *words, "--config", folder / "config", **rest)


def written(folder: Path) -> list[Path]:
    return sorted((folder / "config" / "sources").iterdir())


def crawled(folder: Path) -> dict[str, int]:
    where = ("--config", folder / "config", "--data", folder / "data")
    rows = [json.loads(line) for line in run("crawl", "--json", *where).stdout.splitlines()]
    return {key: sum(row[key] for row in rows) for key in ("found", "new", "reprints", "failed")}


def articles(portal: Portal, site: str) -> int:
    return sum(truth.site == site for truth in portal.truth())


@pytest.mark.parametrize("system", SYSTEMS)
def test_a_home_page_becomes_a_source_that_takes_every_article(
    portal: Portal, folder: Path, system: str
) -> None:
    site = portal.site(system)
    done = add(folder, f"{site.address}/", "--yes")
    assert done.exit_code == 0, done.output
    (file,) = written(folder)
    text = file.read_text(encoding="utf-8")
    source = tomllib.loads(text)
    assert source["family"] == site.family
    assert source["name"].removesuffix("网") == site.name
    assert not {"listing", "article", "include"} & set(source)
    took = crawled(folder)
    assert took["failed"] == 0
    assert took["new"] + took["reprints"] == articles(portal, system)


@pytest.mark.parametrize("system", SYSTEMS)
def test_a_column_and_an_article_become_the_column(
    portal: Portal, folder: Path, system: str
) -> None:
    site = portal.site(system)
    listing = next(one for one in site.listings if one.kind != "sitemap")
    kept = []
    for url in (listing.url, portal.urls(system)[0]):
        found = json.loads(add(folder, url, "--json").stdout)
        good = [one for one in found["listings"] if one["good"]]
        assert len(good) == 1, found
        assert found["source"]["family"] == site.family
        assert found["requests"] <= 30
        kept.append(good[0])
    assert kept[0]["url"] == listing.url
    truth = portal.told(portal.urls(system)[0])
    assert kept[1]["links"] > 2
    assert kept[1]["category"] in (*site.categories, "News"), truth
    assert written(folder) == []


def test_a_feed_becomes_the_source_that_takes_its_articles(portal: Portal, folder: Path) -> None:
    url = f"{portal.site('english').address}/news/rss.xml"
    assert add(folder, url, "--yes", "--id", "news").exit_code == 0
    (listing,) = tomllib.loads(written(folder)[0].read_text(encoding="utf-8"))["listings"]
    assert listing["url"] == url
    took = crawled(folder)
    assert took["new"] + took["reprints"] == articles(portal, "english")


def test_what_was_found_is_shown_and_asked_about(portal: Portal, folder: Path) -> None:
    url = f"{portal.site('trs').address}/"
    done = add(folder, url, input="1\n云岭省\nyunling\n")
    assert done.exit_code == 0, done.output
    for words in ("政务要闻", "通知公告", "/zwxx/zwyw/", "family trs", "Keep which?", "7 requests"):
        assert words in done.output
    source = tomllib.loads((folder / "config/sources/yunling.toml").read_text(encoding="utf-8"))
    assert source["name"] == "云岭省"
    assert len(source["listings"]) == 1


def test_nothing_is_written_where_nothing_is_wanted(portal: Portal, folder: Path) -> None:
    url = f"{portal.site('trs').address}/"
    done = add(folder, url, input="none\n")
    assert (done.exit_code, written(folder)) == (0, [])
    assert "nothing is written" in done.output
    dry = add(folder, url, "--dry-run")
    assert "[[listings]]" in dry.output
    assert json.loads(add(folder, url, "--json").stdout)["file"] is None
    assert add(folder, url, input="").exit_code == 1
    assert written(folder) == []


def test_a_file_is_never_overwritten_and_a_second_source_gets_another_name(
    portal: Portal, folder: Path
) -> None:
    site = portal.site("trs")
    first, second = (listing.url for listing in site.listings)
    assert add(folder, first, "--yes").exit_code == 0
    before = written(folder)[0].read_bytes()
    taken = add(folder, second, "--yes", "--id", written(folder)[0].stem)
    assert taken.exit_code == 2
    assert "exists already" in taken.output
    assert add(folder, second, "--yes").exit_code == 0
    assert len(written(folder)) == 2
    assert written(folder)[0].read_bytes() == before or written(folder)[1].read_bytes() == before
    again = add(folder, first, "--yes")
    assert again.exit_code == 1
    assert "is watched already" in again.output
    assert run("check", "--config", folder / "config").exit_code == 0


def test_what_another_source_watches_cannot_be_chosen(portal: Portal, folder: Path) -> None:
    site = portal.site("trs")
    assert add(folder, site.listings[0].url, "--yes", "--id", "one").exit_code == 0
    done = add(folder, f"{site.address}/", input="all\n1\n\n\n")
    assert done.exit_code == 0, done.output
    assert "one watches" in done.output
    assert len(written(folder)) == 2
    assert run("check", "--config", folder / "config").exit_code == 0


def test_a_site_that_cannot_be_had_is_told_with_the_next_step(portal: Portal, folder: Path) -> None:
    site = portal.site("county")
    portal.challenge("county")
    try:
        blocked = add(folder, f"{site.address}/", "--yes")
        told = json.loads(add(folder, f"{site.address}/", "--json").stdout)
    finally:
        portal.restore("county")
    assert blocked.exit_code == 1
    assert "ask whoever runs the site" in blocked.output
    assert told["error"]
    assert told["hint"]
    assert written(folder) == []


@pytest.mark.parametrize(
    ("answer", "positions"),
    [
        ("1", (0,)), ("1,3", (0, 2)), ("1-3", (0, 1, 2)), ("2-4 1", (1, 2, 3, 0)),
        ("all", (0, 1, 2, 3)), ("none", ()), ("1，2、2", (0, 1)), ("全部", (0, 1, 2, 3)),
    ],
)  # fmt: skip
def test_an_answer_is_numbers_ranges_all_or_none(answer: str, positions: tuple[int, ...]) -> None:
    assert chosen(answer, 4) == positions


@pytest.mark.parametrize("answer", ["0", "5", "3-1", "x", "", "1-99", "-1", "1;rm", "٣"])
def test_any_other_answer_is_asked_again(answer: str) -> None:
    with pytest.raises(click.BadParameter):
        chosen(answer, 4)


def test_either_an_address_or_a_file_is_wanted(folder: Path) -> None:
    done = run("add", "--config", folder / "config")
    assert done.exit_code == 2
    assert "give either a URL or --opml FILE" in done.output
    assert add(folder, "http://a.example/", "--id", "../x", "--yes").exit_code == 2
