"""The ``gazette`` command as its users type it."""

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from crawler.cli import Later, main
from crawler.cli.demo import configure
from crawler.replica import Portal
from crawler.sources import load

ROOT = Path(__file__).parents[1]


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(main, [str(w) for w in words])


@pytest.fixture(scope="module")
def portal() -> Iterator[Portal]:
    with Portal(size=50, seed=7, now=datetime.now(UTC) - timedelta(days=1)) as running:
        yield running


@pytest.fixture
def folder(portal: Portal, tmp_path: Path) -> Path:
    configure(portal, tmp_path / "config", ROOT / "config" / "families")
    return tmp_path


def at(folder: Path) -> tuple[str | Path, ...]:
    return "--config", folder / "config", "--data", folder / "data"


def test_the_demo_shows_the_whole_path(tmp_path: Path) -> None:
    done = run("demo", "--size", "60", "--data", tmp_path / "demo")
    assert done.exit_code == 0, done.output
    for words in ("First pass", "Fourth pass", "taken down", "gazette search 就业",
                  "gazette browse", "gazette add", "gazette daemon"):  # fmt: skip
        assert words in done.output
    assert len(list((tmp_path / "demo" / "posts").rglob("*.md"))) > 60
    again = run("demo", "--size", "60", "--data", tmp_path / "demo")
    assert again.exit_code == 0, again.output


def test_the_demo_never_clears_a_folder_that_is_not_its_own(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("years of work")
    assert run("demo", "--data", tmp_path).exit_code == 2
    assert (tmp_path / "thesis.tex").read_text() == "years of work"


def test_a_crawl_speaks_json_with_the_promised_keys(folder: Path) -> None:
    done = run("crawl", "trs", "--json", *at(folder))
    (row,) = map(json.loads, done.stdout.splitlines())
    keys = ["source", "found", "new", "revised", "unchanged", "reprints"]
    keys += ["missing", "gone", "failed"]
    assert list(row) == [*keys, "seconds", "requests"]
    assert (row["source"], row["failed"], done.exit_code) == ("trs", 0, 0)


def test_a_crawl_with_a_failed_source_ends_with_1_and_says_why(
    portal: Portal, folder: Path
) -> None:
    portal.overload("county", retry_after=60)
    try:
        done = run("crawl", "county", "trs", *at(folder))
    finally:
        portal.restore("county")
    assert done.exit_code == 1
    assert "county" in done.output
    assert "503" in done.output


def test_status_shows_every_source(folder: Path) -> None:
    run("crawl", "trs", *at(folder))
    rows = [json.loads(x) for x in run("status", "--json", *at(folder)).stdout.splitlines()]
    assert [(r["id"], r["state"]) for r in rows] == [("trs", "healthy")]
    assert run("status", *at(folder)).exit_code == 0
    assert run("status", "--check", *at(folder)).exit_code == 1


def test_check_stores_nothing_and_shows_witnesses(folder: Path) -> None:
    done = run("check", "trs", *at(folder))
    assert done.exit_code == 0, done.output
    assert "20 links" in done.output or "links" in done.output
    assert "rule:.TRS_Editor" in done.output
    assert not (folder / "data").exists()


@pytest.mark.parametrize(
    ("site", "kind"), [("trs", "html"), ("hanweb", "hanweb"), ("english", "feed")]
)
def test_add_writes_a_file_that_can_be_crawled(
    portal: Portal, folder: Path, site: str, kind: str
) -> None:
    for old in (folder / "config" / "sources").iterdir():
        old.unlink()
    url = portal.site(site).listings[0].url
    done = run("add", url, "--id", "new", "--yes", *at(folder))
    assert done.exit_code == 0, done.output
    source = load(folder / "config", only=["new"]).sources[0]
    assert [(one.url, one.kind) for one in source.listings] == [(url, kind)]
    (row,) = map(json.loads, run("crawl", "new", "--json", *at(folder)).stdout.splitlines())
    assert row["new"] > 0
    assert row["failed"] == 0


def test_a_broken_configuration_ends_with_2_and_names_every_fault(tmp_path: Path) -> None:
    sources = tmp_path / "config" / "sources"
    sources.mkdir(parents=True)
    (sources / "a.toml").write_text('nmae = "x"\naddress = "http://a.example/"\n')
    (sources / "b.toml").write_text("name = 3\n")
    done = run("crawl", *at(tmp_path))
    assert done.exit_code == 2
    assert 'a.toml:1: nmae: is no key (did you mean "name"?)' in done.output
    assert "b.toml:1: name:" in done.output
    assert not (tmp_path / "data").exists()


def test_a_damaged_memory_is_named_with_what_to_do(folder: Path) -> None:
    (folder / "data").mkdir()
    (folder / "data" / "crawl.db").write_text("garbage, not a database")
    done = run("crawl", "trs", *at(folder))
    assert done.exit_code == 1
    assert "delete the file: nothing archived is lost" in done.output


def test_a_foreign_archive_is_refused_with_3(folder: Path) -> None:
    (folder / "data").mkdir()
    (folder / "data" / "archive.db").write_text("garbage, not a database" * 100)
    assert run("crawl", "trs", *at(folder)).exit_code == 3


def test_links_reads_a_listing_from_a_file(tmp_path: Path) -> None:
    rows = "".join(
        f'<li><a href="./202403/t2024031{n}_10{n}.html">关于第{n}号事项的通知</a>'
        f"<span>2024-03-1{n}</span></li>" for n in range(6)
    )  # fmt: skip
    file = tmp_path / "list.html"
    file.write_text(f"<ul>{rows}</ul>", encoding="utf-8")
    done = run("links", file, "--url", "https://www.example.cn/tzgg/")
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(found) == 6
    assert found[0] == {
        "url": "https://www.example.cn/tzgg/202403/t20240310_100.html",
        "title": "关于第0号事项的通知",
        "date": "2024-03-10",
        "summary": "",
    }


def test_links_are_named_on_other_hosts_where_the_listing_has_none_to_its_own(
    tmp_path: Path,
) -> None:
    rows = "".join(
        f"<tr><td>03/1{n}/2024</td><td><a href='https://files.example.org/op/10{n}4.pdf'>In re"
        f" Estate of Miller, No. {n}</a></td></tr>" for n in range(6)
    )  # fmt: skip
    file = tmp_path / "list.html"
    file.write_text(f"<a href='/about/'>About</a><table>{rows}</table>", encoding="utf-8")
    done = run("links", file, "--url", "https://court.example.gov/opinions")
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert [one["url"] for one in found] == [
        f"https://files.example.org/op/10{n}4.pdf" for n in range(6)
    ]


@pytest.mark.parametrize("name", [n for n, c in main.commands.items() if isinstance(c, Later)])
def test_the_list_of_commands_says_of_each_what_it_says_itself(name: str) -> None:
    listed = main.commands[name]
    assert isinstance(listed, Later)
    command = listed.loaded()
    assert command.name == name
    assert command.get_short_help_str(200) == listed.get_short_help_str(200)


@pytest.mark.parametrize("words", [["--help"], ["search", "--help"]], ids=" ".join)
def test_what_reads_pages_is_loaded_only_by_commands_that_read_some(words: list[str]) -> None:
    script = (
        "import sys; from crawler.cli import main;"
        f"main({words}, standalone_mode=False);"
        "sys.exit('crawler.extract' in sys.modules or 'crawler.fetch' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, check=False
    )
    assert done.returncode == 0
