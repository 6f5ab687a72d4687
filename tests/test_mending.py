"""A listing that dried up: rules are derived from articles known, and never from anything else."""

import json
import random
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from archive import Capture
from crawler.cli import main
from crawler.dryrun.records import Known
from crawler.listing import read_listing
from crawler.listing.html import base_of
from crawler.listing.page import Page
from crawler.mending.addresses import shape_of
from crawler.mending.derive import item_rule, with_rules
from crawler.mending.editing import edited
from crawler.mending.propose import propose, with_listing
from crawler.mending.reappear import Recogniser, number_of
from crawler.mending.records import Proposal
from crawler.mending.rewriting import rewriting
from crawler.mending.rows import find_group
from crawler.mending.statements import EditError, with_value, without
from crawler.records import Link, Listing, ListingKind, ListingRules, PageRequest, Source
from crawler.sources import load, load_source
from tests.shared import shared
from tests.site import Site, notice, serving

HOME = "https://www.example.gov.cn/"
NOW = datetime(2026, 3, 20, 4, tzinfo=UTC)
WORDS = "防汛 教育 交通 养老 就业 医保 环境 税务 农业 住房 安全 文化".split()


def source(**keys: object) -> Source:
    listing = Listing(url=f"{HOME}list/", rules=ListingRules(item=("ul.gone > li",)))
    made = Source(id="x", name="X", address=HOME, zone="Asia/Shanghai", lang="zh",
                  listings=(listing,))  # fmt: skip
    return replace(made, **keys)  # type: ignore[arg-type]


def answer(body: str) -> Capture:
    return Capture(
        url=f"{HOME}list/", final_url=f"{HOME}list/", status=200, body=body.encode(), fetched_at=NOW
    )


def named(proposal: Proposal, body: str) -> tuple[Link, ...]:
    listing = proposal.source.listings[0]
    page = read_listing(
        body.encode(), "", PageRequest(url=listing.url), listing, source=proposal.source
    )
    return page.links


def articles(count: int) -> list[Known]:
    return [
        Known(
            url=f"{HOME}art/{4100 + n}.html",
            title=f"关于第{n}批{WORDS[n % len(WORDS)]}工作安排的通知",
            day=date(2026, 3, 19) - timedelta(days=n),
            id=n,
        )
        for n in range(count)
    ]


@st.composite
def pages(draw: st.DrawFn) -> tuple[str, list[Known]]:
    """Draw a page of a listing, and the articles on it, of which some are known."""
    chance = random.Random(draw(st.integers(0, 2**32)))

    def name() -> str:
        stem = chance.choice(["css-", "sc-", "m", "x_", "a"])
        return stem + "".join(chance.choices("abcdefgh0123456789", k=6))

    row, inner, box, side = name(), name(), name(), name()
    rows = articles(draw(st.integers(4, 14)))
    tag, child = draw(st.sampled_from([("ul", "li"), ("div", "div"), ("section", "article"),
                                       ("tbody", "tr"), ("ol", "li")]))  # fmt: skip
    odd = draw(st.booleans())

    def line(n: int, one: Known, kind: str) -> str:
        mark = f" {name()}" if odd and n % 2 else ""
        day = f"<i>{one.day:%Y-%m-%d}</i>" if one.day else ""
        link = f'<a href="{one.url.removeprefix(HOME[:-1])}">{one.title}</a>'
        inside = f"<td>{link}</td><td>{day}</td>" if child == "tr" else f"<b>{link}</b>{day}"
        return f'<{child} class="{kind}{mark}">{inside}</{child}>'

    listed = "".join(line(n, one, row) for n, one in enumerate(rows))
    beside = "".join(
        line(n, replace(one, url=f"{HOME}zt/{n}.html", title=f"专题{n}：营商环境"), row)
        for n, one in enumerate(rows[: draw(st.integers(0, 4))])
    )
    table = ("<table>", "</table>") if tag == "tbody" else ("", "")
    menu = "".join(f'<li><a href="/c{n}/">栏目{n}</a></li>' for n in range(6))
    body = (
        f'<html><body><ul class="{name()}">{menu}</ul>'
        f'<div class="{side}">{table[0]}<{tag} class="{name()}">{beside}</{tag}>{table[1]}</div>'
        f'<div class="{box}">{table[0]}<{tag} class="{inner}">{listed}</{tag}>{table[1]}'
        f'<p><a href="/list/2.html">下一页</a></p></div></body></html>'
    )
    return body, rows


@settings(max_examples=40, deadline=None)
@given(pages(), st.integers(0, 5))
def test_what_is_proposed_names_exactly_the_articles_of_the_listing(
    drawn: tuple[str, list[Known]], new: int
) -> None:
    body, rows = drawn
    known = tuple(rows[min(new, len(rows) - 3) :])
    proposal = propose(answer(body), source(), 0, known, NOW)
    assert proposal is not None
    assert [link.url for link in named(proposal, body)] == [one.url for one in rows]
    assert proposal.reappearing.articles == len(known)
    assert proposal.reappearing.titles == proposal.reappearing.days == len(known)


@settings(max_examples=40, deadline=None)
@given(pages())
def test_a_derived_selector_means_exactly_the_rows(drawn: tuple[str, list[Known]]) -> None:
    body, rows = drawn
    listing = source().listings[0]
    page = Page(body=body.encode(), content_type="", request=PageRequest(url=listing.url),
                listing=listing, source=source())  # fmt: skip
    tree = LexborHTMLParser(body)
    group = find_group(page, tree, Recogniser(rows))
    assert group is not None
    item = item_rule(page, tree, base_of(page, tree), group)
    ruled = replace(listing, rules=with_rules(ListingRules(), item=item))
    read = read_listing(body.encode(), "", PageRequest(url=listing.url), ruled, source=source())
    assert [link.url for link in read.links] == [one.url for one in rows]


@settings(max_examples=40, deadline=None)
@given(
    st.one_of(
        st.text(max_size=300),
        st.lists(st.sampled_from(["<ul>", "<li>", "</div>", '<a href="/x/1234.html">', "关于",
                                  "<table><tr>", "2026-03-01", "</a>", "<script>"])).map("".join),
    )
)  # fmt: skip
def test_a_page_without_known_articles_gives_no_proposal(body: str) -> None:
    assert propose(answer(body), source(), 0, tuple(articles(9)), NOW) is None


@pytest.mark.parametrize("name", ["l003", "l005", "l009"])
def test_rules_derived_on_a_real_listing_name_its_entries(name: str) -> None:
    truth = json.loads(shared("corpus/lists/zh_truth.json").read_text(encoding="utf-8"))[name]
    body = shared(f"corpus/{truth['file']}").read_bytes()
    known = [
        Known(url=one["url"], title=one["title"], day=date.fromisoformat(one["date"]))
        for one in truth["items"]
    ]
    listing = Listing(url=truth["url"], rules=ListingRules())
    watched = replace(source(), address=truth["url"], listings=(listing,))
    page = Page(body=body, content_type="", request=listing.request, listing=listing,
                source=watched)  # fmt: skip
    tree = LexborHTMLParser(page.text())
    # half of them is enough to find the other half
    group = find_group(page, tree, Recogniser(known[1::2]))
    assert group is not None
    item = item_rule(page, tree, base_of(page, tree), group)
    ruled = replace(listing, rules=with_rules(ListingRules(), item=item))
    read = read_listing(body, "", ruled.request, ruled, source=watched)
    assert {link.url for link in read.links} == {one.url for one in known}


def test_two_known_articles_are_too_few_to_tell_rows_by() -> None:
    body, known = cards(articles(8)), tuple(articles(2))
    assert propose(answer(body), source(), 0, known, NOW) is None


def cards(rows: list[Known], *, cls: str = "card", link: str = "{url}") -> str:
    inside = "".join(
        f'<div class="{cls}"><a href="{link.format(url=one.url, n=n)}">{one.title}</a>'
        f'<span class="day">{one.day}</span></div>'
        for n, one in enumerate(rows)
    )
    hot = "".join(
        f'<div class="{cls}"><a href="/zt/{n}.html">专题报道之{n}</a></div>' for n in range(5)
    )
    return f'<html><body><aside>{hot}</aside><main class="stream">{inside}</main></body></html>'


def test_no_rule_at_all_is_proposed_where_the_reader_finds_the_rows_itself() -> None:
    body, known = cards(articles(8)), tuple(articles(8))
    proposal = propose(answer(body), source(), 0, known, NOW)
    assert proposal is not None
    assert proposal.source.listings[0].rules == ListingRules()


def test_names_that_people_wrote_are_preferred_to_numbered_ones() -> None:
    rows = articles(8)
    body = cards(rows, cls="css-1x2y3z card")
    listing = source().listings[0]
    page = Page(body=body.encode(), content_type="", request=PageRequest(url=listing.url),
                listing=listing, source=source())  # fmt: skip
    tree = LexborHTMLParser(body)
    group = find_group(page, tree, Recogniser(rows))
    assert group is not None
    assert item_rule(page, tree, base_of(page, tree), group) == "main.stream > div.card"


def test_articles_with_other_addresses_are_known_by_number_and_title() -> None:
    rows = articles(8)
    body = cards(rows, link="/detail/{n}/x.html")
    proposal = propose(answer(body), source(include=(r"/art/\d+\.html$",)), 0, tuple(rows), NOW)
    assert proposal is not None
    assert proposal.source.include == (r"/art/\d+\.html$", r"/detail/\d+/x\.html$")
    assert (proposal.reappearing.articles, proposal.reappearing.addresses) == (8, 0)


def test_articles_that_moved_to_another_host_bring_it_into_the_source() -> None:
    rows = articles(8)
    body = cards([replace(one, url=f"https://news.example.gov.cn/{one.id + 5000}") for one in rows])
    proposal = propose(answer(body), source(), 0, tuple(rows), NOW)
    assert proposal is not None
    assert proposal.source.hosts == ("news.example.gov.cn",)


def test_titles_and_days_in_odd_places_get_rules_of_their_own() -> None:
    rows = articles(8)
    inside = "".join(
        f'<div class="card"><a href="{one.url}">第{one.id}期 查看本期全部内容及往期内容回顾</a>'
        f'<em class="headline">{one.title}</em><s class="made">2020-01-01</s>'
        f'<s class="day">{one.day}</s></div>'
        for one in rows
    )
    body = f'<html><body><main class="stream">{inside}</main></body></html>'
    proposal = propose(answer(body), source(), 0, tuple(rows), NOW)
    assert proposal is not None
    rules = proposal.source.listings[0].rules
    assert (rules.title, rules.date) == ((".headline",), (".day",))
    links = named(proposal, body)
    assert [(link.title, link.date) for link in links] == [(o.title, str(o.day)) for o in rows]


def test_a_number_reused_by_another_article_is_no_sign_of_the_old_one() -> None:
    (one, *_) = articles(3)
    recogniser = Recogniser([one])
    assert recogniser.place(f"{HOME}new/4100.html", one.title) == 0
    assert recogniser.place(f"{HOME}new/4100.html", "关于春节放假的公告") is None
    assert recogniser.place(f"{HOME}new/9.html", one.title[:9] + "…") == 0
    assert number_of(f"{HOME}art/2026/0319/t20260319_41.html") == ""


@pytest.mark.parametrize(
    ("urls", "shape"),
    [
        (["/a/t20260301_11.html", "/b/t20260302_12.html"], r"/t\d+_\d+\.html$"),
        (["/v2/detail/11.html", "/v2/detail/12.html"], r"/v2/detail/\d+\.html$"),
        (["/show.asp?id=3", "/show.asp?id=44"], r"/show\.asp\?id=\d+$"),
        (["/news/one-thing", "/news/another"], ""),
    ],
)
def test_addresses_have_a_shape_in_common_or_none(urls: list[str], shape: str) -> None:
    assert shape_of([HOME[:-1] + url for url in urls]) == shape
    assert not shape or all(re.search(shape, url) for url in urls)


# --- the file -----------------------------------------------------------------------------------

TEXT = """\
# A city.
name = "市"   # its name
address = "https://a.example/"

[[listings]]  # news
url = "https://a.example/news/"  # the first

# and notices
[[listings]]
url = "https://a.example/notices/"

[listings.rules]
item = "ul > li"  # rows
date = '''
span'''
"""


def test_a_key_is_replaced_in_its_place_and_keeps_its_comment() -> None:
    changed = with_value(TEXT, ("listings", 0, "url"), "https://a.example/new#x/")
    assert 'url = "https://a.example/new#x/"  # the first\n' in changed
    assert changed.count("\n") == TEXT.count("\n")


def test_a_new_key_stands_last_in_its_table_before_the_comment_of_the_next() -> None:
    changed = with_value(TEXT, ("listings", 0, "rules", "item"), "div.card")
    assert '# the first\n\n[listings.rules]\nitem = "div.card"\n\n# and notices\n' in changed
    assert with_value(TEXT, ("include",), [r"/\d+$"]).splitlines()[3] == r"include = ['/\d+$']"


def test_a_table_that_is_left_empty_goes_with_its_last_key() -> None:
    once = without(TEXT, ("listings", 1, "rules", "date"))
    assert once is not None
    assert once.endswith('item = "ul > li"  # rows\n')
    twice = without(once, ("listings", 1, "rules", "item"))
    assert twice is not None
    assert twice.endswith('url = "https://a.example/notices/"\n')
    assert without(twice, ("listings", 1, "rules", "item")) is None


def test_keys_that_share_a_line_are_left_to_a_person() -> None:
    text = '[[listings]]\nurl = "https://a.example/"\nrules = { item = "li", date = "b" }\n'
    with pytest.raises(EditError, match="a line of its own"):
        without(text, ("listings", 0, "rules", "item"))


KEYS = {
    "url": st.sampled_from(["https://a.example/x/", "https://a.example/y?z=1"]),
    "kind": st.sampled_from(["html", "hanweb", "feed"]),
    "item": st.sampled_from(["", "li", "ul.a > li", "tr:has(a[target='_blank'])"]),
    "date": st.sampled_from(["", "span", "td:nth-of-type(2)"]),
}


@settings(max_examples=15, deadline=None)
@given(
    st.fixed_dictionaries(KEYS),
    st.fixed_dictionaries(KEYS),
    st.lists(st.sampled_from([r"/\d+\.html$", "/a'b/", "/c/"]), unique=True, max_size=2),
    st.booleans(),
)
def test_a_file_says_what_it_should_after_an_edit_and_keeps_every_comment(
    first: dict[str, str], second: dict[str, str], include: list[str], family: bool
) -> None:
    second |= {"url": second["url"] + "second/"}
    with TemporaryDirectory() as scratch:
        folder = Path(scratch)
        (folder / "families").mkdir()
        lines = 'include = ["/f/"]\n[listing]\nkind = "sitemap"\nitem = "p.f"\n'
        (folder / "families/fam.toml").write_text(lines)

        def load(text: str) -> Source:
            (folder / "x.toml").write_text(text)
            return load_source(folder / "x.toml", folder / "families")

        text = TEXT.replace("# A city.\n", '# A city.\nfamily = "fam"\n') if family else TEXT
        wanted = replace(load(text), include=tuple(include))
        for at, told in enumerate((first, second)):
            rules = ListingRules(
                item=(told["item"],) if told["item"] else (),
                date=(told["date"],) if told["date"] else (),
            )
            kind = ListingKind(told["kind"])
            one = replace(wanted.listings[at], url=told["url"], kind=kind, rules=rules)
            wanted = with_listing(wanted, at, one)
        after = edited(text, wanted, load)
        assert load(after) == wanted
        for comment in ("# A city.", "# its name", "# news", "# the first", "# and notices"):
            assert after.count(comment) == 1
        assert after.index("# and notices") < after.rindex("[[listings]]")


# --- the command --------------------------------------------------------------------------------


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as running:
        for n in range(1, 7):
            running.publish(f"/n/{n}.html", notice(n))
        rows = "".join(
            f'<li><a href="/n/{n}.html">第{n}号防汛工作通告</a><b>2026-03-0{n}</b></li>'
            for n in range(6, 0, -1)
        )
        running.publish("/list/", f'<html><body><ul class="news">{rows}</ul></body></html>')
        yield running


@pytest.fixture
def folder(site: Site, tmp_path: Path) -> Path:
    site.configure(tmp_path)
    path = tmp_path / "config/sources/city.toml"
    rules = '\n[listings.rules]\nitem = "ul.news > li"  # rows\n'
    path.write_text("# kept\n" + path.read_text() + rules)
    done = gazette(tmp_path, "crawl")
    assert done.exit_code == 0, done.output
    return tmp_path


def gazette(folder: Path, *words: str) -> Result:
    at = ("--config", str(folder / "config"), "--data", str(folder / "data"))
    return CliRunner().invoke(main, [*words, *at])


def rebuild(site: Site) -> None:
    """Show the same articles in rows that the rules do not know."""
    rows = "".join(
        f'<p class="row"><a href="/n/{n}.html">第{n}号防汛工作通告</a><b>2026-03-0{n}</b></p>'
        for n in range(6, 0, -1)
    )
    site.publish("/list/", f'<html><body><div class="rows">{rows}</div></body></html>')


def test_what_works_is_not_touched(folder: Path) -> None:
    before = (folder / "config/sources/city.toml").read_bytes()
    assert gazette(folder, "check", "city", "--fix", "--yes").exit_code == 0
    assert (folder / "config/sources/city.toml").read_bytes() == before


def test_without_a_terminal_a_change_is_shown_and_not_made(site: Site, folder: Path) -> None:
    rebuild(site)
    path = folder / "config/sources/city.toml"
    before = path.read_bytes()
    shown = gazette(folder, "check", "city", "--fix")
    assert shown.exit_code == 1
    assert '-item = "ul.news > li"  # rows' in shown.output
    assert "6 of 6 known articles on the page reappear: 6 by address, 6 titles, 6 days" in (
        " ".join(shown.output.split())
    )
    assert path.read_bytes() == before


def test_with_consent_the_rules_are_written_and_the_next_crawl_finds_what_is_new(
    site: Site, folder: Path
) -> None:
    rebuild(site)
    assert gazette(folder, "crawl").exit_code == 1
    done = gazette(folder, "check", "city", "--fix", "--yes", "--json")
    assert done.exit_code == 0, done.output
    row = json.loads(done.stdout)
    assert row["applied"] is True
    text = (folder / "config/sources/city.toml").read_text()
    assert text.startswith("# kept\n")
    assert "rules" not in text
    assert [p.name for p in (folder / "config/sources").iterdir()] == ["city.toml"]
    site.publish("/n/7.html", notice(7))
    page = site.pages["/list/"][2].replace(
        '<p class="row">',
        '<p class="row"><a href="/n/7.html">第7号防汛工作通告</a><b>2026-03-07</b></p>'
        '<p class="row">', 1,
    )  # fmt: skip
    site.publish("/list/", page)
    crawled = json.loads(gazette(folder, "crawl", "--json").stdout)
    assert (crawled["new"], crawled["revised"], crawled["failed"]) == (1, 0, 0)


def test_a_column_that_moved_is_found_by_its_name_on_the_home_page(
    site: Site, folder: Path
) -> None:
    path = folder / "config/sources/city.toml"
    path.write_text(path.read_text().replace('/list/"\n', "/list/\"\ncategory = '通知公告'\n"))
    site.pages["/v2/tz/"] = site.pages.pop("/list/")
    site.publish("/", '<a href="/v2/x/">要闻</a> <a href="/v2/tz/">通知公告</a>')
    done = gazette(folder, "check", "city", "--fix", "--yes")
    assert done.exit_code == 0, done.output
    assert f'url = "{site.address}/v2/tz/"' in path.read_text()
    assert 'item = "ul.news > li"  # rows' in path.read_text()


def test_a_feed_that_moved_is_found_where_the_home_page_announces_it(
    site: Site, tmp_path: Path
) -> None:
    items = "".join(
        f"<item><title>第{n}号防汛工作通告</title><link>{site.address}/n/{n}.html</link>"
        f"<pubDate>2026-03-0{n}</pubDate></item>"
        for n in range(6, 0, -1)
    )
    site.publish("/list/", f"<rss><channel>{items}</channel></rss>")
    site.configure(tmp_path)
    path = tmp_path / "config/sources/city.toml"
    path.write_text(path.read_text() + 'kind = "feed"\n')
    assert gazette(tmp_path, "crawl").exit_code == 0
    site.pages["/feed.xml"] = site.pages.pop("/list/")
    site.publish("/", '<link rel="alternate" type="application/rss+xml" href="/feed.xml">')
    done = gazette(tmp_path, "check", "city", "--fix", "--yes")
    assert done.exit_code == 0, done.output
    assert f'url = "{site.address}/feed.xml"\nkind = "feed"' in path.read_text()


def test_a_site_that_turns_us_away_is_asked_once_and_gets_no_proposal(
    site: Site, folder: Path
) -> None:
    site.down = (403, {}, "")
    site.asked.clear()
    done = gazette(folder, "check", "city", "--fix", "--yes")
    assert done.exit_code == 1
    assert "no rule can mend that" in done.output
    assert len([path for path in site.asked if path != "/robots.txt"]) <= 1


def test_article_rules_that_name_the_wrong_place_are_mended_by_stored_texts(
    site: Site, folder: Path
) -> None:
    path = folder / "config/sources/city.toml"
    rules = '\n[article]\ntitle = "h1"\nbody = ".content"\n'
    path.write_text(path.read_text() + rules)
    rebuild(site)
    for n in range(1, 7):
        page = notice(n).replace("<h1>", "<h1>站内搜索</h1><h2>").replace("</h1><p>", "</h2><p>")
        side = "<div class=content><p>" + "友情链接和网站声明。" * 12 + "</p></div>"
        page = page.replace("<body>", f"<body>{side}").replace(
            "<div class=content><p>市", "<div class=text><p>市"
        )
        site.publish(f"/n/{n}.html", page)
    done = gazette(folder, "check", "city", "--fix", "--yes")
    assert done.exit_code == 0, done.output
    assert "read as they are stored" in done.output
    assert 'body = ".content"' not in path.read_text()


def with_url(one: Source, url: str) -> Source:
    return with_listing(one, 0, replace(one.listings[0], url=url))


def test_a_file_that_would_not_load_any_more_is_put_back(site: Site, folder: Path) -> None:
    rebuild(site)
    other = folder / "config/sources/town.toml"
    shown = gazette(folder, "check", "city", "--fix")
    assert shown.exit_code == 1
    path = folder / "config/sources/city.toml"
    before = path.read_bytes()
    loaded = load(folder / "config")
    wanted = with_url(loaded.sources[0], f"{site.address}/other/")
    change = rewriting(folder / "config", wanted, loaded.settings)
    other.write_text(
        f'name = "镇"\naddress = "{site.address}/"\n[[listings]]\nurl = "{site.address}/other/"\n'
    )
    with pytest.raises(EditError, match="is as it was"):
        change.write()
    assert path.read_bytes() == before
