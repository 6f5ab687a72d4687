"""Made pages of every shape are read as what they are; the parts are drawn from a seed.

Left out, since nobody can tell what is right: words of furniture as first or last line of a text;
whether a picture's ``figcaption`` is text; whether a line of date and source above or below the
text, and a list of files below it, are the article's (any of these may be in it or not).
"""

from collections import Counter
from datetime import UTC, datetime

import pytest

from crawler.errors import CrawlError
from crawler.extract import extract
from crawler.normalise import normalise
from crawler.records import Source
from tests.page_bodies import CHINESE
from tests.page_furniture import TAILS
from tests.page_shapes import FILES, FRAMES, HEADS, TITLES, URL, Made, draw, faults

SOURCE = Source(id="made", name="", address="http://www.qinghe.example/", zone="Asia/Shanghai")
NOW = datetime(2026, 12, 31, tzinfo=UTC)
PAGES = 300
#: Share of the drawn pages that may have a fault; of 10,000 pages it is 3 in 100.
BORNE = 0.07


def read(made: Made) -> list[str]:
    """Return the faults of a made page."""
    try:
        article = normalise(extract(made.html, URL), SOURCE, now=NOW)
    except CrawlError as error:
        return [f"error: {error}"]
    files = tuple(file.url for file in article.attachments)
    return faults(made, article.text, article.html, article.title, article.pictures, files)


def told(number: int, made: Made, found: list[str]) -> str:
    lines = "\n  ".join(one[:90] for one in found[:6])
    return f"draw({number}): {made.shape}\n  {lines}"


def test_pages_of_all_parts_put_together_at_random_are_read_as_they_are() -> None:
    wrong = []
    for number in range(PAGES):
        made = draw(number)
        if found := read(made):
            wrong.append(told(number, made, found))
    assert len(wrong) <= BORNE * PAGES, "\n".join(wrong)


PLAIN = {
    "labels": "none",
    "elsewhere": "",
    "tails": "",
    "above": "menu",
    "language": "zh",
    "title": "h1",
    "head": "with site",
    "frame": "div soup",
    "style": "plain",
    "header": "line",
    "header at": "above",
    "closing": "",
    "files": "none",
    "body": "p",
}


@pytest.mark.parametrize(
    ("part", "option"),
    [
        *(("body", name) for name in CHINESE),
        *(("tails", name) for name in TAILS),
        *(("frame", name) for name in FRAMES),
        *(("title", name) for name in TITLES),
        *(("head", name) for name in HEADS),
        *(("files", name) for name in FILES),
        ("labels", "in"),
        ("elsewhere", "friends"),
        ("elsewhere", "hot_news"),
        ("style", "upper"),
        ("style", "unclosed"),
        ("closing", "editor"),
        ("closing", "origin"),
    ],
)
def test_a_plain_page_with_one_part_that_is_not_plain_is_read_as_it_is(
    part: str, option: str
) -> None:
    pages = [(number, draw(number, **(PLAIN | {part: option}))) for number in range(1000, 1006)]
    wrong = [told(number, made, found) for number, made in pages if (found := read(made))]
    assert wrong == []


def test_a_number_draws_the_same_page_again_and_pages_differ() -> None:
    assert draw(7).html == draw(7).html
    assert len({draw(number).html for number in range(20)}) == 20


def test_every_body_is_drawn() -> None:
    drawn = Counter(draw(number).shape["body"] for number in range(PAGES))
    assert set(drawn) >= set(CHINESE)
