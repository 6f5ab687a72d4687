"""Pages of all shapes, composed of parts at random: what stands in the body is read, and no more.

Some compositions cannot be told apart by anybody without the pictures of the layout (a poem of six
lines above a list of links); so a share is pinned, and for the shapes of most pages every line.
"""

from datetime import UTC, datetime

import pytest

from crawler.errors import CrawlError
from crawler.extract import extract
from crawler.normalise import normalise
from crawler.records import Source
from tests.page_shapes import Made, draw, faults

SOURCE = Source(id="x", name="", address="http://a.example/", zone="Asia/Shanghai")
NOW = datetime(2027, 1, 1, tzinfo=UTC)
PAGES = 300
#: Share of the pages that are read without any fault: 93 of 100 when this was written.
SOUND = 0.9
#: Bodies of which no line may ever be lost.
PLAIN = (
    "p", "div", "br", "spans", "sections", "questions", "tables_between", "figures",
    "pictures_between", "captions",
)  # fmt: skip


def read(made: Made) -> list[str]:
    """Return the faults of a page as it is read."""
    try:
        draft = extract(made.html, "http://a.example/art/1.html")
        article = normalise(draft, SOURCE, now=NOW)
    except CrawlError as error:
        return [f"refused: {error.reason}"]
    files = tuple(attached.url for attached in article.attachments)
    return faults(made, article.text, article.html, article.title, article.pictures, files)


def test_nine_of_ten_pages_of_any_shape_are_read_without_a_fault() -> None:
    wrong = {number: found for number in range(PAGES) if (found := read(draw(number)))}
    assert len(wrong) <= (1 - SOUND) * PAGES, wrong


@pytest.mark.parametrize("body", PLAIN)
def test_no_line_of_a_plain_body_is_lost_whatever_stands_around_it(body: str) -> None:
    lost = {
        number: found
        for number in range(PAGES, PAGES + 40)
        if (found := [f for f in read(draw(number, language="zh", body=body)) if f[:4] == "lost"])
    }
    assert lost == {}
