"""Feeds: RSS, RDF and Atom, in any charset, well-meant or hostile."""

import pytest

from crawler.errors import ListingError
from crawler.records import Link, ListingKind, ListingPage
from crawler.sandbox import Sandbox
from crawler.settings import SandboxSettings
from tests.listings import HOME, read
from tests.shared import shared

FEED = ListingKind.FEED


def rss(items: str, head: str = '<?xml version="1.0" encoding="utf-8"?>\n') -> str:
    return f"{head}<rss version='2.0'><channel><title>要闻</title>{items}</channel></rss>"


def item(n: int, date: str = "") -> str:
    link = f"{HOME}xwzx/{n}.html"
    return f"<item><title>第{n}条</title><link>{link}</link><pubDate>{date}</pubDate></item>"


def feed(body: str | bytes) -> ListingPage:
    return read(body, FEED, url=HOME + "rss/news.xml")


ATOM = f"""<feed xmlns="http://www.w3.org/2005/Atom"><title>News</title>
<link rel="self" href="{HOME}atom.xml"/><updated>2024-03-20T00:00:00Z</updated>
<entry><title type="html">Ports &amp;amp; &lt;b&gt;harbours&lt;/b&gt;</title>
  <link rel="alternate" href="../news/1"/><id>tag:example,2024:1</id>
  <updated>2024-03-16T10:00:00Z</updated><published>2024-03-15T10:00:00+08:00</published>
  <summary type="html">&lt;p&gt;New rules for&lt;/p&gt;&lt;p&gt;small ports.&lt;/p&gt;</summary>
</entry>
<entry><title>Second</title><link href="/news/2"/><updated>2024-03-14</updated></entry>
</feed>"""

RDF = f"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel rdf:about="{HOME}"><title>x</title></channel>
<item rdf:about="{HOME}1"><title>一</title><link>{HOME}1</link><dc:date>2024-03-15</dc:date></item>
</rdf:RDF>"""


def test_entries_of_an_atom_feed_are_read() -> None:
    assert feed(ATOM).links == (
        Link(
            url=HOME + "news/1",
            title="Ports & harbours",
            date="2024-03-15T10:00:00+08:00",
            summary="New rules for small ports.",
            modified="2024-03-16T10:00:00Z",
        ),
        Link(url=HOME + "news/2", title="Second", date="2024-03-14", modified="2024-03-14"),
    )


def test_entries_of_an_rdf_feed_are_read() -> None:
    assert feed(RDF).links == (Link(url=HOME + "1", title="一", date="2024-03-15"),)


@pytest.mark.parametrize(
    "date",
    [
        "2024-03-15 08:30:00",
        "Fri, 15 Mar 2024 08:30:00",
        "Fri, 15 Mar 2024 08:30:00 +0800",
        "Fri, 15 Mar 2024 08:30:00 CST",
        "2024年3月15日",
    ],
)
def test_a_date_stays_as_the_feed_writes_it(date: str) -> None:
    assert [link.date for link in feed(rss(item(1, date) + item(2))).links] == [date, ""]


def test_a_date_whose_entry_cannot_be_told_is_left_out() -> None:
    inside = "<item><title>x</title><description><![CDATA[<item >]]></description>"
    body = rss(f"{inside}<link>{HOME}1</link></item>{item(2, '2024-03-15')}")
    assert [(link.title, link.date) for link in feed(body).links] == [("x", ""), ("第2条", "")]


@pytest.mark.parametrize("charset", ["gbk", "utf-8", "utf-8-sig"])
@pytest.mark.parametrize("declared", ["gb2312", "utf-8", ""])
def test_a_feed_is_read_in_its_charset_whatever_it_declares(charset: str, declared: str) -> None:
    head = f'<?xml version="1.0" encoding="{declared}"?>\n' if declared else ""
    body = (
        rss(item(1, "2024-03-15"), head)
        .replace("第1条", "国务院办公厅关于春耕的通知")
        .encode(charset)
    )
    assert [link.title for link in feed(body).links] == ["国务院办公厅关于春耕的通知"]


def test_a_feed_with_faults_is_read_as_far_as_it_goes() -> None:
    body = rss(f"<item><title>A & B&mdash;C&x;</title><link>{HOME}a?x=1&y=2</link></item>{item(2)}")
    assert [(link.title, link.url) for link in feed(body).links] == [
        ("A & B—C&x;", HOME + "a?x=1&y=2"),
        ("第2条", HOME + "xwzx/2.html"),
    ]
    assert len(feed(body.partition("</channel>")[0]).links) == 2


def test_an_entry_without_a_link_gives_its_permanent_address() -> None:
    body = rss(f"<item><title>x</title><guid>{HOME}1</guid></item>")
    assert feed(body).links[0].url == HOME + "1"


def test_a_long_summary_is_cut() -> None:
    body = rss(f"<item><link>{HOME}1</link><description>{'长' * 9999}</description></item>")
    assert len(feed(body).links[0].summary) == 500


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))

HOSTILE = {
    "billion laughs": rss(item(1) + "&l9;", f'<!DOCTYPE x [<!ENTITY l0 "ha">{LAUGHS}]>'),
    "external entity": rss(item(1), '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'),
    "parameter entity": rss(item(1), '<!DOCTYPE x [<!entity % e SYSTEM "http://x/">%e;]>'),
    "in UTF-16": rss(item(1), '<!DOCTYPE x [<!ENTITY e "e">]>').encode("utf-16"),
    "200,000 deep": rss("<a>" * 200_000),
    "200,000 deep in an item": rss("<item><title>" + "<a>" * 200_000),
    "an address": "http://127.0.0.1:9/feed.xml",
    "an address before a feed": "http://127.0.0.1:9/<rss",
    "a web page": "<!DOCTYPE html><html><body>请稍候</body></html>",
    "JSON": '{"version": "https://jsonfeed.org/version/1.1", "items": []}',
    "nothing": "",
    "bytes": bytes(range(256)),
}


@pytest.fixture(scope="module")
def sandbox() -> object:
    with Sandbox(SandboxSettings(workers=1, memory=400 << 20)) as sandbox:
        yield sandbox


@pytest.mark.parametrize("kind", [ListingKind.FEED, ListingKind.SITEMAP])
@pytest.mark.parametrize("name", HOSTILE)
async def test_hostile_xml_is_refused_in_little_memory(
    sandbox: Sandbox, name: str, kind: ListingKind
) -> None:
    with pytest.raises(ListingError):
        await sandbox.run(HOME, read, HOSTILE[name], kind)


def test_real_feeds_are_read() -> None:
    files = sorted(shared("corpus/feeds").glob("*.xml"))
    assert len(files) == 20
    for file in files:
        body = file.read_bytes()
        kind = ListingKind.SITEMAP if b"<urlset" in body else FEED
        hosts = {part.split(b"/")[0].split(b"<")[0].decode() for part in body.split(b"://")[1:]}
        page = read(body, kind, hosts=tuple(hosts))
        entries = max(body.count(b"<item>"), body.count(b"<item "), body.count(b"<url>"))
        assert len(page.links) >= 0.5 * entries, file.name
        assert all(link.date for link in page.links), file.name
