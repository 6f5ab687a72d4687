"""What the archive promises of every put: once, for good, and able to say what was before."""

import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

import archive as face
from archive import (
    Absence,
    Archive,
    Article,
    Corrupt,
    Filing,
    Filters,
    Receipt,
    UnknownArticle,
    UnknownRevision,
    Verdict,
)
from archive.ids import SLOTS_PER_DAY
from archive.sameness import as_held
from archive.schema import open_archive
from archive.search import search
from archive.verify import verify
from tests.holdings import (
    ARTICLE,
    BODY,
    NOW,
    article,
    articles,
    capture,
    filing,
    gzipped,
    miss,
    sound,
    types,
)

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "archive.db"


@pytest.fixture
def store(path: Path) -> Iterator[Archive]:
    with Archive.open(path) as found:
        yield found


def records(path: Path) -> list[str]:
    return [kind for file in sorted((path.parent / "warc").iterdir()) for kind in types(file)]


def test_the_face_is_exact() -> None:
    public = {
        name
        for name, value in vars(face).items()
        if not name.startswith("_") and type(value).__name__ != "module"
    }
    assert face.__all__ == sorted(public)


# --- verdicts ---


def test_a_new_article_is_stored_and_comes_back_as_it_was(store: Archive) -> None:
    receipt = store.put(ARTICLE, None, now=NOW)
    day = date(2024, 3, 15).toordinal()  # 00:30 in Shanghai, still the 14th in UTC
    assert receipt == Receipt(
        id=day * SLOTS_PER_DAY, verdict=Verdict.NEW, revision=1, cluster=receipt.id
    )
    stored = store.get(receipt.id)
    assert stored.article == ARTICLE
    assert (stored.first_seen, stored.last_seen, stored.gone) == (NOW, NOW, None)
    assert store.find(ARTICLE.url) == stored
    assert store.find("https://www.city.example/none.html") is None


@settings(max_examples=40, deadline=None)
@given(st.lists(articles, max_size=6))
def test_putting_again_changes_nothing(batch: list[Article]) -> None:
    with TemporaryDirectory() as folder, Archive.open(Path(folder, "archive.db")) as store:
        for each in batch:
            first = store.put(each, capture(), now=NOW)
            stored = store.get(first.id).article
            assert as_held(replace(each, source=stored.source), stored) == stored
            stats = store.stats()
            again = store.put(each, capture(), now=NOW)
            assert again == replace(first, verdict=Verdict.UNCHANGED, changed=())
            assert store.stats() == stats


def test_a_revision_keeps_id_and_source_and_what_was_before(store: Archive) -> None:
    versions = [
        ARTICLE,
        replace(ARTICLE, text=BODY + "\n（更正）", html="<p>更正</p>"),
        replace(ARTICLE, title="更正", published=NOW + timedelta(days=40), written=None),
        replace(ARTICLE, title="更正", published=None, attachments=(), source="province"),
    ]
    receipts = [store.put(each, None, now=NOW + n * HOUR) for n, each in enumerate(versions)]
    assert {receipt.id for receipt in receipts} == {receipts[0].id}
    assert [receipt.revision for receipt in receipts] == [1, 2, 3, 4]
    assert [set(receipt.changed) for receipt in receipts] == [
        set(),
        {"text"},
        {"text", "title", "published", "written"},
        {"published", "written", "attachments"},
    ]
    for number, version in enumerate(versions, 1):
        was = store.get(receipts[0].id, number)
        assert (was.revision, was.article) == (number, replace(version, source="city"))
    assert [link.changed for link in store.history(receipts[0].id)] == [
        receipt.changed for receipt in receipts
    ]


@settings(max_examples=40, deadline=None)
@given(st.lists(articles, min_size=1, max_size=8))
def test_every_revision_can_be_rebuilt(versions: list[Article]) -> None:
    with TemporaryDirectory() as folder, Archive.open(Path(folder, "archive.db")) as store:
        held: dict[int, Article] = {}
        for version in versions:
            same = replace(version, url=ARTICLE.url, source="city")
            receipt = store.put(same, None, now=NOW)
            held[receipt.revision] = store.get(receipt.id).article
            assert as_held(same, held[receipt.revision]) == held[receipt.revision]
        assert {n: store.get(receipt.id, n).article for n in held} == held


def test_other_html_is_taken_over_without_a_revision(store: Archive) -> None:
    first = store.put(ARTICLE, None, now=NOW)
    later = replace(ARTICLE, html="<div>正文</div>", categories=("新栏目",), extractor="e/2")
    receipt = store.put(later, None, now=NOW + HOUR)
    assert (receipt.verdict, receipt.revision) == (Verdict.UNCHANGED, 1)
    assert store.get(first.id).article == later
    assert len(store.history(first.id)) == 1


def test_what_is_not_there_is_unknown(store: Archive) -> None:
    receipt = store.put(ARTICLE, None, now=NOW)
    for question in (store.get, store.history, store.cluster, store.pages):
        with pytest.raises(UnknownArticle):
            question(receipt.id + 1)
    for revision in (0, 2, -1):
        with pytest.raises(UnknownRevision, match="has no revision"):
            store.get(receipt.id, revision)


def test_characters_that_no_store_holds_are_dropped(store: Archive) -> None:
    dirty = replace(
        ARTICLE,
        title="标\0题\ud800",
        text=f"\0{BODY}",
        categories=("栏\0目",),
        witnesses=(("a", "\0"),),
    )
    receipt = store.put(dirty, None, now=NOW)
    clean = replace(ARTICLE, title="标题", categories=("栏目",), witnesses=(("a", ""),))
    assert store.get(receipt.id).article == clean
    assert store.put(dirty, None, now=NOW).verdict is Verdict.UNCHANGED


def test_ids_follow_the_local_day_and_the_undated_stand_before_all(store: Archive) -> None:
    days = [None, datetime(2024, 3, 14, 15, 59, tzinfo=UTC), datetime(2024, 3, 14, 16, tzinfo=UTC)]
    ids = [
        store.put(article(10 * n + k, published=day), None, now=NOW).id
        for n, day in enumerate(days)
        for k in (1, 2)
    ]
    assert ids == sorted(ids)
    assert ids[:2] == [1, 2]
    assert [id_ // SLOTS_PER_DAY for id_ in ids[2:]] == [738959, 738959, 738960, 738960]


def test_a_day_that_is_full_takes_further_articles_all_the_same(path: Path) -> None:
    with Archive.open(path) as store:
        last = store.put(article(1), None, now=NOW).id // SLOTS_PER_DAY * SLOTS_PER_DAY + 65535
    with closing(open_archive(path)) as conn:
        conn.execute("PRAGMA foreign_keys = OFF")
        conn.execute("DROP TRIGGER articles_keep_id")
        conn.execute("UPDATE articles SET id = ?, cluster = ?", (last, last))
    with Archive.open(path) as store:
        assert store.put(article(2), None, now=NOW).id == 1


def test_times_without_a_zone_are_refused(store: Archive) -> None:
    with pytest.raises(ValueError, match="no zone"):
        store.put(ARTICLE, None, now=NOW.replace(tzinfo=None))
    with pytest.raises(ValueError, match="no zone"):
        store.put(replace(ARTICLE, published=datetime(2024, 1, 1)), None, now=NOW)
    assert store.stats()["articles"] == 0


def test_only_a_look_after_it_was_missed_brings_an_article_back(store: Archive) -> None:
    url = store.get(store.put(article(1), capture(1), now=NOW).id).article.url
    miss(store, url, NOW + 30 * DAY)
    gone = store.find(url)
    assert gone is not None
    store.put(article(1), None, now=NOW + 31 * DAY)  # a post says nothing of the web
    assert store.find(url) == gone
    store.put(article(1, title="另一题"), None, now=NOW + 32 * DAY)
    old = capture(1, fetched_at=NOW + 3 * DAY)  # and neither does what others took before
    store.put(article(1), old, now=NOW + 33 * DAY)
    still = store.find(url)
    assert still is not None
    assert (still.missing, still.gone, still.gone_reason) == (gone.missing, gone.gone, "404")
    assert (still.last_seen, still.revision) == (NOW + 3 * DAY, 3)
    store.put(article(1), capture(1, fetched_at=NOW + 34 * DAY), now=NOW + 34 * DAY)
    back = store.find(url)
    assert back is not None
    assert (back.missing, back.gone, back.gone_reason) == (None, None, "")


# --- clusters ---


def test_a_reprint_joins_the_cluster_of_the_earliest(store: Archive) -> None:
    late = store.put(article(1, text=BODY), None, now=NOW)
    early = store.put(
        article(2, text=BODY + "\n来源：新华社", published=NOW - timedelta(days=9)), None, now=NOW
    )
    assert (late.verdict, early.verdict) == (Verdict.NEW, Verdict.REPRINT)
    assert early.cluster == early.id == store.get(late.id).cluster
    assert [member.id for member in store.cluster(late.id)] == [early.id, late.id]


def test_a_revision_leaves_one_cluster_and_may_join_another(store: Archive) -> None:
    a, b, c = (store.put(article(n, text=BODY), None, now=NOW).id for n in (1, 2, 3))
    store.put(article(1, text=BODY + "\n补充一句。"), None, now=NOW)
    assert [member.id for member in store.cluster(a)] == [a]
    assert [member.id for member in store.cluster(c)] == [b, c]
    assert store.get(b).cluster == b
    receipt = store.put(article(3, text=BODY + "\n补充一句。"), None, now=NOW)
    assert receipt.cluster == a
    assert [member.id for member in store.cluster(a)] == [a, c]


def clusters(batch: list[Article]) -> dict[str, str]:
    """Return address → address of the cluster's head, after putting all."""
    with TemporaryDirectory() as folder, Archive.open(Path(folder, "archive.db")) as store:
        for each in batch:
            store.put(each, None, now=NOW)
        found = list(store.articles())
    urls = {stored.id: stored.article.url for stored in found}
    return {stored.article.url: urls[stored.cluster] for stored in found}


@settings(max_examples=40, deadline=None)
@given(
    st.lists(articles, max_size=5, unique_by=lambda a: a.url).flatmap(
        lambda batch: st.tuples(st.just(batch), st.permutations(batch))
    )
)
def test_the_order_of_arrival_does_not_matter_to_clusters(
    orders: tuple[list[Article], list[Article]],
) -> None:
    one, other = orders
    assert clusters(one) == clusters(other)


# --- captures ---


def test_a_capture_is_kept_whole_once_and_then_as_a_revisit(store: Archive, path: Path) -> None:
    first = gzipped(capture(1))
    later = replace(first, fetched_at=NOW + HOUR)
    changed = capture(1, b"<html>new</html>", fetched_at=NOW + 2 * HOUR)
    back = replace(first, fetched_at=NOW + 3 * HOUR)
    for found in (first, first, later, changed):
        receipt = store.put(article(1), found, now=found.fetched_at)
    assert store.pages(receipt.id) == (changed,)
    store.put(article(1), back, now=back.fetched_at)
    assert store.pages(receipt.id) == (first,)
    assert records(path) == ["warcinfo", "response", "revisit", "response", "revisit"]
    assert all(map(sound, (path.parent / "warc").iterdir()))


def test_reading_a_capture_again_with_a_better_extractor_keeps_no_second_copy(
    store: Archive, path: Path
) -> None:
    store.put(article(1, title="误"), capture(1), now=NOW)
    store.put(article(2), capture(2, fetched_at=NOW + HOUR), now=NOW)
    store.put(article(3), None, now=NOW)
    for id_, (found,) in store.captures():
        store.put(article(1) if found.url.endswith("/1.html") else article(2), found, now=NOW)
        assert store.get(id_).article.url == found.url
    assert records(path) == ["warcinfo", "response", "response"]
    first = store.find(article(1).url)
    assert first is not None
    assert {link.raw_sha256 for link in store.history(first.id)} == {
        store.history(first.id)[0].raw_sha256
    }
    assert [id_ for id_, _ in store.captures(["province"])] == []


def test_an_import_has_no_capture(store: Archive, path: Path) -> None:
    receipt = store.put(ARTICLE, None, now=NOW)
    assert store.pages(receipt.id) == ()
    assert not (path.parent / "warc").exists()


def test_a_lost_capture_is_told(store: Archive, path: Path) -> None:
    receipt = store.put(article(1), capture(1), now=NOW)
    (file,) = (path.parent / "warc").iterdir()
    file.unlink()
    with pytest.raises(Corrupt, match="no such file"):
        store.pages(receipt.id)


# --- seen and gone ---


def test_what_is_gone_is_marked_once_and_comes_back(store: Archive, path: Path) -> None:
    receipt = store.put(article(1), capture(1), now=NOW)
    first = miss(store, article(1).url, NOW + HOUR)
    assert first == Absence(id=receipt.id, missing=NOW + HOUR, gone=True, first=True)
    again = miss(store, article(1).url, NOW + 2 * HOUR, how="410")
    assert again == replace(first, first=False)
    assert miss(store, article(2).url, NOW) is None
    stored = store.get(receipt.id)
    assert (stored.gone, stored.gone_reason, stored.last_seen) == (NOW + HOUR, "410", NOW)

    not_modified = capture(1, b"", status=304, reason="", fetched_at=NOW + 3 * HOUR)
    seen = store.seen(article(1).url, now=NOW + 3 * HOUR, capture=not_modified)
    assert seen == replace(receipt, verdict=Verdict.UNCHANGED)
    stored = store.get(receipt.id)
    assert (stored.gone, stored.gone_reason, stored.last_seen) == (None, "", NOW + 3 * HOUR)
    assert records(path) == ["warcinfo", "response", "response", "revisit", "revisit"]
    assert store.pages(receipt.id) == (capture(1),)
    assert store.seen(article(2).url, now=NOW) is None


def test_an_answer_without_content_is_not_kept_where_there_is_nothing_it_confirms(
    store: Archive,
) -> None:
    receipt = store.put(article(1), None, now=NOW)
    store.seen(article(1).url, now=NOW, capture=capture(1, b"", status=304))
    assert store.pages(receipt.id) == ()


def test_putting_what_was_gone_brings_it_back(store: Archive) -> None:
    receipt = store.put(article(1), None, now=NOW)
    for later in (article(1), article(1, title="更正")):
        miss(store, article(1).url, NOW)
        store.put(later, capture(1, fetched_at=NOW + HOUR), now=NOW + HOUR)
        assert store.get(receipt.id).gone is None


def test_a_clock_set_back_does_not_unsee(store: Archive) -> None:
    receipt = store.put(article(1), None, now=NOW)
    store.put(article(1), None, now=NOW - HOUR)
    store.seen(article(1).url, now=NOW - HOUR)
    assert store.get(receipt.id).last_seen == NOW


# --- many ---


def test_articles_come_newest_first_and_filtered(store: Archive) -> None:
    days = [NOW - timedelta(days=n) for n in range(5)]
    for n, day in enumerate(days):
        store.put(
            article(n, published=day, source=f"s{n % 2}", region=f"r{n}", author=f"a{n}"),
            None,
            now=NOW,
        )
    store.put(article(9, published=None, categories=("甲", "乙")), None, now=NOW)

    def numbers(**limits: object) -> list[str]:
        found = store.articles(Filters(**limits))  # type: ignore[arg-type]
        return [stored.article.url.rsplit("/", 1)[1].removesuffix(".html") for stored in found]

    assert numbers() == ["0", "1", "2", "3", "4", "9"]
    assert numbers(sources=("s1",)) == ["1", "3"]
    assert numbers(sources=("s1", "city")) == ["1", "3", "9"]
    assert numbers(since=date(2024, 3, 13)) == ["0", "1", "2"]
    assert numbers(since=date(2024, 3, 12), until=date(2024, 3, 13)) == ["2", "3"]
    assert numbers(until=date(2024, 3, 11)) == ["4"]
    assert numbers(region="r3") == ["3"]
    assert numbers(author="a1") == ["1"]
    assert numbers(author=ARTICLE.channel, category="工作动态", sources=("s0",)) == ["0", "2", "4"]
    assert numbers(category="甲 / 乙") == numbers(category="乙") == ["9"]


def test_articles_of_a_region_are_those_of_the_places_in_it_too(store: Archive) -> None:
    for n, region in enumerate(("甘肃省", "甘肃省/平凉市", "甘肃省外", "")):
        store.put(article(n, region=region), None, now=NOW)
    found = [stored.article.region for stored in store.articles(Filters(region="甘肃省"))]
    assert sorted(found) == ["甘肃省", "甘肃省/平凉市"]


def test_going_through_all_articles_holds_no_writer_up(store: Archive) -> None:
    store.put_all([Filing(article=article(n)) for n in range(450)], now=NOW)
    seen = []
    for stored in store.articles():
        seen.append(stored.id)
        if len(seen) in (1, 200, 201, 449):
            assert store.put(article(1000 + len(seen)), None, now=NOW).verdict is Verdict.NEW
    assert len(set(seen)) == len(seen) == 450


def test_a_batch_is_stored_as_a_whole_or_not_at_all(store: Archive, path: Path) -> None:
    store.put(article(1), capture(1), now=NOW)
    wrong = article(3, zone="Nowhere/Nothing")
    with pytest.raises(KeyError):
        store.put_all([filing(2), Filing(article=wrong, capture=capture(3))], now=NOW)
    assert store.put_all([], now=NOW) == []
    assert store.stats() == {
        "articles": 1, "sources": 1, "clusters": 1, "gone": 0, "missing": 0, "revisions": 1,
        "captures": 1,
    }  # fmt: skip
    assert records(path) == ["warcinfo", "response"]
    assert store.put(article(2), capture(2), now=NOW).verdict is Verdict.NEW


def test_a_batch_may_hold_one_article_several_times(store: Archive) -> None:
    batch = [filing(1), filing(1), Filing(article=article(1, title="更正"))]
    verdicts = [receipt.verdict for receipt in store.put_all(batch, now=NOW)]
    assert verdicts == [Verdict.NEW, Verdict.UNCHANGED, Verdict.REVISED]


def test_two_processes_may_write_in_turn_and_any_number_read(store: Archive, path: Path) -> None:
    with Archive.open(path) as other, Archive.open(path, read_only=True) as reader:
        for n in range(1, 9):
            writer = (store, other)[n % 2]
            id_ = writer.put(article(n), capture(n), now=NOW).id
            assert reader.pages(id_) == (capture(n),)
    assert verify(path, deep=True) == ()


def test_readers_are_never_locked_out_while_writing(path: Path) -> None:
    Archive.open(path).close()
    stop, troubles, reads = threading.Event(), [], []

    def read() -> None:
        try:
            with Archive.open(path, read_only=True) as reader:
                while not stop.is_set():
                    found = sum(1 for _ in reader.articles())
                    reads.append((found, search(path, "就业").total))
        except Exception as error:
            troubles.append(error)

    threads = [threading.Thread(target=read) for _ in range(2)]
    for thread in threads:
        thread.start()
    with Archive.open(path) as store:
        for n in range(60):
            store.put_all([Filing(article=article(3 * n + k)) for k in range(3)], now=NOW)
    stop.set()
    for thread in threads:
        thread.join()
    assert troubles == []
    assert len(reads) > 2
    assert all(found % 3 == 0 for found, _ in reads)


class Life(RuleBasedStateMachine):
    """Any sequence of puts, sightings and losses leaves an archive that verifies."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        self.path = Path(self.folder.name, "archive.db")
        self.store = Archive.open(self.path)
        self.now = NOW
        self.held: dict[str, Article] = {}

    @rule(found=articles, content=st.sampled_from([None, b"a", b"b"]))
    def put(self, found: Article, content: bytes | None) -> None:
        self.now += HOUR
        n = int(found.url.rsplit("/", 1)[1])
        answer = content and capture(n, content, fetched_at=self.now)
        receipt = self.store.put(found, answer or None, now=self.now)
        before = self.held.get(found.url)
        self.held[found.url] = (
            replace(as_held(found, before), source=before.source) if before else found
        )
        assert (receipt.verdict in (Verdict.NEW, Verdict.REPRINT)) == (before is None)

    @rule(n=st.integers(1, 5))
    def seen(self, n: int) -> None:
        url = f"https://www.city.example/{n}"
        assert (self.store.seen(url, now=self.now) is not None) == (url in self.held)

    @rule(n=st.integers(1, 5))
    def gone(self, n: int) -> None:
        miss(self.store, f"https://www.city.example/{n}", self.now)

    @rule()
    def reopen(self) -> None:
        self.store.close()
        self.store = Archive.open(self.path)

    @invariant()
    def holds_what_was_put(self) -> None:
        found = {stored.article.url: stored.article for stored in self.store.articles()}
        assert found == self.held

    def teardown(self) -> None:
        self.store.close()
        with self.folder:
            assert verify(self.path, deep=True) == ()


def test_any_life_of_an_archive_verifies() -> None:
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        Life, settings=settings(max_examples=15, stateful_step_count=15, deadline=None)
    )
