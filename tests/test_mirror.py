"""A mirror follows the archive whatever happens, and touches nothing that it did not write."""

import asyncio
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from rich.console import Console

from archive import Archive, ArchiveBusy, ArchiveError, Mirrored, MirrorRule, keep_in_step
from archive.export import as_post, post_path
from archive.frontmatter import parse
from archive.mirror.ledger import NAME
from crawler import sources
from crawler.cli import main
from crawler.cli.crawling import crawl_with_bars
from crawler.cli.demo import PASSES, configure
from crawler.cli.mirroring import keep_after_pass
from crawler.replica import Portal
from crawler.settings import MirrorSettings
from tests.holdings import NOW, article, capture, miss
from tests.site import Site, notice, serving

ROOT = Path(__file__).parents[1]


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive.open(tmp_path / "archive.db") as opened:
        yield opened


@pytest.fixture
def rule(tmp_path: Path) -> MirrorRule:
    return MirrorRule(folder=tmp_path / "site" / "_posts")


def put(archive: Archive, n: int, **over: object) -> int:
    return archive.put(article(n, **over), capture(n), now=NOW).id


def posts(rule: MirrorRule) -> dict[str, str]:
    return {
        path.relative_to(rule.folder).as_posix(): path.read_text("utf-8")
        for path in rule.folder.rglob("*")
        if path.is_file() and not path.name.startswith(NAME)
    }


def expected(archive: Archive) -> dict[str, str]:
    return {post_path(one).as_posix(): as_post(one) for one in archive.articles()}


def test_a_mirror_holds_what_an_export_would_write(archive: Archive, rule: MirrorRule) -> None:
    for n in range(5):
        put(archive, n)
    assert keep_in_step(archive, rule) == Mirrored(written=5)
    assert posts(rule) == expected(archive)


def test_a_step_touches_only_what_has_changed(archive: Archive, rule: MirrorRule) -> None:
    ids = [put(archive, n) for n in range(4)]
    keep_in_step(archive, rule)
    before = {path: path.stat().st_mtime_ns for path in rule.folder.rglob("*.md")}
    # A visit that confirms an article changes its row, but nothing that its post says.
    later = NOW + timedelta(days=1)
    archive.seen(article(1).url, now=later, capture=capture(1, b"", status=304, fetched_at=later))
    assert keep_in_step(archive, rule) == Mirrored()
    put(archive, 2, text="全文有更正。\n共两段。")
    assert keep_in_step(archive, rule) == Mirrored(written=1)
    touched = [p for p, at in before.items() if p.stat().st_mtime_ns != at]
    assert [path.name.partition("-")[0] for path in touched] == [str(ids[2])]


def test_a_new_title_moves_a_post(archive: Archive, rule: MirrorRule) -> None:
    put(archive, 1)
    keep_in_step(archive, rule)
    (old,) = posts(rule)
    put(archive, 1, title="关于更正的通告")
    keep_in_step(archive, rule)
    (new,) = posts(rule)
    assert new != old
    assert new.endswith("关于更正的通告.md")


def test_an_article_that_is_gone_is_marked_or_removed_and_comes_back(
    archive: Archive, rule: MirrorRule, tmp_path: Path
) -> None:
    removing = MirrorRule(folder=tmp_path / "removing", gone="remove")
    put(archive, 1)
    put(archive, 2)
    miss(archive, article(1).url, NOW + timedelta(days=1))
    assert keep_in_step(archive, rule).written == 2
    assert [name for name, post in posts(rule).items() if '\n  gone: "2024-03-16' in post]
    assert keep_in_step(archive, removing).written == 1
    miss(archive, article(2).url, NOW + timedelta(days=1))
    assert keep_in_step(archive, removing) == Mirrored(removed=1)
    assert list(removing.folder.iterdir()) == [removing.folder / NAME]
    archive.seen(article(2).url, now=NOW + timedelta(days=2), capture=capture(2))
    assert keep_in_step(archive, removing) == Mirrored(written=1)


def test_a_deleted_article_leaves_no_post_and_no_empty_folder(
    archive: Archive, rule: MirrorRule
) -> None:
    one = put(archive, 1)
    keep_in_step(archive, rule)
    archive.delete(one, reason="court order", now=NOW)
    assert keep_in_step(archive, rule) == Mirrored(removed=1)
    assert list(rule.folder.iterdir()) == [rule.folder / NAME]


def test_a_query_chooses_and_lets_go(archive: Archive, tmp_path: Path) -> None:
    rule = MirrorRule(folder=tmp_path / "p", query="防汛")
    put(archive, 1, title="防汛通告")
    put(archive, 2)
    assert keep_in_step(archive, rule) == Mirrored(written=1)
    put(archive, 1, title="抗旱通告")
    put(archive, 2, title="防汛公报")
    assert keep_in_step(archive, rule) == Mirrored(written=1, removed=1)
    assert [name[-7:] for name in posts(rule)] == ["防汛公报.md"]


def test_another_format_or_query_turns_the_whole_folder(archive: Archive, tmp_path: Path) -> None:
    for n in range(3):
        put(archive, n)
    folder = tmp_path / "p"
    keep_in_step(archive, MirrorRule(folder=folder))
    keep_in_step(archive, MirrorRule(folder=folder, format="hugo"))
    assert {path.suffix for path in folder.rglob("*-*") if path.name != NAME} == {".html"}
    keep_in_step(archive, MirrorRule(folder=folder))
    assert posts(MirrorRule(folder=folder)) == expected(archive)


def test_files_of_others_are_never_touched(archive: Archive, rule: MirrorRule) -> None:
    one = put(archive, 1)
    place = rule.folder / post_path(archive.get(one))
    place.parent.mkdir(parents=True)
    place.write_text("mine")
    (place.parent / "hello-world.md").write_text("mine too")
    done = keep_in_step(archive, rule)
    assert done.written == 0
    assert "left alone" in done.notes[0]
    archive.delete(one, reason="court order", now=NOW)
    keep_in_step(archive, rule)
    assert set(posts(rule).values()) == {"mine", "mine too"}


def test_a_link_in_the_place_of_a_folder_is_not_followed(
    archive: Archive, rule: MirrorRule, tmp_path: Path
) -> None:
    put(archive, 1)
    (tmp_path / "elsewhere").mkdir()
    rule.folder.mkdir(parents=True)
    (rule.folder / "2024").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ArchiveError, match="leads out of"):
        keep_in_step(archive, rule)
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_a_rebuild_mends_what_was_changed_or_lost(archive: Archive, rule: MirrorRule) -> None:
    for n in range(3):
        put(archive, n)
    keep_in_step(archive, rule)
    first, second, _ = sorted(rule.folder.rglob("*.md"))
    first.unlink()
    second.write_text("changed")
    assert keep_in_step(archive, rule) == Mirrored()
    assert keep_in_step(archive, rule, rebuild=True) == Mirrored(written=2)
    assert posts(rule) == expected(archive)


def test_a_lost_ledger_is_written_again_from_what_stands(
    archive: Archive, rule: MirrorRule
) -> None:
    put(archive, 1)
    keep_in_step(archive, rule)
    (rule.folder / NAME).unlink()
    assert keep_in_step(archive, rule) == Mirrored()
    put(archive, 1, title="又一个题目")
    assert keep_in_step(archive, rule) == Mirrored(written=1)
    assert len(posts(rule)) == 1


def test_one_process_mirrors_at_a_time(archive: Archive, rule: MirrorRule) -> None:
    rule.folder.mkdir(parents=True)
    other = sqlite3.connect(rule.folder / NAME, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(ArchiveBusy):
        keep_in_step(archive, rule)
    other.close()


def test_a_step_killed_at_any_file_is_made_good_by_the_next(
    archive: Archive, rule: MirrorRule, tmp_path: Path
) -> None:
    def child(after: int) -> "subprocess.CompletedProcess[str]":
        asked = [sys.executable, "-m", "tests.mirror_child", tmp_path / "archive.db", rule.folder]
        return subprocess.run(
            [*asked, str(after)], cwd=ROOT, capture_output=True, text=True, check=False
        )

    for n in range(12):
        put(archive, n)
    for after in (1, 6):
        assert child(after).returncode == -signal.SIGKILL
    # What happens before the next step must not turn our own half into a file of others.
    for n in range(12):
        put(archive, n, title=f"第{n}号通告之更正", text=f"更正第{n}号，全文如下。")
    for after in (3, 4):
        assert child(after).returncode == -signal.SIGKILL
    archive.delete(archive.articles().__next__().id, reason="court order", now=NOW)
    assert child(0).stderr == ""
    assert posts(rule) == expected(archive)
    assert not list(rule.folder.rglob("*.tmp"))


# --- with a crawler -----------------------------------------------------------------------------


def configured(site: Site, folder: Path, more: str = "") -> list[str]:
    site.configure(folder)
    with (folder / "config/gazette.toml").open("a") as file:
        file.write(f'[mirror]\nposts = "{folder / "posts"}"\n{more}')
    return ["--config", str(folder / "config"), "--data", str(folder / "data")]


def test_a_crawl_brings_the_mirror_in_step(tmp_path: Path) -> None:
    with serving() as site:
        for n in (1, 2, 3):
            site.publish(f"/a/{n}.html", notice(n))
        site.list("/a/1.html", "/a/2.html", "/a/3.html")
        places = configured(site, tmp_path, '[takedown]\nover = "1ms"\nvisits = 1\n')
        rule = MirrorRule(folder=tmp_path / "posts")
        said = CliRunner().invoke(main, ["crawl", *places]).output
        assert "3 posts written, 0 removed" in said
        assert len(posts(rule)) == 3
        site.publish(
            "/a/2.html", notice(2, "会议改期。", "原定的会议改到下月举行，请各单位互相转告。")
        )
        del site.pages["/a/3.html"]
        for _ in range(2):
            CliRunner().invoke(main, ["crawl", *places])
    said = CliRunner().invoke(main, ["mirror", *places]).output
    assert said.endswith("0 posts written, 0 removed\n")
    with Archive.open(tmp_path / "data/archive.db", read_only=True) as archive:
        assert posts(rule) == expected(archive)
        held = list(archive.articles())
    assert len(held) == 3
    for name, post in posts(rule).items():
        assert parse(post, path=name)[0] in [one.article for one in held]


def test_a_mirror_follows_five_sites_that_publish_edit_and_take_down(tmp_path: Path) -> None:
    start = datetime.now(UTC) - max(PASSES.values())
    data, rule = tmp_path / "data", MirrorRule(folder=tmp_path / "posts")
    with Portal(size=60, seed=3, now=start) as portal:
        configure(portal, tmp_path / "config", ROOT / "config" / "families")
        loaded = sources.load(tmp_path / "config")
        settings = replace(loaded.settings, mirror=MirrorSettings(posts=str(rule.folder)))
        seen: list[dict[str, str]] = []
        for number, before in enumerate(PASSES.values()):
            if number == 1:
                portal.change(datetime.now(UTC) - before)
            asyncio.run(
                crawl_with_bars(
                    loaded.sources,
                    settings,
                    data,
                    screen=Console(quiet=True),
                    deep=number == 1,
                    now=lambda before=before: datetime.now(UTC) - before,  # type: ignore[misc]
                )
            )
            assert keep_after_pass(settings, data, quiet=True)
            with Archive.open(data / "archive.db", read_only=True) as archive:
                assert posts(rule) == expected(archive)
            seen.append(posts(rule))
    first, second, *_, last = seen
    assert set(first) < set(second), "new articles came"
    assert [name for name in first if second[name] != first[name]], "some were edited"
    assert [name for name in last if "\n  gone: " in last[name]], "some were taken down"


def test_without_a_folder_the_command_says_what_to_write(tmp_path: Path) -> None:
    with serving() as site:
        site.configure(tmp_path)
    result = CliRunner().invoke(main, ["mirror", "--config", str(tmp_path / "config")])
    assert result.exit_code == 2
    assert "[mirror]" in result.output


def test_a_mirror_that_cannot_be_written_fails_the_crawl_but_not_the_articles(
    tmp_path: Path,
) -> None:
    with serving() as site:
        for n in (1, 2, 3):
            site.publish(f"/a/{n}.html", notice(n))
        site.list("/a/1.html", "/a/2.html", "/a/3.html")
        places = configured(site, tmp_path)
        (tmp_path / "posts").write_text("a file in the place of the folder")
        result = CliRunner().invoke(main, ["crawl", *places])
    assert result.exit_code == 1
    assert "mirror: " in result.output
    with Archive.open(tmp_path / "data/archive.db", read_only=True) as archive:
        assert archive.count() == 3


def test_a_daemon_keeps_the_mirror_in_step_while_it_runs(tmp_path: Path) -> None:
    with serving() as site:
        for n in (1, 2, 3):
            site.publish(f"/a/{n}.html", notice(n))
        site.list("/a/1.html", "/a/2.html", "/a/3.html")
        places = configured(site, tmp_path, '[daemon]\ntick = "1s"\n')
        command = [sys.executable, "-m", "crawler.cli", "daemon", *places]
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=ROOT) as process:
            try:
                end = time.monotonic() + 60
                while len(list((tmp_path / "posts").rglob("*.md"))) < 3:
                    assert time.monotonic() < end, "no post ever came"
                    time.sleep(0.1)
                process.send_signal(signal.SIGTERM)
                _, words = process.communicate(timeout=30)
            finally:
                process.kill()
    assert process.returncode == 0
    assert "posts written" in words
