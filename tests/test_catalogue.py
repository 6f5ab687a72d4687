"""The catalogue that comes along: sites of the whole country and of others, each told of."""

import re
from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from crawler.records import Source
from crawler.replica.further import FURTHER
from crawler.sources import load
from tests.test_families import FAMILIES

CONFIG = Path(__file__).parents[1] / "config"
FILES = sorted((CONFIG / "sources").glob("*.toml"))
SOURCES = load(CONFIG).sources
PROVINCES = """
    北京市 天津市 河北省 山西省 内蒙古自治区 辽宁省 吉林省 黑龙江省 上海市 江苏省 浙江省
    安徽省 福建省 江西省 山东省 河南省 湖北省 湖南省 广东省 广西壮族自治区 海南省 重庆市
    四川省 贵州省 云南省 西藏自治区 陕西省 甘肃省 青海省 宁夏回族自治区 新疆维吾尔自治区
""".split()
#: the levels of a region of China → how their names end
LEVELS = (r"省|市|自治区", r"市|州|区|盟|地区", r"区|县|市|旗")


def chinese() -> list[Source]:
    return [source for source in SOURCES if source.id.startswith("cn-")]


def test_it_holds_sites_of_china_and_of_others() -> None:
    assert len(SOURCES) == len(FILES)
    assert len(chinese()) >= 125
    assert len(SOURCES) - len(chinese()) >= 18
    assert len({s.region for s in SOURCES if not s.id.startswith("cn-")}) >= 12


def test_the_manual_counts_right() -> None:
    sets = Counter(name for source in SOURCES for name in source.sets)
    told = (
        f"holds {len(SOURCES)} sites: {len(chinese())} of China ({sets['central']} central organs, "
        f"{sets['provinces']} of the 31 provinces and their offices, {sets['cities']} of cities, "
        f"{sets['counties']} of counties and districts) and {sets['world']} of other countries"
    )
    assert told in (CONFIG / "README.md").read_text(encoding="utf-8")
    for readme, words in (("README.md", "sites"), ("README.zh-CN.md", "个站点")):
        assert f" {len(SOURCES)} {words}" in (CONFIG.parent / readme).read_text(encoding="utf-8")


def test_all_provinces_and_all_levels_are_there() -> None:
    assert len(PROVINCES) == 31
    tops = Counter(source.region.split("/")[0] for source in chinese())
    assert set(tops) == {"中国", *PROVINCES}
    assert tops["中国"] >= 40
    depths = Counter(source.region.count("/") for source in chinese())
    assert depths[1] >= 30
    assert depths[2] >= 8


def test_nobody_is_watched_twice() -> None:
    listings = [listing.url for source in SOURCES for listing in source.listings]
    assert [url for url, count in Counter(listings).items() if count > 1] == []
    homes = [source.address for source in SOURCES]
    assert [url for url, count in Counter(homes).items() if count > 1] == []


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.id)
def test_each_tells_where_it_is_and_what_it_publishes(source: Source) -> None:
    assert source.lang
    assert source.categories
    assert source.sets
    assert all(listing.category for listing in source.listings)
    # the same host, or one that the file names
    if source.family != "feed-site":
        hosts = {urlsplit(listing.url).hostname for listing in source.listings}
        assert hosts <= {urlsplit(source.address).hostname, *source.hosts}
    if source.id.startswith("cn-"):
        assert (source.zone, source.lang) == ("Asia/Shanghai", "zh-CN")
        assert source.region == "中国" or all(
            re.search(f"(?:{ending})$", part)
            for part, ending in zip(source.region.split("/"), LEVELS, strict=False)
        )
    else:
        assert source.zone != "Asia/Shanghai"
        assert "world" in source.sets


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_each_begins_with_what_is_known_of_it(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    comment = text[: text.index("name = ")]
    assert re.match(r"# (Not tried live; |Tried on \d{4}-\d\d-\d\d: )\w", comment)
    assert all(line.startswith("# ") for line in comment.splitlines())
    assert len(re.sub(r"\s+", " ", comment)) > 40
    # a site that rests says why
    if "enabled = false" in text:
        assert re.search(r"\bRests\b", comment)


def test_the_families_it_uses_are_held_against_replicas() -> None:
    used = {source.family for source in SOURCES if source.family}
    assert used <= {*FAMILIES, *FURTHER}
    assert len(used) >= 11


def test_no_listing_is_taken_for_an_article() -> None:
    taken = [
        listing.url
        for source in SOURCES
        for listing in source.listings
        for pattern in source.include
        if re.search(pattern, listing.url)
    ]
    assert taken == []


def test_a_new_user_asks_a_few_sites_and_no_more() -> None:
    watched = [source.id for source in SOURCES if source.enabled]
    assert 10 <= len(watched) <= 25
    assert all("start" in source.sets for source in SOURCES if source.enabled)
