"""Adding a site whose columns are filled in by a script: what the script asks is tried instead."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crawler.discovery.walk import discover
from crawler.records import ListingKind
from crawler.replica import Portal
from crawler.settings import FetchSettings, Settings

CONFIG = Path(__file__).parents[1] / "config"
NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def portal() -> Iterator[Portal]:
    with Portal(size=60, seed=3, now=NOW, sites=("gkmlpt", "jpaas")) as running:
        yield running


@pytest.mark.parametrize(
    ("site", "column"), [("gkmlpt", "/gkmlpt/index"), ("jpaas", "/col/col1229187636/index.html")]
)
def test_a_column_that_a_script_fills_becomes_the_address_that_the_script_asks(
    portal: Portal, site: str, column: str
) -> None:
    replica = portal.site(site)
    ports = (int(replica.address.rpartition(":")[2]),)
    settings = Settings(
        fetch=FetchSettings(allow_networks=("127.0.0.0/8",), ports=ports, delay=timedelta(0))
    )
    found = asyncio.run(discover(replica.address + column, settings, CONFIG, now=NOW))
    (best,) = found.good[:1]
    assert best.listing.kind is ListingKind.JSON
    assert found.site.family == site
    assert best.page is not None
    known = {truth.url for truth in portal.truth() if truth.site == site}
    assert len(best.urls) >= 10
    assert best.urls <= known
    assert all(link.date and link.title for link in best.page.links)
    assert best.samples[0].title in {truth.title for truth in portal.truth()}
