"""What a newer extractor reads from the captures held is stored, and is never a revision."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import click
import pytest
import yaml
from click.testing import CliRunner
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlite_utils import Database

from archive import Archive, ArchiveError, Article, Filters, UnknownArticle, Verdict
from archive.browse import application
from archive.chain import link_hash
from archive.cli import COMMANDS
from archive.export import as_json
from archive.schema import APPLICATION_ID, INDEX_VERSION, open_archive
from archive.search import search
from archive.tables import MIGRATIONS
from archive.tokens import register
from archive.verify import verify
from tests.holdings import BODY, NOW, article, articles, capture, miss

ROOT = Path(__file__).parents[1]
HOUR = timedelta(hours=1)
NEXT = "gazette-extract/99"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "archive.db"


@pytest.fixture
def store(path: Path) -> Iterator[Archive]:
    with Archive.open(path) as found:
        yield found


def run(path: Path, *words: object) -> str:
    group = click.Group("gazette", commands={str(command.name): command for command in COMMANDS})
    done = CliRunner().invoke(group, [*map(str, words), "--data", str(path.parent)])
    assert done.exit_code == 0, done.output
    return done.stdout


def test_a_rereading_is_stored_but_is_no_revision(store: Archive, path: Path) -> None:
    first = store.put(article(1, origin="", author=""), capture(1), now=NOW)
    better = article(1, extractor=NEXT, source="another")
    assert store.reread(first.id, better, now=NOW + HOUR) == ("origin", "author")
    stored = store.get(first.id)
    assert stored.article == replace(better, source="city")
    assert (stored.revision, stored.last_seen) == (1, NOW)
    assert store.stats()["revisions"] == 1
    made, read = store.history(first.id)
    assert (read.number, read.reading, read.changed) == (1, 1, ("origin", "author"))
    assert (read.raw_sha256, read.extractor) == (made.raw_sha256, NEXT)
    assert (read.fetched_at, read.prev_hash) == (NOW + HOUR, made.hash)
    assert read.content_sha256 != made.content_sha256
    assert verify(path, deep=True) == ()


def test_reading_the_same_writes_nothing(store: Archive, path: Path) -> None:
    first = store.put(article(1), capture(1), now=NOW)
    with closing(sqlite3.connect(path)) as conn:
        before = list(conn.iterdump())
        assert store.reread(first.id, article(1), now=NOW + HOUR) == ()
        assert list(conn.iterdump()) == before


def test_rereading_again_changes_nothing(store: Archive) -> None:
    first = store.put(article(1, title="误"), capture(1), now=NOW)
    assert store.reread(first.id, article(1), now=NOW) == ("title",)
    assert store.reread(first.id, article(1), now=NOW) == ()
    assert len(store.history(first.id)) == 2


def test_how_an_article_is_shown_is_taken_over_without_a_link(store: Archive, path: Path) -> None:
    first = store.put(article(1), capture(1), now=NOW)
    shown = article(1, html="<div>正文</div>", pictures=(), witnesses=(), extractor=NEXT)
    assert store.reread(first.id, shown, now=NOW) == ()
    assert store.get(first.id).article == shown
    assert len(store.history(first.id)) == 1
    assert verify(path) == ()


def test_the_next_visit_that_reads_the_same_is_unchanged(store: Archive, path: Path) -> None:
    first = store.put(article(1, title="误"), capture(1), now=NOW)
    store.reread(first.id, article(1, extractor=NEXT), now=NOW)
    later = NOW + 2 * HOUR
    seen = store.put(article(1, extractor=NEXT), capture(1, fetched_at=later), now=later)
    assert (seen.verdict, seen.revision) == (Verdict.UNCHANGED, 1)
    changed = store.put(article(1, text=BODY), capture(1, b"new"), now=later)
    assert (changed.verdict, changed.revision, changed.changed) == (Verdict.REVISED, 2, ("text",))
    assert verify(path, deep=True) == ()


def test_a_rereading_vouches_for_pages_that_were_not_kept_before(
    store: Archive, path: Path
) -> None:
    first = store.put(article(1), capture(1), now=NOW)
    pages = (*store.pages(first.id), capture(2))
    whole = article(1, text=f"{BODY}\n第二页", extractor=NEXT)
    assert store.reread(first.id, whole, now=NOW + HOUR, pages=pages) == ("text",)
    assert [page.url for page in store.pages(first.id)] == [page.url for page in pages]
    old, new = store.history(first.id)
    assert old.raw_sha256 != new.raw_sha256
    assert verify(path, deep=True) == ()


def test_a_rereading_brings_nothing_back_that_is_gone(store: Archive) -> None:
    first = store.put(article(1, title="误"), capture(1), now=NOW)
    miss(store, article(1).url, NOW)
    store.reread(first.id, article(1), now=NOW + HOUR)
    assert (store.get(first.id).gone, store.get(first.id).gone_reason) == (NOW, "404")


def test_what_was_said_before_is_told_by_revision_and_by_reading(store: Archive) -> None:
    titles = {(1, 0): "甲", (1, 1): "乙", (1, 2): "丙", (2, 0): "丁", (2, 1): "戊"}
    id_ = 0
    for (_, reading), title in titles.items():
        found = article(1, title=title)
        if reading:
            store.reread(id_, found, now=NOW)
        else:
            id_ = store.put(found, capture(1, title.encode()), now=NOW).id
    assert [(link.number, link.reading) for link in store.history(id_)] == list(titles)
    for (number, reading), title in titles.items():
        assert store.get(id_, number, reading=reading).article.title == title
    assert (store.get(id_, 1).article.title, store.get(id_, 2).article.title) == ("丙", "戊")
    assert store.get(id_) == store.get(id_, 2)


def test_search_and_clusters_follow(store: Archive, path: Path) -> None:
    one = store.put(article(1, text="误读的栏目导航"), capture(1), now=NOW)
    other = store.put(article(2, text=BODY), None, now=NOW + HOUR)
    assert search(path, "导航").total == 1
    store.reread(one.id, article(1, text=BODY), now=NOW)
    assert search(path, "导航").total == 0
    assert search(path, "就业", filters=Filters(all_reprints=True)).total == 2
    assert {member.id for member in store.cluster(other.id)} == {one.id, other.id}
    later = NOW + timedelta(days=9)
    assert store.reread(one.id, article(1, text=BODY, published=later), now=NOW) == ("published",)
    assert [member.id for member in store.cluster(one.id)] == [other.id, one.id]
    store.reread(one.id, article(1, text="又是另外一篇"), now=NOW)
    assert [member.id for member in store.cluster(other.id)] == [other.id]
    assert verify(path, deep=True) == ()


def test_the_raw_digest_is_of_the_pages_it_was_last_read_from(store: Archive, path: Path) -> None:
    first = store.put(article(1, title="误"), capture(1), now=NOW)
    further = [capture(7)]
    clock = capture(1, b"the same but for a clock", fetched_at=NOW + HOUR)
    store.put(article(1, title="误"), clock, now=NOW + HOUR, further=further)
    store.reread(first.id, article(1), now=NOW + 2 * HOUR)
    made, read = store.history(first.id)
    assert made.raw_sha256 != read.raw_sha256
    assert verify(path, deep=True) == ()


def test_what_cannot_be_read_again_is_refused(store: Archive) -> None:
    imported = store.put(article(1), None, now=NOW)
    with pytest.raises(ArchiveError, match="was imported"):
        store.reread(imported.id, article(1, title="误"), now=NOW)
    with pytest.raises(UnknownArticle):
        store.reread(99, article(1), now=NOW)


def test_the_history_shows_a_rereading_as_what_it_is(store: Archive, path: Path) -> None:
    first = store.put(article(1, origin="", author=""), capture(1), now=NOW)
    store.put(article(1, origin="", author="", text=BODY), capture(1, b"x"), now=NOW)
    store.reread(first.id, article(1, text=BODY, extractor=NEXT), now=NOW + HOUR)
    *lines, last = run(path, "history", first.id).splitlines()
    assert [line.split()[0] for line in lines] == ["revision", "1", "2", "2024-03-15"]
    assert last.startswith("looked at ")
    assert f"read again by {NEXT}: origin, author" in lines[3]
    assert '"reading": 1' in run(path, "history", first.id, "--json")
    diff = run(path, "show", first.id, "--diff")
    assert "这是第1号通告" in diff
    assert "市人社局" not in diff.replace("发文机关: 市人社局", "")
    assert as_json(store.get(first.id))["revision"] == 2


async def test_whoever_browses_sees_a_rereading_but_no_silent_edit(
    store: Archive, path: Path
) -> None:
    first = store.put(article(1, title="误"), capture(1), now=NOW)
    store.put(article(1, title="误", text=BODY), capture(1, b"x"), now=NOW)
    store.reread(first.id, article(1, text=BODY, extractor=NEXT), now=NOW)
    metadata = yaml.safe_load((ROOT / "config" / "datasette.yaml").read_text(encoding="utf-8"))
    datasette = application(path, metadata)
    await datasette.invoke_startup()
    page = (await datasette.client.get(f"/-/gazette/article/{first.id}")).text
    assert f"read again by {NEXT}: title" in page
    assert "This is revision" not in page
    older = (await datasette.client.get(f"/-/gazette/article/{first.id}?revision=1")).text
    assert "This is revision 1 of 2" in older
    edits = (await datasette.client.get("/archive/silent_edits.json?_shape=array")).json()
    assert [row["changed"] for row in edits] == ['["text"]']


def test_a_reader_that_dies_before_it_commits_leaves_all_as_it_was(
    store: Archive, path: Path
) -> None:
    first = store.put(article(1, title="误"), capture(1), now=NOW)
    before = store.get(first.id), store.history(first.id)
    child = os.fork()
    if child == 0:  # pragma: no cover - dies
        with Archive.open(path) as other, other._writing(NOW) as putting:
            putting.reread(first.id, article(1), ())
            os._exit(0)
    os.waitpid(child, 0)
    assert (store.get(first.id), store.history(first.id)) == before
    assert store.reread(first.id, article(1), now=NOW) == ("title",)
    assert search(path, "误").total == 0
    assert verify(path, deep=True) == ()


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("UPDATE revisions SET reading = 0, number = 2 WHERE reading = 1", "changed after"),
        ("UPDATE revisions SET reading = 1, number = 1 WHERE number = 2", "changed after"),
        ("UPDATE revisions SET extractor = 'x' WHERE reading = 1", "changed after"),
        ("DELETE FROM revisions WHERE reading = 1", "was taken out"),
        ("UPDATE revisions SET reading = 2 WHERE reading = 1", "changed after"),
    ],
)
def test_an_edit_cannot_be_passed_off_as_a_rereading_nor_the_other_way_round(
    store: Archive, path: Path, statement: str, what: str
) -> None:
    first = store.put(article(1, title="误"), capture(1), now=NOW)
    store.put(article(2, title="误"), capture(2), now=NOW)
    store.put(article(2), capture(2, b"edited"), now=NOW)
    store.reread(first.id, article(1), now=NOW)
    store.put(article(3), capture(3), now=NOW)
    with closing(open_archive(path)) as conn:
        conn.execute(statement)
        conn.execute("UPDATE articles SET revision = 3 - revision")
    found = {finding.check: finding.what for finding in verify(path)}
    assert what in found["chain"]
    assert "articles" in found


def test_a_rereading_names_what_it_changed_and_from_which_captures(
    store: Archive, path: Path
) -> None:
    first = store.put(article(1, title="误"), capture(1), now=NOW)
    store.put(article(2), capture(2), now=NOW)
    store.reread(first.id, article(1), now=NOW)
    for statement, check in (
        ("UPDATE revisions SET changed = '[]' WHERE reading = 1", "articles"),
        ("UPDATE revisions SET before = '{}' WHERE reading = 1", "articles"),
        ("UPDATE revisions SET capture_id = 2 WHERE reading = 1", "captures"),
    ):
        with closing(open_archive(path)) as conn:
            conn.execute("SAVEPOINT whole")
            kept = conn.execute("SELECT * FROM revisions WHERE reading = 1").fetchone()
            conn.execute(statement)
            conn.execute("RELEASE whole")
            assert [finding.check for finding in verify(path)] == [check]
            marks = ", ".join("?" * len(kept))
            conn.execute(f"REPLACE INTO revisions VALUES ({marks})", tuple(kept))  # noqa: S608
    assert verify(path) == ()


class Life(RuleBasedStateMachine):
    """Any sequence of visits and rereadings verifies, and every reading can be told again."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        self.path = Path(self.folder.name, "archive.db")
        self.store = Archive.open(self.path)
        self.now = NOW
        self.ids: dict[str, int] = {}
        self.source: dict[str, str] = {}
        self.said: dict[tuple[int, int, int], str] = {}

    def note(self, id_: int) -> None:
        link = self.store.history(id_)[-1]
        self.said[id_, link.number, link.reading] = self.store.get(id_).article.title

    @rule(found=articles, contents=st.lists(st.sampled_from([b"a", b"b"]), max_size=3))
    def put(self, found: Article, contents: list[bytes]) -> None:
        self.now += HOUR
        n = int(found.url.rsplit("/", 1)[1])
        first, *further = [
            capture(n, content, fetched_at=self.now) for content in contents
        ] or [None]  # fmt: skip
        pages = [page for page in further if page]
        receipt = self.store.put(found, first, now=self.now, further=pages)
        if first:
            assert [page.body for page in self.store.pages(receipt.id)] == contents
        self.ids[found.url] = receipt.id
        self.note(receipt.id)

    @rule(found=articles)
    def reread(self, found: Article) -> None:
        self.now += HOUR
        id_ = self.ids.get(found.url)
        if id_ is None or not self.store.pages(id_):
            return
        before = self.store.get(id_)
        changed = self.store.reread(id_, found, now=self.now)
        after = self.store.get(id_)
        assert after.article == replace(found, source=before.article.source)
        assert (after.revision, after.last_seen) == (before.revision, before.last_seen)
        assert bool(changed) == (self.store.history(id_)[-1].fetched_at == self.now)
        self.note(id_)

    @rule(n=st.integers(1, 5))
    def seen(self, n: int) -> None:
        self.store.seen(
            f"https://www.city.example/{n}",
            now=self.now,
            capture=capture(n, b"", status=304, fetched_at=self.now),
        )

    @invariant()
    def tells_every_reading(self) -> None:
        for (id_, number, reading), title in self.said.items():
            told = self.store.get(id_, number, reading=reading).article.title
            assert " ".join(told.split()) == " ".join(title.split())

    def teardown(self) -> None:
        self.store.close()
        with self.folder:
            assert verify(self.path, deep=True) == ()


def test_any_life_with_rereadings_verifies() -> None:
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        Life, settings=settings(max_examples=25, stateful_step_count=20, deadline=None)
    )


# --- archives made before there was any of this ---


def downgraded(path: Path, old: Path) -> None:
    """Write the archive at ``path``, of one reading and one page each, as the first schema did."""
    with closing(sqlite3.connect(old)) as conn:
        register(conn)
        MIGRATIONS.apply(Database(conn), stop_before="m002_pages_and_rereadings")
        conn.execute("PRAGMA journal_mode = WAL")
        conn.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        conn.execute("ATTACH ? AS new", (str(path),))
        for table in ("articles", "captures", "revisions", "meta"):
            names = ", ".join(row[1] for row in conn.execute(f"PRAGMA main.table_info({table})"))
            conn.execute(f"INSERT INTO {table} SELECT {names} FROM new.{table}")  # noqa: S608
        conn.commit()


def test_an_archive_of_the_first_schema_is_upgraded_with_all_it_holds(
    store: Archive, path: Path
) -> None:
    first = store.put(article(1, title="误"), capture(1), now=NOW)
    store.put(article(1), capture(1, b"new"), now=NOW + HOUR)
    store.seen(article(1).url, now=NOW, capture=capture(1, b"", status=304, fetched_at=NOW + HOUR))
    store.put(article(2), None, now=NOW)
    history, stats = store.history(first.id), store.stats()
    old = path.with_name("old.db")
    downgraded(path, old)
    with closing(sqlite3.connect(old)) as conn:
        assert "reading" not in {row[1] for row in conn.execute("PRAGMA table_info(revisions)")}
    with pytest.raises(ArchiveError, match="upgrades it"):
        Archive.open(old, read_only=True)
    with Archive.open(old, warc=path.parent / "warc") as archive:
        assert archive.history(first.id) == history
        assert archive.stats() == stats
        assert [page.body for page in archive.pages(first.id)] == [b"new"]
        assert archive.get(first.id, 1).article.title == "误"
        assert verify(old, warc=path.parent / "warc", deep=True) == ()
        assert archive.reread(first.id, article(1, title="再"), now=NOW) == ("title",)
        further = [capture(7)]
        receipt = archive.put(article(1), capture(1), now=NOW, further=further)
        assert receipt.verdict is Verdict.REVISED
        assert len(archive.pages(first.id)) == 2
    assert verify(old, warc=path.parent / "warc", deep=True) == ()


def test_others_need_nothing_of_ours_to_read_an_upgraded_file(store: Archive, path: Path) -> None:
    store.put(article(1), capture(1), now=NOW)
    old = path.with_name("old.db")
    downgraded(path, old)
    Archive.open(old).close()
    with closing(sqlite3.connect(path)) as new, closing(sqlite3.connect(old)) as upgraded:
        new.row_factory = upgraded.row_factory = sqlite3.Row
        for table in ("articles", "captures", "revisions"):
            sql = f"SELECT * FROM {table}"  # noqa: S608
            rows = [[dict(row) for row in conn.execute(sql)] for conn in (new, upgraded)]
            for row in rows[0] + rows[1]:
                row.pop("record_sha256", None)  # not known of records written before
            assert rows[0] == rows[1]
        (row,) = upgraded.execute("SELECT * FROM revisions")
        assert link_hash(row) == row["hash"]
        assert upgraded.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        assert upgraded.execute("PRAGMA foreign_key_check").fetchall() == []
        tokens = "SELECT value FROM meta WHERE key = 'tokens'"
        assert upgraded.execute(tokens).fetchone()[0] == INDEX_VERSION
