"""What is told of a witness that was not believed is why normalise did not believe it."""

from datetime import UTC, datetime

import pytest

from crawler.explain import explain
from crawler.normalise import normalise
from crawler.records import Draft, Findings, Found, Source

NOW = datetime(2026, 12, 31, tzinfo=UTC)
SOURCE = Source(id="x", name="", address="http://a.example/", zone="Asia/Shanghai", lang="zh")
TITLE = "关于做好防汛工作的通知"


def say(*pairs: tuple[str, str]) -> Findings:
    return tuple(Found(value=value, witness=witness) for value, witness in pairs)


def told(field: str, **findings: Findings) -> list[tuple[str, bool, str]]:
    """Return witness, whether it won, and why not, of all that is said of a field."""
    draft = Draft(
        url="http://a.example/a.html",
        body=say(("<p>各县要压实责任。</p>", "density")),
        extractor="test",
        **{"title": say((TITLE, "heading:h1")), **findings},  # type: ignore[arg-type]
    )
    article = normalise(draft, SOURCE, now=NOW)
    return [(one.witness, one.won, one.refused) for one in explain(draft, article, NOW)[field]]


def test_a_title_cut_short_gives_way_to_the_whole_one() -> None:
    titles = say(("***", "heading:h1"), ("关于做好防汛…", "title"), (TITLE, "meta:og:title"))
    assert told("title", title=titles) == [
        ("heading:h1", False, "no letter in it"),
        ("title", False, "cut short"),
        ("meta:og:title", True, ""),
    ]


def test_an_origin_that_is_the_title_is_none() -> None:
    origins = say((TITLE, "meta:contentsource"), ("某县日报", "label:来源"))
    assert told("origin", origin=origins) == [
        ("meta:contentsource", False, "the title"),
        ("label:来源", True, ""),
    ]


def test_an_author_is_refused_for_what_the_page_shows_beside_it() -> None:
    said = told(
        "author",
        author=say(("某县日报", "label:作者"), ("张三", "meta:author"), ("李四", "byline")),
        origin=say(("某县日报", "label:来源")),
        editor=say(("王五", "label:责任编辑")),
    )
    assert said == [
        ("label:作者", False, "the name of the origin"),
        ("meta:author", False, "an editor is shown"),
        ("byline", True, ""),
    ]


@pytest.mark.parametrize(
    ("value", "witness", "why"),
    [
        ("2024-01-01", "script", "alone is not believed"),
        ("03-15", "line", "unreadable"),
        ("2030-01-01", "meta:pubdate", "in the future"),
    ],
)
def test_a_day_is_refused_for_the_reason_it_was_not_taken(
    value: str, witness: str, why: str
) -> None:
    days = say((value, witness), ("2024-03-15 10:20", "url"))
    assert told("published", published=days) == [(witness, False, why), ("url", True, "")]
