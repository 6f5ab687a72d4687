"""Who had an article first: whom the others name, then who published first."""

from dataclasses import replace
from datetime import timedelta

from archive import Precision, Stored
from archive.reprints.origin import origin_of
from tests.holdings import NOW, article

HOUR = timedelta(hours=1)


def member(n: int, **over: object) -> Stored:
    plain: dict[str, object] = {"channel": f"第{n}县人民政府网", "origin": "", "issuer": ""}
    return Stored(
        id=n,
        article=article(n, **{**plain, "published": NOW + n * HOUR, **over}),
        revision=1,
        cluster=1,
        first_seen=NOW,
        last_seen=NOW,
    )


def test_one_alone_is_the_only_one() -> None:
    assert origin_of([member(3)]).id == 3


def test_the_site_that_the_others_name_is_the_origin_though_it_dates_later() -> None:
    county, region = member(1, origin="云岭日报"), member(2, origin="云岭日报社")
    daily = member(3, channel="云岭日报")
    found = origin_of([county, region, daily])
    assert (found.id, found.why) == (3, "named as 来源 by 2 of 2 others")


def test_the_issuer_of_a_document_names_its_site() -> None:
    copy = member(1, issuer="云岭省人民政府")
    assert origin_of([copy, member(2, channel="云岭省人民政府门户网站")]).id == 2


def test_a_site_that_names_itself_convinces_nobody_of_more_than_its_day() -> None:
    first, later = member(1), member(30, origin="第30县人民政府网")
    assert origin_of([first, later]).id == 1
    vague = replace(first, article=replace(first.article, precision=Precision.DAY))
    same_day = member(2, origin="第2县人民政府网")
    assert origin_of([vague, same_day]).id == 2


def test_where_none_is_named_the_first_published_is_the_origin_and_who_they_name_is_told() -> None:
    found = origin_of([member(2, origin="新华社"), member(1, origin="新华社"), member(3)])
    assert found.id == 1
    assert found.why == "published first; 来源 新华社 is not archived"


def test_one_without_a_date_is_the_origin_only_where_none_has_a_date() -> None:
    undated = member(1, published=None)
    assert origin_of([undated, member(2)]).id == 2
    assert origin_of([member(9, published=None), undated]).id == 1


def test_a_short_name_inside_a_longer_one_is_another_name() -> None:
    assert origin_of([member(1, origin="海南人民网"), member(2, channel="人民网")]).id == 1
