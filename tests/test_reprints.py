"""Reprints in the archive: which articles are one, what links two, and that it stays so."""

import random
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive import Archive, Article, Filters, Verdict
from archive.reprints.clusters import HOT
from archive.reprints.likeness import Kind
from archive.schema import open_archive
from archive.search import search
from archive.verify import verify
from tests.holdings import NOW, article
from tests.test_likeness import EDITS, PARAGRAPHS, TEXT, TITLE

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
_CHARACTERS = [chr(0x4E00 + 7 * n) for n in range(2500)]


def prose(seed: int, paragraphs: int = 4, length: int = 90) -> list[str]:
    """Return the paragraphs of a text of its own."""
    chance = random.Random(seed)
    return ["".join(chance.choices(_CHARACTERS, k=length)) + "。" for _ in range(paragraphs)]


def notice(n: int, text: str = TEXT, **over: object) -> Article:
    own: dict[str, object] = {"title": TITLE, "text": text, "published": NOW + n * DAY}
    return article(n, **{**own, **over})


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "archive.db"


@pytest.fixture
def store(path: Path) -> Iterator[Archive]:
    with Archive.open(path) as archive:
        yield archive


def ids(store: Archive, *batch: Article) -> list[int]:
    return [store.put(each, None, now=NOW).id for each in batch]


def cluster(store: Archive, id_: int) -> list[int]:
    return [member.id for member in store.cluster(id_)]


def test_an_edited_reprint_joins_the_cluster_of_its_original(store: Archive) -> None:
    texts = [TEXT, *EDITS.values()]
    receipts = [store.put(notice(n, text), None, now=NOW) for n, text in enumerate(texts, 1)]
    assert [receipt.verdict for receipt in receipts[1:]] == [Verdict.REPRINT] * len(EDITS)
    assert {receipt.cluster for receipt in receipts} == {receipts[0].id}


def test_the_earliest_is_the_head_in_whatever_order_they_come(store: Archive) -> None:
    late, middle, early = ids(
        store, notice(3), notice(2, EDITS["one paragraph"]), notice(1, EDITS["the city named"])
    )
    assert cluster(store, late) == [early, middle, late]
    assert store.get(late).cluster == early


def three_texts() -> tuple[str, str, str]:
    """Return two texts that share three paragraphs of five, and one that is like each."""
    one, two, (last,) = prose(1, 3), prose(2, 3), prose(3, 1)
    first = "\n".join([*one, two[0], last])
    second = "\n".join([two[1], two[2], *one[1:], two[0]])
    return first, second, "\n".join([two[1], *one, two[0], last, two[2]])


def test_a_third_text_joins_two_clusters(store: Archive) -> None:
    first, second, third = three_texts()
    a, b = ids(store, notice(1, first), notice(2, second))
    assert [cluster(store, each) for each in (a, b)] == [[a], [b]]
    (c,) = ids(store, notice(3, third))
    assert cluster(store, a) == [a, b, c]


def test_a_cluster_falls_apart_when_the_text_between_says_something_else(store: Archive) -> None:
    a, b, c = ids(store, *(notice(n, text) for n, text in enumerate(three_texts(), 1)))
    ids(store, notice(3, "\n".join(prose(9))))
    assert [cluster(store, each) for each in (a, b, c)] == [[a], [b], [c]]
    ids(store, notice(3, three_texts()[2]))
    assert cluster(store, a) == [a, b, c]


def test_a_copy_holds_the_cluster_together_when_its_twin_says_something_else(
    store: Archive,
) -> None:
    a, b, c = ids(store, notice(1), notice(2), notice(3, EDITS["one paragraph"] + "另讯。" * 9))
    assert cluster(store, c) == [a, b, c]
    ids(store, notice(1, "\n".join(prose(9))))
    assert cluster(store, c) == [b, c]


def test_a_corrected_date_changes_the_head(store: Archive) -> None:
    a, b = ids(store, notice(1), notice(2, EDITS["the city named"]))
    ids(store, notice(1, published=NOW + 9 * DAY))
    assert cluster(store, a) == [b, a]
    assert store.get(a).cluster == b
    ids(store, notice(1, published=NOW + 99 * DAY))
    assert cluster(store, a) == [a]


def test_a_bulletin_is_linked_to_its_notices_and_makes_no_cluster_of_them(store: Archive) -> None:
    notices = ["\n".join(prose(n, 3)) for n in range(20)]
    before = ids(store, *(notice(n, text) for n, text in enumerate(notices[:10])))
    (bulletin,) = ids(store, notice(50, "\n".join(notices), title="每日要闻"))
    after = ids(store, *(notice(n, text) for n, text in enumerate(notices[10:], 10)))
    assert all(cluster(store, each) == [each] for each in (bulletin, *before, *after))
    linked = store.similar(bulletin).linked
    assert {kin.stored.id: kin.kind for kin in linked} == dict.fromkeys(
        (*before, *after), Kind.EXCERPT
    )
    (back,) = store.similar(before[0]).linked
    assert (back.stored.id, back.kind) == (bulletin, Kind.CONTAINS)


def test_siblings_of_one_template_stay_apart(store: Archive) -> None:
    report = (
        "据市场监测，{}日全市猪肉平均价格为每公斤{}元，比前一日上涨{}%；鸡蛋平均价格为每公斤{}元，"
        "比前一日下降{}%。28种重点监测蔬菜平均价格为每公斤{}元，6种水果平均价格为每公斤{}元。全市"
        "农产品批发价格指数为{}，菜篮子产品批发价格指数为{}，市场供应充足，运行总体平稳。"
    )
    chance = random.Random(7)
    texts = [report.format(n, *(round(chance.uniform(1, 99), 2) for _ in range(8)))
             for n in range(1, 29)]  # fmt: skip
    found = ids(store, *(notice(n, text, title="每日农产品价格") for n, text in enumerate(texts)))
    assert all(cluster(store, each) == [each] for each in found)
    (copy,) = ids(store, notice(40, texts[17] + "（来源：市发展改革委）\n相关链接", title="转载"))
    assert cluster(store, copy) == [found[17], copy]


def test_more_copies_than_a_key_leads_to_are_still_one_cluster(store: Archive) -> None:
    edited = [f"{TEXT}\n{prose(n, 1, 30)[0]}" for n in range(HOT + 10)]
    found = ids(store, *(notice(n, text) for n, text in enumerate(edited)))
    assert cluster(store, found[-1]) == found


def test_search_folds_an_edited_reprint_and_counts_it(store: Archive, path: Path) -> None:
    ids(store, *(notice(n, text) for n, text in enumerate([TEXT, *EDITS.values()])))
    ids(store, notice(70, "\n".join(prose(5)) + "耕地保护"))
    folded = search(path, "耕地保护")
    assert [hit.reprints for hit in folded.hits] == [0, len(EDITS)]
    every = search(path, "耕地保护", filters=Filters(all_reprints=True))
    assert len(every.hits) == folded.total == len(EDITS) + 2


def test_similar_tells_of_each_member_what_it_is_to_the_origin(store: Archive) -> None:
    a, b, c = ids(
        store, notice(1, origin="县融媒体中心"), notice(2), notice(3, "\n".join(PARAGRAPHS[:4]))
    )
    found = store.similar(c)
    assert found.origin.id == a
    assert [(kin.stored.id, kin.kind) for kin in found.reprints] == [
        (a, Kind.SAME), (b, Kind.SAME), (c, Kind.EDITED),
    ]  # fmt: skip
    assert found.reprints[2].share == 1


def test_putting_again_writes_no_row_more(store: Archive, path: Path) -> None:
    batch = [notice(1), notice(2, EDITS["the city named"]), notice(3, "\n".join(prose(1)))]
    ids(store, *batch)
    before = rows(path)
    ids(store, *batch)
    assert rows(path) == before


def rows(path: Path) -> list[list[tuple[object, ...]]]:
    with closing(sqlite3.connect(path)) as conn:
        return [
            sorted(conn.execute(f"SELECT * FROM {table}").fetchall())  # noqa: S608
            for table in ("sketches", "likenesses")
        ]


def test_an_older_archive_finds_its_reprints_when_it_is_first_written_to(
    store: Archive, path: Path
) -> None:
    a, b = ids(store, notice(1), notice(2, EDITS["the city named"]))
    complete = rows(path)
    with closing(open_archive(path)) as conn:
        conn.execute("DELETE FROM sketches")
        conn.execute("DELETE FROM likenesses")
        conn.execute("DELETE FROM meta WHERE key = 'sketches'")
        conn.execute("UPDATE articles SET cluster = id")
    assert verify(path) == ()
    with Archive.open(path) as again:
        ids(again, notice(1))
        assert cluster(again, b) == [a, b]
    assert rows(path) == complete


@pytest.mark.parametrize(
    "damage",
    [
        "DELETE FROM sketches WHERE key = (SELECT max(key) FROM sketches)",
        "INSERT INTO sketches VALUES (7, (SELECT min(id) FROM articles))",
        "UPDATE sketches SET key = key + 1 WHERE key = (SELECT min(key) FROM sketches)",
        "DELETE FROM likenesses WHERE article_id = (SELECT min(article_id) FROM likenesses)",
        "UPDATE likenesses SET share = .5",
        "UPDATE likenesses SET kind = 'excerpt'",
        "UPDATE articles SET cluster = id",
        "DELETE FROM meta WHERE key = 'sketches'",
    ],
)
def test_verify_finds_reprints_that_disagree_with_the_texts(
    store: Archive, path: Path, damage: str
) -> None:
    ids(store, notice(1), notice(2, EDITS["the city named"]), notice(3, "\n".join(prose(1))))
    assert verify(path, deep=True) == ()
    with closing(open_archive(path)) as conn:
        conn.execute(damage)
    assert [finding.check for finding in verify(path, deep=True)] == ["reprints"]


_TEXTS = [
    TEXT,
    *EDITS.values(),
    "\n".join(PARAGRAPHS[1:4]),
    "\n".join([TEXT, *prose(1, 6)]),
    "\n".join(prose(1, 6)),
    TEXT.replace("412.6", "409.1").replace("98.7", "97.2").replace("2.3%", "1.9%"),
]


def partition(batch: Sequence[Article]) -> dict[str, str]:
    """Return address → address of the head, after putting a batch."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "archive.db")
        with Archive.open(path) as store:
            for each in batch:
                store.put(each, None, now=NOW)
        assert verify(path) == ()
        with closing(sqlite3.connect(path)) as conn:
            url = dict(conn.execute("SELECT id, url FROM articles"))
            heads = dict(conn.execute("SELECT url, cluster FROM articles"))
    return {one: url[head] for one, head in heads.items()}


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_in_whatever_order_articles_come_the_clusters_are_the_same(data: st.DataObject) -> None:
    chosen = data.draw(st.lists(st.sampled_from(_TEXTS), min_size=2, max_size=6))
    batch = [notice(n, text) for n, text in enumerate(chosen)]
    assert partition(batch) == partition(data.draw(st.permutations(batch)))


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_what_an_article_said_before_leaves_no_trace_in_the_clusters(data: st.DataObject) -> None:
    texts = st.lists(st.sampled_from(_TEXTS), min_size=3, max_size=3)
    before = [notice(n, text) for n, text in enumerate(data.draw(texts))]
    after = [replace(each, text=text) for each, text in zip(before, data.draw(texts), strict=True)]
    assert partition([*before, *after]) == partition(after)


def test_a_large_cluster_keeps_its_head_and_is_sound(
    store: Archive, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("archive.reprints.clusters.LARGE", 3)
    monkeypatch.setattr("archive.verify.reprints.LARGE", 3)
    one = notice(1)
    copies = [
        replace(one, url=f"https://a.example/{n}.html", published=NOW - n * HOUR) for n in range(8)
    ]
    found = [store.put(copy, None, now=NOW) for copy in copies]
    assert {store.get(receipt.id).cluster for receipt in found} == {found[3].cluster}
    assert len(store.cluster(found[0].id)) == 8
    assert verify(path, deep=True) == ()
