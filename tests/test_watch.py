"""Saved searches: what is new to them, and that it arrives once, whatever the receiver does."""

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner, Result

from archive import Archive
from crawler import watch as watches
from crawler.cli import main
from crawler.cli.demo import configure
from crawler.fetch import Fetcher
from crawler.frontier import Frontier
from crawler.records import Listing
from crawler.replica import Portal
from crawler.settings import FetchSettings
from crawler.watch import Memory, Outcome
from tests.holdings import BODY, article
from tests.hook import Hook, listening

NOW = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
FAMILIES = Path(__file__).parents[1] / "config" / "families"
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def hook() -> Iterator[Hook]:
    with listening() as receiving:
        yield receiving


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    put(folder, 1)
    return folder


def put(data: Path, *numbers: int, **over: object) -> None:
    with Archive.open(data / "archive.db") as archive:
        for n in numbers:
            archive.put(article(n, **over), None, now=NOW)


def settings(tmp_path: Path, *ports: int) -> Path:
    folder = tmp_path / "config"
    (folder / "sources").mkdir(parents=True, exist_ok=True)
    (folder / "gazette.toml").write_text(
        f'[fetch]\nallow_networks = ["127.0.0.1/32"]\nports = {[80, *ports]}\ndelay = "0s"\n'
    )
    return folder


def gazette(data: Path, *words: str) -> Result:
    config = data.parent / "config"
    more = ["--config", str(config)] if config.exists() else []
    return CliRunner().invoke(main, ["watch", *words, "--data", str(data), *more])


def passes(
    data: Path,
    hook: Hook | None = None,
    *,
    now: datetime = NOW,
    networks: tuple[str, ...] = ("127.0.0.1/32",),
    deadline: timedelta = timedelta(seconds=20),
    **environ: str,
) -> list[Outcome]:
    """Deliver as after a pass at ``now``."""
    ports = (80, hook.port) if hook else (80,)
    fetch = FetchSettings(allow_networks=networks, ports=ports, deadline=deadline)

    async def work() -> list[Outcome]:
        async def no_sleep(_seconds: float) -> None:
            nonlocal passed
            passed += 100

        passed = 0.0
        clock = time.monotonic
        async with Fetcher(
            fetch, now=lambda: now, clock=lambda: clock() + passed, sleep=no_sleep
        ) as fetcher:
            return await watches.run(data, fetcher, now=lambda: now, environ=environ)

    return asyncio.run(work())


def added(data: Path, hook: Hook | None = None, *words: str, query: str = "就业工作") -> None:
    where = ["--webhook", f"{hook.address}/in"] if hook else []
    if hook:
        settings(data.parent, hook.port)
    done = gazette(data, "add", "jobs", query, *where, *words)
    assert done.exit_code == 0, done.output


def titles(data: Path) -> list[str]:
    feed = ElementTree.parse(data / "watch" / "jobs.atom").getroot()  # noqa: S314 - ours
    return [entry.findtext(f"{ATOM}title", "") for entry in feed.iter(f"{ATOM}entry")]


def watch_of(data: Path) -> watches.Watch:
    with Memory(data / "watch.db") as memory:
        return memory.watch("jobs")


# --- what is new --------------------------------------------------------------------------------


def test_what_was_archived_before_the_search_was_saved_is_not_new(data: Path) -> None:
    added(data)
    put(data, 2, 3)
    assert passes(data) == [Outcome(name="jobs", new=2)]
    assert titles(data) == ["第3号通告", "第2号通告"]
    assert passes(data) == []


def test_since_takes_in_what_was_archived_shortly_before(data: Path) -> None:
    added(data, None, "--since", "2024-01-01")
    assert passes(data) == [Outcome(name="jobs", new=1)]


def test_an_article_found_late_with_an_old_date_is_new(data: Path) -> None:
    added(data)
    put(data, 2, published=datetime(1999, 1, 1, tzinfo=UTC))
    assert passes(data) == [Outcome(name="jobs", new=1)]


def test_what_a_backfill_digs_up_is_history_and_floods_nobody(data: Path) -> None:
    added(data)
    put(data, 2, 3)
    put(data, 4, 5, published=NOW - timedelta(days=2))
    with Frontier(data / "crawl.db") as frontier:
        listing = Listing(url="https://www.city.example/")
        frontier.backfills.ask("city", [listing], since=None, pages=None, now=NOW)
        page = frontier.walks.next_page("city", listing.url)
        assert page is not None
        named = {article(n).url: None for n in (3, 4)}
        frontier.walks.read("city", page, entries=named, print="")
    # Named by it are 3, which is old, and 4, which is news all the same.
    assert passes(data) == [Outcome(name="jobs", new=3)]
    assert titles(data) == [article(n).title for n in (5, 4, 2)]
    assert passes(data) == []


def test_a_reprint_of_what_was_delivered_is_not_delivered_again(data: Path) -> None:
    added(data)
    put(data, 2)
    passes(data)
    put(data, 9, text=article(2).text, title=article(2).title, source="other")
    assert passes(data) == []


def test_two_reprints_of_one_pass_are_one_hit(data: Path) -> None:
    added(data)
    put(data, 2)
    put(data, 9, text=article(2).text, title=article(2).title, source="other")
    assert passes(data) == [Outcome(name="jobs", new=1)]


def test_a_new_article_that_comes_to_match_by_an_edit_is_a_hit(data: Path) -> None:
    added(data, query="水库")
    put(data, 2)
    assert passes(data) == []
    put(data, 2, text=f"{BODY}\n另外部署了水库的检查。")
    assert passes(data) == [Outcome(name="jobs", new=1)]


def test_an_old_article_that_is_edited_is_not_new(data: Path) -> None:
    added(data)
    put(data, 1, text=f"{BODY}\n另外部署了水库的检查。")
    assert passes(data) == []


@pytest.mark.parametrize(
    "query", ["业", "econ*", "-养老", "after:2024-03-01", "title:通告 OR 水库"]
)
def test_every_kind_of_query_finds_the_new_one_alone(data: Path, query: str) -> None:
    put(data, 5, text=f"{BODY}\nEconomic news of an old page.")
    added(data, query=query)
    put(data, 6, text=f"{BODY}\nEconomic news of a new page, 与其他各号都不相同。")
    put(data, 7, title="养老", text="养老", published=datetime(2001, 1, 1, tzinfo=UTC))
    assert passes(data) == [Outcome(name="jobs", new=1)]


def test_more_links_than_are_looked_at_at_once_lose_nothing(data: Path) -> None:
    added(data)
    with Archive.open(data / "archive.db") as archive:
        for n in range(100, 700):
            text = (
                f"就业工作通告{n}" if n % 100 == 0 else f"第{n}号 " + "甲乙丙丁"[n % 4] * (n % 50)
            )
            archive.put(article(n, text=text, title=f"{n}"), None, now=NOW)
    assert [outcome.new for outcome in passes(data)] == [6]


def test_an_archive_that_was_replaced_by_an_older_one_floods_nobody(data: Path) -> None:
    backup = (data.parent / "old.db").as_posix()
    CliRunner().invoke(main, ["backup", backup, "--data", str(data)])
    added(data)
    put(data, 2, 3)
    passes(data)
    done = CliRunner().invoke(main, ["restore", backup, "--data", str(data)])
    assert done.exit_code == 0, done.output
    assert passes(data) == []
    put(data, 2, 4)
    assert passes(data) == [Outcome(name="jobs", new=1)]


def test_what_a_restored_archive_gets_before_the_next_pass_is_not_passed_over(data: Path) -> None:
    added(data)
    put(data, 2)
    backup = (data.parent / "old.db").as_posix()
    CliRunner().invoke(main, ["backup", backup, "--data", str(data)])
    put(data, 3, 4)
    assert passes(data) == [Outcome(name="jobs", new=3)]
    assert CliRunner().invoke(main, ["restore", backup, "--data", str(data)]).exit_code == 0
    put(data, 5, 6, 4, 7)
    assert passes(data) == [Outcome(name="jobs", new=3)]
    assert titles(data)[:3] == ["第7号通告", "第6号通告", "第5号通告"]


def test_another_archive_in_the_place_of_the_first_floods_nobody(data: Path) -> None:
    added(data)
    (data / "archive.db").unlink()
    put(data, 11, 12, 13)
    assert passes(data) == []
    put(data, 14)
    assert passes(data) == [Outcome(name="jobs", new=1)]


def test_no_word_of_a_deleted_article_is_kept(data: Path, hook: Hook) -> None:
    added(data, hook)
    put(data, 2, text=f"{BODY}\n某人曾任就业工作处处长。")
    put(data, 3)
    passes(data, hook)
    held = data / "watch" / "jobs.atom"
    assert "某人" in held.read_text()
    with Archive.open(data / "archive.db") as archive:
        found = archive.find("https://www.city.example/2.html")
        assert found is not None
        archive.delete(found.id, reason="court", now=NOW)
    assert passes(data, hook) == []
    assert titles(data) == ["第3号通告"]
    for path in (held, data / "watch.db"):
        assert "某人".encode() not in path.read_bytes()
        assert "就业".encode() not in path.read_bytes().replace("就业工作".encode(), b"", 1) or (
            path == held
        )


# --- the feed -----------------------------------------------------------------------------------


def test_a_feed_is_valid_and_says_the_same_every_time(data: Path) -> None:
    added(data)
    put(data, 2, title="<script>\x0b&amp; 就业工作", html="<p onclick=x>a</p><script>b</script>")
    passes(data)
    path = data / "watch" / "jobs.atom"
    first = path.read_bytes()
    path.unlink()
    passes(data, now=NOW + timedelta(days=1))
    assert path.read_bytes() == first
    feed = ElementTree.fromstring(first)  # noqa: S314 - ours
    (entry,) = feed.iter(f"{ATOM}entry")
    for parent in (feed, entry):
        assert all(parent.findtext(f"{ATOM}{name}") for name in ("title", "id", "updated"))
    assert entry.findtext(f"{ATOM}id") == "https://www.city.example/2.html"
    assert entry.findtext(f"{ATOM}content") == "<p>a</p>"


def test_a_file_that_is_no_feed_is_never_written_over(data: Path) -> None:
    for path in (data / "archive.db", data):
        before = (data / "archive.db").read_bytes()
        done = gazette(data, "add", "jobs", "就业", "--feed", str(path))
        assert done.exit_code == 2
        assert (data / "archive.db").read_bytes() == before
    mine = data / "mine.txt"
    added(data, None, "--feed", str(mine))
    mine.write_text("a list of mine")
    put(data, 2)
    (outcome,) = passes(data)
    assert "is no feed" in outcome.error
    assert mine.read_text() == "a list of mine"


def test_two_saved_searches_never_share_a_feed(data: Path) -> None:
    shared = data / "shared.atom"
    assert gazette(data, "add", "jobs", "就业", "--feed", str(shared)).exit_code == 0
    done = gazette(data, "add", "tax", "税收", "--feed", str(shared))
    assert done.exit_code == 2
    assert "is the feed of the saved search jobs" in done.output


def test_a_search_that_found_nothing_yet_has_an_empty_feed(data: Path) -> None:
    added(data)
    passes(data)
    assert titles(data) == []


# --- the webhook --------------------------------------------------------------------------------


def test_each_hit_is_sent_once(data: Path, hook: Hook) -> None:
    added(data, hook)
    put(data, 2, 3)
    assert passes(data, hook) == [Outcome(name="jobs", new=2, sent=2)]
    put(data, 4)
    passes(data, hook)
    passes(data, hook)
    assert hook.titles() == ["第2号通告", "第3号通告", "第4号通告"]


def test_what_a_receiver_asks_to_wait_is_waited(data: Path, hook: Hook) -> None:
    added(data, hook)
    put(data, 2)
    hook.answers = [(429, {"Retry-After": "1800"}, ""), (200, {}, "")]
    (outcome,) = passes(data, hook)
    assert (outcome.sent, outcome.error) == (0, "status 429")
    assert watch_of(data).next_try == NOW + timedelta(seconds=1800)
    assert passes(data, hook, now=NOW + timedelta(seconds=1799)) == []
    assert len(hook.got) == 1
    assert passes(data, hook, now=NOW + timedelta(seconds=1801)) == [Outcome(name="jobs", sent=1)]
    assert hook.said()[0]["hits"][0]["id"] == hook.said()[1]["hits"][0]["id"]
    assert watch_of(data).error == ""


def test_a_broken_receiver_is_tried_ever_more_rarely_and_shown(data: Path, hook: Hook) -> None:
    added(data, hook)
    put(data, 2)
    hook.answers = [(500, {}, "")]
    now, waits = NOW, []
    for _ in range(4):
        passes(data, hook, now=now)
        later = watch_of(data).next_try
        assert later is not None
        waits.append(later - now)
        now = later + timedelta(seconds=1)
    assert waits == sorted(waits)
    assert waits[3] >= 4 * waits[0]
    shown = gazette(data, "list").output
    assert "failed 4 times" in shown
    assert "status 500" in shown
    hook.answers = [(200, {}, "")]
    assert passes(data, hook, now=now) == [Outcome(name="jobs", sent=1)]


def test_a_redirect_to_a_private_address_is_not_followed(data: Path, hook: Hook) -> None:
    added(data, hook)
    put(data, 2)
    hook.answers = [(307, {"Location": "http://169.254.169.254/latest/meta-data"}, "")]
    (outcome,) = passes(data, hook)
    assert "it redirects" in outcome.error
    assert len(hook.got) == 1


def test_a_private_address_is_refused_when_it_is_added(data: Path) -> None:
    done = gazette(data, "add", "jobs", "就业", "--webhook", "http://127.0.0.1/in")
    assert done.exit_code == 1
    assert "not a public address" in done.output
    assert not (data / "watch.db").exists()


def test_a_private_address_is_refused_when_it_is_sent_to(data: Path, hook: Hook) -> None:
    added(data, hook)
    put(data, 2)
    (outcome,) = passes(data, hook, networks=())
    assert "not a public address" in outcome.error
    assert hook.got == []


def test_nobody_listening_is_a_failure_of_that_watch_alone(data: Path, hook: Hook) -> None:
    added(data, hook)
    settings(data.parent, 9, hook.port)
    assert (
        gazette(data, "add", "dead", "就业工作", "--webhook", "http://127.0.0.1:9/").exit_code == 0
    )
    put(data, 2)
    fetch = FetchSettings(allow_networks=("127.0.0.1/32",), ports=(9, hook.port))

    async def work() -> list[Outcome]:
        async with Fetcher(fetch, now=lambda: NOW) as fetcher:
            return await watches.run(data, fetcher, now=lambda: NOW, environ={})

    dead, jobs = asyncio.run(work())
    assert (dead.name, dead.sent, jobs.sent) == ("dead", 0, 1)
    assert dead.error


def test_a_receiver_that_never_answers_is_given_up(data: Path, hook: Hook) -> None:
    added(data, hook)
    put(data, 2)
    hook.go.clear()
    (outcome,) = passes(data, hook, deadline=timedelta(seconds=0.3))
    assert "no whole answer" in outcome.error
    hook.go.set()


def test_a_deleted_article_is_not_sent(data: Path, hook: Hook) -> None:
    added(data, hook)
    put(data, 2)
    hook.answers = [(503, {}, "")]
    passes(data, hook)
    with Archive.open(data / "archive.db") as archive:
        found = archive.find("https://www.city.example/2.html")
        assert found is not None
        archive.delete(found.id, reason="court", now=NOW)
    passes(data, hook, now=NOW + timedelta(days=1))
    assert len(hook.got) == 1
    assert watch_of(data).unsent == 0


def test_a_token_of_the_environment_is_neither_kept_nor_shown(data: Path, hook: Hook) -> None:
    settings(data.parent, hook.port)
    address = f"{hook.address}/${{HOOK_TOKEN}}"
    assert gazette(data, "add", "jobs", "就业工作", "--webhook", address).exit_code == 0
    put(data, 2)
    (outcome,) = passes(data, hook)
    assert outcome.error == "the environment has no HOOK_TOKEN"
    hook.answers = [(403, {}, ""), (200, {}, "")]
    passes(data, hook, now=NOW + timedelta(days=1), HOOK_TOKEN="s3cret")  # noqa: S106
    assert hook.got[0][0] == "/s3cret"
    assert b"s3cret" not in (data / "watch.db").read_bytes()
    assert "s3cret" not in gazette(data, "list").output
    assert (data / "watch.db").stat().st_mode & 0o077 == 0


def test_two_processes_do_not_deliver_at_once(data: Path, hook: Hook) -> None:
    added(data, hook)
    put(data, 2)
    hook.go.clear()
    config = str(data.parent / "config")
    command = [sys.executable, "-m", "crawler.cli", "watch", "run", "--data", str(data)]
    first = subprocess.Popen([*command, "--config", config], stdout=subprocess.PIPE)
    try:
        while not hook.got:
            time.sleep(0.05)
        assert passes(data, hook) == []
        hook.go.set()
        first.communicate(timeout=60)
    finally:
        first.kill()
    assert hook.titles() == ["第2号通告"]


def test_a_kill_between_sending_and_noting_repeats_one_message_with_the_same_ids(
    data: Path, hook: Hook
) -> None:
    added(data, hook)
    put(data, 2, 3)
    hook.go.clear()
    config = str(data.parent / "config")
    command = [sys.executable, "-m", "crawler.cli", "watch", "run", "--data", str(data)]
    killed = subprocess.Popen([*command, "--config", config])
    try:
        while not hook.got:
            time.sleep(0.05)
    finally:
        os.kill(killed.pid, signal.SIGKILL)
        killed.wait()
    hook.go.set()
    assert passes(data, hook) == [Outcome(name="jobs", sent=2)]
    one, again = hook.said()
    assert one == again
    assert passes(data, hook) == []
    assert titles(data) == ["第3号通告", "第2号通告"]
    with sqlite3.connect(data / "watch.db") as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_backup_carries_saved_searches_and_what_they_delivered(data: Path, hook: Hook) -> None:
    added(data, hook)
    put(data, 2)
    passes(data, hook)
    copy, other = data.parent / "backup.db", data.parent / "other"
    runner = CliRunner()
    assert runner.invoke(main, ["backup", str(copy), "--data", str(data)]).exit_code == 0
    assert runner.invoke(main, ["restore", str(copy), "--data", str(other)]).exit_code == 0
    put(other, 3)
    assert passes(other, hook) == [Outcome(name="jobs", new=1, sent=1)]
    assert hook.titles() == ["第2号通告", "第3号通告"]
    assert (other / "watch.db").stat().st_mode & 0o077 == 0


# --- the command --------------------------------------------------------------------------------


def test_add_says_what_it_understood(data: Path) -> None:
    done = gazette(data, "add", "jobs", "就业", "source:city", "-养老")
    assert "looks for" in done.output
    assert "jobs.atom" in done.output


@pytest.mark.parametrize("query", ["", "   ", "（）", "，"])
def test_a_query_that_asks_nothing_is_refused(data: Path, query: str) -> None:
    done = gazette(data, "add", "jobs", query)
    assert done.exit_code == 2
    assert not (data / "watch.db").exists()


@pytest.mark.parametrize("name", ["../up", ".hidden", "a/b", "a\x00b", ""])
def test_a_name_stays_in_the_folder_of_feeds(data: Path, name: str) -> None:
    assert gazette(data, "add", name, "就业").exit_code == 2


def test_a_name_is_given_once_and_can_be_removed(data: Path) -> None:
    added(data)
    assert gazette(data, "add", "jobs", "养老").exit_code == 1
    assert gazette(data, "remove", "jobs").exit_code == 0
    assert gazette(data, "remove", "jobs").exit_code == 1
    assert gazette(data, "add", "jobs", "养老").exit_code == 0


def test_test_sends_a_marked_hit_and_notes_nothing(data: Path, hook: Hook) -> None:
    added(data, hook)
    assert gazette(data, "test", "jobs").exit_code == 0
    (said,) = hook.said()
    assert said["test"] is True
    assert said["hits"][0]["title"] == "第1号通告"
    assert watch_of(data).hits == 0


def test_test_that_fails_shows_no_secret(
    data: Path, hook: Hook, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings(data.parent, hook.port)
    monkeypatch.setenv("HOOK_TOKEN", "s3cret word")
    address = f"{hook.address}/${{HOOK_TOKEN}}"
    assert gazette(data, "add", "jobs", "就业工作", "--webhook", address).exit_code == 0
    hook.answers = [(302, {"Location": "/s3cret%20word/elsewhere"}, "")]
    done = gazette(data, "test", "jobs")
    assert done.exit_code != 0
    assert len(hook.got) == 1
    assert "s3cret" not in done.output + done.stderr + str(done.exception)


def test_a_daemon_delivers_what_it_finds(tmp_path: Path, hook: Hook) -> None:
    with Portal(size=50, seed=3, now=datetime.now(UTC) - timedelta(days=1)) as portal:
        configure(portal, tmp_path / "config", FAMILIES)
        toml = tmp_path / "config" / "gazette.toml"
        told = toml.read_text().replace("ports = [", f"ports = [{hook.port}, ")
        toml.write_text(told + '[daemon]\ntick = "1s"\n')
        where = ["--config", str(tmp_path / "config"), "--data", str(tmp_path / "data")]
        words = ["add", "all", "after:2000", "--webhook", f"{hook.address}/in"]
        assert CliRunner().invoke(main, ["watch", *words, *where]).exit_code == 0
        process = subprocess.Popen([sys.executable, "-m", "crawler.cli", "daemon", *where])
        try:
            end = time.monotonic() + 60
            while len(hook.titles()) < 20:
                assert time.monotonic() < end, "it never came"
                time.sleep(0.1)
            process.send_signal(signal.SIGTERM)
            assert process.wait(timeout=20) == 0
        finally:
            process.kill()
            process.wait()
    ids = [hit["id"] for message in hook.said() for hit in message["hits"]]
    assert len(ids) == len(set(ids))


# --- a real crawl -------------------------------------------------------------------------------


def test_a_crawl_delivers_what_the_sites_published(tmp_path: Path, hook: Hook) -> None:
    with Portal(size=60, seed=3, now=datetime.now(UTC) - timedelta(days=1)) as portal:
        configure(portal, tmp_path / "config", FAMILIES)
        toml = tmp_path / "config" / "gazette.toml"
        toml.write_text(toml.read_text().replace("ports = [", f"ports = [{hook.port}, "))
        where = ["--config", str(tmp_path / "config"), "--data", str(tmp_path / "data")]
        runner = CliRunner()
        runner.invoke(main, ["crawl", *where])
        words = ["add", "all", "after:2000", "--webhook", f"{hook.address}/in"]
        done = runner.invoke(main, ["watch", *words, *where])
        assert done.exit_code == 0, done.output
        changes = portal.change(datetime.now(UTC))
        crawled = runner.invoke(main, ["crawl", *where])
    assert "watch all:" in crawled.output
    sent = [hit["url"] for message in hook.said() for hit in message["hits"]]
    assert len(sent) == len(set(sent))
    assert len(changes.published) >= 1
    assert set(changes.published) <= set(sent)
