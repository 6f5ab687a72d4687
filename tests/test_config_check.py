"""What is said of a config folder that is wrong: each fault where it is, and how to mend it."""

from pathlib import Path

import pytest

from crawler.sources import load
from tests.config_folder import GOOD, complaints, make, write


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return make(tmp_path)


# What is put before the good source, and what is said of it.
HEADS = [
    ("zoen = 'UTC'", '1: zoen: is no key (did you mean "zone"?)'),
    ("title = 'h1'", "1: title: is no key (it belongs in [listing] or [listing.json] or"),
    ("qqq = 1", "1: qqq: is no key (one of: name, address, family,"),
    ("enabled = 'no'", '1: enabled: wants true or false, not the text "no" (write true)'),
    ("lang = 86", '1: lang: wants text, not the number 86 (write "86")'),
    ("region = ''", "1: region: is empty (leave the key out instead)"),
    ('region = "a\\nb"', '1: region: has a control character in it: "a\\nb"'),
    (
        "region = '/甘肃省//平凉市'",
        '1: region: is no path of places: "/甘肃省//平凉市" (did you mean "',
    ),
    ("lang = 'Chinese (old)'", '1: lang: is no language tag: "Chinese (old)" (BCP 47'),
    ("categories = '中央'", '1: categories: wants a list, not the text "中央" (write ["中央"])'),
    ("categories = ['a', 2]", "1: categories[2]: wants text, not the number 2"),
    ("zone = 'Asia/Shangai'", '1: zone: is no time zone: "Asia/Shangai" (did you mean "Asia/Shan'),
    ("zone = 'Asia/Beijing'", '1: zone: is no time zone: "Asia/Beijing" (did you mean "Asia/Shan'),
    (
        "zone = '+08:00'",
        '1: zone: is no time zone: "+08:00" (an IANA name such as "Asia/Shanghai")',
    ),
    ("delay = 2", '1: delay: wants a duration, not the number 2 (write "2s")'),
    ("delay = '2 sec'", '1: delay: is no duration: "2 sec" (a whole number and ms, s, m, h or d'),
    ("delay = '99999999999d'", "1: delay: is no duration"),
    ("delay = '-1s'", "1: delay: is no duration"),
    ("family = 'trz'", '1: family: there is no family "trz" (did you mean "trs"?)'),
    ("charset = 'gb-18030-x'", '1: charset: is no charset: "gb-18030-x" (did you mean "gb18030"?)'),
    ("hosts = ['https://b.example/x']", '1: hosts[1]: is no host: "https://b.example/x" (a name'),
    ("include = ['/(']", "1: include[1]: is no pattern: missing ), unterminated"),
    ("hosts = ['a b']", '1: hosts[1]: is no host: "a b" (a name alone, for example "www.example'),
    ("include = '/x/'", "1: include: wants a list, not the text"),
    (r'include = ["\d"]', "1: is no TOML: Unescaped '\\' in a string at column 15 (patterns stand"),
    ("name = B", "1: is no TOML: Invalid value at column 8 (text stands in quotes)"),
    ("name = 'B'", "2: is no TOML: Cannot overwrite a value at column"),
    ("article = 'h1'", '1: article: wants one table, not the text "h1" (write [article])'),
]


@pytest.mark.parametrize(("line", "said"), HEADS)
def test_a_wrong_key_is_named_with_its_line_and_its_mend(
    config: Path, line: str, said: str
) -> None:
    write(config, "families/trs.toml", "delay = '1s'")
    write(config, "sources/a.toml", f"{line}\n{GOOD}")
    (complaint,) = complaints(config)
    assert complaint.startswith(f"sources/a.toml:{said}")


# What is put after the good source: within its listing, or in tables of their own.
TAILS = [
    ("kind = 'rss'", '6: listings[1].kind: is no kind of listing: "rss" (one of: html, hanweb,'),
    ("kind = 'fead'", '6: listings[1].kind: is no kind of listing: "fead" (did you mean "feed"?)'),
    ("pages = 0", "6: listings[1].pages: is 0, which is less than 1"),
    ("pages = '3'", '6: listings[1].pages: wants a whole number, not the text "3" (write 3)'),
    ("pages = true", "6: listings[1].pages: wants a whole number, not true"),
    ("every = '0s'", "6: listings[1].every: is 0s, which is too short"),
    ("enabled = false", "6: listings[1].enabled: is no key (it belongs above the first [table])"),
    ("item = 'li'", "6: listings[1].item: is no key (it belongs in [listing] or [listings.rules])"),
    ("[[listings]]", '6: listings[2].url: is missing (add url = "https://…")'),
    ("[[listings]]\nurl='https://A.example/news/'", "7: listings[2].url: this file watches this"),
    ("[[listings]]\nurl='a.example/x'", '7: listings[2].url: is no address: "a.example/x" (did yo'),
    ("[[listings]]\nurl='ftp://a.example/'", "7: listings[2].url: is no address"),
    ("[[listings]]\nurl='https://'", "7: listings[2].url: is no address"),
    ("[[article]]\ntitle='h1'", "6: article: wants one table, not a list (write [article])"),
    (
        "rules = {}\n[listing]\nrules = {}",
        "8: listing.rules: is no key (it belongs in [[listings]])",
    ),
    ("[articel]", '6: articel: is no key (did you mean "article"?)'),
    ("[listings.rules]\nitem='li['", "7: listings[1].rules.item: is no CSS selector that can be"),
    (
        "[listing]\nitem='//li'",
        '7: listing.item: is no CSS selector that can be read: "//li" (this',
    ),
    ("[listing]\nlink='@href'", '7: listing.link: names an attribute but no element: "@href"'),
    ("[article]\nbody=['ok', '']", '7: article.body[2]: is empty: ""'),
    (
        "[article]\nbody='p::text'",
        '7: article.body: is no CSS selector that can be read: "p::text" (',
    ),
    ("[listing.json]\nitems='data[list'", "7: listing.json.items: is no path into JSON"),
    ("[listings.json]\nlink='/a/{id.html'", "7: listings[1].json.link: has a brace without its"),
    ("[listing.json]\nbody='page=1'", "7: listing.json.body: is no JSON: Expecting value"),
    ("[listing.json]\nform={page=1}", '7: listing.json.form: wants text for "page" (write { chan'),
    ("[article]\nbody={}", "7: article.body: wants text or a list of text, not a table"),
]


@pytest.mark.parametrize(("lines", "said"), TAILS)
def test_a_fault_in_a_table_is_named_with_its_place(config: Path, lines: str, said: str) -> None:
    write(config, "sources/a.toml", f"{GOOD}{lines}\n")
    (complaint,) = complaints(config)
    assert complaint.startswith(f"sources/a.toml:{said}")


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("sources/b.toml", b"", "sources/b.toml: is empty (README.md of the config folder"),
        ("sources/b.toml", b"# \xd6\xd0\n", "sources/b.toml:1: is not UTF-8: byte 0xd6 (save the"),
        ("sources/b.toml", b'name = """\n', "sources/b.toml:1: is no TOML: Unterminated string"),
        ("sources/b.toml", GOOD, "sources/b.toml:5: listings[1].url: a.toml watches this already"),
        ("sources/cn_b.toml", "", "sources/cn_b.toml: is empty"),
        ("sources/x/b.toml", GOOD, "sources/x/b.toml: is not read (files stand in"),
        ("gazete.toml", "", "gazete.toml: is not read (did you mean gazette.toml?)"),
        ("families/f.toml", "", "families/f.toml: is empty"),
        ("families/f.toml", "zone = 'UTC'", "families/f.toml:1: zone: is no key (a family has no"),
        (
            "gazette.toml",
            "delay = '1s'",
            "gazette.toml:1: delay: is no key (it belongs in [fetch])",
        ),
        ("gazette.toml", "[demon]", 'gazette.toml:1: demon: is no key (did you mean "daemon"?)'),
        ("gazette.toml", "[fetch]\nports=[0]", "gazette.toml:2: fetch.ports[1]: is 0, which is"),
        ("gazette.toml", "[fetch]\nports=[65536]", "gazette.toml:2: fetch.ports[1]: is no port"),
        (
            "gazette.toml",
            "[fetch]\nmax_page='9MB'",
            "gazette.toml:2: fetch.max_page: wants a whole",
        ),
        (
            "gazette.toml",
            "[fetch]\nallow_networks=['lan']",
            "gazette.toml:2: fetch.allow_networks[1]",
        ),
        (
            "gazette.toml",
            "[fetch]\nallow_networks=['10.0.0.9/8']",
            "gazette.toml:2: fetch.allow_networks[1]: is no network: 10.0.0.9/8 has host bits set "
            '(did you mean "10.0.0.0/8"?)',
        ),
    ],
)
def test_a_wrong_file_is_named(config: Path, name: str, text: str | bytes, said: str) -> None:
    (config / name).parent.mkdir(exist_ok=True)
    write(config, name, text)
    (complaint,) = complaints(config)
    assert complaint.startswith(said)


def test_a_source_without_anything_lacks_three_things(config: Path) -> None:
    write(config, "sources/a.toml", "# to be written\n")
    assert complaints(config) == [
        'sources/a.toml: name: is missing (add name = "…")',
        'sources/a.toml: address: is missing (add address = "https://…")',
        "sources/a.toml: listings: is missing (add [[listings]])",
    ]
    write(config, "sources/a.toml", "name='A'\naddress='http://a.example'\nlistings=[]")
    assert complaints(config) == [
        "sources/a.toml:3: listings: is empty (at least one [[listings]])"
    ]


def test_an_id_is_small_letters_digits_and_hyphens_and_never_shared(config: Path) -> None:
    write(config, "sources/A.toml", GOOD.replace("a.example", "b.example"))
    write(config, "sources/c d.toml", GOOD.replace("a.example", "c.example"))
    said = complaints(config)
    assert [line.split(":")[0] for line in said] == [f"sources/{n}.toml" for n in ("A", "a", "c d")]
    assert said[0].endswith("small letters, digits and inner hyphens (call it a.toml)")
    assert said[1].endswith("has the id of A.toml, capitals aside (rename one)")
    assert said[2].endswith("(call it c-d.toml)")


def test_a_source_that_is_not_enabled_may_share_its_listing(config: Path) -> None:
    write(config, "sources/b.toml", f"enabled = false\n{GOOD}")
    assert [source.enabled for source in load(config).sources] == [True, False]


def test_every_fault_of_every_file_is_said_at_once(config: Path) -> None:
    write(config, "gazette.toml", "chanel = 'x'\n[fetch]\nagent = 1\n")
    write(config, "families/f.toml", "delay = 1\n[article]\nbdy = 'x'\n")
    write(config, "sources/a.toml", f"zone = 'X'\nfamily = 'f'\n{GOOD}pages = 0\nevery = 1\n")
    write(config, "sources/b.toml", "name = ")
    said = complaints(config, only=("aa",))
    assert [line.split(": ")[0] for line in said] == [
        "families/f.toml:1",
        "families/f.toml:3",
        "gazette.toml:1",
        "gazette.toml:3",
        "sources",
        "sources/a.toml:1",
        "sources/a.toml:8",
        "sources/a.toml:9",
        "sources/b.toml:1",
    ]
    assert said[4] == 'sources: there is no source "aa" (did you mean "a"?)'
