"""The archive is searched: what is found, in which order, how it is limited and shown."""

import random
import sqlite3
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from archive import Archive, Article, Filing, Filters, NotAnArchive, Precision
from archive.highlight import MARK, UNMARK
from archive.query import fts_query
from archive.schema import open_archive
from archive.search import COUNTED, RANKED_IN_FULL, Sort, search
from archive.tokens import fold
from tests import holdings
from tests.texts import chinese_terms, read_corpus, whole

NOW = datetime(2024, 6, 1, tzinfo=UTC)
SHANGHAI = ZoneInfo("Asia/Shanghai")


def article(
    name: str,
    title: str,
    text: str = "",
    *,
    day: str = "2024-03-05",
    source: str = "gov-cn",
    categories: tuple[str, ...] = (),
    author: str = "",
    region: str = "",
) -> Article:
    published = datetime.fromisoformat(day).replace(tzinfo=SHANGHAI) if day else None
    return Article(
        source=source,
        url=f"https://{source}.example/{name}.html",
        title=title,
        text=text or f"{title}的正文。",
        html=f"<p>{text or title}</p>",
        published=published,
        precision=Precision.DAY,
        zone="Asia/Shanghai",
        categories=categories,
        author=author,
        region=region,
    )


ARTICLES = (
    article("a", "稳就业", "各地出台政策，稳定就业。", day="2024-03-01", author="张三"),
    article("b", "数字经济发展", "数字经济带动就业增长，GDP增长5%。", source="ndrc"),
    article("c", "养老服务", "养老服务和就业服务。", day="2023-12-31", categories=("政策", "民生")),
    article("d", "没有日期", "也说就业。", day="", region="CN-11"),
    article("e", "Carbon market", "The national Carbon-Market opened."),
)  # fmt: skip


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("search") / "archive.db"
    with Archive.open(found) as archive:
        archive.put_all([Filing(article=each) for each in ARTICLES], now=NOW)
    return found


def names(
    path: Path, query: str, *, filters: Filters | None = None, sort: Sort = "newest"
) -> list[str]:
    hits = search(path, query, filters=filters or Filters(), sort=sort).hits
    return [hit.url.rpartition("/")[2][0] for hit in hits]


def test_the_newest_come_first_and_the_undated_last(path: Path) -> None:
    assert names(path, "就业") == ["b", "a", "c", "d"]
    assert names(path, "就业", sort="oldest") == ["c", "a", "b", "d"]


def test_the_best_have_the_term_in_the_title(path: Path) -> None:
    assert names(path, "就业", sort="best")[0] == "a"
    scores = [hit.score for hit in search(path, "就业", sort="best").hits]
    assert scores == sorted(score for score in scores if score is not None)
    assert all(hit.score is None for hit in search(path, "就业").hits)


def test_an_empty_query_lists_by_date(path: Path) -> None:
    for sort in ("newest", "best"):
        assert names(path, "", sort=sort) == ["e", "b", "a", "c", "d"]
    assert search(path, "").total == 5


def test_a_hit_tells_what_it_is(path: Path) -> None:
    (hit,) = search(path, "gdp增长").hits
    assert hit.title == "数字经济发展"
    assert hit.snippet == f"数字经济带动就业增长，{MARK}GDP增长{UNMARK}5%。"
    assert (hit.source, hit.url) == ("ndrc", "https://ndrc.example/b.html")
    assert hit.published == datetime(2024, 3, 4, 16, tzinfo=UTC)
    assert (hit.day, hit.precision) == (date(2024, 3, 5), Precision.DAY)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("就业 -养老", "bad"),
        ("养老 | 数字经济", "bc"),
        ("title:就业", "a"),
        ("text:数字经济", "b"),
        ("carbon", "e"),
        ('"carbon market"', "e"),
        ("nation*", "e"),
        ("nation", ""),
        ("业", "bacd"),
        ("业就", ""),
        ("就业 after:2024", "ba"),
        ("就业 before:2024", "c"),
        ("就业 date:2024-03-01", "a"),
        ("date:2024-03-05", "eb"),
        ("date:2024-02-29", ""),
        ("after:2024-03-05 before:2024-03-05", ""),
        ("就业 source:ndrc", "b"),
        ("来源:ndrc", "b"),
        ("source:ndrc source:gov-cn", "ebacd"),
        ("author:张三", "a"),
        ("category:民生", "c"),
        ("region:CN-11 就业", "d"),
        ("？", ""),
        ("-就业", "e"),
        ("-source:gov-cn", "b"),
        ("source:ndrc | 养老", "bc"),
        ("source:nd*", "b"),
        ("has:date -就业", "e"),
        ("is:gone", ""),
        ("is:revised | region:CN", "d"),
        ('region:"CN"', ""),
    ],
)
def test_a_query_finds(path: Path, query: str, found: str) -> None:
    assert "".join(names(path, query)) == found
    assert search(path, query).total == len(found)


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        (Filters(sources=("ndrc", "none")), "b"),
        (Filters(since=date(2024, 3, 1)), "ba"),
        (Filters(until=date(2024, 3, 1)), "ac"),
        (Filters(category="民生"), "c"),
        (Filters(author="张三"), "a"),
        (Filters(region="CN-11"), "d"),
        (Filters(columns=("title",)), "a"),
        (Filters(columns=("text",)), "bacd"),
        (Filters(columns=("title", "text")), "bacd"),
    ],
)
@pytest.mark.parametrize("sort", ["newest", "best"])
def test_filters_narrow(path: Path, filters: Filters, found: str, sort: Sort) -> None:
    assert set(names(path, "就业", filters=filters, sort=sort)) == set(found)


def test_a_single_character_is_found_in_the_column_that_was_asked_for(path: Path) -> None:
    for query, filters, found in (
        ("业", Filters(), "abcd"),
        ("title:业", Filters(), "a"),
        ("text:业", Filters(), "abcd"),
        ("业", Filters(columns=("title",)), "a"),
        ("业 -老", Filters(columns=("text",)), "abd"),
        ("务 | 场", Filters(columns=("title",)), "c"),
    ):
        for sort in ("newest", "best"):
            assert set(names(path, query, filters=filters, sort=sort)) == set(found), query


def test_the_query_and_the_filters_hold_together(path: Path) -> None:
    assert names(path, "就业 before:2024-03-05", filters=Filters(since=date(2024, 1, 1))) == ["a"]
    assert names(path, "就业 source:ndrc", filters=Filters(sources=("gov-cn",))) == []
    assert names(path, "就业 source:ndrc", filters=Filters(sources=("ndrc",))) == ["b"]


def test_what_was_asked_in_the_title_is_marked_in_the_title_alone(path: Path) -> None:
    (hit,) = search(path, "title:就业").hits
    assert (hit.title, MARK in hit.snippet) == (f"稳{MARK}就业{UNMARK}", False)
    (hit,) = search(path, "数字经济", filters=Filters(columns=("text",))).hits
    assert (MARK in hit.title, MARK in hit.snippet) == (False, True)


def test_no_archive_is_told(tmp_path: Path) -> None:
    with pytest.raises(NotAnArchive):
        search(tmp_path / "archive.db", "就业")
    (tmp_path / "other.db").write_bytes(b"no database at all, but long enough" * 100)
    with pytest.raises(NotAnArchive):
        search(tmp_path / "other.db", "就业")


def test_the_pages_of_a_search_hold_every_hit_once(path: Path) -> None:
    pages = [search(path, "就业", limit=2, offset=offset).hits for offset in (0, 2, 4)]
    assert [len(page) for page in pages] == [2, 2, 0]
    assert [hit for page in pages for hit in page] == list(search(path, "就业").hits)


@pytest.mark.parametrize("sort", ["newest", "oldest", "best"])
@pytest.mark.parametrize("query", ["", "就业", "-养老"])
def test_going_on_from_page_to_page_shows_every_hit_once(
    path: Path, query: str, sort: Sort
) -> None:
    whole = [hit.id for hit in search(path, query, sort=sort).hits]
    found, cursor = [], ""
    for _page in whole:
        results = search(path, query, sort=sort, limit=2, cursor=cursor)
        found += [hit.id for hit in results.hits]
        cursor = results.next
        if not cursor:
            break
    assert (found, cursor) == (whole, "")


@pytest.mark.parametrize("cursor", ["x", "newest.", "newest.9" + "9" * 30, "oldest.5", "best.-1"])
def test_a_cursor_of_another_order_or_of_nobody_is_the_first_page(path: Path, cursor: str) -> None:
    assert search(path, "就业", cursor=cursor).hits == search(path, "就业").hits


def test_reprints_are_one_hit_that_counts_the_others_that_match(tmp_path: Path) -> None:
    text = "国务院常务会议研究稳定就业的政策措施，部署下一步工作。" * 3
    with Archive.open(tmp_path / "archive.db") as archive:
        for number, source in enumerate(["first", "second", "third"]):
            title = "国务院常务会议" if number < 2 else "转载"
            found = article("a", title, text, source=source, day=f"2024-03-0{number + 1}")
            archive.put(found, None, now=NOW)
        archive.put(article("b", "另一篇", "也说就业。", day="2024-03-01"), None, now=NOW)
    db = tmp_path / "archive.db"
    hits = search(db, "就业").hits
    assert [(hit.source, hit.reprints) for hit in hits] == [("third", 2), ("gov-cn", 0)]
    first = search(db, "就业", limit=1)
    assert search(db, "就业", limit=1, cursor=first.next).hits == hits[1:]
    assert [(hit.source, hit.reprints) for hit in search(db, "title:会议").hits] == [("second", 1)]
    assert search(db, "就业").total == 4
    every = search(db, "就业", filters=Filters(all_reprints=True)).hits
    assert [(hit.source, hit.reprints) for hit in every] == [
        ("third", 0),
        ("second", 0),
        ("gov-cn", 0),
        ("first", 0),
    ]


def fill(conn: sqlite3.Connection, texts: Sequence[str], *, per_day: int = 50) -> None:
    """Put bare articles in as fast as the triggers allow, ``per_day`` of them a day."""
    columns = [row[1] for row in conn.execute("PRAGMA table_info(articles)")]
    first = date(2000, 1, 1).toordinal() * 65536
    given = {"title": "标题", "html": "", "precision": "day", "source": "a", "revision": 1}
    conn.execute("BEGIN")
    for number, text in enumerate(texts):
        id_ = first + number // per_day * 65536 + number % per_day
        row = {**dict.fromkeys(columns, ""), **given, "published": None, "day": None, "gone": None}
        row |= {"id": id_, "cluster": id_, "text": text, "url": f"https://a.example/{number}"}
        marks = ", ".join(f":{column}" for column in columns)
        conn.execute(f"INSERT INTO articles VALUES ({marks})", row)  # noqa: S608
    conn.execute("COMMIT")


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    """An archive in which more articles than are ranked say 发展, the fewer the newer 就业."""
    conn = open_archive(tmp_path_factory.mktemp("many") / "archive.db")
    count = RANKED_IN_FULL + 500
    fill(conn, ["发展" + "就业" * (number % 7 == 0) for number in range(count)])
    yield conn
    conn.close()


def test_counting_stops_at_ten_thousand_or_where_ranking_does(many: sqlite3.Connection) -> None:
    results = search(many, "发展")
    assert (results.total, results.capped, len(results.hits)) == (COUNTED, True, 20)
    ranked = search(many, "发展", sort="best")
    assert (ranked.total, ranked.capped) == (RANKED_IN_FULL, True)
    rarer = search(many, "就业")
    assert (rarer.total, rarer.capped) == (2929, False)


@pytest.mark.parametrize("sort", ["newest", "oldest"])
def test_one_character_is_counted_and_paged_like_a_word(
    many: sqlite3.Connection, sort: Sort
) -> None:
    for one, word in (("就", "就业"), ("发", "发展")):
        for offset in (0, 20, COUNTED + 5):
            found, wanted = (search(many, q, sort=sort, offset=offset) for q in (one, word))
            assert [hit.id for hit in found.hits] == [hit.id for hit in wanted.hits]
            assert (found.total, found.capped, found.next) == (
                wanted.total, wanted.capped, wanted.next,
            )  # fmt: skip


def test_where_very_many_match_the_newest_are_ranked_with_a_note(many: sqlite3.Connection) -> None:
    results = search(many, "发展", sort="best", limit=2500)
    newest = many.execute("SELECT id FROM articles ORDER BY id DESC LIMIT 2000").fetchall()
    assert {hit.id for hit in results.hits} == {row["id"] for row in newest}
    assert results.notes == ("over 20,000 match: ranked among the newest 2,000",)
    assert search(many, "就业", sort="best").notes == ()


def test_a_frequent_word_is_quick(many: sqlite3.Connection) -> None:
    for query, sort in (("发展", "newest"), ("发展", "best"), ("发展 after:2000-06", "oldest")):
        start = time.perf_counter()
        search(many, query, sort=sort)
        assert time.perf_counter() - start < 0.5


@pytest.mark.parametrize("part", ["news", "laws", "papers"])
def test_real_texts_are_found_exactly_where_a_scan_finds_them(part: str) -> None:
    texts = [fold(found["text"]) for found in read_corpus(part, 400)]
    conn = sqlite3.connect(":memory:")
    conn.execute("CREATE VIRTUAL TABLE f USING fts5(x, content='')")
    conn.executemany("INSERT INTO f(x) VALUES (?)", [(whole(text),) for text in texts])
    chance = random.Random(part)

    def found(query: str) -> set[int]:
        rows = conn.execute("SELECT rowid FROM f WHERE f MATCH ?", (fts_query(query),))
        return {rowid - 1 for (rowid,) in rows}

    def scanned(term: str) -> set[int]:
        return {number for number, text in enumerate(texts) if term in text}

    terms: list[str] = []
    for length in (1, 2, 2, 3, 4, 5, 8, 12):
        terms += chinese_terms(texts, length=length, count=40, seed=length)
    for term in terms:
        assert found(term) == scanned(term), term
    for _ in range(60):
        one, other = chance.sample(terms, 2)
        assert found(f"{one} {other}") == scanned(one) & scanned(other)
        assert found(f"{one} | {other}") == scanned(one) | scanned(other)
        assert found(f"{one} -{other}") == scanned(one) - scanned(other)
    conn.close()


def test_an_article_that_changed_is_found_by_what_it_says_now(tmp_path: Path) -> None:
    with Archive.open(tmp_path / "archive.db") as archive:
        archive.put(article("a", "稳就业", "旧文"), None, now=NOW)
        archive.put(article("a", "稳就业", "新文"), None, now=NOW + timedelta(days=1))
    assert search(tmp_path / "archive.db", "旧文").hits == ()
    assert len(search(tmp_path / "archive.db", "新文").hits) == 1


def test_an_article_whose_date_was_corrected_is_found_under_the_new_day(tmp_path: Path) -> None:
    path, march, may = tmp_path / "archive.db", date(2024, 3, 14), date(2024, 5, 2)
    with Archive.open(path) as archive:
        wrong = holdings.article(1, published=datetime(2024, 3, 14, 2, tzinfo=UTC))
        id_ = archive.put(wrong, None, now=holdings.NOW).id
        archive.put(holdings.article(2), None, now=holdings.NOW)
        right = datetime(2024, 5, 2, 2, tzinfo=UTC)
        archive.put(replace(wrong, published=right), None, now=holdings.NOW)
        undated = archive.put(holdings.article(3, published=None), None, now=holdings.NOW).id
        archive.put(holdings.article(3, published=right), None, now=holdings.NOW)
        for first, last, ids in (
            (may, may, {id_, undated}),
            (may, None, {id_, undated}),
            (march, march, set()),
            (None, march, set()),
        ):
            filters = Filters(since=first, until=last)
            assert {hit.id for hit in search(path, "", filters=filters).hits} == ids
            assert {hit.id for hit in search(path, "就业", filters=filters).hits} == ids
            assert {one.id for one in archive.articles(filters)} == ids
            assert archive.count(filters) == len(ids)
