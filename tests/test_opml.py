"""Subscriptions of a feed reader become sources; the file is a stranger's."""

import json
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from crawler.cli import main
from crawler.discovery.opml import Subscription, read_opml
from crawler.discovery.subscriptions import planned
from crawler.errors import ListingError
from crawler.settings import Settings
from crawler.sources import load
from crawler.sources.new import check_text
from crawler.sources.routes import Routes, load_routes

SHIPPED = Path(__file__).parents[1] / "config"

OPML = """<?xml version="1.0" encoding="UTF-8"?>
<opml version="2.0"><head><title>mine</title></head><body>
<outline text="政府"><outline text="中央">
  <outline type="rss" text="发改委 新闻发布" xmlUrl="https://rsshub.app/gov/ndrc/xwdt/xwfb"/>
  <outline type="rss" text="统计局" xmlUrl="https://hub.example.org/gov/stats/sj/zxfb"/>
</outline>
  <outline type="rss" text="FTC" title="x" xmlUrl="https://feeds.example.com/ftc"
    htmlUrl="https://www.ftc.gov/news"/>
</outline>
<outline text="A blog" xmlUrl="feed://blog.example.org/rss"/>
<outline text="again" xmlUrl="https://feeds.example.com/ftc"/>
<outline text="unknown" xmlUrl="https://rsshub.app/weibo/user/1"/>
<outline text="broken" xmlUrl="javascript:alert(1)"/>
</body></opml>"""


def test_feeds_are_read_with_their_groups_and_homes() -> None:
    found = read_opml(OPML.encode(), "mine.opml")
    assert found[0] == Subscription(
        feed="https://rsshub.app/gov/ndrc/xwdt/xwfb",
        name="发改委 新闻发布",
        groups=("政府", "中央"),
    )
    assert found[2].home == "https://www.ftc.gov/news"
    assert found[2].groups == ("政府",)
    assert found[3].feed == "http://blog.example.org/rss"
    assert len(found) == 6


def test_a_file_in_gbk_is_read() -> None:
    text = '<?xml version="1.0" encoding="gbk"?><opml><body><outline text="要闻" xmlUrl="http://a.cn/f"/>'
    (one,) = read_opml(f"{text}</body></opml>".encode("gbk"), "x")
    assert one.name == "要闻"


BOMB = (
    '<!DOCTYPE o [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>'
    '<opml><body><outline text="&b;" xmlUrl="http://a.cn/f"/></body></opml>'
)
FILE = '<!DOCTYPE o [<!ENTITY a SYSTEM "file:///etc/passwd">]><opml><body>&a;</body></opml>'


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (BOMB, "declares entities"),
        (FILE, "declares entities"),
        ("<opml><body>" + "<outline text='x'>" * 5000, "nested more than"),
        ("<opml><body>" + "<outline xmlUrl='http://a.cn/f'/>" * 5001, "more than 5000 feeds"),
        ("<html><body></body></html>", "is no OPML: its root is <html>"),
        ("<opml><body>", "is no well-formed OPML"),
        ("", "is no well-formed OPML"),
        ("x" * (11 << 20), "larger than"),
    ],
)
def test_what_is_hostile_or_no_opml_is_refused(body: str, why: str) -> None:
    with pytest.raises(ListingError, match="mine") as caught:
        read_opml(body.encode(), "mine.opml")
    assert why in caught.value.reason


@given(st.binary(max_size=400))
def test_no_bytes_are_more_than_refused(body: bytes) -> None:
    for whole in (body, b"<opml><body>" + body + b"</body></opml>"):
        try:
            read_opml(whole, "x")
        except ListingError:
            continue


@given(st.text(min_size=1, max_size=120), st.text(max_size=40))
def test_no_name_of_a_feed_breaks_its_file(name: str, group: str) -> None:
    from crawler.cli.subscribing import text_of

    one = Subscription(feed="https://a.gov.cn/f", name=name, groups=(group,) if group else ())
    (plan,) = planned([one], Routes(), {}, ())
    assert plan.site is not None
    check_text(SHIPPED, plan.site.id, text_of(plan, Path("x.opml")), Settings())


def test_an_address_of_rsshub_stands_for_the_page_it_reads_on_whatever_host() -> None:
    routes = load_routes(SHIPPED)
    page = "https://www.ndrc.gov.cn/xwdt/xwfb/"
    assert routes.page_of("https://rsshub.app/gov/ndrc/xwdt") == page
    assert routes.page_of("https://hub.example.org/gov/ndrc/xwdt/xwfb") == page
    assert routes.page_of("https://rsshub.app/gov/nmpa/xxgk/ggtg?limit=5") == (
        "https://www.nmpa.gov.cn/xxgk/ggtg/index.html"
    )
    assert routes.page_of("https://rsshub.app/gov/nmpa/../../x") == ""
    assert routes.page_of("https://rsshub.app/weibo/user/1") == ""
    assert routes.serves("https://rsshub.app/weibo/user/1")
    assert not routes.serves("https://www.gov.cn/feed")


def test_every_route_of_the_table_leads_to_a_page() -> None:
    routes = load_routes(SHIPPED)
    assert len(routes.pages) > 20
    for route in routes.pages:
        assert routes.page_of(f"https://rsshub.app{route.replace('*', 'a/b')}").startswith("http")


# --- the command -------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    sources = tmp_path / "config" / "sources"
    sources.mkdir(parents=True)
    (sources / "cn-ndrc.toml").write_text(
        'name = "a"\naddress = "https://www.ndrc.gov.cn/"\n'
        '[[listings]]\nurl = "https://www.ndrc.gov.cn/xwdt/xwfb/"\n'
    )
    (tmp_path / "config" / "rsshub.toml").write_bytes((SHIPPED / "rsshub.toml").read_bytes())
    (tmp_path / "mine.opml").write_text(OPML, encoding="utf-8")
    return tmp_path


def add(folder: Path, *words: str, **rest: str) -> Result:
    file, config = str(folder / "mine.opml"), str(folder / "config")
    return CliRunner().invoke(main, ["add", "--opml", file, "--config", config, *words], **rest)  # type: ignore[arg-type]


def files(folder: Path) -> dict[str, dict[str, object]]:
    paths = (folder / "config" / "sources").glob("*.toml")
    return {path.stem: tomllib.loads(path.read_text(encoding="utf-8")) for path in paths}


def test_each_feed_becomes_a_source_and_nothing_is_watched_twice(folder: Path) -> None:
    done = add(folder, "--yes")
    assert done.exit_code == 0, done.output
    assert "4 of 6 subscriptions become sources" in done.output
    assert "cn-ndrc watches it already" in done.output
    assert "stands in the file twice" in done.output
    assert "an RSSHub route that is not known here" in done.output
    found = files(folder)
    assert (
        set(found) == {"cn-ndrc", "cn-stats", "us-ftc", "org-example-blog", "app-rsshub"}
        or len(found) == 5
    )
    stats = found["cn-stats"]
    assert stats["categories"] == ["政府", "中央"]
    assert stats["listings"] == [{"url": "http://www.stats.gov.cn/sj/zxfb/", "category": "统计局"}]
    ftc = found["us-ftc"]
    assert ftc["address"] == "https://www.ftc.gov/"
    # Where a site lies is for a person to say: a country's code is no region of the catalogue.
    assert "region" not in ftc
    assert "# region = " in (folder / "config/sources/us-ftc.toml").read_text(encoding="utf-8")
    assert ftc["listings"][0]["kind"] == "feed"  # type: ignore[index]
    assert len(load(folder / "config").sources) == 5
    again = add(folder, "--yes")
    assert "0 of 6 subscriptions become sources" in again.output
    assert files(folder) == found


def test_it_is_offered_before_anything_is_written(folder: Path) -> None:
    before = files(folder)
    asked = add(folder, input="n\n")
    assert "write 4 sources?" in asked.output
    assert files(folder) == before
    add(folder, "--dry-run")
    found = json.loads(add(folder, "--json").stdout)
    assert found["written"] is False
    assert [row["id"] for row in found["sources"]].count(None) == 2
    assert files(folder) == before
    assert add(folder, input="y\n").exit_code == 0
    assert len(files(folder)) == 5


def test_a_hostile_file_is_one_line_and_writes_nothing(folder: Path) -> None:
    (folder / "mine.opml").write_text(BOMB)
    done = add(folder, "--yes")
    assert done.exit_code == 1
    assert "declares entities, which no OPML file needs" in done.output
    assert len(files(folder)) == 1
