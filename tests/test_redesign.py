"""A site of the replica is rebuilt overnight: other pages, and by choice other addresses."""

import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.error import HTTPError

import pytest

from crawler.replica import Portal

SITES = ("trs", "hanweb", "policy", "county")


@pytest.fixture
def portal() -> Iterator[Portal]:
    with Portal(size=50, seed=7, now=datetime(2024, 5, 1, tzinfo=UTC)) as running:
        yield running


def page(url: str) -> tuple[str, str]:
    """Return an address's text, and where it came from in the end."""
    with urllib.request.urlopen(url) as answer:  # noqa: S310 - the replica on this machine
        return answer.read().decode(), answer.geturl()


@pytest.mark.parametrize("site", SITES)
def test_a_rebuilt_site_shows_the_same_articles_in_other_pages(portal: Portal, site: str) -> None:
    (listing, *_), urls = portal.site(site).listings, portal.urls(site)
    portal.redesign(site)
    text, _ = page(listing.url)
    assert '<div class="stream">' in text
    for url in urls[:3]:
        truth = portal.told(url)
        assert truth.url == url
        text, _ = page(url)
        assert '<main class="detail">' in text
        assert truth.text.splitlines()[-1][:20] in text
    assert portal.publish(site) in {truth.url for truth in portal.truth()}


def test_old_addresses_redirect_where_articles_and_columns_have_moved(portal: Portal) -> None:
    old = portal.site("trs").listings[0].url, portal.urls("trs")[0]
    portal.redesign("trs", columns="redirects", addresses=True)
    new = portal.site("trs").listings[0].url, portal.urls("trs")[0]
    for before, after in zip(old, new, strict=True):
        assert before != after
        assert page(before)[1] == after


def test_the_old_address_of_a_column_may_be_gone_and_the_home_page_knows_the_new_one(
    portal: Portal,
) -> None:
    (old, *_) = portal.site("county").listings
    portal.redesign("county", columns="gone")
    with pytest.raises(HTTPError, match="404"):
        page(old.url)
    (new, *_) = portal.site("county").listings
    home, _ = page(portal.site("county").address)
    assert new.url.removeprefix(portal.site("county").address) in home
    assert old.category in page(new.url)[0]


def test_a_list_may_be_empty_until_its_script_has_run(portal: Portal) -> None:
    portal.redesign("policy", scripted=True)
    site = portal.site("policy")
    text, _ = page(site.listings[0].url)
    assert "content_69" not in text
    rows, _ = page(f"{site.address}/v2/api/list?channel=1&page=1")
    assert "content_69" in rows


def test_the_english_site_is_not_rebuilt(portal: Portal) -> None:
    with pytest.raises(ValueError, match="taken over"):
        portal.redesign("english")
    with pytest.raises(ValueError, match="columns is one of"):
        portal.redesign("trs", columns="flies")
