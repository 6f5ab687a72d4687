"""Matches are counted by source, region, month and category, and what is empty is explained."""

from datetime import date
from pathlib import Path

import pytest

from archive import Archive, Filing, Filters
from archive.explain import explain, why_empty
from archive.facets import facets
from archive.query import fts_query
from archive.search import search
from tests.test_search import ARTICLES, NOW, article

TODAY = date(2024, 3, 10)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("facets") / "archive.db"
    with Archive.open(found) as archive:
        archive.put_all([Filing(article=each) for each in ARTICLES], now=NOW)
    return found


def test_matches_are_counted_by_what_is_known_of_them(path: Path) -> None:
    found = facets(path, "就业")
    assert found.of is None
    assert found.counts == {
        "source": (("gov-cn", 3), ("ndrc", 1)),
        "region": (("CN-11", 1),),
        "month": (("2024-03", 2), ("2023-12", 1)),
        "category": (("政策", 1), ("民生", 1)),
    }
    assert facets(path, "").counts["source"] == (("gov-cn", 4), ("ndrc", 1))
    assert facets(path, "就业", most=1).counts["month"] == (("2024-03", 2),)
    narrow = facets(path, "就业 after:2024", filters=Filters(sources=("ndrc",)))
    assert narrow.counts["month"] == (("2024-03", 1),)


@pytest.mark.parametrize(
    ("query", "lines"),
    [
        ("", ["looks for: all articles"]),
        ("就业", ["looks for: “就业”"]),
        ("就业 -养老", ["looks for: “就业” and not “养老”"]),
        ("(a | b) title:预算", ["looks for: (“a” or “b”) and “预算” in the title"]),
        ("econom* source:gov-*", ["looks for: “econom…” and source:gov-…"]),
        ('category:"要闻"', ["looks for: category=要闻"]),
        ("after:7d", ["looks for: all articles", "published on 2024-03-03 or later"]),
        ("is:x", ["looks for: “is x”", "note: is: knows gone, missing, revised, unlisted, not x"]),
    ],
)
def test_what_was_understood_is_told(query: str, lines: list[str]) -> None:
    assert list(explain(query, today=TODAY)) == lines


@pytest.mark.parametrize(
    ("query", "filters", "cause"),
    [
        ("就业 火星", Filters(), "without “火星”: 4"),
        ("就业 before:2020", Filters(), "without published on 2019-12-31 or earlier: 4"),
        ("就业 source:nrdc", Filters(), "the archive holds nothing from a source “nrdc”"),
        ("就业 is:gone", Filters(), "without is:gone: 4"),
        ("就业", Filters(category="无"), "without only of the category 无: 4"),
        ("金星 火星", Filters(), "“金星” alone: 0"),
        ("carbon 养老", Filters(), "without “carbon”: 1"),
    ],
)
def test_what_left_nothing_is_told(path: Path, query: str, filters: Filters, cause: str) -> None:
    assert search(path, query, filters=filters).hits == ()
    told = why_empty(path, query, filters)
    assert told[0] == "searched 5 articles"
    assert cause in told


def test_a_query_of_very_many_parts_is_not_taken_apart(path: Path) -> None:
    parts = [f"火{chr(0x4E00 + n)}" for n in range(300)]
    assert why_empty(path, " ".join(parts)) == ("searched 5 articles",)
    assert why_empty(path, "就业 火星 " * 100)[1:] == ("without “火星”: 4",)
    assert not any(" : " in line or "“”" in line for line in why_empty(path, "a* b* c* d* e* -f*"))
    assert (
        explain("a* b* c* d* -f*", today=TODAY)[0] == "looks for: “a…” and “b…” and “c…” and “d…”"
    )
    assert fts_query("就业 就业 -a -a") == fts_query("就业 -a")


def test_what_is_known_of_an_article_is_found_as_it_is_now(tmp_path: Path) -> None:
    db = tmp_path / "archive.db"
    with Archive.open(db) as archive:
        archive.put(article("a", "一", region="CN-11"), None, now=NOW)
        archive.put(article("a", "一", region="CN-31"), None, now=NOW)
        archive.put(article("a", "二", region="CN-31"), None, now=NOW)
    assert search(db, "region:CN-11").hits == ()
    assert search(db, "region:CN-31 is:revised").total == 1


PLACES = {
    "a": "甘肃省",
    "b": "甘肃省/平凉市",
    "c": "甘肃省/平凉市/静宁县",
    "d": "青海省/海南藏族自治州",
    "e": "海南省",
    "f": "United States",
    "g": "United States/Arizona",
    "h": "甘肃省外",
}


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("places") / "archive.db"
    with Archive.open(found) as archive:
        for name, region in PLACES.items():
            archive.put(article(name, f"一{name}", region=region), None, now=NOW)
    return found


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("region:甘肃省", "abch"),
        ('region:"甘肃省"', "a"),
        ('region:"甘肃省/平凉市"', "b"),
        ("region:甘肃省/平凉市", "bc"),
        ("region:平凉市", "bc"),
        ("地区:静宁县", "c"),
        ("region:甘肃省 -region:平凉市", "ah"),
        ('region:"united states"', "f"),
        ("region:Arizona", "g"),
    ],
)
def test_a_region_is_found_with_all_places_in_it_and_in_quotes_alone(
    places: Path, query: str, found: str
) -> None:
    hits = search(places, query, limit=20).hits
    assert sorted(hit.title[-1] for hit in hits) == list(found)


@pytest.mark.parametrize(
    ("region", "found"),
    [("甘肃省", "abc"), ("甘肃省/平凉市", "bc"), ("海南省", "e"), ("United States", "fg")],
)
def test_a_filter_by_region_takes_the_places_in_it_and_no_namesake(
    places: Path, region: str, found: str
) -> None:
    hits = search(places, "", filters=Filters(region=region), limit=20).hits
    assert sorted(hit.title[-1] for hit in hits) == list(found)


def test_regions_are_counted_by_their_whole_path(places: Path) -> None:
    found = facets(places, "region:平凉市").counts["region"]
    assert found == (("甘肃省/平凉市", 1), ("甘肃省/平凉市/静宁县", 1))
