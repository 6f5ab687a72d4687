"""A page rendered anew is no revision; a changed word is one, of that field and no other.

Articles of the replica's five publishing systems, with noise of every kind drawn at random.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive import Archive, Article, Receipt, Verdict
from benchmarks import revisions
from crawler.errors import CrawlError
from crawler.extract import extract
from crawler.normalise import normalise
from crawler.records import Source
from crawler.replica.records import Document
from crawler.replica.shelf import Page
from tests.made_noise import NOISES, entries, lines_of, noisy, shelves, written
from tests.page_shapes import URL, draw
from tests.shared import shared

NOW = datetime(2026, 12, 31, tzinfo=UTC)
SHELVES = shelves()
SITES = st.sampled_from(sorted(SHELVES))
KINDS = st.lists(st.sampled_from(sorted(NOISES)), min_size=1, max_size=4, unique=True)
SEEDS = st.integers(0, 10**9)


def read(html: str, url: str, zone: str = "Asia/Shanghai") -> Article:
    source = Source(id="made", name="", address=url, zone=zone)
    return normalise(extract(html, url), source, now=NOW)


def put(*versions: Article) -> Receipt:
    """Return what the archive makes of the last of several versions of a page."""
    with TemporaryDirectory() as folder, Archive.open(Path(folder) / "archive.db") as archive:
        for days, article in enumerate(versions):
            receipt = archive.put(article, None, now=NOW + timedelta(days=days))
    return receipt


def page_of(site: str, number: int, views: int = 7) -> Page:
    shelf = SHELVES[site]
    here = entries(shelf)
    return shelf.page(here[number % len(here)], views)


def read_page(page: Page, names: list[str], seed: int) -> Article:
    url, zone, html = page.shelf.url(page.entry), page.shelf.profile.zone, written(page)
    lines = lines_of(read(html, url, zone).text)
    return read(noisy(html, names, seed, lines), url, zone)


@settings(max_examples=100, deadline=None)
@given(SITES, st.integers(0, 60), KINDS, SEEDS, SEEDS)
def test_a_page_rendered_anew_is_no_revision(
    site: str, number: int, kinds: list[str], one: int, other: int
) -> None:
    before = read_page(page_of(site, number, views=one % 10**6), kinds, one)
    after = read_page(page_of(site, number, views=other % 10**6), kinds, other)
    receipt = put(before, after)
    assert receipt.verdict is Verdict.UNCHANGED, receipt.changed


def test_made_pages_of_every_build_rendered_anew_are_no_revisions() -> None:
    """Of 1,200 such pages one is read otherwise, whose title stands in no heading."""
    wrong = []
    for number in range(200):
        made, chance = draw(number), Random(number)
        kinds = chance.sample(sorted(NOISES), chance.randint(1, 4))
        lines = lines_of("\n".join(made.truth.lines))
        with suppress(CrawlError):
            versions = [
                read(noisy(made.html, kinds, chance.getrandbits(30), lines), URL) for _ in range(2)
            ]
            if put(*versions).verdict is not Verdict.UNCHANGED:
                wrong.append((number, kinds))
    assert len(wrong) <= 1, wrong


def _sentence(document: Document) -> Document:
    first, *rest = document.blocks
    assert isinstance(first, str)
    return replace(document, blocks=(f"{first}此项工作年底前完成。", *rest))


def _figure(document: Document) -> Document:
    first, *rest = document.blocks
    assert isinstance(first, str)
    return replace(document, blocks=(f"{first}（涉及37户）", *rest))


def _file(document: Document) -> Document:
    return replace(document, attachments=(*document.attachments, "补充材料.pdf"))


#: field → the edit that changes it and nothing else
EDITS: dict[str, Callable[[Document], Document]] = {
    "title": lambda d: replace(d, title=f"{d.title}（修订）"),
    "text": _sentence,
    "figure": _figure,
    "origin": lambda d: replace(d, origin="新华社" if d.origin else None),
    "author": lambda d: replace(d, author="欧阳明" if d.author else None),
    "editor": lambda d: replace(d, editor="司马光华" if d.editor else None),
    "issuer": lambda d: replace(d, issuer="云岭省发展和改革委员会" if d.issuer else None),
    "doc_number": lambda d: replace(d, doc_number="云政办发〔2031〕99号" if d.doc_number else None),
    "index_number": lambda d: replace(
        d, index_number="015000990/2031-00099" if d.index_number else None
    ),
    "written": lambda d: replace(d, written=date(2024, 2, 3) if d.written else None),
    "attachments": _file,
}


@settings(max_examples=150, deadline=None)
@given(SITES, st.integers(0, 60), st.sampled_from(sorted(EDITS)), KINDS, SEEDS, SEEDS)
def test_an_edit_among_noise_is_a_revision_of_that_field_alone(
    site: str, number: int, field: str, kinds: list[str], one: int, other: int
) -> None:
    page = page_of(site, number)
    edited = replace(page, document=EDITS[field](page.document))
    before, after = read_page(page, kinds, one), read_page(edited, kinds, other)
    receipt = put(before, after)
    name = {"figure": "text"}.get(field, field)
    shown = getattr(before, name) != getattr(after, name)
    assert shown or name not in ("title", "text", "attachments")
    # a byline in the text, and a list of files there, are words of it as well
    within = name != "text" and _said(after, name) in after.text
    assert receipt.changed in {(name,) if shown else (), ("text", name) if within else (name,)}


def _said(article: Article, name: str) -> str:
    return article.attachments[-1].name if name == "attachments" else str(getattr(article, name))


@settings(max_examples=50, deadline=None)
@given(SITES, st.integers(0, 60), KINDS, SEEDS, SEEDS)
def test_a_corrected_date_is_a_revision_of_the_date(
    site: str, number: int, kinds: list[str], one: int, other: int
) -> None:
    page = page_of(site, number)
    edited = replace(page, local=page.local - timedelta(days=3))
    receipt = put(read_page(page, kinds, one), read_page(edited, kinds, other))
    assert receipt.changed == ("published",)


@pytest.mark.parametrize("pair", revisions.pairs(), ids=lambda pair: pair.name)
def test_people_and_archive_agree_about_real_pages_before_and_after(pair: revisions.Pair) -> None:
    judged = revisions.judge(pair)
    assert judged.right, judged.changed


def test_there_are_real_pairs_to_judge() -> None:
    shared("corpus/us_gov_versions")
    assert len(revisions.pairs()) == 6
