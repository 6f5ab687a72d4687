"""``gazette reextract``: what is read otherwise today is shown field by field, then stored."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from archive import Archive, Article, Capture, Filters, Stored
from archive.verify import verify
from crawler.cli import main
from crawler.cli.demo import configure
from crawler.cli.differences import WIDTH, differences, shown
from crawler.lock import locked
from crawler.replica import Portal

ROOT = Path(__file__).parents[1]
OLD = "gazette-extract/0"


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with configuration and data of two sites that were crawled."""
    folder = tmp_path_factory.mktemp("crawled")
    with Portal(size=60, seed=7, now=datetime.now(UTC) - timedelta(days=1)) as portal:
        configure(portal, folder / "config", ROOT / "config" / "families")
        done = run("crawl", "policy", "trs", *at(folder))
        assert done.exit_code == 0, done.output
        yield folder


@pytest.fixture
def folder(crawled: Path, tmp_path: Path) -> Path:
    """A copy of it to write to."""
    subprocess.run(["cp", "-r", *crawled.iterdir(), tmp_path], check=True)
    return tmp_path


def at(folder: Path) -> tuple[str | Path, ...]:
    return "--config", folder / "config", "--data", folder / "data"


def articles(folder: Path, *sources: str) -> list[Stored]:
    with Archive.open(folder / "data" / "archive.db", read_only=True) as archive:
        return list(archive.articles(Filters(sources=sources)))


def misread(folder: Path, stored: Stored, **fields: object) -> Article:
    """Let an article lie in the archive as an older extractor would have read it."""
    worse = replace(stored.article, extractor=OLD, **fields)
    with Archive.open(folder / "data" / "archive.db") as archive:
        archive.reread(stored.id, worse, now=datetime.now(UTC))
    return worse


def rows(done: Result) -> list[dict[str, object]]:
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_right_after_a_crawl_nothing_is_read_otherwise(folder: Path) -> None:
    before = articles(folder)
    done = run("reextract", *at(folder))
    assert done.exit_code == 0, done.output
    assert done.stdout == f"{len(before)} articles read, 0 changed, 0 written, 0 failed\n"
    assert articles(folder) == before


@pytest.mark.parametrize("forget", [False, True])
def test_the_crawlers_memory_is_not_needed(folder: Path, forget: bool) -> None:
    stored = articles(folder, "trs")[0]
    misread(folder, stored, author="误")
    if forget:
        for file in (folder / "data").glob("crawl.db*"):
            file.unlink()
    (row,) = rows(run("reextract", "--dry-run", "--json", *at(folder)))
    assert list(row["changed"]) == ["author"]  # type: ignore[call-overload]


def test_a_dry_run_shows_every_field_and_writes_nothing(folder: Path) -> None:
    stored = articles(folder, "policy")[0]
    text = f"首页 > 政策\n{stored.article.text}\n扫一扫在手机打开当前页"
    worse = misread(folder, stored, title="政策", origin="误", text=text, witnesses=())
    done = run("reextract", "--dry-run", *at(folder))
    assert done.exit_code == 0, done.output
    lines = done.stdout.splitlines()
    assert lines[0] == f"{stored.id}  政策"
    assert lines[1] == f"  title: 政策 → {stored.article.title}"[: len(lines[1])]
    assert f"  text: {len(text):,} → {len(stored.article.text):,} characters" in lines
    assert "    - 首页 > 政策" in lines
    assert "    - 扫一扫在手机打开当前页" in lines
    assert any(line.startswith("  witnesses: ") for line in lines)
    assert lines[-1].endswith(" 1 changed, nothing written (--dry-run), 0 failed")
    (held,) = (each for each in articles(folder) if each.id == stored.id)
    assert held.article == worse


def test_what_is_read_otherwise_is_stored_and_is_no_revision(folder: Path) -> None:
    good = articles(folder, "policy")[:3]
    for stored in good:
        misread(folder, stored, title=f"误{stored.id}", html="<p>误</p>")
    done = run("reextract", "policy", *at(folder))
    assert done.exit_code == 0, done.output
    assert ", 3 changed, 3 written, 0 failed" in done.stdout
    assert articles(folder, "policy")[:3] == good
    assert verify(folder / "data" / "archive.db", deep=True) == ()
    shown_ = run("history", str(good[0].id), *at(folder)).stdout
    assert f"read again by {good[0].article.extractor}: title" in shown_
    assert len([line for line in shown_.splitlines() if line.startswith("1 ")]) == 1
    again = run("reextract", "policy", *at(folder))
    assert " 0 changed, 0 written, 0 failed" in again.stdout


def test_machines_get_an_object_a_line_with_the_promised_keys(folder: Path) -> None:
    stored = articles(folder, "trs")[-1]
    misread(folder, stored, author="误\x1b[31m", published=None)
    done = run("reextract", "--json", "--dry-run", *at(folder))
    (row,) = rows(done)
    assert list(row) == ["id", "url", "changed", "error"]
    assert (row["id"], row["url"], row["error"]) == (stored.id, stored.article.url, None)
    moment = f"{stored.article.published:%Y-%m-%dT%H:%M:%SZ}"
    assert row["changed"] == {
        "published": [None, moment],
        "author": ["误\x1b[31m", stored.article.author],
    }
    assert "\x1b" not in done.output
    assert "1 changed" in done.stderr


def broken(folder: Path, body: bytes) -> int:
    """Put an article whose page cannot be read any more; return its id."""
    stored = articles(folder, "policy")[0]
    url = f"{stored.article.url}?broken"
    page = Capture(
        url=url, final_url=url, status=200, payload=body, body=body, fetched_at=datetime.now(UTC)
    )
    with Archive.open(folder / "data" / "archive.db") as archive:
        now = datetime.now(UTC)
        return archive.put(replace(stored.article, url=url, title="旧"), page, now=now).id


@pytest.mark.parametrize("body", [b"", b"<div>" * 100_000])
def test_a_page_that_cannot_be_read_is_told_and_its_article_left_as_it_is(
    folder: Path, body: bytes
) -> None:
    misread(folder, articles(folder, "trs")[0], author="误")
    id_ = broken(folder, body)
    (before,) = (each for each in articles(folder) if each.id == id_)
    done = run("reextract", *at(folder))
    assert done.exit_code == 1, done.output
    assert f"{id_}  旧\n  not read: " in done.stdout
    assert ", 1 changed, 1 written, 1 failed" in done.stdout
    assert before in articles(folder)
    (row,) = rows(run("reextract", "--json", *at(folder)))
    assert (row["id"], row["changed"]) == (id_, {})
    assert row["error"]


def test_lost_captures_are_told_and_the_rest_is_read(folder: Path) -> None:
    for file in (folder / "data" / "warc").iterdir():
        file.unlink()
    done = run("reextract", "--json", *at(folder))
    assert done.exit_code == 1
    errors = {str(row["error"]).partition(":")[2] for row in rows(done)}
    assert len(rows(done)) == len(articles(folder))
    assert all("no such file" in error for error in errors)


def test_nothing_is_written_while_a_crawler_is_at_work(folder: Path) -> None:
    stored = articles(folder, "policy")[0]
    worse = misread(folder, stored, title="误")
    with locked(folder / "data"):
        refused = run("reextract", *at(folder))
        looked = run("reextract", "--dry-run", *at(folder))
    assert refused.exit_code == 1
    assert f"another gazette crawl or daemon (process {os.getpid()}) works" in refused.output
    assert articles(folder, "policy")[0].article == worse
    assert looked.exit_code == 0
    assert "1 changed, nothing written" in looked.stdout


def test_articles_of_sources_that_are_no_longer_configured_are_counted(folder: Path) -> None:
    (folder / "config" / "sources" / "trs.toml").unlink()
    done = run("reextract", *at(folder))
    left = len(articles(folder, "trs"))
    assert done.exit_code == 0
    assert f", {left} passed over: their source is not configured" in done.stdout


def test_imported_articles_are_passed_over(folder: Path) -> None:
    first = articles(folder)[0]
    with Archive.open(folder / "data" / "archive.db") as archive:
        imported = replace(first.article, url="https://a.example/", source="import")
        archive.put(imported, None, now=datetime.now(UTC))
    done = run("reextract", *at(folder))
    assert (done.exit_code, "passed over" in done.stdout) == (0, False)


def test_a_folder_without_an_archive_is_told_and_left_empty(crawled: Path, tmp_path: Path) -> None:
    done = run("reextract", "--config", crawled / "config", "--data", tmp_path / "none")
    assert done.exit_code == 2
    assert "there is no archive" in done.output
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize(("more", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False)])
def test_colour_is_for_terminals_that_want_it(
    folder: Path, more: dict[str, str], coloured: bool
) -> None:
    misread(folder, articles(folder, "policy")[0], title="误")
    words = ["-m", "crawler.cli", "reextract", "policy", "--dry-run", *map(str, at(folder))]
    script = f"import pty, sys; sys.exit(pty.spawn([sys.executable, *{words!r}]))"
    env = {k: v for k, v in os.environ.items() if k != "NO_COLOR"} | {"TERM": "xterm"} | more
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, env=env, capture_output=True, check=False
    )
    assert "title:" in done.stdout.decode()
    assert (b"\x1b[31m" in done.stdout) is coloured


# --- how differences are shown ---


def lines(old: dict[str, object], new: dict[str, object]) -> list[str]:
    return [line.plain for line in shown(differences(old, new, list(old)))]


def test_a_short_value_stands_whole_and_what_acts_is_written_out() -> None:
    assert lines({"origin": "", "url": "a"}, {"origin": "新华社\x1b[2J", "url": "b"}) == [
        "  origin: – → 新华社\\x1b[2J"
    ]
    assert lines({"categories": ["a", "b"]}, {"categories": []}) == ["  categories: a, b → –"]
    assert lines(
        {"witnesses": {"title": "h1", "body": "css"}},
        {"witnesses": {"title": "meta", "body": "css"}},
    ) == ["  witnesses: title h1 → meta"]


def test_a_long_value_is_cut_to_where_it_differs() -> None:
    old, new = "同" * 200 + "甲" + "尾" * 200, "同" * 200 + "乙" + "尾" * 200
    (line,) = lines({"title": old}, {"title": new})
    assert "甲" in line
    assert "乙" in line
    assert len(line) < 3 * WIDTH


def test_a_long_text_shows_its_first_differences_only_and_quickly() -> None:
    old = "\n".join(f"段{n}" for n in range(20_000))
    new = "\n".join(f"节{n}" for n in range(20_000))
    found = lines({"text": old}, {"text": new})
    assert found[0] == f"  text: {len(old):,} → {len(new):,} characters"
    assert found[1:5] == ["    - 段0", "    - 段1", "    - 段2", "    - … 397+ more"]
    assert len(found) == 9


def test_html_is_shown_by_its_elements() -> None:
    old = {"html": "<div><p>导航</p><p>正文</p></div>"}
    new = {"html": "<div><p>正文</p></div>"}
    assert lines(old, new)[1:] == ["    - <p>导航", "    - </p>"]
