"""Sites whose listings are JSON, crawled over real HTTP: by GET, by a form, by posted JSON."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from archive import Archive
from crawler.errors import FetchError
from crawler.fetch import Fetcher
from crawler.records import JsonRules, Listing, ListingKind
from tests.small_site import SmallSite, plain

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)


@pytest.fixture
def site() -> Iterator[SmallSite]:
    with SmallSite() as site:
        for n in range(1, 6):
            site.pages[f"/doc/{n}.html"] = plain(n)
        yield site


def rows(*numbers: int) -> str:
    told = [
        {"docId": n, "docTitle": f"第{n}号民生实事项目推进情况", "pubDate": "2026-03-01"}
        for n in numbers
    ]
    return json.dumps({"total": 5, "data": {"rows": told}}, ensure_ascii=False)


LINK = JsonRules(link=("/doc/{docId}.html",), page="page")
ASKED = {
    "get": (JsonRules(link=LINK.link), "/api?page=1&size=2", "/api?page={}&size=2"),
    "form": (
        replace(LINK, form=(("channel", "通知"), ("page", "1"))),
        "/api",
        "/api channel=%E9%80%9A%E7%9F%A5&page={}",
    ),
    "posted": (replace(LINK, body='{"page":1,"rows":2}'), "/api", '/api {{"page":{},"rows":2}}'),
}


@pytest.mark.parametrize("way", ASKED)
async def test_every_page_of_a_listing_of_json_is_asked_for_and_every_article_archived(
    site: SmallSite, tmp_path: Path, way: str
) -> None:
    rules, path, asked = ASKED[way]
    pages = {asked.format(n): numbers for n, numbers in ((1, (1, 2)), (2, (3, 4)), (3, (5,)))}
    site.pages |= {path: rows(*numbers) for path, numbers in pages.items()}
    listing = Listing(url=site.address + path, kind=ListingKind.JSON, json=rules)
    source = replace(site.source(), listings=(listing,))
    report = await site.crawl(tmp_path, source, NOW)
    assert (report.new, report.failed, report.error) == (5, 0, "")
    assert [path for path in site.asked if path.startswith("/api")] == list(pages)
    with Archive.open(tmp_path / "archive.db") as archive:
        assert {stored.article.title for stored in archive.articles()} == {
            f"第{n}号民生实事项目推进情况" for n in range(1, 6)
        }


async def test_what_is_posted_is_guarded_like_everything_else(site: SmallSite) -> None:
    site.pages["/api {}"] = rows(1)
    settings = site.settings().fetch
    async with Fetcher(settings, now=lambda: NOW) as fetcher:
        answer = await fetcher.fetch(
            f"{site.address}/api", method="POST", body=b"{}", delay=timedelta()
        )
        assert json.loads(answer.body)["total"] == 5
        with pytest.raises(FetchError) as refused:
            await fetcher.fetch(f"http://10.0.0.1:{site.port}/", method="POST", body=b"{}")
        assert refused.value.kind == "guard"
