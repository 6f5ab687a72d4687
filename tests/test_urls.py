"""One page, one spelling of its address."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.urls import LONGEST, canonical, host_of

SPELLINGS = [
    ("HTTP://WWW.Example.GOV.cn:80/A/../b/./c.html#top", "http://www.example.gov.cn/b/c.html"),
    ("https://example.gov:443", "https://example.gov/"),
    ("https://example.gov:8443/", "https://example.gov:8443/"),
    ("http://example.gov:/a", "http://example.gov/a"),
    ("  http://example.gov/a\n\tb ", "http://example.gov/ab"),
    ("http:\\\\example.gov\\a\\b.html", "http://example.gov/a/b.html"),
    ("http:/example.gov/a", "http://example.gov/a"),
    ("http://example.gov/%7euser/%e5%b0%b1", "http://example.gov/~user/%E5%B0%B1"),
    (
        "http://example.gov/就业?q=就业",
        "http://example.gov/%E5%B0%B1%E4%B8%9A?q=%E5%B0%B1%E4%B8%9A",
    ),
    ("http://example.gov/a%2fb", "http://example.gov/a%2Fb"),
    ("http://example.gov/t2024%2ehtml", "http://example.gov/t2024.html"),
    ("http://example.gov/a/%2e%2E/b", "http://example.gov/b"),
    ("http://example.gov/../../a", "http://example.gov/a"),
    ("http://bücher.example/", "http://xn--bcher-kva.example/"),
    ("http://政务.例子/", "http://xn--zfr164b.xn--fsqu00a/"),
    ("http://127.1/", "http://127.0.0.1/"),
    ("http://0x7f000001/", "http://127.0.0.1/"),
    ("http://１２７.０.０.１/", "http://127.0.0.1/"),
    ("http://[0:0::1]/", "http://[::1]/"),
    ("http://user:word@example.gov/", "http://user:word@example.gov/"),
    ("http://evil.example\\@127.0.0.1/", "http://evil.example/@127.0.0.1/"),
    ("http://example.gov/?", "http://example.gov/"),
    ("http://example.gov/a?b=1&&c=2&", "http://example.gov/a?b=1&&c=2&"),
    ("http://example.gov/a??b=1", "http://example.gov/a??b=1"),
    ("http://example.gov/a?b=/../c", "http://example.gov/a?b=/../c"),
    ("http://example.gov/a?x=%2526", "http://example.gov/a?x=%2526"),
    ("http://example.gov/a?x=%%34%31", "http://example.gov/a?x=%%34%31"),
    ("http://example.gov/a?x=%u4e2d&y=%7e", "http://example.gov/a?x=%u4e2d&y=~"),
    ("http://example.gov/a.do;jsessionid=0A1B?id=7", "http://example.gov/a.do?id=7"),
    ("http://example.gov/a.do;%6asessionid=0A1B", "http://example.gov/a.do"),
    ("http://example.gov/%32;jsessionid=%", "http://example.gov/2"),
]


@pytest.mark.parametrize(("written", "meant"), SPELLINGS)
def test_an_address_has_one_spelling(written: str, meant: str) -> None:
    assert canonical(written) == meant
    assert canonical(meant) == meant


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("http://a.gov/p?utm_source=x&id=7&utm_medium=y", "http://a.gov/p?id=7"),
        ("http://a.gov/p?gclid=1&fbclid=2&spm=a.b.c&_hsenc=q&mc_eid=3", "http://a.gov/p"),
        ("http://a.gov/p?UTM_Source=x", "http://a.gov/p"),
        ("http://a.gov/p?spm", "http://a.gov/p"),
        ("http://a.gov/p?%75tm_source=x&id=7", "http://a.gov/p?id=7"),
        # These only look like them.
        ("http://a.gov/p?spmid=7", "http://a.gov/p?spmid=7"),
        ("http://a.gov/p?utm=7&id=utm_source", "http://a.gov/p?utm=7&id=utm_source"),
        ("http://a.gov/utm_source=x", "http://a.gov/utm_source=x"),
    ],
)
def test_tracking_parameters_are_dropped_and_no_others(written: str, meant: str) -> None:
    assert canonical(written) == meant


def test_a_query_in_another_charset_stays_as_it_is() -> None:
    gbk = "http://a.gov/search?word=%B1%BE%CA%D0+%BE%CD%D2%B5&sort=%CA%B1%BC%E4"
    assert canonical(gbk) == gbk


@pytest.mark.parametrize(
    ("link", "meant"),
    [
        ("t1.html", "http://a.gov/xw/2024/t1.html"),
        ("./t1.html", "http://a.gov/xw/2024/t1.html"),
        ("../t1.html", "http://a.gov/xw/t1.html"),
        ("/t1.html", "http://a.gov/t1.html"),
        ("//b.gov/t1.html", "http://b.gov/t1.html"),
        ("?page=2", "http://a.gov/xw/2024/index.html?page=2"),
        ("#top", "http://a.gov/xw/2024/index.html"),
        ("", "http://a.gov/xw/2024/index.html"),
        ("\\\\b.gov\\t1.html", "http://b.gov/t1.html"),
        ("https://b.gov", "https://b.gov/"),
    ],
)
def test_a_link_is_resolved_on_its_page(link: str, meant: str) -> None:
    assert canonical(link, "http://a.gov/xw/2024/index.html") == meant


@pytest.mark.parametrize(
    "text",
    [
        "",
        "t1.html",
        "//a.gov/",
        "file:///etc/passwd",
        "ftp://a.gov/",
        "javascript:void(0)",
        "mailto:a@b.gov",
        "data:text/html,x",
        "http://",
        "http://[bad",
        "http://a.gov:99999/",
        "http://a.gov:x/",
        "http://a b/",
        "http://a%00b/",
        "http://256.256.256.256/",
        "http://\ud800/",
        "http://a.gov/" + "a" * LONGEST,
        "http://a.gov/" + "就" * (LONGEST // 2),
    ],
)
def test_what_is_no_web_address_is_a_value_error(text: str) -> None:
    with pytest.raises(ValueError, match="address"):
        canonical(text)


def test_a_link_that_grows_too_long_on_its_page_is_refused() -> None:
    with pytest.raises(ValueError, match="characters"):
        canonical("a" * (LONGEST - 10), "http://a.gov/" + "b" * 100 + "/")


PIECES = st.sampled_from(
    "http https : / // \\ @ ? & = # % %% %2e %2E . .. ;.. %25 %32 %35 %41 %2f a gov 127.1 [::1] "
    "utm_source= spm utm_ ;jsessionid= ;%6asessionid= from=timeline "
    "就 %B1 \t \n é 。 xn-- :80 :443 0x7f + | ' \" < > ` { } ^ \x00 \ud800".split(" ")
)
PATHS = st.lists(PIECES, max_size=12).map("".join)


@settings(max_examples=600, deadline=None)
@given(
    st.one_of(PATHS.map("http://a.gov/".__add__), PATHS.map("http://".__add__), st.text()), PATHS
)
def test_canonical_twice_is_canonical_once(url: str, link: str) -> None:
    for text, base in ((url, ""), (link, "https://a.gov/x/y?z"), (link, url)):
        try:
            once = canonical(text, base)
        except ValueError:
            continue
        assert canonical(once) == once
        assert canonical("", once) == once
        assert host_of(once)


def test_the_host_of_an_address() -> None:
    assert host_of("HTTP://WWW.A.gov:8080/x") == "www.a.gov"
    assert host_of("no address") == ""
