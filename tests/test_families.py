"""The shipped rules, held against the pages they are for: the replica's and copies of real ones."""

import json
import re
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser

from crawler import selectors
from crawler.listing import read_listing
from crawler.records import PageRequest, Source
from crawler.replica import Portal, Truth
from crawler.sources import load, load_source
from crawler.sources.known import family_marks
from tests.shared import shared

SHIPPED = Path(__file__).parents[1] / "config"
FAMILIES = ("feed-site", "gbk-table", "hanweb", "trs", "ucap")


@pytest.fixture(scope="module")
def portal() -> Iterator[Portal]:
    with Portal(size=50, seed=3, now=datetime(2024, 5, 1, tzinfo=UTC)) as portal:
        yield portal


def found(page: LexborHTMLParser, rules: tuple[str, ...]) -> str:
    """Return what the first rule that finds anything finds, white space left out."""
    for rule in rules:
        css, attribute = selectors.split(rule)
        if node := page.css_first(css):
            text = node.attributes[attribute] if attribute else node.text()
            return re.sub(r"\s+", "", text or "")
    return ""


def read(truth: Truth, source: Source) -> LexborHTMLParser:
    with urllib.request.urlopen(truth.url) as answer:  # noqa: S310 - the replica on this machine
        return LexborHTMLParser(answer.read().decode(source.charset or "utf-8"))


@pytest.mark.parametrize("family", FAMILIES)
def test_a_family_finds_the_articles_of_the_replica_and_their_bodies(
    portal: Portal, family: str, tmp_path: Path
) -> None:
    (site,) = (site for site in portal.sites if site.family == family)
    path = tmp_path / f"{family}.toml"
    path.write_text(
        f'name="x"\naddress="{site.address}"\nfamily="{family}"\n'
        f'[[listings]]\nurl="{site.listings[0].url}"\n',
        encoding="utf-8",
    )
    source = load_source(path, SHIPPED / "families")
    assert source.listings[0].kind == site.listings[0].kind
    # one article stands on three pages: its first does not hold its end
    truths = [t for t in portal.truth() if t.site == site.id and "行动计划" not in t.title]
    assert len(truths) >= 5
    for truth in truths[:5]:
        assert not source.include or any(re.search(p, truth.url) for p in source.include)
        page = read(truth, source)
        lines = [re.sub(r"\s+", "", line) for line in truth.text.split("\n")]
        body = found(page, source.article.body)
        assert lines[0][:20] in body
        assert lines[-1][-8:] in body
        if source.article.title:
            assert found(page, source.article.title) == re.sub(r"\s+", "", truth.title)
    assert not any(re.search(p, listing.url) for p in source.include for listing in site.listings)


@pytest.mark.parametrize(("name", "file"), [("cn-jiangsu", "m004"), ("cn-lishui", "a105")])
def test_a_source_finds_title_and_body_on_a_real_page(name: str, file: str) -> None:
    (source,) = load(SHIPPED, only=[name]).sources
    page = shared(f"corpus/articles/zh_gov2/{file}.html").read_text(encoding="utf-8")
    lines = shared("corpus/truth.jsonl").read_text(encoding="utf-8").splitlines()
    (truth,) = (row for row in map(json.loads, lines) if row["id"] == f"gov2-{file}")
    parsed = LexborHTMLParser(page)
    assert any(re.search(pattern, truth["url"]) for pattern in source.include)
    assert found(parsed, source.article.title) == re.sub(r"\s+", "", truth["title"])
    assert len(found(parsed, source.article.body)) > 200


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("cn-shanghai", "m050"),
        ("cn-wuhan", "m060"),
        ("cn-fangchenggang", "m022"),
        ("cn-wuhan-commerce", "m062"),
        ("cn-beijing-shunyi", "m011"),
        ("cn-zhejiang-jyt", "m035"),
    ],
)
def test_a_family_finds_the_body_on_a_real_page_of_its_source(name: str, file: str) -> None:
    (source,) = load(SHIPPED, only=[name]).sources
    page = shared(f"corpus/articles/zh_gov2/{file}.html").read_text(encoding="utf-8")
    lines = shared("corpus/truth.jsonl").read_text(encoding="utf-8").splitlines()
    (truth,) = (row for row in map(json.loads, lines) if row["id"] == f"gov2-{file}")
    body = found(LexborHTMLParser(page), source.article.body)
    assert 0.9 < len(body) / len(truth["body"]) < 1.2
    if url := truth.get("url"):
        assert any(re.search(pattern, url) for pattern in source.include)


@pytest.mark.parametrize(
    ("family", "file"),
    [
        ("easysite", "articles/zh_gov2/m011"),
        ("hanweb", "articles/zh_gov2/m004"),
        ("hanweb", "lists/l001"),
        ("ivs", "articles/zh_gov2/m050"),
        ("nfcms", "articles/zh_gov2/m017"),
        ("nfcms", "articles/zh_gov2/m049"),
        ("trs", "articles/zh_gov2/m044"),
        ("trs-hycloud", "articles/zh_gov2/m022"),
        ("trs-hycloud", "articles/zh_gov2/m060"),
        ("trs-hycloud", "articles/zh_gov2/m062"),
        ("webplus", "articles/zh_gov2/a113"),
        ("webplus", "lists/l009"),
    ],
)
def test_a_real_page_bears_the_marks_of_its_family_more_than_those_of_others(
    family: str, file: str
) -> None:
    page = shared(f"corpus/{file}.html").read_text(encoding="utf-8", errors="replace")
    found = {
        name: sum(bool(re.search(mark, page)) for mark in marks)
        for name, marks in family_marks(SHIPPED / "families").items()
    }
    best = max(found.values())
    assert best >= 2
    assert [name for name, count in found.items() if count == best] == [family]


@pytest.mark.parametrize(("name", "file"), [("cn-yancheng-drc", "l001"), ("cn-nmpa", "l003")])
def test_a_source_lists_its_articles_in_a_real_copy_of_its_listing(name: str, file: str) -> None:
    (source,) = load(SHIPPED, only=[name]).sources
    truth = json.loads(shared("corpus/lists/zh_truth.json").read_text(encoding="utf-8"))[file]
    (listing,) = (each for each in source.listings if each.url == truth["url"])
    body = shared(f"corpus/lists/{file}.html").read_bytes()
    page = read_listing(body, "text/html", PageRequest(url=listing.url), listing, source=source)
    assert {link.url for link in page.links} >= {item["url"] for item in truth["items"]}


def test_mofcom_lists_its_articles_in_the_copy_of_its_listing() -> None:
    (source,) = load(SHIPPED, only=["cn-mofcom"]).sources
    (listing,) = source.listings
    body = shared("corpus/lists/mofcom_index.html").read_bytes()
    page = read_listing(body, "text/html", PageRequest(url=listing.url), listing, source=source)
    assert len(page.links) == 8
    assert all(re.search(source.include[0], link.url) for link in page.links)
    assert all(re.fullmatch(r"2025-\d\d-\d\d", link.date) for link in page.links)
