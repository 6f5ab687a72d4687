"""Sitemaps: indexes, packed files, news, and the limits of the protocol."""

import gzip
import tracemalloc
from dataclasses import replace

import pytest

from crawler.errors import ListingError
from crawler.listing.sitemap import MOST_BYTES, MOST_ENTRIES
from crawler.records import Link, ListingKind, ListingPage, PageRequest
from tests.listings import HOME, later, read

NAMESPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
MAP = HOME + "sitemap.xml"


def dated(name: str, date: str, modified: str = "") -> Link:
    return Link(url=HOME + name, date=date, modified=modified or date)


def entry(name: str, lastmod: str = "", more: str = "") -> str:
    stamp = f"<lastmod>{lastmod}</lastmod>" if lastmod else ""
    return f"<url><loc>{HOME}{name}</loc>{stamp}{more}</url>"


def urlset(entries: str, head: str = '<?xml version="1.0" encoding="UTF-8"?>') -> str:
    return f"{head}<urlset {NAMESPACE}>{entries}</urlset>"


def sitemap(
    body: str | bytes, request: PageRequest | None = None, hosts: tuple[str, ...] = ()
) -> ListingPage:
    return read(body, ListingKind.SITEMAP, url=MAP, request=request, hosts=hosts)


def test_the_newest_come_first_and_the_undated_last() -> None:
    body = urlset(
        entry("undated")
        + entry("old", "2024-03-01")
        + entry("false", "yesterday")
        + entry("newest", "2024-03-15T09:00:00+08:00")
        + entry("newer", "2024-03-15T00:30:00Z")
    )
    assert sitemap(body).links == (
        dated("newest", "2024-03-15T09:00:00+08:00"),
        dated("newer", "2024-03-15T00:30:00Z"),
        dated("old", "2024-03-01"),
        Link(url=HOME + "undated"),
        dated("false", "yesterday"),
    )


def test_a_news_sitemap_gives_title_day_of_publication_and_last_edit() -> None:
    news = (
        "<n:news><n:publication><n:name>Paper</n:name></n:publication><n:title>Ports &amp; "
        "harbours</n:title><n:publication_date>2024-03-15</n:publication_date></n:news>"
        "<image:image><image:loc>https://x/1.jpg</image:loc><image:title>No</image:title>"
        "</image:image>"
    )
    body = urlset(entry("1", "2024-03-20", news)).replace(NAMESPACE, "xmlns:n='n' xmlns:image='i'")
    assert sitemap(body).links == (
        replace(dated("1", "2024-03-15", modified="2024-03-20"), title="Ports & harbours"),
    )


def test_an_index_names_its_sitemaps_newest_first() -> None:
    names = [("a.xml", "2023"), ("b.xml.gz", "2024-03-15"), ("a.xml", ""), ("sitemap.xml", "")]
    body = "".join(
        f"<sitemap><loc>\n {HOME}{name}</loc><lastmod>{stamp}</lastmod></sitemap>"
        for name, stamp in names
    )
    body += "<sitemap><loc>https://other.example.com/c.xml</loc></sitemap>"
    page = sitemap(f"<sitemapindex {NAMESPACE}>{body}</sitemapindex>")
    assert page.children == (PageRequest(url=HOME + "b.xml.gz"), PageRequest(url=HOME + "a.xml"))
    assert (page.links, page.next) == ((), None)


def test_an_index_without_a_sitemap_of_ours_is_an_error() -> None:
    with pytest.raises(ListingError):
        sitemap(
            "<sitemapindex><sitemap><loc>https://x.example/a.xml</loc></sitemap></sitemapindex>"
        )


def test_other_hosts_are_left_out() -> None:
    body = urlset(entry("1") + "<url><loc>https://x.example/2</loc></url>")
    assert [link.url for link in sitemap(body).links] == [HOME + "1"]


@pytest.mark.parametrize(
    "body",
    [
        gzip.compress(urlset(entry("1")).encode()),
        urlset(entry("1"), "<?xml version='1.0'?>").encode("utf-16"),
        urlset(entry("1"), "\n\n<?xml version='1.0'?>").encode(),
        urlset(entry("1"), "\ufeff<?xml version='1.0' encoding='utf-8'?>").encode(),
        urlset(entry("1") + "<!-- 网站地图 -->", "<?xml version='1.0' encoding='gb2312'?>").encode(
            "gbk"
        ),
    ],
    ids=["gzip", "utf-16", "blank lines first", "byte order mark", "gb2312"],
)
def test_a_sitemap_is_read_however_it_is_written_down(body: bytes) -> None:
    assert [link.url for link in sitemap(body).links] == [HOME + "1"]


def test_no_more_is_taken_than_a_file_may_hold() -> None:
    body = urlset("".join(entry(str(n)) for n in range(MOST_ENTRIES + 9)))
    assert len(sitemap(body).links) == MOST_ENTRIES


def test_a_packed_bomb_is_refused_in_little_memory() -> None:
    body = gzip.compress(b"<urlset>" + b" " * (MOST_BYTES + (1 << 20)), compresslevel=1)
    tracemalloc.start()
    with pytest.raises(ListingError, match="unpacks to more than 50 MiB"):
        sitemap(body)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 10 << 20


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (gzip.compress(urlset(entry("1") * 99).encode())[:-20], "cut short"),
        (b"\x1f\x8bnonsense", "no well-formed sitemap"),
        (urlset(entry("1"))[:-5], "no well-formed sitemap"),
        ("", "no well-formed sitemap"),
        ("<html><body>404</body></html>", "its root is <html>"),
        ("<urlset>" + "<a>" * 200_000, "nested"),
        (urlset(""), "names no article"),
        (urlset(entry("1"), "<!DOCTYPE x [<!ENTITY e 'e'>]>"), "declares entities"),
    ],
)
def test_what_is_no_sitemap_is_an_error_that_says_why(body: str | bytes, reason: str) -> None:
    with pytest.raises(ListingError, match=reason):
        sitemap(body)


def test_a_later_sitemap_may_hold_nothing_of_ours() -> None:
    assert sitemap(urlset(""), later(HOME + "b.xml")).links == ()
