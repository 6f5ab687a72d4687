"""Finds the addresses that a page's scripts ask for data: where the list is that the page lacks.

``url: "/api/list"``, ``fetch("…")``, ``axios.get("…")``, ``$.getJSON("…")``, ``data-url="…"``; the
columns of gkmlpt in ``window._CONFIG``, the units of JPaaS, the channel of UCAP. Nothing is asked
here, and what is put together at run time is left out.
"""

import html
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlsplit

from crawler.listing.literals import read_literal
from crawler.urls import address_of, host_of

#: Addresses that are named at most, the likeliest first.
MOST = 10

#: Characters of a page that are looked at.
_BUDGET = 4_000_000

_TEXT = r"""(?:"([^"\s<>]{2,400})"|'([^'\s<>]{2,400})'|`([^`\s<>]{2,400})`)"""
_CALLS = re.compile(
    r"(?:\burl\s{0,4}:|\bfetch\s{0,4}\(|\baxios(?:\.(?:get|post|request))?\s{0,4}\(|"
    r"(?:\$|jQuery|\$http|http|request|ajax|this\.\$\w{1,12})\.(?:get|post|ajax|getJSON|request|load)"
    r"\s{0,4}\(|\.open\s{0,4}\(\s{0,4}[\"'](?:GET|POST)[\"']\s{0,4},|"
    r"\b\w{0,20}(?:url|api|path|URL|Url|Api|API)\s{0,4}=)\s{0,4}" + _TEXT
)
_ATTRIBUTES = re.compile(
    r"\bdata-(?:url|api|src|ajax|source|remote|href|list|json|action)\s{0,4}=\s{0,4}" + _TEXT
)
_UNIT = re.compile(r"\bqueryData\s{0,4}=\s{0,4}\"(\{[^\"]{1,1000}\})\"", re.IGNORECASE)
_UNIT_URL = re.compile(r"\burl\s{0,4}=\s{0,4}[\"']([^\"']{1,300})[\"']")
#: Characters of an element before its ``queryData``.
_BEFORE = 800
_CONFIG = re.compile(r"window\._CONFIG\s*=\s*\{")
_SID = re.compile(r"\bSID\s*:\s*['\"]?(\d{1,12})")
_TREE = re.compile(r"\bTREE\s*:\s*\[")
_CHANNEL = re.compile(
    r"<meta[^>]{0,40}name=[\"']channelid[\"'][^>]{0,40}content=[\"'](\w{1,64})", re.I
)
_UCAP = re.compile(r"\bucap\b|UCAP-CONTENT|ucapcontent|common_list\.shtml", re.IGNORECASE)

#: What addresses of lists say, and what those of other things say.
_GOOD = re.compile(
    r"list|data|search|query|info|api|json|artic|news|content|channel|column|catalog|doc|notice|get"
    r"|page|record|unit|\.do\b|interface|service",
    re.IGNORECASE,
)
_BAD = re.compile(
    r"\.(?:css|js|png|jpe?g|gif|svg|ico|woff2?|ttf|mp4|html?|shtml|swf|less|vue|map)(?:[?#]|$)"
    r"|login|logout|captcha|verif|weather|visit|count|hits|click|stat(?:istic)?s?\b|track|\blog\b"
    r"|vote|survey|comment|upload|share|wechat|weixin|token|session|/user|suggest|feedback|speech"
    r"|javascript:|sso|theme|lang(?:uage)?\b|qrcode|online|praise|collect|readnum|pv\b|robot",
    re.IGNORECASE,
)
_BUILT = re.compile(r"\$\{[^{}]{0,80}\}")
#: Parameters of an address cut off at a ``+``: the number of a page follows.
_OPEN = re.compile(r"(?:page\w{0,8}|p|pn|current\w{0,6})=$", re.IGNORECASE)


def endpoints_of(text: str, base: str) -> tuple[str, ...]:
    """Return the addresses on the page's own host that its scripts ask, the likeliest first.

    ``text`` is the page, ``base`` what its references hang on.
    """
    text = text[:_BUDGET]
    found: dict[str, float] = {}
    for href, worth in (*_systems(text), *_named(text)):
        url = _whole(href, base)
        if url:
            found[url] = max(found.get(url, 0), worth)
    known = {url.partition("?")[0] for url in found if "?" in url}
    whole = [url for url in found if "?" in url or url not in known]
    return tuple(sorted(whole, key=lambda url: -found[url])[:MOST])


def _whole(href: str, base: str) -> str:
    """Return the canonical form of a reference, "" where it leads to another host."""
    url = address_of(href, base)
    return url if host_of(url) == host_of(base) and url != base else ""


def _named(text: str) -> Iterator[tuple[str, float]]:
    """Return the addresses that scripts and attributes name, and how likely each is a list's."""
    for pattern in (_CALLS, _ATTRIBUTES):
        for call in pattern.finditer(text):
            href = html.unescape(next(filter(None, call.groups()), ""))
            href = _BUILT.sub(_filled, href)
            if _OPEN.search(href):
                href += "1"
            if href[-1:] in "=" or "${" in href or not re.match(r"(?:https?:)?/|\.{0,2}/?\w", href):
                continue
            path = urlsplit(href).path
            if _BAD.search(href) or not re.search(r"/|\?|\.\w", href) or not _GOOD.search(href):
                continue
            worth = len(set(map(str.lower, _GOOD.findall(href)))) + ("?" in href) - 0.01 * len(path)
            yield href, worth + ("list" in href.lower())


def _filled(built: re.Match[str]) -> str:
    """Return what stands for a part that a script fills in: the first page, else the part."""
    return "1" if re.search(r"page|current|index|\bp\b|num", built[0], re.IGNORECASE) else built[0]


def _systems(text: str) -> Iterator[tuple[str, float]]:
    """Return the addresses that follow from how known systems tell their scripts what to ask."""
    for unit in _UNIT.finditer(text):
        element = text[max(unit.start() - _BEFORE, 0) : unit.start()].rpartition("<script")[2]
        address = _UNIT_URL.search(element)
        read = read_literal(html.unescape(unit[1]), 0)
        if address and read and isinstance(read[0], dict):
            yield _unit(html.unescape(address[1]), read[0])
    if _CONFIG.search(text) and (sid := _SID.search(text)):
        for column in _columns(text):
            yield f"/gkmlpt/api/all/{column}?page=1&sid={sid[1]}", 20
    if (channel := _CHANNEL.search(text)) and _UCAP.search(text):
        query = "_isAgg=true&_isJson=true&_pageSize=20&_template=index&page=1"
        yield f"/searchList/{channel[1]}?{query}", 10


def _unit(address: str, told: dict[str, Any]) -> tuple[str, float]:
    """Return the address of a JPaaS unit with what its element tells, and how likely it is one."""
    fields = {name: str(value) for name, value in told.items() if value not in (None, "", "null")}
    fields["paramJson"] = '{"pageNo":1,"pageSize":15}'
    query = "&".join(f"{quote(name)}={quote(value)}" for name, value in fields.items())
    like = re.search("列表|list|右侧|分页|内容", fields.get("tagId", ""), re.IGNORECASE)
    return f"{address}?{query}", 20 + 2 * bool(like) + 4 * (fields.get("pageType") == "column")


def _columns(text: str) -> Iterator[str]:
    """Return the numbers of the columns of a gkmlpt site: 0 is all of them, then those on top."""
    yield "0"
    tree = _TREE.search(text)
    read = read_literal(text, tree.end() - 1) if tree else None
    if read and isinstance(read[0], list):
        for column in read[0][:MOST]:
            if isinstance(column, dict) and str(column.get("id", "")).isdecimal():
                yield str(column["id"])
